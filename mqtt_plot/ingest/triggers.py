"""Triggers: conditions, and what to capture when they become true. Reads no clock.

`rises` and `falls` are the edge, from one side of the level to the other; `above` and `below` the level, also where a value is beyond it
already, then not again before it was back; `changes` is another value than before, or the state that is named; `event` the begin of an event;
`expression` a condition over several tags that becomes true. What is held when a trigger is armed does not fire.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mqtt_plot.errors import PayloadError, WatchError, shown
from mqtt_plot.ingest.events import KINDS
from mqtt_plot.ingest.expressions.inputs import read_expression
from mqtt_plot.parsers.values import check_text
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
_LARGEST = 1e300  # beyond all use
LONGEST_SECONDS = 3600.0
LONGEST_HOLD_OFF = 86_400.0


@dataclass(frozen=True)
class TriggerSettings:
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


def parse_trigger(fields: object) -> TriggerSettings:
    """Return the trigger that a client describes. Raises WatchError with a message for the client."""
    if not isinstance(fields, dict):
        raise WatchError(
            "bad_trigger",
            f'expected an object such as {{"tag": "oven", "condition": "rises", "level": 80}}, got {shown(fields)}',
        )
    known = set(TriggerSettings("", "").to_json())
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
        read_expression(expression)
    elif not tag:
        raise WatchError("bad_trigger", "expected the tag to wait on in 'tag'")
    elif condition != EVENT:
        try:
            check_tag(tag)
        except PayloadError as error:
            raise WatchError("bad_trigger", str(error)) from None
    wanted = TriggerSettings(
        name=_text(fields, "name", MAX_NAME),
        condition=str(condition),
        tag=tag,
        level=_number(fields, "level", 0.0, -_LARGEST, _LARGEST),
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
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not least <= raw <= most:
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

    def __init__(self, trigger_id: int, wanted: TriggerSettings) -> None:
        self.id = trigger_id
        self.revision = 0
        self.wanted = wanted
        self.fired = 0
        self.fired_at = self.held_until = -math.inf

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `triggers` frames."""
        return {"id": self.id, **self.wanted.to_json(), "says": self.wanted.says, "fired": self.fired}
