"""What the cells of a column of a CSV file can be drawn as, and their unit. Knows no other columns."""

import re
from collections.abc import Sequence

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.values import text_to_value
from mqtt_plot.recordings.csv_column import EMPTY, NUMBER, TEXT, WORDS
from mqtt_plot.recordings.csv_numbers import Marks, number_in, number_of
from mqtt_plot.samples import TwoState

_DIGITS = tuple("0123456789+-")
_MOST = 0.9  # of the cells must agree; the rest may be broken
_FEW_ROWS = range(3, 12)
_IDENTITY = re.compile(
    r"(?i)(?:.*[ _-])?(?:id|no|nr|num|nummer|number|key|serial|serie|ean|mprn|mpan|gsrn|nmi|imei|mac|account|sn)\.?(?:[ _-]code)?|"
    r".*(?:[a-z]Id|ID)"
)
_LONG_NUMBER = re.compile(r"\d{8,}")
_STATE = re.compile(r"[^\W\d_][^\W\d]{0,15}")


def unit_in(cells: Sequence[str], marks: Marks) -> str:
    """Return the unit behind the first number of a column, "" where there is none."""
    split = next((split_unit(marks.plain(cell)) for cell in cells if cell.strip()[:1] in _DIGITS), None)
    return split[1] if split is not None else ""


def is_identity(name: str, cells: Sequence[str]) -> bool:
    """Tell whether cells are one long number that says whose they are: a serial number, a metering point."""
    found = {cell.strip() for cell in cells}
    return (
        len(found) == 1
        and _LONG_NUMBER.fullmatch(found.pop()) is not None
        and _IDENTITY.fullmatch(name.strip()) is not None
    )


def kind_of(cells: Sequence[str], marks: Marks, unit: str) -> str:
    """Return what cells can be drawn as."""
    full = [marks.plain(cell) for cell in cells if cell.strip()]
    if not full:
        return EMPTY
    words, two_states = list[str](), list[str]()
    unusable = numbers = 0
    for cell in full:
        if number_in(cell) is not None or (unit and number_of(cell, unit) is not None):
            numbers += 1
            continue
        try:
            value = text_to_value(cell)
        except PayloadError:
            unusable += 1
            continue
        if isinstance(value, str):
            words.append(value)
        elif isinstance(value, bool | TwoState):
            two_states.append(cell)
    if words and two_states and not numbers:  # running, stopped, idle
        words += two_states
    if len(words) + unusable <= len(full) / 2:
        return NUMBER
    # A short file does not show that words come again.
    are_few = len(full) in _FEW_ROWS and all(map(_STATE.fullmatch, words))
    if unusable > len(full) * (1 - _MOST) or (2 * len(set(words)) > len(words) and not are_few):
        return TEXT
    return WORDS
