"""Evaluates computed tags when an input has stored something, and stores what comes of it. Reads no clock.

Values of all inputs are worked off in the order of their times; those of one instant together. So tags of one message give no value in
between, and of inputs that come in batches each waits for the others.
"""

import logging
import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.ingest.expressions.inputs import read_value
from mqtt_plot.ingest.feeds import MAX_WAITING, Feed, Feeds
from mqtt_plot.ingest.routing import Routing
from mqtt_plot.ingest.signals import ComputedTag
from mqtt_plot.metrics import Counters
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

if TYPE_CHECKING:
    from mqtt_plot.ingest.expressions.program import Program

# Steps of all expressions together in one second, of about 0.1 microseconds each on a desktop; what comes faster is skipped, and counted.
STEPS_PER_SECOND = 1_000_000.0
# Of the values that are held already, a new signal works off so many of the newest: its windows are full, and it has a past.
WARM_POINTS = 1_000

Outcome = tuple["array[float]", "array[float]"]  # times and values
_time_of = itemgetter(0)

log = logging.getLogger(__name__)


class Evaluation:
    """The computed tags at work, in `order`: inputs first. Calls `on_news` when something is wrong with one, or no more."""

    def __init__(
        self, store: Store, routing: Routing, counters: Counters, on_news: Callable[[ComputedTag], None]
    ) -> None:
        self.feeds = Feeds(self.flush)
        self.order: Sequence[ComputedTag] = ()
        self._store = store
        self._routing = routing
        self._counters = counters
        self._on_news = on_news
        self._now = -math.inf
        self._budget = STEPS_PER_SECOND
        self._is_flushing = False

    def flush(self, now: float | None = None) -> None:
        """Work off what the inputs have stored until `now`; None is the last one told."""
        now = self._now if now is None else now
        if self._is_flushing or not self.feeds.count:
            self._now = max(self._now, now) if math.isfinite(now) else self._now
            return
        if math.isfinite(now):
            passed = max(0.0, now - self._now) if math.isfinite(self._now) else 1.0
            self._budget = min(STEPS_PER_SECOND, self._budget + passed * STEPS_PER_SECOND)
            self._now = now
        self._is_flushing = True
        try:
            for signal in self.order:
                self._run(signal)
        finally:
            self._is_flushing = False
            self.feeds.clear()

    def _run(self, signal: ComputedTag) -> None:
        """Evaluate one signal; whatever is wrong with it costs nobody else anything."""
        feeds = [self.feeds.get(tag) for tag in signal.program.tags]
        events = [
            (time, place, value)
            for place, feed in enumerate(feeds)
            if feed is not None and feed.waiting
            for time, value in feed.waiting
        ]
        events = self._due(signal, feeds, events)
        if not events:
            return
        try:
            series = self._store.get(signal.tag) or self._routing.open(signal.tag).series
            self._store_all(signal, series, self._evaluate(signal, feeds, events))
        except (StoreFullError, PayloadError) as error:
            self._tell(signal, str(error), None)
        except Exception:
            log.exception("fault of ours in the computed tag %r", signal.tag[:120])
            self._tell(signal, "a fault of the server; its log says more", None)

    def _due(
        self, signal: ComputedTag, feeds: list[Feed | None], events: list[tuple[float, int, float]]
    ) -> list[tuple[float, int, float]]:
        """Return the events that may be worked off, by time. Those past the end of a batch wait for the next one of it."""
        events = sorted([*signal.waiting, *events], key=_time_of)
        signal.waiting = []
        if len(feeds) > 1 and len(events) <= MAX_WAITING:
            reach = min(
                (feed.reach for feed in feeds if feed is not None and feed.is_expected(self._now)), default=math.inf
            )
            if events and events[-1][0] > reach:
                stop = bisect_right(events, reach, key=_time_of)
                signal.waiting, events = events[stop:], events[:stop]
        return events

    def _evaluate(
        self, signal: ComputedTag, feeds: list[Feed | None], events: list[tuple[float, int, float]]
    ) -> Outcome:
        """Return times and values of what comes of events."""
        count = len(events)
        self._budget -= count * signal.program.cost
        first = 0  # to be evaluated; those before only say what is held
        if self._budget < 0:
            first = count - 1
            self._budget += (count - 1) * signal.program.cost
            signal.skipped += first
            self._counters.add("signals_skipped", n=first)
        times, values = array("d"), array("d")
        place = moved = 0
        while place < count:
            time = events[place][0]
            moved = 0
            while place < count and events[place][0] == time:
                _, number, value = events[place]
                place += 1
                feed = feeds[number]
                assert feed is not None  # noqa: S101 - it has sent the event
                signal.hold(time, number, read_value(feed.series, value))
                moved |= 1 << number
            if place <= first:
                continue
            if time < signal.clock:
                signal.late += 1
                self._counters.add("signals_late")
                continue
            signal.clock = time
            result = signal.program.evaluate(time, moved)
            is_gap = result != result  # noqa: PLR0124 - NaN
            if not is_gap or not signal.is_gap:  # of several gaps in a row the first is enough
                times.append(time)
                values.append(result)
            signal.is_gap = is_gap
        return times, values

    def _store_all(self, signal: ComputedTag, series: Series, found: Outcome) -> None:
        times, values = found
        if not times:
            return
        if not signal.is_gap:
            series.heard(self._now if math.isfinite(self._now) else times[-1], 0)
        is_boolean = signal.program.is_boolean
        if len(times) > 1:
            self._store.extend(series, times, values, are_booleans=is_boolean)
        else:
            value = values[0]
            self._store.append(series, times[0], bool(value) if is_boolean and value == value else value)  # noqa: PLR0124
        self._counters.add("signals_stored", n=len(times))

    def look(self, now: float) -> None:
        """Let time pass: inputs that have become stale are gaps; say of each signal how it goes."""
        for feed in list(self.feeds):
            feed.end(now)
        self.flush(now)
        for signal in self.order:
            if signal.waiting:
                self._run(signal)
            silent = [tag for tag in signal.program.tags if (one := self.feeds.get(tag)) is not None and one.is_silent]
            series = self._store.get(signal.tag)
            if signal.is_gap and silent and series is not None and len(series.ring) and not series.is_gone:
                series.is_gone = True
                self._store.changed.add(series)
            self._tell(signal, *self.state_of(signal, silent))

    def state_of(self, signal: ComputedTag, silent: list[str]) -> tuple[str, int | None]:
        """Return what is wrong with a signal and where, "" for nothing."""
        if not signal.is_gap:
            return "", None
        missing = [
            tag for tag in signal.program.tags if (series := self._store.get(tag)) is None or not len(series.ring)
        ]
        if missing:
            return f"waits for {missing[0]}, which has sent nothing yet", None
        if silent:
            return f"{silent[0]} is stale", None
        fault = signal.program.why()
        if fault is not None:
            return f"{fault[0]} (character {fault[1] + 1})", fault[1]
        gaps = [
            tag
            for tag, number in zip(signal.program.tags, signal.program.frame.numbers, strict=True)
            if math.isnan(number)
        ]
        return f"{gaps[0]} has a gap" if gaps else "not enough samples yet", None

    def _tell(self, signal: ComputedTag, why: str, position: int | None) -> None:
        if (signal.why, signal.position) != (why, position):
            signal.why, signal.position = why, position
            self._on_news(signal)

    def warm(self, signal: ComputedTag, *, stores: bool = True) -> None:
        """Work off the newest of the values that are held; store what comes of them, if the tag has no points from then."""
        series = self._routing.open(signal.tag).series
        times, values = play(signal.program, self._store)
        signal.clock = signal.program.frame.time
        signal.newest = [
            other.newest if (other := self._store.get(tag)) is not None else -math.inf for tag in signal.program.tags
        ]
        fresh = next((place for place, time in enumerate(times) if time > series.newest), len(times))
        if stores and fresh < len(times):
            self._store_all(signal, series, (times[fresh:], values[fresh:]))
        signal.is_gap = not values or math.isnan(values[-1])
        self._tell(signal, *self.state_of(signal, []))


def play(program: "Program", store: Store) -> Outcome:
    """Run a fresh program over the newest values that its tags hold, at most WARM_POINTS; return times and values."""
    events = []
    for number, tag in enumerate(program.tags):
        series = store.get(tag)
        if series is not None:
            ring = series.ring
            times, values = ring.read(max(ring.first, ring.next - WARM_POINTS), ring.next)
            events += [(time, number, value, series) for time, value in zip(times, values, strict=True)]
    events.sort(key=_time_of)
    first = max(0, len(events) - WARM_POINTS)
    frame, found_times, found_values = program.frame, array("d"), array("d")
    moved = 0
    for place, (time, number, value, series) in enumerate(events):
        frame.numbers[number], frame.words[number] = read_value(series, value)
        moved |= 1 << number
        if place + 1 < len(events) and events[place + 1][0] == time:
            continue
        if place >= first:
            result = program.evaluate(time, moved)
            if result == result or (found_values and found_values[-1] == found_values[-1]):  # noqa: PLR0124 - NaN
                found_times.append(time)
                found_values.append(result)
        moved = 0
    return found_times, found_values
