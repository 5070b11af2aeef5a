"""What a device says of its tags: label, unit, limits, states, decimals, interval. Knows nothing of where it was said.

A device owns its tags: what it *declares* (a retained `plot/<tag>/$meta`, or REST) wins over what others *suggest* (Home Assistant's
discovery). Both may come long before the first sample, so they are kept in a book of their own, as large as the tag limit.
"""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.values import check_text, to_unit
from mqtt_plot.samples import MAX_STATES
from mqtt_plot.tags import check_tag

# The level below a tag where its meta is published: plot/line1/temp/$meta.
TOPIC_SUFFIX = "/$meta"
UNIT_SUFFIX = "/$unit"  # of Homie
MAX_LABEL_LENGTH = 128
MAX_STATE_LENGTH = 64
MAX_INTERVAL = 1e9  # seconds: 30 years
MAX_DECIMALS = 12
MAX_WRAP = 2.0**64
_RANGE_ENDS = ("raw_lo", "raw_hi", "lo", "hi")
MAX_BYTES = 16 * 1024
LIMITS = ("lolo", "lo", "hi", "hihi")  # in ascending order
# What says how a tag is watched (ingest/limits.py).
LIMIT_FIELDS = frozenset({*LIMITS, "deadband", "on_delay", "off_delay", "alarm_states"})
MAX_DELAY = 86_400.0  # seconds
# What says how raw values become those that are stored (ingest/shaping.py).
LINEAR_FIELDS = frozenset({"gain", "offset", "range"})
SHAPE_FIELDS = frozenset({*LINEAR_FIELDS, "wrap", "bits", "raw"})
# What a person may set of a tag in place of its device.
SCALING_FIELDS = SHAPE_FIELDS | {"unit"}

Meta = Mapping[str, object]


def parse_meta(fields: object) -> dict[str, object]:
    """Return the known fields of a decoded meta object, checked. Raises PayloadError("bad_meta").

    Unknown fields are passed over: a device may say more than this version knows. A field that is null is as good as absent.
    """
    if not isinstance(fields, dict):
        raise PayloadError("bad_meta", f'expected an object such as {{"unit": "°C", "hi": 80}}, got {shown(fields)}')
    meta = {name: _FIELDS[name](name, raw) for name, raw in fields.items() if name in _FIELDS and raw is not None}
    check_meta(meta)
    return meta


def check_meta(meta: Meta) -> None:
    """Refuse fields that contradict each other. Raises PayloadError("bad_meta")."""
    check_limits(meta)
    if "range" in meta and ("gain" in meta or "offset" in meta):
        raise PayloadError("bad_meta", "expected 'range', or 'gain' and 'offset', got both")
    if "states" in meta and (named := sorted((LINEAR_FIELDS | {"wrap"}) & set(meta))):
        raise PayloadError("bad_meta", f"expected numbers to scale, got names for them: 'states' beside {named[0]!r}")


def check_limits(meta: Meta) -> None:
    """Refuse limits that contradict each other. Raises PayloadError("bad_meta")."""
    known = [(name, float(str(meta[name]))) for name in LIMITS if name in meta]
    for (low, lower), (high, higher) in pairwise(known):
        if lower > higher:
            raise PayloadError("bad_meta", f"expected {low} <= {high}, got {lower} and {higher}")
    below = [limit for name, limit in known if name in ("lolo", "lo")]
    above = [limit for name, limit in known if name in ("hi", "hihi")]
    band = float(str(meta.get("deadband", 0.0)))
    if below and above and band > above[0] - below[-1]:
        raise PayloadError(
            "bad_meta",
            f"expected a deadband of at most {above[0] - below[-1]:g}, from one limit to the other, got {band:g}",
        )


def parse_settings(fields: object, allowed: frozenset[str]) -> dict[str, object]:
    """Return what a person sets of a tag, checked: a value for each field, or null where the device's own shall not count.

    Raises PayloadError("bad_meta"), also for a name that is none of `allowed`.
    """
    if not isinstance(fields, dict):
        example = '{"hi": 80}' if "hi" in allowed else '{"range": [0, 27648, 0, 10]}'
        raise PayloadError("bad_meta", f"expected an object such as {example}, got {shown(fields)}")
    unknown = sorted(set(fields) - allowed)
    if unknown:
        raise PayloadError("bad_meta", f"expected some of {', '.join(sorted(allowed))}, got {shown(unknown[0])}")
    return {name: None if raw is None else _FIELDS[name](name, raw) for name, raw in fields.items()}


