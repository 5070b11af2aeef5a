"""Hands the messages in the inbox to ingest, batch by batch, on the event loop; settles floods a few times per second.

Knows nothing of where messages come from and who reads them.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterator

from mqtt_plot.ingest.inbox import LIMIT, Inbox
from mqtt_plot.ingest.ingest import Ingest

log = logging.getLogger(__name__)

# Readers of the store call `drain` first, so messages wake the loop only while many come: a drain that found MANY_MESSAGES is followed by
# another, DRAIN_SECONDS after the next message. So the inbox does not fill up between two reads.
MANY_MESSAGES = 100
DRAIN_SECONDS = 0.01
# One batch: about 5 ms of the loop, for single values as for columns of a thousand.
DRAIN_MESSAGES, DRAIN_BYTES = 1_000, 128 * 1024
# A throttle holds values back for this long at most.
SETTLE_SECONDS = 0.25


class InboxConsumer:
    """Owns the inbox of `limit` messages. Call `drain` many times per second."""

    def __init__(self, ingest: Ingest, limit: int = LIMIT) -> None:
        self.inbox = Inbox(self._wake, limit)
        self._ingest = ingest
        self._on_arrival: Callable[[float], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._settling: asyncio.Task[None] | None = None
        self._steps: Iterator[None] | None = None  # of a batch that is half stored
        self._is_busy = False
        self._goes_on = False

    def start(self, on_arrival: Callable[[float], None]) -> None:
        """Begin. `on_arrival` is called with the arrival time of each batch's oldest message. Needs a running event loop."""
        self._on_arrival = on_arrival
        self._loop = asyncio.get_running_loop()
        self._settling = asyncio.create_task(self._settle(), name="settle floods")

    async def stop(self) -> None:
        """Store all messages in the inbox, and all that throttles hold back. Safe to call twice."""
        for _ in self._steps or ():
            pass
        self._steps = None
        while batch := self.inbox.pop(DRAIN_MESSAGES):
            self._ingest.accept_messages(batch)
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
        self._ingest.settle(math.inf)

    def _wake(self) -> None:
        """Schedule a drain. The network thread calls this when it puts a message into the empty inbox."""
        loop = self._loop
        if self._is_busy and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.call_later, DRAIN_SECONDS, self.drain)

    def drain(self) -> None:
        """Store one batch, of at most DRAIN_MESSAGES or DRAIN_BYTES; the rest follows by itself."""
        if not self._goes_on:
            self._store_batch()

    def _store_batch(self) -> None:
        """Store a batch, or go on with one whose steps take longer than the loop may be held."""
        steps, self._steps, is_large = self._steps, None, False
        if steps is None:
            batch = self.inbox.pop(DRAIN_MESSAGES, DRAIN_BYTES)
            is_large = len(batch) >= MANY_MESSAGES
            if batch:
                self._on_arrival(batch[0].time)
            steps = self._ingest.accept_in_steps(batch)
        try:
            for _ in steps:
                if self._loop is not None:
                    self._steps = steps
                    break
        finally:  # a fault with these messages must not stop the next ones
            self._is_busy = self._goes_on or is_large
            self._goes_on = self._steps is not None or not self.inbox.rest()
            if self._goes_on and self._loop is not None:
                self._loop.call_soon(self._store_batch)

    async def _settle(self) -> None:
        """Store what throttles hold back, a few times per second."""
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                self._ingest.settle(time.time())
            except Exception:
                log.exception("fault while settling floods; it goes on")
