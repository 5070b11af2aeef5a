"""A bucket: what the values of a stretch of time come to, and how two of them are one. Knows nothing of how buckets are kept.

A value holds until the next one, or until a gap. A hold is split at the edges of buckets, so sums over whole buckets are exact, however
seldom a tag speaks.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import mul, sub
from typing import NamedTuple

# A gap lay in it; samples came after it was closed, so that what holds how long is not exactly known.
GAP, LATE = 1, 2
# Beyond it sums may be more than a float64 holds; no instrument shows it, so it counts as a gap.
LARGEST = 1e300


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
    if total - total != 0 or not -LARGEST < low <= high < LARGEST:
        good = [(weight, value) for weight, value in zip(weights, values, strict=True) if is_sound(value)]
        flags = GAP if len(good) < len(values) else 0
        samples -= len(values) - len(good)
        weights, values = [pair[0] for pair in good], [pair[1] for pair in good]
        seconds = math.fsum(weights)
        first, last = first if is_sound(first) else math.nan, last if is_sound(last) else math.nan
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


def is_sound(value: float) -> bool:
    """Return False for a gap, and for what counts as one."""
    return -LARGEST < value < LARGEST


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


def with_holds(buckets: Sequence[Bucket]) -> Iterator[Bucket]:
    """Yield buckets in order of time, and between two of them what the first one's last value says."""
    if buckets:
        yield buckets[0]
    for before, after in pairwise(buckets):
        if after.start > before.end and not math.isnan(before.last):
            yield held(before.end, after.start, before.last)
        yield after
