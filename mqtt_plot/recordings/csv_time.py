"""What time a row of a CSV file has, once it is known which columns say it.

Dates and times of day, in one column, two, or one for each part; a period, which begins with its first half; seconds and their parts since
1970; days of a spreadsheet; times or samples from the file's own start.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.date_forms import find_any_moment
from mqtt_plot.parsers.dates import Moment, find_clock, find_moment, full_year, offset_of
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.samples import FARTHEST

TEXT, HOURS, NUMBER, EXCEL = "text", "hours", "number", "excel"
RELATIVE, CLOCK, PACKED_CLOCK, STEPS = "relative", "clock", "packed", "steps"
ELAPSED, MINUTES = "elapsed", "minutes"  # as clocks; those of two parts are minutes and seconds
YEARS = "years"  # with a fraction
# What a column of a time in parts holds; "" is a date, or what is joined to one.
(
    YEAR,
    MONTH,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    MILLISECOND,
    FRACTION,
    ZONE,
    SHORT,
    DAY_OF_YEAR,
    MONTH_OF_YEAR,
    WEEK_OF_YEAR,
    SPAN,
) = (
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "fraction of a second",
    "zone",
    "hour and minute",
    "day of the year",
    "year and month",
    "year and week",
    "span of the day",
)
# Parts of a day that are counted from 1, and how long they are.
PERIODS = {
    "hour of the day": 3600.0,
    "half hour": 1800.0,
    "quarter of an hour": 900.0,
    "five minutes": 300.0,
    "minute of the day": 60.0,
}
_SECONDS_IN = {HOUR: 3600.0, MINUTE: 60.0, SECOND: 1.0, MILLISECOND: 0.001, FRACTION: 1.0}
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?")
DAY_FIRST = re.compile(r"([0-3]\d)([0-3]\d)((?:19|20)\d\d)")  # 24082026, which as a year first has no such month
SHORT_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)(?= \d)")  # before a clock: 240826 235954
_SHORTEST, _LONGEST = 6, 96  # of a date, and of a period
_SHORTEST_PERIOD = 13
SPAN_END = re.compile(r"(?<=\d:\d\d)\s?[-\u2013]\s?\d{1,2}:\d\d(?::\d\d)?$")
_DIGITS_OF_AN_HOUR = 10
_HOURS_OF_A_DAY, _LAST_MINUTE = 24, 59
_PERIOD = re.compile(
    r"(?i)(?:(?:from|vom?n?|du|de|dal?|del|van|fra|från)\s+)?(.{8,40}?)(?:\s+(?:-|\u2013|to|bis|au|al?|hasta|tot|til|till)\s+|/)(.{4,40})"
)
MONTH_OF = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])")
# Jan-24 and Januar 24, which for itself may be a day.
MONTH_AND_YEAR = re.compile(r"([^\W\d_]{3,12})\.?[-/ ]{1,2}'?(\d\d)")
_W = r"(?i:kw|cw|w|wk|week|woche|semaine|settimana|semana|uke|vecka|uge)?\.?\s?"
WEEK_OF = re.compile(
    rf"{_W}(?P<first>\d{{1,2}})\s?[-/. ]\s?(?P<its>\d{{4}})|(?P<year>\d{{4}})[-/. ]?\s?{_W}(?P<week>\d{{1,2}})"
)
_HOURS = re.compile(r"((?:19[89]|20\d)\d)(\d{2})(\d{2})(\d{2})")  # and no seconds since 1970

_UNIT_OF_TIME = re.compile(
    r"\s(?:ns|[uµμ]s|ms|(?:milli|micro|nano)?seconds?|s|secs?|min|minutes?|h|hrs?|hours?|d|days?)", re.IGNORECASE
)
_PREFIXES = {"milli": "m", "micro": "u", "nano": "n"}
_PREFIXED = re.compile(r"^(milli|micro|nano)seconds?$")
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

    `roles` says what each of the places holds where a time is in parts. `start` is when relative times begin (POSIX seconds), where the file
    says so. `reason` says why these columns were taken, for a person.
    """

    places: tuple[int, ...]
    form: str
    divisor: float = 1.0
    order: str = ""
    reason: str = ""
    is_descending: bool = False
    offset: float | None = None  # seconds ahead of UTC, where the name of the column says so
    roles: tuple[str, ...] = ()
    start: float | None = None
    zone: tzinfo | None = None  # that which the name of the column says
    finer: "TimeColumns | None" = None  # times since a start that go on between two of these
    resolution: float = 0.0  # of these, where `finer` goes on (seconds)
    counts_hours: bool = False  # 1 to 24, and 25 or 23 on the days on which clocks change

    @property
    def is_relative(self) -> bool:
        """True where times count from the file's own start, or are times of a day, and nothing says of which."""
        return self.form in (RELATIVE, CLOCK, PACKED_CLOCK, STEPS, ELAPSED, MINUTES) and self.start is None


