"""`--preset auto` at work: watches a broker for a while, beside the bridge's own subscription, then says what it saw."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from mqtt_plot.ingest.survey import Survey

log = logging.getLogger(__name__)

WATCH_SECONDS = 60.0
_WHO = "--preset auto: "


class Source(Protocol):
    """A connection that delivers to the survey from its own thread."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class PresetWatch:
    """Call `start`, then `stop`; calling `stop` twice is safe. `trouble` tells why the source hears nothing, "" where it does."""

    def __init__(
        self, survey: Survey, source: Source, trouble: Callable[[], str], seconds: float = WATCH_SECONDS
    ) -> None:
        self._survey = survey
        self._source = source
        self._trouble = trouble
        self._seconds = seconds
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._result: list[str] = []

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._source.start()
        self._task = asyncio.create_task(self._watch(), name="preset watch")

    def end(self) -> None:
        """Say now what was seen so far."""
        self._ended.set()

    async def stop(self) -> None:
        """End without a word."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._source.stop)

    def lines(self) -> list[str]:
        """Return what a person should know by now, a sentence each."""
        if self._result:
            return self._result
        trouble = self._trouble()
        seen = trouble or f"{self._survey.topics} topics so far"
        return [f"{_WHO}watching all topics for {self._seconds:.0f} s; {seen}"]

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._ended.wait()
        except TimeoutError:
            pass
        trouble = self._trouble()
        await asyncio.to_thread(self._source.stop)
        said = await asyncio.to_thread(self._survey.lines)
        self._result = [f"{_WHO}{line}" for line in ([trouble] if trouble else []) + said]
        for line in self._result:
            log.info("%s", line)
