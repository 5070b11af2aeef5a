"""The loop's end of the inbox: what came over the network goes into ingest batch by batch, and floods are settled.

Knows nothing of where messages come from and who watches them.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable

from mqtt_plot.ingest.inbox import Inbox
from mqtt_plot.ingest.ingest import Ingest

log = logging.getLogger(__name__)

# Whoever looks at the store asks for a `drain` first, so the loop is woken for messages only while many come: after a drain that found so
# many, so long after the next one came. That keeps the inbox from filling up between two looks.
MANY_MESSAGES = 100
DRAIN_SECONDS = 0.01
# Taken at a stretch: about 5 ms of the loop, be it single values or columns of a thousand.
DRAIN_MESSAGES, DRAIN_BYTES = 1_000, 128 * 1024
# What the flood guard gathers lies no longer than this.
SETTLE_SECONDS = 0.25


class InboxConsumer:
    """Owns the inbox, of `limit` messages. `drain` is to be called many times per second."""

    def __init__(self, ingest: Ingest, limit: int) -> None:
        self.inbox = Inbox(self._wake, limit)
        self._ingest = ingest
        self._on_arrival: Callable[[float], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._settling: asyncio.Task[None] | None = None
        self._is_busy = False
        self._goes_on = False

    def start(self, on_arrival: Callable[[float], None]) -> None:
        """Begin; `on_arrival` is told when the oldest message of each batch came. Needs a running event loop."""
        self._on_arrival = on_arrival
        self._loop = asyncio.get_running_loop()
        self._settling = asyncio.create_task(self._settle(), name="settle floods")

    async def stop(self) -> None:
        """Store all that has come. Safe to call twice."""
        while batch := self.inbox.pop(DRAIN_MESSAGES):
            self._ingest.accept_messages(batch)
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
        self._ingest.settle(math.inf)

    def _wake(self) -> None:
        """Called from the network thread, when the first message lies in the empty inbox."""
        loop = self._loop
        if self._is_busy and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.call_later, DRAIN_SECONDS, self.drain)

    def drain(self) -> None:
        """Store what has come, at most DRAIN_MESSAGES or DRAIN_BYTES at a stretch; what is left follows by itself."""
        if not self._goes_on:
            self._store_batch()

    def _store_batch(self) -> None:
        batch = self.inbox.pop(DRAIN_MESSAGES, DRAIN_BYTES)
        if batch:
            self._on_arrival(batch[0].time)
        try:
            self._ingest.accept_messages(batch)
        finally:  # whatever happens to these messages, the next ones must come
            self._is_busy = self._goes_on or len(batch) >= MANY_MESSAGES
            self._goes_on = not self.inbox.rest()
            if self._goes_on and self._loop is not None:
                self._loop.call_soon(self._store_batch)

    async def _settle(self) -> None:
        """Let go, a few times per second, what the flood guard has gathered."""
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                self._ingest.settle(time.time())
            except Exception:
                log.exception("fault while settling floods; it goes on")
