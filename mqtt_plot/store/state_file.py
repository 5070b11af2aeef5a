"""The state file: read at the start, appended to while the bridge runs, written anew at the stop. Knows nothing of its content.

It is a log of segments (segments.py), which the journals of what is kept write and read. So a kill loses what came after the last append, and
a segment that is cut off or changed costs what follows it.

What is written in a day has a bound, as an SD card wears out by it. So the log is never rewritten while the bridge runs. When it has become
twice as long as what was told at once in it, it becomes FILE.older, and a new one goes on. Bit by bit, over days, the new one tells anew
what only the older one tells; then that goes.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from mqtt_plot.metrics import Counters
from mqtt_plot.store import snapshot
from mqtt_plot.store.files import FreshFile
from mqtt_plot.store.saved_file import SavedFile
from mqtt_plot.store.segments import AGAIN, MAGIC, DamagedStateError, Pending, packed, segments
from mqtt_plot.store.store import Store

log = logging.getLogger(__name__)

# What may be written in any day, but for a stop: so much, or so much for each tag where that is more, as each has a row to write at each
# interval. Half of it is for what is new. Of the other half a part is left, since the last tag that is told anew may be larger than what
# is left for it.
DAILY_BYTES, DAILY_TAG_BYTES = 20_000_000, 40_000
_NEWS, _AGAIN = 1 / 2, 2 / 5
# Parts of a day whose share may be written at once, after a pause; in any 24 hours that comes on top.
_BURST = 1 / 8
_DAY = 86_400.0
# Small things are on the disk after so many seconds.
SOON_SECONDS = 10.0
# A shorter file is not worth the work.
_LEAST = 8_000_000
# Ends what was written at once, and so tells how long the file was then; begins a file that goes on from an older one.
_BASE, _GOES_ON = 6, 7


class Journal(Protocol):
    """Tells of something in segments of its `kinds`, and takes them in again. Its content is copied when a segment is yielded."""

    @property
    def kinds(self) -> Sequence[int]:
        """Its kinds of segments."""

    def everything(self) -> Iterator[Pending]:
        """Yield all there is, for an empty file."""

    @property
    def is_retold(self) -> bool:
        """True if the present file tells all, without the one before it."""

    def news(self, room: float, again: float = 0.0) -> Iterator[Pending]:
        """Yield what the file does not tell yet, in about `room` bytes; without room only what is gone.

        In about `again` bytes tell all of what only the file before tells wholly, in segments whose kinds have AGAIN added.
        """

    def turn(self) -> None:
        """Note that a new file begins here. Also while files are read, of which the first may begin so, as the one before is gone."""

    def settle(self) -> None:
        """Note that what was yielded is on the disk."""

    def apply(self, kind: int, content: bytes) -> None:
        """Take in a segment. Raises DamagedStateError."""

    def finish(self, *, is_whole: bool) -> None:
        """Note that all is read; after it `news` go on where the file ends, if it `is_whole`."""


class Portion(NamedTuple):
    """A journal, its part of what may be appended in a day, and the seconds after which its news are."""

    journal: Journal
    part: float
    every: float


class StateFile(SavedFile):
    """Keeps `store`, and what other journals tell of, in a file."""

    def __init__(
        self,
        path: Path,
        store: Store,
        portions: Sequence[Portion],
        counters: Counters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(path, "state", counters, min(SOON_SECONDS, *(portion.every for portion in portions)))
        self.written = 0  # bytes
        self._store = store
        self._portions = portions
        self._clock = clock
        self._looked = clock()
        self._dues = [self._looked + portion.every for portion in portions]
        self._rooms = [_most(portion.part * _NEWS * DAILY_BYTES) for portion in portions]
        self._saved_up = 0.0
        self._length = 0  # of what is sound in the file
        self._base = 0  # of it, what was told at once
        self._is_sound = False
        self._older = path.with_name(path.name + ".older")
        self._is_turning = False  # the older file is still needed

    def load(self) -> None:
        """Fill the store. What follows damage is not read, and that is said; an old file, and a damaged one, is written anew soon."""
        fault = ""
        try:
            if not self._path.exists() and self._older.exists():  # killed between two renames
                self._older.replace(self._path)
            with self._path.open("rb") as file:
                if file.read(len(MAGIC)) == MAGIC:
                    fault = self._read_older(file) or self._read(file)
                    self._is_sound = not fault
                else:
                    file.seek(0)
                    snapshot.check(file)
                    snapshot.restore(file, self._store)
                size = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            log.info("no state in %s yet", self._path)
        except DamagedStateError as error:
            self._set_aside(str(error))
        except OSError as error:
            log.warning("state not read from %s: %s", self._path, error.strerror)
        else:
            if fault:
                self._keep_damaged(
                    f"{fault}; the last {size - self._length} of {size} bytes are not read, what came before is"
                )
            log.info("%d tags with %d points read from %s", len(self._store), self._store.points, self._path)
        for journal, *_ in self._portions:
            journal.finish(is_whole=self._is_sound)
        if self._is_turning and not self._older.exists() and not self._is_retold():
            log.warning("%s is not there; what only that told is missing", self._older)

    def _is_retold(self) -> bool:
        return all(portion.journal.is_retold for portion in self._portions)

    def _read_older(self, newer: BinaryIO) -> str:
        """Read the file from which this one goes on; return what is wrong with it."""
        self._is_turning = newer.read(1) == bytes([_GOES_ON])
        newer.seek(len(MAGIC))
        if not self._is_turning:
            return ""
        try:
            with self._older.open("rb") as file:
                fault = self._read(file) if file.read(len(MAGIC)) == MAGIC else "it is no file of ours"
        except FileNotFoundError:  # it is needed no more, or lost
            return ""
        self._length = len(MAGIC)
        return fault and f"{self._older.name}: {fault}"

    def _read(self, file: BinaryIO) -> str:
        """Hand segments to the journals; return why no more, "" at the end."""
        journals = {kind: portion.journal for portion in self._portions for kind in portion.journal.kinds}
        self._length = len(MAGIC)
        try:
            for kind, content, end in segments(file):
                if kind == _BASE:
                    self._base = end
                elif kind == _GOES_ON:
                    self._turn()
                elif (journal := journals.get(kind & ~AGAIN)) is not None:
                    journal.apply(kind, content)
                    self._base += end - self._length if kind & AGAIN else 0
                self._length = end
        except DamagedStateError as error:
            return str(error)
        return ""

    def _keep_damaged(self, why: str) -> None:
        """Say it, and keep the file under another name: its own is written anew."""
        aside = self._path.with_name(self._path.name + ".damaged")
        log.warning("state in %s: %s; the whole file is kept as %s", self._path, why, aside.name)
        for path in (self._path, self._older) if self._is_turning else (self._path,):
            aside = path.with_name(path.name + ".damaged")
            with suppress(OSError):
                aside.unlink(missing_ok=True)
                os.link(path, aside)

    async def write(self) -> None:
        """Append what is new; or write all anew. Raises OSError, and then what was in the file stays."""
        now = self._clock()
        elapsed, self._looked = max(0.0, now - self._looked), now
        daily = daily_bytes(len(self._store))
        for place, (_, part, _) in enumerate(self._portions):
            self._rooms[place] = _refilled(self._rooms[place], elapsed, part * _NEWS * daily)
        self._saved_up = _refilled(self._saved_up, elapsed, _AGAIN * daily)
        if self.is_stopping or not self._is_sound or not await asyncio.to_thread(self._is_ours):
            await self._write_anew()
        else:
            if self._is_turning and self._is_retold():
                await asyncio.to_thread(self._older.unlink, missing_ok=True)
                self._is_turning = False
            if not self._is_turning and self._length > 2 * max(self._base, _LEAST):
                await self._begin_anew()
            await self._append(now)
        self._dues = [
            now + portion.every if now >= due else due for portion, due in zip(self._portions, self._dues, strict=True)
        ]

    def _is_ours(self) -> bool:
        """Return True if the file is there, and as long as we left it, or longer."""
        try:
            return self._path.stat().st_size >= self._length
        except FileNotFoundError:
            return False

    async def _begin_anew(self) -> None:
        """Make the file the older one, and begin another that goes on from it."""
        fresh = await asyncio.to_thread(FreshFile, self._path)
        mark = packed(_GOES_ON, b"")
        try:
            await asyncio.to_thread(fresh.write, MAGIC + mark)
            await asyncio.to_thread(self._path.replace, self._older)
            await asyncio.to_thread(fresh.settle)
        except BaseException:
            fresh.drop()
            with suppress(OSError):
                if not self._path.exists():
                    self._older.replace(self._path)
            raise
        self._length = len(MAGIC) + len(mark)
        self.written += self._length
        self._is_turning = True
        self._turn()

    def _turn(self) -> None:
        self._base = 0
        for journal, *_ in self._portions:
            journal.turn()

    async def _write_anew(self) -> None:
        fresh = await asyncio.to_thread(FreshFile, self._path)
        length = len(MAGIC)
        try:
            await asyncio.to_thread(fresh.write, MAGIC)
            for journal, *_ in self._portions:
                length += sum(await self._put(fresh.write, journal.everything()))
            length += sum(await self._put(fresh.write, iter([(_BASE, bytes)])))
            await asyncio.to_thread(fresh.settle)
        except BaseException:
            fresh.drop()
            raise
        self._is_sound = True
        self._length = self._base = length
        for journal, *_ in self._portions:
            journal.settle()
        self._is_turning = False
        await asyncio.to_thread(self._older.unlink, missing_ok=True)

    async def _append(self, now: float) -> None:
        tail = _Tail(self._path, self._length)
        again = self._saved_up if self._is_turning else 0.0
        lengths: list[tuple[int, int]] = []
        try:
            for portion, room, due in zip(self._portions, self._rooms, self._dues, strict=True):
                wanted = (room, again - sum(retold for _, retold in lengths)) if now >= due else (0.0, 0.0)
                lengths.append(await self._put(tail.write, portion.journal.news(*wanted)))
            await asyncio.to_thread(tail.settle)
        except BaseException:
            await asyncio.to_thread(tail.drop)
            raise
        for place, (portion, (new, retold)) in enumerate(zip(self._portions, lengths, strict=True)):
            self._length += new + retold
            self._base += retold
            self._saved_up -= retold
            self._rooms[place] -= new
            portion.journal.settle()

    async def _put(self, write: Callable[[bytes], None], found: Iterator[Pending]) -> tuple[int, int]:
        """Write segments, on another thread; return the bytes of those that tell something new, and of those that tell something again."""
        lengths = [0, 0]
        for pending in found:
            if pending is None:
                await asyncio.sleep(0)
            else:
                size = await asyncio.to_thread(_pack_and_write, write, *pending)
                lengths[bool(pending[0] & AGAIN)] += size
                self.written += size
        return lengths[0], lengths[1]


class _Tail:
    """What is appended to a file of which the first `length` bytes are sound. It is opened with the first write. Blocks: use a thread."""

    def __init__(self, path: Path, length: int) -> None:
        self._path = path
        self._length = length
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        if self._file is None:
            self._file = self._path.open("r+b")
            self._file.truncate(self._length)
            self._file.seek(self._length)
        self._file.write(data)

    def settle(self) -> None:
        """Write all of it to the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def drop(self) -> None:
        """Cut off what was written; what stays of it is cut off before the next write, or not read."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                os.truncate(self._path, self._length)


def _pack_and_write(write: Callable[[bytes], None], kind: int, make: Callable[[], bytes]) -> int:
    segment = packed(kind, make())
    write(segment)
    return len(segment)


def daily_bytes(tags: int) -> int:
    """Return how many bytes may be written in any 24 hours for so many tags."""
    return max(DAILY_BYTES, tags * DAILY_TAG_BYTES)


def _most(daily: float) -> float:
    """Return how many bytes may be written at once after a pause, of those of a day."""
    return daily * _BURST / (1 + _BURST)


def _refilled(room: float, seconds: float, daily: float) -> float:
    """Return the room after some seconds: in no 24 hours more than the day's bytes are given."""
    return min(room + seconds * daily / (1 + _BURST) / _DAY, _most(daily))
