"""The history that another bridge holds of a tag: parsed from its answer, and joined to the points that this bridge has.

Two bridges on one broker hold the same samples in the same order. Samples with a time of their own are equal. The others were stamped on
arrival, so their times differ by network delays and clocks. `seam` finds where the history ends and the live points begin, so that no
point is missed or stored twice. Knows nothing of how the answer came.

A bridge may hear a message seconds after another one did. So what was adopted may come live later; the next `adopt`, or `take_back`, takes
that back. The other bridge does the same, so its answer may hold points twice, which are taken once.
"""

import math
from array import array
from base64 import b64decode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, groupby
from operator import itemgetter
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, ProtocolError
from mqtt_plot.samples import TwoState
from mqtt_plot.store.entries import TagEntry, entries_of, take_outline
from mqtt_plot.store.facts import Facts, checked_times, checked_values
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

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
# Of a tag at most so many adopted points are remembered that may come live yet.
_REMEMBERED = 20_000


Columns = tuple["array[float]", "array[float]"]  # times and values


class History(NamedTuple):
    """A tag as another bridge has it. The `values` of a state are indexes into `states`. Times ascend.

    With an `outline`, the points are those that this does not know.
    """

    unit: str
    kind: str
    states: list[str]
    times: "array[float]"
    values: "array[float]"
    outline: TagEntry | None = None


def parse_history(decoded: object) -> History:
    """Return the answer to GET /api/v1/series as a History. Raises ProtocolError if it is malformed."""
    if not isinstance(decoded, dict):
        raise ProtocolError("expected an object with 'time' and 'value' from the other bridge")
    try:
        facts = Facts.checked(decoded)
        times, values = checked_times(decoded.get("time")), checked_values(decoded.get("value"))
    except PayloadError as error:
        raise ProtocolError(f"from the other bridge: {error}") from None
    if len(times) != len(values) or list(times) != sorted(times):
        raise ProtocolError("expected 'time' in ascending order and as long as 'value' from the other bridge")
    if not facts.kind:
        raise ProtocolError(f"expected a kind from the other bridge, got {decoded.get('kind')!r:.40}")
    return History(facts.unit, facts.kind, facts.states, times, values, _outline_in(decoded.get("outline")))


def _outline_in(text: object) -> TagEntry | None:
    """Return the outline in an answer: an entry as in a state file (store/entries.py), as base64."""
    if text is None:
        return None
    try:
        (entry,) = entries_of(b64decode(str(text), validate=True))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise ProtocolError("expected an outline in 'outline' from the other bridge, or null") from None
    return entry


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
    values = _translated(store, series, history)
    times = history.times
    if history.outline is not None and not series.outlines and store.limits.history:
        _adopt_outline(store, series, history, history.outline)
    elif series.outlines:  # what it knows cannot be told from what it does not, but in the gap
        known = bisect_left(times, min(series.digested, gap.since) if gap.since > -math.inf else series.digested)
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


def _adopt_outline(store: Store, series: Series, history: History, entry: TagEntry) -> None:
    """Give a series that has no outline that of another bridge. What came live before its end is known in it. Raises ProtocolError."""
    newest = series.newest

    def give() -> None:
        try:
            take_outline(series, entry, store.limits.history)
            if series.changes is not None:
                series.changes.turn(_meanings(store, series, history))
        except (KeyError, TypeError, ValueError, OverflowError):
            series.tiers = series.changes = None
            series.newest = newest
            raise ProtocolError("expected an outline that makes sense from the other bridge") from None

    store.amend_outline(series, give)
    ring = series.ring
    times, values = series.read_in_order(ring.first, ring.next)
    if known := bisect_right(times, series.digested):  # those that it does not know are among the points of the history
        store.splice(series, ring.first, ring.next, times[known:], values[known:])


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
    mine = set(_pairs(*adopted))
    twice = mine.intersection(_pairs(*live))
    if not twice and (place := _place(*history, *live)) is not None:
        twice = mine.intersection(_pairs(history[0][place:], history[1][place:]))
    _remove(store, series, twice, live_count)


def take_back(store: Store, series: Series, adopted: Adopted) -> None:
    """Take back what was adopted and has come live since with the same time: messages that a broker or a device has sent again."""
    ring = series.ring
    if ring.first < adopted.live_from < ring.next:
        live = ring.read(adopted.live_from, ring.next)
        twice = {*_pairs(*adopted.newest)}.intersection(_pairs(*live))
        _remove(store, series, twice, ring.next - adopted.live_from)


def _remove(store: Store, series: Series, twice: set[tuple[float, float | None]], live_count: int) -> None:
    """Remove points from those held before the newest `live_count`."""
    if twice:
        ring = series.ring
        held = ring.read(ring.first, ring.next - live_count)
        kept = [pair not in twice for pair in _pairs(*held)]
        rest = array("d", compress(held[0], kept)), array("d", compress(held[1], kept))
        store.splice(series, ring.first, ring.next - live_count, *rest)


def _once(times: "array[float]", values: "array[float]", places: Sequence[int]) -> list[int]:
    """Return the places of points in order of time, of those at one time only the first half where the second is the same again."""
    kept = list[int]()
    for _, group in groupby(places, key=times.__getitem__):
        here = list(group)
        half = len(here) // 2
        told = [_key(values[place]) for place in here]
        kept += here[:half] if half and told[:half] == told[half:] else here
    return kept


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
    pairs = set(zip(times, map(_key, values), strict=True))
    equal = [pair in pairs for pair in zip(held_times[overlap], map(_key, held_values[overlap]), strict=True)]
    return 2 * sum(equal) >= len(equal)


def between(times: "array[float]", values: "array[float]", held: Columns, split: int) -> range:
    """Return which points of the history fall into the gap: after the `split` points held before it, before the live ones behind it."""
    stop = seam(times, values, held[0][split:], held[1][split:])
    # The begin of the gap is the same question with time reversed. A bridge that stalls stamps the messages on their way when it wakes up,
    # which may be as late as the gap is long.
    older, found = _reversed(held[0][:split], held[1][:split]), _reversed(times[:stop], values[:stop])
    if older[0] and _place(*found, *older, math.inf) is None:
        # The other one may have been so late that even its stamps of what we held lie in the gap.
        backwards = _reversed(times, values)
        place = _place(*backwards, *older, math.inf)
        if place is not None:
            return range(len(times) - place, max(len(times) - place, stop))
        if times and _place(*older, *backwards) is not None:
            return range(0)
    return range(stop - seam(*found, *older, math.inf), stop)


def _reversed(times: "array[float]", values: "array[float]") -> Columns:
    return array("d", [-time for time in reversed(times)]), values[::-1]


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


def _translated(store: Store, series: Series, history: History) -> "array[float]":
    """Return the values as this bridge stores them: its states may have other indexes."""
    return array("d", map(_meanings(store, series, history), history.values))


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
    place = _place(times, values, live_times, live_values, reach)
    return bisect_left(times, live_times[0]) if place is None else place


def _place(
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
    is_telling = len(set(map(_key, values[first:stop]))) > 1
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
    held = set(_pairs(live_times, live_values))
    return [i for i, pair in enumerate(_pairs(times, values)) if pair not in held]


def _pairs(times: Iterable[float], values: Iterable[float]) -> Iterator[tuple[float, float | None]]:
    """Return points that can be compared: a gap is equal to a gap."""
    return zip(times, map(_key, values), strict=True)


def _key(value: float) -> float | None:
    return None if math.isnan(value) else value
