"""Whether the day or the month comes first in the dates of a CSV file, where its first rows leave that open: what else in it tells."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from mqtt_plot.errors import RecordingError, RowError
from mqtt_plot.parsers.dates import DAY_SECONDS, Moment
from mqtt_plot.recordings.csv_rows import CsvRows, Piece
from mqtt_plot.recordings.csv_time import moment_of
from mqtt_plot.recordings.csv_time_candidate import instant

_SLICE = 6 * 1024  # bytes that are looked at in the middle and at the end of a file
_MONTH_FIRST = frozenset(("EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST"))
_DATE = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)(?![\d/])")
_LEAST_OF_A_MONTH = 20 * DAY_SECONDS
_LEAST_OF_A_YEAR = 300 * DAY_SECONDS
_FEWEST = 3


class OpenOrderError(RecordingError):
    """Dates that can be read in several `orders`, in the columns at `places` of a file with that `decimal` mark."""

    def __init__(self, text: str, places: tuple[int, ...], orders: tuple[str, ...], decimal: str) -> None:
        super().__init__(text)
        self.places = places
        self.orders = orders
        self.decimal = decimal


def over_midnight(moments: Sequence[Moment], orders: Sequence[str]) -> str:
    """Return the only order in which rows go on over midnight as they do by day, where in any other a month would pass; "" for none."""
    short = list[str]()
    is_sure, least = True, math.inf
    for order in orders:
        times = [instant(moment, order) for moment in moments]
        steps = [(abs(after - before), one.parts != other.parts) for (before, after), (one, other) in
                 zip(pairwise(times), pairwise(moments), strict=True)]  # fmt: skip
        within = sorted(step for step, is_over in steps if not is_over and step)
        over = sorted(step for step, is_over in steps if is_over)
        if len(within) < _FEWEST or not over:
            return ""
        usual, middle = within[len(within) // 2], over[len(over) // 2]
        if middle >= _LEAST_OF_A_MONTH:
            least = min(least, middle)
        else:
            short.append(order)
            is_sure = is_sure and middle <= 2 * usual
    # Rows of a part of each day may as well be of a day in each month, but not of one in each year.
    return short[0] if len(short) == 1 and (is_sure or least > _LEAST_OF_A_YEAR) else ""


def order_elsewhere(
    error: OpenOrderError, rows: Sequence[Sequence[str]], later: bytes, delimiter: str
) -> tuple[str, str]:
    """Return the order that later rows or zones of the United States tell, and words on it; "" for none."""
    found = [moment for moment in _later(later, delimiter, error.places) if set(error.orders) & set(moment.orders)]
    left = [order for order in error.orders if all(order in moment.orders for moment in found)]
    order = left[0] if len(left) == 1 else over_midnight(found, error.orders)
    if order:
        return order, f"the order of dates is {order}, as later rows tell"
    told = _order_of_others(rows, error.orders)
    if told:
        return told[0], f"the order of dates is {told[0]}, as {told[1]!r} elsewhere in the file tells"
    if "mdy" in error.orders and any(cell.strip() in _MONTH_FIRST for row in rows for cell in row):
        return "mdy", "the month is taken as first in dates, as the zone in their rows is one of the United States"
    if error.decimal == "," and set(error.orders) == {
        "dmy",
        "mdy",
    }:  # who writes the month first writes a decimal point
        return "dmy", "the day is taken as first in dates, as the decimal mark is a comma (--date-order says else)"
    return "", ""


def _order_of_others(rows: Sequence[Sequence[str]], orders: Sequence[str]) -> tuple[str, str] | None:
    """Return the only order of dates that others in the rows have, and one of these; None where there are none, or of several orders."""
    found = dict[str, str]()
    for text in (date for row in rows for cell in row for date in _DATE.findall(cell)):
        moment = moment_of(text)
        left = [order for order in orders if moment is not None and order in moment.orders]
        if len(left) == 1:
            found.setdefault(left[0], text)
    return next(iter(found.items())) if len(found) == 1 else None


def later_of(text: bytes) -> bytes:
    """Return whole lines from the middle and the end of a text."""
    middle = max(0, len(text) // 2 - _SLICE // 2)
    return b"".join(
        part[part.find(b"\n") + 1 : part.rfind(b"\n") + 1] for part in (text[middle : middle + _SLICE], text[-_SLICE:])
    )


def _later(text: bytes, delimiter: str, places: Sequence[int]) -> list[Moment]:
    found = list[Moment]()
    for row in CsvRows(Piece(text), delimiter):
        if isinstance(row, RowError) or len(row[1]) <= max(places):
            continue
        moment = moment_of(" ".join(row[1][place].strip() for place in places))
        if moment is not None:
            found.append(moment)
    return found
