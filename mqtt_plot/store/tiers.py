"""The outline of a number: what its ring no longer holds, in buckets that are wider the older they are. Knows nothing of rings and limits.

A bucket begins at a multiple of its width. It is a packed row (store/rows), so there is no object per bucket, and a state file takes it as
it is. The rows of a width lie in one array, oldest first. When a width has more rows than it should keep, the oldest become rows of the
next width; those of the widest go. So what is held ascends in time and never overlaps.

A bucket in which nothing came takes no room: the last value of the row before says what it holds.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from sys import getsizeof
from typing import NamedTuple

from mqtt_plot.store.buckets import LATE, Bucket, bounds, bucketed, folded, held, is_sound, joined, with_holds
from mqtt_plot.store.rows import (
    INDEX,
    MAX_INDEX,
    ROW,
    ROW_BYTES,
    Sum,
    check_rows,
    find_row,
    joined_sums,
    packed,
    row_at,
    rows_between,
    summed_up,
    unpacked,
    widened,
)

# Of the rows too many, so large a part of all goes at once, as each going costs a look at the tier.
_PART = 16
# Where room is short so large a part of a width becomes coarser at once, and of the widest goes.
_FINE_PART, _OLD_PART = 8, 32
# Of each width enough rows stay at first for so many rows of the next: the way from points to wide buckets.
_SPARED = 2
_COARSER = 6  # how much wider the reserve's buckets are


class Width(NamedTuple):
    """Buckets of so many seconds, a whole multiple of those before; of more than `rows` the oldest become rows of the next width."""

    seconds: int
    rows: int


def with_reserve(widths: Sequence[tuple[int, int]]) -> tuple[Width, ...]:
    """Return `widths` and a wider one, for as long again: what has no room in the finer ones becomes coarser before it goes."""
    if not widths:
        return ()
    seconds, rows = widths[-1]
    return (*(Width(*width) for width in widths), Width(_COARSER * seconds, max(1, rows // _COARSER)))


class Extremes(NamedTuple):
    """Two points for each bucket, its lowest and its highest value, half a bucket apart; `means` has its mean, twice. Of `samples`."""

    samples: int
    times: "array[float]"
    values: "array[float]"
    means: "array[float]"


class Tiers:
    """The rows of all widths. `end` is the time up to which they know what was; what comes for before it is late."""

    __slots__ = ("_edges", "_rows", "_widths", "end", "forgotten")

    def __init__(self, widths: Sequence[Width]) -> None:
        self._widths = widths
        self._rows = [array("B") for _ in widths]
        self._edges = [-math.inf for _ in widths]  # what is older is of the next width
        self.end = -math.inf
        self.forgotten = 0  # rows of the widest that had to go

    @property
    def nbytes(self) -> int:
        """What the rows take of the heap: an array that grows takes some more room than it needs at once."""
        return sum(map(_nbytes, self._rows))

    @property
    def start(self) -> float:
        """The time at which the oldest bucket begins; NaN without one."""
        starts = [INDEX.unpack_from(rows)[0] * width.seconds for width, rows in self._tiers() if rows]
        return float(min(starts, default=math.nan))

    def _tiers(self) -> Iterator[tuple[Width, "array[int]"]]:
        return zip(self._widths, self._rows, strict=True)

    def widths(self, start: float, end: float) -> list[int]:
        """Return the widths of the buckets held that lie in start <= time <= end, the finest first."""
        return [width.seconds for width, rows in self._tiers() if len(rows_between(rows, width.seconds, start, end))]

    def digest(self, times: "array[float]", values: Sequence[float], until: float) -> None:
        """Take samples in order of time; the last holds to `until`, the time of the next one.

        Those from before `end` came late. They count in the buckets of their times, and mark them: how long the values there held is
        known no longer exactly. Times that no clock shows are left out.
        """
        late = bisect_left(times, self.end)
        if late:
            self._digest(times[:late], values[:late], times[late - 1], is_late=True)
        if late < len(times):
            last = times[-1]
            self._digest(times[late:], values[late:], max(last, until))
            if until < last:
                self._mark(last)
            self.end = max(self.end, last, until)
        self._keep_within()

    def _keep_within(self) -> None:
        """Make of the oldest rows, where there are more than wanted, such of the next width."""
        for place, (width, rows) in enumerate(self._tiers()):
            if len(rows) > width.rows * ROW_BYTES:
                self._fall(place, max(len(rows) // ROW_BYTES - width.rows, width.rows // _PART, 1))

    def _digest(self, times: "array[float]", values: Sequence[float], until: float, *, is_late: bool = False) -> None:
        stop = len(times)
        for place, width in enumerate(self._widths):
            edge = self._edges[place]
            start = bisect_left(times, edge, 0, stop)
            for bucket in bucketed(times[start:stop], values[start:stop], until, width.seconds):
                self._put(place, bucket._replace(flags=bucket.flags | LATE) if is_late else bucket)
            if not start:
                return
            following = times[start] if start < stop else until
            if is_late:
                stop, until = start, times[start - 1]
            else:  # rows of the next width have come up to here from a state file
                low, high = bounds(following, width.seconds)
                if following > max(low, edge) and is_sound(values[start - 1]):
                    self._put(place, held(max(low, edge), following, values[start - 1])._replace(start=low, end=high))
                stop, until = start, min(following, edge)

    def _mark(self, time: float) -> None:
        """Note of the bucket of `time`, the newest: how long its last value holds is not known."""
        width, rows = self._widths[0].seconds, self._rows[0]
        row = find_row(rows, math.floor(time / width))
        if row * ROW_BYTES < len(rows):
            self._put(0, row_at(rows, row, width)._replace(flags=LATE, samples=0, seconds=0.0))

    def _put(self, place: int, bucket: Bucket) -> None:
        width, rows = self._widths[place].seconds, self._rows[place]
        index = int(bucket.start // width)
        if not 0 <= index <= MAX_INDEX:
            return
        newest = INDEX.unpack_from(rows, len(rows) - ROW_BYTES)[0] if rows else -1
        if index > newest:
            rows.frombytes(packed(index, bucket))
            return
        row = len(rows) // ROW_BYTES - 1 if index == newest else find_row(rows, index)
        offset = row * ROW_BYTES
        if INDEX.unpack_from(rows, offset)[0] == index:
            both = joined(unpacked(ROW.unpack_from(rows, offset), width), bucket)
            rows[offset : offset + ROW_BYTES] = array("B", packed(index, both))
        else:
            rows[offset:offset] = array("B", packed(index, bucket))

    def _fall(self, place: int, count: int) -> None:
        """Make the oldest `count` rows, or some more or less, rows of the next width, or forget them."""
        rows, width = self._rows[place], self._widths[place].seconds
        if place + 1 == len(self._widths):
            self.forgotten += count
            self._rows[place] = rows[count * ROW_BYTES :]
            return
        wide = self._widths[place + 1].seconds
        index = INDEX.unpack_from(rows, min(count * ROW_BYTES, len(rows) - ROW_BYTES))[0]
        self._widen(place, index * width // wide * wide)

    def _widen(self, place: int, edge: int) -> None:
        """Make the rows before `edge`, a bound of the next width, rows of that."""
        rows, width = self._rows[place], self._widths[place].seconds
        stop = find_row(rows, edge // width)
        going = rows[: stop * ROW_BYTES]
        if going:
            self._add_wider(place + 1, going, edge)
        self._rows[place] = rows[stop * ROW_BYTES :]
        self._edges[place] = max(self._edges[place], edge)

    def _add_wider(self, place: int, rows: "array[int]", edge: int) -> None:
        """Add rows of the width before this one, which end before `edge`, with what holds between and behind them."""
        width, wide, wider = self._widths[place - 1].seconds, self._widths[place].seconds, self._rows[place]
        newest = INDEX.unpack_from(wider, len(wider) - ROW_BYTES)[0] if wider else -1
        oldest, last = (INDEX.unpack_from(rows, at)[0] * width for at in (0, len(rows) - ROW_BYTES))
        if newest + 1 == oldest // wide and last + width == edge and (filled := widened(rows, width, wide)):
            wider.frombytes(filled)
            return
        going = [unpacked(row, width) for row in ROW.iter_unpack(rows)]
        before = None if wider else self.before(going[0].start)
        if before is not None and not math.isnan(before.last):  # of a still wider width
            begin = max(before.end, bounds(going[0].start, wide)[0])
            if begin < going[0].start:
                going.insert(0, held(begin, going[0].start, before.last))
        if wider:
            going.insert(0, unpacked(ROW.unpack_from(wider, len(wider) - ROW_BYTES), wide))
            del wider[-ROW_BYTES:]
        if not math.isnan(going[-1].last) and going[-1].end < edge:
            going.append(held(going[-1].end, edge, going[-1].last))
        for bucket in folded(with_holds(going), wide):
            self._put(place, bucket)

    def forget_before(self, time: float) -> int:
        """Let go of the buckets that end before `time`; return the bytes that came free."""
        before = self.nbytes
        for place, (width, rows) in enumerate(self._tiers()):
            if gone := find_row(rows, math.floor(time / width.seconds)):
                self._rows[place] = rows[gone * ROW_BYTES :]
        return before - self.nbytes

    def thin(self) -> int:
        """Give up a part: rather what is fine than what is old. Return the bytes that came free, 0 if nothing can go."""
        before = self.nbytes
        for spared in (_SPARED, 1):
            for place, width in enumerate(self._widths):
                is_widest = place + 1 == len(self._rows)
                least = 1 if is_widest else 2 * self._widths[place + 1].seconds // width.seconds
                # The wider rows may take more room to grow than is given up at first: then more of these go, not the oldest of all.
                while (count := len(self._rows[place]) // ROW_BYTES) >= (least if is_widest else spared * least):
                    self._fall(place, max(least, count // (_OLD_PART if is_widest else _FINE_PART)))
                    if self.nbytes < before:
                        return before - self.nbytes
        return before - self.nbytes

    def before(self, start: float) -> Bucket | None:
        """Return the last bucket that ends before or at `start`."""
        for width, rows in self._tiers():
            if (place := rows_between(rows, width.seconds, start, math.inf).start) and rows:
                return row_at(rows, place - 1, width.seconds)
        return None

    def after(self, end: float) -> Bucket | None:
        """Return the first bucket that begins after `end`."""
        for width, rows in reversed(list(self._tiers())):
            if (place := rows_between(rows, width.seconds, -math.inf, end).stop) * ROW_BYTES < len(rows):
                return row_at(rows, place, width.seconds)
        return None

    def buckets(self, start: float = -math.inf, end: float = math.inf) -> Iterator[Bucket]:
        """Yield the buckets that lie in start <= time <= end, also in part, oldest first; and what holds between them, cut to the range."""
        before, following = self.before(start), None
        found: list[Bucket] = []
        for width, rows in reversed(list(self._tiers())):
            places = rows_between(rows, width.seconds, start, end)
            part = bytes(rows[places.start * ROW_BYTES : places.stop * ROW_BYTES])
            found += [unpacked(row, width.seconds) for row in ROW.iter_unpack(part)]
            if following is None and places.stop * ROW_BYTES < len(rows):
                following = row_at(rows, places.stop, width.seconds)
        chain = [bucket for bucket in (before, *found, following) if bucket is not None]
        for bucket, after in pairwise((*chain, None)):
            if bucket is not None and bucket is not before and bucket is not following:
                yield bucket
            if bucket is not None and after is not None:
                low, high = max(bucket.end, start), min(after.start, end)
                if low < high and not math.isnan(bucket.last):
                    yield held(low, high, bucket.last)
        low, high = max(chain[-1].end, start) if chain else math.inf, min(self.end, end)
        if following is None and low < high and not math.isnan(chain[-1].last):
            yield held(low, high, chain[-1].last)

    def extremes(self, start: float, end: float, step: float) -> Extremes:
        """Return the lowest and the highest value of each `step` seconds, and their mean, of all buckets in start <= time <= end.

        Quick, for pictures. A bucket in which only a gap came is a NaN. What holds where nothing came is not there.
        """
        sums: list[Sum] = []
        for width, rows in reversed(list(self._tiers())):
            places = rows_between(rows, width.seconds, start, end)
            with memoryview(rows) as view, view[places.start * ROW_BYTES : places.stop * ROW_BYTES] as part:
                found = list(summed_up(part, width.seconds, step))
            if sums and found and sums[-1][0] == found[0][0]:
                sums[-1] = joined_sums(sums[-1], found.pop(0))
            sums += found
        times, values, means = array("d"), array("d"), array("d")
        for bucket, _, low, high, total, weight in sums:
            times.extend((bucket * step, (bucket + 0.5) * step))
            values.extend((low, high) if low <= high else (math.nan, math.nan))
            mean = total / weight if weight else values[-2]
            means.extend((mean, mean))
        return Extremes(sum(one[1] for one in sums), times, values, means)

    def restore(self, saved: Sequence[tuple[int, bytes]], end: float) -> None:
        """Take rows that `rows` gave, the finest first, also of other widths than these. Raises ValueError for rows that make no sense."""
        for seconds, rows in reversed(saved):
            self.take(seconds, rows)
        self.end = end

    def take(self, seconds: int, rows: bytes) -> None:
        """Take rows of a width, all newer than those held; what is held of finer ones becomes as wide. Raises ValueError as `restore` does."""
        check_rows(rows, seconds)
        place = next((i for i, width in enumerate(self._widths) if width.seconds % seconds == 0), None)
        if place is None:
            self.forgotten += len(rows) // ROW_BYTES  # none so wide is kept any more
            return
        if not rows:
            return
        width = self._widths[place].seconds
        for finer in range(place):
            wider = self._widths[finer + 1].seconds
            self._widen(finer, INDEX.unpack_from(rows)[0] * seconds // wider * wider)
        mine = self._rows[place]
        newest = row_at(mine, len(mine) // ROW_BYTES - 1, width).start if mine else -1
        if self._widths[place].seconds == seconds and INDEX.unpack_from(rows)[0] * seconds > newest:
            mine.frombytes(rows)
        else:
            for bucket in folded((unpacked(row, seconds) for row in ROW.iter_unpack(rows)), width):
                self._put(place, bucket)
        edge = (INDEX.unpack_from(mine, len(mine) - ROW_BYTES)[0] + 1) * width
        for finer in range(place):
            self._edges[finer] = max(self._edges[finer], edge)
        self._keep_within()

    def take_from(self, other: "Tiers", since: float) -> None:
        """Take what another one has of `since` and later, all newer than those held; a bucket must begin there."""
        for seconds, rows in reversed(list(other.rows())):
            first = 0 if since == -math.inf else find_row(array("B", rows), math.ceil(since / seconds))
            self.take(seconds, rows[first * ROW_BYTES :])
        self.hold_to(other.end)

    def hold_to(self, end: float) -> None:
        """Note that what was last taken holds up to `end`."""
        width = self._widths[0].seconds
        newest = next(
            (row_at(rows, len(rows) // ROW_BYTES - 1, each.seconds) for each, rows in self._tiers() if rows), None
        )
        low, high = bounds(end, width)
        if newest is not None and end > max(low, newest.end) and not math.isnan(newest.last):
            self._put(0, held(max(low, newest.end), end, newest.last)._replace(start=low, end=high))
        self.end = end

    def forget_from(self, time: float) -> None:
        """Let go of the buckets that begin at `time` or later: what was then is to be told anew."""
        for width, rows in self._tiers():
            index, end = math.ceil(time / width.seconds), len(rows)
            # Few go, and all that go are the newest.
            while end and INDEX.unpack_from(rows, end - ROW_BYTES)[0] >= index:
                end -= ROW_BYTES
            del rows[end:]
        self.end = min(self.end, time)

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield (width in seconds, packed rows) of each width."""
        for width, rows in self._tiers():
            yield width.seconds, bytes(rows)


_EMPTY_BYTES = getsizeof(array("B"))


def _nbytes(rows: "array[int]") -> int:
    return getsizeof(rows) - _EMPTY_BYTES
