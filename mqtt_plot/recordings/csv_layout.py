"""The layout of a CSV file, found from its first bytes: delimiter, decimal mark, header, time column."""

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from mqtt_plot.errors import PayloadError, RecordingError
from mqtt_plot.parsers.timestamps import to_believable_seconds
from mqtt_plot.parsers.values import text_to_value
from mqtt_plot.recordings.csv_rows import MAX_LINE, CsvRows, Piece
from mqtt_plot.samples import TwoState

# So many bytes and rows are looked at; columns past the limit are refused, as no store would take so many tags.
HEAD_BYTES = MAX_LINE
HEAD_ROWS = 200
MAX_COLUMNS = 10_000

# A semicolon or tab that splits all rows alike wins over a comma, which may be the decimal mark.
_DELIMITERS = "\t;,"
_MOST = 0.9  # of the rows or cells must agree; the rest may be broken
_TIME_NAMES = re.compile(
    r"(?i)_?(time|timestamp|time[ _-]?stamp|ts|date|datetime|date[ _/-]?time|zeit|zeitstempel|datum|uhrzeit|t)"
    r"( *[\[(/].*|_(s|ms|us|ns|utc))?"
)
_COMMA_NUMBER = re.compile(r"\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*")
_POINT_NUMBER = re.compile(r"\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d{1,6})?))?")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# Spreadsheets run a cell with one of these first as a formula; exports put an apostrophe before it.
_DEFUSED = ("'=", "'+", "'-", "'@")


@dataclass(frozen=True)
class Column:
    """A column by its name. `kind` is number, words (few, repeated: drawn as states), text, empty or time; `example` one cell."""

    name: str
    kind: str
    example: str = ""


@dataclass(frozen=True)
class Layout:
    """How to read a file. `time_column` is an index or None; relative times are seconds from the file's own zero.

    A *long* file has one sample per row in the columns time, tag, value and perhaps unit; `columns` are then those.
    """

    delimiter: str
    has_decimal_comma: bool
    first_row: int  # rows before it are header
    columns: tuple[Column, ...]
    time_column: int | None
    is_relative: bool = False
    zone: tzinfo = UTC

    @property
    def is_long(self) -> bool:
        """True for one sample per row, as `mqtt-plot record` writes."""
        return {"tag", "value"} <= {column.name.lower() for column in self.columns} and self.time_column is not None

    def index(self, name: str) -> int:
        """Return the place of the column called `name`, in any case. Raises KeyError."""
        for index, column in enumerate(self.columns):
            if column.name.lower() == name:
                return index
        raise KeyError(name)

    @property
    def playable(self) -> tuple[str, ...]:
        """The names of the columns that can be drawn."""
        return tuple(column.name for column in self.columns if column.kind in ("number", "words"))


def find_layout(head: bytes, zone: tzinfo = UTC) -> Layout:
    """Return the layout of the file that begins with `head` (up to HEAD_BYTES). Raises RecordingError."""
    _check_text(head)
    if len(head) >= HEAD_BYTES:
        head = head[: head.rindex(b"\n") + 1]
    hinted = re.match(rb"(?:\xef\xbb\xbf)?sep=(.)\r?\n", head)
    delimiter = hinted[1].decode("latin-1") if hinted else _find_delimiter(head)
    rows = _read(head, delimiter)[1 if hinted else 0 :]
    if not rows:
        raise RecordingError("expected CSV rows, got only blank lines")
    if len(rows[0]) > MAX_COLUMNS:
        raise RecordingError(f"expected at most {MAX_COLUMNS} columns, got {len(rows[0])}")
    has_header = _has_header(rows, zone)
    data = rows[1:] if has_header else rows
    if not data:
        raise RecordingError("expected rows of numbers below the header, got none")
    width = _usual_width(data)
    names = _names(rows[0] if has_header else [], max(width, len(rows[0]) if has_header else 0))
    columns = [[row[i] for row in data if i < len(row)] for i in range(len(names))]
    has_comma = _has_decimal_comma(columns)
    time_column, is_relative = _find_time(names, columns, zone, has_comma=has_comma)
    found = tuple(
        Column(name, "time" if i == time_column else _kind(cells, has_comma=has_comma), _example(cells))
        for i, (name, cells) in enumerate(zip(names, columns, strict=True))
    )
    first_row = (1 if hinted else 0) + (1 if has_header else 0)
    return Layout(delimiter, has_comma, first_row, found, time_column, is_relative, zone)


def _check_text(head: bytes) -> None:
    if not head.strip():
        raise RecordingError("expected CSV rows, got an empty file")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise RecordingError("expected CSV in UTF-8 or Latin-1, got UTF-16; save it as 'CSV UTF-8'")
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
    """Return the first delimiter that splits nearly all rows into the same number of cells, more than one."""
    best, best_share = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = _read(head, delimiter)
        except csv.Error:
            continue
        if not rows:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        share = count / len(rows) if width > 1 else 0.0
        if share >= _MOST:
            return delimiter
        if share > best_share:
            best, best_share = delimiter, share
    return best


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0]


