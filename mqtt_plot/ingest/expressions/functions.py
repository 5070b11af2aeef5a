"""The table of functions that an expression may call. Pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import gt, lt

from mqtt_plot.ingest.expressions.steps import Delta, Hold, Integral, LowPass, OnTime, RateOfChange, Rises
from mqtt_plot.ingest.expressions.windows import Average, Delay, Deviation, Extreme, RootMeanSquare

MOST_ARGUMENTS = 16
SHORTEST_SECONDS, LONGEST_SECONDS = 1e-3, 86_400.0


@dataclass(frozen=True)
class Function:
    """How a function is called, in words, and how many values it takes."""

    usage: str
    least: int
    most: int
    compute: Callable[..., float] | None = None  # of values alone
    window: Callable[[float], Callable[[float, float], float]] | None = None  # of a value and a time such as 10s
    step: Callable[[], Callable[[float, float], float]] | None = None  # of a value and all that it was
    change: Callable[[], Callable[[float, float], float]] | None = None  # of a sample and the one before


def _clip(value: float, low: float, high: float) -> float:
    if low > high:
        raise ValueError(f"clip wants low <= high, got {low:g} and {high:g}")
    return min(max(value, low), high)


def _round(value: float, digits: float = 0.0) -> float:
    if digits != int(digits) or not -300 <= digits <= 300:  # noqa: PLR2004 - what a float can be rounded to
        raise ValueError(f"round wants a whole number of digits, got {digits:g}")
    return round(value, int(digits))


def _sqrt(value: float) -> float:
    if value < 0:
        raise ValueError(f"no square root of {value:g}")
    return math.sqrt(value)


def _log(value: float, base: float = math.e) -> float:
    if value <= 0:
        raise ValueError(f"no logarithm of {value:g}")
    if base <= 0 or base == 1:
        raise ValueError(f"no logarithm to the base {base:g}")
    return math.log(value) if base == math.e else math.log10(value) if base == 10 else math.log(value, base)  # noqa: PLR2004


def power(base: float, exponent: float) -> float:
    """Return base ** exponent. Raises ValueError where that is no real number, OverflowError where it is too large."""
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    if base < 0 and not exponent.is_integer() and exponent == exponent:  # noqa: PLR0124
        raise ValueError(f"no real power {exponent:g} of {base:g}")
    return math.pow(base, exponent) if base == base and exponent == exponent else math.nan  # noqa: PLR0124 - NaN ** 0 is a gap too


def remainder(value: float, divisor: float) -> float:
    """Return what is left of a division, with the sign of the divisor."""
    return value % divisor


FUNCTIONS: Mapping[str, Function] = {
    "abs": Function("abs(x)", 1, 1, math.fabs),
    "min": Function("min(x, y, …)", 2, MOST_ARGUMENTS, min),
    "max": Function("max(x, y, …)", 2, MOST_ARGUMENTS, max),
    "sqrt": Function("sqrt(x)", 1, 1, _sqrt),
    "exp": Function("exp(x)", 1, 1, math.exp),
    "log": Function("log(x) or log(x, base)", 1, 2, _log),
    "sin": Function("sin(x)", 1, 1, math.sin),
    "cos": Function("cos(x)", 1, 1, math.cos),
    "round": Function("round(x) or round(x, digits)", 1, 2, _round),
    "clip": Function("clip(x, low, high)", 3, 3, _clip),
    "if": Function("if(condition, then, else)", 3, 3),
    "avg": Function("avg(x, 10s)", 2, 2, window=Average),
    "minimum": Function("minimum(x, 10s)", 2, 2, window=partial(Extreme, better=lt)),
    "maximum": Function("maximum(x, 10s)", 2, 2, window=partial(Extreme, better=gt)),
    "std": Function("std(x, 10s)", 2, 2, window=Deviation),
    "rms": Function("rms(x, 10s)", 2, 2, window=RootMeanSquare),
    "delay": Function("delay(x, 1s)", 2, 2, window=Delay),
    "lowpass": Function("lowpass(x, 2s)", 2, 2, window=LowPass),
    "rate": Function("rate(x)", 1, 1, change=RateOfChange),
    "integral": Function("integral(x)", 1, 1, step=Integral),
    "delta": Function("delta(x)", 1, 1, change=Delta),
    "hold": Function("hold(x)", 1, 1, step=Hold),
    "on_time": Function("on_time(x)", 1, 1, step=OnTime),
    "rises": Function("rises(x)", 1, 1, step=Rises),
}
# What others call them.
MEANT: Mapping[str, str] = {
    "average": "avg", "mean": "avg", "rolling_mean": "avg", "stddev": "std", "stdev": "std", "ln": "log", "log10": "log(x, 10)", "pow": "**",
    "derivative": "rate", "integrate": "integral", "diff": "delta", "clamp": "clip", "limit": "clip", "shift": "delay", "previous": "delay",
    "iif": "if", "count": "rises", "tan": "sin(x) / cos(x)", "sum": "+", "floor": "round", "last": "hold", "ontime": "on_time",
}  # fmt: skip
