"""Fewer points for drawing that still show every peak. Knows nothing of pixels or series.

M4 keeps the first, lowest, highest and last point of each bucket. With one bucket per pixel that draws the same line as all points do
(Jugel, Jerzak, Hackenbroich, Markl, "M4: a visualization-oriented time series data aggregation", VLDB 2014). Here only the first and the
last point of the whole series are kept, since minimum and maximum alone need half the bytes and keep every spike.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence

# More than a screen has pixels; 100,000 points in so many take less than 10 ms. States are counted bucket by bucket, which takes longer.
MOST_BUCKETS, _MOST_OF_STATES = 4_096, 1_024


def decimate(
    times: "array[float]", values: "array[float]", points: int, *, are_states: bool = False
) -> "tuple[array[float], array[float]]":
    """Return at most about `points` points: per bucket of equal time the lowest and the highest value, in order of time.

    There are at most MOST_BUCKETS buckets.

    `times` must not step back. A bucket with NaN (a gap) keeps one NaN. The first and the last point are always kept. At most `points`
    points come back unchanged. States have no order, so each bucket keeps each state once, a gap, and its last point; flickering states
    give more than `points`.
    """
    n = len(times)
    if n <= points or n < 4:  # noqa: PLR2004 - two ends and one pair are the least a line has
        return times, values
    buckets = max(1, min((points - 2) // 2, _MOST_OF_STATES if are_states else MOST_BUCKETS))
    start, span = times[0], times[-1] - times[0]
    # An array makes a new float object at each access, and each element is accessed four times.
    numbers = values.tolist()
    of_numbers = _extremes_with_gap if math.isnan(sum(numbers)) else _extremes
    choose = _states if are_states else of_numbers
    chosen = [0]
    low = 1
    for bucket in range(1, buckets + 1):
        high = n - 1 if bucket == buckets else bisect_left(times, start + span * bucket / buckets, low, n - 1)
        if high > low:
            chosen += choose(numbers[low:high], low)
            low = high
    chosen.append(n - 1)
    return array("d", [times[i] for i in chosen]), array("d", [numbers[i] for i in chosen])


def _extremes(part: list[float], low: int) -> Sequence[int]:
    """Return the indices of the lowest and highest value of `part`, which begins at index `low` and has no gap."""
    first, second = part.index(min(part)), part.index(max(part))
    if first == second:
        return (low + first,)
    return (low + first, low + second) if first < second else (low + second, low + first)


def _extremes_with_gap(part: list[float], low: int) -> Sequence[int]:
    """Return the same for a part that may have gaps, and the index of one gap."""
    if not math.isnan(sum(part)):
        return _extremes(part, low)
    solid = [i for i, value in enumerate(part) if value == value]  # noqa: PLR0124 - only NaN differs from itself
    gap = next((i for i, value in enumerate(part) if value != value), None)  # noqa: PLR0124
    chosen = set() if gap is None else {gap}
    if solid:
        chosen |= {min(solid, key=part.__getitem__), max(solid, key=part.__getitem__)}
    return [low + i for i in sorted(chosen)]


def _states(part: list[float], low: int) -> Sequence[int]:
    """Return the indices of the first point of each state in `part`, of the first gap, and of the last point."""
    chosen = {part.index(state) for state in set(part) if state == state}  # noqa: PLR0124 - only NaN differs from itself
    gap = next((i for i, state in enumerate(part) if state != state), None) if len(chosen) < len(part) else None  # noqa: PLR0124
    if gap is not None:
        chosen.add(gap)
    chosen.add(len(part) - 1)
    return [low + i for i in sorted(chosen)]
