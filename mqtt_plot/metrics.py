"""What is counted and measured: counters with reasons, histograms of durations, and gauges for status and /metrics."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple


class Tally:
    """One count; who raises it for every message holds on to it, as looking it up takes longer than raising it."""

    __slots__ = ("n",)

    def __init__(self) -> None:
        self.n = 0


class Counters:
    """Whole numbers that only grow, by name and by a reason from a fixed vocabulary.

    Names and reasons come from the code, never from a message, so the table stays small without a limit of its own.
    """

    def __init__(self) -> None:
        self._tallies: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)

    def add(self, name: str, reason: str = "", n: int = 1) -> None:
        self._tallies[name, reason].n += n

    def tally(self, name: str, reason: str = "") -> Tally:
        return self._tallies[name, reason]

    def get(self, name: str, reason: str = "") -> int:
        return self._tallies[name, reason].n

    def total(self, name: str) -> int:
        return sum(tally.n for (other, _), tally in self._tallies.items() if other == name)

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """Yield (name, reason, count), sorted, for reports; of what has happened only."""
        for (name, reason), tally in sorted(self._tallies.items(), key=itemgetter(0)):
            if tally.n:
                yield name, reason, tally.n

    def as_dict(self) -> dict[str, int]:
        """Flatten to `{"name": n, "name.reason": n}`, the shape of status replies."""
        return {f"{name}.{reason}" if reason else name: n for name, reason, n in self}


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


class Gauge(NamedTuple):
    """One gauge, or one histogram of durations in seconds."""

    name: str
    meaning: str
    value: float | Histogram


class Count(NamedTuple):
    """One counter with its numbers by reason; the reasons come from the code, never from a message or a client."""

    name: str
    meaning: str
    by_reason: Mapping[str, int]


def counts(flat: Mapping[str, int]) -> list[Count]:
    """Return the counters of a status, `{"name": n, "name.reason": n}`, by name."""
    families: dict[str, dict[str, int]] = {}
    for key, number in sorted(flat.items()):
        name, _, reason = key.partition(".")
        families.setdefault(name, {})[reason] = number
    return [Count(name, f"Count of {name.replace('_', ' ')}, by reason.", found) for name, found in families.items()]
