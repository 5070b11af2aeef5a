"""The outline of a number: what its ring no longer holds, in buckets that are wider the older they are. Knows nothing of rings and limits.

A bucket begins at a multiple of its width. It is a packed row of 40 bytes, so there is no object per bucket, and a state file takes it as
it is. The rows of a width lie in one array, oldest first. When a width has more rows than it should keep, the oldest become rows of the
next width; those of the widest go. So what is held ascends in time and never overlaps.

A value holds until the next one, or until a gap. A hold is split at the edges of buckets, so sums over whole buckets are exact, however
seldom a tag speaks. A bucket in which nothing came takes no room: the last value of the row before says what it holds.

Lowest and highest are exact (float64). What lies between them is a fraction of their distance: mean and deviation in 32 bits, the first and
last value in 16. A last value that goes on to hold in a wider bucket goes there as it was rounded. Where it is the lowest or the highest,
that one is exact to a 65,534th of the span from which it came.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import add, le, lt, mul, sub
from struct import Struct
from sys import getsizeof
from typing import NamedTuple

# index of the bucket · count << 2 | flags · seconds · lowest · highest · mean · deviation · first · last
_ROW = Struct("<IIfddffHH")
ROW_BYTES = _ROW.size
_PICTURED = Struct("<IIfddf8x")  # of it, what a picture needs
_INDEX = Struct("<I")
_MAX_INDEX, _MAX_COUNT = 2**32 - 1, 2**30 - 1
# A gap lay in it; samples came after it was closed, so that what holds how long is not exactly known.
GAP, LATE = 1, 2
_STEPS, _NOTHING = 65_534, 65_535  # of a fraction in 16 bits, and its word for a gap
# Beyond it sums may be more than a float64 holds; no instrument shows it, so it counts as a gap.
_LARGEST = 1e300
_ROUNDED = 1e-3  # far more than 32 bits round
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


class Bucket(NamedTuple):
    """What the values from `start` to before `end` come to. `seconds` are those with a value, by which `mean` and `deviation` are weighted.

    `samples` are those that came in it; `low` and `high` also see the value that it began with. NaN: no value.
    """

    start: float
    end: float
    seconds: float
    samples: int
    low: float
    high: float
    mean: float
    deviation: float
    first: float
    last: float
    flags: int = 0


class Extremes(NamedTuple):
    """Two points for each bucket, its lowest and its highest value, half a bucket apart; `means` has its mean, twice. Of `samples`."""

    samples: int
    times: "array[float]"
    values: "array[float]"
    means: "array[float]"


def joined(one: Bucket, other: Bucket) -> Bucket:
    """Return what both come to, of which `other` is the later (Chan, Golub, LeVeque, "Updating formulae", 1979)."""
    seconds = one.seconds + other.seconds
    low, high, mean, deviation = one[4:8]
    if math.isnan(low):
        low, high, mean, deviation = other[4:8]
    elif not math.isnan(other.low):
        low, high = min(low, other.low), max(high, other.high)
        share = other.seconds / seconds if seconds > 0 else 0.0
        apart = other.mean - mean
        mean += apart * share
        deviation = math.hypot(
            deviation * math.sqrt(1 - share), other.deviation * math.sqrt(share), apart * math.sqrt(share * (1 - share))
        )
    first = other.first if math.isnan(one.first) else one.first
    return Bucket(
        one.start, max(one.end, other.end), seconds, one.samples + other.samples, low, high, mean, deviation, first, other.last,
        one.flags | other.flags,
    )  # fmt: skip


def held(start: float, end: float, value: float) -> Bucket:
    """Return a stretch in which nothing came and `value` held."""
    return Bucket(start, end, end - start, 0, value, value, value, 0.0, value, value)


def summed(
    times: Sequence[float], values: list[float], until: float, within: tuple[float, float], carried: float = math.nan
) -> Bucket:
    """Return what samples, in order of time, come to in a bucket from start to end (`within`); NaN is a gap.

    The last value holds to `until`, and `carried` from the start to the first one.
    """
    start, end = within
    samples, flags = len(values), 0
    stamps = list(times)  # an array makes a new float at each access
    weights = [*map(sub, stamps[1:], stamps), until - stamps[-1]]
    seconds = until - stamps[0]
    if carried == carried and stamps[0] > start:  # noqa: PLR0124 - only NaN differs from itself
        weights.insert(0, stamps[0] - start)
        seconds = until - start
        values = [carried, *values]
    first, last = values[0], values[-1]
    low, high, total = min(values), max(values), sum(values)
    if total - total != 0 or not -_LARGEST < low <= high < _LARGEST:
        good = [(weight, value) for weight, value in zip(weights, values, strict=True) if _is_sound(value)]
        flags = GAP if len(good) < len(values) else 0
        samples -= len(values) - len(good)
        weights, values = [pair[0] for pair in good], [pair[1] for pair in good]
        seconds = math.fsum(weights)
        first, last = first if _is_sound(first) else math.nan, last if _is_sound(last) else math.nan
        low, high = min(values, default=math.nan), max(values, default=math.nan)
    if not values:
        return Bucket(start, end, 0.0, 0, low, high, math.nan, math.nan, first, last, flags)
    span = high - low
    mean, deviation = low, 0.0
    if span and seconds > 0:
        fractions = [(value - low) / span for value in values]
        weighted = list(map(mul, fractions, weights))
        part = sum(weighted) / seconds
        mean += part * span
        deviation = span * math.sqrt(max(0.0, sum(map(mul, weighted, fractions)) / seconds - part * part))
    return Bucket(start, end, seconds, samples, low, high, mean, deviation, first, last, flags)


def _is_sound(value: float) -> bool:
    return -_LARGEST < value < _LARGEST


def bounds(time: float, width: float) -> tuple[float, float]:
    """Return start and end of the bucket of `width` seconds in which `time` lies.

    They are whole multiples of `width`. Division rounds, so that a time just at a bound may seem to lie beside its bucket.
    """
    number = time // width
    if (number + 1) * width <= time:
        number += 1
    elif number * width > time:
        number -= 1
    return number * width, (number + 1) * width


def bucketed(times: "array[float]", values: Sequence[float], until: float, width: float) -> Iterator[Bucket]:
    """Yield what samples, in order of time, come to in buckets of `width` seconds; `until` is the time to which the last one holds.

    The bucket in which `until` lies begins with that hold, as the next sample will be in it.
    """
    low, n = 0, len(times)
    carried = math.nan
    while low < n:
        start, end = bounds(times[low], width)
        high = bisect_left(times, end, low)
        following = times[high] if high < n else until
        bucket = summed(times[low:high], list(values[low:high]), min(end, following), (start, end), carried)
        yield bucket
        carried, low = bucket.last, high
    start, end = bounds(until, width)
    if n and not math.isnan(carried) and until > start > times[-1]:
        yield held(start, until, carried)._replace(end=end)


def folded(buckets: Iterable[Bucket], width: float) -> Iterator[Bucket]:
    """Yield `buckets`, in order of time and none but holds wider than `width`, as such of `width` in which something came."""
    current: Bucket | None = None
    for bucket in buckets:
        start, end = bounds(bucket.start, width)
        if current is not None and current.start != start:
            if current.samples or current.flags:
                yield current
            current = None
        head = bucket if bucket.end <= end else held(bucket.start, end, bucket.last)
        head = head._replace(start=start, end=end)
        current = head if current is None else joined(current, head)
        tail, end = bounds(bucket.end, width)
        if tail > start and bucket.end > tail:
            if current.samples or current.flags:
                yield current
            current = held(tail, bucket.end, bucket.last)._replace(end=end)
    if current is not None and (current.samples or current.flags):
        yield current


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
        starts = [_INDEX.unpack_from(rows)[0] * width.seconds for width, rows in self._tiers() if rows]
        return float(min(starts, default=math.nan))

    def _tiers(self) -> Iterator[tuple[Width, "array[int]"]]:
        return zip(self._widths, self._rows, strict=True)

    def widths(self, start: float, end: float) -> list[int]:
        """Return the widths of the buckets held that lie in start <= time <= end, the finest first."""
        return [width.seconds for width, rows in self._tiers() if len(_between(rows, width.seconds, start, end))]

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
                if following > max(low, edge) and _is_sound(values[start - 1]):
                    self._put(place, held(max(low, edge), following, values[start - 1])._replace(start=low, end=high))
                stop, until = start, min(following, edge)

    def _mark(self, time: float) -> None:
        """Note of the bucket of `time`, the newest: how long its last value holds is not known."""
        width, rows = self._widths[0].seconds, self._rows[0]
        row = _find(rows, math.floor(time / width))
        if row * ROW_BYTES < len(rows):
            self._put(0, _row(rows, row, width)._replace(flags=LATE, samples=0, seconds=0.0))

    def _put(self, place: int, bucket: Bucket) -> None:
        width, rows = self._widths[place].seconds, self._rows[place]
        index = int(bucket.start // width)
        if not 0 <= index <= _MAX_INDEX:
            return
        newest = _INDEX.unpack_from(rows, len(rows) - ROW_BYTES)[0] if rows else -1
        if index > newest:
            rows.frombytes(_packed(index, bucket))
            return
        row = len(rows) // ROW_BYTES - 1 if index == newest else _find(rows, index)
        offset = row * ROW_BYTES
        if _INDEX.unpack_from(rows, offset)[0] == index:
            both = joined(_unpacked(_ROW.unpack_from(rows, offset), width), bucket)
            rows[offset : offset + ROW_BYTES] = array("B", _packed(index, both))
        else:
            rows[offset:offset] = array("B", _packed(index, bucket))

    def _fall(self, place: int, count: int) -> None:
        """Make the oldest `count` rows, or some more or less, rows of the next width, or forget them."""
        rows, width = self._rows[place], self._widths[place].seconds
        if place + 1 == len(self._widths):
            self.forgotten += count
            self._rows[place] = rows[count * ROW_BYTES :]
            return
        wide = self._widths[place + 1].seconds
        index = _INDEX.unpack_from(rows, min(count * ROW_BYTES, len(rows) - ROW_BYTES))[0]
        self._widen(place, index * width // wide * wide)

    def _widen(self, place: int, edge: int) -> None:
        """Make the rows before `edge`, a bound of the next width, rows of that."""
        rows, width = self._rows[place], self._widths[place].seconds
        stop = _find(rows, edge // width)
        going = rows[: stop * ROW_BYTES]
        if going:
            self._add_wider(place + 1, going, edge)
        self._rows[place] = rows[stop * ROW_BYTES :]
        self._edges[place] = max(self._edges[place], edge)

    def _add_wider(self, place: int, rows: "array[int]", edge: int) -> None:
        """Add rows of the width before this one, which end before `edge`, with what holds between and behind them."""
        width, wide, wider = self._widths[place - 1].seconds, self._widths[place].seconds, self._rows[place]
        newest = _INDEX.unpack_from(wider, len(wider) - ROW_BYTES)[0] if wider else -1
        oldest, last = (_INDEX.unpack_from(rows, at)[0] * width for at in (0, len(rows) - ROW_BYTES))
        if newest + 1 == oldest // wide and last + width == edge and (filled := _widened(rows, width, wide)):
            wider.frombytes(filled)
            return
        going = [_unpacked(row, width) for row in _ROW.iter_unpack(rows)]
        before = None if wider else self.before(going[0].start)
        if before is not None and not math.isnan(before.last):  # of a still wider width
            begin = max(before.end, bounds(going[0].start, wide)[0])
            if begin < going[0].start:
                going.insert(0, held(begin, going[0].start, before.last))
        if wider:
            going.insert(0, _unpacked(_ROW.unpack_from(wider, len(wider) - ROW_BYTES), wide))
            del wider[-ROW_BYTES:]
        if not math.isnan(going[-1].last) and going[-1].end < edge:
            going.append(held(going[-1].end, edge, going[-1].last))
        for bucket in folded(_with_holds(going), wide):
            self._put(place, bucket)

    def forget_before(self, time: float) -> int:
        """Let go of the buckets that end before `time`; return the bytes that came free."""
        before = self.nbytes
        for place, (width, rows) in enumerate(self._tiers()):
            if gone := _find(rows, math.floor(time / width.seconds)):
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
            if (place := _between(rows, width.seconds, start, math.inf).start) and rows:
                return _row(rows, place - 1, width.seconds)
        return None

    def after(self, end: float) -> Bucket | None:
        """Return the first bucket that begins after `end`."""
        for width, rows in reversed(list(self._tiers())):
            if (place := _between(rows, width.seconds, -math.inf, end).stop) * ROW_BYTES < len(rows):
                return _row(rows, place, width.seconds)
        return None

    def buckets(self, start: float = -math.inf, end: float = math.inf) -> Iterator[Bucket]:
        """Yield the buckets that lie in start <= time <= end, also in part, oldest first; and what holds between them, cut to the range."""
        before, following = self.before(start), None
        found: list[Bucket] = []
        for width, rows in reversed(list(self._tiers())):
            places = _between(rows, width.seconds, start, end)
            part = bytes(rows[places.start * ROW_BYTES : places.stop * ROW_BYTES])
            found += [_unpacked(row, width.seconds) for row in _ROW.iter_unpack(part)]
            if following is None and places.stop * ROW_BYTES < len(rows):
                following = _row(rows, places.stop, width.seconds)
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
        sums: list[_Sum] = []
        for width, rows in reversed(list(self._tiers())):
            places = _between(rows, width.seconds, start, end)
            with memoryview(rows) as view, view[places.start * ROW_BYTES : places.stop * ROW_BYTES] as part:
                found = list(_summed_up(part, width.seconds, step))
            if sums and found and sums[-1][0] == found[0][0]:
                sums[-1] = _both(sums[-1], found.pop(0))
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
        _check(rows, seconds)
        place = next((i for i, width in enumerate(self._widths) if width.seconds % seconds == 0), None)
        if place is None:
            self.forgotten += len(rows) // ROW_BYTES  # none so wide is kept any more
            return
        if not rows:
            return
        width = self._widths[place].seconds
        for finer in range(place):
            wider = self._widths[finer + 1].seconds
            self._widen(finer, _INDEX.unpack_from(rows)[0] * seconds // wider * wider)
        mine = self._rows[place]
        newest = _row(mine, len(mine) // ROW_BYTES - 1, width).start if mine else -1
        if self._widths[place].seconds == seconds and _INDEX.unpack_from(rows)[0] * seconds > newest:
            mine.frombytes(rows)
        else:
            for bucket in folded((_unpacked(row, seconds) for row in _ROW.iter_unpack(rows)), width):
                self._put(place, bucket)
        edge = (_INDEX.unpack_from(mine, len(mine) - ROW_BYTES)[0] + 1) * width
        for finer in range(place):
            self._edges[finer] = max(self._edges[finer], edge)
        self._keep_within()

    def hold_to(self, end: float) -> None:
        """Note that what was last taken holds up to `end`."""
        width = self._widths[0].seconds
        newest = next(
            (_row(rows, len(rows) // ROW_BYTES - 1, each.seconds) for each, rows in self._tiers() if rows), None
        )
        low, high = bounds(end, width)
        if newest is not None and end > max(low, newest.end) and not math.isnan(newest.last):
            self._put(0, held(max(low, newest.end), end, newest.last)._replace(start=low, end=high))
        self.end = end

    def forget_from(self, time: float) -> None:
        """Let go of the buckets that begin at `time` or later: what was then is to be told anew."""
        for width, rows in self._tiers():
            index, end = math.ceil(time / width.seconds), len(rows)
            while (
                end and _INDEX.unpack_from(rows, end - ROW_BYTES)[0] >= index
            ):  # few go, and all that go are the newest
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


def rows_of(buckets: Iterable[Bucket], width: int) -> bytes:
    """Return buckets of `width` seconds as rows."""
    return b"".join([_packed(int(bucket.start // width), bucket) for bucket in buckets])


# What the rows of a bucket come to: (its number, samples, lowest, highest, integral, seconds with a value); without one lowest > highest.
_Sum = tuple[float, int, float, float, float, float]


def _summed_up(rows: memoryview, width: int, step: float) -> Iterator[_Sum]:
    """Yield the sums of rows by `step` seconds. Thousands of rows make a picture, so nothing is done twice for one."""
    bucket, following, samples, low, high, total, weight = 0.0, -1.0, 0, math.inf, -math.inf, 0.0, 0.0
    for index, counted, seconds, lowest, highest, mean in _PICTURED.iter_unpack(rows):
        if index >= following:
            if following >= 0:
                yield bucket, samples, low, high, total, weight
            bucket = index * width // step
            following = (bucket + 1) * step / width
            samples, low, high, total, weight = 0, math.inf, -math.inf, 0.0, 0.0
        samples += counted >> 2
        if lowest == lowest:  # noqa: PLR0124 - only NaN differs from itself
            if lowest < low:  # noqa: PLR1730 - a call of min() for each costs a third more
                low = lowest
            if highest > high:  # noqa: PLR1730
                high = highest
            total += seconds * (lowest + mean * (highest - lowest))
            weight += seconds
    if following >= 0:
        yield bucket, samples, low, high, total, weight


def _both(one: _Sum, other: _Sum) -> _Sum:
    return one[0], one[1] + other[1], min(one[2], other[2]), max(one[3], other[3]), one[4] + other[4], one[5] + other[5]


def _with_holds(buckets: Sequence[Bucket]) -> Iterator[Bucket]:
    """Yield buckets in order of time, and between two of them what the first one's last value says."""
    if buckets:
        yield buckets[0]
    for before, after in pairwise(buckets):
        if after.start > before.end and not math.isnan(before.last):
            yield held(before.end, after.start, before.last)
        yield after


