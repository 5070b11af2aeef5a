"""The rate limit of one tag: a token bucket that keeps the extremes of what it holds back. Reads no clock, stores nothing itself.

A sample costs one token. A column of samples costs one too, however long: whoever sends columns has thought about rates. While there are
tokens, samples pass unchanged. Without tokens, samples are held back; as soon as there are three tokens, the least, the greatest and the
last of them pass, each with its own time. So every peak survives a flood.
"""

from collections.abc import Sequence
from typing import NamedTuple

# The bucket holds the tokens of this many seconds, so what a broker has queued during a short outage passes whole.
BURST_SECONDS = 10.0
# The throttle ends when this part of the bucket is full again; ending at the first token would make it flicker.
_CALM = 0.1

Point = tuple[float, float | str]
MAX_POINTS = 3


class Rate(NamedTuple):
    """The samples per second that one tag may store in the long run; `cost` is the seconds per token (0: no limit)."""

    cost: float

    @classmethod
    def of(cls, per_second: float) -> "Rate":
        return cls(1 / per_second if per_second > 0 else 0.0)


class Throttle:
    """What is held back of one tag without tokens.

    `spent_until` is when the bucket is full again; the bucket is empty while that is BURST_SECONDS ahead.
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
        """Hold one sample back. Of words and of gaps only the last is kept, since neither is less or greater than a number."""
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
        """Hold columns back: their least, greatest and last."""
        keep = sorted({values.index(min(values)), values.index(max(values)), len(values) - 1})
        before = self.gathered
        for index in keep:
            self.gather(times[index], values[index])
        self.gathered = before + len(values)

    def release(self, now: float) -> tuple[list[Point], int]:
        """Return the points to store now, in order of arrival, and how many samples they stand for; none without tokens."""
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
        """Return True if nothing is held back and there are enough tokens to end the throttle."""
        return not self.gathered and self.spent_until <= now + (1 - _CALM) * BURST_SECONDS
