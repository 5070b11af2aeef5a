"""Triggers: conditions, and what to capture when they become true. Reads no clock.

`rises` and `falls` are the edge, from one side of the level to the other; `above` and `below` the level, also where a value is beyond it
already, then not again before it was back; `changes` is another value than before, or the state that is named; `event` the begin of an event;
`expression` a condition over several tags that becomes true. What is held when a trigger is armed does not fire.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from mqtt_plot.errors import PayloadError, WatchError, shown
from mqtt_plot.ingest.events import KINDS, Event
from mqtt_plot.ingest.expressions import Expression
from mqtt_plot.ingest.limits import NONE, Band, state_name
from mqtt_plot.parsers.values import check_text
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store
from mqtt_plot.tags import check_tag

RISES, FALLS, ABOVE, BELOW, CHANGES, EVENT, EXPRESSION = (
    "rises",
    "falls",
    "above",
    "below",
    "changes",
    "event",
    "expression",
)
CONDITIONS = (RISES, FALLS, ABOVE, BELOW, CHANGES, EVENT, EXPRESSION)
MAX_TRIGGERS = 100
MAX_NAME = 80
MAX_GLOBS = 64
MAX_GLOB = 256
LONGEST_SECONDS = 3600.0
LONGEST_HOLD_OFF = 86_400.0


@dataclass(frozen=True)
class Wanted:
    """The settings of one trigger; it captures the seconds `before` and `after` the instant of the tags that match `tags`."""

    name: str
    condition: str
    tag: str = ""  # a pattern with *, for events
    level: float = 0.0
    to: str = ""  # the state waited for; "": any
    kinds: tuple[str, ...] = ()  # of events; (): any
    expression: str = ""
    before: float = 10.0
    after: float = 10.0
    tags: tuple[str, ...] = ()  # patterns; the trigger's own tag always
    hold_off: float = 0.0  # seconds after a capture in which it does not fire
    is_once: bool = False  # disarmed by its first capture
    is_armed: bool = True

    @property
    def says(self) -> str:
        """The condition in words."""
        match self.condition:
            case "rises" | "falls":
                return f"{self.tag} {self.condition} through {self.level:g}"
            case "above" | "below":
                return f"{self.tag} is {self.condition} {self.level:g}"
            case "changes":
                return f"{self.tag} becomes {self.to}" if self.to else f"{self.tag} changes"
            case "event":
                return f"event {' or '.join(self.kinds) or 'of any kind'} of {self.tag}"
            case _:
                return self.expression

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST (docs/events.md)."""
        return {
            "name": self.name, "condition": self.condition, "tag": self.tag, "level": self.level, "to": self.to,
            "kinds": list(self.kinds), "expression": self.expression, "before": self.before, "after": self.after,
            "tags": list(self.tags), "hold_off": self.hold_off, "once": self.is_once, "armed": self.is_armed,
        }  # fmt: skip


def parse_trigger(fields: object) -> Wanted:
    """Return the trigger that a client describes. Raises WatchError with a message for the client."""
    if not isinstance(fields, dict):
        raise WatchError(
            "bad_trigger",
            f'expected an object such as {{"tag": "oven", "condition": "rises", "level": 80}}, got {shown(fields)}',
        )
    known = set(Wanted("", "").to_json())
    if unknown := sorted(set(fields) - known):
        raise WatchError("bad_trigger", f"expected some of {', '.join(sorted(known))}, got {shown(unknown[0])}")
    condition = fields.get("condition")
    if condition not in CONDITIONS:
        raise WatchError(
            "bad_trigger", f"expected one of {', '.join(CONDITIONS)} in 'condition', got {shown(condition)}"
        )
    tag = _text(fields, "tag", MAX_GLOB)
    expression = _text(fields, "expression", MAX_GLOB * 2)
    if condition == EXPRESSION:
        Expression(expression)
    elif not tag:
        raise WatchError("bad_trigger", "expected the tag to wait on in 'tag'")
    elif condition != EVENT:
        try:
            check_tag(tag)
        except PayloadError as error:
            raise WatchError("bad_trigger", str(error)) from None
    wanted = Wanted(
        name=_text(fields, "name", MAX_NAME),
        condition=str(condition),
        tag=tag,
        level=_number(fields, "level", 0.0, -math.inf, math.inf),
        to=_text(fields, "to", MAX_NAME),
        kinds=_kinds(fields),
        expression=expression,
        before=_number(fields, "before", 10.0, 0, LONGEST_SECONDS),
        after=_number(fields, "after", 10.0, 0, LONGEST_SECONDS),
        tags=parse_globs(fields.get("tags")),
        hold_off=_number(fields, "hold_off", 0.0, 0, LONGEST_HOLD_OFF),
        is_once=_truth(fields, "once", default=False),
        is_armed=_truth(fields, "armed", default=True),
    )
    if wanted.before + wanted.after == 0:
        raise WatchError("bad_trigger", "expected some seconds in 'before' or 'after'")
    if condition in (RISES, FALLS, ABOVE, BELOW) and "level" not in fields:
        raise WatchError("bad_trigger", f"expected a number in 'level' for {condition}")
    return wanted


