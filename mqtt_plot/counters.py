"""Counts of everything that happens to messages; every loss has a name and a reason here."""

from collections import Counter
from collections.abc import Iterator


class Counters:
    """Whole numbers that only grow, by name and by a reason from a fixed vocabulary.

    Names and reasons come from the code, never from a message, so the table stays small without a limit of its own.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, name: str, reason: str = "", n: int = 1) -> None:
        self._counts[name, reason] += n

    def get(self, name: str, reason: str = "") -> int:
        return self._counts[name, reason]

    def total(self, name: str) -> int:
        return sum(n for (other, _), n in self._counts.items() if other == name)

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """Yield (name, reason, count), sorted, for reports."""
        for (name, reason), n in sorted(self._counts.items()):
            yield name, reason, n

    def as_dict(self) -> dict[str, int]:
        """Flatten to `{"name": n, "name.reason": n}`, the shape of status replies."""
        return {f"{name}.{reason}" if reason else name: n for name, reason, n in self}
