"""What --state keeps, put together. Loaded only with that option."""

from collections.abc import Mapping
from pathlib import Path

from mqtt_plot.metrics import Counters
from mqtt_plot.recordings.capture_journal import CaptureJournal
from mqtt_plot.store.captures import CaptureList
from mqtt_plot.store.journal import StoreJournal
from mqtt_plot.store.kept_file import Kept, KeptFile
from mqtt_plot.store.kept_journal import KeptJournal
from mqtt_plot.store.state_file import SOON_SECONDS, Portion, StateFile
from mqtt_plot.store.store import Store

# Of a file beside it that had the sections, before there were segments.
_SUFFIX = ".events.json"


def state_file(
    path: Path, interval: float, store: Store, sections: Mapping[str, Kept], captures: CaptureList
) -> StateFile:
    """Return the file that keeps all this: points every `interval` seconds, the rest soon after it has changed."""
    beside = KeptFile(path.with_name(path.name + _SUFFIX), sections, Counters())
    soon = min(SOON_SECONDS, interval)
    portions = [
        Portion(StoreJournal(store), 0.7, interval),
        Portion(KeptJournal(sections, beside.load), 0.1, soon),
        Portion(CaptureJournal(captures), 0.2, soon),
    ]
    return StateFile(path, store, portions, store.counters)
