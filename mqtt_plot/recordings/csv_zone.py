"""The zone of all times of a CSV file, where its words say it: in the name of a column, or above the table. Knows no cells of times."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta, timezone, tzinfo
from pkgutil import resolve_name
from typing import NamedTuple

from mqtt_plot.recordings.csv_numbers import number_in

# Area/City, as the zone database calls them; Etc/GMT+5 among them.
_CALLED = re.compile(r"(?<![\w/])([A-Z][A-Za-z]{1,15}(?:/[A-Z][A-Za-z0-9_+-]{1,24}){1,2})(?![\w/])")
_KEY = re.compile(
    r"(?i)(?:local |all times in the |all times in )?(?:time ?zone|tz|utc[ _]offset|gmt[ _]offset|zeitzone|fuseau horaire|zona horaria)"
    r"(?:[ _\[(]*(?:seconds?|s|hours?|h)[\])]?)?|time reference"
)
_OF_SECONDS = re.compile(r"(?i)seconds?|\bs\b")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-]?)(\d{1,2})(?:[:.]?([0-5]\d))?")
_IS_UTC = re.compile(r"(?i)(?:utc|gmt|z|universal time|coordinated universal time)(?: ?\(\w+\))?")
# Words of a whole line: `All times are UTC`, `All Data GMT hour ending`.
_ALL = re.compile(r"(?i)[^\d]*\b(?:times?|data|dates?|hours?|timestamps?)\b[^\d]*\b(?:utc|gmt)\b(?!\s?[+-])[^\d]*")
_BUT = re.compile(r"(?i)\b(?:local|not|non|no)\b")  # local times, not UTC
_OFFSET_IN_WORDS = re.compile(r"\b(?:UTC|GMT)\s?([+-]\d{1,2}(?::[0-5]\d)?)(?![\d:])")
_OF_TIMES = re.compile(r"(?i)\btimes?\b|time ?zone|zeit|heure|hora|時間|時刻|时间|时区|시간")
_MOST_HOURS = 14


class Zone(NamedTuple):
    """A zone, and the words that say it."""

    zone: tzinfo
    said: str


def called_zone(name: str) -> tzinfo | None:
    """Return the zone that a text calls by its place (`Time Bucket (America/Los_Angeles)`); None where it has none that is known here."""
    found = _CALLED.search(name)
    try:
        zone: tzinfo | None = resolve_name("zoneinfo:ZoneInfo")(found[1]) if found else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None
    return zone


def zone_above(rows: Sequence[Sequence[str]]) -> Zone | None:
    """Return the zone that the rows above a table say: behind a key, below one, or in a line of words. An offset beats a place."""
    found = [zone for key, value in _said(rows) if (zone := _zone_of(key, value)) is not None]
    fixed = [zone for zone in found if isinstance(zone.zone, timezone)]
    return next(iter([*fixed, *found]), None)


def _said(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield each key of a zone with what may be its value, and lines of words with nothing."""
    for index, row in enumerate(rows):
        cells = [cell.strip().lstrip("#").strip() for cell in row]
        full = [cell for cell in cells if cell]
        if len(full) == 1 and _ALL.fullmatch(full[0]) and not _BUT.search(full[0]):
            yield full[0], "UTC"
        for cell in full:
            offset = _OFFSET_IN_WORDS.search(cell)
            if (
                offset is not None
                and _OF_TIMES.search(cell)
                and not any(cell.startswith(word) for word in ("Start", "End"))
            ):
                yield cell, f"UTC{offset[1]}"
        below = rows[index + 1] if index + 1 < len(rows) else ()
        for place, cell in enumerate(cells):
            key, mark, value = cell.partition("=" if "=" in cell else ":")
            if mark and _KEY.fullmatch(key.strip()):
                yield key.strip(), value.strip() or next(iter(cells[place + 1 :]), "")
            elif _KEY.fullmatch(cell):
                yield cell, next(iter(cells[place + 1 :]), "")
                yield cell, below[place].strip() if place < len(below) else ""


def _zone_of(key: str, value: str) -> Zone | None:
    """Return the zone that a value says, a place, `UTC+2`, hours or seconds; None for any other."""
    said = f"{key} {value}"[:60]
    if _IS_UTC.fullmatch(value):
        return Zone(UTC, said)
    offset = _OFFSET.fullmatch(value)
    seconds = number_in(value) if _OF_SECONDS.search(key) else None
    if seconds is None and offset is not None and int(offset[2]) <= _MOST_HOURS:
        seconds = int(offset[2]) * 3600.0 + int(offset[3] or 0) * 60.0
        seconds = -seconds if offset[1] == "-" else seconds
    if seconds is not None and abs(seconds) <= _MOST_HOURS * 3600:
        return Zone(timezone(timedelta(seconds=seconds)), said)
    zone = called_zone(value)
    return Zone(zone, said) if zone is not None else None
