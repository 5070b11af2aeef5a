"""The flight recorder: when a trigger fires, it copies the points around that instant into a capture. Reads no clock.

The points before the instant are copied at once, before a busy tag overwrites them; the points after it, when that time has passed.
"""

from mqtt_plot.errors import WatchError
from mqtt_plot.ingest.trigger_list import TriggerList
from mqtt_plot.ingest.triggers import Trigger, matching
from mqtt_plot.metrics import Counters
from mqtt_plot.store.captures import MAX_LINE_POINTS, MAX_LINES, Capture, CaptureList, Line, completed, freeze
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

# Captures being made at once; a trigger that fires beyond them is counted.
MAX_UNDER_WAY = 16
# The data after the instant may be late; the recorder waits for it this much longer at most.
GRACE_SECONDS = 2.0


class _Firing:
    """A trigger that has fired and waits for the seconds after the instant."""

    __slots__ = ("at", "lines", "noticed", "tag", "trigger")

    def __init__(self, trigger: Trigger, at: float, tag: str, lines: list[tuple[Series, int, Line]]) -> None:
        self.trigger = trigger
        self.at = at
        self.tag = tag
        self.lines = lines  # the series, the seq of the first point that is not in the line, the line
        self.noticed: float | None = None  # by our clock


class FlightRecorder:
    """Fills `captures`. Call `look` about once per second."""

    def __init__(self, store: Store, counters: Counters) -> None:
        self.captures = CaptureList(counters)
        self.triggers = TriggerList(store, self.fire)
        self._store = store
        self._counters = counters
        self._under_way: dict[int, _Firing] = {}

    def fire(self, trigger: Trigger, at: float, tag: str) -> None:
        """Begin a capture, unless the trigger has just made one, or is making one."""
        wanted = trigger.wanted
        if trigger.id in self._under_way or trigger.fired_at <= at < trigger.held_until:
            self._counters.add("triggers_skipped", "held_off")
            return
        if len(self._under_way) >= MAX_UNDER_WAY:
            self._counters.add("triggers_skipped", "too_many")
            return
        tags = tuple(tag.translate(_LITERAL) for tag in (tag, wanted.tag) if tag)
        room = MAX_LINE_POINTS
        lines = []
        for series in matching(self._store, (*tags, *wanted.tags), MAX_LINES):
            line = freeze(series, at - wanted.before, at + wanted.after, room)  # a batch may hold what comes after, too
            room -= len(line.times)
            lines.append((series, series.ring.next, line))
        try:
            self.captures.make_room(sum(len(line.times) for _, _, line in lines) + self._held)
        except WatchError:
            self._counters.add("triggers_skipped", "no_room")
            return
        trigger.fired += 1
        trigger.fired_at = at
        trigger.held_until = at + wanted.after + wanted.hold_off
        self._counters.add("triggers_fired")
        self.triggers.put(trigger)
        self._under_way[trigger.id] = _Firing(trigger, at, tag, lines)

    @property
    def _held(self) -> int:
        return sum(len(line.times) for firing in self._under_way.values() for _, _, line in firing.lines)

    def look(self, now: float) -> None:
        """Make the captures that are due."""
        for firing in list(self._under_way.values()):
            if firing.noticed is None or now < firing.noticed:
                firing.noticed = now
            series = self._store.get(firing.tag)
            ends = firing.at + firing.trigger.wanted.after
            has_come = series is not None and series.newest >= ends
            if has_come or now - firing.noticed >= firing.trigger.wanted.after + GRACE_SECONDS:
                del self._under_way[firing.trigger.id]
                self._finish(firing, ends)

    def _finish(self, firing: _Firing, ends: float) -> None:
        trigger, wanted = firing.trigger, firing.trigger.wanted
        stretch = (firing.at - wanted.before, ends)
        room = MAX_LINE_POINTS - sum(len(line.times) for _, _, line in firing.lines)
        lines = []
        for series, seq, before in firing.lines:
            line = completed(before, series, seq, stretch, room)
            room -= len(line.times) - len(before.times)
            lines.append(line)
        capture_id = self.captures.next_id()
        name = wanted.name or f"Capture {capture_id}"
        capture = Capture(capture_id, name, wanted.says, at=firing.at, stretch=stretch, lines=lines, trigger=trigger.id)
        try:
            self.captures.add(capture)
        except WatchError:
            return  # counted
        if wanted.is_once and self.triggers.get(trigger.id) is trigger:
            self.triggers.disarm(trigger)


# A tag's own name as a pattern: brackets, stars and marks stand for themselves.
_LITERAL = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})
