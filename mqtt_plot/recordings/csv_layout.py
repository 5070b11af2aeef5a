"""The layout of a CSV file, found from its first rows: delimiter, marks of numbers, header, time, and what each column can be drawn as.

Every column that cannot be drawn has its reason.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from mqtt_plot.errors import PayloadError, RecordingError
from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.values import text_to_value
from mqtt_plot.recordings.csv_column import DRAWN, EMPTY, NUMBER, TEXT, TIME, WORDS, Column
from mqtt_plot.recordings.csv_header import Header, find_header, tag_text, usual_width
from mqtt_plot.recordings.csv_long import LongColumns, find_long
from mqtt_plot.recordings.csv_numbers import Marks, find_marks, number_of
from mqtt_plot.recordings.csv_preamble import Preamble, find_preamble
from mqtt_plot.recordings.csv_rows import MAX_LINE, CsvRows, Piece, is_comment
from mqtt_plot.recordings.csv_time import CLOCK, RELATIVE, STEPS, TimeColumns, divisor_of
from mqtt_plot.recordings.csv_time_finder import STANDING, Candidate, find_times

__all__ = ["HEAD_BYTES", "MAX_COLUMNS", "Choices", "Column", "Layout", "find_layout", "tag_text"]

# So many bytes and rows are looked at; columns past the limit are refused, as no store would take so many tags.
HEAD_BYTES = MAX_LINE
HEAD_ROWS = 200
MAX_COLUMNS = 10_000

# A semicolon or tab that splits all rows alike wins over a comma, which may be the decimal mark.
_DELIMITERS = "\t;,| "
_BESIDE = 40  # rows beside which an oscilloscope's header may stand
_DIGITS = tuple("0123456789+-")
_MOST = 0.9  # of the rows or cells must agree; the rest may be broken
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Choices:
    """What a person says of a file where finding it out went wrong: the column of time, the order of dates, the decimal mark; and the zone."""

    zone: tzinfo = UTC
    date_order: str = ""
    time: str = ""
    decimal: str = ""


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


def find_layout(head: bytes, zone: tzinfo = UTC, choices: Choices | None = None) -> Layout:
    """Return the layout of the file that begins with `head` (up to HEAD_BYTES, UTF-8 or Windows-1252). Raises RecordingError."""
    choices = choices or Choices(zone)
    _check_text(head)
    is_whole = len(head) < HEAD_BYTES
    if not is_whole:
        head = head[: head.rindex(b"\n") + 1]
    hinted = re.match(rb"(?:\xef\xbb\xbf)?sep=(.)\r?\n", head)
    delimiter = hinted[1].decode("latin-1") if hinted else _find_delimiter(head)
    rows = _read(head, delimiter)[1 if hinted else 0 :]
    is_whole = is_whole and len(rows) < HEAD_ROWS
    kept = _without_words_below(rows, _without_comments(rows))
    if not kept:
        raise RecordingError("expected CSV rows, got only blank lines and comments")
    widest = max(len(rows[place]) for place in kept)
    if widest > MAX_COLUMNS:
        raise RecordingError(f"expected at most {MAX_COLUMNS} columns, got {widest}")
    layout = _layout_of(
        [rows[place] for place in kept],
        _commented_names(rows, kept),
        rows[: kept[0]],
        delimiter,
        choices,
        is_whole=is_whole,
    )
    return replace(layout, first_row=kept[layout.first_row] + bool(hinted))


def _without_comments(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of the rows that are no comments: those above the data that begin with #, and annotations anywhere."""
    kept = list[int]()
    for place, row in enumerate(rows):
        is_above = not kept and row[0].lstrip().startswith("#") and row[0].strip() != "#"
        if not is_above and not is_comment(row):
            kept.append(place)
    return kept


