"""The flood guard of one tag: a token bucket, and what is kept of the samples that it holds back. Reads no clock, stores nothing itself.

A sample costs a token, and so does a column of samples, however long: who sends columns has thought about rates. While tokens last
samples pass untouched. When they are spent, samples are gathered, and of each gathering only the least, the greatest and
the last value are let through, each with its own time, as soon as tokens for three have come in. So a peak survives any flood.
"""

from collections.abc import Sequence
from typing import NamedTuple

# So many seconds' worth of tokens are saved up: what a broker kept back during a short outage then passes whole.
BURST_SECONDS = 10.0
# The guard steps back when so much of the bucket is full again; at once would make it flicker.
_CALM = 0.1

Point = tuple[float, float | str]
MAX_POINTS = 3


class Rate(NamedTuple):
    """How many samples per second one tag may store for long; `cost` is the seconds that a token takes to come in (0: no guard)."""

    cost: float

    @classmethod
    def of(cls, per_second: float) -> "Rate":
        return cls(1 / per_second if per_second > 0 else 0.0)


class Throttle:
    """The gathering of one tag whose tokens are spent.

    `spent_until` is when the bucket would be full again; it is empty while that lies BURST_SECONDS ahead.
    """

    __slots__ = ("_cost", "_greatest", "_last", "_least", "gathered", "spent_until")

    def __init__(self, cost: float, spent_until: float) -> None:
        self.spent_until = spent_until
        self.gathered = 0
        self._cost = cost
        self._least: tuple[int, Point] | None = None
        self._greatest: tuple[int, Point] | None = None
        self._last: tuple[int, Point] | None = None

    def gather(self, time: float, value: float | str) -> None:
        """Take in one sample. Of words only the last is kept, of gaps too, since neither is less or greater than a number."""
        self.gathered += 1
        entry = (self.gathered, (time, value))
        self._last = entry
        if isinstance(value, str) or value != value:  # noqa: PLR0124 - only NaN differs from itself
            return
        if self._least is None or value < self._least[1][1]:  # type: ignore[operator]  # words never come here
            self._least = entry
        if self._greatest is None or value > self._greatest[1][1]:  # type: ignore[operator]  # the same
            self._greatest = entry

    def gather_columns(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Take in columns: their least, greatest and last."""
        keep = sorted({values.index(min(values)), values.index(max(values)), len(values) - 1})
        before = self.gathered
        for index in keep:
            self.gather(times[index], values[index])
        self.gathered = before + len(values)

    def release(self, now: float) -> tuple[list[Point], int]:
        """Return the points to store now, in order of arrival, and how many samples they stand for; none while tokens lack."""
        until = max(self.spent_until, now)
        if until > now + BURST_SECONDS + MAX_POINTS:
            until = now + BURST_SECONDS  # our own clock was set back
        if not self.gathered or until + MAX_POINTS * self._cost > now + BURST_SECONDS:
            return [], 0
        kept = {entry for entry in (self._least, self._greatest, self._last) if entry is not None}
        points = [point for _, point in sorted(kept, key=lambda entry: entry[0])]
        n, self.gathered = self.gathered, 0
        self._least = self._greatest = self._last = None
        self.spent_until = until + len(points) * self._cost
        return points, n

    def is_over(self, now: float) -> bool:
        """Tell whether nothing is gathered and enough tokens have come in for the guard to step back."""
        return not self.gathered and self.spent_until <= now + (1 - _CALM) * BURST_SECONDS
