"""Captures: copies of the raw points of some tags around an instant. Knows nothing of triggers and files.

Bounded: at most `MAX_CAPTURES`, with at most `MAX_POINTS` points in memory. The oldest are dropped first and counted; pinned ones stay.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mqtt_plot.errors import WatchError
from mqtt_plot.metrics import Counters
from mqtt_plot.store.ledger import Ledger
from mqtt_plot.store.order import in_order
from mqtt_plot.store.series import Series

MAX_CAPTURES = 100
MAX_POINTS = 1_000_000  # 16 MB
MAX_LINES = 64  # tags in one capture
MAX_LINE_POINTS = 250_000  # of all tags of one capture
MAX_BYTES = 256 * 1024 * 1024  # of all files


class Line(NamedTuple):
    """The points of one tag, by time; `is_whole` is False if some were overwritten before they could be copied."""

    tag: str
    unit: str
    kind: str
    states: Sequence[str]
    times: "array[float]"
    values: "array[float]"
    is_whole: bool = True


class Capture:
    """One capture of the time from `start` to `end` around the instant `at`, POSIX seconds. `lines` is None if only `file` has the points."""

    __slots__ = (
        "at",
        "end",
        "file",
        "id",
        "is_pinned",
        "is_whole",
        "lines",
        "name",
        "points",
        "reason",
        "revision",
        "size",
        "start",
        "tags",
        "trigger",
    )

    def __init__(
        self,
        capture_id: int,
        name: str,
        reason: str,
        *,
        at: float,
        stretch: tuple[float, float],
        lines: Sequence[Line] | None,
        trigger: int = 0,
    ) -> None:
        self.id = capture_id
        self.revision = 0
        self.trigger = trigger  # its id
        self.name = name
        self.reason = reason
        self.at = at
        self.start, self.end = stretch
        self.lines = lines
        self.tags = [line.tag for line in lines or ()]
        self.points = sum(len(line.times) for line in lines or ())
        self.is_whole = all(line.is_whole for line in lines or ())
        self.is_pinned = False
        self.file = ""
        self.size = 0  # of the file, bytes

    @property
    def held(self) -> int:
        """How many points are in memory."""
        return 0 if self.lines is None else self.points

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `captures` frames, without the points."""
        return {
            "id": self.id, "trigger": self.trigger, "name": self.name, "reason": self.reason, "at": self.at, "start": self.start,
            "end": self.end, "tags": self.tags, "points": self.points, "whole": self.is_whole, "pinned": self.is_pinned, "file": self.file,
        }  # fmt: skip


class CaptureList(Ledger[Capture]):
    """The captures, oldest first. `on_new` is called with each new one, `on_gone` with each that is dropped."""

    def __init__(self, counters: Counters) -> None:
        super().__init__()
        self.dropped = 0
        self.on_new: Callable[[Capture], None] = lambda _: None
        self.on_gone: Callable[[Capture], None] = lambda _: None
        self._counters = counters

    def add(self, capture: Capture) -> None:
        """Keep a capture; drop older ones if there is no room. Raises WatchError("captures_full") if all are pinned."""
        self.make_room(capture.held, capture.size, 1)
        self.put(capture)
        self.on_new(capture)

    def make_room(self, points: int, size: int = 0, captures: int = 0) -> None:
        """Drop the oldest until there is room for this much more. Raises WatchError."""
        while (
            len(self) + captures > MAX_CAPTURES
            or sum(capture.held for capture in self) + points > MAX_POINTS
            or sum(capture.size for capture in self) + size > MAX_BYTES
        ):
            oldest = next((capture for capture in self if not capture.is_pinned), None)
            if oldest is None:
                self._counters.add("captures_refused", "pinned")
                raise WatchError(
                    "captures_full", "there is no room for a capture: those there are pinned; unpin or delete one"
                )
            self.dropped += 1
            self._counters.add("captures_dropped")
            self.delete(oldest)

    def delete(self, capture: Capture) -> None:
        """Forget a capture, with its file."""
        self.remove(capture)
        self.on_gone(capture)


def freeze(series: Series, start: float, end: float, room: int) -> Line:
    """Return the points of a series with start <= time <= end, the newest `room` of them."""
    ring = series.ring
    is_cut = ring.first > ring.origin and not (len(ring) and ring.time_at(ring.first) <= start)
    return _line(series, *series.window(start, end), room=room, is_cut=is_cut)


def completed(line: Line, series: Series, seq: int, stretch: tuple[float, float], room: int) -> Line:
    """Return a line with the points that came since, from `seq` on, in the order of time; `room` more of them at most."""
    ring = series.ring
    start, end = stretch
    came = [point for point in zip(*ring.read(seq, ring.next), strict=True) if start <= point[0] <= end]
    times, values = array("d", [time for time, _ in came]), array("d", [value for _, value in came])
    rest = _line(series, times, values, room=room, is_cut=seq < ring.first)
    times, values = in_order(line.times + rest.times, line.values + rest.values)
    return rest._replace(times=times, values=values, is_whole=line.is_whole and rest.is_whole)


def _line(series: Series, times: "array[float]", values: "array[float]", *, room: int, is_cut: bool) -> Line:
    if len(times) > room:
        first = len(times) - room
        times, values, is_cut = times[first:], values[first:], True
    return Line(series.tag, series.unit, series.kind or "number", tuple(series.states), times, values, not is_cut)