def _without_words_below(rows: Sequence[Sequence[str]], kept: list[int]) -> list[int]:
    """Return the places but for the last ones, where these rows are narrower than most: words below a table."""
    width = usual_width([rows[place] for place in kept[len(kept) // 2 :]]) if kept else 0
    last = len(kept)
    while last > len(kept) // 2 and len(rows[kept[last - 1]]) < width:
        last -= 1
    return kept[:last] if width > 1 and last > len(kept) // 2 else kept


def _commented_names(rows: Sequence[Sequence[str]], kept: Sequence[int]) -> list[list[str]]:
    """Return the comments above the first row that have as many cells as it: they may be the names, or the units."""
    if not kept:
        return []
    width = len(rows[kept[0]])
    return [[row[0].lstrip("# "), *row[1:]] for row in rows[: kept[0]] if len(row) == width > 1 and not is_comment(row)]


def _layout_of(
    rows: list[list[str]],
    above: list[list[str]],
    comments: list[list[str]],
    delimiter: str,
    choices: Choices,
    *,
    is_whole: bool,
) -> Layout:
    marks = find_marks((cell for row in rows for cell in row), delimiter)
    if choices.decimal:
        mark = "," if choices.decimal == "comma" else "."
        marks = Marks(mark, marks.thousands if marks.thousands != mark else "")
    header = find_header([*above, *rows], marks)
    header = header._replace(rows=max(0, header.rows - len(above)))
    data = rows[header.rows :]
    if not data:
        raise RecordingError("expected rows of numbers below the header, got none")
    cells = [[row[place] for row in data if place < len(row)] for place in range(len(header.names))]
    preamble = find_preamble([*comments, *_words_above(rows, header, marks)], choices.zone, choices.date_order)
    candidates = _begun(_candidates(header, cells, marks, choices, preamble), preamble)
    time = candidates[0].columns if candidates else None
    columns = _columns(header, cells, marks, candidates, is_whole=is_whole)
    long = find_long(columns, cells, time)
    if long is not None:
        columns = long.told(columns)
    elif candidates and 0.0 < candidates[0].score <= STANDING:
        time = None
        columns = _columns(header, cells, marks, [], is_whole=is_whole)
    return Layout(delimiter, marks, header.rows, columns, usual_width(data), time, long, choices.zone)


def _words_above(rows: Sequence[Sequence[str]], header: Header, marks: Marks) -> list[list[str]]:
    """Return the rows above the data, with decimal points; and those beside it, as oscilloscopes have a header in columns of its own."""
    plain = [
        [marks.plain(cell) if cell[:1] in _DIGITS else cell for cell in row] for row in rows[: header.rows or _BESIDE]
    ]
    return plain if header.rows else [row for row in plain if row[0].strip()[:1].isalpha()]


def _begun(candidates: list[Candidate], preamble: Preamble) -> list[Candidate]:
    """Return the candidates, of which times from the file's own start begin when the words above say that it was."""
    if not candidates or not candidates[0].columns.is_relative:
        return candidates
    time = candidates[0].columns
    start = preamble.day if time.form == CLOCK else preamble.start
    if start is not None:
        time = replace(time, start=start, reason=f"{time.reason}, which the words above the table say")
    elif preamble.unread:
        reason = f"{time.reason}; {preamble.unread!r:.40} above has no one meaning and is not used, say --date-order or choose a start"
        time = replace(time, reason=reason)
    return [replace(candidates[0], columns=time), *candidates[1:]]


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
        return [
            Candidate(TimeColumns((0,), RELATIVE, divisor, reason="the first of the times beside each value"), 100.0)
        ]
    found = find_times(header.names, header.units, cells, marks, order=choices.date_order, step=preamble.step)
    candidates = _chosen(found, header.names, choices)
    if not candidates and preamble.step:
        reason = f"no column of times; rows are {preamble.step:.6g} s apart, as {preamble.step_key!r} above says"
        return [Candidate(TimeColumns((), STEPS, 1 / preamble.step, reason=reason), 0.0)]
    if candidates and candidates[0].open_orders:
        place = candidates[0].columns.places[0]
        orders = " or ".join(candidates[0].open_orders)
        raise RecordingError(
            f"expected dates of one meaning in column {header.names[place]!r:.40}, got such as {_example(cells[place])!r}, with the day or "
            f"the month first; say --date-order {orders}"
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
        _column(place, header, cells[place], marks, candidates, is_whole=is_whole) for place in range(len(header.names))
    )


def _column(
    place: int, header: Header, cells: Sequence[str], marks: Marks, candidates: Sequence[Candidate], *, is_whole: bool
) -> Column:
    name, example = header.names[place], _example(cells)
    if candidates and place in candidates[0].columns.places:
        return Column(name, TIME, example, reason=f"the time: {candidates[0].columns.reason}")
    if any(place in other.columns.places and not other.columns.is_relative for other in candidates):
        return Column(name, TIME, example, reason="a time as well; another column is surer")
    if header.time_unit and re.fullmatch(r"Name( \(\d+\))?", name):
        return Column(name, TIME, example, reason="the time again")
    unit = header.units[place] or _unit_in(cells, marks)
    kind = _kind(cells, marks, unit)
    if kind == EMPTY and not is_whole:
        return Column(name, NUMBER, unit=unit)  # something may follow
    reasons = {
        TEXT: f"text, such as {example!r}, that is neither a number nor one of a few words",
        EMPTY: "no cell holds anything",
    }
    return Column(name, kind, example, unit, reasons.get(kind, ""))


def _check_text(head: bytes) -> None:
    if not head.strip():
        raise RecordingError("expected CSV rows, got an empty file")
    if head[:4] == b"PK\x03\x04":
        raise RecordingError("expected CSV, got a workbook or zip archive; export the sheet as CSV")
    if _CONTROLS.search(head):
        raise RecordingError("expected CSV text, got a binary file")
    if b"\n" not in head:
        if len(head) >= HEAD_BYTES:
            raise RecordingError(f"expected lines of at most {MAX_LINE} bytes, got a longer first line; is it CSV?")
        if b"\r" in head.rstrip():
            raise RecordingError("expected lines that end in \\n or \\r\\n, got \\r alone; save it as 'CSV UTF-8'")


def _read(head: bytes, delimiter: str) -> list[list[str]]:
    rows = list[list[str]]()
    for row in CsvRows(Piece(head), delimiter):
        if isinstance(row, tuple):
            rows.append(row[1])
        if len(rows) >= HEAD_ROWS:
            break
    return rows


def _find_delimiter(head: bytes) -> str:
    """Return the first delimiter that splits nearly all rows below the header into the same number of cells, more than one.

    A bar wins over a comma where it makes as many cells; blanks are delimiters where nothing else is.
    """
    best, best_share, best_width = ",", 0.0, 1
    for delimiter in _DELIMITERS:
        try:
            rows = _read(head, delimiter)
        except csv.Error:
            continue
        rows = rows[len(rows) // 2 :]  # what stands above the data may be split otherwise
        if not rows or (delimiter == " " and best_share):
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        share = count / len(rows) if width > 1 else 0.0
        if share >= _MOST and delimiter in "\t;":
            return delimiter
        if (min(share, _MOST), width) > (min(best_share, _MOST), best_width) or (
            delimiter == "|" and share >= _MOST and width >= best_width
        ):
            best, best_share, best_width = delimiter, share, width
    return best


def _unit_in(cells: Sequence[str], marks: Marks) -> str:
    """Return the unit behind the first number of a column, "" where there is none."""
    split = next((split_unit(marks.plain(cell)) for cell in cells if cell.strip()[:1] in _DIGITS), None)
    return split[1] if split is not None else ""


def _kind(cells: Sequence[str], marks: Marks, unit: str) -> str:
    full = [marks.plain(cell) for cell in cells if cell.strip()]
    if not full:
        return EMPTY
    words = list[str]()
    unusable = 0
    for cell in full:
        if unit and number_of(cell, unit) is not None:
            continue
        try:
            value = text_to_value(cell)
        except PayloadError:
            unusable += 1
            continue
        if isinstance(value, str):
            words.append(value)
    if len(words) + unusable <= len(full) / 2:
        return NUMBER
    if unusable > len(full) * (1 - _MOST) or 2 * len(set(words)) > len(words):
        return TEXT
    return WORDS


def _example(cells: Sequence[str]) -> str:
    return next((cell.strip()[:40] for cell in cells if cell.strip()), "")
