"""Statistics of a stretch of a tag: exact from its points where they are held, else from the outline. Knows nothing of requests.

A value holds until the next one, or until a gap, and weighs as much as the time it was there. What holds at the start of a stretch counts
from there on. Decimated points are never used.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy, deepcopy
from functools import partial
from heapq import merge
from itertools import chain, pairwise
from operator import itemgetter
from typing import NamedTuple

from mqtt_plot.store.buckets import LATE, Bucket, bucketed, folded, held, joined, summed
from mqtt_plot.store.changes import Changes
from mqtt_plot.store.series import Series
from mqtt_plot.store.tiers import Tiers

# Of the span: holds lie in it as 16-bit fractions, rounded once per width, and means as 32-bit ones.
_ROUNDING = 2**-15


class Statistics(NamedTuple):
    """`seconds` with a value, by which `mean`, `rms` and `std` are weighted; NaN: none. `sample_mean` is known from points only.

    `start` and `end` are those of what it was made from. `error`: how far `mean` is at most from that of the stretch asked for.
    """

    start: float
    end: float
    samples: int
    seconds: float
    low: float
    low_time: float
    high: float
    high_time: float
    mean: float
    sample_mean: float
    std: float
    first: float
    last: float
    is_exact: bool
    error: float

    @property
    def rms(self) -> float:
        return math.hypot(self.mean, self.std)

    @property
    def integral(self) -> float:
        """In unit·s."""
        return self.mean * self.seconds


class Share(NamedTuple):
    """Of one state: how long it was there, how often it began, and its part of the time that any state was there."""

    seconds: float
    began: int
    share: float


def statistics(series: Series, start: float, end: float) -> Statistics:
    """Return what the values of a number come to in start <= time <= end; the last one holds to `end`, where that is not infinite."""
    return prepared(series, start, end)()


def prepared(series: Series, start: float, end: float) -> Callable[[], Statistics]:
    """Return what computes `statistics` from copies, and so may run while the series goes on."""
    if start >= known_from(series):
        return partial(_exact, *held_points(series, start, end), start, end)
    parts = _parts(series, start, end)
    strays = _strays(series, -math.inf, end)
    before = _last_before(series, start)
    return lambda: _outlined(list(parts), before, strays, (start, end))


def _last_before(series: Series, start: float) -> Bucket | None:
    """Return the last bucket before `start` in which something came."""
    tiers = series.tiers
    before = tiers.before(start) if tiers is not None else None
    while tiers is not None and before is not None and not (before.samples or before.flags):
        before = tiers.before(before.start)
    return before


def _outlined(
    parts: list[Bucket], before: Bucket | None, strays: list[Bucket], asked: tuple[float, float]
) -> Statistics:
    """Return what `parts` come to; `before` is the bucket before them, `strays` are points that came late."""
    start, end = asked
    if not parts:
        return _exact(array("d"), array("d"), start, end)
    whole = parts[0]
    for part in parts[1:]:
        whole = joined(whole, part)
    # What may hold here unseen: the values of points that came late, the last one before, and all of a late bucket before.
    unseen, rounded = [whole.low, whole.high, *(stray.low for stray in strays)], 0.0
    if before is not None and not math.isnan(before.low):
        unseen += (before.low, before.high) if before.flags & LATE else (before.last,)
        rounded = before.high - before.low
    sound = [value for value in unseen if not math.isnan(value)]
    span = max(sound, default=math.nan) - min(sound, default=math.nan)
    share = _doubtful_share(parts, before, [stray.start for stray in strays], asked)
    low_time = next((part.start for part in parts if part.low == whole.low), math.nan)
    high_time = next((part.start for part in parts if part.high == whole.high), math.nan)
    return Statistics(
        whole.start, whole.end, whole.samples, whole.seconds, whole.low, low_time, whole.high, high_time, whole.mean, math.nan,
        whole.deviation, whole.first, whole.last, is_exact=False, error=span * share + max(span, rounded) * _ROUNDING,
    )  # fmt: skip


def _doubtful_share(parts: list[Bucket], before: Bucket | None, late: list[float], asked: tuple[float, float]) -> float:
    """Return how much of a stretch may have held something else than its parts say, or nothing, or something where they have nothing.

    A value that came late holds to the next one, so all is in doubt from the start of its bucket to the end of the next one in which
    something came. A bucket that lies in the stretch only in part is in doubt as well. `late` are the times of those that no bucket
    knows yet.
    """
    start, end = asked
    known = -math.inf if before is None else before.start
    is_doubtful = (before is not None and bool(before.flags & LATE)) or bisect_left(late, known) < bisect_left(
        late, start
    )
    doubtful, certain, reached = 0.0, 0.0, start if is_doubtful and start > -math.inf else parts[0].start
    for part in parts:
        is_late = bool(part.flags & LATE) or bisect_left(late, part.start) < bisect_left(late, part.end)
        if is_doubtful or is_late:
            doubtful += max(part.end - (min(reached, part.start) if is_doubtful else part.start), part.seconds)
        elif part.start < start or part.end > end:
            doubtful += part.seconds
        else:
            certain += part.seconds
        reached = part.end
        is_doubtful = is_late or (is_doubtful and not (part.samples or part.flags))
    if is_doubtful and reached < end < math.inf:
        doubtful += end - reached
    return doubtful / (certain + doubtful) if doubtful else 0.0


def _exact(times: "array[float]", values: "array[float]", start: float, end: float) -> Statistics:
    """Return what points come to, of which the first may lie before `start`, to hold from there."""
    nan, carried = math.nan, math.nan
    if times and times[0] < start:
        carried = values[0]
        times, values = times[1:], values[1:]
    if not times:
        is_known = not math.isnan(carried) and end < math.inf
        value, time = (carried, start) if is_known else (nan, nan)
        stay = end - start if is_known else 0.0
        return Statistics(
            start, end, 0, stay, value, time, value, time, value, nan, value - value, carried, carried, is_exact=True, error=0.0
        )  # fmt: skip
    start = times[0] if math.isnan(carried) else start
    end = times[-1] if end == math.inf else end
    whole = summed(times, values.tolist(), end, (start, end), carried)
    good = [value for value in values if value - value == 0]
    held_from = list(zip([carried, *values], [start, *times], strict=True))
    low_time = next((time for value, time in held_from if value == whole.low), nan)
    high_time = next((time for value, time in held_from if value == whole.high), nan)
    return Statistics(
        start, end, whole.samples, whole.seconds, whole.low, low_time, whole.high, high_time, whole.mean,
        math.fsum(good) / len(good) if good else nan, whole.deviation, whole.first, whole.last, is_exact=True, error=0.0,
    )  # fmt: skip


def outline(series: Series, start: float, end: float, step: float) -> Iterator[Bucket]:
    """Return what a number, or a boolean as 0 and 1, comes to in buckets of `step` seconds (see `step_for`), those in which something came."""
    return folded(_parts(series, start, end, step), step)


def points_since(series: Series) -> float:
    """Return the time from which every point is held, of a state or a boolean every change; -inf where none had to go."""
    if series.changes is not None and series.kind != "number":
        return series.changes.exact_from
    known = known_from(series) if series.outlines else series.whole_from
    return known if known < math.inf else series.digested


def step_for(series: Series, start: float, end: float, step: float) -> float:
    """Return the seconds, `step` or more, in which what is held of a stretch can be told."""
    widths = series.tiers.widths(start, end) if series.tiers is not None and start < known_from(series) else []
    return max((math.ceil(step / width) * width for width in widths), default=step)


def _parts(series: Series, start: float, end: float, step: float = math.inf) -> Iterator[Bucket]:
    """Return a stretch in order of time: buckets of the outline, then the points, as one or in buckets of `step`; made from copies.

    A point that is older than the end of the outline has no width: how long it held is not known.
    """
    tiers = series.tiers
    if tiers is None or start >= known_from(series):
        return _of_points(*held_points(series, start, end), start, end, step)
    digested, ring = tiers.end, series.ring
    times, values = series.read_in_order(ring.kept, ring.next)
    late, stop = bisect_left(times, digested), bisect_right(times, end)
    strays = [stray for stray in _strays(series, start, end) if stray.samples]
    outlined = list(tiers.buckets(start, min(end, digested)))
    return chain(
        merge(strays, _cut(outlined, [stray.start for stray in strays]), key=itemgetter(0)) if strays else outlined,
        _of_points(times[late:stop], values[late:stop], max(start, digested), end, step) if late < stop else (),
    )


def _cut(buckets: Iterable[Bucket], times: Sequence[float]) -> Iterator[Bucket]:
    """Yield buckets, of which those in which nothing came end and begin anew at `times`, so that what came then lies between."""
    for bucket in buckets:
        rest = bucket
        if not (bucket.samples or bucket.flags):
            for time in times[bisect_right(times, bucket.start) : bisect_left(times, bucket.end)]:
                if time > rest.start:
                    yield held(rest.start, time, rest.last)
                    rest = held(time, rest.end, rest.last)
        yield rest


def _strays(series: Series, start: float, end: float) -> list[Bucket]:
    """Return the points in start <= time <= end that came late, and that the outline does not know yet; those without samples are gaps."""
    ring, tiers = series.ring, series.tiers
    if tiers is None or _is_seamless(series, tiers):
        return []
    return [
        Bucket(time, time, 0.0, int(value - value == 0), value, value, value, 0.0, value, value, LATE)
        for time, value in zip(*series.read_in_order(ring.kept, ring.next), strict=True)
        if start <= time <= end and time < tiers.end
    ]


def _is_seamless(series: Series, tiers: Tiers) -> bool:
    """Return True if the points go on where the outline ends. Points put in afterwards may be in order, and older than that."""
    ring = series.ring
    return series.is_ordered and (not ring.pending or ring.time_at(ring.next - ring.pending) >= tiers.end)


def _of_points(
    times: "array[float]", values: "array[float]", start: float, end: float, step: float
) -> Iterator[Bucket]:
    """Yield what points come to, of which the first may lie before `start`, to hold from there."""
    if not times:
        return
    until = times[-1] if end == math.inf else max(end, times[-1])
    if times[0] < start:
        if values[0] - values[0] == 0:
            yield held(start, times[1] if len(times) > 1 else until, values[0])
        times, values = times[1:], values[1:]
    if times and step == math.inf:
        yield summed(times, values.tolist(), until, (times[0], until))
    elif times:
        yield from bucketed(times, values, until, step)


def held_points(series: Series, start: float, end: float) -> "tuple[array[float], array[float]]":
    """Return the points from the one that holds at `start` to `end`, in order of time; before them changes that the ring has let go."""
    ring = series.ring
    times, values = series.read_in_order(ring.first, ring.next)
    low, high = bisect_left(times, start), bisect_right(times, end)
    if low and (low == len(times) or times[low] > start):
        low -= 1
    times, values = times[low:high], values[low:high]
    changes = series.changes
    if changes is None or (times and times[0] <= start):
        return times, values
    older, words = changes.points(start, end)
    stop = bisect_left(older, times[0]) if times else len(older)
    return older[:stop] + times, words[:stop] + values


def known_from(series: Series) -> float:
    """Return the time from which on every point of a number is held."""
    ring, tiers = series.ring, series.tiers
    if tiers is None:
        return -math.inf
    if len(ring) and _is_seamless(series, tiers):
        return ring.time_at(ring.first)
    return min((time for time in ring.read(ring.kept, ring.next)[0] if time >= tiers.end), default=math.inf)


def shares(series: Series, start: float, end: float) -> dict[str, Share]:
    """Return how long each state, or side of a boolean, was there in start <= time <= end, and how often it began.

    The last one holds to `end`, where that is not infinite. Of what is so old that only sums per bucket are left, whole buckets count.
    """
    return prepared_shares(series, start, end)()


def prepared_shares(series: Series, start: float, end: float) -> Callable[[], dict[str, Share]]:
    """Return what computes `shares` from copies, and so may run while the series goes on."""
    changes, name_of = deepcopy(series.changes), copy(series).name_of
    known = min(changes.end, end) if changes is not None and start < changes.end else -math.inf
    points = held_points(series, math.nextafter(max(start, known), -math.inf), end)
    return lambda: {name_of(value): share for value, share in _shares(changes, known, points, (start, end)).items()}


def _shares(
    changes: Changes | None, known: float, points: "tuple[array[float], array[float]]", asked: tuple[float, float]
) -> dict[float, Share]:
    """Return the shares of changes up to `known`, and of the points after it."""
    found: dict[float, list[float]] = {}
    start, end = asked
    before = array("d")
    if changes is not None and known > -math.inf:
        for stay in changes.stays(start, known):
            _add(found, stay.value, stay.seconds, stay.began)
        before = changes.points(known, known)[1][-1:]
    times, values = points
    until = times[-1] if times and end == math.inf else end
    last = before[0] if before else math.nan
    for (time, value), (following, _) in pairwise([*zip(times, values, strict=True), (until, math.nan)]):
        _add(found, value, following - max(time, start, known), int(value != last and time >= max(start, known)))
        last = value
    total = sum(seconds for seconds, _ in found.values())
    return {
        value: Share(seconds, int(count), seconds / total if total else 0.0)
        for value, (seconds, count) in sorted(found.items())
    }


def _add(found: dict[float, list[float]], value: float, seconds: float, began: int) -> None:
    if value == value:  # noqa: PLR0124 - only NaN differs from itself
        tally = found.setdefault(value, [0.0, 0])
        tally[0] += seconds
        tally[1] += began
