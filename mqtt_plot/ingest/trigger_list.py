"""The list of triggers, and what waits in the values of tags for each of them. Reads no clock."""

import math
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase

from mqtt_plot.errors import WatchError
from mqtt_plot.ingest.events import Event
from mqtt_plot.ingest.expressions.inputs import read_expression, read_value
from mqtt_plot.ingest.limits import NONE, Band, state_name
from mqtt_plot.ingest.triggers import EVENT, EXPRESSION, MAX_TRIGGERS, Trigger, TriggerSettings, parse_trigger
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

OnFire = Callable[[Trigger, float, str], None]


class ValueWatch:
    """Checks the values of one tag for one trigger."""

    is_waiting = False

    def __init__(self, trigger: Trigger, series: Series, on_fire: OnFire) -> None:
        self._trigger = trigger
        self.series = series
        self._on_fire = on_fire
        self._previous = series.ring.last()[1] if len(series.ring) else math.nan
        self._is_beyond = False

    @property
    def quiet(self) -> Band:
        wanted, previous = self._trigger.wanted, self._previous
        level, below = wanted.level, (-math.inf, math.nextafter(wanted.level, -math.inf))
        above = (math.nextafter(level, math.inf), math.inf)
        match wanted.condition:
            case "rises" | "falls" if math.isnan(previous):
                return NONE
            case "rises":
                return below if previous < level else (level, math.inf)
            case "falls":
                return above if previous > level else (-math.inf, level)
            case "above":
                return above if self._is_beyond else (-math.inf, level)
            case "below":
                return below if self._is_beyond else (level, math.inf)
            case _:
                return NONE if math.isnan(previous) else (previous, previous)

    def observe(self, time: float, value: float) -> None:
        previous, self._previous = self._previous, value
        if self._fires(previous, value):
            self._on_fire(self._trigger, time, self.series.tag)

    def _fires(self, previous: float, value: float) -> bool:
        wanted = self._trigger.wanted
        level = wanted.level
        match wanted.condition:
            case "rises":
                return previous < level <= value
            case "falls":
                return previous > level >= value
            case "above":
                was, self._is_beyond = self._is_beyond, value > level
                return self._is_beyond and not was
            case "below":
                was, self._is_beyond = self._is_beyond, value < level
                return self._is_beyond and not was
            case _:
                is_other = not math.isnan(previous) and value != previous
                return is_other and (not wanted.to or state_name(self.series, value) == wanted.to)

    def wait(self, now: float) -> None:
        pass


class ExpressionWatch:
    """Checks the values of one tag of an expression; `judge` checks all of its tags."""

    is_waiting = False

    def __init__(self, series: Series, judge: Callable[[float, str], None]) -> None:
        self.series = series
        self._judge = judge
        self._previous = math.nan

    @property
    def quiet(self) -> Band:
        return NONE if math.isnan(self._previous) else (self._previous, self._previous)

    def observe(self, time: float, value: float) -> None:
        self._previous = value
        self._judge(time, self.series.tag)

    def wait(self, now: float) -> None:
        pass


class Condition:
    """The expression of a trigger: fires when it becomes true. A gap is not true."""

    def __init__(self, trigger: Trigger, store: Store, on_fire: OnFire) -> None:
        self._program = read_expression(trigger.wanted.expression)
        self.tags = self._program.tags
        self._trigger = trigger
        self._store = store
        self._on_fire = on_fire
        self._time = -math.inf
        held = [series for tag in self.tags if (series := store.get(tag)) is not None and len(series.ring)]
        for series in held:
            self._time = max(self._time, series.ring.last()[0])
        self._held = self._holds(self._time, (1 << len(self.tags)) - 1)

    def judge(self, time: float, tag: str) -> None:
        """Evaluate the expression, since one of its values has changed."""
        self._time = max(self._time, time)  # tags of several devices may have several clocks
        was, self._held = self._held, self._holds(self._time, 1 << self.tags.index(tag))
        if self._held and not was:
            self._on_fire(self._trigger, time, tag)

    def _holds(self, time: float, moved: int) -> bool:
        frame = self._program.frame
        for place, tag in enumerate(self.tags):
            series = self._store.get(tag)
            value = series.ring.last()[1] if series is not None and len(series.ring) else math.nan
            frame.numbers[place], frame.words[place] = (value, None) if series is None else read_value(series, value)
        value = self._program.evaluate(time, moved)
        return not math.isnan(value) and bool(value)