def _text(name: str, raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > MAX_LABEL_LENGTH:
        raise PayloadError("bad_meta", f"expected 1 to {MAX_LABEL_LENGTH} characters in {name!r}, got {shown(raw)}")
    return check_text(raw.strip(), f"text in {name!r}")


def _unit(name: str, raw: object) -> str:
    return to_unit(raw, name) or ""


def _number(name: str, raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not _is_finite(raw):
        raise PayloadError("bad_meta", f"expected a number in {name!r}, got {shown(raw)}")
    return float(raw)


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer beyond float64
        return False


def _interval(name: str, raw: object) -> float:
    seconds = _number(name, raw)
    if not 0 < seconds <= MAX_INTERVAL:
        raise PayloadError(
            "bad_meta", f"expected seconds above 0, at most {MAX_INTERVAL:g}, in {name!r}, got {shown(raw)}"
        )
    return seconds


def _gain(name: str, raw: object) -> float:
    factor = _number(name, raw)
    if factor == 0:
        raise PayloadError("bad_meta", f"expected a factor other than 0 in {name!r}")
    return factor


def _range(name: str, raw: object) -> list[float]:
    if not isinstance(raw, list) or len(raw) != len(_RANGE_ENDS):
        raise PayloadError(
            "bad_meta", f"expected [raw_lo, raw_hi, lo, hi] in {name!r}, such as [0, 27648, 0, 10], got {shown(raw)}"
        )
    ends = [_number(f"{name}, {end}", one) for end, one in zip(_RANGE_ENDS, raw, strict=True)]
    if ends[0] == ends[1] or ends[2] == ends[3]:
        raise PayloadError(
            "bad_meta", f"expected two different raw and two different scaled ends in {name!r}, got {ends}"
        )
    return ends


def _wrap(name: str, raw: object) -> float:
    turn = _number(name, raw)
    if not turn > 0 or raw > MAX_WRAP:  # type: ignore[operator]  # a number, and exact where it is whole
        raise PayloadError("bad_meta", f"expected a number above 0 in {name!r}, such as 65536, got {shown(raw)}")
    return turn


def _flag(name: str, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise PayloadError("bad_meta", f"expected true or false in {name!r}, got {shown(raw)}")
    return raw


def _deadband(name: str, raw: object) -> float:
    width = _number(name, raw)
    if width < 0:
        raise PayloadError("bad_meta", f"expected 0 or more in {name!r}, got {shown(raw)}")
    return width


def _delay(name: str, raw: object) -> float:
    seconds = _number(name, raw)
    if not 0 <= seconds <= MAX_DELAY:
        raise PayloadError("bad_meta", f"expected 0 to {MAX_DELAY:g} seconds in {name!r}, got {shown(raw)}")
    return seconds


def _decimals(name: str, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MAX_DECIMALS:
        raise PayloadError("bad_meta", f"expected 0 to {MAX_DECIMALS} in {name!r}, got {shown(raw)}")
    return raw


def _states(name: str, raw: object) -> list[str]:
    """Return the words by index: from a list, or from an object such as `{"0": "STOP", "1": "RUN"}`."""
    if isinstance(raw, dict):
        numbered = {int(key): word for key, word in raw.items() if key.isascii() and key.isdecimal() and len(key) < 4}  # noqa: PLR2004
        if len(numbered) != len(raw) or not raw or max(numbered) >= MAX_STATES:
            raise PayloadError(
                "bad_meta", f"expected numbers from 0 to {MAX_STATES - 1} as keys of {name!r}, got {list(raw)[:4]}"
            )
        raw = [numbered.get(index, str(index)) for index in range(max(numbered) + 1)]
    return _words(name, raw)


def _words(name: str, raw: object) -> list[str]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_STATES:
        raise PayloadError("bad_meta", f"expected 1 to {MAX_STATES} words in {name!r}, got {shown(raw)}")
    if not all(isinstance(word, str) and 0 < len(word) <= MAX_STATE_LENGTH for word in raw):
        raise PayloadError("bad_meta", f"expected words of 1 to {MAX_STATE_LENGTH} characters in {name!r}")
    return [check_text(word, f"words in {name!r}") for word in raw]


def _bits(name: str, raw: object) -> dict[str, str]:
    """Return the names of single bits by their numbers: from a list, or from an object such as `{"0": "Motor", "3": "Door"}`."""
    words = _states(name, raw)
    named = {str(bit): word for bit, word in enumerate(words) if not isinstance(raw, dict) or str(bit) in raw}
    if len(set(named.values())) < len(named):
        raise PayloadError("bad_meta", f"expected each bit of {name!r} to have a name of its own, got one twice")
    return {bit: check_tag(word) for bit, word in named.items()}


_FIELDS: dict[str, Callable[[str, object], object]] = {
    "unit": _unit,
    "label": _text,
    "lolo": _number,
    "lo": _number,
    "hi": _number,
    "hihi": _number,
    "states": _states,
    "bits": _bits,
    "decimals": _decimals,
    "interval": _interval,
    "deadband": _deadband,
    "on_delay": _delay,
    "off_delay": _delay,
    "alarm_states": _words,
    "gain": _gain,
    "offset": _number,
    "range": _range,
    "wrap": _wrap,
    "raw": _flag,
}
