"""The tags as all clients see them: descriptions (when they change) and table rows (last value, rate, age).

Both have versions, so that a client gets only what has changed since its own version, and equal clients share one encoded frame. What
changed first comes first: a client that got a part of it knows all up to a version, and there is no more to remember of it.
Knows nothing of sockets and clocks.
"""

import math
from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

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

# Entries or rows in one frame: about 2 ms of work.
PART = 1_000
# The rates of silent tags are updated only every so many rounds: nobody sees the difference, and most tags are silent.
SILENT_ROUNDS = 4


class TagsKnown(NamedTuple):
    """What a client knows of the list: descriptions up to one revision of the store, and what was gone at another."""

    revision: int = 0
    gone: int = 0


class TagsPart(NamedTuple):
    """A `tags` frame, what a client knows with it, and whether there is more to know."""

    frame: str
    known: TagsKnown
    has_more: bool


class TablePart(NamedTuple):
    """A table frame (None without rows), the version that a client has with it, and whether there are more rows."""

    frame: bytes | None
    version: int
    has_more: bool


class Directory:
    """Versioned views of the store's tags. Call `measure` at a steady pace, about twice per second."""

    def __init__(self, store: Store) -> None:
        self.version = 1
        self._store = store
        self._active: set[Series] = set()  # series whose rates still change
        self._round = 0
        self._tags: dict[TagsKnown, TagsPart] = {}
        self._tags_revision = -1
        self._tables: dict[int, TablePart] = {}

    def measure(self, changed: set[Series], now: float) -> None:
        """Measure the rates of the series that changed since the last call, and give each of their rows a new version."""
        self._round += 1
        self._active |= changed
        self.version += 1
        self._tables.clear()
        takes_all = self._round % SILENT_ROUNDS == 0
        for series in self._active if takes_all else changed:
            series.measure(now)
            self.version += 1
            series.row_version = self.version
        if takes_all:  # a new series has no rate yet
            self._active = {series for series in self._active if series.rate > 0 or series in changed}

    def tags_since(self, known: TagsKnown) -> TagsPart | None:
        """Return what a client that knows this is to be told next, or None if it knows all."""
        revision = self._store.revision
        if known == (revision, revision):
            return None
        if self._tags_revision != revision:
            self._tags.clear()
            self._tags_revision = revision
        if known not in self._tags:
            self._tags[known] = self._make_tags(known)
        return self._tags[known]

    def _make_tags(self, known: TagsKnown) -> TagsPart:
        store, gone = self._store, self._store.gone
        is_full = known.revision == 0 or (len(gone) == gone.maxlen and gone[0][0] > known.gone)
        changed = [series for series in store if is_full or series.revision > known.revision]
        part = _first(changed, _revision)
        has_more = len(part) < len(changed)
        fields = {
            "full": is_full,
            "more": has_more,
            "gone": [] if is_full else [series_id for at, series_id in gone if at > known.gone],
            "tags": [describe(series) for series in part],
        }
        newest = part[-1].revision if has_more else store.revision
        return TagsPart(encode_control("tags", fields), TagsKnown(newest, store.revision), has_more)

    def table_since(self, version: int, now: float) -> TablePart:
        """Return the rows that a client with `version` (0: nothing yet) is to be sent next."""
        if version not in self._tables:
            self._tables[version] = self._make_table(version, now)
        return self._tables[version]

    def _make_table(self, version: int, now: float) -> TablePart:
        changed = [series for series in self._store if series.row_version > version]
        part = _first(changed, _row_version)
        has_more = len(part) < len(changed)
        rows = [encode_row(row(series)) for series in part]
        frame = encode_frame(KIND_TABLE, rows, now, has_more=has_more) if rows else None
        return TablePart(frame, part[-1].row_version if has_more else self.version, has_more)


_revision: Callable[[Series], int] = attrgetter("revision")
_row_version: Callable[[Series], int] = attrgetter("row_version")


def _first(changed: list[Series], version: Callable[[Series], int]) -> list[Series]:
    """Return as many series as one frame takes: all, or those that changed first."""
    return changed if len(changed) <= PART else sorted(changed, key=version)[:PART]


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
