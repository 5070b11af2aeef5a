"""Points of a stretch for a picture: from the ring, and before them from the outline. Knows nothing of requests."""

import math
from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from mqtt_plot.store.decimation import decimate
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import held_points, known_from, step_for


class Drawing(NamedTuple):
    """Columns that stand for `raw` samples. `means` is there where some of them are known in outline only; for a point it has its value."""

    raw: int
    times: "array[float]"
    values: "array[float]"
    means: "array[float] | None" = None


def drawn(series: Series, start: float, end: float, points: int) -> Drawing | None:
    """Return at most about `points` points that show all of a stretch, also what the ring has let go; None where it has let go nothing.

    Of a bucket they are its lowest and its highest value, half of it apart.
    """
    tiers, known = series.tiers, known_from(series)
    if series.changes is not None and series.kind != "number" and start < series.changes.end:
        columns = held_points(series, start, end)
        return Drawing(len(columns[0]), *decimate(*columns, points, are_states=series.kind == "state"))
    if tiers is None or start >= known or math.isnan(tiers.start):
        return None
    begin, stop = max(start, tiers.start), min(end, series.newest)
    outlined = min(known, tiers.end, stop)
    if outlined <= begin:
        return None
    share = (outlined - begin) / (stop - begin)
    step = step_for(series, begin, outlined, max(1.0, 2 * (stop - begin) / points))
    old = tiers.extremes(begin, math.nextafter(outlined, -math.inf), step)
    last = old.times[-1] if old.times else begin
    new = series.picture(max(last, start), end, max(4, round(points * (1 - share))))
    return Drawing(old.samples + new.raw, old.times + new.times, old.values + new.values, old.means + new.values)


def changes_held(series: Series, start: float, end: float) -> "tuple[array[float], array[float]] | None":
    """Return a state's or a boolean's points in start <= time <= end, and before them the changes that the ring has let go; None if none."""
    if series.changes is None or series.kind == "number" or start >= series.changes.end:
        return None
    times, values = held_points(series, start, end)
    low = bisect_left(times, start)
    return times[low:], values[low:]


def with_neighbours(series: Series, start: float, end: float, drawing: Drawing) -> Drawing:
    """Return a drawing of start <= time <= end with one more point on either side, where one is held, for the line to run to."""
    raw, times, values, means = drawing
    before = _before(series, start) if -math.inf < start <= end and (not times or times[0] > start) else ()
    after = _after(series, end) if start <= end < math.inf and (not times or times[-1] < end) else ()
    first, last = array("d", before[1:]), array("d", after[1:])
    return Drawing(
        raw + len(first) + len(last),
        array("d", before[:1]) + times + array("d", after[:1]),
        first + values + last,
        None if means is None else first + means + last,
    )


def _before(series: Series, start: float) -> tuple[float, ...]:
    """Return time and value of the last point before `start`, nothing where there is none. In outline it is what held at a bucket's end."""
    if series.changes is not None and series.kind != "number":
        times, values = held_points(series, start, start)
        return (times[0], values[0]) if times and times[0] < start else ()
    if series.tiers is None or start > known_from(series):
        return series.before(start)
    bucket = series.tiers.before(start)
    return () if bucket is None or math.isnan(bucket.last) else (bucket.end, bucket.last)


def _after(series: Series, end: float) -> tuple[float, ...]:
    """Return time and value of the first point after `end`, nothing where there is none. In outline it is what a bucket began with."""
    if series.changes is not None and series.kind != "number":
        times, values = held_points(series, end, math.inf)
        place = bisect_right(times, end)
        return (times[place], values[place]) if place < len(times) else ()
    bucket = series.tiers.after(end) if series.tiers is not None and end < known_from(series) else None
    return series.after(end) if bucket is None else (bucket.start, bucket.first)
