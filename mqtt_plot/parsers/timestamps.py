"""Timestamps as devices send them, to POSIX seconds. Knows nothing of the current time, and under which names they come."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache
from pkgutil import resolve_name

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import dates
from mqtt_plot.parsers.values import is_number
from mqtt_plot.samples import EARLIEST, FARTHEST, LATEST

# Numbers are told apart by size: 1e11 s is the year 5138, 1e11 ms is 1973, and so on for each step of a thousand.
_SCALES = ((FARTHEST, 1.0), (1e14, 1e-3), (1e17, 1e-6), (1e20, 1e-9))
# Counts of 100 ns, where they say 2000 to 2100; as nanoseconds they would say 1990 (.NET, from year 1) and 1974 (Windows and LDAP, from 1601).
_TICKS = (
    (630_822_816_000_000_000, 662_380_416_000_000_000, 62_135_596_800),
    (125_911_584_000_000_000, 157_469_184_000_000_000, 11_644_473_600),
)
_FIRST_TICK, _LAST_TICK = _TICKS[1][0], _TICKS[0][1]
_TICKS_PER_SECOND = 10_000_000
# Days of a spreadsheet count from 1899-12-30, Julian ones from noon in 4713 BC.
EXCEL_EPOCH, JULIAN_EPOCH = 25_569, 2_440_587.5
_ROW_LENGTHS = (8, 12, 14)  # digits of a date, with minutes, with seconds
_MAX_LENGTH = 64
# What the standard library reads in a microsecond.
_PLAIN_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?\Z", re.ASCII)
# Milliseconds since 1970 as .NET writes them in JSON; the zone behind says how to show them.
_SCRIPT_DATE = re.compile(r"(?:\\?/)?(?:new )?Date\((-?\d{1,15})(?:[+-]\d{4})?\)(?:\\?/)?")
# Of a text in one of the forms that `dates` knows, and of any other with the digits of a day and a year.
_SLOW_COST, _SLOWEST_COST, _FEWEST_DIGITS = 6, 18, 4


def to_seconds(stamp: object, zone: tzinfo = UTC, order: str = "") -> float:
    """Return POSIX seconds for `stamp`: a number (s, ms, µs or ns by size), its text, ISO 8601, or a date in another form.

    `zone` is for times that name none, `order` (see dates.ORDERS) for dates that leave open what is the day and what the month.
    A time outside this world is returned all the same: what to do with the sample of a device whose clock was never set is for
    ingest to say. Raises PayloadError("bad_time") for what is no time at all, or not certainly one.
    """
    if isinstance(stamp, str):
        return _from_text(stamp, zone, order)
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        raise PayloadError("bad_time", f"expected seconds since 1970 or ISO 8601 in 'ts', got {shown(stamp)}")
    return _scale(stamp, zone)


def quick_seconds(stamp: object, zone: tzinfo) -> float | None:
    """Return POSIX seconds of a stamp as most programs write it, a number or plain ISO 8601; None where it is no such one of this world."""
    if type(stamp) is float or type(stamp) is int:
        if EARLIEST <= stamp <= LATEST:
            return float(stamp)
    elif type(stamp) is not str or not _PLAIN_ISO.match(stamp):
        return None
    try:
        found = to_seconds(stamp, zone)
    except PayloadError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def to_believable_seconds(stamp: object, zone: tzinfo = UTC) -> float:
    """As `to_seconds`, but a time outside 1980 to 2100 raises PayloadError("bad_time") too: where a number may be no stamp at all."""
    seconds = to_seconds(stamp, zone)
    if not EARLIEST <= seconds <= LATEST:
        raise PayloadError("bad_time", f"expected a time between 1980 and 2100, got {shown(stamp)}")
    return seconds


def from_excel_days(days: float, zone: tzinfo = UTC) -> float:
    """Return POSIX seconds for a spreadsheet's days, which count from the end of 1899 in the zone of whoever made it."""
    moment = datetime.fromtimestamp(round((days - EXCEL_EPOCH) * dates.DAY_SECONDS, 3), UTC)
    return moment.replace(tzinfo=zone).timestamp()


