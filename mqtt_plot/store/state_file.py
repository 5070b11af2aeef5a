"""The state file: read at the start, written at an interval and at the stop. Knows nothing of its content."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

from mqtt_plot.metrics import Counters
from mqtt_plot.store import snapshot
from mqtt_plot.store.files import FreshFile
from mqtt_plot.store.saved_file import SavedFile
from mqtt_plot.store.store import Store

log = logging.getLogger(__name__)

# Written at once on another thread; the loop runs in between.
_BATCH = 1024 * 1024


class StateFile(SavedFile):
    """Keeps `store` in a file."""

    def __init__(self, path: Path, store: Store, counters: Counters, interval: float) -> None:
        super().__init__(path, "state", counters, interval)
        self._store = store

    def load(self) -> None:
        """Fill the store. A damaged file is renamed, and the store begins with what could be read of it, or empty."""
        try:
            with self._path.open("rb") as file:
                snapshot.check(file)
                count = snapshot.restore(file, self._store)
        except FileNotFoundError:
            log.info("no state in %s yet", self._path)
        except snapshot.DamagedStateError as error:
            self._set_aside(str(error))
        except OSError as error:
            log.warning("state not read from %s: %s", self._path, error.strerror)
        else:
            log.info("%d tags with %d points read from %s", count, self._store.points, self._path)

    async def write(self) -> None:
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
