"""The zone that an object names beside its time: `"timezone": "Europe/Berlin"`, `"utc_offset": 3600`. Refuses to guess one."""

import re
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from pkgutil import resolve_name

from mqtt_plot.parsers.remembered import remembered_of_keys

_NAMES = frozenset(
    [
        "timezone",
        "tz",
        "zone",
        "utcoffset",
        "tzoffset",
        "gmtoffset",
        "timezoneoffset",
        "utcoffsetseconds",
        "zoneoffset",
        "tzname",
    ]
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d{2})?")
_PLACE = re.compile(r"[A-Z][A-Za-z_]{2,20}/[A-Za-z_/+-]{2,40}")
_UTC = frozenset(["Z", "UTC", "GMT", "Etc/UTC"])
_MOST_HOURS, _MOST_MINUTES = 14, 840


def names_zone(key: str) -> bool:
    """Tell whether a key is of the zone of a time beside it."""
    return key.lower().replace("_", "") in _NAMES


def zone_beside(item: Mapping[str, object]) -> tzinfo | None:
    """Return the zone that an object names; None where it names none, or none that is certain."""
    for key in _zone_keys(item):
        raw = item[key]
        if isinstance(raw, str):
            return _zone_of(raw[:64])
        if type(raw) in (int, float):
            return _zone_ahead(raw)  # type: ignore[arg-type]  # it is a number
    return None


@remembered_of_keys
def _zone_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(names_zone, keys))


def _zone_ahead(offset: float) -> tzinfo | None:
    """Return the zone of a number, which is hours, minutes or seconds by its size."""
    if abs(offset) > _MOST_HOURS * 3600:
        return None
    size = 3600 if abs(offset) <= _MOST_HOURS else 60 if abs(offset) <= _MOST_MINUTES else 1
    return timezone(timedelta(seconds=offset * size))


@lru_cache(maxsize=256)
def _zone_of(text: str) -> tzinfo | None:
    text = text.strip()
    if text in _UTC:
        return timezone(timedelta(0))
    if found := _OFFSET.fullmatch(text):
        ahead = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-ahead if found[1] == "-" else ahead)) if ahead <= _MOST_MINUTES else None
    try:
        zone: tzinfo | None = resolve_name("zoneinfo:ZoneInfo")(text) if _PLACE.fullmatch(text) else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None
    return zone
