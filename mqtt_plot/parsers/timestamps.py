"""Timestamps as devices send them, to POSIX seconds. Knows nothing of the current time."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache
from pkgutil import resolve_name

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.values import is_number
from mqtt_plot.samples import EARLIEST, FARTHEST, LATEST

# Numbers are told apart by size: 1e11 s is the year 5138, 1e11 ms is 1973, and so on for each step of a thousand.
_SCALES = ((FARTHEST, 1.0), (1e14, 1e-3), (1e17, 1e-6), (1e20, 1e-9))
_MAX_LENGTH = 64
_SLOW_COST = 6


def to_seconds(stamp: object, zone: tzinfo = UTC) -> float:
    """Return POSIX seconds for `stamp`: a number (s, ms, µs or ns by size), its text, or ISO 8601 (`zone` if it names none).

    A time outside this world is returned all the same: what to do with the sample of a device whose clock was never set is for
    ingest to say. Raises PayloadError("bad_time") for what is no time at all.
    """
    if isinstance(stamp, str):
        return _from_text(stamp, zone)
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        raise PayloadError("bad_time", f"expected seconds since 1970 or ISO 8601 in 'ts', got {shown(stamp)}")
    return _scale(stamp)


def to_believable_seconds(stamp: object, zone: tzinfo = UTC) -> float:
    """As `to_seconds`, but a time outside 1980 to 2100 raises PayloadError("bad_time") too: where a number may be no stamp at all."""
    seconds = to_seconds(stamp, zone)
    if not EARLIEST <= seconds <= LATEST:
        raise PayloadError("bad_time", f"expected a time between 1980 and 2100, got {shown(stamp)}")
    return seconds


def _scale(stamp: float) -> float:
    size = abs(stamp)
    for bound, factor in _SCALES:
        if size < bound:
            # Dividing keeps whole milliseconds exact where multiplying by 0.001 would not.
            return stamp / round(1 / factor)
    raise PayloadError("bad_time", f"expected a time in s, ms, µs or ns since 1970, got {shown(stamp)}")


def _from_text(text: str, zone: tzinfo) -> float:
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        raise PayloadError("bad_time", f"expected a timestamp, got {len(text)} characters: {shown(text)}")
    if is_number(text):
        return _scale(float(text))
    try:
        moment = _parse_iso(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.timestamp()
    except (ValueError, OverflowError, TypeError):
        raise PayloadError("bad_time", f"expected ISO 8601 such as 2026-11-21T12:00:00Z, got {shown(text)}") from None


def cost(text: str) -> int:
    """Return how much work a stamp in text is, in texts: forms that only dateutil knows take longer."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return _SLOW_COST
    return 1


def _parse_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _isoparse()(text)  # knows 24:00, weeks and fractions the standard library lacks


@cache
def _isoparse() -> Callable[[str], datetime]:
    """Return dateutil's parser, which is loaded when a message first needs it: it takes 2 MiB, and most bridges never do."""
    parse: Callable[[str], datetime] = resolve_name("dateutil.parser:isoparse")
    return parse


NAMES = ("ts", "t", "time", "timestamp", "Time")


# These may also name something else (a temperature, a duration): out of this world they are values, not stamps.
_AMBIGUOUS = frozenset({"t", "time"})


def find_stamp(item: dict[str, object], context: Context) -> tuple[str, float | None]:
    """Return the name of the stamp in `item` and POSIX seconds; the name is empty where there is none.

    A stamp that is no time of this world (1980 to 2100) costs no value: it is noted, and the time of arrival (None) counts instead.
    """
    for name in NAMES:
        stamp = item.get(name)
        if stamp is None or isinstance(stamp, bool | dict | list):
            continue
        try:
            seconds = to_seconds(stamp, context.rules.zone)
        except PayloadError as error:
            if name not in _AMBIGUOUS:
                context.note(f"time of arrival used: {error}")
                return name, None
            continue
        if EARLIEST <= seconds <= LATEST:
            return name, seconds
        if name not in _AMBIGUOUS:
            context.note(
                f"time of arrival used: {name!r} is {shown(stamp)}, outside 1980 to 2100; is the device's clock set?"
            )
            return name, None
    return "", None
