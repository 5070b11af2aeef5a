"""The history that another bridge holds of a tag: read from its answer, fitted to the points that have come here since.

Two bridges that hear the same broker hold the same samples in the same order. Those with a time of their own are equal; the others were
stamped on arrival, so their times differ by the way of the message and by the clocks. `seam` finds where one ends and the other begins,
so that no point is missed and none is held twice. Knows nothing of how the answer came.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

from mqtt_plot.errors import ProtocolError
from mqtt_plot.samples import TwoState
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# The same message is not stamped further apart than this on two machines with synchronized clocks and a broker between them.
SEAM_SECONDS = 2.0
# The usual distance of points is taken from so many of the newest.
_SPACING_POINTS = 20
# So many points of the overlap are compared at most, for each place where it may begin.
_COMPARED = 200
_KINDS = ("number", "boolean", "state")


class History(NamedTuple):
    """What another bridge says of a tag; `values` of a state are indexes into `states`. Times ascend."""

    unit: str
    kind: str
    states: list[str]
    times: "array[float]"
    values: "array[float]"


def parse_history(decoded: object) -> History:
    """Return the answer to GET /api/v1/series as a History. Raises ProtocolError when it is none."""
    if not isinstance(decoded, dict):
        raise ProtocolError("expected an object with 'time' and 'value' from the other bridge")
    times, values = _column(decoded, "time"), _column(decoded, "value")
    if len(times) != len(values) or any(map(math.isnan, times)) or list(times) != sorted(times):
        raise ProtocolError("expected 'time' in ascending order and as long as 'value' from the other bridge")
    states = decoded.get("states") or []
    kind = decoded.get("kind")
    if kind not in _KINDS or not isinstance(states, list) or not all(isinstance(word, str) for word in states):
        raise ProtocolError(f"expected a kind of {', '.join(_KINDS)} from the other bridge, got {kind!r:.40}")
    return History(str(decoded.get("unit") or ""), str(kind), states, times, values)


def _column(decoded: dict[str, object], name: str) -> "array[float]":
    column = decoded.get(name)
    if not isinstance(column, list):
        raise ProtocolError(f"expected a list in '{name}' from the other bridge")
    try:
        return array("d", [math.nan if number is None else number for number in column])
    except TypeError:
        raise ProtocolError(f"expected numbers in '{name}' from the other bridge") from None


def adopt(store: Store, series: Series, history: History) -> int:
    """Put `history` before the points of `series`; return how many points that were. Followers get a new snapshot."""
    if history.unit and not series.unit:
        series.unit = history.unit
        store.describe(series)
    values = _translated(store, series, history)
    ring = series.ring
    live = ring.read(ring.first, ring.next)
    kept = missing(history.times, values, *live) if not series.is_ordered else range(seam(history.times, values, *live))
    older = len(kept)
    room = store.limits.max_points - len(ring)
    kept = kept[max(0, older - room) :]
    if len(kept):
        store.prepend(series, array("d", [history.times[i] for i in kept]), array("d", [values[i] for i in kept]))
    return len(kept)


def _translated(store: Store, series: Series, history: History) -> "array[float]":
    """Return the values as this bridge counts them: states may have come in another order here."""
    match history.kind:
        case "state":
            words = [store.number_for(series, word) for word in history.states]
            gap = math.nan
            return array("d", [words[int(v)] if 0 <= v < len(words) else gap for v in history.values])
        case "boolean":
            side = _sides(history.states)
            return array("d", [v if math.isnan(v) else store.number_for(series, side(bool(v))) for v in history.values])
        case _:
            return array("d", [store.number_for(series, v) for v in history.values])


def _sides(states: list[str]) -> Callable[[bool], float]:
    """Return what makes a value of one of two sides, with its word where the other bridge knows both."""
    match states:
        case [low, high]:
            return lambda side: TwoState(side, (low, high))
        case _:
            return bool


def seam(times: "array[float]", values: "array[float]", live_times: "array[float]", live_values: "array[float]") -> int:
    """Return how many of the history's points come before the first live one; the others are held already."""
    if not live_times:
        return len(times)
    start = live_times[0]
    exact = bisect_left(times, start)
    fits = [
        (k, fit) for k in _near(times, start) if (fit := _fit(times, values, k, live_times, live_values)) is not None
    ]
    if not fits:
        return exact
    best, fit = min(fits, key=lambda item: item[1].apart)
    # Where both cover the same time, values that change prove themselves. Otherwise only the times tell one message from the next.
    is_proven = fit.is_telling and exact < len(times)
    return best if is_proven or fit.apart <= _half_distance(times) else exact


class _Fit(NamedTuple):
    """How well a stretch of history is what came live: the usual difference of stamps (seconds), and whether the values vary."""

    apart: float
    is_telling: bool


def _near(times: "array[float]", start: float) -> range:
    return range(bisect_left(times, start - SEAM_SECONDS), bisect_left(times, start + SEAM_SECONDS))


def _fit(
    times: "array[float]", values: "array[float]", first: int, live_times: "array[float]", live_values: "array[float]"
) -> _Fit | None:
    """Compare the history from `first` on, which must end within what came live; None when the values differ."""
    if len(times) - first > len(live_times):
        return None
    stop = first + min(len(live_times), _COMPARED)
    pairs = list(zip(values[first:stop], live_values, strict=False))
    if not all(_same(value, live) for value, live in pairs):
        return None
    apart = sorted(abs(t - live) for t, live in zip(times[first:stop], live_times, strict=False))
    return _Fit(apart[len(apart) // 2], len(set(map(_key, values[first:stop]))) > 1)


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _half_distance(times: "array[float]") -> float:
    """Return half the usual distance of points: closer than that, two stamps mean the same message."""
    newest = times[-_SPACING_POINTS:]
    if len(newest) < 2:  # noqa: PLR2004 - a distance has two ends
        return SEAM_SECONDS
    return min(SEAM_SECONDS, (newest[-1] - newest[0]) / (len(newest) - 1) / 2)


def missing(
    times: "array[float]", values: "array[float]", live_times: "array[float]", live_values: "array[float]"
) -> list[int]:
    """Return which of the history's points are not among the live ones, for a tag whose times step back."""
    held = set(zip(live_times, map(_key, live_values), strict=True))
    return [i for i, (t, v) in enumerate(zip(times, values, strict=True)) if (t, _key(v)) not in held]


def _key(value: float) -> float | None:
    return None if math.isnan(value) else value