def _has_header(rows: Sequence[Sequence[str]], zone: tzinfo) -> bool:
    """The first row is a header where it holds a word above a column of numbers or times, or new words only."""
    first, rest = rows[0], rows[1:]
    below = [[row[i].strip() for row in rest if i < len(row) and row[i].strip()] for i in range(len(first))]
    full = [i for i, cell in enumerate(first) if cell.strip()]
    words = [i for i in full if not _is_datum(first[i], zone, is_strict=True) and first[i].strip() not in below[i]]
    if any(below[i] and sum(_is_datum(cell, zone) for cell in below[i]) >= len(below[i]) / 2 for i in words):
        return True
    return bool(words) and len(words) == len(full)


def _is_datum(cell: str, zone: tzinfo, *, is_strict: bool = False) -> bool:
    """Tell whether a cell is a number or a time; unless `is_strict`, also whether it is one of two states (on, false)."""
    try:
        value = text_to_value(cell.replace(",", ".", 1))
    except PayloadError:
        return time_of(cell, zone) is not None
    return type(value) is float or (isinstance(value, bool | TwoState) and not is_strict)


def _names(header: Sequence[str], width: int) -> list[str]:
    """Return a name for each column: the header's, made distinct, or `column N`."""
    names = list[str]()
    taken = set[str]()
    for i in range(width):
        name = tag_text(header[i]) if i < len(header) else ""
        name = base = name or f"column {i + 1}"
        copy = 2
        while name in taken:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
        taken.add(name)
    return names


def tag_text(cell: str) -> str:
    """Return a cell that names a tag: trimmed, on one line, and without the apostrophe that defused a formula."""
    return undefused(" ".join(cell.split()))


def undefused(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it as a formula."""
    return cell[1:] if cell.startswith(_DEFUSED) else cell


def _has_decimal_comma(columns: Sequence[Sequence[str]]) -> bool:
    commas = sum(bool(_COMMA_NUMBER.fullmatch(cell)) for cells in columns for cell in cells)
    points = sum(bool(_POINT_NUMBER.fullmatch(cell)) for cells in columns for cell in cells)
    return commas > points


def to_point(cell: str) -> str:
    """Return a number with a decimal comma as one with a decimal point."""
    return cell.replace(",", ".", 1) if "," in cell and "." not in cell else cell


def time_of(cell: str, zone: tzinfo) -> float | None:
    """Return POSIX seconds of an absolute time, or None. Knows what payloads know, and 12.04.2018 09:55:00."""
    match = _DAY_FIRST.fullmatch(cell.strip())
    try:
        if match:
            day, month, year, hour, minute = map(int, match.groups()[:5])
            seconds = float((match[6] or "0").replace(",", "."))
            return datetime(year, month, day, hour, minute, tzinfo=zone).timestamp() + seconds
        return to_believable_seconds(cell, zone)
    except (PayloadError, ValueError, OverflowError):
        return None


def _find_time(
    names: Sequence[str], columns: Sequence[Sequence[str]], zone: tzinfo, *, has_comma: bool
) -> tuple[int | None, bool]:
    """Return (index of the time column or None, whether it is relative).

    A column named like one goes first, then one of dates, then one of numbers that can be times since 1970; all must hardly ever step back.
    """
    cells = [[to_point(cell) if has_comma else cell for cell in column if cell.strip()] for column in columns]
    absolute = [i for i in range(len(names)) if _is_absolute(cells[i], zone)]
    named = [i for i, name in enumerate(names) if _TIME_NAMES.fullmatch(name.strip())]
    for i in named:
        if i in absolute:
            return i, False
    for i in absolute:
        if any(mark in cells[i][0] for mark in ":-T"):
            return i, False
    if absolute:
        return absolute[0], False
    for i in named:
        if _is_rising([_number(cell) for cell in cells[i]]):
            return i, True
    return None, False


def _is_absolute(cells: Sequence[str], zone: tzinfo) -> bool:
    return _is_rising([time_of(cell, zone) for cell in cells])


def _is_rising(numbers: Sequence[float | None]) -> bool:
    known = [number for number in numbers if number is not None]
    if not known or len(known) < _MOST * len(numbers):
        return False
    rises = sum(a <= b for a, b in pairwise(known))
    return rises >= _MOST * (len(known) - 1)


def _number(cell: str) -> float | None:
    try:
        value = text_to_value(cell)
    except PayloadError:
        return None
    return value if type(value) is float and math.isfinite(value) else None


def _kind(cells: Sequence[str], *, has_comma: bool) -> str:
    full = [to_point(cell.strip()) if has_comma else cell.strip() for cell in cells if cell.strip()]
    if not full:
        return "empty"
    words = list[str]()
    unusable = 0
    for cell in full:
        try:
            value = text_to_value(cell)
        except PayloadError:
            unusable += 1
            continue
        if isinstance(value, str):
            words.append(value)
    if len(words) + unusable <= len(full) / 2:
        return "number"
    if unusable > len(full) * (1 - _MOST) or 2 * len(set(words)) > len(words):
        return "text"
    return "words"


def _example(cells: Sequence[str]) -> str:
    return next((cell.strip()[:40] for cell in cells if cell.strip()), "")
