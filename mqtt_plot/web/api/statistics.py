"""GET /api/v1/statistics: what a stretch of a tag comes to. Knows nothing of how it is made."""

import asyncio
import math

from mqtt_plot.live.protocol import or_null
from mqtt_plot.store.series import Series
from mqtt_plot.store.statistics import Statistics, prepared, shares
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
        async with self.services.answers.turn:
            if series.kind in ("boolean", "state"):
                self.write_json({**head, **_of_states(series, start, end)})
                return
            compute = prepared(series, start, end)
            await asyncio.sleep(0)
        # On another thread, as it may look at every point: the loop goes on.
        self.write_json({**head, **_of_number(await asyncio.to_thread(compute))})


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


def _of_states(series: Series, start: float, end: float) -> dict[str, object]:
    found = shares(series, start, end)
    states = {name: {"seconds": s.seconds, "count": s.began, "share": s.share} for name, s in found.items()}
    is_exact = series.changes is None or start >= series.changes.exact_from
    return {
        "seconds": sum(s.seconds for s in found.values()),
        "states": states,
        "source": "raw" if is_exact else "outline",
    }
