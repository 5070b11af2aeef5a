"""What remembers the value before: rates, totals, lags and edges of a signal whose values hold until the next. Pure.

Each is called with ascending times and what the signal is from then on; NaN is a gap. RateOfChange and Delta are called for samples only.
"""

import math


class RateOfChange:
    """Change per second, from one sample to the next."""

    __slots__ = ("_held", "_rate", "_since")

    def __init__(self) -> None:
        self._since = self._held = self._rate = math.nan

    def __call__(self, time: float, value: float) -> float:
        """Return it; NaN for the first sample and the first after a gap."""
        seconds = time - self._since
        if seconds > 0:
            self._rate = (value - self._held) / seconds
        elif value - value != 0:
            self._rate = math.nan
        self._since, self._held = time, value
        return self._rate


class Delta:
    """Change from one sample to the next."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = math.nan

    def __call__(self, _time: float, value: float) -> float:
        """Return it; NaN for the first sample and the first after a gap."""
        delta, self._held = value - self._held, value
        return delta


class Integral:
    """The sum of value times seconds; what is not known adds nothing."""

    __slots__ = ("_held", "_since", "total")

    def __init__(self) -> None:
        self.total = 0.0
        self._since = self._held = math.nan

    def __call__(self, time: float, value: float) -> float:
        """Return it; NaN in a gap, and after it the total again."""
        if self._held - self._held == 0:
            self.total += self._held * (time - self._since)
        self._since, self._held = time, value
        return self.total if value - value == 0 else math.nan


class OnTime(Integral):
    """Seconds for which the signal was true, or not 0."""

    __slots__ = ()

    def __call__(self, time: float, value: float) -> float:
        """Return them; NaN in a gap."""
        return super().__call__(time, value if value - value != 0 else float(value != 0))


class Rises:
    """How often the signal went from false, or 0, to true. Also over a gap, if it was false before and is true after it."""

    __slots__ = ("_held", "total")

    def __init__(self) -> None:
        self.total = 0.0
        self._held = math.nan

    def __call__(self, _time: float, value: float) -> float:
        """Return it; NaN in a gap."""
        if value - value != 0:
            return math.nan
        if value and self._held == 0:
            self.total += 1
        self._held = value
        return self.total


class LowPass:
    """A lag of first order: dy/dt = (x - y) / seconds, exact for any spacing. After a gap it begins anew."""

    __slots__ = ("_held", "_lagged", "_seconds", "_since")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = self._held = self._lagged = math.nan

    def __call__(self, time: float, value: float) -> float:
        """Return it; NaN in a gap."""
        if value - value != 0:
            self._held = self._lagged = math.nan
            return math.nan
        if self._held - self._held == 0:
            self._lagged = self._held + (self._lagged - self._held) * math.exp((self._since - time) / self._seconds)
        else:
            self._lagged = value
        self._since, self._held = time, value
        return self._lagged


class Hold:
    """The last value that was known, over gaps and silence."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = math.nan

    def __call__(self, _time: float, value: float) -> float:
        """Return it; NaN before the first."""
        if value - value == 0:
            self._held = value
        return self._held
