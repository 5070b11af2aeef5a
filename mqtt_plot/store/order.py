"""Which points of a ring came late, and all of its points in order of time. Knows nothing of rings and tags.

Late is a point that is older than one before it. Points that are not late ascend in time, so only the late ones need sorting: that takes the
time of a few late points, not of all.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import compress, count
from operator import gt, itemgetter
from typing import NamedTuple

from mqtt_plot.store.ring import Ring

Columns = tuple["array[float]", "array[float]"]

# Runs of late points that are remembered one by one, in 16 bytes each; a series with more of them is sorted as a whole.
MAX_RUNS = 2_048
# Late points that are sorted at a stretch: about 2 ms of work.
SLICE = 5_000
_SAMPLES = 100  # of the times of a slice


class Late:
    """The seqs of late points, as runs that follow one another. With `are_many` it does not know which, only the `end` of the last."""

    __slots__ = ("_edges", "are_many", "end", "found")

    def __init__(self) -> None:
        self._edges = array("Q")  # start and stop of each run
        self.are_many = False
        self.end = 0
        self.found: Found | None = None  # while somebody reads them who had their order found slice by slice

    def add(self, start: int, stop: int) -> None:
        """Add the points with start <= seq < stop, behind all before."""
        edges = self._edges
        if edges and self.end == start:
            edges[-1] = stop
        elif len(edges) < 2 * MAX_RUNS:
            edges.extend((start, stop))
        else:
            self.are_many = True
            del edges[:]
        self.end = stop

    def drop_before(self, seq: int) -> None:
        """Forget the runs that end before `seq`; if that is all, the next ones are known again."""
        edges = self._edges
        if self.end <= seq:
            self.are_many = False
        del edges[: bisect_right(edges, seq) & ~1]

    def read(self, ring: Ring, start: int, stop: int) -> Columns:
        """Return the points with start <= seq < stop, sorted by time; points of equal time keep their order."""
        start, stop = max(start, ring.first), min(stop, ring.next)
        if self.found is not None and (columns := self.found.read(ring, start, stop)) is not None:
            return columns
        columns = ring.read(start, stop)
        if self.end <= start:
            return columns
        self.drop_before(ring.first)
        return in_order(*columns) if self.are_many else with_late_in_place(*columns, self.runs(start, stop))

    def span(self, ring: Ring) -> tuple[float, float]:
        """Return the times of the oldest and the newest point, of which there is a late one."""
        self.drop_before(ring.first)
        times = ring.read(ring.first, ring.next)[0]
        return (min(times), max(times)) if self.are_many else ends_with_late(times, self.runs(ring.first, ring.next))

    def find_order(self, ring: Ring) -> Iterator[None]:
        """Find the order of all points slice by slice, if it takes long to sort the late ones."""
        self.drop_before(ring.first)
        if self.are_many or sum(self._edges[1::2]) - sum(self._edges[::2]) > SLICE:
            origin, first, stop = ring.origin, ring.first, ring.next
            times, values = ring.read(first, stop)
            self.found = Found(origin, first, stop, times, *(yield from in_order_by_slices(times, values)))

    def runs(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the runs in start <= seq < stop, as places behind `start`."""
        edges = self._edges
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            if low < stop and high > start:
                yield max(low, start) - start, min(high, stop) - start


