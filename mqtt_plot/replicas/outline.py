"""What another bridge knows of a tag in outline, in the place of what this bridge has missed. Knows nothing of points and of how it came.

Both have heard the same samples but for those of the gap. So from the gap on the other's outline takes the place of all that is held here.
A bucket of which this bridge has heard a part is told by the other one alone. No sample counts twice.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from mqtt_plot.errors import ProtocolError
from mqtt_plot.store.buckets import bounds
from mqtt_plot.store.entries import TagEntry, take_outline
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store
from mqtt_plot.store.tiers import Tiers, Width


def known_before(series: Series, time: float) -> float:
    """Return the newest time before `time` of which a series knows anything; -inf where it knows nothing.

    With -inf, where nothing tells when it heard nothing, it is the end of its outline.
    """
    if time == -math.inf:
        return series.digested
    held = series.before(time)
    return max(min(series.digested, time), held[0] if held else -math.inf)


def read_outline(
    series: Series, entry: TagEntry, history: Sequence[Width], meaning: Callable[[float], float]
) -> Series:
    """Return a series that has only the outline in an entry; `meaning` makes values of `series` of those of a state. Raises ProtocolError."""
    other = Series(0, series.tag, 1)
    try:
        take_outline(other, entry, history)
        if other.changes is not None:
            other.changes.turn(meaning)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ProtocolError("expected an outline that makes sense from the other bridge") from None
    return other


def adopt_outline(store: Store, series: Series, other: Series, known: float) -> bool:
    """Let the outline of `other` tell what came after the time `known`, up to which `series` has heard all; return whether it tells anything.

    Points that it does not tell stay. Followers get a new snapshot.
    """
    since = _seam(series, other, known)
    if not since < other.digested:
        return False
    ring = series.ring
    times, values = series.read_in_order(ring.first, ring.next)

    def give() -> None:
        series.rewind(since, store.limits.history)
        if other.tiers is not None:
            series.tiers = series.tiers or Tiers(store.limits.history)
            series.tiers.take_from(other.tiers, since)
        if other.changes is not None and series.changes is not None:
            changed = other.changes.points(since)
            first = bisect_left(changed[0], since)
            series.changes.digest(changed[0][first:], changed[1][first:], other.changes.end)
            series.changes.end = other.changes.end
        elif other.changes is not None:
            series.changes = other.changes
        series.newest = max(series.newest, other.newest)

    store.amend_outline(series, give)
    rest = bisect_right(times, series.digested)
    store.splice(series, ring.first, ring.next, times[rest:], values[rest:])
    return True


def _seam(series: Series, other: Series, known: float) -> float:
    """Return since when the other's outline is to tell: a time at which in both a bucket begins, at `known` or shortly before."""
    if known == -math.inf:
        return known
    tiers = [each.tiers for each in (series, other) if each.tiers is not None]
    step = max((width for each in tiers for width in each.widths(known, known)), default=0)
    since = bounds(known, step)[0] if step else known
    begin = max(
        other.tiers.start if other.tiers is not None else -math.inf,
        other.changes.exact_from if other.changes is not None else -math.inf,
    )
    if begin > since:  # of what was before it knows less
        since = math.ceil(begin / step) * step if step else begin
    return since
