"""Which tags a viewer replica subscribes to: those that somebody follows, and for a while those that somebody did.

At the limit, tags that nobody follows any more go first, the longest forgotten before the others; when all are followed, new ones are
refused and counted by the caller. Refuses to know brokers and browsers.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Change(NamedTuple):
    """What to subscribe to, what to leave, and how many wishes the limit refused."""

    come: list[str]
    gone: list[str]
    refused: int


class Demand:
    """The tags subscribed to, at most `limit`; one that nobody follows stays for `linger` seconds more."""

    def __init__(self, limit: int, linger: float) -> None:
        self.limit = limit
        self.linger = linger
        self._left: dict[str, float] = {}  # when the last follower left, oldest first
        self._followed: set[str] = set()

    def __len__(self) -> int:
        return len(self._followed) + len(self._left)

    def __contains__(self, tag: str) -> bool:
        return tag in self._followed or tag in self._left

    def update(self, followed: Iterable[str], now: float) -> Change:
        """Take the tags that are followed at `now`; return what that changes."""
        wanted = dict.fromkeys(followed)
        for tag in self._followed - wanted.keys():
            self._left[tag] = now
        self._followed &= wanted.keys()
        back = [tag for tag in wanted if tag in self._left]
        for tag in back:
            del self._left[tag]
        self._followed.update(back)
        new = [tag for tag in wanted if tag not in self._followed]
        come = new[: max(0, self.limit - len(self._followed))]
        self._followed.update(come)
        return Change(come, self._let_go(now), len(new) - len(come))

    def _let_go(self, now: float) -> list[str]:
        """Forget those left long ago, and as many more as the limit asks."""
        over = len(self) - self.limit
        gone = [
            tag for place, (tag, left) in enumerate(self._left.items()) if place < over or now - left >= self.linger
        ]
        for tag in gone:
            del self._left[tag]
        return gone
