"""Checks the values of one tag: against `lolo lo hi hihi` with dead band and delays, and for alarm states. Reads no clock.

Each limit is an alarm of its own (ISA-18.2). A value past the limit is beyond it; a value at the limit is not. An event begins when all
values of `on_delay` seconds were beyond, at the time of the first. It ends when all values of `off_delay` seconds were back by the dead
band, at the time of the first. Between samples, the last value holds.

Most values change nothing. The `quiet` of each watch is the band of those values; only others are passed to it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mqtt_plot.ingest.events import LIMITS, STATE, EventLog
from mqtt_plot.store.series import Series

Band = tuple[float, float]
ALL: Band = (-math.inf, math.inf)
NONE: Band = (math.inf, -math.inf)
BOOLEAN_NAMES = ("false", "true")


class TagWatch(Protocol):
    """A condition on the values of one tag."""

    @property
    def quiet(self) -> Band:
        """The lowest and the highest value that change nothing now."""

    @property
    def is_waiting(self) -> bool:
        """True if time alone may change something."""

    def observe(self, time: float, value: float) -> None:
        """Check a value that is not NaN; times never step back."""

    def wait(self, now: float) -> None:
        """Check what the time changes, by our clock."""


class AlarmRules(NamedTuple):
    """The alarm settings in a tag's meta: the dead band in its unit, delays in seconds."""

    dead_band: float = 0.0
    on_delay: float = 0.0
    off_delay: float = 0.0


class LimitWatch:
    """One limit of one tag. For lower limits all signs are changed, so that beyond always means above."""

    def __init__(self, log: EventLog, series: Series, kind: str, limit: float, rules: AlarmRules) -> None:
        self._log = log
        self._series = series
        self._kind = kind
        self._limit = limit
        self._rules = rules
        self._sign = 1.0 if kind in ("hi", "hihi") else -1.0
        self._bound = self._sign * limit
        event = self._event = log.lasting(series.tag, kind)
        self._worst = self._bound if event is None or event.value is None else self._sign * event.value
        self._since: float | None = None  # the time of the first value that would begin, or end, the event
        self._seen: float | None = None  # when it was first checked, by our clock

    @property
    def quiet(self) -> Band:
        if self._since is not None:
            return NONE
        if self._event is None:
            low, high = -math.inf, self._bound
        else:
            low, high = math.nextafter(self._bound - self._rules.dead_band, math.inf), self._worst
        return (low, high) if self._sign > 0 else (-high, -low)

    @property
    def is_waiting(self) -> bool:
        return self._since is not None

    def observe(self, time: float, value: float) -> None:
        if self._series.kind == "state":
            return  # its values are names
        turned = self._sign * value
        event = self._event
        if event is None:
            if turned <= self._bound:
                self._since = self._seen = None
                return
            if self._since is None:
                self._since, self._worst = time, turned
            self._worst = max(self._worst, turned)
            if time - self._since >= self._rules.on_delay:
                self._switch(self._since)
            return
        if turned > self._worst:
            self._worst = turned
            self._log.grow(event, value)
        if turned > self._bound - self._rules.dead_band:
            self._since = self._seen = None
            return
        if self._since is None:
            self._since = time
        if time - self._since >= self._rules.off_delay:
            self._switch(self._since)

    def wait(self, now: float) -> None:
        since = self._since
        if since is None:
            return
        if self._seen is None or now < self._seen:
            self._seen = now
        elif now - self._seen >= (self._rules.on_delay if self._event is None else self._rules.off_delay):
            self._switch(since)

    def _switch(self, since: float) -> None:
        if self._event is None:
            self._event = self._log.begin(
                self._series.tag, self._kind, since, value=self._sign * self._worst, limit=self._limit
            )
        else:
            self._log.end(self._event, since)
            self._event = None
        self._since = self._seen = None


def _or_zero(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


class StateWatch:
    """The states of one tag that its meta names in `alarm_states`: an event lasts as long as the state."""

    is_waiting = False

    def __init__(self, log: EventLog, series: Series, names: Sequence[str]) -> None:
        self._log = log
        self._series = series
        self._names = tuple(names)
        self._event = log.lasting(series.tag, STATE)
        self._value = math.nan

    @property
    def quiet(self) -> Band:
        return NONE if math.isnan(self._value) else (self._value, self._value)

    def observe(self, time: float, value: float) -> None:
        self._value = value
        name = state_name(self._series, value)
        event = self._event
        if event is not None:
            if event.text == name:
                return
            self._log.end(event, time)
            self._event = None
        if name in self._names:
            self._event = self._log.begin(self._series.tag, STATE, time, value=value, text=name)

    def wait(self, now: float) -> None:
        pass


def state_name(series: Series, value: float) -> str:
    """Return the name of a stored value of a series."""
    names: Sequence[str] = series.states or (BOOLEAN_NAMES if series.kind == "boolean" else ())
    index = int(value)
    return names[index] if 0 <= index < len(names) and index == value else f"{value:g}"


def watches_of(series: Series, log: EventLog, time: float) -> list[TagWatch]:
    """Return the watches that the meta of a series asks for. Events that it does not ask for any more end at `time`."""
    meta, tag = series.meta, series.tag
    rules = AlarmRules(_or_zero(meta.get("deadband")), _or_zero(meta.get("on_delay")), _or_zero(meta.get("off_delay")))
    found: list[TagWatch] = []
    for kind in LIMITS:
        limit = meta.get(kind)
        lasting = log.lasting(tag, kind)
        if lasting is not None and lasting.limit != limit:
            log.end(lasting, time)
        if isinstance(limit, int | float):
            found.append(LimitWatch(log, series, kind, float(limit), rules))
    names = meta.get("alarm_states")
    if isinstance(names, list) and names:
        found.append(StateWatch(log, series, names))
    elif (lasting := log.lasting(tag, STATE)) is not None:
        log.end(lasting, time)
    return found
