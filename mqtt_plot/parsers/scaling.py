"""What stands beside a value and says by how much it is to be multiplied. Refuses to guess whether that has been done."""

from collections.abc import Mapping

from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.stamps import plain_name
from mqtt_plot.parsers.values import words

_FACTORS = frozenset(
    words("factor scale scalefactor scalevalue scaling multiplier multiplicator divisor divider div gain")
)
_PLACES = frozenset(words("decimals decimalplaces exponent exp"))
_DIGITS = 12  # of a product, so that 363 times 0.1 is 36.3


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
