"""The tags as all clients see them: descriptions (when they change) and table rows (last value, rate, age).

Both have versions, so that a client gets only what has changed since its own version, and equal clients share one encoded frame.
Knows nothing of sockets and clocks.
"""

import math
from collections.abc import Callable, Generator
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from mqtt_plot.live.protocol import (
    KIND_TABLE,
    ROW_RETAINED,
    ROW_THROTTLED,
    TagRow,
    encode_control,
    encode_frame,
    encode_items,
    encode_row,
)
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# Entries and rows that are made at a stretch: about 2 ms of work.
_STEP = 1_000
# Frames that are made in steps at a time; more is left of clients that went.
_MOST_MAKING = 8
# The rates of silent tags are updated only every so many rounds: nobody sees the difference, and most tags are silent.
SILENT_ROUNDS = 4


F = TypeVar("F")


class Made(NamedTuple, Generic[F]):
    """A frame, and what a client has with it: a revision, or a version. What has changed since the frame was begun may not be in it."""

    frame: F
    newest: int


Steps = Generator[None, None, Made[F]]


class _Frames(Generic[F]):
    """Frames by what a client had before. All clients that need the same one share the work on it."""

    def __init__(self, make: Callable[[int], Steps[F]]) -> None:
        self._make = make
        self._made: dict[int, Made[F]] = {}
        self._making: dict[int, Steps[F]] = {}

    def has(self, known: int) -> bool:
        return known in self._made

    def go_on(self, known: int) -> None:
        """Do one step."""
        if known not in self._making and len(self._making) >= _MOST_MAKING:
            self._making.clear()
        steps = self._making.setdefault(known, self._make(known))
        try:
            next(steps)
        except StopIteration as ended:
            self._made[known] = ended.value
            del self._making[known]

    def made(self, known: int, newest: int, *, is_long: bool) -> Made[F]:
        """Return a frame for who has `known`; one that `is_long` was made in steps, and may lead to less than the `newest`."""
        if known in self._made and self._made[known].newest != newest and not is_long:
            del self._made[known]
        while known not in self._made:
            self.go_on(known)
        return self._made[known]

    def forget(self) -> None:
        """Forget what is made: there is something new."""
        self._made.clear()


class Directory:
    """Versioned views of the store's tags. Call `measure` at a steady pace, about twice per second."""

    def __init__(self, store: Store) -> None:
        self.version = 1
        self._store = store
        self._active: set[Series] = set()  # series whose rates still change
        self._round = 0
        self._now = 0.0
        self._tags = _Frames(self._encode_tags)
        self._table = _Frames(self._encode_table)

    def measure(self, changed: set[Series], now: float) -> None:
        """Measure the rates of the series that changed since the last call, and give their rows a new version."""
        self._round += 1
        self._active |= changed
        self.version += 1
        self._tags.forget()
        self._table.forget()
        takes_all = self._round % SILENT_ROUNDS == 0
        for series in self._active if takes_all else changed:
            series.measure(now)
            series.row_version = self.version
        if takes_all:  # a new series has no rate yet
            self._active = {series for series in self._active if series.rate > 0 or series in changed}

    def tags_since(self, revision: int) -> Made[str] | None:
        """Return the `tags` frame for a client that has `revision` (0: nothing yet), or None if that is the newest."""
        newest = self._store.revision
        return None if revision == newest and revision > 0 else self._tags.made(revision, newest, is_long=self._is_long)

    def table_since(self, version: int, now: float) -> Made[bytes | None]:
        """Return the table frame for a client that has `version` (0: nothing yet); no frame if no row has changed since."""
        self._now = now
        if version == self.version:
            return Made(None, version)
        return self._table.made(version, self.version, is_long=self._is_long)

    def next_step(self, revision: int, version: int, now: float) -> Callable[[], None] | None:
        """Return what is to be done next, in a few milliseconds, for a client that has these; None where its frames are short, or made."""
        self._now = now
        if self._is_long:
            if (revision != self._store.revision or not revision) and not self._tags.has(revision):
                return partial(self._tags.go_on, revision)
            if version != self.version and not self._table.has(version):
                return partial(self._table.go_on, version)
        return None

    @property
    def _is_long(self) -> bool:
        return len(self._store) > _STEP

    def _encode_tags(self, revision: int) -> Steps[str]:
        store, gone = self._store, self._store.gone
        newest = store.revision
        is_full = revision == 0 or (len(gone) == gone.maxlen and gone[0][0] > revision)
        fields = {"full": is_full, "gone": [] if is_full else [series_id for at, series_id in gone if at > revision]}
        wanted = [series for series in store if is_full or series.revision > revision]
        texts = list[str]()
        for start in range(0, len(wanted), _STEP):
            if start:
                yield
            texts.append(encode_items([describe(series) for series in wanted[start : start + _STEP]]))
        return Made(f'{encode_control("tags", fields)[:-1]},"tags":[{",".join(texts)}]}}', newest)

    def _encode_table(self, version: int) -> Steps[bytes | None]:
        newest = self.version
        changed = [series for series in self._store if series.row_version > version or version == 0]
        rows = list[bytes]()
        for start in range(0, len(changed), _STEP):
            if start:
                yield
            rows += [encode_row(row(series)) for series in changed[start : start + _STEP]]
        return Made(encode_frame(KIND_TABLE, rows, self._now) if rows else None, newest)


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
