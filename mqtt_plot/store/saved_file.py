"""A file that is saved at an interval and at the stop. Knows nothing of its content."""

import asyncio
import logging
from abc import ABC, abstractmethod
from pathlib import Path

from mqtt_plot.metrics import Counters

log = logging.getLogger(__name__)


class SavedFile(ABC):
    """Call `load`, then `start`, then `stop`. A failure is logged once and counted (`NAME_saves.failed`); the bridge goes on."""

    def __init__(self, path: Path, name: str, counters: Counters, interval: float) -> None:
        self._path = path
        self._name = name
        self._counters = counters
        self._interval = interval
        self._is_failing = False
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @abstractmethod
    def load(self) -> None:
        """Read the file."""

    @abstractmethod
    async def write(self) -> None:
        """Save what there is. Raises OSError."""

    def has_changed(self) -> bool:
        """Return True if there may be something to save."""
        return True

    @property
    def is_stopping(self) -> bool:
        """True for the last save."""
        return self._stopping.is_set()

    def _set_aside(self, why: str) -> None:
        aside = self._path.with_name(self._path.name + ".damaged")
        try:
            self._path.replace(aside)
        except OSError as error:
            log.warning("%s in %s refused: %s; it cannot be set aside: %s", self._name, self._path, why, error.strerror)
        else:
            log.warning("%s in %s refused: %s; set aside as %s", self._name, self._path, why, aside.name)

    def start(self) -> None:
        """Begin to save; needs a running event loop."""
        self._stopping.clear()
        self._task = asyncio.create_task(self._keep_saving(), name=f"{self._name} file")

    async def stop(self) -> None:
        """Let a save under way end, save once more, and no more after that. Safe to call twice."""
        task, self._task = self._task, None
        if task is None:
            return
        self._stopping.set()
        await asyncio.gather(task, return_exceptions=True)
        await self.save()

    async def _keep_saving(self) -> None:
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), self._interval)
            except TimeoutError:
                if self.has_changed():
                    await self.save()

    async def save(self) -> None:
        """Write the file. A failure is logged once, until a save succeeds again."""
        try:
            await self.write()
        except OSError as error:
            self._counters.add(f"{self._name}_saves", "failed")
            if not self._is_failing:
                log.warning("%s not saved to %s: %s; the one before stays", self._name, self._path, error.strerror)
            self._is_failing = True
        except Exception:  # the next save may go well, and nobody would miss the task until the restart
            self._counters.add(f"{self._name}_saves", "failed")
            log.exception("fault while saving the %s; it goes on", self._name)
        else:
            self._counters.add(f"{self._name}_saves")
            if self._is_failing:
                log.info("%s saved to %s again", self._name, self._path)
            self._is_failing = False
