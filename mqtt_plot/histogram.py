"""Durations counted by size, as Prometheus reads them; refuses to know what they are durations of."""

from bisect import bisect_left

# Seconds. A frame is due every 50 ms, and 100 ms is what is promised.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Histogram:
    """How many durations lay at or below each bound, their sum, and how many there were."""

    def __init__(self, bounds: tuple[float, ...] = BOUNDS) -> None:
        self.bounds = bounds
        self.sum = 0.0
        self._counts = [0] * (len(bounds) + 1)

    def add(self, seconds: float) -> None:
        """Count one duration; what a clock that stepped back makes of it counts as none."""
        seconds = max(0.0, seconds)
        self.sum += seconds
        self._counts[bisect_left(self.bounds, seconds)] += 1

    @property
    def count(self) -> int:
        return sum(self._counts)

    def cumulated(self) -> list[tuple[float, int]]:
        """Return (bound, how many lay at or below it) for each bound."""
        total = 0
        pairs = []
        for bound, count in zip(self.bounds, self._counts, strict=False):
            total += count
            pairs.append((bound, total))
        return pairs
