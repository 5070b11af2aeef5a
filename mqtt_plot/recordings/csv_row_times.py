"""The times of the rows of a CSV file, one after the other, once it is known which columns say them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.date_forms import clock_of, packed_clock
from mqtt_plot.parsers.dates import DAY_SECONDS, Moment, find_moment
from mqtt_plot.parsers.timestamps import from_excel_days, to_believable_seconds
from mqtt_plot.recordings.csv_elapsed import elapsed_of
from mqtt_plot.recordings.csv_numbers import Marks, number_in
from mqtt_plot.recordings.csv_time import (
    CLOCK,
    ELAPSED,
    EXCEL,
    HOURS,
    MINUTES,
    NUMBER,
    PACKED_CLOCK,
    RELATIVE,
    STEPS,
    YEARS,
    TimeColumns,
    hours_of,
    moment_in_parts,
    moment_of,
    seconds_in,
)
from mqtt_plot.samples import FARTHEST

_FOLD_SECONDS = 3600.0  # by which clocks go back; Lord Howe Island has half of it
_OPEN = ("dmy", "mdy")
_IN_NUMBERS = re.compile(
    r"\d{1,2}[/-]\d{1,2}[/-]"
)  # in which the day and the month are not told apart by words or points
_MOST_SERIES = 10_000  # whose order is kept


class RowTimes:
    """Reads the times of rows one after the other: where clocks go back, the order of the rows tells the first hour from the second.

    Rows of several series have an order each: `read` is told whose a row is.
    """

    def __init__(self, columns: TimeColumns, marks: Marks, zone: tzinfo = UTC) -> None:
        self._columns = columns
        self._marks = marks
        self._zone = columns.zone or zone
        self._last: float | None = None
        self._series = ""
        self._before: dict[str, tuple[float, float]] = {}  # by series its last time, and the step to it
        self._days = 0
        self._ahead = 0.0
        self._rows = 0
        self._day = ""
        self._of_text = self._reader()
        self._finer = None if columns.finer is None else RowTimes(columns.finer, marks)
        self._start: float | None = None  # of the finer times

    def read(self, cells: Sequence[str], series: str = "", ahead: float = 0.0) -> float | None:
        """Return the time of a row, `ahead` seconds later by the clock; None where it has none that can be read."""
        self._series, self._ahead = series, ahead
        try:
            time = self._time_of(cells)
        except (PayloadError, ValueError, OverflowError):
            return None
        if time is None:
            return None
        self._last = time
        return (time if self._finer is None else self._between(time, cells)) + (self._columns.start or 0.0)

    def _between(self, time: float, cells: Sequence[str]) -> float:
        """Return the time of a row of which the finer time goes on from a coarse one, as far as both agree."""
        columns = self._columns.finer
        finer = None if self._finer is None else self._finer.read(cells)
        if columns is None or finer is None:
            return time
        if self._start is None:
            self._start = time - finer + (columns.start or 0.0)
        elif not 0 <= self._start + finer - time < self._columns.resolution:
            self._start = time - finer
        return self._start + finer

    def _time_of(self, cells: Sequence[str]) -> float | None:
        columns = self._columns
        if columns.form == STEPS:
            self._rows += 1
            passed = (self._rows - 1) / columns.divisor
            return passed if passed < FARTHEST else None
        if columns.roles:
            return self._absolute(moment_in_parts(columns, cells))
        parts = [cells[place].strip() for place in columns.places if place < len(cells)]
        if len(parts) > 1:
            if not parts[0]:  # cells that were joined in a spreadsheet: the day stands in its first row
                parts[0] = self._day if any(parts) else ""
            self._day = parts[0]
        return self._of_text(" ".join(parts))

    def _reader(self) -> Callable[[str], float | None]:
        readers: dict[str, Callable[[str], float | None]] = {
            HOURS: lambda text: self._absolute(hours_of(text)),
            NUMBER: self._since_1970,
            EXCEL: self._days_of_a_spreadsheet,
            CLOCK: self._clock,
            PACKED_CLOCK: self._clock,
            ELAPSED: elapsed_of,
            MINUTES: lambda text: elapsed_of(text, is_short=True),
            YEARS: self._year,
            RELATIVE: lambda text: seconds_in(self._marks.plain(text), self._columns.divisor),
        }
        return readers.get(self._columns.form, self._text)

    def _since_1970(self, text: str) -> float | None:
        if len(self._columns.places) > 1:
            whole, _, part = text.partition(" ")
            return float(whole) + float(part) / self._columns.divisor
        return to_believable_seconds(self._marks.plain(text), self._zone)

    def _text(self, text: str) -> float | None:
        is_dotted = text[2:3] == "." and text[-1:] in "Mm."  # before AM and PM, where the month is first
        moment = (None if is_dotted else find_moment(text)) or moment_of(text)  # most rows are of the ordinary forms
        if moment is None:
            return to_believable_seconds(text, self._zone)
        is_of_another_order = (
            self._columns.order in _OPEN and moment.orders[0] in _OPEN and self._columns.order not in moment.orders
        )
        if is_of_another_order and _IN_NUMBERS.match(text):
            return None
        return self._absolute(moment)

    def _year(self, text: str) -> float | None:
        number = number_in(self._marks.plain(text))
        if number is None:
            return None
        year = int(number)
        begin, end = (datetime(one, 1, 1, tzinfo=self._zone).timestamp() for one in (year, year + 1))
        return begin + (number - year) * (end - begin)

    def _days_of_a_spreadsheet(self, text: str) -> float | None:
        days = number_in(self._marks.plain(text))
        return None if days is None else from_excel_days(days, self._zone)

    def _clock(self, text: str) -> float | None:
        """Return a time of day; one that is earlier than the last is of the next day, one that is later of that before where they fall."""
        seconds = packed_clock(text) if self._columns.form == PACKED_CLOCK else clock_of(text)
        if seconds is None:
            return elapsed_of(text)  # 25:10:00
        sign = -1 if self._columns.is_descending else 1
        if self._last is not None and sign * (seconds + self._days * DAY_SECONDS - self._last) < -DAY_SECONDS / 2:
            self._days += sign
        return seconds + self._days * DAY_SECONDS

    def _absolute(self, moment: Moment | None) -> float | None:
        if moment is None:
            return None
        if self._ahead:
            moment = moment._replace(seconds=moment.seconds + self._ahead)
        if moment.offset is None and self._columns.offset is not None:
            moment = moment._replace(offset=self._columns.offset)
        if len(moment.orders) > 1 and self._columns.order not in moment.orders:
            return None
        order = self._columns.order if self._columns.order in moment.orders else moment.orders[0]
        if moment.offset is not None:
            return moment.to_seconds(order, self._zone)
        last, step = self._before.get(self._series, (None, 0.0))
        time = self._in_order(moment, order, last, step)
        if len(self._before) < _MOST_SERIES or self._series in self._before:
            self._before[self._series] = (time, 0.0 if last is None else abs(time - last))
        return time

    def _in_order(self, moment: Moment, order: str, last: float | None, step: float) -> float:
        """Return the time of a row without a zone: of the two that a clock shows when it goes back, that which goes on from the last row.

        Rows an hour apart show the same clock twice then.
        """
        is_back, zone = self._columns.is_descending, self._zone
        time = moment.to_seconds(order, zone, fold=int(is_back))
        if self._columns.counts_hours:
            counted = moment._replace(seconds=0.0).to_seconds(order, zone) + moment.seconds
            # A number that comes twice is a clock's.
            return counted if last is None or is_back or counted > last else time
        ahead = 0.0 if last is None else (time - last if is_back else last - time)
        if last is None or ahead < 0 or (not ahead and step < _FOLD_SECONDS):
            return time
        other = moment.to_seconds(order, zone, fold=int(not is_back))
        return other if (other <= last if is_back else other >= last) else time
