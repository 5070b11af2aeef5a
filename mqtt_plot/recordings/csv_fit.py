"""Names and rows of a CSV file that are not equally many cells: which cells belong together, and whose name is missing.

A decimal comma or the comma before milliseconds splits a cell that stands in no quotes, as does a comma in a name. R writes no name for the
numbers of its rows. What cannot be told from the cells is said, as a value might stand below another's name.
"""

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

from mqtt_plot.errors import RecordingError
from mqtt_plot.parsers.dates import find_clock
from mqtt_plot.recordings.csv_head import usual_width
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.recordings.csv_time import moment_of
from mqtt_plot.recordings.csv_time_names import is_time_name

_FEWEST = 3  # rows that must agree
_MOST = 0.9
_KEY_AND_VALUE = 2  # cells of a line of words
_LAST = 20  # rows that are looked at
_SOME = 0.2  # of the rows fit the names, so that the others are wrong
_FAR = 1.5  # times as many cells as names, from which on no name is sure
_WHOLE = re.compile(r"[+-]?\d{1,9}")
_DIGITS = re.compile(r"\d{1,9}")
_THOUSANDTHS = re.compile(r"\d{3}(?:\d{3})?")
_SECONDS_SINCE_1970 = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")
_SECONDS = re.compile(r".*\d:\d\d")


class Fit(NamedTuple):
    """How rows are made to fit their names: `width` cells as split, of which those at the `joins` go on in the next one.

    `note` is a doubt. Without `has_names` those above belong to other cells.
    """

    width: int = 0
    joins: tuple[int, ...] = ()
    note: str = ""
    has_names: bool = True
    wrapped: str = ""  # the delimiter within lines that stand in quotes as a whole
    is_strict: bool = False  # rows of any other width are left out
    is_one: bool = False  # column, of which only some cells have a decimal comma

    def fits(self, cells: Sequence[str]) -> bool:
        """Tell whether a row can be made to fit its names."""
        if self.is_strict:
            return _width(cells) <= self.width
        return not self.joins or len(cells) == self.width or self.is_one

    def row(self, cells: list[str]) -> list[str]:
        """Return the cells of a row of that width, with those joined that belong together."""
        if self.wrapped:
            return _unwrapped(cells, self.wrapped)
        if not self.joins:
            return cells
        fitted = list[str]()
        for place, cell in enumerate(cells):
            if place - 1 in self.joins:
                fitted[-1] += f",{cell.strip()}"
            else:
                fitted.append(cell)
        return fitted


NO_FIT = Fit()


