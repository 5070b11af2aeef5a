"""Which columns of a CSV file are its time, and what time a row has. Each that could be one gets a score; the best is taken, with a reason.

Dates and times of day, in one column or two; seconds and their parts since 1970; days of a spreadsheet; times from the file's own start
in the unit that its name has. A column that never changes is no time, and a rising temperature called T beats none.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.dates import DAY_SECONDS, Moment, find_clock, find_moment
from mqtt_plot.parsers.timestamps import from_excel_days, to_believable_seconds
from mqtt_plot.recordings.csv_numbers import Marks, number_in
from mqtt_plot.samples import FARTHEST

_MOST = 0.9  # of the cells must agree; the rest may be broken
TEXT, NUMBER, EXCEL, RELATIVE, CLOCK = "text", "number", "excel", "relative", "clock"
# How sure each form is, before names and order.
_SCORES = {TEXT: 100.0, NUMBER: 80.0, EXCEL: 70.0, RELATIVE: 50.0, CLOCK: 45.0}
_NAMED, _NAMED_NUMBER, _ZONED, _PASSED_ON = 15.0, 40.0, 10.0, -12.0
STANDING = 10.0  # a time that never changes, which is one only for a table with one sample per row
_FIRST_DAY, _LAST_DAY = 20_000.0, 80_000.0  # of a spreadsheet: 1954 to 2119

_TIME_NAMES = re.compile(
    r"(?i)[_#]*(time|timestamp|time[ _-]?stamp|tmstamp|ts|date|datetime|date[ _/-]?time|date[ _]and[ _]time|"
    r"zeit|zeitstempel|zeitpunkt|datum|uhrzeit|datum[ /_-]*(uhr)?zeit|heure|fecha|hora|horodatage|"
    r"time[ _]?string|unix[ _]?time(stamp)?|epoch|t|x[ _-]?(value|axis)|elapsed([ _-]?time)?|(abs|rel)[ _]?time|"
    r"start[ _]time|sample[ _]?time|seconds?|millis(econds?)?|micros(econds?)?|created[ _]?at|last[ _]changed|received[ _]?at|time[ _]utc|utc)"
    r"( *[,\[(/].*| - .*|[_ -]*(s|sec|ms|us|µs|ns|min|h|utc|local))?"
)
_ENDS = re.compile(r"(?i)_?(start|stop|end|begin|created|updated|expires|received|from|to|until)([ _]?(time|at|date))?")
_UNIT_IN_NAME = re.compile(
    r"[\[(,/ _-]+(ns|[uµμ]s|ms|s|secs?|seconds?|min|minutes?|h|hrs?|hours?|d|days?)[\])]?\s*$", re.IGNORECASE
)
# The zone in a name, such as `Date Time, GMT+01:00` (HOBO) and `time_utc`.
_ZONE_IN_NAME = re.compile(r"(?i)(?:\b|_)(?:GMT|UTC)\s?(?:([+-])(\d{1,2})(?::?(\d{2}))?)?\b")
_WHOLE_NAMES = {"milli": 1e3, "micro": 1e6, "s": 1.0}  # of a column that is called as its unit
_FACTORS = {
    "ns": 1e9,
    "us": 1e6,
    "ms": 1e3,
    "s": 1.0,
    "se": 1.0,
    "mi": 1 / 60,
    "h": 1 / 3600,
    "ho": 1 / 3600,
    "hr": 1 / 3600,
    "d": 1 / 86400,
    "da": 1 / 86400,
}


@dataclass(frozen=True)
class TimeColumns:
    """Where the time of a row stands and how it is written. `divisor` is how many of its units are a second; `order` that of its dates.

    `reason` says why these columns were taken, for a person.
    """

    places: tuple[int, ...]
    form: str
    divisor: float = 1.0
    order: str = ""
    reason: str = ""
    is_descending: bool = False
    offset: float | None = None  # seconds ahead of UTC, where the name of the column says so

    @property
    def is_relative(self) -> bool:
        """True where times count from the file's own start, or are times of a day that is not said."""
        return self.form in (RELATIVE, CLOCK)


