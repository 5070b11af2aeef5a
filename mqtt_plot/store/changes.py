"""The outline of a state or a boolean: what its ring no longer holds. Knows nothing of rings and limits.

While there is room it is every change as (time, value); then it is the seconds per state in each bucket. A value holds until the next
change. NaN is a gap.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from struct import Struct
from typing import NamedTuple

# index of the bucket · value · how often it began · seconds
_ROW = Struct("<IfIf")
ROW_BYTES = _ROW.size
CHANGE_BYTES = 12
# More changes than these are no picture any more, and a flickering contact must not take the room of all others.
MAX_CHANGES, MAX_ROWS = 100_000, 20_000
_PART = 8


class Stay(NamedTuple):
    """A value that was there from `start` on for `seconds` in all, before `end`, and began so many times."""

    start: float
    end: float
    value: float
    seconds: float
    began: int


class Changes:
    """Changes, and before them rows of `width` seconds. `end` is the time up to which they know what was."""

    __slots__ = ("_rows", "_times", "_values", "_width", "end", "forgotten", "is_continued")

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows = bytearray()
        self._times = array("d")
        self._values = array("f")
        self.end = -math.inf
        self.forgotten = 0  # rows that had to go
        self.is_continued = False  # the first change began before, in the rows, which count it

    @property
    def nbytes(self) -> int:
        return len(self._times) * CHANGE_BYTES + len(self._rows)

    @property
    def start(self) -> float:
        """The time of the oldest that is known; NaN for nothing."""
        if self._rows:
            return float(_ROW.unpack_from(self._rows)[0] * self._width)
        return self._times[0] if self._times else math.nan

    @property
    def exact_from(self) -> float:
        """The time from which on every change is held."""
        return -math.inf if not self._rows else self._times[0] if self._times else self.end

    def digest(self, times: "array[float]", values: Sequence[float], until: float) -> None:
        """Take samples in order of time; the last holds to `until`. One from before `end` holds to the next change held."""
        late = bisect_left(times, self.end)
        for time, value in zip(times[:late], values[:late], strict=True):
            place = bisect_right(self._times, time)
            if not place or not _same(self._values[place - 1], value):
                self.is_continued = self.is_continued and place > 0
                self._times.insert(place, time)
                self._values.insert(place, value)
        last = self._values[-1] if self._values else math.inf
        for time, value in zip(times[late:], values[late:], strict=True):
            if not _same(last, value):
                self._times.append(time)
                self._values.append(value)
                last = value
        if late < len(times):
            self.end = max(self.end, times[-1], until)
        if len(self._times) > MAX_CHANGES:
            self._fall(MAX_CHANGES // _PART)
        if len(self._rows) > MAX_ROWS * ROW_BYTES:
            self._forget(MAX_ROWS // _PART)

    def _fall(self, count: int) -> None:
        """Make the oldest `count` changes, or about so many, rows: those of whole buckets, one at least where there is one."""
        width = self._width
        edge = max(self._times[min(count, len(self._times) - 1)] // width, self._times[0] // width + 1) * width
        if edge > self._times[-1]:
            return
        tallies: dict[tuple[int, float], list[float]] = {}
        for stay in self.stays(-math.inf, edge, with_rows=False):
            low: float = stay.start
            began = stay.began
            while low < stay.end:
                index = int(low // self._width)
                high = min(stay.end, (index + 1) * self._width)
                tally = tallies.setdefault((index, _key(stay.value)), [0, 0.0])
                tally[0] += began
                tally[1] += high - low
                low, began = high, 0
        for (index, value), (times, seconds) in sorted(tallies.items()):
            if value >= 0:
                self._rows += _ROW.pack(index, value, int(times), seconds)
        stop = bisect_left(self._times, edge)
        # What holds over the edge stays, from the edge on.
        self.is_continued = bool(stop) and (stop == len(self._times) or self._times[stop] > edge)
        if self.is_continued:
            stop -= 1
            self._times[stop] = edge
        del self._times[:stop], self._values[:stop]

    def _forget(self, count: int) -> None:
        self.forgotten += min(count, len(self._rows) // ROW_BYTES)
        del self._rows[: count * ROW_BYTES]

    def thin(self) -> int:
        """Give up a part: changes become rows, rows are forgotten; return the bytes that came free, 0 if nothing can go."""
        before = self.nbytes
        if len(self._times) > _PART:
            self._fall(len(self._times) // _PART)
        if before <= self.nbytes and self._rows:
            self._forget(max(1, len(self._rows) // ROW_BYTES // _PART, (self.nbytes - before) // ROW_BYTES + 1))
        if before <= self.nbytes and self._times:
            count = max(1, len(self._times) // _PART)
            self.forgotten += count
            self.is_continued = False
            del self._times[:count], self._values[:count]
        return before - self.nbytes

    def forget_before(self, time: float) -> int:
        """Let go of what ended before `time`; return the bytes that came free."""
        before = self.nbytes
        index = math.floor(time / self._width)
        rows = bisect_left(
            range(len(self._rows) // ROW_BYTES), index, key=lambda row: _ROW.unpack_from(self._rows, row * ROW_BYTES)[0]
        )
        del self._rows[: rows * ROW_BYTES]
        stop = max(0, bisect_right(self._times, time) - 1)
        self.is_continued = self.is_continued and not stop
        del self._times[:stop], self._values[:stop]
        return before - self.nbytes

    def forget_from(self, time: float) -> None:
        """Let go of the changes at `time` or later: what was then is to be told anew."""
        stop = bisect_left(self._times, time)
        self.is_continued = self.is_continued and stop > 0
        del self._times[stop:], self._values[stop:]
        self.end = min(self.end, time)

    def turn(self, meaning: Callable[[float], float]) -> None:
        """Give every value held another meaning."""
        self._values = array("f", map(meaning, self._values))
        rows = [
            (index, meaning(value), began, seconds)
            for index, value, began, seconds in _ROW.iter_unpack(bytes(self._rows))
        ]
        self._rows = bytearray(b"".join(_ROW.pack(*row) for row in rows if not math.isnan(row[1])))

    @property
    def width(self) -> int:
        return self._width

    def columns(self) -> "tuple[bytes, array[float], array[float]]":
        """Return the packed rows, and the times and values of the changes."""
        return bytes(self._rows), self._times[:], array("d", self._values)

    def restore(self, rows: bytes, times: "array[float]", values: "array[float]", end: float) -> None:
        """Take what `columns` gave. Raises ValueError for what makes no sense."""
        indexes = [row[0] for row in _ROW.iter_unpack(rows)]
        is_sound = all(value >= 0 and seconds >= 0 for _, value, _, seconds in _ROW.iter_unpack(rows))
        if not is_sound or indexes != sorted(indexes) or list(times) != sorted(times) or len(times) != len(values):
            raise ValueError("changes in an outline make no sense")
        self._rows[:] = rows
        self._times, self._values = times, array("f", values)
        self.end = end

    def points(self, start: float = -math.inf, end: float = math.inf) -> "tuple[array[float], array[float]]":
        """Return the changes with start <= time <= end, and before them the one that holds at `start`, as points."""
        low, high = max(0, bisect_right(self._times, start) - 1), bisect_right(self._times, end)
        return self._times[low:high], array("d", self._values[low:high])

    def stays(self, start: float = -math.inf, end: float = math.inf, *, with_rows: bool = True) -> Iterator[Stay]:
        """Yield how long each value stayed, cut to the range; of rows, which know a sum per bucket, those that begin in it."""
        if with_rows:
            for index, value, began, seconds in _ROW.iter_unpack(bytes(self._rows)):
                low = float(index * self._width)
                if start <= low < end:
                    yield Stay(low, low + self._width, value, seconds, began)
        continued = self._times[0] if self.is_continued else math.nan
        for (time, value), (following, _) in pairwise(
            [*zip(self._times, self._values, strict=True), (self.end, math.nan)]
        ):
            low, high = max(start, time), min(end, following)
            if low < high:
                yield Stay(low, high, value, high - low, int(time >= start and time != continued))


def _key(value: float) -> float:
    return -1.0 if math.isnan(value) else value


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))