def _scale(stamp: float, zone: tzinfo) -> float:
    size = abs(stamp)
    for bound, factor in _SCALES:
        if size < bound:
            # Dividing keeps whole milliseconds exact where multiplying by 0.001 would not.
            seconds = stamp / round(1 / factor)
            is_certain = EARLIEST <= seconds <= LATEST and not _FIRST_TICK <= size < _LAST_TICK
            return seconds if is_certain else _rescale(stamp, seconds, zone)
    raise PayloadError("bad_time", f"expected a time in s, ms, µs or ns since 1970, got {shown(stamp)}")


def _rescale(stamp: float, seconds: float, zone: tzinfo) -> float:
    """Return the time that a number is which is none in seconds or their thousandths since 1970: ticks, or a date as digits in a row."""
    for least, greatest, epoch in _TICKS:
        if least <= stamp < greatest:
            return stamp / _TICKS_PER_SECOND - epoch
    if stamp > 0 and stamp == int(stamp):
        text = str(int(stamp))
        moment = dates.find_moment(text) if len(text) in _ROW_LENGTHS else None
        if moment is not None and EARLIEST <= (found := moment.to_seconds("ymd", zone)) <= LATEST:
            return found
        if len(text) == _ROW_LENGTHS[1] and (moment := dates.find_moment(f"20{text}")) is not None:
            return moment.to_seconds("ymd", zone)
    return seconds


def _from_text(text: str, zone: tzinfo, order: str) -> float:
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        raise PayloadError("bad_time", f"expected a timestamp, got {len(text)} characters: {shown(text)}")
    if "Date(" in text and (script := _SCRIPT_DATE.fullmatch(text)):
        return int(script[1]) / 1000
    if is_number(text):
        return _scale(float(text) if "." in text or "e" in text.lower() else int(text), zone)
    if text[: _ROW_LENGTHS[1]].isdecimal():
        return _from_other(
            text, zone, order
        )  # the standard library takes the ninth digit for what stands between date and time
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _from_other(text, zone, order)
    try:
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        raise PayloadError("bad_time", f"expected a time in this world, got {shown(text)}") from None


def _from_other(text: str, zone: tzinfo, order: str) -> float:
    """Read what the standard library does not know: other forms, and 24:00, weeks and fractions of ISO 8601."""
    found = dates.find_moment(text)
    try:
        if found is None:
            try:
                moment = _isoparse()(text)
                return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()
            except (ValueError, OverflowError, TypeError):
                found = _find_any_moment()(text)
        if found is not None:
            return dates.to_posix(found, text, zone, order)
    except (ValueError, OverflowError):
        pass
    raise PayloadError("bad_time", f"expected ISO 8601 such as 2026-11-21T12:00:00Z, got {shown(text)}")


def cost(text: str) -> int:
    """Return how much work a stamp in text is, in texts: forms that the standard library does not know take longer."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        may_be_any = sum(map(str.isdecimal, text[:_MAX_LENGTH])) >= _FEWEST_DIGITS and dates.find_moment(text) is None
        return _SLOWEST_COST if may_be_any else _SLOW_COST
    return 1


@cache
def _find_any_moment() -> Callable[[str], dates.Moment | None]:
    """Return the reader of all forms, which is loaded when a message first needs it."""
    find: Callable[[str], dates.Moment | None] = resolve_name("mqtt_plot.parsers.date_forms:find_any_moment")
    return find


@cache
def _isoparse() -> Callable[[str], datetime]:
    """Return dateutil's parser, which is loaded when a message first needs it: it takes 2 MiB, and most bridges never do."""
    parse: Callable[[str], datetime] = resolve_name("dateutil.parser:isoparse")
    return parse