class TriggerList(Ledger[Trigger]):
    """All triggers, at most MAX_TRIGGERS. Calls `on_fire` with what fires, and `on_change` with the tags whose watches change."""

    def __init__(self, store: Store, on_fire: OnFire) -> None:
        super().__init__()
        self._store = store
        self._on_fire = on_fire
        self._conditions: dict[int, Condition] = {}
        self._watches: dict[tuple[int, str], ValueWatch | ExpressionWatch] = {}
        self.on_change: Callable[[set[str]], None] = lambda _: None

    def add(self, wanted: TriggerSettings) -> Trigger:
        """Add a trigger. Raises WatchError("triggers_full")."""
        if len(self) >= MAX_TRIGGERS:
            raise WatchError("triggers_full", f"expected at most {MAX_TRIGGERS} triggers; delete one first")
        trigger = Trigger(self.next_id(), wanted)
        self._set(trigger, wanted)
        return trigger

    def change(self, trigger: Trigger, wanted: TriggerSettings) -> None:
        """Replace the settings of a trigger, or arm or disarm it."""
        before = self._forget(trigger)
        self._set(trigger, wanted)
        self.on_change(before)

    def _set(self, trigger: Trigger, wanted: TriggerSettings) -> None:
        trigger.wanted = wanted
        if wanted.condition == EXPRESSION:
            self._conditions[trigger.id] = Condition(trigger, self._store, self._on_fire)
        self.put(trigger)
        self.on_change(self._tags(trigger))

    def disarm(self, trigger: Trigger) -> None:
        """Disarm a trigger."""
        self.change(trigger, replace(trigger.wanted, is_armed=False))

    def delete(self, trigger: Trigger) -> None:
        """Forget a trigger."""
        tags = self._forget(trigger)
        self.remove(trigger)
        self.on_change(tags)

    def _forget(self, trigger: Trigger) -> set[str]:
        """Remove the watches of a trigger, and return their tags."""
        tags = self._tags(trigger)
        self._conditions.pop(trigger.id, None)
        for tag in tags:
            self._watches.pop((trigger.id, tag), None)
        return tags

    def _tags(self, trigger: Trigger) -> set[str]:
        condition = self._conditions.get(trigger.id)
        return {trigger.wanted.tag} if condition is None else set(condition.tags)

    def watches_of(self, series: Series) -> list[ValueWatch | ExpressionWatch]:
        """Return the watches of all triggers on a series."""
        waiting = [trigger for trigger in self if trigger.wanted.is_armed and trigger.wanted.condition != EVENT]
        return [self._watch(trigger, series) for trigger in waiting if series.tag in self._tags(trigger)]

    def _watch(self, trigger: Trigger, series: Series) -> ValueWatch | ExpressionWatch:
        """Return the watch of a trigger on a series, which is made if there is none."""
        key = trigger.id, series.tag
        watch = self._watches.get(key)
        if watch is None or watch.series is not series:
            condition = self._conditions.get(trigger.id)
            watch = self._watches[key] = (
                ValueWatch(trigger, series, self._on_fire)
                if condition is None
                else ExpressionWatch(series, condition.judge)
            )
        return watch

    def event_began(self, event: Event) -> None:
        """Fire the triggers that wait for such an event."""
        for trigger in list(self):
            wanted = trigger.wanted
            is_meant = wanted.is_armed and wanted.condition == EVENT and fnmatchcase(event.tag, wanted.tag)
            if is_meant and (not wanted.kinds or event.kind in wanted.kinds):
                self._on_fire(trigger, event.begin, event.tag)

    def dump(self) -> object:
        """Return the triggers for JSON."""
        return [{"id": trigger.id, "fired": trigger.fired, **trigger.wanted.to_json()} for trigger in self]

    def restore(self, kept: object) -> None:
        """Restore what `dump` returned. Raises KeyError, TypeError, ValueError or WatchError for anything else."""
        if not isinstance(kept, list):
            raise TypeError(f"expected a list, got {kept!r:.40}")
        for item in kept[:MAX_TRIGGERS]:
            fields = dict(item)
            trigger = Trigger(int(fields.pop("id")), TriggerSettings("", ""))
            trigger.fired = int(fields.pop("fired"))
            self._set(trigger, parse_trigger(fields))
