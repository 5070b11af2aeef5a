"""The tags as all clients see them: descriptions (when they change) and table rows (last value, rate, age).

Both have versions, so that a client gets only what has changed since its own version, and equal clients share one encoded frame.
Knows nothing of sockets and clocks.
"""

import math

from mqtt_plot.live.protocol import (
    KIND_TABLE,
    ROW_RETAINED,
    ROW_THROTTLED,
    TagRow,
    encode_control,
    encode_frame,
    encode_row,
)
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# The rates of silent tags are updated only every so many rounds: nobody sees the difference, and most tags are silent.
SILENT_ROUNDS = 4


class Directory:
    """Versioned views of the store's tags. Call `measure` at a steady pace, about twice per second."""

    def __init__(self, store: Store) -> None:
        self.version = 1
        self._store = store
        self._active: set[Series] = set()  # series whose rates still change
        self._round = 0
        self._tags: dict[int, str] = {}
        self._tags_revision = -1
        self._tables: dict[int, bytes | None] = {}

    def measure(self, changed: set[Series], now: float) -> None:
        """Measure the rates of the series that changed since the last call, and give their rows a new version."""
        self._round += 1
        self._active |= changed
        self.version += 1
        self._tables.clear()
        takes_all = self._round % SILENT_ROUNDS == 0
        for series in self._active if takes_all else changed:
            series.measure(now)
            series.row_version = self.version
        if takes_all:  # a new series has no rate yet
            self._active = {series for series in self._active if series.rate > 0 or series in changed}

    def tags_since(self, revision: int) -> str | None:
        """Return the `tags` frame for a client that has `revision` (0: nothing yet), or None if that is the newest."""
        store = self._store
        if revision == store.revision and revision > 0:
            return None
        if self._tags_revision != store.revision:
            self._tags.clear()
            self._tags_revision = store.revision
        frame = self._tags.get(revision)
        if frame is None:
            frame = self._tags[revision] = self._encode_tags(revision)
        return frame

    def _encode_tags(self, revision: int) -> str:
        gone = self._store.gone
        is_full = revision == 0 or (len(gone) == gone.maxlen and gone[0][0] > revision)
        return encode_control(
            "tags",
            {
                "full": is_full,
                "gone": [] if is_full else [series_id for at, series_id in gone if at > revision],
                "tags": [describe(series) for series in self._store if is_full or series.revision > revision],
            },
        )

    def table_since(self, version: int, now: float) -> bytes | None:
        """Return the table frame for a client that has `version` (0: nothing yet), or None if no row has changed since."""
        if version == self.version:
            return None
        if version not in self._tables:
            rows = [encode_row(row(series)) for series in self._store if series.row_version > version or version == 0]
            self._tables[version] = encode_frame(KIND_TABLE, rows, now) if rows else None
        return self._tables[version]


def describe(series: Series) -> dict[str, object]:
    """Return the description of a series, as in the `tags` frame."""
    return {
        "id": series.id,
        "tag": series.tag,
        "unit": series.unit,
        "kind": series.kind or "number",
        "states": series.states,
        "meta": series.meta,
    }


def row(series: Series) -> TagRow:
    """Return the table row of a series."""
    time, value = series.ring.last() if len(series.ring) else (math.nan, math.nan)
    flags = ROW_THROTTLED if series.is_throttled else 0
    if series.retained is not None:
        flags |= ROW_RETAINED
        value = series.retained
    return TagRow(
        series.id,
        flags,
        time,
        value,
        series.arrival,
        series.rate,
        series.bytes_rate,
        series.usual_interval,
        series.offset,
    )
