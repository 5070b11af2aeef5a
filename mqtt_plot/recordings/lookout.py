"""What the bridge does while nobody watches the page: events, triggers, captures, recorders, notes, and the files that keep them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mqtt_plot.errors import SettingsError, StoreFullError, WatchError
from mqtt_plot.ingest.events import Event, EventLog
from mqtt_plot.ingest.flight_recorder import FlightRecorder
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.signals import Definition
from mqtt_plot.metrics import Gauge
from mqtt_plot.recordings.capture_files import CaptureFiles
from mqtt_plot.recordings.recorder import RECORDING, RecorderList
from mqtt_plot.store.kept_file import Kept, KeptFile
from mqtt_plot.store.ledger import Ledger

# In the folder of recordings: what is being recorded, so that it goes on after a restart.
RECORDERS = ".recorders.json"


class Lookout:
    """`sections` are what --state keeps of it; `captures` and `recordings` are folders.

    `defined` are the computed tags of --signals. `start` it, let it `look` every second, `stop` it.
    """

    def __init__(
        self,
        ingest: Ingest,
        *,
        captures: Path | None = None,
        recordings: Path | None = None,
        defined: Sequence[Definition] = (),
    ) -> None:
        self.watcher = ingest.watcher
        self.events: EventLog = ingest.watcher.log
        self.flight = FlightRecorder(ingest.store, ingest.counters)
        self.capture_files = CaptureFiles(captures, self.flight.captures, ingest.counters)
        self.watcher.others = self.flight.triggers.watches_of
        self.flight.triggers.on_change = self.watcher.others_changed
        self.events.listeners.append(self._on_event)
        self.sections: dict[str, Kept] = {
            "events": self.events,
            "limits": ingest.descriptions.book,
            "triggers": self.flight.triggers,
            "notes": ingest.notes,
            "signals": ingest.signals,
        }
        self.signals = ingest.signals
        self._defined = defined
        self._notes = ingest.notes
        self.recorders = RecorderList(recordings, ingest.store, ingest.counters)
        self._kept = (
            [KeptFile(recordings / RECORDERS, {"recorders": self.recorders}, ingest.counters)]
            if recordings is not None
            else []
        )

    @property
    def ledgers(self) -> Mapping[str, Ledger[Any]]:
        """What browsers are told of, by the type of the frame."""
        return {
            "events": self.events,
            "triggers": self.flight.triggers,
            "captures": self.flight.captures,
            "notes": self._notes,
            "recorders": self.recorders,
            "signals": self.signals,
        }

    def _on_event(self, event: Event) -> None:
        if event.end is None:
            self.flight.triggers.event_began(event)

    def start(self, now: float) -> None:
        """Take up what was kept; the store has been filled. Needs a running event loop. Raises SettingsError for `defined`."""
        for kept in self._kept:
            kept.load()
            kept.start()
        try:
            self.signals.fix(self._defined)
        except (WatchError, StoreFullError) as error:
            raise SettingsError(f"--signals: {error}") from None
        self.capture_files.load()
        self.capture_files.start()
        self.watcher.start(now)

    async def stop(self, now: float) -> None:
        """Keep what there is. Safe to call twice."""
        await self.capture_files.stop()
        await self.recorders.stop(now)
        for kept in self._kept:
            await kept.stop()

    def look(self, now: float, *, is_fed: bool = True, why: str = "") -> None:
        """Let time pass. `is_fed`: messages can come; `why` says in words why not."""
        self.signals.look(now)
        self.watcher.look(now, is_fed=is_fed, why=why)
        self.flight.look(now)
        self.recorders.look(now)

    def figures(self) -> list[Gauge]:
        """Return what is measured."""
        captures = self.flight.captures
        return [
            Gauge("events_lasting", "Events of tags that have not ended.", self.events.open_count),
            Gauge("notes", "Notes.", len(self._notes)),
            Gauge("signals", "Computed tags.", len(self.signals)),
            Gauge("signals_failing", "Computed tags without a value.", sum(bool(one.why) for one in self.signals)),
            Gauge("recorders_at_work", "Recorders that record.", sum(one.state == RECORDING for one in self.recorders)),
            Gauge("triggers", "Triggers.", len(self.flight.triggers)),
            Gauge("captures", "Captures.", len(captures)),
            Gauge("captured_points", "Points of captures in memory.", sum(capture.held for capture in captures)),
        ]
