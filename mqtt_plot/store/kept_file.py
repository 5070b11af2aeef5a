"""A JSON file beside the state file that keeps small things over a restart: events, limits, notes. Knows nothing of what is in them.

Written soon after a change and at the stop, beside itself and then renamed, so that a power cut leaves the old one or the new one.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from mqtt_plot.errors import MqttPlotError
from mqtt_plot.metrics import Counters
from mqtt_plot.store.files import write_whole

log = logging.getLogger(__name__)

# Written at most so often: what has changed is on the disk after so many seconds.
SAVE_SECONDS = 10.0
# Larger ones are none of ours.
MAX_BYTES = 16 * 1024 * 1024


class Kept(Protocol):
    """What is kept; `revision` grows with each change."""

    revision: int

    def dump(self) -> object:
        """Return all that a restart shall keep, for JSON."""

    def restore(self, kept: object) -> None:
        """Take in what `dump` returned. Raises KeyError, TypeError, ValueError or MqttPlotError for anything else."""


class KeptFile:
    """Keeps `sections` in a file. What goes wrong is one line in the log, and a count; the bridge goes on."""

    def __init__(self, path: Path, sections: Mapping[str, Kept], counters: Counters) -> None:
        self._path = path
        self._sections = sections
        self._counters = counters
        self._saved: list[int] = []
        self._is_failing = False
        self._task: asyncio.Task[None] | None = None

    def load(self) -> None:
        """Fill the sections. A section that makes no sense stays empty; the file is then set aside."""
        try:
            with self._path.open("rb") as file:
                kept = dict(json.loads(file.read(MAX_BYTES)))
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("%s not read: %s", self._path, error.strerror)
            return
        except (ValueError, TypeError, RecursionError) as error:
            self._set_aside(str(error))
            return
        for name, section in self._sections.items():
            try:
                if name in kept:
                    section.restore(kept[name])
            except (KeyError, TypeError, ValueError, AttributeError, MqttPlotError) as error:
                self._set_aside(f"{name}: {error!r:.120}")

    def _set_aside(self, why: str) -> None:
        aside = self._path.with_name(self._path.name + ".damaged")
        log.warning("%s refused: %s; set aside as %s", self._path, why, aside.name)
        with suppress(OSError):
            self._path.replace(aside)

    def start(self) -> None:
        """Begin to save; needs a running event loop."""
        self._saved = self._revisions()
        self._task = asyncio.create_task(self._keep_saving(), name="kept file")

    async def stop(self) -> None:
        """End the saving and save once more. Safe to call twice."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        await self.save()

    async def _keep_saving(self) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            if self._revisions() != self._saved:
                await self.save()

    def _revisions(self) -> list[int]:
        return [section.revision for section in self._sections.values()]

    async def save(self) -> None:
        """Write all sections, or say why not: once, until it succeeds again."""
        revisions = self._revisions()
        text = json.dumps({name: section.dump() for name, section in self._sections.items()}, allow_nan=False)
        try:
            await asyncio.to_thread(write_whole, self._path, [text.encode()])
        except OSError as error:
            self._counters.add("kept_saves", "failed")
            if not self._is_failing:
                log.warning("not saved to %s: %s; the one before stays", self._path, error.strerror)
            self._is_failing = True
        else:
            self._saved = revisions
            self._counters.add("kept_saves")
            self._is_failing = False
