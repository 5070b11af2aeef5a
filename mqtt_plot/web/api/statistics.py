"""GET /api/v1/statistics: what a stretch of a tag comes to. Knows nothing of how it is made."""

import asyncio
import math
from collections.abc import Callable, Mapping
from functools import partial

from mqtt_plot.live.protocol import or_null
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import Share, Statistics, prepared, prepared_shares
from mqtt_plot.web.api.series import OneTagHandler

_HOUR = 3600.0


class StatisticsHandler(OneTagHandler):
    """GET: mean, extremes and the rest of a number, or the shares of states."""

    queries = frozenset(("tag", "start", "end"))

    async def get(self) -> None:
        series = self.find(self.one_tag())
        start, end = self.stretch()
        if end < math.inf:
            end = min(end, max(self.services.clock(), series.newest))  # what the last value will be is not known yet
        head: dict[str, object] = {"tag": series.tag, "unit": series.unit or None, "kind": series.kind or "number"}
        compute = await self.in_turn(partial(_prepared, series, start, end), [series])
        # On another thread, as it may look at every point: the loop goes on.
        self.write_json(head | await asyncio.to_thread(compute))


def _prepared(series: Series, start: float, end: float) -> Callable[[], dict[str, object]]:
    """Return what computes the answer from copies."""
    if series.kind not in ("boolean", "state"):
        compute = prepared(series, start, end)
        return lambda: _of_number(compute())
    compute_shares = prepared_shares(series, start, end)
    is_exact = series.changes is None or start >= series.changes.exact_from
    return lambda: _of_states(compute_shares(), is_exact=is_exact)


def _of_number(found: Statistics) -> dict[str, object]:
    numbers = {
        "start": found.start,
        "end": found.end,
        "count": found.samples,
        "seconds": found.seconds,
        "min": found.low,
        "min_time": found.low_time,
        "max": found.high,
        "max_time": found.high_time,
        "mean": found.mean,
        "sample_mean": found.sample_mean,
        "rms": found.rms,
        "std": found.std,
        "integral": found.integral,
        "integral_hours": found.integral / _HOUR,
        "first": found.first,
        "last": found.last,
        "change": found.last - found.first,
    }
    told: dict[str, object] = {name: or_null(number) for name, number in numbers.items()}
    return {**told, "source": "raw" if found.is_exact else "outline", "error": or_null(found.error)}


def _of_states(found: Mapping[str, Share], *, is_exact: bool) -> dict[str, object]:
    states = {name: {"seconds": s.seconds, "count": s.began, "share": s.share} for name, s in found.items()}
    return {
        "seconds": sum(s.seconds for s in found.values()),
        "states": states,
        "source": "raw" if is_exact else "outline",
    }
