"""Fewer points for drawing that still show every peak; refuses to know pixels or series.

The first, lowest, highest and last point of each bucket are kept, which draws the same line at one bucket per pixel as all the points
would (M4: Jugel, Jerzak, Hackenbroich, Markl, "M4: a visualization-oriented time series data aggregation", VLDB 2014);
here first and last are left out inside the series, since minimum and maximum alone halve the bytes and keep every spike.
"""

from array import array
from bisect import bisect_left


def decimate(times: "array[float]", values: "array[float]", points: int) -> "tuple[array[float], array[float]]":
    """Return at most about `points` points: per bucket of equal time the lowest and the highest value, in order of time.

    `times` must not step back. NaN (a gap) survives as one NaN in its bucket. The first and the last point are always kept.
    With at most `points` points the columns come back as they are.
    """
    n = len(times)
    if n <= points or n < 4:  # noqa: PLR2004 - two ends and one pair are the least a line has
        return times, values
    buckets = max(1, (points - 2) // 2)
    start, span = times[0], times[-1] - times[0]
    chosen = [0]
    low = 1
    for bucket in range(1, buckets + 1):
        high = n - 1 if bucket == buckets else bisect_left(times, start + span * bucket / buckets, low, n - 1)
        if high > low:
            chosen.extend(_extremes(values, low, high))
            low = high
    chosen.append(n - 1)
    return array("d", [times[i] for i in chosen]), array("d", [values[i] for i in chosen])


def _extremes(values: "array[float]", low: int, high: int) -> list[int]:
    """Return the indices of the lowest and highest value in [low, high), and of one gap if there is any."""
    part = values[low:high]
    if len(part) == 1:
        return [low]
    total = sum(part)
    if total != total:  # noqa: PLR0124 - only NaN differs from itself
        return _extremes_with_gap(part, low)
    lowest, highest = min(part), max(part)
    if lowest == highest:
        return [low]
    return sorted((low + part.index(lowest), low + part.index(highest)))


def _extremes_with_gap(part: "array[float]", low: int) -> list[int]:
    solid = [i for i, value in enumerate(part) if value == value]  # noqa: PLR0124 - only NaN differs from itself
    gap = next((i for i, value in enumerate(part) if value != value), None)  # noqa: PLR0124
    chosen = set() if gap is None else {gap}
    if solid:
        chosen |= {min(solid, key=part.__getitem__), max(solid, key=part.__getitem__)}
    return [low + i for i in sorted(chosen)]


def in_order(times: "array[float]", values: "array[float]") -> "tuple[array[float], array[float]]":
    """Return both columns sorted by time; points of equal time keep their order."""
    order = sorted(range(len(times)), key=times.__getitem__)
    return array("d", [times[i] for i in order]), array("d", [values[i] for i in order])
