"""The layout of a CSV file, found from its first rows: delimiter, marks of numbers, header, time, and what each column can be drawn as.

Every column that cannot be drawn has its reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from mqtt_plot.errors import RecordingError
from mqtt_plot.recordings.csv_blocks import Blocks, find_blocks
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_column import DRAWN, EMPTY, NUMBER, TEXT, TIME, WORDS, Column
from mqtt_plot.recordings.csv_days import find_days, told_days
from mqtt_plot.recordings.csv_fit import NO_FIT, Fit, fit
from mqtt_plot.recordings.csv_groups import find_groups
from mqtt_plot.recordings.csv_head import HEAD_BYTES, FirstRows, read_head, usual_width
from mqtt_plot.recordings.csv_header import Header, distinct_names, find_header, is_short_datum, tag_text
from mqtt_plot.recordings.csv_kind import is_identity, kind_of, unit_in
from mqtt_plot.recordings.csv_long import LongColumns, find_long
from mqtt_plot.recordings.csv_notes import notes_of
from mqtt_plot.recordings.csv_numbers import Marks, are_hexadecimal, find_marks, number_in
from mqtt_plot.recordings.csv_order import OpenOrderError, order_elsewhere
from mqtt_plot.recordings.csv_preamble import Preamble, find_missing, find_preamble, find_since, order_above
from mqtt_plot.recordings.csv_time import (
    CLOCK,
    HOURS,
    PACKED_CLOCK,
    RELATIVE,
    STEPS,
    TimeColumns,
    divisor_of,
)
from mqtt_plot.recordings.csv_time import NUMBER as SINCE
from mqtt_plot.recordings.csv_time import TEXT as TEXT_TIME
from mqtt_plot.recordings.csv_time_candidate import STANDING, Candidate
from mqtt_plot.recordings.csv_time_finder import find_times
from mqtt_plot.recordings.csv_time_numbers import believable
from mqtt_plot.recordings.csv_unit_column import with_unit
from mqtt_plot.recordings.csv_units import units_beside
from mqtt_plot.recordings.csv_zone import Zone, zone_above
from mqtt_plot.recordings.log_lines import Log, find_log

__all__ = ["HEAD_BYTES", "MAX_COLUMNS", "Choices", "Column", "Layout", "find_layout", "tag_text"]

# More are refused, as no store would take so many tags.
MAX_COLUMNS = 10_000

_PARTS = {"d": "day", "m": "month", "y": "year"}
_BESIDE = 40  # rows beside which an oscilloscope's header may stand
_FEW_ROWS = 3  # that may well be of one moment, if a column is surely the time
_SURE = 120.0
_DIGITS = tuple("0123456789+-")
_LOOKED_AT = 64  # columns beside one that may be hexadecimal as they are
_NO_MEASUREMENT = frozenset({None, 0.0, 1.0})


@dataclass(frozen=True)
class Layout:
    """How to read a file. Relative times are seconds from the file's own zero.

    A *long* file has one sample per row: `long` then says in which columns its tag, value, unit and quality are.
    """

    delimiter: str
    marks: Marks
    first_row: int  # rows before it are header, comments among them
    columns: tuple[Column, ...]
    width: int  # cells that most rows have
    time: TimeColumns | None = None
    long: LongColumns | None = None
    zone: tzinfo = UTC
    notes: tuple[str, ...] = ()  # what of the file is not read
    measured: frozenset[str] = frozenset()  # columns of numbers, in which low and on are no 0 and 1
    missing: frozenset[float] = frozenset()  # numbers that are gaps
    fit: Fit = NO_FIT
    log: Log | None = None  # how the lines of a log become rows
    blocks: Blocks | None = None  # tables one below the other

    @property
    def has_decimal_comma(self) -> bool:
        return self.marks.decimal == ","

    @property
    def time_column(self) -> int | None:
        """The column of time, the one of the date where there are two; None for a file without one."""
        return None if self.time is None or not self.time.places else self.time.places[0]

    @property
    def is_relative(self) -> bool:
        return self.time is not None and self.time.is_relative

    @property
    def is_descending(self) -> bool:
        """True where the newest row stands first."""
        return self.time is not None and self.time.is_descending

    @property
    def is_long(self) -> bool:
        """True for one sample per row, as `mqtt-plot record` writes."""
        return self.long is not None

    @property
    def time_names(self) -> tuple[str, ...]:
        """The names of the columns that make the time."""
        return () if self.time is None else tuple(self.columns[place].name for place in self.time.places)

    @property
    def playable(self) -> tuple[str, ...]:
        """The names of the columns that can be drawn."""
        return tuple(column.name for column in self.columns if column.kind in DRAWN)


def find_layout(head: bytes, zone: tzinfo = UTC, choices: Choices | None = None, later: bytes = b"") -> Layout:
    """Return the layout of the file that begins with `head` (up to HEAD_BYTES, UTF-8 or Windows-1252). Raises RecordingError.

    `later` are lines from further below, which may tell the order of dates.
    """
    found = find_log(head)
    first = read_head(head) if found is None else read_head(found[1])._replace(is_whole=False)
    widest = max(map(len, first.rows))
    if widest > MAX_COLUMNS:
        raise RecordingError(f"expected at most {MAX_COLUMNS} columns, got {widest}")
    blocks, first = (find_blocks(first) if found is None else None) or (None, first)
    fitted = fit(first.rows, first.delimiter) if not first.above and blocks is None else NO_FIT
    try:
        layout = _in_order(first, choices or Choices(zone), later, has_names=fitted.has_names, blocks=blocks)
    finally:
        number_in.cache_clear()  # its cells do not come again
        is_short_datum.cache_clear()
    notes = (*layout.notes, fitted.note) if fitted.note else layout.notes
    notes += () if blocks is None else tuple(blocks.notes())
    first_row = first.places[layout.first_row]
    if found is None:
        return replace(layout, first_row=first_row, fit=fitted, blocks=blocks, notes=notes)
    log, _ = found  # which has no row of names
    return replace(layout, first_row=first_row - bool(log.header), fit=fitted, notes=(log.note, *notes), log=log)


def _in_order(head: FirstRows, choices: Choices, later: bytes, *, has_names: bool, blocks: Blocks | None) -> Layout:
    """Return the layout, where the first rows leave the order of dates open with that which others tell."""
    try:
        return _layout_of(head, choices, has_names=has_names, blocks=blocks)
    except OpenOrderError as error:
        order, words = order_elsewhere(error, [*head.comments, *head.rows], later, head.delimiter)
        if not order:
            raise
    layout = _layout_of(head, replace(choices, date_order=order), has_names=has_names, blocks=blocks)
    return replace(layout, notes=(*layout.notes, words))


def _layout_of(head: FirstRows, choices: Choices, *, has_names: bool, blocks: Blocks | None) -> Layout:
    rows, above, delimiter = head.rows, head.above, head.delimiter
    marks = find_marks((cell for row in rows for cell in row), delimiter)
    if choices.decimal:
        mark = "," if choices.decimal == "comma" else "."
        marks = Marks(mark, marks.thousands if marks.thousands != mark else "")
    header = find_header([*above, *rows], marks, is_aligned=delimiter == " ")
    header = header._replace(rows=max(0, header.rows - len(above)))
    named = [row for row in rows[: header.rows] if not any(map(str.isdecimal, row))]
    data = [row for row in rows[header.rows :] if row not in named]  # names may come again
    if not has_names:
        header = header._replace(names=distinct_names([], len(header.names)), units=[""] * len(header.names))
    if not header.rows and not above:
        header = header._replace(
            names=_names_beside(header.names, data, marks), units=units_beside(data, len(header.names))
        )
    if not data:
        raise RecordingError("expected rows of numbers below the header, got none")
    cells = [[row[place] for row in data if place < len(row)] for place in range(len(header.names))]
    words = [*head.comments, *_words_above(rows, header, marks)]
    zone = None if choices.is_zone_said else zone_above(words)
    choices = choices if zone is None else replace(choices, zone=zone.zone)
    if not choices.date_order:
        choices = replace(choices, date_order=order_above(words))
    preamble = find_preamble(words, choices.zone, choices.date_order)
    missing = find_missing(words)
    try:
        candidates = _candidates(header, cells, marks, choices, preamble)
        candidates = _in_zone(_begun(_since(candidates, header, words, choices), preamble), zone)
    except RecordingError as error:
        error.names = tuple(header.names)
        raise
    candidates = told_days(candidates, header.names)
    time = candidates[0].columns if candidates else None
    columns = with_unit(_columns(header, cells, marks, candidates, is_whole=head.is_whole), cells)
    long = (
        (blocks.long(columns) if blocks is not None else None)
        or find_days(columns, cells, time)
        or find_groups(columns, cells, time, marks, words)
        or find_long(columns, cells, time)
    )
    if long is not None and time is not None and time.form == STEPS:
        raise RecordingError("expected a table of rows of one kind, got rows of several kinds, and no column of times")
    if long is not None:
        columns = long.told(columns)
    elif (
        candidates
        and 0.0 < candidates[0].score <= STANDING
        and (len(data) > _FEW_ROWS or candidates[0].if_moving < _SURE)
    ):
        time = None
        columns = _columns(header, cells, marks, [], is_whole=head.is_whole)
    notes = tuple(notes_of(header, rows[: header.rows], cells, time=time, preamble=preamble, marks=marks))
    notes += () if long is None else tuple(long.notes())
    notes += tuple(f"{number:g} is a gap, as {words!r} above says" for number, words in missing.items())
    measured = _measured(columns, cells, marks)
    return Layout(
        delimiter,
        marks,
        header.rows,
        columns,
        usual_width(data),
        time,
        long,
        choices.zone,
        notes,
        measured,
        frozenset(missing),
    )


def _measured(columns: Sequence[Column], cells: Sequence[Sequence[str]], marks: Marks) -> frozenset[str]:
    """Return the names of the columns of numbers that are more than 0 and 1."""
    return frozenset(
        column.name
        for place, column in enumerate(columns)
        if column.kind == NUMBER and any(number_in(marks.plain(cell)) not in _NO_MEASUREMENT for cell in cells[place])
    )


def _names_beside(names: list[str], data: Sequence[Sequence[str]], marks: Marks) -> list[str]:
    """Return the names of columns without a header, of which each number stands behind its name: `stamp;tag;1.5;tag;2.5`."""
    cells = [[row[place].strip() for row in data if place < len(row)] for place in range(len(names))]
    are_names = [len(set(column)) == 1 and column[0][:1].isalpha() for column in cells]
    beside = {
        place + 1: cells[place][0]
        for place in range(len(names) - 1)
        if are_names[place]
        and not are_names[place + 1]
        and all(number_in(marks.plain(cell)) is not None for cell in cells[place + 1] if cell)
    }
    if len(beside) < 2 or len(beside) != sum(are_names):  # noqa: PLR2004 - one alone may be anything
        return names
    return distinct_names([beside.get(place, "") for place in range(len(names))], len(names))


def _words_above(rows: Sequence[Sequence[str]], header: Header, marks: Marks) -> list[list[str]]:
    """Return the rows above the data, with decimal points; and those beside it, as oscilloscopes have a header in columns of its own."""
    plain = [
        [marks.plain(cell) if cell[:1] in _DIGITS else cell for cell in row] for row in rows[: header.rows or _BESIDE]
    ]
    return plain if header.rows else [row for row in plain if row[0].strip()[:1].isalpha()]


def _since(
    candidates: list[Candidate], header: Header, words: Sequence[Sequence[str]], choices: Choices
) -> list[Candidate]:
    """Return the candidates, of which numbers from a start count since when a name or words above say."""
    time = candidates[0].columns if candidates else None
    if time is None or time.form != RELATIVE or time.start is not None or not time.places:
        return candidates
    found = find_since(header.names[time.places[0]], words, choices.zone)
    if found is None:
        return candidates
    time = replace(time, start=found[0], reason=f"{time.reason}; {found[1]!r} says since when")
    return [replace(candidates[0], columns=time), *candidates[1:]]


def _begun(candidates: list[Candidate], preamble: Preamble) -> list[Candidate]:
    """Return the candidates, of which times from the file's own start begin when the words above say that it was."""
    if not candidates or not candidates[0].columns.is_relative:
        return candidates
    time = candidates[0].columns
    start = preamble.day if time.form in (CLOCK, PACKED_CLOCK) else preamble.start
    if start is not None:
        time = replace(time, start=start, reason=f"{time.reason}; {preamble.start_key!r} above says when that was")
    elif preamble.unread:
        reason = f"{time.reason}; {preamble.unread!r:.40} above has no one meaning and is not used, say --date-order or choose a start"
        time = replace(time, reason=reason)
    return [replace(candidates[0], columns=time), *candidates[1:]]


