"""A viewer replica: subscribes to the tags that its browsers follow, and fetches the history of new ones.

Knows nothing of brokers and sockets: `followed` and `want` are callables.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import NamedTuple

from mqtt_plot.errors import PayloadError
from mqtt_plot.metrics import Counters
from mqtt_plot.replicas.backfill import Backfill
from mqtt_plot.store.store import Store
from mqtt_plot.tags import to_topic

log = logging.getLogger(__name__)

# Seconds between two looks at what is followed.
LOOK_SECONDS = 0.2
# A tag that nobody follows any more stays subscribed for this long: people switch between dashboards.
LINGER_SECONDS = 60.0
# Seconds between two requests for the other bridge's list of tags.
DIRECTORY_SECONDS = 60.0


class Change(NamedTuple):
    """What to subscribe to, what to unsubscribe from, and how many tags the limit refused."""

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
        """Set the tags that are followed at `now`; return what that changes."""
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
        """Forget the tags left long ago, and more of those left where the limit requires it."""
        over = len(self) - self.limit
        gone = [
            tag for place, (tag, left) in enumerate(self._left.items()) if place < over or now - left >= self.linger
        ]
        for tag in gone:
            del self._left[tag]
        return gone


class Viewer:
    """Run `run` as a task. Tags left for LINGER_SECONDS lose their points, so that memory depends on what is followed."""

    def __init__(
        self,
        store: Store,
        counters: Counters,
        filling: Backfill,
        *,
        base: str,
        followed: Callable[[], Iterable[str]],
        want: Callable[[frozenset[str]], None],
        linger: float = LINGER_SECONDS,
    ) -> None:
        self._store = store
        self._counters = counters
        self._filling = filling
        self._base = base
        self._followed = followed
        self._want = want
        self._demand = Demand(store.limits.max_tags, linger)
        self._refused = 0  # followed tags beyond the limit
        self._topics: dict[str, str] = {}
        self._fills: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Update the subscriptions until cancelled."""
        directory_due = 0.0
        try:
            while True:
                now = time.monotonic()
                if now >= directory_due:
                    directory_due = now + DIRECTORY_SECONDS
                    self._spawn(self._filling.describe(), "directory")
                self._look(now)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self._fills:
                task.cancel()

    def _look(self, now: float) -> None:
        change = self._demand.update(self._followed(), now)
        if change.refused > self._refused:
            self._counters.add("follows_refused", "max_tags", change.refused - self._refused)
        self._refused = change.refused
        if not (change.come or change.gone):
            return
        for tag in change.gone:
            self._topics.pop(tag, None)
            self._forget(tag)
        come = [tag for tag in change.come if self._add(tag)]
        self._want(frozenset(self._topics.values()))
        if come:
            self._spawn(self._filling.fill(come), "fill what is watched")

    def _add(self, tag: str) -> bool:
        try:
            self._topics[tag] = to_topic(self._base, tag)
        except PayloadError:
            return False  # it can only come by HTTP
        return True

    def _forget(self, tag: str) -> None:
        """Free the points; the tag itself stays in the list and can be followed again."""
        series = self._store.get(tag)
        if series is not None:
            self._store.delete(tag)
            self._store.open(tag).unit = series.unit

    def _spawn(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._fills.add(task)
        task.add_done_callback(self._fills.discard)
