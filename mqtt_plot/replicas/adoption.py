"""The history of another bridge joined to the points that this bridge has. Knows nothing of how it came.

`seam` finds where the history ends and the live points begin, so that no point is missed or stored twice.

A bridge may hear a message seconds after another one did. So what was adopted may come live later; the next `adopt`, or `take_back`, takes
that back. The other bridge does the same, so its answer may hold points twice, which are taken once.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import compress, groupby
from operator import itemgetter
from typing import NamedTuple

from mqtt_plot.replicas.history import History
from mqtt_plot.replicas.outline import adopt_outline, known_before, read_outline
from mqtt_plot.replicas.seam import (
    LAG_SECONDS,
    Columns,
    are_same_stamps,
    between,
    comparable,
    comparable_value,
    missing,
    place_of,
)
from mqtt_plot.samples import TwoState
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# Of a tag at most so many adopted points are remembered that may come live yet.
_REMEMBERED = 20_000


class Gap(NamedTuple):
    """When this bridge received nothing, in POSIX seconds: points from before stay before, and what came after it comes by itself."""

    since: float = -math.inf
    until: float = math.inf


class Adopted(NamedTuple):
    """What another bridge has given for a gap: how many points, the newest of them as they are stored, and the seq of the first live one."""

    points: int
    newest: Columns
    live_from: int


def adopt(
    store: Store,
    series: Series,
    history: History,
    gap: Gap = Gap(),  # noqa: B008 - it is frozen
    earlier: Adopted | None = None,
) -> Adopted:
    """Add the points of `history` that are missing in `series` for a `gap`. Followers get a new snapshot.

    `earlier` is what was adopted for the same gap before, from the same bridge: what of it has come live since is taken back.
    """
    if history.unit and not series.unit:
        series.unit = history.unit
        store.describe(series)
    meaning = _meanings(store, series, history)
    times, values = history.times, array("d", map(meaning, history.values))
    is_told = False
    if history.outline is not None and store.limits.history:
        other = read_outline(series, history.outline, store.limits.history, meaning)
        is_told = adopt_outline(store, series, other, known_before(series, gap.since))
    if series.outlines and not is_told:  # what it knows cannot be told from what it does not, but in the gap
        is_first = earlier is None and gap.since > -math.inf
        known = bisect_left(times, min(series.digested, gap.since) if is_first else series.digested)
        times, values = times[known:], values[known:]
    ring = series.ring
    live_count = _live_count(series, gap, earlier)
    if earlier is not None and live_count:
        _retract(store, series, (times, values), earlier.newest, live_count)
    held = ring.read(ring.first, ring.next)
    split = 0 if live_count is None else len(ring) - live_count
    live = held[0][split:]
    # Older points never push out live ones; with an outline they become that.
    room = len(times) if store.limits.history else store.limits.max_points - (len(ring) - split)
    # What was adopted before has the other bridge's stamps: it says nothing of where stamps come from.
    own = (live, held[1][split:]) if earlier is not None and live_count else held
    has_same_stamps = not series.is_ordered or are_same_stamps(times, values, *own)
    if has_same_stamps or not live:  # else the seam tells what has come here already
        # What comes by itself begins with the first point after the gap, which may be long after the broker has granted the subscription.
        after = held[0][bisect_right(held[0], gap.until) :] if series.is_ordered else held[0][:0]
        times = times[: bisect_right(times, after[0] if after else gap.until)]
        values = values[: len(times)]
    if has_same_stamps:
        scattered = _once(times, values, missing(times, values, *held))[-room:] if room > 0 else []
        count = len(scattered)
        place, columns = _merged(times, values, scattered, series)
        newest = _newest([times[k] for k in scattered], [values[k] for k in scattered])
        live_count = 0 if count else live_count  # the new ones may lie between the live ones, which are known
    else:
        whole = between(times, values, held, split)
        new = whole[max(0, len(whole) - room) :]
        count = len(new)
        place, columns = _joined(times, values, new, held, split)
        newest = _newest(columns[0][len(columns[0]) - count :], columns[1][len(columns[1]) - count :])
    if earlier is not None:
        newest = _newest([*earlier.newest[0], *newest[0]], [*earlier.newest[1], *newest[1]])
    if count:
        store.splice(series, ring.first + place.start, ring.first + place.stop, *columns)
    return Adopted(count, newest, ring.next - (live_count or 0))


def _newest(times: Sequence[float], values: Sequence[float]) -> Columns:
    """Return of some points those that may come live yet."""
    since = max(times, default=0.0) - LAG_SECONDS
    recent = [point for point in zip(times, values, strict=True) if point[0] >= since][-_REMEMBERED:]
    return array("d", [time for time, _ in recent]), array("d", [value for _, value in recent])


def _live_count(series: Series, gap: Gap, earlier: Adopted | None) -> int | None:
    """Return how many of the points held came live after the gap, None where nothing tells."""
    ring = series.ring
    if (
        earlier is not None and ring.first < earlier.live_from <= ring.next
    ):  # else somebody has numbered the points anew
        return ring.next - earlier.live_from
    return ring.next - max(ring.first, ring.find(gap.since)) if series.is_ordered else None


def _retract(store: Store, series: Series, history: Columns, adopted: Columns, live_count: int) -> None:
    """Take back what was adopted and has come live since, by the history as it is now."""
    ring = series.ring
    live = ring.read(ring.next - live_count, ring.next)
    mine = set(comparable(*adopted))
    twice = mine.intersection(comparable(*live))
    if not twice and (place := place_of(*history, *live)) is not None:
        twice = mine.intersection(comparable(history[0][place:], history[1][place:]))
    _remove(store, series, twice, live_count)


def take_back(store: Store, series: Series, adopted: Adopted) -> None:
    """Take back what was adopted and has come live since with the same time: messages that a broker or a device has sent again."""
    ring = series.ring
    if ring.first < adopted.live_from < ring.next:
        live = ring.read(adopted.live_from, ring.next)
        twice = {*comparable(*adopted.newest)}.intersection(comparable(*live))
        _remove(store, series, twice, ring.next - adopted.live_from)


def _remove(store: Store, series: Series, twice: set[tuple[float, float | None]], live_count: int) -> None:
    """Remove points from those held before the newest `live_count`."""
    if twice:
        ring = series.ring
        held = ring.read(ring.first, ring.next - live_count)
        kept = [pair not in twice for pair in comparable(*held)]
        rest = array("d", compress(held[0], kept)), array("d", compress(held[1], kept))
        store.splice(series, ring.first, ring.next - live_count, *rest)


def _once(times: "array[float]", values: "array[float]", places: Sequence[int]) -> list[int]:
    """Return the places of points in order of time, of those at one time only the first half where the second is the same again."""
    kept = list[int]()
    for _, group in groupby(places, key=times.__getitem__):
        here = list(group)
        half = len(here) // 2
        told = [comparable_value(values[place]) for place in here]
        kept += here[:half] if half and told[:half] == told[half:] else here
    return kept


def _merged(times: "array[float]", values: "array[float]", new: Sequence[int], series: Series) -> tuple[slice, Columns]:
    """Return the `new` points sorted among those held at their times, and which held ones they replace; in front if the tag is unordered."""
    columns = array("d", [times[k] for k in new]), array("d", [values[k] for k in new])
    if not new or not series.is_ordered:
        return slice(0, 0), columns
    ring = series.ring
    start, stop = ring.find(columns[0][0]), ring.find(math.nextafter(columns[0][-1], math.inf))
    if start < stop:
        points = sorted([*zip(*columns, strict=True), *zip(*ring.read(start, stop), strict=True)], key=itemgetter(0))
        columns = array("d", [time for time, _ in points]), array("d", [value for _, value in points])
    return slice(start - ring.first, stop - ring.first), columns


def _joined(
    times: "array[float]", values: "array[float]", new: range, held: Columns, split: int
) -> tuple[slice, Columns]:
    """Return the `new` points after those held before the gap, and which held ones they replace. Of two stamps the earlier counts."""
    known = min(new.start, split)
    earlier = map(min, times[new.start - known : new.start], held[0][split - known : split])
    latest = held[0][split] if split < len(held[0]) else math.inf
    columns = array("d", earlier), values[new.start - known : new.start]
    columns[0].extend(min(time, latest) for time in times[new.start : new.stop])
    return slice(split - known, split), (columns[0], columns[1] + values[new.start : new.stop])


def _meanings(store: Store, series: Series, history: History) -> Callable[[float], float]:
    """Return what makes of a value of the other bridge one as this bridge stores it."""
    match history.kind:
        case "state":
            words = [store.number_for(series, word) for word in history.states]
            return lambda value: words[int(value)] if 0 <= value < len(words) else math.nan
        case "boolean":
            side = _sides(history.states)
            return lambda value: value if math.isnan(value) else store.number_for(series, side(bool(value)))
        case _:
            return lambda value: store.number_for(series, value)


def _sides(states: list[str]) -> Callable[[bool], float]:
    """Return a function that makes a value of False or True, with its word if the other bridge knows both words."""
    match states:
        case [low, high]:
            return lambda side: TwoState(side, (low, high))
        case _:
            return bool
