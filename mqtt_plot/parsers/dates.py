"""Dates and times of day in text, in the forms that devices, loggers and spreadsheets write. Knows nothing of the current time.

What a text does not decide is never guessed: whether 04/05/2024 is a day in May or in April only `order` can say.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, shown

# In which order a date has its parts, where it is written in numbers.
ORDERS = ("dmy", "mdy", "ymd")
DAY_SECONDS = 86_400
_FIRST_OF_BUDDHA = 2523  # 1980
_MAX_LENGTH = 80

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
# Abbreviations that mean one offset everywhere, in hours (RFC 2822, 4.3). Others (CST, IST) do not, and are not read.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "est": -5, "edt": -4, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "jst": 9, "adt": -3,
}  # fmt: skip

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,:](?P<fraction>\d{1,9}(?:\.\d{3}){0,3}))?)?"
_HALF = r"(?:\s*(?P<half>[AaPp])(?:\.?[Mm]\.?|(?![\w.])))?"  # a and p alone as weather stations write
_ZONE = (
    r"(?:\s*\(?(?P<zone>[A-Za-z]{1,4}|(?:UTC|GMT)?\s?[+-]\d{2}:?(?:\d{2})?)\)?(?:\s\([A-Za-z ]{1,40}\)|\s[A-Z]{3,4})?)?"
)
_DATE = (
    r"(?:(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<first>\d{1,2})(?P<mark>[-/.])(?P<middle>\d{1,2})(?P=mark)(?P<last>\d{4}|\d{2})"
    r"|(?P<day>\d{1,2})(?:[-\s/]|\.\s?)(?P<word>[^\W\d_]{3,9})[-\s,./]+(?P<year>\d{4}|\d{2})"
    r"|(?P<word2>[^\W\d_]{3,9})\.?\s(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year2>\d{4}))"
)
_MOMENT = re.compile(rf"{_DATE}(?:(?:[T\s,_:]\s?|-){_TIME}{_HALF}{_ZONE})?")
_CLOCK = re.compile(rf"{_TIME}{_HALF}")
# Digits in a row, as generalized time (RFC 4517, 3.3.13) and many file names have them.
_ROW = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T_: -]?(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|[+-]\d{4})?")
# As meters of DSMR (5.0, 6.4) write it, in summer or winter time of Central Europe: 210204163500W.
_OF_METER = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)[SW]")
# Tue Nov 14 22:13:20 2023, with the zone before the year as date(1) writes it.
_ASCTIME = re.compile(r"([A-Za-z]{3})\s{1,2}(\d{1,2})\s([\d:.]{8,18})\s(?:([A-Z]{3,4})\s)?(\d{4})")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+", re.IGNORECASE)
# A controller's literal (IEC 61131-3): DT#2023-11-14-22:13:20.
_LITERAL = re.compile(r"(?:L?DT|LDATE_AND_TIME|DATE_AND_TIME|L?D|L?DATE)#", re.IGNORECASE)


# The clock before the date: 07:16:17 06/16/2021 UTC.
_CLOCK_FIRST = re.compile(
    r"(\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:\s?[AaPp][Mm])?),?\s+(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})((?:\s?[A-Z+-][\w:]{0,5})?)"
)


class Moment(NamedTuple):
    """A date as written: three `parts`, the `orders` that they can be in, seconds of the day, and the offset in seconds if it names one."""

    parts: tuple[int, int, int]
    orders: tuple[str, ...]
    seconds: float = 0.0
    offset: float | None = None

    def to_seconds(self, order: str, zone: tzinfo = UTC, fold: int = 0) -> float:
        """Return POSIX seconds. Raises ValueError for a date that no calendar has."""
        year, month, day = _arranged(self.parts, order)
        moment = datetime(year, month, day) + timedelta(seconds=self.seconds)  # noqa: DTZ001 - the zone comes next
        if self.offset is not None:
            return moment.replace(tzinfo=UTC).timestamp() - self.offset
        return moment.replace(tzinfo=zone, fold=fold).timestamp()


def find_moment(text: str) -> Moment | None:
    """Return the date, and time of day if there is one, that a text is; None for any other text."""
    text = text.strip()
    if not 6 <= len(text) <= _MAX_LENGTH:  # noqa: PLR2004 - 1/1/24
        return None
    if text[0].isalpha():  # few do, and the others need not be looked through
        text = _LITERAL.sub("", _WEEKDAY.sub("", text, 1), 1)
        text = _ASCTIME.sub(r"\1 \2 \5 \3 \4", text).strip()
    if ":" in text[1:3]:
        text = _CLOCK_FIRST.sub(r"\2 \1\3", text, 1)
    if text[-1] in "SW" and (meter := _OF_METER.fullmatch(text)):
        return _from_row(f"20{meter[1]}", *meter.groups()[1:6], None, "+0200" if text[-1] == "S" else "+0100")
    row = _ROW.fullmatch(text)
    if row:
        return _from_row(*row.groups())
    match = _MOMENT.fullmatch(text)
    if not match:
        return None
    offset = offset_of(match["zone"])
    seconds = _seconds_of_day(match)
    parts = _parts(match)
    if seconds is None or parts is None or (match["zone"] and offset is None):
        return None
    orders = tuple(order for order in parts[1] if _exists(parts[0], order))
    return Moment(parts[0], orders, seconds, offset) if orders else None


def find_clock(text: str) -> float | None:
    """Return the seconds of the day that a time without a date is, 86,400 for 24:00; None for any other text."""
    match = _CLOCK.fullmatch(text.strip())
    return _seconds_of_day(match) if match else None


def to_posix(moment: Moment, text: str, zone: tzinfo = UTC, order: str = "") -> float:
    """Return POSIX seconds of the moment that a text is; `order` is one of ORDERS where the user has said it.

    Raises PayloadError("bad_time") for a date of two meanings, and ValueError or OverflowError for one that no calendar has.
    """
    if order not in moment.orders and len({_arranged(moment.parts, known) for known in moment.orders}) > 1:
        raise PayloadError(
            "bad_time",
            f"expected a date of one meaning, got {shown(text)}: the day or the month may be first; say --date-order {moment.orders[0]} "
            f"or {moment.orders[1]}",
        )
    return moment.to_seconds(order if order in moment.orders else moment.orders[0], zone)


def _from_row(*groups: str | None) -> Moment | None:
    year, month, day, hour, minute, second, fraction, zone = groups
    parts = (int(year or 0), int(month or 0), int(day or 0))
    clock = [int(part or 0) for part in (hour, minute, second)]
    if not _exists(parts, "ymd") or clock[0] > 23 or clock[1] > 59 or clock[2] > 60:  # noqa: PLR2004 - hours, minutes, seconds
        return None
    seconds = clock[0] * 3600 + clock[1] * 60 + clock[2] + float(f"0.{fraction or 0}")
    return Moment(parts, ("ymd",), seconds, offset_of(zone))


def _parts(match: re.Match[str]) -> tuple[tuple[int, int, int], tuple[str, ...]] | None:
    """Return the parts of a date as they stand, and the orders they may have."""
    if match["y"]:
        return (int(match["y"]), int(match["m"]), int(match["d"])), ("ymd",)
    word = match["word"] or match["word2"]
    if word:
        month = _MONTHS.get(word[:3].lower())
        if month is None:
            return None
        day, year = match["day"] or match["day2"], match["year"] or match["year2"]
        return (int(day), month, full_year(year)), ("dmy",)
    parts = (int(match["first"]), int(match["middle"]), int(match["last"]))
    if match["mark"] == ".":
        return (parts[0], parts[1], full_year(match["last"])), ("dmy",)
    if len(match["last"]) == 4:  # noqa: PLR2004 - digits of a year
        return parts, ("dmy", "mdy")
    return parts, ORDERS if len(match["first"]) == 2 else ORDERS[:2]  # noqa: PLR2004 - digits of a year


def full_year(text: str) -> int:
    """Return a year; of two digits those below 70 are in this century (POSIX strptime, %y, has 69); those of Buddha are 543 ahead."""
    year = int(text)
    if _FIRST_OF_BUDDHA <= year < _FIRST_OF_BUDDHA + 120:
        return year - 543
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)  # noqa: PLR2004


def _arranged(parts: tuple[int, int, int], order: str) -> tuple[int, int, int]:
    by_letter = dict(zip(order, parts, strict=True))
    year = by_letter["y"]
    return full_year(f"{year:02}"), by_letter["m"], by_letter["d"]


def _exists(parts: tuple[int, int, int], order: str) -> bool:
    try:
        datetime(*_arranged(parts, order))  # noqa: DTZ001 - only whether there is such a day
    except ValueError:
        return False
    return True


def _seconds_of_day(match: re.Match[str]) -> float | None:
    if match["hour"] is None:
        return 0.0
    hour, minute = int(match["hour"]), int(match["minute"])
    second = int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - of a dial
            return None
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):  # noqa: PLR2004 - minutes, a leap second, midnight
        return None
    fraction = (match["fraction"] or "0").replace(".", "")
    return hour * 3600 + minute * 60 + second + int(fraction) / float(10 ** len(fraction))


def offset_of(zone: str | None) -> float | None:
    """Return the seconds that a zone is ahead of UTC; None for one that says nothing, or nothing certain."""
    if not zone:
        return None
    sign = max(zone.find("+"), zone.find("-"))
    if sign < 0:
        hours = _ZONES.get(zone.lower())
        return None if hours is None else hours * 3600.0
    digits = zone[sign + 1 :].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -float(seconds) if zone[sign] == "-" else float(seconds)
