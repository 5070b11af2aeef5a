"""Tables of which a row is a day: the columns behind its date are called by times of day, or numbered as its hours, halves or quarters."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from mqtt_plot.parsers.date_forms import clock_of
from mqtt_plot.recordings.csv_column import EMPTY, NUMBER, TEXT, WORDS, Column
from mqtt_plot.recordings.csv_long import LongColumns
from mqtt_plot.recordings.csv_time import HOUR, TimeColumns
from mqtt_plot.recordings.csv_time import TEXT as TEXT_TIME
from mqtt_plot.recordings.csv_time_candidate import Candidate

_FEWEST = 2  # where no other column holds numbers
_CLOCKS = 12  # columns called by a time of day, from which on a row is a day
_PERIOD = re.compile(r"\s*[-\u2013]\s*")
_HOURS = 23  # columns called alike beside a date, from which on they may be its hours
_COUNT = re.compile(r"[\d() ]+$")
_NUMBERED = re.compile(
    r"(?i)(?P<stem>h|he|hr|hours?|hour ending|hora|stunde|heure|ora|uur|timme|periods?|per[ií]odo|p|qh?|intervals?|int|sp|slot|tp|mtu|)"
    r"[ _.-]*0*(?P<number>\d{1,4})(?:h|:00)?"
)
_LENGTHS = {length: 86_400.0 / length for length in (24, 48, 96, 288)}
_DAY_SECONDS = 86_400.0


def find_days(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], time: TimeColumns | None
) -> LongColumns | None:
    """Return the columns of a table whose rows are days, None for any other table."""
    if time is None or time.form != TEXT_TIME or "times of day" in time.reason or HOUR in time.roles:
        return None
    drawn = [
        place for place, column in enumerate(columns) if column.kind in (NUMBER, EMPTY) and place not in time.places
    ]
    ahead = _by_clock(columns, drawn) or _by_number(columns, drawn)
    if not ahead:
        return None
    dates = list(zip(*(cells[place] for place in time.places), strict=False))
    others = [place for place in range(len(columns)) if place not in time.places and place not in ahead]
    words = [place for place in others if columns[place].kind in (WORDS, TEXT, NUMBER) and len(set(cells[place])) > 1]
    tags = () if len(set(dates)) == len(dates) else _telling_apart(dates, words, cells)
    if tags is None:
        return None
    is_by_clock = any(clock_of(_PERIOD.split(columns[place].name)[0]) is not None for place in ahead)
    return LongColumns(
        tags,
        (None,) * len(tags),
        tuple(ahead),
        ("",) * len(ahead),
        ("",) * len(ahead),
        label="" if tags else "value",
        reason="the tag of each row, which is a day",
        ahead=tuple(ahead.values()),
        is_counted=not is_by_clock,
    )


def _by_clock(columns: Sequence[Column], drawn: Sequence[int]) -> dict[int, float]:
    """Return the seconds of the day by the places of columns that are called by a rising time of day."""
    found = {place: clock for place in drawn if (clock := clock_of(_PERIOD.split(columns[place].name)[0])) is not None}
    clocks = list(found.values())
    if len(clocks) < (_FEWEST if len(clocks) == len(drawn) else _CLOCKS):
        return {}
    if clocks[-1] == 0 and clocks == [*sorted(clocks[:-1]), 0]:  # 00:00 behind all others is the end of the day
        found[list(found)[-1]] = _DAY_SECONDS
        clocks = list(found.values())
    return found if sorted(set(clocks)) == clocks else {}


def _by_number(columns: Sequence[Column], drawn: Sequence[int]) -> dict[int, float]:
    """Return the seconds from midnight at which the parts of a day begin that columns are numbered as, or end if they are called so."""
    matches = {place: found for place in drawn if (found := _NUMBERED.fullmatch(columns[place].name.strip()))}
    numbers = [int(found["number"]) for found in matches.values()]
    length = next((length for count, length in _LENGTHS.items() if count <= len(numbers) <= count + count // 24), 0.0)
    if not length or numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1:
        return {}
    is_end = any(found["stem"].lower() in ("he", "hour ending") for found in matches.values())
    first = numbers[0] - is_end
    return {place: (int(found["number"]) - first) * length for place, found in matches.items()}


def _telling_apart(
    dates: Sequence[tuple[str, ...]], words: Sequence[int], cells: Sequence[Sequence[str]]
) -> tuple[int, ...] | None:
    """Return the first column, or all that vary, with which no date comes twice; None where it does."""
    for places in (*((place,) for place in words), tuple(words)):
        keys = list(zip(dates, *(cells[place] for place in places), strict=False))
        if (
            places
            and len(set(keys)) == len(keys)
            and len(set(zip(*(cells[place] for place in places), strict=False))) < len(keys)
        ):
            return places
    return None


def told_days(candidates: list[Candidate], names: Sequence[str]) -> list[Candidate]:
    """Return the candidates; the first says where columns are the hours of its days, which are not put one behind the other."""
    clocks = sum(clock_of(_PERIOD.split(name)[0]) is not None for name in names)
    alike = max(Counter(_COUNT.sub("", name) for name in names).values())
    time = candidates[0].columns if candidates else None
    if time is None or (clocks < _CLOCKS and (alike < _HOURS or time.reason != "dates")):
        return candidates
    called = (
        f"{clocks} columns are called by a time of day" if clocks else f"{alike} columns beside a date may be its hours"
    )
    reason = f"{time.reason}; {called}; unless rows are days, each is a tag of its own at the date of its row"
    return [replace(candidates[0], columns=replace(time, reason=reason)), *candidates[1:]]
