"""Buckets as rows: 40 bytes each, packed one after the other in an array of bytes, oldest first. Knows nothing of which widths there are.

A row is found, read, checked and made wider where it lies. Lowest and highest are exact (float64). What lies between them is a fraction
of their distance: mean and deviation in 32 bits, the first and last value in 16. A last value that goes on to hold in a wider bucket goes
there as it was rounded. Where it is the lowest or the highest, that one is exact to a 65,534th of the span from which it came.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import add, le, lt, mul
from struct import Struct

from mqtt_plot.store.buckets import LARGEST, Bucket

# index of the bucket · count << 2 | flags · seconds · lowest · highest · mean · deviation · first · last
ROW = Struct("<IIfddffHH")
ROW_BYTES = ROW.size
_PICTURED = Struct("<IIfddf8x")  # of it, what a picture needs
INDEX = Struct("<I")
MAX_INDEX, _MAX_COUNT = 2**32 - 1, 2**30 - 1
_STEPS, _NOTHING = 65_534, 65_535  # of a fraction in 16 bits, and its word for a gap
_ROUNDED = 1e-3  # far more than 32 bits round


def rows_of(buckets: Iterable[Bucket], width: int) -> bytes:
    """Return buckets of `width` seconds as rows."""
    return b"".join([packed(int(bucket.start // width), bucket) for bucket in buckets])


# What the rows of a bucket come to: (its number, samples, lowest, highest, integral, seconds with a value); without one lowest > highest.
Sum = tuple[float, int, float, float, float, float]


def summed_up(rows: memoryview, width: int, step: float) -> Iterator[Sum]:
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


def joined_sums(one: Sum, other: Sum) -> Sum:
    """Return what two parts of one bucket come to."""
    return one[0], one[1] + other[1], min(one[2], other[2]), max(one[3], other[3]), one[4] + other[4], one[5] + other[5]


def widened(rows: "array[int]", width: int, wide: int) -> bytes:
    """Return rows that follow one another without a hole as rows of `wide` seconds that they fill; none where any is otherwise.

    It says the same as `folded`, in a quarter of the time: most tags speak all the time.
    """
    found = list(ROW.iter_unpack(rows))
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
    return ROW.pack(
        index, min(samples, _MAX_COUNT) << 2 | flags, min(covered, width * len(rows)), low, high, mean, math.sqrt(square / covered),
        round(floors[0] * _STEPS + spans[0] * firsts[0]), round(floors[-1] * _STEPS + spans[-1] * lasts[-1]),
    )  # fmt: skip


def find_row(rows: "array[int]", index: int) -> int:
    """Return the place of the first row whose index is not below `index`."""
    return bisect_left(
        range(len(rows) // ROW_BYTES), index, key=lambda row: INDEX.unpack_from(rows, row * ROW_BYTES)[0]
    )


def rows_between(rows: "array[int]", width: int, start: float, end: float) -> range:
    """Return the places of the rows whose buckets lie in start <= time <= end, also in part."""
    count = len(rows) // ROW_BYTES
    low = 0 if start == -math.inf else find_row(rows, math.floor(start / width))
    high = count if end == math.inf else find_row(rows, math.floor(end / width) + 1)
    return range(low, max(low, high))


def check_rows(rows: bytes, seconds: int) -> None:
    """Raise ValueError unless these are rows that we could have written."""
    if rows and not _are_plain(rows, seconds):
        _check_each(rows, seconds)


def _are_plain(rows: bytes, seconds: int) -> bool:
    """Tell whether these are sound rows without gaps, as most are, a column at a time."""
    indexes, _, covered, lows, highs, means, deviations, *_ = zip(*ROW.iter_unpack(rows), strict=True)
    return (
        all(map(lt, indexes, indexes[1:]))
        and all(map(le, lows, highs))  # false for NaN, as all that follows where there is one
        and -LARGEST < min(lows) <= max(highs) < LARGEST
        and not math.isnan(sum(covered) + sum(means) + sum(deviations))
        and 0 <= min(covered) <= max(covered) <= (1 + _ROUNDED) * seconds
        and -_ROUNDED <= min(means) <= max(means) <= 1 + _ROUNDED
        and 0 <= min(deviations) <= max(deviations) <= 1 + _ROUNDED
    )


def _check_each(rows: bytes, seconds: int) -> None:
    before = -1
    for index, _, covered, low, high, mean, deviation, *_ in ROW.iter_unpack(rows):
        is_gap = math.isnan(low) and math.isnan(high) and covered == 0
        is_sound = -LARGEST < low <= high < LARGEST and 0 <= covered <= (1 + _ROUNDED) * seconds
        is_between = -_ROUNDED <= mean <= 1 + _ROUNDED and 0 <= deviation <= 1 + _ROUNDED
        if index <= before or not (is_gap or is_sound) or not is_between:
            raise ValueError("a row of an outline makes no sense")
        before = index


def row_at(rows: "array[int]", place: int, width: int) -> Bucket:
    """Return the bucket of the row at a place."""
    return unpacked(ROW.unpack_from(rows, place * ROW_BYTES), width)


def packed(index: int, bucket: Bucket) -> bytes:
    """Return the row of the bucket with this number."""
    start, end, seconds, samples, low, high, mean, deviation, first, last, flags = bucket
    span = high - low
    scale = 1 / span if span > 0 else 0.0
    counted = min(samples, _MAX_COUNT) << 2 | flags
    if math.isnan(low):
        return ROW.pack(index, counted, 0.0, low, high, 0.0, 0.0, _NOTHING, _NOTHING)
    return ROW.pack(
        index, counted, min(seconds, end - start), low, high, (mean - low) * scale, deviation * scale,
        _fraction(first, low, scale), _fraction(last, low, scale),
    )  # fmt: skip


def _fraction(value: float, low: float, scale: float) -> int:
    return _NOTHING if math.isnan(value) else round((value - low) * scale * _STEPS)


def unpacked(row: Sequence[float], width: int) -> Bucket:
    """Return the bucket of a row."""
    index, counted, seconds, low, high, mean, deviation, first, last = row
    span = high - low
    return Bucket(
        index * width, (index + 1) * width, min(seconds, width), int(counted) >> 2, low, high, low + span * mean, span * deviation,
        math.nan if first == _NOTHING else low + span * (first / _STEPS),
        math.nan if last == _NOTHING else low + span * (last / _STEPS),
        int(counted) & 3,
    )  # fmt: skip
