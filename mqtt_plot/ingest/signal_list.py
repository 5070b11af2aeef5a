"""Computed tags at work: evaluates them when an input has stored something, and stores what comes of it. Reads no clock.

Values of all inputs are worked off in the order of their times; those of one instant together. So tags of one message give no value in
between, and of inputs that come in batches each waits for the others. A computed tag may be an input of another one.
"""

import logging
import math
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import TYPE_CHECKING

from mqtt_plot.errors import ExpressionError, PayloadError, StoreFullError, WatchError, shown
from mqtt_plot.ingest.expressions.inputs import read_value
from mqtt_plot.ingest.feeds import MAX_WAITING, Feed, Feeds
from mqtt_plot.ingest.metadata import MetaBook
from mqtt_plot.ingest.routing import Routing
from mqtt_plot.ingest.signals import (
    MAX_MEMORIES,
    MAX_SIGNALS,
    ComputedTag,
    Definition,
    parse_definition,
    parse_expression,
)
from mqtt_plot.metrics import Counters
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# Steps of all expressions together in one second, of about 0.1 microseconds each on a desktop; what comes faster is skipped, and counted.
STEPS_PER_SECOND = 1_000_000.0
# Of the values that are held already, a new signal works off so many of the newest: its windows are full, and it has a past.
WARM_POINTS = 1_000

if TYPE_CHECKING:
    from mqtt_plot.ingest.expressions.program import Program

Outcome = tuple["array[float]", "array[float]"]  # times and values
_time_of = itemgetter(0)

log = logging.getLogger(__name__)