def _in_zone(candidates: list[Candidate], zone: Zone | None) -> list[Candidate]:
    """Return the candidates; the first says where its zone stands above."""
    if zone is None or not candidates:
        return candidates
    time = candidates[0].columns
    if time.form not in (TEXT_TIME, HOURS) or time.offset is not None or time.zone is not None:
        return candidates
    reason = f"{time.reason}, in the zone that {zone.said!r} above says"
    return [replace(candidates[0], columns=replace(time, reason=reason)), *candidates[1:]]


def _candidates(
    header: Header, cells: Sequence[Sequence[str]], marks: Marks, choices: Choices, preamble: Preamble
) -> list[Candidate]:
    """Return the columns that could be the time, that first which is taken. Raises RecordingError where the order of its dates is open."""
    if header.time_step and not choices.time:
        return [
            Candidate(
                TimeColumns((0,), RELATIVE, 1 / header.time_step, reason="samples, with the time of one above"), 100.0
            )
        ]
    if header.time_unit and not choices.time:
        divisor = divisor_of(header.time_unit) or 1.0
        reason = "the first of the times beside each value"
        is_since = believable(number_in(cells[0][0]) or 0.0) is not None
        return [Candidate(TimeColumns((0,), SINCE if is_since else RELATIVE, divisor, reason=reason), 100.0)]
    found = find_times(
        header.names, header.units, cells, marks, order=choices.date_order, step=preamble.step, chosen=choices.time
    )
    candidates = _chosen(found, header.names, choices)
    if not candidates and preamble.step:
        reason = f"no column of times; rows are {preamble.step:.6g} s apart, as {preamble.step_key!r} above says"
        return [Candidate(TimeColumns((), STEPS, 1 / preamble.step, reason=reason), 0.0)]
    if candidates and candidates[0].open_orders:
        place = candidates[0].columns.places[0]
        orders = " or ".join(candidates[0].open_orders)
        first = " or ".join(dict.fromkeys(f"the {_PARTS[order[0]]}" for order in candidates[0].open_orders))
        raise OpenOrderError(
            f"expected dates of one meaning in column {header.names[place]!r:.40}, got such as {_example(cells[place])!r}, with "
            f"{first} first; say --date-order {orders}",
            candidates[0].columns.places,
            candidates[0].open_orders,
            marks.decimal,
        )
    return candidates


