"""The time of day that stands beside a date in an object: under another key, or in parts."""

import re
from collections.abc import Mapping

from mqtt_plot.parsers import dates
from mqtt_plot.parsers.remembered import plain_name, remembered

_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_DAYS = frozenset({"dat", "date", "datum", "fecha", "day", "utcdate", "localdate"})
_CLOCKS = frozenset({"tim", "time", "uhrzeit", "zeit", "clock", "hora", "timeofday", "utctime", "localtime"})
_PARTS = {"hour": 24, "minute": 60, "second": 61}
_MOST_OF_A_CLOCK = 240_000  # as hours, minutes and seconds in a row


def with_clock(key: str, stamp: object, item: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """Return date and time of day where the two came apart, and the keys of the other one; any other text as it is."""
    text = _text_of(stamp)
    if not (_is_day(key) or _is_clock(key) or ":" in text):
        return text, ()
    is_clock = dates.find_clock(text) is not None
    if is_clock and not any(map(_is_day, item)):
        days = [(raw, (other,)) for other, raw in item.items() if isinstance(raw, str) and _DAY.fullmatch(raw)]
        return (f"{days[0][0]} {text}", days[0][1]) if len(days) == 1 else (text, ())
    wanted = (
        _is_day if _is_clock(key) and is_clock else _is_clock if _is_day(key) and ":" not in text and text else None
    )
    for other, value in item.items() if wanted is not None else ():
        if other != key and wanted is not None and wanted(other) and (beside := _text_of(value)):
            return (f"{beside} {text}" if wanted is _is_day else f"{text} {beside}"), (other,)
    if wanted is not _is_clock:
        return text, ()
    parts = {other.lower(): (other, raw) for other, raw in item.items() if other.lower() in _PARTS}
    if "hour" not in parts or not all(type(raw) is int and 0 <= raw < _PARTS[name] for name, (_, raw) in parts.items()):
        return text, ()
    numbers = [parts[name][1] if name in parts else 0 for name in _PARTS]
    return f"{text} {numbers[0]:02}:{numbers[1]:02}:{numbers[2]:02}", tuple(other for other, _ in parts.values())


def _text_of(raw: object) -> str:
    """Return a text, which may stand in an object of its own as values do: {"value": "10:22:11"}."""
    inner = raw.get("value") if isinstance(raw, dict) else raw
    return inner if isinstance(inner, str) else ""


def clock_in_doubt(key: str, item: Mapping[str, object]) -> str:
    """Return the key of a number beside a date without a clock, which may be its time of day; "" where there is none."""
    if not _is_day(key) or ":" in str(item[key]):
        return ""
    return next((other for other, raw in item.items() if _is_clock(other) and _may_be_clock(raw)), "")


def _may_be_clock(raw: object) -> bool:
    return type(raw) is int and 0 < raw < _MOST_OF_A_CLOCK


@remembered
def _is_day(key: str) -> bool:
    return plain_name(key) in _DAYS


@remembered
def _is_clock(key: str) -> bool:
    return plain_name(key) in _CLOCKS