def fit(rows: list[list[str]], delimiter: str) -> Fit:
    """Make the first rows of a file fit their names, in place, and return how further ones are."""
    wrapped = _wrapped(rows)
    if wrapped:
        rows[:] = [_unwrapped(row, wrapped) for row in rows]
        return Fit(wrapped=wrapped)
    _check_widths(rows, delimiter)
    one = _one_column(rows) if delimiter == "," else len(rows)
    if one < len(rows):
        found = Fit(2, (0,), is_one=True)
        rows[one:] = map(found.row, rows[one:])
        return found
    width = usual_width(rows[len(rows) // 2 :])
    return _fit_rows(rows, _first_of_the_last(rows, width), width, delimiter)


def _wrapped(rows: Sequence[Sequence[str]]) -> str:
    """Return the delimiter that splits all lines alike which else are one cell each, "" for none: whole lines in quotes."""
    if len(rows) < _FEWEST or any(len(row) != 1 for row in rows):
        return ""
    return next(
        (
            mark
            for mark in ";,\t"
            if (count := rows[-1][0].count(mark)) and all(row[0].count(mark) == count for row in rows[-_LAST:])
        ),
        "",
    )


def _unwrapped(cells: Sequence[str], delimiter: str) -> list[str]:
    return next(csv.reader(cells[:1], delimiter=delimiter), [])


def _fit_rows(rows: list[list[str]], first: int, width: int, delimiter: str) -> Fit:
    """Make the rows from the `first` one fit the names above it."""
    data = [row for row in rows[first:] if len(row) == width]
    named = rows[first - 1] if first else []
    while named and len(named) > width and not any(map(str.isalnum, named[-1])):
        named.pop()
    count = len(named)
    is_elsewhere = any(len(row) == width and not _holds_data(row) and all(map(str.strip, row)) for row in rows[:first])
    are_names = count > 1 and not named[0].strip().endswith(":") and _are_words(named)
    if is_elsewhere or not are_names or count == width or not data:
        return NO_FIT
    columns = list(zip(*data, strict=True))
    while count < width and not any(cell.strip() for cell in columns[width - 1]):
        width -= 1  # a delimiter at the end of each row
        if width == count:
            return NO_FIT
    if count > width:
        return _fit_names(rows, first - 1, width)
    if count == width - 1 and (_are_row_numbers(columns, named[0]) or _are_times(columns, named[0])):
        named.insert(0, "")
        return NO_FIT
    if len(data) < _FEWEST:
        return Fit(note=_doubt(count, width), has_names=width < _FAR * count)
    return _fit_longer(rows, first, columns, count, delimiter)


def _fit_longer(rows: list[list[str]], first: int, columns: Sequence[Sequence[str]], count: int, delimiter: str) -> Fit:
    """Make rows that are longer than their `count` of names fit them, or leave those out that are, or say so."""
    width = max((place + 1 for place, cells in enumerate(columns) if any(map(str.strip, cells))), default=count)
    full = len(columns)
    joins = _joins(columns, width - count) if delimiter == "," else ()
    if joins:
        rows[first:] = [Fit(full, joins).row(row) if len(row) == full else row for row in rows[first:]]
        return Fit(full, joins)
    exact = [row for row in rows[first:] if _width(row) == count]
    if len(exact) > _SOME * len(columns[0]):
        rows[first:] = exact
        return Fit(count, is_strict=True)
    return Fit(note=_doubt(count, width), has_names=width < _FAR * count)


def _first_of_the_last(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return the first of the rows of data that go down to the end; one between them may be of another kind."""
    first, strange = len(rows), 0
    for index in range(len(rows) - 1, -1, -1):
        if 2 * len(rows[index]) > width and _holds_data(rows[index]) and not _are_words(rows[index]):
            first, strange = index, 0
        else:
            strange += 1
            filled = sum(map(bool, map(str.strip, rows[index])))
            if strange > 1 or (filled > 1 and 2 * filled > width):
                break
    return first if first < len(rows) else 0


def _check_widths(rows: Sequence[Sequence[str]], delimiter: str) -> None:
    """Raise RecordingError where rows are longer than their names, and each of another length, as decimal commas make them."""
    index = max(range(len(rows)), key=lambda place: -1 if any(map(_is_datum, rows[place])) else len(rows[place]))
    named, data = rows[index], rows[index + 1 :]
    if delimiter != "," or len(named) < _KEY_AND_VALUE or any(map(_is_datum, named)) or len(data) < _FEWEST:
        return
    widths = [_width(row) for row in data]
    width = usual_width(data)
    usual = widths.count(width)
    if len(named) == _KEY_AND_VALUE and width > 2 * len(named):  # a line of words above
        return
    if usual < _MOST * len(data) and 2 * sum(width > len(named) for width in widths) > len(data):
        raise RecordingError(
            f"expected rows of {len(named)} cells, as many as there are names, got {min(widths)} to {max(widths)}; "
            "if its decimal mark is the comma, save the file with semicolons between cells"
        )


def _one_column(rows: Sequence[Sequence[str]]) -> int:
    """Return the first of the rows down to the end that are a whole number, or one with its fraction; the count of all for none."""
    first = len(rows)
    while first and _is_decimal(rows[first - 1]):
        first -= 1
    widths = {len(row) for row in rows[first:]}
    return first if widths == {1, 2} and len(rows) - first >= _FEWEST else len(rows)


def _is_decimal(row: Sequence[str]) -> bool:
    return len(row) <= 2 and _WHOLE.fullmatch(row[0].strip()) is not None and all(map(_DIGITS.fullmatch, row[1:]))  # noqa: PLR2004 - before and behind the comma


def _fit_names(rows: list[list[str]], index: int, width: int) -> Fit:
    """Join names that a comma in brackets has split. A row of names may also be longer than those of data, which are then doubtful."""
    names = list[str]()
    for cell in rows[index]:
        if names and names[-1].count("(") + names[-1].count("[") > names[-1].count(")") + names[-1].count("]"):
            names[-1] += f",{cell}"
        else:
            names.append(cell)
    if len(names) == width + 1 and "=" in names[0]:
        del names[0]  # the version of the form: v=1
    if len(names) == width:
        rows[index] = names
        return NO_FIT
    return NO_FIT if any(len(row) > width for row in rows[index + 1 :]) else Fit(note=_doubt(len(rows[index]), width))


def _are_words(row: Sequence[str]) -> bool:
    """Tell whether a row can be names: they begin with a word, and few of them are numbers, as channels may be called."""
    return not _is_datum(row[0]) and all(map(str.strip, row)) and 2 * sum(map(_is_datum, row)) < len(row)


def _width(row: Sequence[str]) -> int:
    """Return how many cells a row has up to the last that holds anything."""
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)


def _joins(columns: Sequence[Sequence[str]], missing: int) -> tuple[int, ...]:
    """Return the places of cells that go on in the next one, () where that is not certain."""
    joins = [
        place
        for place in range(len(columns) - 1)
        if all(_SECONDS.fullmatch(cell) for cell in columns[place])
        and all(_THOUSANDTHS.fullmatch(cell) for cell in columns[place + 1])
    ][:1]
    behind = joins[0] + 2 if joins else 0
    whole = [
        place for place in range(behind, len(columns)) if all(_WHOLE.fullmatch(cell.strip()) for cell in columns[place])
    ]
    left = missing - len(joins)
    if not left:
        return tuple(joins)
    pairs = list(zip(whole[::2], whole[1::2], strict=False))
    are_pairs = (
        len(whole) == 2 * left
        and all(second == first + 1 for first, second in pairs)
        and all(_DIGITS.fullmatch(cell.strip()) for _, second in pairs for cell in columns[second])
    )
    return (*joins, *(first for first, _ in pairs)) if are_pairs else ()


def _are_row_numbers(columns: Sequence[Sequence[str]], first_name: str) -> bool:
    """Tell whether the first cells count the rows, so that they have no name."""
    cells = [cell.strip() for cell in columns[0]]
    if not cells[0].isdecimal():
        return False
    start = int(cells[0])
    if len(cells) == 1 or cells != [str(start + index) for index in range(len(cells))]:
        return False
    return not is_time_name(first_name, "") or all(moment_of(cell) for cell in columns[1][:_FEWEST])


def _are_times(columns: Sequence[Sequence[str]], first_name: str) -> bool:
    """Tell whether the first cells are times without a name, and the next ones none."""
    return not is_time_name(first_name, "") and all(
        _is_time(first) and not _is_time(second)
        for first, second in zip(columns[0][:_FEWEST], columns[1][:_FEWEST], strict=True)
    )


def _is_time(cell: str) -> bool:
    text = cell.strip().rstrip(":")
    return moment_of(text) is not None or _SECONDS_SINCE_1970.fullmatch(text) is not None


def _holds_data(row: Sequence[str]) -> bool:
    return any(map(_is_datum, row))


def _is_datum(cell: str) -> bool:
    text = cell.strip().rstrip(":")
    return text[:1].isdecimal() and (
        number_in(text) is not None or moment_of(text) is not None or find_clock(text) is not None
    )


def _doubt(names: int, cells: int) -> str:
    return f"{names} names stand above rows of {cells} cells; a value may stand below the name of another one"
