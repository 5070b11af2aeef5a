"""What is known of a series beside its points, read from a state file or another bridge: checked as if it came from a stranger.

A file with a right checksum, and a bridge on our own network, may both have been written by somebody else's program.
"""

import math
from array import array
from collections.abc import Iterable, Mapping
from typing import NamedTuple, NoReturn, Self

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.samples import FARTHEST, MAX_STATES, MAX_UNIT_LENGTH, MAX_WORD_LENGTH
from mqtt_plot.tags import check_tag, is_clean

KINDS = ("", "number", "boolean", "state")
# A description of a tag has a dozen fields, and lists of at most MAX_STATES words.
_MAX_META_ITEMS = 200
_MAX_META_DEPTH = 4
_MAX_META_TEXT = 1_000


class Facts(NamedTuple):
    """A tag with all that is known of it; `arrival` (POSIX seconds) and `interval` (seconds) are NaN while unknown."""

    tag: str
    unit: str
    kind: str
    states: list[str]
    meta: dict[str, object]
    arrival: float
    interval: float

    @classmethod
    def checked(cls, fields: Mapping[str, object]) -> Self:
        """Return the facts in decoded JSON; what is not in it is unknown. Raises PayloadError for what no bridge would have written."""
        unit, kind, states, meta = (fields.get(name) for name in ("unit", "kind", "states", "meta"))
        if kind not in (None, *KINDS):
            _refuse("kind", kind)
        return cls(
            check_tag(fields.get("tag")),
            _text("unit", "" if unit is None else unit, MAX_UNIT_LENGTH),
            str(kind or ""),
            _words([] if states is None else states),
            _meta({} if meta is None else meta),
            _number("arrival", fields.get("arrival")),
            _number("interval", fields.get("interval")),
        )


def checked_times(numbers: object) -> "array[float]":
    """Return a column of times. Raises PayloadError for all that no sample can have."""
    times = checked_values(numbers)
    if not all(abs(time) < FARTHEST for time in times):  # false for NaN
        raise PayloadError("bad_time", "expected times in POSIX seconds in 'time'")
    return times


def checked_values(numbers: object) -> "array[float]":
    """Return a column of values; None is a gap. Raises PayloadError for what is no list of numbers."""
    if not isinstance(numbers, list):
        raise PayloadError("not_a_list", f"expected a list of numbers, got {shown(numbers)}")
    try:
        return array("d", [math.nan if number is None else number for number in numbers])
    except (TypeError, OverflowError):
        raise PayloadError("not_a_number", "expected numbers that fit 64-bit floating point, got others") from None


def _number(name: str, raw: object) -> float:
    if raw is None:
        return math.nan
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) < FARTHEST:
        _refuse(name, raw)
    return float(raw)


def _text(name: str, raw: object, longest: int) -> str:
    if not isinstance(raw, str) or len(raw) > longest or not is_clean(raw):
        _refuse(name, raw)
    return raw


def _words(raw: object) -> list[str]:
    if not isinstance(raw, list) or len(raw) > MAX_STATES:
        _refuse("states", raw)
    return [_text("states", word, MAX_WORD_LENGTH) for word in raw]


def _meta(raw: object) -> dict[str, object]:
    if not isinstance(raw, dict) or not _is_plain([raw], _MAX_META_DEPTH):
        _refuse("meta", raw)
    return raw


def _is_plain(items: Iterable[object], depth: int) -> bool:
    """Return True if all of this is small and can be sent to any browser."""
    for number, item in enumerate(items):
        match item:
            case str():
                is_good = len(item) <= _MAX_META_TEXT and is_clean(item)
            case bool() | None:
                is_good = True
            case int() | float():
                is_good = abs(item) < math.inf and _fits(item)
            case list():
                is_good = depth > 0 and _is_plain(item, depth - 1)
            case dict():
                is_good = depth > 0 and _is_plain([*item, *item.values()], depth - 1)
            case _:
                is_good = False
        if not is_good or number >= _MAX_META_ITEMS:
            return False
    return True


def _fits(number: float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def _refuse(name: str, raw: object) -> NoReturn:
    raise PayloadError("bad_facts", f"expected a sane {name!r}, got {shown(raw)}")