class RowTimes:
    """Reads the times of rows one after the other: where clocks go back, the order of the rows tells the first hour from the second."""

    def __init__(self, columns: TimeColumns, marks: Marks, zone: tzinfo = UTC) -> None:
        self._columns = columns
        self._marks = marks
        self._zone = zone
        self._last: float | None = None
        self._days = 0

    def read(self, cells: Sequence[str]) -> float | None:
        """Return the time of a row, None where it has none that can be read."""
        columns = self._columns
        text = " ".join([cells[place].strip() for place in columns.places if place < len(cells)])
        try:
            time = self._time_of(text)
        except (PayloadError, ValueError, OverflowError):
            return None
        if time is not None:
            self._last = time
        return time

    def _time_of(self, text: str) -> float | None:
        match self._columns.form:
            case "text":
                return self._absolute(text)
            case "number":
                return to_believable_seconds(self._marks.plain(text), self._zone)
            case "excel":
                days = number_in(self._marks.plain(text))
                return None if days is None else from_excel_days(days, self._zone)
            case "clock":
                return self._clock(text)
            case _:
                return seconds_in(self._marks.plain(text), self._columns.divisor)

    def _clock(self, text: str) -> float | None:
        """Return a time of day; one that is earlier than the last is of the next day."""
        seconds = find_clock(text)
        if seconds is None:
            return None
        if (
            self._last is not None
            and not self._columns.is_descending
            and seconds + self._days * DAY_SECONDS < self._last - DAY_SECONDS / 2
        ):
            self._days += 1
        return seconds + self._days * DAY_SECONDS

    def _absolute(self, text: str) -> float | None:
        moment = find_moment(text)
        if moment is None:
            return to_believable_seconds(text, self._zone)
        if moment.offset is None and self._columns.offset is not None:
            moment = moment._replace(offset=self._columns.offset)
        if len(moment.orders) > 1 and self._columns.order not in moment.orders:
            return None
        order = self._columns.order if self._columns.order in moment.orders else moment.orders[0]
        time = moment.to_seconds(order, self._zone)
        if self._last is not None and time < self._last and moment.offset is None and not self._columns.is_descending:
            later = moment.to_seconds(order, self._zone, fold=1)
            return later if later >= self._last else time
        return time


def seconds_in(cell: str, divisor: float) -> float | None:
    """Return the seconds that a cell says, a number or one with its unit (`-52.43 us`)."""
    number = number_in(cell)
    if number is None:
        split = split_unit(cell)
        if split is None or divisor_of(split[1]) is None:
            return None
        number, divisor = split[0], divisor_of(split[1]) or 1.0
    seconds = number / divisor
    return seconds if abs(seconds) < FARTHEST else None


def divisor_of(unit: str) -> float | None:
    """Return how many of a unit of time are a second, None for any other unit."""
    text = unit.strip(" ()[]").lower().replace("µ", "u").replace("μ", "u")
    return _FACTORS.get(text) or (_FACTORS.get(text[:2]) if _UNIT_IN_NAME.fullmatch(f" {text}") else None)


@dataclass(frozen=True)
class Candidate:
    """Columns that could be the time, how sure that is, and whether the order of their dates is open (then they cannot be taken)."""

    columns: TimeColumns
    score: float
    open_orders: tuple[str, ...] = ()


def find_times(
    names: Sequence[str], units: Sequence[str], columns: Sequence[Sequence[str]], marks: Marks, order: str = ""
) -> list[Candidate]:
    """Return all columns that could be the time, the surest first. `order` is that of dates where the user has said it."""
    found = [
        candidate
        for place, cells in enumerate(columns)
        if (candidate := _candidate(place, (names[place], units[place]), cells, marks, order)) is not None
    ]
    found += _pairs(names, columns, order)
    return sorted(found, key=lambda candidate: -candidate.score)


def _candidate(
    place: int, labels: tuple[str, str], column: Sequence[str], marks: Marks, order: str
) -> Candidate | None:
    """Return a column as the time, None where it cannot be. `labels` are its name and unit."""
    name, unit = labels
    cells = [cell.strip() for cell in column if cell.strip()]
    if not cells:
        return None
    is_named = _TIME_NAMES.fullmatch(name.strip()) is not None
    if len(cells) > 1 and len(set(cells)) == 1:
        return _standing_candidate(place, labels, cells[0], marks, order) if is_named else None
    plain = [marks.plain(cell) for cell in cells]
    numbers = [number_in(cell) for cell in plain]
    if sum(number is not None for number in numbers) >= _MOST * len(cells):
        return _number_candidate(
            place, name, unit, [number for number in numbers if number is not None], is_named=is_named
        )
    return _text_candidate(place, name, cells, order, is_named=is_named) or _other_candidate(
        place, name, cells, is_named=is_named
    )


