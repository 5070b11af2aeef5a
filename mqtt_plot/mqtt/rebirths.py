"""Publishes rebirth requests to Sparkplug nodes, where the user allows it. Knows nothing of what a node answers."""

import asyncio
import logging
from collections.abc import Callable

from mqtt_plot.errors import ReplayError
from mqtt_plot.mqtt.publisher import Publisher

# Requests that wait for a connection; a node whose request finds no room is asked again with its next data.
MAX_WAITING = 1_000

log = logging.getLogger(__name__)


class Rebirths:
    """Requests by topic, sent together over one short connection of their own. `ask` is to be called on the loop's thread."""

    def __init__(self, open_outlet: Callable[[], Publisher]) -> None:
        self._open_outlet = open_outlet
        self._waiting: dict[str, bytes] = {}
        self._task: asyncio.Task[None] | None = None

    def ask(self, topic: str, payload: bytes) -> None:
        """Send `payload` to `topic` soon."""
        if len(self._waiting) < MAX_WAITING:
            self._waiting[topic] = payload
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send(), name="sparkplug rebirths")

    async def _send(self) -> None:
        try:
            async with self._open_outlet() as outlet:
                while self._waiting:
                    topic = next(iter(self._waiting))
                    outlet.publish(topic, self._waiting.pop(topic))
        except ReplayError as error:
            log.warning("no rebirth asked for: %s", error)
            self._waiting.clear()

    async def stop(self) -> None:
        """Let go of what is under way. Safe to call twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
