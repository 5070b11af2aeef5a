"""The log of events: when a tag was beyond a limit, silent, throttled, or in an alarm state. Reads no clock.

Bounded: at most `MAX_EVENTS` in all and `MAX_PER_TAG` of one tag, so that a noisy tag does not push out the events of others. Late ones go
first, then the oldest that have ended; each dropped event is counted.
"""

import json
import math
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Self

from mqtt_plot.metrics import Counters
from mqtt_plot.store.ledger import Ledger

MAX_EVENTS = 1_000
MAX_PER_TAG = 100

# Limits; silence; the device's clock was set; an alarm state; the throttle holds samples back; the broker is away.
LIMITS = ("lolo", "lo", "hi", "hihi")
LATE, STALE, CLOCK, STATE, FLOOD, BROKER = "late", "stale", "clock", "state", "flood", "broker"
KINDS = (*LIMITS, LATE, STALE, CLOCK, STATE, FLOOD, BROKER)


class Event:
    """One event of a tag ("": of the bridge itself). Times are POSIX seconds; `end` is None while it lasts.

    `value` is the worst value so far, or the seconds by which the device's clock is now ahead; `limit` is that of the begin.
    `text` is the state's name, or an explanation.
    """

    __slots__ = ("begin", "end", "id", "kind", "limit", "revision", "tag", "text", "value")

    def __init__(
        self,
        event_id: int,
        tag: str,
        kind: str,
        begin: float,
        *,
        end: float | None = None,
        value: float | None = None,
        limit: float | None = None,
        text: str = "",
    ) -> None:
        self.id = event_id
        self.revision = 0
        self.tag = tag
        self.kind = kind
        self.begin = begin
        self.end = end
        self.value = value
        self.limit = limit
        self.text = text

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `events` frames (docs/events.md)."""
        return {
            "id": self.id, "tag": self.tag, "kind": self.kind, "begin": self.begin, "end": self.end,
            "value": self.value, "limit": self.limit, "text": self.text,
        }  # fmt: skip

    def message(self) -> bytes:
        """Return the payload of --publish-events, for the begin and for the end: JSON in UTF-8."""
        told = {"time": self.begin if self.end is None else self.end, "state": "begin" if self.end is None else "end"}
        return json.dumps({**told, **self.to_json()}, ensure_ascii=False, allow_nan=False).encode()

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> Self:
        """Return the event that `to_json` has described. Raises KeyError, TypeError or ValueError for anything else."""
        kind, tag, text = fields["kind"], fields["tag"], fields["text"]
        if kind not in KINDS or not isinstance(tag, str) or not isinstance(text, str):
            raise ValueError(f"expected an event, got {fields!r:.80}")
        event_id = fields["id"]
        begin = _number(fields["begin"])
        if not isinstance(event_id, int) or begin is None:
            raise ValueError(f"expected an event, got {fields!r:.80}")
        return cls(
            event_id, tag, str(kind), begin,
            end=_number(fields["end"]), value=_number(fields["value"]), limit=_number(fields["limit"]), text=text,
        )  # fmt: skip


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a number, got {value!r:.40}")
    return float(value)


class EventLog(Ledger[Event]):
    """The events, oldest first; of each tag and kind at most one lasts."""

    def __init__(self, counters: Counters) -> None:
        super().__init__()
        self.dropped = 0
        self.counts: dict[str, int] = {}  # events of each tag ever begun, dropped ones too; of tags that exist
        self.listeners: list[Callable[[Event], None]] = []  # called when an event begins, and when it has ended
        self._counters = counters
        self._open: dict[tuple[str, str], Event] = {}
        self._of_tag: dict[str, dict[int, Event]] = {}

    @property
    def open_count(self) -> int:
        return len(self._open)

    def lasting(self, tag: str, kind: str) -> Event | None:
        """Return the event of a tag and kind that still lasts."""
        return self._open.get((tag, kind))

    def all_lasting(self) -> list[Event]:
        return list(self._open.values())

    def begin(
        self,
        tag: str,
        kind: str,
        time: float,
        *,
        value: float | None = None,
        limit: float | None = None,
        text: str = "",
    ) -> Event:
        """Add an event that begins. One of the same tag and kind must have ended before."""
        event = Event(self.next_id(), tag, kind, time, value=value, limit=limit, text=text)
        self._counters.add("events", kind)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self._open[tag, kind] = event
        self._insert(event)
        self._announce(event)
        return event

    def happened(self, tag: str, kind: str, time: float, *, value: float | None = None) -> None:
        """Add an event without duration."""
        self.end(self.begin(tag, kind, time, value=value), time)

    def grow(self, event: Event, value: float) -> None:
        """Note a worse value."""
        event.value = value
        self._note(event)

    def rename(self, event: Event, kind: str) -> None:
        """Change the kind of an event that lasts."""
        del self._open[event.tag, event.kind]
        self._counters.add("events", kind)
        event.kind = kind
        self._open[event.tag, kind] = event
        self._note(event)

    def end(self, event: Event, time: float) -> None:
        """End an event; its end is never before its begin."""
        event.end = max(event.begin, time)
        self._open.pop((event.tag, event.kind), None)
        self._note(event)
        self._announce(event)

    def _announce(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    def forget_tag(self, tag: str, time: float) -> None:
        """End the events of a deleted tag; the list keeps them."""
        for event in self.all_lasting():
            if event.tag == tag:
                self.end(event, time)
        self.counts.pop(tag, None)

    def _note(self, event: Event) -> None:
        if event.id in self._entries:  # it may have been dropped while it lasted
            self.put(event)

    def _insert(self, event: Event) -> None:
        self.put(event)
        of_tag = self._of_tag.setdefault(event.tag, {})
        of_tag[event.id] = event
        if len(of_tag) > MAX_PER_TAG:
            self._drop(of_tag)
        if len(self) > MAX_EVENTS:
            self._drop(self._entries)

    def _drop(self, among: Mapping[int, Event]) -> None:
        ended = [event for event in among.values() if event.end is not None]
        event = next((event for event in ended if event.kind == LATE), None) or next(iter(ended or among.values()))
        of_tag = self._of_tag[event.tag]
        del of_tag[event.id]
        if not of_tag:
            del self._of_tag[event.tag]
        self.remove(event)
        self.dropped += 1
        self._counters.add("events_dropped")

    def find(
        self,
        *,
        tag: str = "*",
        kinds: frozenset[str] = frozenset(KINDS),
        start: float = -math.inf,
        end: float = math.inf,
        is_open: bool | None = None,
        limit: int = MAX_EVENTS,
    ) -> list[Event]:
        """Return the newest `limit` events, oldest first, of tags that match the pattern `tag`, between `start` and `end`."""
        found = [
            event
            for event in self
            if event.kind in kinds
            and event.begin <= end
            and (event.end is None or event.end >= start)
            and (is_open is None or (event.end is None) is is_open)
            and (tag == "*" or fnmatchcase(event.tag, tag))
        ]
        return found[-limit:]

    def dump(self) -> object:
        """Return all that is to be kept over a restart, for JSON."""
        return {"events": [event.to_json() for event in self], "counts": self.counts, "dropped": self.dropped}

    def restore(self, kept: object) -> None:
        """Restore what `dump` returned, into an empty log. Raises KeyError, TypeError or ValueError for anything else."""
        if not isinstance(kept, dict):
            raise TypeError(f"expected an object, got {kept!r:.40}")
        for fields in kept["events"][-MAX_EVENTS:]:
            event = Event.from_json(fields)
            if event.id in self._entries:
                continue
            if event.end is None:
                self._open[event.tag, event.kind] = event
            self._insert(event)
        self.counts = {str(tag): int(count) for tag, count in kept["counts"].items()}
        self.dropped = int(kept["dropped"])