def moment_in_parts(columns: TimeColumns, cells: Sequence[str]) -> Moment | None:
    """Return the date and time of day that several cells say, None where one of them does not hold its part. Raises ValueError."""
    held = {
        role: cells[place].strip()
        for place, role in zip(columns.places, columns.roles, strict=True)
        if role and place < len(cells)
    }
    texts = [
        cells[place].strip()
        for place, role in zip(columns.places, columns.roles, strict=True)
        if not role and place < len(cells)
    ]
    if {YEAR, MONTH_OF_YEAR, WEEK_OF_YEAR} & held.keys():
        texts.insert(0, _day_in_parts(held))
    if SPAN in held:
        texts.append(SPAN_END.sub("", held[SPAN]))
    moment = moment_of(" ".join(texts))
    if moment is None:
        return None
    seconds = sum(float(held[role]) * factor for role, factor in _SECONDS_IN.items() if held.get(role))
    seconds += sum((whole(held[role]) - 1) * length for role, length in PERIODS.items() if role in held)
    if SHORT in held:
        seconds += short_clock(held[SHORT])
    offset = moment.offset
    if ZONE in held:
        offset = zone_of(held[ZONE])
        if offset is None:
            return None
    return moment._replace(seconds=moment.seconds + seconds, offset=offset)


def _day_in_parts(held: Mapping[str, str]) -> str:
    """Return the day that parts say, the first of a month where they say no more. Raises ValueError."""
    if (month := MONTH_OF.fullmatch(held.get(MONTH_OF_YEAR, ""))) is not None:
        return f"{month[1]}-{month[2]}-01"
    if (month := MONTH_AND_YEAR.fullmatch(held.get(MONTH_OF_YEAR, ""))) is not None:
        return f"1 {month[1]} {full_year(month[2])}"
    if (week := WEEK_OF.fullmatch(held.get(WEEK_OF_YEAR, ""))) is not None:
        return f"{week['its'] or week['year']}-W{int(week['first'] or week['week']):02}"
    if YEAR not in held:
        return ""
    year = whole(held[YEAR])
    text = f"{full_year(f'{year:02}'):04}"
    if DAY_OF_YEAR in held:
        return f"{text}-{whole(held[DAY_OF_YEAR]):03}"
    return f"{text}-{whole(held[MONTH]):02}-{whole(held.get(DAY, '1')):02}"


def short_clock(cell: str) -> float:
    """Return the seconds of the day that an hour and a minute in a row of digits are: 5, 930, 1415, 2400. Raises ValueError."""
    hour, minute = divmod(whole(cell), 100)
    if minute > _LAST_MINUTE or not 0 <= hour <= _HOURS_OF_A_DAY:
        raise ValueError(f"expected an hour and a minute, got {cell!r:.20}")
    return hour * 3600.0 + minute * 60.0


def whole(cell: str) -> int:
    """Return the whole number that a cell is. Raises ValueError."""
    number = float(cell)
    if number != int(number):
        raise ValueError(f"expected a whole number, got {cell!r:.20}")
    return int(number)


def zone_of(cell: str) -> float | None:
    """Return the seconds that a zone in a cell of its own is ahead of UTC (`-05:00`, `UTC`, `EDT`), None for any other."""
    found = _OFFSET.fullmatch(cell)
    if found is None:
        return offset_of(cell) if cell.isalpha() else None
    seconds = int(found[2]) * 3600.0 + int(found[3] or 0) * 60.0
    return -seconds if found[1] == "-" else seconds


def moment_of(text: str) -> Moment | None:
    """Return the date that a cell is, with its time of day, or that a period in it begins with; None for any other."""
    return _moment_of(text) if _SHORTEST <= len(text) <= _LONGEST else None


# Each cell of a file's first rows is looked at several times.
@lru_cache(maxsize=1024)
def _moment_of(text: str) -> Moment | None:
    if (digits := DAY_FIRST.fullmatch(text) or SHORT_DATE.match(text)) is not None:
        text = f"{digits[1]}/{digits[2]}/{digits[3]}{text[digits.end(3) :]}"
    moment = find_any_moment(text)
    if moment is not None or len(text) < _SHORTEST_PERIOD:
        return moment
    period = _PERIOD.fullmatch(text)
    if period is None or (find_moment(period[2]) is None and find_clock(period[2]) is None):
        return None
    return find_moment(period[1])


def hours_of(text: str) -> Moment | None:
    """Return the date and hour that ten digits in a row are (2025011907, as the weather services write), None for any other."""
    found = _HOURS.fullmatch(text.strip()) if len(text) >= _DIGITS_OF_AN_HOUR else None
    hour = int(found[4]) if found else _HOURS_OF_A_DAY + 1
    moment = find_moment(f"{found[1]}-{found[2]}-{found[3]}") if found and hour <= _HOURS_OF_A_DAY else None
    return None if moment is None else moment._replace(seconds=hour * 3600.0)


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
    text = _PREFIXED.sub(lambda found: f"{_PREFIXES[found[1]]}s", text)
    return _FACTORS.get(text) or (_FACTORS.get(text[:2]) if _UNIT_OF_TIME.fullmatch(f" {text}") else None)
