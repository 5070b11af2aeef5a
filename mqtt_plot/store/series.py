"""The samples of one tag, and all that is known of the tag. Knows nothing of the limits of the whole store."""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress, count
from typing import NamedTuple

from mqtt_plot.samples import are_ascending
from mqtt_plot.store.changes import Changes
from mqtt_plot.store.decimation import decimate
from mqtt_plot.store.device_clock import DeviceClock
from mqtt_plot.store.extremes import RUN
from mqtt_plot.store.order import Late, late_runs
from mqtt_plot.store.ring import Ring
from mqtt_plot.store.stretch import Copied, Points, Stretch
from mqtt_plot.store.tiers import Tiers, Width

_WORDS = ("boolean", "state")
# The weight of a new interval; and the most usual intervals that a pause counts as, so that one long silence does not spoil the average.
_LEARNING = 0.1
_LONGEST_LESSON = 4.0
_LONGEST_GROWTH = 1 + _LEARNING * (_LONGEST_LESSON - 1)
# Rates are smoothed over about this time: steady enough to read, quick enough to see a change.
_RATE_SECONDS = 3.0
_QUIET = 0.001  # messages per second; a lower rate is shown as 0
# docs/protocol.md: when a tag is late, and when it is stale.
_LATE_INTERVALS, LATE_SECONDS = 3.0, 2.0
_STALE_INTERVALS, _STALE_SECONDS, _STALE_UNKNOWN_SECONDS = 10.0, 10.0, 60.0

BOOLEAN_STATES = ("false", "true")


class Picture(NamedTuple):
    """Columns that stand for `raw` points."""

    raw: int
    times: "array[float]"
    values: "array[float]"


class _Touched:
    """The slots that every message uses, next to each other in memory: slots lie class after class, and there by name."""

    __slots__ = (
        "arrival",
        "bytes",
        "high",
        "interval",
        "is_gone",
        "kind",
        "low",
        "messages",
        "newest",
        "retained",
        "ring",
        "stamp_due",
        "unit",
    )


