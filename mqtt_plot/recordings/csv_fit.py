"""Names and rows of a CSV file that are not equally many cells: which cells belong together, and whose name is missing.

A decimal comma or the comma before milliseconds splits a cell that stands in no quotes, as does a comma in a name. R writes no name for the
numbers of its rows. What cannot be told from the cells is said, as a value might stand below another's name.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mqtt_plot.parsers.dates import find_clock
from mqtt_plot.recordings.csv_head import usual_width
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.recordings.csv_time import moment_of
from mqtt_plot.recordings.csv_time_names import is_time_name

_FEWEST = 3  # rows that must agree
_WHOLE = re.compile(r"[+-]?\d{1,9}")
_DIGITS = re.compile(r"\d{1,9}")
_THOUSANDTHS = re.compile(r"\d{3}(?:\d{3})?")
_SECONDS = re.compile(r".*\d:\d\d")


class Fit(NamedTuple):
    """How rows are made to fit their names: `width` cells as split, of which those at the `joins` go on in the next one. `note` is a doubt."""

    width: int = 0
    joins: tuple[int, ...] = ()
    note: str = ""

    def row(self, cells: Sequence[str]) -> list[str]:
        """Return the cells of a row of that width, with those joined that belong together."""
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
    below = rows[len(rows) // 2 :]
    width = usual_width(below)
    first = next((index for index, row in enumerate(rows) if len(row) == width and _holds_data(row)), 0)
    data = [row for row in rows[first:] if len(row) == width]
    named = rows[first - 1] if first else []
    while named and not named[-1].strip() and len(named) > width:
        named.pop()
    count = len(named)
    if count < 2 or count == width or len(data) < _FEWEST or any(map(_is_datum, named)):  # noqa: PLR2004 - a line of words
        return NO_FIT
    columns = list(zip(*data, strict=True))
    while count < width and not any(cell.strip() for cell in columns[width - 1]):
        width -= 1  # a delimiter at the end of each row
        if width == count:
            return NO_FIT
    if count > width:
        return _fit_names(rows, first - 1, width)
    if count == width - 1 and _are_row_numbers(columns, named[0]):
        named.insert(0, "")
        return NO_FIT
    joins = _joins(columns, width - count) if delimiter == "," else ()
    if not joins:
        return Fit(note=_doubt(count, width))
    found = Fit(len(data[0]), joins)
    rows[first:] = [found.row(row) if len(row) == len(data[0]) else row for row in rows[first:]]
    return found


def _fit_names(rows: list[list[str]], index: int, width: int) -> Fit:
    """Join names that a comma in brackets has split. A row of names may also be longer than those of data, which are then doubtful."""
    names = list[str]()
    for cell in rows[index]:
        if names and names[-1].count("(") + names[-1].count("[") > names[-1].count(")") + names[-1].count("]"):
            names[-1] += f",{cell}"
        else:
            names.append(cell)
    if len(names) == width:
        rows[index] = names
        return NO_FIT
    return NO_FIT if any(len(row) > width for row in rows[index + 1 :]) else Fit(note=_doubt(len(rows[index]), width))


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
    if not cells[0].isdigit():
        return False
    start = int(cells[0])
    if cells != [str(start + index) for index in range(len(cells))]:
        return False
    return not is_time_name(first_name, "") or all(moment_of(cell) for cell in columns[1][:_FEWEST])


def _holds_data(row: Sequence[str]) -> bool:
    return any(map(_is_datum, row))


def _is_datum(cell: str) -> bool:
    text = cell.strip()
    return text[:1].isdigit() and (
        number_in(text) is not None or moment_of(text) is not None or find_clock(text) is not None
    )


def _doubt(names: int, cells: int) -> str:
    return f"{names} names stand above rows of {cells} cells; a value may stand below the name of another one"