class SignalList(Ledger[ComputedTag]):
    """All computed tags, at most MAX_SIGNALS. Call `flush` after each batch of messages, and `look` about once per second."""

    def __init__(self, store: Store, routing: Routing, book: MetaBook, counters: Counters) -> None:
        super().__init__()
        self.feeds = Feeds(lambda: self.flush(self._now))
        self.on_change: Callable[[Iterable[str]], None] = lambda _: None  # of the feeds of these tags
        self._store = store
        self._routing = routing
        self._book = book
        self._counters = counters
        self._by_tag: dict[str, ComputedTag] = {}
        self._order: list[ComputedTag] = []  # inputs first
        self._now = -math.inf
        self._budget = STEPS_PER_SECOND
        self._is_flushing = False
        routing.computed = self._by_tag

    def feed_of(self, series: Series) -> Feed | None:
        """Return the feed of a series that is an input, None for any other."""
        return self.feeds.open(series) if any(series.tag in signal.program.tags for signal in self) else None

    def of(self, tag: str) -> ComputedTag | None:
        """Return the signal that computes a tag."""
        return self._by_tag.get(tag)

    def inputs(self) -> Iterator[str]:
        """Yield the tags that signals are made of, some more than once; also where nobody watches, their values are wanted."""
        for signal in self:
            yield from signal.program.tags

    def add(self, definition: Definition, *, is_fixed: bool = False) -> ComputedTag:
        """Add a computed tag. Raises WatchError, and StoreFullError where there is no room for its tag."""
        if len(self) >= MAX_SIGNALS:
            raise WatchError("signals_full", f"expected at most {MAX_SIGNALS} computed tags; delete one first")
        signal = ComputedTag(self.next_id(), definition, is_fixed=is_fixed)
        self._set(signal)
        self._warm(signal)
        return signal

    def change(self, signal: ComputedTag, definition: Definition) -> ComputedTag:
        """Replace a computed tag; it begins anew. Raises as `add`."""
        if signal.is_fixed:
            raise WatchError("fixed_signal", f"{signal.tag!r:.80} is defined in the file of --signals; change it there")
        changed = ComputedTag(signal.id, definition)
        self._set(changed, instead_of=signal)
        self._warm(changed)
        return changed

    def delete(self, signal: ComputedTag) -> None:
        """Forget a computed tag; its points stay until somebody deletes the tag. Raises WatchError."""
        if signal.is_fixed:
            raise WatchError("fixed_signal", f"{signal.tag!r:.80} is defined in the file of --signals; delete it there")
        self.remove(signal)
        del self._by_tag[signal.tag]
        self._book.suggest(signal.tag, {})
        self._rewire([*signal.program.tags], signal.tag)

    def fix(self, definitions: Iterable[Definition]) -> None:
        """Add those of the file of --signals; they take the place of others of the same name. Raises as `add`."""
        for definition in definitions:
            other = self._by_tag.get(definition.tag)
            if other is not None and not other.is_fixed:
                self.delete(other)
            self.add(definition, is_fixed=True)

    def _set(self, signal: ComputedTag, instead_of: ComputedTag | None = None, *, is_kept: bool = False) -> None:
        self.flush(self._now)
        tag, other = signal.tag, self._by_tag.get(signal.tag)
        if other is not None and other is not instead_of:
            raise WatchError("bad_signal", f"expected a tag of its own, got {tag!r:.80}, which is computed already")
        series = self._store.get(tag)
        if series is not None and series.messages and other is None and not is_kept:
            raise WatchError(
                "bad_signal", f"expected a tag that nobody sends, got {tag!r:.80}, which has samples; delete it first"
            )
        others = [one for one in self if one is not instead_of]
        self._check_memories([*others, signal])
        order = _ordered([*others, signal])
        self._routing.open(tag)
        self._book.suggest(tag, signal.definition.meta())
        if instead_of is not None:
            del self._by_tag[instead_of.tag]
        self._by_tag[tag] = signal
        self.put(signal)
        self._order = order
        self._rewire([*signal.program.tags, *(instead_of.program.tags if instead_of is not None else ())], tag)
        if instead_of is not None and instead_of.tag != tag:
            self._book.suggest(instead_of.tag, {})
            self._routing.described(instead_of.tag)

    @staticmethod
    def _check_memories(signals: Iterable[ComputedTag]) -> None:
        memories = sum(signal.program.memories for signal in signals)
        if memories > MAX_MEMORIES:
            raise WatchError(
                "signals_full",
                f"expected at most {MAX_MEMORIES} functions over time in all computed tags, got {memories}; delete some first",
            )

    def _rewire(self, inputs: Iterable[str], tag: str) -> None:
        """Update what depends on which inputs there are."""
        self._order = _ordered(self)
        self.feeds.keep_only({input_tag for signal in self for input_tag in signal.program.tags})
        self.on_change(inputs)
        self._routing.described(tag)

    def flush(self, now: float) -> None:
        """Work off what the inputs have stored."""
        if self._is_flushing or not self.feeds.count:
            self._now = max(self._now, now) if math.isfinite(now) else self._now
            return
        if math.isfinite(now):
            passed = max(0.0, now - self._now) if math.isfinite(self._now) else 1.0
            self._budget = min(STEPS_PER_SECOND, self._budget + passed * STEPS_PER_SECOND)
            self._now = now
        self._is_flushing = True
        try:
            for signal in self._order:
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
        for signal in self._order:
            if signal.waiting:
                self._run(signal)
            silent = [tag for tag in signal.program.tags if (one := self.feeds.get(tag)) is not None and one.is_silent]
            series = self._store.get(signal.tag)
            if signal.is_gap and silent and series is not None and len(series.ring) and not series.is_gone:
                series.is_gone = True
                self._store.changed.add(series)
            self._tell(signal, *self._state_of(signal, silent))

    def _state_of(self, signal: ComputedTag, silent: list[str]) -> tuple[str, int | None]:
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
            self.put(signal)

    def _warm(self, signal: ComputedTag, *, stores: bool = True) -> None:
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
        self._tell(signal, *self._state_of(signal, []))

    def preview(self, fields: object) -> dict[str, object]:
        """Return what would come of an expression: times, values, None for gaps, and why there are none. Raises WatchError.

        An expression that cannot be read is no error: somebody is typing it.
        """
        if not isinstance(fields, dict) or set(fields) - {"expression"}:
            raise WatchError(
                "bad_signal", f'expected an object such as {{"expression": "{{a}} * 2"}}, got {shown(fields)}'
            )
        text = parse_expression(fields)
        try:
            trial = ComputedTag(0, Definition("", text))
        except ExpressionError as error:
            return {
                "readable": False, "inputs": [], "unknown": [], "boolean": False, "time": [], "value": [], "why": str(error),
                "position": error.position,
            }  # fmt: skip
        program = trial.program
        times, values = play(program, self._store)
        trial.is_gap = not values or math.isnan(values[-1])
        why, position = self._state_of(trial, [])
        unknown = [tag for tag in program.tags if tag not in self._store]
        return {
            "readable": True, "inputs": list(program.tags), "unknown": unknown, "boolean": program.is_boolean, "time": list(times),
            "value": [None if math.isnan(value) else value for value in values], "why": why, "position": position,
        }  # fmt: skip

    def dump(self) -> object:
        """Return the computed tags for JSON, without those of the file."""
        return [
            {"id": signal.id, "totals": signal.totals, **signal.definition.to_json()}
            for signal in self
            if not signal.is_fixed
        ]

    def restore(self, kept: object) -> None:
        """Restore what `dump` returned. Raises KeyError, TypeError, ValueError or WatchError for anything else."""
        if not isinstance(kept, list):
            raise TypeError(f"expected a list, got {kept!r:.40}")
        for item in kept[:MAX_SIGNALS]:
            fields = dict(item)
            signal_id, totals = int(fields.pop("id")), [float(total) for total in fields.pop("totals")]
            signal = ComputedTag(signal_id, parse_definition(fields))
            self._set(signal, is_kept=True)
            self._warm(signal, stores=False)
            signal.program.pause()
            signal.totals = totals


def play(program: "Program", store: Store, limit: int = WARM_POINTS) -> Outcome:
    """Run a fresh program over the newest values that its tags hold, at most `limit`; return times and values."""
    events = []
    for number, tag in enumerate(program.tags):
        series = store.get(tag)
        if series is not None:
            ring = series.ring
            times, values = ring.read(max(ring.first, ring.next - limit), ring.next)
            events += [(time, number, value, series) for time, value in zip(times, values, strict=True)]
    events.sort(key=_time_of)
    first = max(0, len(events) - limit)
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


def _ordered(signals: Iterable[ComputedTag]) -> list[ComputedTag]:
    """Return the signals, inputs first. Raises WatchError("bad_signal") where they go round in a circle."""
    by_tag = {signal.tag: signal for signal in signals}
    found: dict[str, ComputedTag] = {}

    def visit(tag: str, path: tuple[str, ...]) -> None:
        if tag in path:
            circle = " → ".join((*path[path.index(tag) :], tag))
            raise WatchError("bad_signal", f"expected no circle, got {circle:.200}")
        if tag in by_tag and tag not in found:
            for other in by_tag[tag].program.tags:
                visit(other, (*path, tag))
            found[tag] = by_tag[tag]

    for tag in by_tag:
        visit(tag, ())
    return list(found.values())
