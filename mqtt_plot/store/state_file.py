"""The state file: read at the start, written at an interval and at the stop. Knows nothing of its content."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

from mqtt_plot.metrics import Counters
from mqtt_plot.store import snapshot
from mqtt_plot.store.files import FreshFile
from mqtt_plot.store.store import Store

log = logging.getLogger(__name__)

# Written at once on another thread; the loop runs in between.
_BATCH = 1024 * 1024


class StateFile:
    """Keeps `store` in a file. A failure is logged once and counted; the bridge goes on."""

    def __init__(self, path: Path, store: Store, counters: Counters, interval: float) -> None:
        self._path = path
        self._store = store
        self._counters = counters
        self._interval = interval
        self._is_failing = False
        self._task: asyncio.Task[None] | None = None

    def load(self) -> None:
        """Fill the store. A damaged file is renamed, and the store begins with what could be read of it, or empty."""
        try:
            with self._path.open("rb") as file:
                snapshot.check(file)
                count = snapshot.restore(file, self._store)
        except FileNotFoundError:
            log.info("no state in %s yet", self._path)
        except snapshot.DamagedStateError as error:
            self._set_aside(error)
        except OSError as error:
            log.warning("state not read from %s: %s", self._path, error.strerror)
        else:
            log.info("%d tags with %d points read from %s", count, self._store.points, self._path)

    def _set_aside(self, error: snapshot.DamagedStateError) -> None:
        aside = self._path.with_name(self._path.name + ".damaged")
        try:
            self._path.replace(aside)
        except OSError as problem:
            log.warning("state in %s refused: %s; it cannot be set aside: %s", self._path, error, problem.strerror)
        else:
            log.warning("state in %s refused: %s; set aside as %s", self._path, error, aside.name)

    def start(self) -> None:
        """Begin to save; needs a running event loop."""
        self._task = asyncio.create_task(self._keep_saving(), name="state")

    async def stop(self) -> None:
        """Save once more, and no more after that. Safe to call twice."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        await self.save()

    async def _keep_saving(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            await self.save()

    async def save(self) -> None:
        """Write the store to the file. A failure is logged once, until a save succeeds again."""
        try:
            await self._write()
        except OSError as error:
            self._counters.add("state_saves", "failed")
            if not self._is_failing:
                log.warning("state not saved to %s: %s; the one before stays", self._path, error.strerror)
            self._is_failing = True
        else:
            self._counters.add("state_saves")
            if self._is_failing:
                log.info("state saved to %s again", self._path)
            self._is_failing = False

    async def _write(self) -> None:
        fresh = await asyncio.to_thread(FreshFile, self._path)
        try:
            for batch in _batches(snapshot.pieces(self._store)):
                await asyncio.to_thread(fresh.write, batch)
            await asyncio.to_thread(fresh.settle)
        except BaseException:
            fresh.drop()
            raise


def _batches(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join small pieces."""
    batch = bytearray()
    for piece in pieces:
        batch += piece
        if len(batch) >= _BATCH:
            yield bytes(batch)
            batch.clear()
    yield bytes(batch)