def _standing_candidate(place: int, labels: tuple[str, str], cell: str, marks: Marks, order: str) -> Candidate | None:
    """Return a column called time that has one and the same in all rows, as a table of what holds at a moment: better than none."""
    found = _candidate(place, labels, [cell], marks, order)
    if found is None or found.columns.is_relative:
        return None
    reason = f"{found.columns.reason}, the same in all rows looked at"
    return replace(found, columns=replace(found.columns, reason=reason), score=STANDING)


def _number_candidate(
    place: int, name: str, unit: str, numbers: Sequence[float], *, is_named: bool
) -> Candidate | None:
    rises, falls = _shares(numbers)
    seconds = [_believable(number) for number in numbers]
    is_descending = falls > rises
    steady = max(rises, falls) >= _MOST
    if sum(second is not None for second in seconds) >= _MOST * len(numbers) and (steady or is_named):
        score = _score(NUMBER, name, place, max(rises, falls), bonus=_NAMED_NUMBER if is_named else 0.0)
        return Candidate(TimeColumns((place,), NUMBER, reason="numbers since 1970", is_descending=is_descending), score)
    if (
        is_named
        and steady
        and all(_FIRST_DAY <= number <= _LAST_DAY for number in numbers)
        and _unit_of_time(name, unit) is None
    ):
        reason = "days as spreadsheets count them"
        return Candidate(
            TimeColumns((place,), EXCEL, reason=reason, is_descending=is_descending), _score(EXCEL, name, place, rises)
        )
    if is_named and rises >= _MOST:
        divisor = _unit_of_time(name, unit)
        reason = f"numbers that rise from the file's own start{'' if divisor else ', taken as seconds'}"
        is_letter = len(name.strip()) == 1
        score = _score(RELATIVE, name, place, rises, bonus=-_NAMED if is_letter else 0.0)
        return Candidate(TimeColumns((place,), RELATIVE, divisor or 1.0, reason=reason), score)
    return None


def _text_candidate(place: int, name: str, cells: Sequence[str], order: str, *, is_named: bool) -> Candidate | None:
    moments = [find_moment(cell) for cell in cells]
    known = [moment for moment in moments if moment is not None]
    if len(known) < _MOST * len(cells):
        seconds = [second for cell in cells if (second := _iso(cell)) is not None]
        if len(seconds) < _MOST * len(cells):
            return None
        rises, falls = _shares(seconds)
        columns = TimeColumns((place,), TEXT, reason="times in text", is_descending=falls > rises)
        return Candidate(columns, _score(TEXT, name, place, max(rises, falls), bonus=_NAMED if is_named else 0.0))
    return _of_moments((place,), name, known, order, bonus=_NAMED if is_named else 0.0)


def _of_moments(
    places: tuple[int, ...], name: str, moments: Sequence[Moment], order: str, *, bonus: float
) -> Candidate | None:
    orders = set(moments[0].orders)
    for moment in moments:
        orders &= set(moment.orders)
    if not orders:  # each can be read, but not all in one order
        orders = set(max(moments, key=lambda moment: -len(moment.orders)).orders)
    if order in orders:
        orders = {order}
    usable = [known for known in sorted(orders) if _is_steady(moments, known)] or sorted(orders)
    chosen = order if order in usable else usable[0]
    is_open = len(usable) > 1 and order not in usable and len({_instant(moments[0], known) for known in usable}) > 1
    rises, falls = _shares([_instant(moment, chosen) for moment in moments if chosen in moment.orders])
    has_zone = all(moment.offset is not None for moment in moments[:20])
    has_clock = any(moment.seconds for moment in moments)
    score = _score(
        TEXT,
        name,
        places[0],
        max(rises, falls),
        bonus=bonus + (_ZONED * 3 if has_zone else 0.0) + (0.0 if has_clock else -_ZONED),
    )
    reason = "dates and times of day" if has_clock else "dates"
    columns = TimeColumns(
        places, TEXT, order=chosen, reason=reason, is_descending=falls > rises, offset=_offset_in(name)
    )
    return Candidate(columns, score, tuple(usable) if is_open else ())