class Series(_Touched):
    """A tag: its ring, its unit and states, and the usual interval of its messages.

    `kind` is "number", "boolean" or "state", "" before the first value; it widens as values come: a boolean becomes a number or a
    state. A number stays one, a word among numbers is a gap. A series of words that turns out to be numbers becomes one, with the
    numbers it held; `turned` then says what each value held means from now on, until the store has laid the ring anew. `states` names
    the values of a state series by index, at most 64; further words all become "other", the last of them. Of a boolean series it has
    the two words, where it came as words.
    """

    __slots__ = (
        "_measured",
        "_measured_bytes",
        "_measured_messages",
        "bytes_rate",
        "changes",
        "clock",
        "has_declared_states",
        "id",
        "is_throttled",
        "late",
        "late_from",
        "meta",
        "rate",
        "revision",
        "row_version",
        "states",
        "tag",
        "tiers",
        "turned",
    )

    def __init__(self, series_id: int, tag: str, limit: int, origin: int = 0) -> None:
        self.id = series_id
        self.tag = tag
        self.unit = ""
        self.kind = ""
        self.states: list[str] = []
        self.meta: dict[str, object] = {}
        self.ring = Ring(limit, origin)
        # What the ring has let go: of a number, and of a state or a boolean; both, where a kind has widened.
        self.tiers: Tiers | None = None
        self.changes: Changes | None = None
        self.late: Late | None = None  # once a point has come late
        self.is_gone = False  # its device has said goodbye
        self.is_throttled = False
        self.revision = 0  # of the store, when the description last changed
        self.row_version = 0  # of the directory, when the row last changed
        self.retained: float | None = None  # last known value, from a retained message without a time
        self.arrival = math.nan
        self.interval = math.nan
        self.clock: DeviceClock | None = None  # of the device, once it has sent a stamp
        self.stamp_due = -math.inf  # when the clock is measured next
        self.has_declared_states = False
        self.turned: list[float] | None = None
        self.messages = 0
        self.bytes = 0
        self.rate = 0.0
        self._measured = math.nan
        self._measured_messages = 0
        self._measured_bytes = 0
        self.bytes_rate = 0.0
        self.newest = -math.inf  # the latest time ever stored
        self.late_from = math.inf  # the oldest time that came after a newer one, since the state file looked
        self.low = -math.inf  # values from here to `high` change nothing for the watcher
        self.high = math.inf

    def heard(self, now: float, size: int) -> None:
        """Count a message of `size` bytes that arrived at `now`, and update the usual interval."""
        gap = now - self.arrival
        if gap > 0:
            interval = self.interval
            if gap < _LONGEST_LESSON * interval:
                self.interval = interval + _LEARNING * (gap - interval)
            elif interval == interval:  # noqa: PLR0124 - only NaN differs from itself
                self.interval = interval * _LONGEST_GROWTH
            else:
                self.interval = gap
        self.arrival = now
        self.is_gone = False
        self.messages += 1
        self.bytes += size

    def measure(self, now: float) -> None:
        """Update the smoothed rates with what came since the last call; what came before the first call counts in the second."""
        seconds = now - self._measured
        self._measured = now
        if not seconds > 0:
            return
        messages, size = self.messages - self._measured_messages, self.bytes - self._measured_bytes
        self._measured_messages, self._measured_bytes = self.messages, self.bytes
        weight = seconds / (seconds + _RATE_SECONDS)
        self.rate += weight * (messages / seconds - self.rate)
        self.bytes_rate += weight * (size / seconds - self.bytes_rate)
        if not messages and self.rate < _QUIET:
            self.rate = self.bytes_rate = 0.0

    def saw_stamp(self, ahead: float, now: float) -> None:
        """Measure the device's clock: at `now` a stamp is `ahead` seconds ahead. Calls before `stamp_due` are not needed."""
        clock = self.clock
        if clock is None:
            clock = self.clock = DeviceClock()
        clock.learn(ahead, now)
        self.stamp_due = clock.due

    @property
    def offset(self) -> float:
        """Seconds by which the device's clock is ahead of ours, NaN without stamps."""
        return math.nan if self.clock is None else self.clock.offset

    @property
    def usual_interval(self) -> float:
        """Seconds between messages: as the device declares, else as measured; NaN while unknown."""
        declared = self.meta.get("interval")
        return declared if isinstance(declared, float) else self.interval

    def declare_states(self, words: list[str]) -> None:
        """Use the device's own names for its values 0, 1, 2…; numbers held already are such values."""
        self.states = list(words)
        self.has_declared_states = True
        if self.kind == "number":
            self.kind = "state"

    def spaced(self, seconds: float) -> None:
        """Set the usual interval from the spacing of stamps, for samples that do not come at the pace they were measured at."""
        if seconds > 0:
            self.interval = seconds

    def name_of(self, value: float) -> str:
        """Return the word for a value of a state or a boolean."""
        names = self.states or (list(BOOLEAN_STATES) if self.kind == "boolean" else [])
        return names[int(value)] if 0 <= value < len(names) else f"{value:g}"

    def noted_all(self, times: "array[float]", *, ascend: bool = False) -> None:
        """Note which points of a column about to be appended are late, and the newest time; all as in Store.extend."""
        if times[0] >= self.newest and (ascend or are_ascending(times.tolist())):
            self.newest = times[-1]
        else:
            for start, stop in late_runs(times, self.newest):
                self.note_late(self.ring.next + start, self.ring.next + stop)
            self.newest = max((self.newest, max(times)))
            self.late_from = min((self.late_from, min(times)))

    def note_late(self, start: int, stop: int) -> None:
        """Note that the points with start <= seq < stop are older than one before them."""
        if self.late is None:
            self.late = Late()
        self.late.add(start, stop)

    def noted_anew(self, times: "array[float]") -> None:
        """Find out order and newest time from all points held, after they were replaced."""
        self.newest = -math.inf if times else self.digested
        self.late = None
        if times:
            self.noted_all(times)

    @property
    def is_ordered(self) -> bool:
        """True if no point held is older than one before it."""
        return self.late is None or self.late.end <= self.ring.first

    def read_in_order(self, start: int, stop: int) -> "tuple[array[float], array[float]]":
        """Return the points with start <= seq < stop, sorted by time; points of equal time keep their order."""
        return self.ring.read(start, stop) if self.late is None else self.late.read(self.ring, start, stop)

    def find_order(self) -> Iterator[None]:
        """Find the order of the points held slice by slice, if that takes long; readers have it at once until `forget_order`."""
        return iter(()) if self.late is None else self.late.find_order(self.ring)

    def forget_order(self) -> None:
        """Let go of what `find_order` has found."""
        if self.late is not None:
            self.late.found = None

    @property
    def outlines(self) -> list[Tiers | Changes]:
        """What is held in outline, of either kind."""
        return [part for part in (self.changes, self.tiers) if part is not None]

    @property
    def outline_bytes(self) -> int:
        return sum(part.nbytes for part in self.outlines)

    @property
    def nbytes(self) -> int:
        return self.ring.nbytes + self.outline_bytes

    @property
    def digested(self) -> float:
        """The time up to which the outline knows what was; after it the ring alone does. -inf without an outline."""
        return max((part.end for part in self.outlines), default=-math.inf)

    @property
    def since(self) -> float:
        """The oldest time of which anything is known; NaN for an empty series."""
        starts = [part.start for part in self.outlines]
        return min((time for time in (*starts, self.span[0]) if not math.isnan(time)), default=math.nan)

    @property
    def oldest(self) -> float:
        """About the oldest time of which anything is known, without a look at every point; infinite for an empty series."""
        starts = [time for part in self.outlines if not math.isnan(time := part.start)]
        return min(starts) if starts else self.ring.time_at(self.ring.first) if len(self.ring) else math.inf

    @property
    def whole_from(self) -> float:
        """About the time from which on every point is held; -inf where none had to go yet."""
        ring = self.ring
        has_lost = ring.first > ring.origin or self.outlines
        return -math.inf if not has_lost else ring.time_at(ring.first) if len(ring) else self.digested

    def _outline(self, widths: Sequence[Width]) -> Tiers | Changes:
        """Return what remembers values of the present kind."""
        if self.kind in _WORDS:
            if self.changes is None:
                self.changes = Changes(widths[-1].seconds)
            return self.changes
        if self.tiers is None:
            self.tiers = Tiers(widths)
        return self.tiers

    def digest(self, count: int, following: float, widths: Sequence[Width]) -> None:
        """Remember the oldest `count` points that were not handed on yet in outline; `following` is the time of what comes next."""
        ring = self.ring
        start = ring.next - ring.pending
        stop = min(start + count, ring.next)
        if widths and start < stop:
            until = ring.time_at(stop) if stop < ring.next else following
            times, values = self.read_in_order(start, stop)
            self._outline(widths).digest(times, values, until)
        ring.hand_on(stop)

    def forget_before(self, time: float) -> int:
        """Let go of the oldest points as long as they are older than `time`; return how many."""
        ring = self.ring
        if not len(ring) or ring.time_at(ring.first) >= time:
            return 0
        if self.is_ordered:
            return ring.drop_before(ring.find(time))
        times, _ = ring.read(ring.first, ring.next)
        kept = compress(count(ring.first), map(time.__le__, times))
        return ring.drop_before(next(kept, ring.next))

    def rewind(self, since: float, widths: Sequence[Width]) -> None:
        """Let go of what was at `since` or later, to be told anew; what was before is known in outline only, if at all."""
        ring = self.ring
        times, values = self.read_in_order(ring.next - ring.pending, ring.next)
        cut = bisect_left(times, since)
        if cut and widths:
            self._outline(widths).digest(times[:cut], values[:cut], since)
        if since == -math.inf:
            self.tiers = self.changes = None
        for part in self.outlines:
            part.forget_from(since)
        ring.restart()
        self.late, self.newest = None, max((part.end for part in self.outlines), default=-math.inf)

    @property
    def span(self) -> tuple[float, float]:
        """Times of the oldest and the newest point held, NaN without points. Reads all points of a tag of which most came late."""
        ring = self.ring
        if not len(ring):
            return math.nan, math.nan
        if self.late is None or self.is_ordered:
            return ring.time_at(ring.first), ring.time_at(ring.next - 1)
        return self.late.span(ring)

    def window(self, start: float | None, end: float | None) -> "tuple[array[float], array[float]]":
        """Return the points with start <= time <= end, sorted by time; None is no bound."""
        if self.is_ordered:
            return self.ring.read(*self._seqs(start, end))
        times, values = self.read_in_order(self.ring.first, self.ring.next)
        low = 0 if start is None else bisect_left(times, start)
        high = len(times) if end is None else bisect_right(times, end)
        return times[low:high], values[low:high]

    def before(self, time: float) -> tuple[float, ...]:
        """Return time and value of the last point held before `time`; nothing where there is none."""
        return self._beside(time, -1)

    def after(self, time: float) -> tuple[float, ...]:
        """Return time and value of the first point held after `time`; nothing where there is none."""
        return self._beside(math.nextafter(time, math.inf), 0)

    def _beside(self, time: float, offset: int) -> tuple[float, ...]:
        """Return the point that is `offset` behind the first at `time` or later."""
        ring = self.ring
        if self.is_ordered:
            seq = ring.find(time) + offset
            times, values = ring.read(seq, seq + 1) if ring.first <= seq < ring.next else ((), ())
        else:
            times, values = self.read_in_order(ring.first, ring.next)
            place = bisect_left(times, time) + offset
            times, values = times[max(place, 0) : place + 1], values[max(place, 0) : place + 1]
        return (*times, *values)

    def stretch(self, start: float | None, end: float | None) -> Points:
        """Return the points of `window` to be read piece by piece, without a copy as long as they are in order."""
        if self.is_ordered:
            return Stretch(self.ring, *self._seqs(start, end))
        return Copied(*self.window(start, end))

    def picture(self, start: float | None, end: float | None, points: int) -> Picture:
        """Return the points of `window` in at most about `points` of them (see `downsample`)."""
        ring = self.ring
        first, stop = self._seqs(start, end) if self.is_ordered else (0, 0)
        raw = stop - first
        are_states = self.kind == "state"
        if raw < RUN * points or are_states:
            columns = self.window(start, end)
            return Picture(len(columns[0]), *decimate(*columns, points, are_states=are_states))
        bucket = (ring.time_at(stop - 1) - ring.time_at(first)) * 2 / points
        return Picture(raw, *decimate(*ring.outline(first, stop, bucket), points))

    def _seqs(self, start: float | None, end: float | None) -> tuple[int, int]:
        """Return the seqs of the first point from `start` on and of the first one past `end`, of a series in order."""
        ring = self.ring
        first = ring.first if start is None else ring.find(start)
        return first, ring.next if end is None else max(first, ring.find(math.nextafter(end, math.inf)))

    def is_late(self, now: float) -> bool:
        """Return True if the tag has been silent for clearly longer than usual."""
        interval = self.usual_interval
        return now - self.arrival > max(_LATE_INTERVALS * interval, LATE_SECONDS) if interval == interval else False  # noqa: PLR0124

    def is_stale(self, now: float) -> bool:
        """Return True if the last value may no longer be current."""
        if math.isnan(self.arrival) or self.retained is not None or self.is_gone:
            return True
        interval = self.usual_interval
        known = interval == interval  # noqa: PLR0124
        return now - self.arrival > (
            max(_STALE_INTERVALS * interval, _STALE_SECONDS) if known else _STALE_UNKNOWN_SECONDS
        )
