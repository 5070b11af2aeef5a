"""All WebSocket clients: the tick that wakes them, the frames they share, and broadcasts.

The hub and the directory make the frames; web.socket sends them to one browser.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from mqtt_plot.ingest.verdicts import Verdicts
from mqtt_plot.live.directory import Directory
from mqtt_plot.live.hub import Hub
from mqtt_plot.live.limits import ClientLimits
from mqtt_plot.live.protocol import MAX_FOLLOW, MAX_RANGE_POINTS, PROTOCOL, encode_control
from mqtt_plot.metrics import Counters, Histogram
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store

log = logging.getLogger(__name__)

TICK_SECONDS = 0.05
TABLE_SECONDS = 0.5
STATUS_SECONDS = 1.0
EXPIRY_SECONDS, EXPIRY_PARTS = 1.0, 20

# A client that connects gets this many entries of each ledger, the newest.
MAX_LISTED = 500

GOING_AWAY = 1001  # RFC 6455, 7.4.1


class Connection(Protocol):
    """One browser."""

    news: asyncio.Event  # set when there may be something to send
    since: float | None  # when the oldest message came that it has not been sent

    @property
    def address(self) -> str:
        """Its network address."""

    def is_welcome(self) -> bool:
        """Return True while its user may look: a logout, a new password or the end of the session end that."""

    def followed(self) -> Iterator[str]:
        """Yield the tags that this browser follows or waits for."""

    def reply(self, message: str) -> None:
        """Queue an answer."""

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """End it, with a code of RFC 6455, 7.4."""


class Broadcaster:
    """All WebSocket connections, and the clock that wakes them."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        counters: Counters,
        *,
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
        status: Callable[[], Mapping[str, object]],
        hello: Mapping[str, object],
        client_limits: ClientLimits,
        verdicts: Verdicts | None = None,
        gather: Callable[[], None] = lambda: None,
        ledgers: Mapping[str, Ledger[Any]] | None = None,
        look: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.store = store
        self.hub = hub
        self.counters = counters
        self.clock = clock
        self._steady = steady  # for rates, which must not change when the clock is set
        self.client_limits = client_limits
        self.delays = Histogram()  # from the arrival of a message until the kernel has the last byte of its frame
        self._arrived: float | None = None
        self.directory = Directory(store)
        self.connections: set[Connection] = set()
        self.listeners: set[asyncio.Event] = set()  # of event streams: set when there may be something to send
        self.verdicts = Verdicts() if verdicts is None else verdicts
        self.verdict_round = 0  # grows twice per second while there are new verdicts
        self.ledger_round = 1  # grows twice per second while there is something new in a ledger
        self._ledgers = ledgers or {}
        self._ledger_revisions: list[int] = []
        self._ledger_frames: dict[tuple[str, int], str] = {}
        self._look = look  # for what is to be done once per second
        self.status_frame = ""
        self.status_number = 0
        self._status = status
        self._gather = gather  # brings the store up to date
        self._hello = hello
        self._changed: set[Series] = set()
        self._revision = 0
        self._verdict_number = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to tick; needs a running event loop."""
        self._tasks = [
            asyncio.create_task(self._every(TICK_SECONDS, self.tick), name="live tick"),
            asyncio.create_task(self._every(EXPIRY_SECONDS / EXPIRY_PARTS, self.expire), name="live expiry"),
            asyncio.create_task(self._every(TABLE_SECONDS, self.measure), name="live table"),
            asyncio.create_task(self._every(STATUS_SECONDS, self.announce_status), name="live status"),
            asyncio.create_task(self._every(STATUS_SECONDS, lambda: self._look(self.clock())), name="live look"),
        ]

    async def stop(self) -> None:
        """Close all connections with 1001 and end the ticks. Safe to call twice."""
        for connection in list(self.connections):
            connection.close(GOING_AWAY, "server stops")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _every(self, seconds: float, act: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + seconds, loop.time())
            await asyncio.sleep(due - loop.time())
            try:
                act()
            except Exception:
                log.exception("fault in the live update; it goes on")

    def tick(self) -> None:
        """Wake the connections if the store has changed."""
        self._gather()
        changed = self.store.changed
        if not changed and self.store.revision == self._revision:
            return
        self._changed |= changed
        changed.clear()
        self._revision = self.store.revision
        self.hub.tick()
        since, self._arrived = self._arrived or self.clock(), None
        for connection in self.connections:
            connection.since = connection.since or since
        self.wake()

    def arrived(self, time: float) -> None:
        """Note when the oldest message of a batch came, to measure the delay until browsers have it."""
        if self._arrived is None:
            self._arrived = time

    def measure(self) -> None:
        """Update the table of tags, twice per second."""
        version = self.directory.version
        self.tick()
        self.directory.measure(self._changed, self._steady())
        self._changed.clear()
        if self.verdicts.number != self._verdict_number:
            self._verdict_number = self.verdicts.number
            self.verdict_round += 1
        self._measure_ledgers()
        if self.directory.version != version:
            self.wake()

    def _measure_ledgers(self) -> None:
        revisions = [ledger.revision for ledger in self._ledgers.values()]
        if revisions != self._ledger_revisions:
            self._ledger_revisions = revisions
            self._ledger_frames.clear()
            self.ledger_round += 1
            self.wake()

    def ledger_news(self, sent: dict[str, int]) -> str | None:
        """Return a frame with the new entries of one ledger, or None; `sent` has the revisions that the client got, and is updated."""
        for (kind, ledger), revision in zip(self._ledgers.items(), self._ledger_revisions, strict=False):
            known = sent.get(kind, 0)
            if known != revision:
                frame = self._ledger_frames.get((kind, known))
                if frame is None:
                    changes = ledger.since(known, MAX_LISTED)
                    fields = {
                        "full": changes.is_full,
                        kind: changes.entries,
                        "gone": changes.gone,
                        "total": len(ledger),
                    }
                    frame = self._ledger_frames[kind, known] = encode_control(kind, fields)
                sent[kind] = revision
                return frame
        return None

    def announce_status(self) -> None:
        """Make the status frame, once per second."""
        self.review()
        status = self._status()  # also without clients: its rates are measured from second to second
        if self.connections:
            self.status_frame = encode_control("status", status)
            self.status_number += 1
            self.wake()

    def expire(self) -> None:
        """Have the store forget what is too old of a part of the tags; each has its turn once per EXPIRY_SECONDS."""
        self.store.expire(self.clock(), EXPIRY_PARTS)

    def review(self) -> None:
        """Close the connections whose user may not look any more."""
        for connection in [one for one in self.connections if not one.is_welcome()]:
            connection.close(GOING_AWAY, "logged out")

    def wake(self) -> None:
        for connection in self.connections:
            connection.news.set()
        for news in self.listeners:
            news.set()

    def followed(self) -> Iterator[str]:
        """Yield every tag that some client follows, or waits for; some more than once."""
        for connection in self.connections:
            yield from connection.followed()

    def hello(self, user: Mapping[str, object] | None = None) -> str:
        """Return the first frame for a client; `user` tells who it is: `name`, `role`, and whether there is a `login`."""
        return encode_control(
            "hello",
            {
                "protocol": PROTOCOL,
                "epoch": self.hub.epoch,
                "time": self.clock(),
                **self._hello,
                **({} if user is None else {"user": user}),
            },
        )

    def broadcast_event(self, kind: str, fields: Mapping[str, object]) -> None:
        """Send an event to every client. A client that is too slow misses it, since it is no state."""
        frame = encode_control("event", {"time": self.clock(), "kind": kind, **fields})
        for news in self.listeners:
            news.set()
        for connection in self.connections:
            connection.reply(frame)


def hello_limits(limits: Limits, client_limits: ClientLimits) -> dict[str, object]:
    """Return the `limits` of the hello frame."""
    return {
        **limits._asdict(),
        "max_follow": MAX_FOLLOW,
        "max_frame": client_limits.frame_bytes,
        "max_range_points": MAX_RANGE_POINTS,
    }
