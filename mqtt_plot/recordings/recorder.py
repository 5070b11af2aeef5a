"""Recording from the page: what arrives for chosen tags goes into CSV files of the folder of recordings, for replay and spreadsheets.

A recorder is a set of cursors, as browsers are: once per second it takes what came since, and another thread writes it. While the disk is slow
the cursors stay, so nothing waits in memory; what the store overwrites meanwhile is counted as lost.
"""

import asyncio
import logging
import math
import re
import shutil
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from mqtt_plot.errors import SourceError, WatchError, shown
from mqtt_plot.ingest.limits import state_name
from mqtt_plot.ingest.triggers import parse_globs
from mqtt_plot.metrics import Counters
from mqtt_plot.recordings.csv_writer import Logbook
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

log = logging.getLogger(__name__)

MAX_RECORDERS = 8
# Rows taken at a stretch; more follow a second later.
MAX_ROWS = 20_000
# With less room on the disk recording stops: other programs need it.
LEAST_FREE = 100 * 1024 * 1024
LEAST_ROTATE_BYTES, LEAST_ROTATE_SECONDS = 64 * 1024, 60.0
MOST_ROTATE_BYTES, MOST_ROTATE_SECONDS = 10**12, 1e9  # beyond all disks, and 30 years
MAX_WINDOWS = 14
DAYS = 7
RECORDING, WAITING, STOPPED, FAILED = "recording", "waiting", "stopped", "failed"
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")

Row = tuple[float, str, float | str, str]


class Window(NamedTuple):
    """When to record: on these days (0 is Monday), from a minute of the day to another, which may lie on the next day."""

    days: tuple[int, ...]
    begin: int
    end: int

    def holds(self, day: int, minute: int) -> bool:
        """Tell whether a minute of a day lies in it."""
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        return (day in self.days and minute >= self.begin) or ((day - 1) % DAYS in self.days and minute < self.end)


@dataclass(frozen=True)
class Wanted:
    """What to record, by patterns of tags, and when a new file begins (0: never)."""

    name: str
    tags: tuple[str, ...]
    rotate_bytes: int = 0
    rotate_seconds: float = 0.0
    schedule: tuple[Window, ...] = field(default=())
    is_on: bool = True

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST (docs/replay.md)."""
        fields = asdict(self)
        fields["on"] = fields.pop("is_on")
        fields["tags"] = list(self.tags)
        fields["schedule"] = [
            {"days": list(window.days), "from": _clock(window.begin), "to": _clock(window.end)}
            for window in self.schedule
        ]
        return fields

    def is_due(self, local: time.struct_time) -> bool:
        """Tell whether to record now, by the clock on the wall."""
        minute = 60 * local.tm_hour + local.tm_min
        return self.is_on and (
            not self.schedule or any(window.holds(local.tm_wday, minute) for window in self.schedule)
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def parse_recorder(fields: object) -> Wanted:
    """Return what a client asks for. Raises WatchError with words for the client."""
    if not isinstance(fields, dict):
        raise WatchError(
            "bad_recorder", f'expected an object such as {{"name": "night", "tags": ["line1/*"]}}, got {shown(fields)}'
        )
    known = ("name", "tags", "rotate_bytes", "rotate_seconds", "schedule", "on")
    if unknown := sorted(set(fields) - set(known)):
        raise WatchError("bad_recorder", f"expected some of {', '.join(known)}, got {shown(unknown[0])}")
    name, is_on, schedule = fields.get("name"), fields.get("on", True), fields.get("schedule") or []
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise WatchError(
            "bad_recorder",
            f"expected 1 to 40 letters, digits, - and _ in 'name', got {shown(name)}",
        )
    if not isinstance(is_on, bool):
        raise WatchError("bad_recorder", f"expected true or false in 'on', got {shown(is_on)}")
    if not isinstance(schedule, list) or len(schedule) > MAX_WINDOWS:
        raise WatchError("bad_recorder", f"expected at most {MAX_WINDOWS} windows in 'schedule', got {shown(schedule)}")
    tags = parse_globs(fields.get("tags"))
    if not tags:
        raise WatchError("bad_tags", "expected patterns of tags in 'tags', such as line1/*, or * for all")
    return Wanted(
        name,
        tags,
        int(_rotation(fields, "rotate_bytes", LEAST_ROTATE_BYTES, MOST_ROTATE_BYTES)),
        _rotation(fields, "rotate_seconds", LEAST_ROTATE_SECONDS, MOST_ROTATE_SECONDS),
        tuple(_window(item) for item in schedule),
        is_on,
    )


def _rotation(fields: Mapping[str, object], name: str, least: float, most: float) -> float:
    raw = fields.get(name) or 0
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if not is_number or not (raw == 0 or least <= raw <= most):  # type: ignore[operator]  # checked
        raise WatchError(
            "bad_recorder", f"expected {least:g} to {most:g} in {name!r}, or 0 for never, got {shown(raw)}"
        )
    return float(raw)  # type: ignore[arg-type]  # checked


def _window(item: object) -> Window:
    days = item.get("days", list(range(DAYS))) if isinstance(item, dict) else None
    clocks = [_CLOCK.fullmatch(str(item.get(name))) for name in ("from", "to")] if isinstance(item, dict) else [None]
    if (
        not isinstance(days, list)
        or not days
        or not all(type(day) is int and 0 <= day < DAYS for day in days)
        or None in clocks
    ):
        raise WatchError(
            "bad_recorder", f'expected {{"days": [0], "from": "22:00", "to": "06:00"}}, Monday is 0, got {shown(item)}'
        )
    begin, end = (60 * int(found[1]) + int(found[2]) for found in clocks if found)
    return Window(tuple(sorted(set(days))), begin, end)


class Recorder:
    """One recorder in the list, and how far it is."""

    def __init__(self, recorder_id: int, wanted: Wanted) -> None:
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

    def add(self, wanted: Wanted) -> Recorder:
        """Add a recorder; it begins with the next look. Raises WatchError."""
        if self.folder is None:
            raise WatchError("no_folder", "there is no folder to record to; start the bridge with --recordings FOLDER")
        if len(self) >= MAX_RECORDERS:
            raise WatchError("recorders_full", f"expected at most {MAX_RECORDERS} recorders; delete one first")
        self._check_name(wanted, None)
        recorder = Recorder(self.next_id(), wanted)
        self.put(recorder)
        return recorder

    def change(self, recorder: Recorder, wanted: Wanted) -> None:
        """Let a recorder record something else, or nothing. Raises WatchError."""
        self._check_name(wanted, recorder)
        recorder.wanted = wanted
        if recorder.state == FAILED:
            recorder.state = STOPPED  # somebody has looked: it may try again
        recorder.cursors = {
            series: seq for series, seq in recorder.cursors.items() if self._is_chosen(recorder, series)
        }
        self.put(recorder)

    def _check_name(self, wanted: Wanted, but: Recorder | None) -> None:
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
            is_due = recorder.wanted.is_due(local) and recorder.state != FAILED
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
            recorder = Recorder(int(fields.pop("id")), Wanted("", ()))
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

    def write(self, wanted: Wanted, rows: Sequence[Row], now: float) -> None:
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
