"""Words on what is doubtful in the layout of a CSV file: what was taken from above the table, and what is not read."""

import re
from collections.abc import Iterator, Sequence

from mqtt_plot.recordings.csv_header import Header
from mqtt_plot.recordings.csv_numbers import Marks
from mqtt_plot.recordings.csv_preamble import Preamble
from mqtt_plot.recordings.csv_time import TEXT as TEXT_TIME
from mqtt_plot.recordings.csv_time import TimeColumns, moment_of

_OF_A_START = re.compile(r"(?i)start|beg[aiu]n|trigger")
_DATED = re.compile(r"(?i)(?:date|datum|fecha|data|dato)\b|日付|日期")


def notes_of(
    header: Header,
    above: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    *,
    time: TimeColumns | None,
    preamble: Preamble,
    marks: Marks,
) -> Iterator[str]:
    """Yield words on what is not read, and on what was taken from above the table."""
    if marks.doubt:
        meaning = marks.plain(marks.doubt)
        yield f"nothing tells what the mark in {marks.doubt!r} is; it was read as {meaning} (the decimal mark can be chosen)"
    if time is not None and time.form == TEXT_TIME and len(time.places) == 1 and not header.passed:
        (place,) = time.places
        timed = sum(place < len(row) and moment_of(row[place].strip()) is not None for row in above)
        if timed:
            yield f"{timed} rows above the first that is read have a time and are not read; they are not as those below"
    if header.passed:
        yield f"{header.passed} rows above the names belong to another table and are not read"
    if time is not None and len(time.places) > 1 and not time.roles and not all(map(str.strip, cells[time.places[0]])):
        yield "rows without a date are taken as of the day of the row above"
    if time is not None and time.reason.endswith("taken as seconds"):
        yield f"nothing says in what unit {header.names[time.places[0]]!r:.60} counts; it was taken as seconds"
    dated = [name for name in header.names if _DATED.match(name)] if time is not None and time.is_relative else []
    if dated and time is not None and not {header.names[place] for place in time.places} & set(dated):
        yield f"{dated[0]!r:.60} is called a date and is not used; times are those of a day, or since a start"
    if time is not None and time.start is not None and time.start in (preamble.start, preamble.day):
        doubt = (
            "" if _OF_A_START.search(preamble.start_key) else "; if that is when the file was exported, choose a start"
        )
        yield f"times begin when {preamble.start_key!r} above says{doubt}"