def parse_globs(raw: object) -> tuple[str, ...]:
    """Return patterns of tags. Raises WatchError."""
    if raw is None:
        return ()
    if (
        not isinstance(raw, list)
        or len(raw) > MAX_GLOBS
        or not all(isinstance(glob, str) and 0 < len(glob) <= MAX_GLOB for glob in raw)
    ):
        raise WatchError(
            "bad_tags", f"expected at most {MAX_GLOBS} patterns such as line1/* in 'tags', got {shown(raw)}"
        )
    return tuple(raw)


def matching(store: Store, globs: tuple[str, ...], limit: int) -> list[Series]:
    """Return the series whose tags match one of `globs`, up to a limit."""
    found = [series for series in store if any(fnmatchcase(series.tag, glob) for glob in globs)] if globs else []
    return found[:limit]


def _text(fields: Mapping[str, object], name: str, limit: int) -> str:
    raw = fields.get(name)
    if raw is None:
        return ""
    if not isinstance(raw, str) or len(raw) > limit:
        raise WatchError("bad_trigger", f"expected a text of at most {limit} characters in {name!r}, got {shown(raw)}")
    try:
        return check_text(raw.strip(), f"text in {name!r}") if raw.strip() else ""
    except PayloadError as error:
        raise WatchError("bad_trigger", str(error)) from None


def _number(fields: Mapping[str, object], name: str, default: float, least: float, most: float) -> float:
    raw = fields.get(name)
    if raw is None:
        return default
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) < 1e300 or not least <= raw <= most:  # noqa: PLR2004 - beyond all use
        raise WatchError("bad_trigger", f"expected a number from {least:g} to {most:g} in {name!r}, got {shown(raw)}")
    return float(raw)


def _truth(fields: Mapping[str, object], name: str, *, default: bool) -> bool:
    raw = fields.get(name, default)
    if not isinstance(raw, bool):
        raise WatchError("bad_trigger", f"expected true or false in {name!r}, got {shown(raw)}")
    return raw


def _kinds(fields: Mapping[str, object]) -> tuple[str, ...]:
    raw = fields.get("kinds") or []
    if not isinstance(raw, list) or not all(kind in KINDS for kind in raw):
        raise WatchError("bad_trigger", f"expected a list of {', '.join(KINDS)} in 'kinds', got {shown(raw)}")
    return tuple(dict.fromkeys(raw))


class Trigger:
    """A trigger in the list. `fired` counts, `fired_at` is the last time, `held_until` when it may fire again."""

    __slots__ = ("fired", "fired_at", "held_until", "id", "revision", "wanted")

    def __init__(self, trigger_id: int, wanted: Wanted) -> None:
        self.id = trigger_id
        self.revision = 0
        self.wanted = wanted
        self.fired = 0
        self.fired_at = self.held_until = -math.inf

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `triggers` frames."""
        return {"id": self.id, **self.wanted.to_json(), "says": self.wanted.says, "fired": self.fired}


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
    """The expression of a trigger: fires when it becomes true."""

    def __init__(self, trigger: Trigger, store: Store, on_fire: OnFire) -> None:
        self.expression = Expression(trigger.wanted.expression)
        self._trigger = trigger
        self._store = store
        self._on_fire = on_fire
        self._held = self._holds()

    def judge(self, time: float, tag: str) -> None:
        """Evaluate the expression, since one of its values has changed."""
        was, self._held = self._held, self._holds()
        if self._held and not was:
            self._on_fire(self._trigger, time, tag)

    def _holds(self) -> bool:
        values: dict[str, float | str] = {}
        for tag in self.expression.tags:
            series = self._store.get(tag)
            if series is not None and len(series.ring):
                value = series.ring.last()[1]
                values[tag] = value if series.kind == "number" else _worded(series, value)
        return self.expression.holds(values)


def _worded(series: Series, value: float) -> float | str:
    """Return the value that an expression compares: a state's name, or a number; true and false are 1 and 0."""
    return state_name(series, value) if series.kind == "state" or series.states else value


class TriggerList(Ledger[Trigger]):
    """All triggers, at most MAX_TRIGGERS. Calls `on_fire` with what fires, and `on_change` with the tags whose watches change."""

    def __init__(self, store: Store, on_fire: OnFire) -> None:
        super().__init__()
        self._store = store
        self._on_fire = on_fire
        self._conditions: dict[int, Condition] = {}
        self._watches: dict[tuple[int, str], ValueWatch | ExpressionWatch] = {}
        self.on_change: Callable[[set[str]], None] = lambda _: None

    def add(self, wanted: Wanted) -> Trigger:
        """Add a trigger. Raises WatchError("triggers_full")."""
        if len(self) >= MAX_TRIGGERS:
            raise WatchError("triggers_full", f"expected at most {MAX_TRIGGERS} triggers; delete one first")
        trigger = Trigger(self.next_id(), wanted)
        self._set(trigger, wanted)
        return trigger

    def change(self, trigger: Trigger, wanted: Wanted) -> None:
        """Replace the settings of a trigger, or arm or disarm it."""
        before = self._forget(trigger)
        self._set(trigger, wanted)
        self.on_change(before)

    def _set(self, trigger: Trigger, wanted: Wanted) -> None:
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
        return {trigger.wanted.tag} if condition is None else set(condition.expression.tags)

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
            trigger = Trigger(int(fields.pop("id")), Wanted("", ""))
            trigger.fired = int(fields.pop("fired"))
            self._set(trigger, parse_trigger(fields))
