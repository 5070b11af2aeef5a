"""Recording from the page: what arrives for chosen tags goes into CSV files of the folder of recordings, for replay and spreadsheets.

A recorder is a set of cursors, as browsers are: once per second it takes what came since, and another thread writes it. While the disk is slow
the cursors stay, so nothing waits in memory; what the store overwrites meanwhile is counted as lost.
"""

import asyncio
import logging
import math
import shutil
import time
from collections.abc import Callable, Coroutine, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from mqtt_plot.errors import SourceError, WatchError
from mqtt_plot.ingest.limits import state_name
from mqtt_plot.metrics import Counters
from mqtt_plot.recordings.csv_writer import Logbook
from mqtt_plot.recordings.recorder_settings import RecorderSettings, parse_recorder
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

log = logging.getLogger(__name__)

MAX_RECORDERS = 8
# Rows taken at a stretch; more follow a second later.
MAX_ROWS = 20_000
# With less room on the disk recording stops: other programs need it.
LEAST_FREE = 100 * 1024 * 1024
RECORDING, WAITING, STOPPED, FAILED = "recording", "waiting", "stopped", "failed"

Row = tuple[float, str, float | str, str]


class Recorder:
    """One recorder in the list, and how far it is."""

    def __init__(self, recorder_id: int, wanted: RecorderSettings) -> None:
        self.id = recorder_id
        self.revision = 0
        self.wanted = wanted
        self.state = STOPPED
        self.text = ""
        self.file = ""
        self.rows = self.lost = self.bytes = 0
        self.rate = 0.0
        self.free: int | None = None
        self.matched = 0
        self.since: float | None = None
        self.cursors: dict[Series, int] = {}
        self.is_writing = False

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `recorders` frames."""
        return {
            "id": self.id, **self.wanted.to_json(), "state": self.state, "text": self.text, "file": self.file, "rows": self.rows,
            "lost": self.lost, "bytes": self.bytes, "rate": round(self.rate, 1), "free": self.free, "matched": self.matched,
            "since": self.since,
        }  # fmt: skip


class RecorderList(Ledger[Recorder]):
    """All recorders, at most MAX_RECORDERS, writing into `folder`; None: there is none. `look` is to be called once per second."""

    def __init__(
        self,
        folder: Path | None,
        store: Store,
        counters: Counters,
        *,
        local: Callable[[float], time.struct_time] = time.localtime,
        least_free: int = LEAST_FREE,
    ) -> None:
        super().__init__()
        self.folder = folder
        self._store = store
        self._counters = counters
        self._local = local
        self._least_free = least_free
        self._books: dict[int, _Book] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, wanted: RecorderSettings) -> Recorder:
        """Add a recorder; it begins with the next look. Raises WatchError."""
        if self.folder is None:
            raise WatchError("no_folder", "there is no folder to record to; start the bridge with --recordings FOLDER")
        if len(self) >= MAX_RECORDERS:
            raise WatchError("recorders_full", f"expected at most {MAX_RECORDERS} recorders; delete one first")
        self._check_name(wanted, None)
        recorder = Recorder(self.next_id(), wanted)
        self.put(recorder)
        return recorder

    def change(self, recorder: Recorder, wanted: RecorderSettings) -> None:
        """Let a recorder record something else, or nothing. Raises WatchError."""
        self._check_name(wanted, recorder)
        recorder.wanted = wanted
        if recorder.state == FAILED:
            recorder.state = STOPPED  # somebody has looked: it may try again
        recorder.cursors = {
            series: seq for series, seq in recorder.cursors.items() if self._is_chosen(recorder, series)
        }
        self.put(recorder)

    def _check_name(self, wanted: RecorderSettings, but: Recorder | None) -> None:
        if any(other.wanted.name == wanted.name for other in self if other is not but):
            raise WatchError("bad_recorder", f"expected a name that no other recorder has, got {wanted.name!r}")

    def delete(self, recorder: Recorder) -> None:
        """Stop a recorder and forget it; its files stay."""
        self.remove(recorder)
        self._end(recorder, STOPPED)

    def look(self, now: float) -> None:
        """Begin, go on with and end what is due."""
        local = self._local(now)
        for recorder in list(self):
            is_due = (
                recorder.wanted.is_due(local.tm_wday, 60 * local.tm_hour + local.tm_min) and recorder.state != FAILED
            )
            if is_due and recorder.state != RECORDING:
                recorder.state, recorder.text, recorder.since = RECORDING, "", now
                recorder.cursors = {series: series.ring.next for series in self._store}
            elif not is_due and recorder.state in (RECORDING, STOPPED, WAITING):
                state = WAITING if recorder.wanted.is_on else STOPPED
                if recorder.state == RECORDING:
                    self._write(recorder, now)
                    self._end(recorder, state)
                elif recorder.state != state:
                    recorder.state = state
                    self.put(recorder)
                continue
            if recorder.state == RECORDING:
                self._write(recorder, now)

    def _end(self, recorder: Recorder, state: str) -> None:
        recorder.state, recorder.rate, recorder.since, recorder.cursors = state, 0.0, None, {}
        if recorder.id in self:
            self.put(recorder)
        if not recorder.is_writing and (book := self._books.pop(recorder.id, None)) is not None:
            self._spawn(asyncio.to_thread(book.close))

    def _is_chosen(self, recorder: Recorder, series: Series) -> bool:
        return any(fnmatchcase(series.tag, glob) for glob in recorder.wanted.tags)

    def _write(self, recorder: Recorder, now: float) -> None:
        if recorder.is_writing:
            return  # the disk is slow; the cursors stay where they are
        rows = self._new_rows(recorder)
        recorder.is_writing = True
        self._spawn(self._write_rows(recorder, rows, now))

    def _new_rows(self, recorder: Recorder) -> list[Row]:
        """Return what came since the last time, at most MAX_ROWS."""
        rows: list[Row] = []
        before, recorder.cursors = recorder.cursors, {}
        recorder.matched = 0
        for series in self._store:
            ring = series.ring
            seq = before.get(series, ring.first)
            if self._is_chosen(recorder, series):
                recorder.matched += 1
                if seq < ring.first:
                    recorder.lost += ring.first - seq if seq >= ring.origin else 0
                    seq = ring.first
                stop = min(ring.next, seq + MAX_ROWS - len(rows))
                if stop > seq:
                    rows.extend(_rows(series, seq, stop))
                    seq = stop
            else:
                seq = ring.next
            recorder.cursors[series] = seq
        rows.sort(key=_time_of)
        return rows

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name="recorder")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write_rows(self, recorder: Recorder, rows: Sequence[Row], now: float) -> None:
        assert self.folder is not None  # noqa: S101 - there is no recorder without
        book = self._books.get(recorder.id)
        if book is None:
            book = self._books[recorder.id] = _Book(self.folder, self._least_free)
        try:
            await asyncio.to_thread(book.write, recorder.wanted, rows, now)
        except (OSError, SourceError) as error:
            self._counters.add("recordings_failed")
            log.warning("recorder %s stopped: %s", recorder.wanted.name, error)
            recorder.text = str(error)
            recorder.lost += len(rows)
            recorder.is_writing = False
            self._end(recorder, FAILED)
            return
        recorder.is_writing = False
        recorder.rate += (len(rows) - recorder.rate) * 0.3
        recorder.rows += len(rows)
        recorder.file, recorder.bytes, recorder.free = book.name, book.size, book.free
        recorder.text = "" if recorder.matched else "no tag matches yet"
        self._counters.add("rows_recorded", n=len(rows))
        if recorder.id not in self or recorder.state != RECORDING:
            self._end(recorder, recorder.state)
        else:
            self.put(recorder)

    async def stop(self, now: float) -> None:
        """Write what has come, and close all files. Safe to call twice."""
        await self._settle()
        for recorder in self:
            if recorder.state == RECORDING:
                self._write(recorder, now)
        await self._settle()
        for book in self._books.values():
            await asyncio.to_thread(book.close)
        self._books = {}

    async def _settle(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def dump(self) -> object:
        """Return what shall go on after a restart, for JSON."""
        return [{"id": recorder.id, "rows": recorder.rows, **recorder.wanted.to_json()} for recorder in self]

    def restore(self, kept: object) -> None:
        """Take in what `dump` returned. Raises KeyError, TypeError, ValueError or WatchError for anything else."""
        if not isinstance(kept, list):
            raise TypeError(f"expected a list, got {kept!r:.40}")
        for item in kept[:MAX_RECORDERS]:
            fields = dict(item)
            recorder = Recorder(int(fields.pop("id")), RecorderSettings("", ()))
            recorder.rows = int(fields.pop("rows"))
            recorder.wanted = parse_recorder(fields)
            self.put(recorder)


def _time_of(row: Row) -> float:
    return row[0]


def _rows(series: Series, seq: int, stop: int) -> list[Row]:
    times, values = series.ring.read(seq, stop)
    tag, unit = series.tag, series.unit
    if series.kind in ("state", "boolean"):
        return [
            (time, tag, value if math.isnan(value) else state_name(series, value), unit)
            for time, value in zip(times, values, strict=True)
        ]
    return [(time, tag, value, unit) for time, value in zip(times, values, strict=True)]


class _Book:
    """The files of one recorder, one after the other; used by one thread at a time."""

    def __init__(self, folder: Path, least_free: int) -> None:
        self.name = ""
        self.size = 0
        self.free: int | None = None
        self._folder = folder
        self._least_free = least_free
        self._begun = -math.inf
        self._book: Logbook | None = None

    def write(self, wanted: RecorderSettings, rows: Sequence[Row], now: float) -> None:
        """Write rows into the file of now. Raises OSError or SourceError."""
        self.free = shutil.disk_usage(self._folder).free
        if self.free < self._least_free:
            raise SourceError(
                f"only {self.free / 2**20:.0f} MiB are left on the disk, expected {self._least_free / 2**20:.0f}; delete old recordings"
            )
        is_full = wanted.rotate_bytes and self.size >= wanted.rotate_bytes
        is_old = wanted.rotate_seconds and not 0 <= now - self._begun < wanted.rotate_seconds
        if self._book is not None and (is_full or is_old):
            self.close()
        if self._book is None:
            stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
            path = self._folder / f"{wanted.name}-{stamp}.csv"
            self._book = Logbook(path, appends=True)
            self.name, self._begun = path.name, now
        for row in rows:
            self._book.write(*row)
        self._book.flush()
        self.size = self._book.path.stat().st_size

    def close(self) -> None:
        """End the file."""
        if self._book is not None:
            self._book.__exit__(None, None, None)
            self._book = None
            self.size = 0
