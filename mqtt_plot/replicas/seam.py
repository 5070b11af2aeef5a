"""Where the history of another bridge ends and the points of this one begin, by times and values alone.

Two bridges on one broker hold the same samples in the same order. Samples with a time of their own are equal. The others were stamped on
arrival, so their times differ by network delays and clocks. Knows nothing of tags and where points are held.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Two machines with synchronized clocks stamp the same message at most this far apart.
SEAM_SECONDS = 2.0
# The usual interval is measured over this many of the newest points.
_SPACING_POINTS = 20
# Under load, or at a broker that has just lost a node, one bridge may hear a message this much later than another. That far apart, or
# where the stamps do not overlap, so many equal values tell that it is the same message.
LAG_SECONDS = 30.0
_MANY_POINTS = 8
# At most this many points of the overlap are compared, for each of this many places where it may begin.
_COMPARED = 200
_PLACES = 1_000

Columns = tuple["array[float]", "array[float]"]  # times and values


def are_same_stamps(
    times: "array[float]", values: "array[float]", held_times: "array[float]", held_values: "array[float]"
) -> bool:
    """Return True if both bridges have the device's own times: then most points that both hold are equal to the last digit."""
    if not times or not held_times:
        return True
    first, last = bisect_left(held_times, times[0]), bisect_left(held_times, times[-1])
    if first >= min(last + 1, len(held_times)):  # the other clock may have put the few there are a little outside
        first, last = (
            bisect_left(held_times, times[0] - SEAM_SECONDS),
            bisect_left(held_times, times[-1] + SEAM_SECONDS),
        )
    overlap = slice(first, last + 1)
    pairs = set(zip(times, map(comparable_value, values), strict=True))
    equal = [
        pair in pairs for pair in zip(held_times[overlap], map(comparable_value, held_values[overlap]), strict=True)
    ]
    return 2 * sum(equal) >= len(equal)


def between(times: "array[float]", values: "array[float]", held: Columns, split: int) -> range:
    """Return which points of the history fall into the gap: after the `split` points held before it, before the live ones behind it."""
    stop = seam(times, values, held[0][split:], held[1][split:])
    # The begin of the gap is the same question with time reversed. A bridge that stalls stamps the messages on their way when it wakes up,
    # which may be as late as the gap is long.
    older, found = _reversed(held[0][:split], held[1][:split]), _reversed(times[:stop], values[:stop])
    if older[0] and place_of(*found, *older, math.inf) is None:
        # The other one may have been so late that even its stamps of what we held lie in the gap.
        backwards = _reversed(times, values)
        place = place_of(*backwards, *older, math.inf)
        if place is not None:
            return range(len(times) - place, max(len(times) - place, stop))
        if times and place_of(*older, *backwards) is not None:
            return range(0)
    return range(stop - seam(*found, *older, math.inf), stop)


def _reversed(times: "array[float]", values: "array[float]") -> Columns:
    return array("d", [-time for time in reversed(times)]), values[::-1]


def seam(
    times: "array[float]",
    values: "array[float]",
    live_times: "array[float]",
    live_values: "array[float]",
    reach: float = LAG_SECONDS,
) -> int:
    """Return how many of the history's points come before the first live one; this bridge has the others already.

    The stamp of the first live point may be `reach` seconds before that of the same point of the history.
    """
    if not live_times:
        return len(times)
    place = place_of(times, values, live_times, live_values, reach)
    return bisect_left(times, live_times[0]) if place is None else place


def place_of(
    times: "array[float]",
    values: "array[float]",
    live_times: "array[float]",
    live_values: "array[float]",
    reach: float = LAG_SECONDS,
) -> int | None:
    """Return the index of the first live point in the history, None where nothing proves that it is there."""
    start = live_times[0]
    first, last = bisect_left(times, start - LAG_SECONDS), bisect_left(times, start + reach)
    places = [k for k in range(first, last) if _same(values[k], live_values[0])][-_PLACES:]
    fits = [(k, fit) for k in places if (fit := _fit(times, values, k, live_times, live_values)) is not None]
    if not fits:
        return None
    best, fit = min(fits, key=lambda item: item[1].apart)
    # In the overlap, equal values that change are proof. Otherwise only the times tell one message from the next.
    is_near = bisect_left(times, start) < len(times) and start - SEAM_SECONDS <= times[best] < start + max(
        reach - LAG_SECONDS, SEAM_SECONDS
    )
    is_proven = fit.is_telling and (is_near or fit.compared >= _MANY_POINTS)
    return best if is_proven or fit.apart <= _half_distance(times) else None


class _Fit(NamedTuple):
    """How a part of the history matches live points: the median difference of stamps (seconds), whether values vary, how many there are."""

    apart: float
    is_telling: bool
    compared: int


def _fit(
    times: "array[float]", values: "array[float]", first: int, live_times: "array[float]", live_values: "array[float]"
) -> _Fit | None:
    """Compare the history from `first` on; None when the values differ, or are too much alike where it ends later than what came live."""
    stop = first + min(len(live_times), _COMPARED)
    is_telling = len(set(map(comparable_value, values[first:stop]))) > 1
    if len(times) - first > len(live_times) and not is_telling:  # under load the other one may be ahead
        return None
    pairs = list(zip(values[first:stop], live_values, strict=False))
    if not all(_same(value, live) for value, live in pairs):
        return None
    apart = sorted(abs(t - live) for t, live in zip(times[first:stop], live_times, strict=False))
    return _Fit(apart[len(apart) // 2], is_telling, len(pairs))


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _half_distance(times: "array[float]") -> float:
    """Return half the usual interval: two stamps that are closer mean the same message."""
    newest = times[-_SPACING_POINTS:]
    if len(newest) < 2:  # noqa: PLR2004 - an interval has two ends
        return SEAM_SECONDS
    return min(SEAM_SECONDS, (newest[-1] - newest[0]) / (len(newest) - 1) / 2)


def missing(
    times: "array[float]", values: "array[float]", live_times: "array[float]", live_values: "array[float]"
) -> list[int]:
    """Return the indexes of the history's points that are not among the live ones, for a tag whose times step back."""
    held = set(comparable(live_times, live_values))
    return [i for i, pair in enumerate(comparable(times, values)) if pair not in held]


def comparable(times: Iterable[float], values: Iterable[float]) -> Iterator[tuple[float, float | None]]:
    """Return points that can be compared: a gap is equal to a gap."""
    return zip(times, map(comparable_value, values), strict=True)


def comparable_value(value: float) -> float | None:
    """Return a value that is equal to itself, also where it is a gap."""
    return None if math.isnan(value) else value