def _other_candidate(place: int, name: str, cells: Sequence[str], *, is_named: bool) -> Candidate | None:
    clocks = [second for cell in cells if (second := find_clock(cell)) is not None]
    if len(clocks) >= _MOST * len(cells):
        rises, falls = _shares(clocks)
        columns = TimeColumns((place,), CLOCK, reason="times of a day that is not said", is_descending=falls > rises)
        return Candidate(columns, _score(CLOCK, name, place, max(rises, falls)))
    seconds = [second for cell in cells if (second := seconds_in(cell, 1.0)) is not None]
    if is_named and len(seconds) >= _MOST * len(cells) and _shares(seconds)[0] >= _MOST:
        return Candidate(
            TimeColumns((place,), RELATIVE, reason="times with their unit"), _score(RELATIVE, name, place, 1.0)
        )
    return None


def _pairs(names: Sequence[str], columns: Sequence[Sequence[str]], order: str) -> list[Candidate]:
    """Return dates in one column with times of day in another."""
    dates = [place for place, cells in enumerate(columns) if _share(cells, _is_date) >= _MOST]
    clocks = [place for place, cells in enumerate(columns) if _share(cells, _is_clock) >= _MOST]
    found = list[Candidate]()
    for date in dates:
        for clock in clocks:
            rows = zip(columns[date], columns[clock], strict=False)
            moments = [
                moment for day, hour in rows if (moment := find_moment(f"{day.strip()} {hour.strip()}")) is not None
            ]
            distance = abs(date - clock)
            candidate = (
                _of_moments((date, clock), names[date], moments, order, bonus=_NAMED * 2 - distance)
                if moments
                else None
            )
            if candidate is not None:
                found.append(candidate)
    return found


def _share(cells: Sequence[str], is_one: Callable[[str], bool]) -> float:
    full = [cell for cell in cells if cell.strip()]
    return sum(map(is_one, full)) / len(full) if full else 0.0


def _is_date(cell: str) -> bool:
    moment = None if ":" in cell else find_moment(cell)
    return moment is not None and not moment.seconds


def _is_clock(cell: str) -> bool:
    return find_clock(cell) is not None


def _score(form: str, name: str, place: int, steadiness: float, bonus: float = 0.0) -> float:
    passed_on = _PASSED_ON if _ENDS.fullmatch(name.strip()) else 0.0
    return _SCORES[form] + bonus + passed_on + 10 * steadiness - place / 1_000


def _offset_in(name: str) -> float | None:
    """Return the seconds that the zone in a column's name is ahead of UTC, None where it names none."""
    found = _ZONE_IN_NAME.search(name)
    if found is None:
        return None
    seconds = int(found[2] or 0) * 3600.0 + int(found[3] or 0) * 60.0
    return -seconds if found[1] == "-" else seconds


def _unit_of_time(name: str, unit: str) -> float | None:
    found = _UNIT_IN_NAME.search(name)
    if (whole := _WHOLE_NAMES.get(name.strip().lower().removesuffix("s").removesuffix("econd"))) is not None:
        return whole
    return divisor_of(unit) if unit and divisor_of(unit) else divisor_of(found[1]) if found else None


def _shares(numbers: Sequence[float]) -> tuple[float, float]:
    """Return which share of steps goes up, and which goes down; steps that stay count for both."""
    steps = len(numbers) - 1
    if steps < 1:
        return 1.0, 0.0
    ups = sum(a <= b for a, b in pairwise(numbers))
    downs = sum(a >= b for a, b in pairwise(numbers))
    return ups / steps, downs / steps


def _is_steady(moments: Sequence[Moment], order: str) -> bool:
    instants = [_instant(moment, order) for moment in moments if order in moment.orders]
    return max(_shares(instants)) >= _MOST


def _instant(moment: Moment, order: str) -> float:
    try:
        return moment.to_seconds(order if order in moment.orders else moment.orders[0])
    except (ValueError, OverflowError):
        return 0.0


def _believable(number: float) -> float | None:
    try:
        return to_believable_seconds(number)
    except PayloadError:
        return None


def _iso(cell: str) -> float | None:
    try:
        datetime.fromisoformat(cell)
        return to_believable_seconds(cell)
    except (PayloadError, ValueError):
        return None
