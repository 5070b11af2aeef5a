"""What stands beside a value and says by how much it is to be multiplied. Refuses to guess whether that has been done."""

import re
from collections.abc import Mapping

from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.remembered import plain_name, remembered
from mqtt_plot.parsers.stamps import rank
from mqtt_plot.parsers.values import is_number, words

_FACTORS = frozenset(
    words("factor scale scalefactor scalevalue scaling multiplier multiplicator divisor divider div gain")
)
_PLACES = frozenset(words("decimals decimalplaces exponent exp"))
_SCALES = frozenset(words("scale scalefactor scaling multiplier divisor divider decimals decimalplaces exponent"))
_OF_VALUE = re.compile(r"(.+?)_?(SF|sf|[Ss]cale|[Mm]ultiplier|[Dd]ivisor|[Dd]ecimals|[Ee]xponent)")
_SHIFTS, _MOST_SHIFTED = frozenset(words("sf decimals exponent")), 10
_POWERS = frozenset([0.001, 0.01, 0.1, 10, 100, 1000])
_DIGITS = 12  # of a product, so that 363 times 0.1 is 36.3


@remembered
def may_scale(key: str) -> bool:
    """Tell whether a key may say by how much another value is to be multiplied: scale, or W_SF beside W."""
    return plain_name(key) in _SCALES or _OF_VALUE.fullmatch(key) is not None


def note_scales(item: Mapping[str, object], context: Context) -> None:
    """Note what may scale the numbers of an object that is no record: a power of ten, or a number of decimals or of digits to shift."""
    for name, scale in item.items():
        if not isinstance(scale, int | float) or isinstance(scale, bool) or not may_scale(name):
            continue
        found = _OF_VALUE.fullmatch(name)
        value = (
            found[1]
            if found
            else next(
                (key for key, raw in item.items() if key != name and _may_be_scaled(raw) and rank(key) is None),
                "",
            )
        )
        is_shift = plain_name(name) in _PLACES or (found is not None and found[2].lower() in _SHIFTS) or scale < 0
        if _may_be_scaled(item.get(value)) and (_is_shift(scale) if is_shift else scale in _POWERS):
            context.note(f"{name!r:.40} stands beside {value!r:.40}, which is not scaled by it")


def _may_be_scaled(raw: object) -> bool:
    return type(raw) in (int, float) or (isinstance(raw, str) and is_number(raw))


def _is_shift(scale: object) -> bool:
    return type(scale) is int and 0 < abs(scale) <= _MOST_SHIFTED


def scaled(item: Mapping[str, object], key: str, context: Context) -> object:
    """Return the value under `key`. `val` beside `factor` is multiplied, as heating controllers have it; of any other scale it is said."""
    raw = item[key]
    if type(raw) not in (int, float):
        return raw
    for name, scale in item.items():
        plain = plain_name(name)
        if not isinstance(scale, int | float) or isinstance(scale, bool):
            continue
        if key == "val" and name == "factor" and scale > 0:
            return float(f"{raw * scale:.{_DIGITS}g}")  # type: ignore[operator]  # it is a number
        if (plain in _FACTORS and scale != 1) or (plain in _PLACES and scale):
            context.note(f"{name!r:.40} stands beside {key!r:.40}, which is not scaled by it")
    return raw