def _chosen(candidates: list[Candidate], names: Sequence[str], choices: Choices) -> list[Candidate]:
    """Return the candidates with that one first which the user has named."""
    if not choices.time:
        return candidates
    wanted = [
        candidate for candidate in candidates if choices.time in [names[place] for place in candidate.columns.places]
    ]
    if choices.time not in names:
        raise RecordingError(
            f"expected the name of a column to be the time, got {choices.time!r:.80}; there are {', '.join(map(repr, names[:10]))}"
        )
    if not wanted:
        raise RecordingError(f"expected times in column {choices.time!r:.80}, got cells that are none, or all the same")
    return [*wanted, *(candidate for candidate in candidates if candidate not in wanted)]


def _columns(
    header: Header, cells: Sequence[Sequence[str]], marks: Marks, candidates: Sequence[Candidate], *, is_whole: bool
) -> tuple[Column, ...]:
    return tuple(
        _column(place, header, cells, marks, candidates, is_whole=is_whole) for place in range(len(header.names))
    )


def _column(
    place: int,
    header: Header,
    all_cells: Sequence[Sequence[str]],
    marks: Marks,
    candidates: Sequence[Candidate],
    *,
    is_whole: bool,
) -> Column:
    cells = all_cells[place]
    name, example = header.names[place], _example(cells)
    if candidates and place in candidates[0].columns.places:
        return Column(name, TIME, example, reason=f"the time: {candidates[0].columns.reason}")
    if any(place in other.columns.places and not other.columns.is_relative for other in candidates):
        return Column(name, TIME, example, reason="a time as well; another column is surer")
    if header.time_unit and re.fullmatch(r"Name( \(\d+\))?", name):
        return Column(name, TIME, example, reason="the time again")
    unit = header.units[place] or unit_in(cells, marks)
    kind = kind_of(cells, marks, unit)
    if kind == EMPTY and not is_whole:
        return Column(name, NUMBER, unit=unit)  # something may follow
    if kind == NUMBER and are_hexadecimal(cells, all_cells[:_LOOKED_AT]):
        return Column(name, TEXT, example, unit, f"hexadecimal numbers, such as {max(cells)!r:.40}, which are not read")
    reasons = {
        TEXT: f"text, such as {example!r}, that is neither a number nor one of a few words",
        EMPTY: "no cell holds anything",
    }
    if kind == NUMBER and is_whole and is_identity(name, cells):
        kind, reasons[TEXT] = TEXT, f"a number that names something, {example!r} in all rows"
    return Column(name, kind, example, "" if kind == WORDS else unit, reasons.get(kind, ""))


def _example(cells: Sequence[str]) -> str:
    return next((cell.strip()[:40] for cell in cells if cell.strip()), "")
