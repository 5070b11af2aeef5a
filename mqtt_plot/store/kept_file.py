"""A JSON file beside the state file that keeps small things over a restart: events, limits, notes. Knows nothing of what is in them.

Saved soon after a change and at the stop.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from mqtt_plot.errors import MqttPlotError
from mqtt_plot.metrics import Counters
from mqtt_plot.store.files import write_whole
from mqtt_plot.store.saved_file import SavedFile

log = logging.getLogger(__name__)

# Changes are on the disk after this many seconds.
SAVE_SECONDS = 10.0
# Larger files are not ours.
MAX_BYTES = 16 * 1024 * 1024


class Kept(Protocol):
    """Content of the file; `revision` grows with each change."""

    revision: int

    def dump(self) -> object:
        """Return all that is to be kept over a restart, for JSON."""

    def restore(self, kept: object) -> None:
        """Restore what `dump` returned. Raises KeyError, TypeError, ValueError or MqttPlotError for anything else."""


class KeptFile(SavedFile):
    """Keeps `sections` in a file."""

    def __init__(self, path: Path, sections: Mapping[str, Kept], counters: Counters) -> None:
        super().__init__(path, "kept", counters, SAVE_SECONDS)
        self._sections = sections
        self._saved: list[int] = []

    def load(self) -> None:
        """Fill the sections. A section that makes no sense stays empty, and the file is renamed."""
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
        faults = []
        for name, section in self._sections.items():
            try:
                if name in kept:
                    section.restore(kept[name])
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError, MqttPlotError) as error:
                faults.append(f"{name}: {error!r:.120}")
        if faults:
            self._set_aside("; ".join(faults))

    def start(self) -> None:
        self._saved = self._revisions()
        super().start()

    def has_changed(self) -> bool:
        return self._revisions() != self._saved

    async def write(self) -> None:
        revisions = self._revisions()
        text = json.dumps({name: section.dump() for name, section in self._sections.items()}, allow_nan=False)
        await asyncio.to_thread(write_whole, self._path, [text.encode()])
        self._saved = revisions

    def _revisions(self) -> list[int]:
        return [section.revision for section in self._sections.values()]