def _widened(rows: "array[int]", width: int, wide: int) -> bytes:
    """Return rows that follow one another without a hole as rows of `wide` seconds that they fill; none where any is otherwise.

    It says the same as `folded`, in a quarter of the time: most tags speak all the time.
    """
    found = list(_ROW.iter_unpack(rows))
    step, start, stop = wide // width, found[0][0], found[-1][0] + 1
    if start % step or stop % step or stop - start != len(found):
        return b""
    filled = [_filled(found[at : at + step], (start + at) // step, width) for at in range(0, len(found), step)]
    return b"".join(filled) if all(filled) else b""


def _filled(rows: Sequence[Sequence[float]], index: int, width: int) -> bytes:
    """Return rows that follow one another as one; none where a gap is among them, or nothing came."""
    _, counted, seconds, lows, highs, means, deviations, firsts, lasts = zip(*rows, strict=True)
    low, high, covered = min(lows), max(highs), sum(seconds)
    samples = flags = 0
    for each in map(int, counted):
        samples += each >> 2
        flags |= each & 3
    if math.isnan(sum(lows)) or not covered or not samples or _NOTHING in (firsts[0], lasts[-1]):
        return b""
    scale = 1 / (high - low) if high > low else 0.0
    floors = [(one - low) * scale for one in lows]
    spans = [(one - other) * scale for one, other in zip(highs, lows, strict=True)]
    middles = list(map(add, floors, map(mul, spans, means)))
    mean = sum(map(mul, seconds, middles)) / covered
    square = sum(map(mul, seconds, [(middle - mean) ** 2 for middle in middles]))
    square += sum(map(mul, seconds, [each * each for each in map(mul, spans, deviations)]))
    return _ROW.pack(
        index, min(samples, _MAX_COUNT) << 2 | flags, min(covered, width * len(rows)), low, high, mean, math.sqrt(square / covered),
        round(floors[0] * _STEPS + spans[0] * firsts[0]), round(floors[-1] * _STEPS + spans[-1] * lasts[-1]),
    )  # fmt: skip


def _find(rows: "array[int]", index: int) -> int:
    """Return the place of the first row whose index is not below `index`."""
    return bisect_left(
        range(len(rows) // ROW_BYTES), index, key=lambda row: _INDEX.unpack_from(rows, row * ROW_BYTES)[0]
    )


def _between(rows: "array[int]", width: int, start: float, end: float) -> range:
    """Return the places of the rows whose buckets lie in start <= time <= end, also in part."""
    count = len(rows) // ROW_BYTES
    low = 0 if start == -math.inf else _find(rows, math.floor(start / width))
    high = count if end == math.inf else _find(rows, math.floor(end / width) + 1)
    return range(low, max(low, high))


def _check(rows: bytes, seconds: int) -> None:
    """Raise ValueError unless these are rows that we could have written."""
    if rows and not _are_plain(rows, seconds):
        _check_each(rows, seconds)


def _are_plain(rows: bytes, seconds: int) -> bool:
    """Tell whether these are sound rows without gaps, as most are, a column at a time."""
    indexes, _, covered, lows, highs, means, deviations, *_ = zip(*_ROW.iter_unpack(rows), strict=True)
    return (
        all(map(lt, indexes, indexes[1:]))
        and all(map(le, lows, highs))  # false for NaN, as all that follows where there is one
        and -_LARGEST < min(lows) <= max(highs) < _LARGEST
        and not math.isnan(sum(covered) + sum(means) + sum(deviations))
        and 0 <= min(covered) <= max(covered) <= (1 + _ROUNDED) * seconds
        and -_ROUNDED <= min(means) <= max(means) <= 1 + _ROUNDED
        and 0 <= min(deviations) <= max(deviations) <= 1 + _ROUNDED
    )


def _check_each(rows: bytes, seconds: int) -> None:
    before = -1
    for index, _, covered, low, high, mean, deviation, *_ in _ROW.iter_unpack(rows):
        is_gap = math.isnan(low) and math.isnan(high) and covered == 0
        is_sound = -_LARGEST < low <= high < _LARGEST and 0 <= covered <= (1 + _ROUNDED) * seconds
        is_between = -_ROUNDED <= mean <= 1 + _ROUNDED and 0 <= deviation <= 1 + _ROUNDED
        if index <= before or not (is_gap or is_sound) or not is_between:
            raise ValueError("a row of an outline makes no sense")
        before = index


def _row(rows: "array[int]", place: int, width: int) -> Bucket:
    return _unpacked(_ROW.unpack_from(rows, place * ROW_BYTES), width)


def _packed(index: int, bucket: Bucket) -> bytes:
    start, end, seconds, samples, low, high, mean, deviation, first, last, flags = bucket
    span = high - low
    scale = 1 / span if span > 0 else 0.0
    counted = min(samples, _MAX_COUNT) << 2 | flags
    if math.isnan(low):
        return _ROW.pack(index, counted, 0.0, low, high, 0.0, 0.0, _NOTHING, _NOTHING)
    return _ROW.pack(
        index, counted, min(seconds, end - start), low, high, (mean - low) * scale, deviation * scale,
        _fraction(first, low, scale), _fraction(last, low, scale),
    )  # fmt: skip


def _fraction(value: float, low: float, scale: float) -> int:
    return _NOTHING if math.isnan(value) else round((value - low) * scale * _STEPS)


def _unpacked(row: Sequence[float], width: int) -> Bucket:
    index, counted, seconds, low, high, mean, deviation, first, last = row
    span = high - low
    return Bucket(
        index * width, (index + 1) * width, min(seconds, width), int(counted) >> 2, low, high, low + span * mean, span * deviation,
        math.nan if first == _NOTHING else low + span * (first / _STEPS),
        math.nan if last == _NOTHING else low + span * (last / _STEPS),
        int(counted) & 3,
    )  # fmt: skip
