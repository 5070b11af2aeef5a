"""Messages that shall reach the broker sooner or later: a bounded queue, published one batch at a time. Knows nothing of what they mean."""

import asyncio
from collections import deque

from mqtt_plot.errors import SourceError
from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.publisher import Publisher

MAX_WAITING = 1_000
_BATCH = 100
_PAUSE_SECONDS = 5.0


class Outlet:
    """`put` and `stop` belong to the event loop's thread. Beyond MAX_WAITING the oldest messages go, counted as `name.dropped`."""

    def __init__(self, publisher: Publisher, counters: Counters, name: str) -> None:
        self._publisher = publisher
        self._counters = counters
        self._name = name
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, topic: str, payload: bytes) -> None:
        """Send a message at QoS 1, not retained, when the broker is there."""
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.popleft()
            self._counters.add(self._name, "dropped")
        self._waiting.append((topic, payload))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send(), name=self._name)

    async def _send(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            try:
                await self._publisher.publish(batch)
            except SourceError:  # the state of the broker says why
                self._counters.add(self._name, "failed", len(batch))
                self._waiting.extendleft(reversed(batch[: MAX_WAITING - len(self._waiting)]))
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                self._counters.add(self._name, n=len(batch))

    async def stop(self) -> None:
        """Let go of what waits. Safe to call twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
