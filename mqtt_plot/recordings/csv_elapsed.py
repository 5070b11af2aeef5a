"""Times that have passed since a start, written as clocks: 26:10:05, 1.02:03:04, 2 days 03:04:05, 1h 5m, and 12:30.5 as minutes and seconds."""

import re
from collections.abc import Sequence

_LONG = re.compile(
    r"(?:(?P<days>\d{1,5})(?:\.|\s?d(?:ays?)?,?\s))?(?P<hours>\d{1,6}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d(?:[.,]\d{1,9})?)"
)
_SHORT = re.compile(r"(?P<minutes>\d{1,5}):(?P<seconds>[0-5]\d(?:[.,]\d{1,9})?)")
_UNITS = re.compile(
    r"(?i)(?:(?P<days>\d+)\s?d(?:ays?)?)?,?\s?(?:(?P<hours>\d+)\s?h(?:ours?|rs?)?)?,?\s?"
    r"(?:(?P<minutes>\d+)\s?m(?:in(?:utes?)?)?)?,?\s?(?:(?P<seconds>\d+(?:[.,]\d+)?)\s?s(?:ec(?:onds?)?)?)?"
)
_IN_NAME = re.compile(r"(?i)\bm+[: ]s+\b|min[:./ ]sec")
_PER = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0, "seconds": 1.0}
_LAST_HOUR = 24


def elapsed_of(text: str, *, is_short: bool = False) -> float | None:
    """Return the seconds that have passed, None for any other text; `is_short` where two parts are minutes and seconds."""
    text = text.strip()
    found = (_SHORT if is_short else _LONG).fullmatch(text) or (_UNITS.fullmatch(text) if text[-1:].isalpha() else None)
    if found is None:
        return None
    return sum(float(part.replace(",", ".")) * _PER[name] for name, part in found.groupdict().items() if part)


def are_minutes(name: str, cells: Sequence[str]) -> bool:
    """Tell whether two parts are minutes and seconds: by the name, a fraction behind them, or since there are more than hours of a day."""
    parts = [found for cell in cells if (found := _SHORT.fullmatch(cell.strip()))]
    if len(parts) < len(cells):
        return False
    is_beyond = any(int(found["minutes"]) > _LAST_HOUR for found in parts)
    return _IN_NAME.search(name) is not None or is_beyond or all("." in found["seconds"] for found in parts)
