"""A column that could be the time of a CSV file: how sure that is. Each form has its score; its name and its order add to it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from mqtt_plot.parsers.dates import Moment
from mqtt_plot.recordings.csv_time import CLOCK, EXCEL, NUMBER, RELATIVE, TEXT, TimeColumns
from mqtt_plot.recordings.csv_time_names import is_begin, is_end

MOST = 0.9  # of the cells must agree; the rest may be broken
PARTS = "parts"
# How sure each form is, before names and order.
SCORES = {TEXT: 100.0, PARTS: 85.0, NUMBER: 80.0, EXCEL: 70.0, RELATIVE: 50.0, CLOCK: 45.0}
NAMED, ZONED = 15.0, 10.0
_PASSED_ON = -12.0
_NO_TIME = re.compile(r"[-:/. ]+|0{1,4}[-/.]0{1,4}[-/.]0{1,4}(?:[ T]0?0:00(?::00)?)?")
STANDING = 10.0  # a time that never changes, which is one only for a table with one sample per row


@dataclass(frozen=True)
class Candidate:
    """Columns that could be the time, how sure that is, and whether the order of their dates is open (then they cannot be taken)."""

    columns: TimeColumns
    score: float
    open_orders: tuple[str, ...] = ()
    if_moving: float = 0.0  # how sure one that stands still would be else


def score_of(form: str, name: str, place: int, steadiness: float, bonus: float = 0.0) -> float:
    """Return how sure a column is: by its form and name, and by which share of its steps goes one way."""
    passed_on = _PASSED_ON if is_end(name) else _PASSED_ON / 2 if is_begin(name) else 0.0
    return SCORES[form] + bonus + passed_on + 10 * steadiness - place / 1_000


def share(cells: Sequence[str], is_one: Callable[[str], bool]) -> float:
    """Return which share of the cells that hold something are of a kind, 0 as soon as too few can be."""
    full = [cell for cell in cells if cell.strip() and not is_no_time(cell)]
    others = 0
    for cell in full:
        if not is_one(cell):
            others += 1
            if others > (1 - MOST) * len(full):
                return 0.0
    return 1 - others / len(full) if full else 0.0


def is_no_time(cell: str) -> bool:
    """Tell whether a cell says that there is no time: marks alone (`--:--:--`), or a date of zeros (`0000-00-00`)."""
    return _NO_TIME.fullmatch(cell.strip()) is not None


def shares(numbers: Sequence[float]) -> tuple[float, float]:
    """Return which share of steps goes up, and which goes down; steps that stay count for both."""
    steps = len(numbers) - 1
    if steps < 1:
        return 1.0, 0.0
    ups = sum(a <= b for a, b in pairwise(numbers))
    downs = sum(a >= b for a, b in pairwise(numbers))
    return ups / steps, downs / steps


# Dates of the first rows are compared several times, in each order.
@lru_cache(maxsize=1024)
def instant(moment: Moment, order: str) -> float:
    """Return the POSIX seconds of a date in UTC, to compare it with others; 0 for one that no calendar has."""
    try:
        return moment.to_seconds(order if order in moment.orders else moment.orders[0])
    except (ValueError, OverflowError):
        return 0.0
