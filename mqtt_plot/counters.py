"""Counts of everything that happens to messages; every loss has a name and a reason here."""

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter


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