def late_runs(times: "array[float]", newest: float) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the runs of times that are older than one before them, or than `newest`."""
    low = 0
    for stop in (*compress(count(1), map(gt, times, times[1:])), len(times)):  # from low to stop they ascend
        place = bisect_left(times, newest, low, stop)
        if place > low:
            yield low, place
        if place < stop:
            newest = times[stop - 1]
        low = stop


def in_order(times: "array[float]", values: "array[float]") -> Columns:
    """Return both columns sorted by time; points of equal time keep their order."""
    if len(times) < 2:  # noqa: PLR2004 - there is nothing to sort
        return times, values
    stamps = times.tolist()  # an array makes a new float at each access
    pick = itemgetter(*sorted(range(len(stamps)), key=stamps.__getitem__))
    return array("d", pick(stamps)), array("d", pick(values.tolist()))


def in_order_by_slices(times: "array[float]", values: "array[float]") -> Generator[None, None, Columns]:
    """Return what `in_order` does, and yield every few milliseconds."""
    stamps, numbers = times.tolist(), values.tolist()
    time_of = stamps.__getitem__
    slices, samples = list[list[int]](), list[float]()
    for start in range(0, len(stamps), SLICE):
        slices.append(sorted(range(start, min(start + SLICE, len(stamps))), key=time_of))
        samples += map(time_of, slices[-1][:: max(1, SLICE // _SAMPLES)])
        yield
    samples.sort()
    all_times, all_values = array("d"), array("d")
    starts = [0] * len(slices)
    for edge in (*samples[_SAMPLES::_SAMPLES], None):  # about a slice of points lies between two edges
        stops = [
            len(part) if edge is None else bisect_left(part, edge, start, key=time_of)
            for part, start in zip(slices, starts, strict=True)
        ]
        order = list[int]()
        for part, start, stop in zip(slices, starts, stops, strict=True):
            order += part[start:stop]
        order.sort(key=time_of)
        all_times.extend(map(time_of, order))
        all_values.extend(map(numbers.__getitem__, order))
        starts = stops
        yield
    return all_times, all_values


class Found(NamedTuple):
    """The points of a ring with first <= seq < stop at one time: their times as they came, and both columns in order of time."""

    origin: int
    first: int
    stop: int
    came: "array[float]"
    times: "array[float]"
    values: "array[float]"

    def read(self, ring: Ring, start: int, stop: int) -> Columns | None:
        """Return the points with start <= seq < stop in order of time, as the ring holds them now; None where little of this helps."""
        if self.origin != ring.origin or not self.first <= start < self.stop <= stop:
            return None
        rest = _without(self.times, self.values, sorted(self.came[: start - self.first]))
        return _merged(*rest, *in_order(*ring.read(self.stop, stop)))


def with_late_in_place(times: "array[float]", values: "array[float]", runs: Iterator[tuple[int, int]]) -> Columns:
    """Return both columns sorted by time, as `in_order` does; `runs` are the places of the late points."""
    kept_times, kept_values, late_times, late_values = array("d"), array("d"), array("d"), array("d")
    at = 0
    for start, stop in runs:
        kept_times += times[at:start]
        kept_values += values[at:start]
        late_times += times[start:stop]
        late_values += values[start:stop]
        at = stop
    kept = kept_times + times[at:], kept_values + values[at:]
    return _merged(*kept, *in_order(late_times, late_values))


def ends_with_late(times: "array[float]", runs: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """Return the oldest and the newest of times; `runs` are the places of the late ones, of which there is one at least."""
    late, first, last = array("d"), 0, len(times)
    for start, stop in runs:
        late += times[start:stop]
        first = stop if start == first else first
        last = start if stop == len(times) else last
    late += times[first : first + 1] + times[max(first, last - 1) : last]  # the ends of those that are not late
    return min(late), max(late)


def _merged(
    times: "array[float]", values: "array[float]", late_times: "array[float]", late_values: "array[float]"
) -> Columns:
    """Return two pairs of sorted columns as one; of equal times the late one, which came after, goes behind."""
    all_times, all_values = array("d"), array("d")
    i = j = 0
    while j < len(late_times):
        stop = bisect_right(times, late_times[j], i)
        all_times += times[i:stop]
        all_values += values[i:stop]
        i = stop
        stop = bisect_left(late_times, times[i], j) if i < len(times) else len(late_times)
        all_times += late_times[j:stop]
        all_values += late_values[j:stop]
        j = stop
    return all_times + times[i:], all_values + values[i:]


def _without(times: "array[float]", values: "array[float]", gone: Sequence[float]) -> Columns:
    """Return sorted columns without these sorted times; of equal ones the first go, which came first."""
    kept_times, kept_values = array("d"), array("d")
    at = 0
    for time in gone:
        place = bisect_left(times, time, at)
        kept_times += times[at:place]
        kept_values += values[at:place]
        at = place + 1
    return kept_times + times[at:], kept_values + values[at:]
