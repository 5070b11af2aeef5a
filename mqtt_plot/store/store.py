"""All series, within the limits on tags, points, age and memory. Knows nothing of where samples come from or go to.

What happens at each limit:

- tags: a new tag is refused (StoreFullError), so that noise cannot push out real data;
- points: the oldest point of the series is overwritten (`overwritten.points`);
- age: points older than `max_age` are forgotten (`overwritten.age`), in outline too;
- memory: shared fairly (budget.py); what must go counts as `overwritten.memory`.

With a `history`, what is overwritten is first remembered in outline (tiers.py, changes.py), within the same budget.
"""

import math
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from mqtt_plot.errors import StoreFullError, UnknownTagError
from mqtt_plot.metrics import Counters
from mqtt_plot.store.budget import Budget
from mqtt_plot.store.changes import Changes
from mqtt_plot.store.kinds import to_number
from mqtt_plot.store.series import Series
from mqtt_plot.store.tiers import Tiers, Width
from mqtt_plot.tags import MAX_TAG_BYTES, MAX_TAG_LEVELS, check_tag

MAX_GONE = 1_000
# Within so long after a step of the clock it is noticed.
_JUST_NOW_SECONDS = 0.2


class Limits(NamedTuple):
    """How much the store may hold: points per tag, seconds per tag (None: any), tags, bytes; how long a tag may be; the outline's widths."""

    max_points: int = 10_000
    max_age: float | None = None
    max_tags: int = 1_000
    max_memory: int = 64 * 1024 * 1024
    max_tag_bytes: int = MAX_TAG_BYTES
    max_tag_levels: int = MAX_TAG_LEVELS
    history: tuple[Width, ...] = ()


class Judge(Protocol):
    """Who watches what is stored; asked only for values outside a series' `low` to `high`."""

    def judge(self, series: Series, time: float, value: float) -> None:
        """Take in one value that was stored."""

    def judge_columns(self, series: Series, times: "array[float]", values: "array[float]", newest: float) -> None:
        """Take in columns that were stored; `newest` is the latest time before them."""


class Store:
    """Series by tag and by id. `changed` collects the series touched since the last reader emptied it."""

    def __init__(self, limits: Limits, counters: Counters) -> None:
        self.limits = limits
        self.counters = counters
        self._overwritten = counters.tally("overwritten", "points")
        self._squeezed = counters.tally("overwritten", "memory")
        self.changed: set[Series] = set()
        # Grows when a series is made, deleted, or changes its unit, kind, states or meta. Starts at 1: readers begin with 0.
        self.revision = 1
        self.gone: deque[tuple[int, int]] = deque(maxlen=MAX_GONE)  # (revision, id) of the series deleted last
        self.deletions = 0  # those who cache series by tag compare it
        self._by_tag: dict[str, Series] = {}
        self._next_id = 1
        self._next_origin = (
            0  # past every seq of the series deleted: a tag that comes back does not give out a seq again
        )
        self._budget = Budget(limits.max_memory, limits.history, counters)
        self._ageing: list[Series] = []  # still to be looked at for points that are too old
        self.watcher: Judge | None = None

    def __len__(self) -> int:
        return len(self._by_tag)

    def __iter__(self) -> Iterator[Series]:
        return iter(self._by_tag.values())

    def __contains__(self, tag: str) -> bool:
        return tag in self._by_tag

    def find(self, tag: str) -> Series:
        """Return the series of `tag`. Raises UnknownTagError."""
        series = self._by_tag.get(tag)
        if series is None:
            raise UnknownTagError(tag)
        return series

    def get(self, tag: str) -> Series | None:
        return self._by_tag.get(tag)

    def open(self, tag: str) -> Series:
        """Return the series of `tag`; make it if there is room. Raises StoreFullError, and PayloadError for a name that is too long."""
        series = self._by_tag.get(tag)
        return series if series is not None else self._create(tag)

    def _create(self, tag: str) -> Series:
        if len(self._by_tag) >= self.limits.max_tags:
            raise StoreFullError(
                f"expected at most {self.limits.max_tags} tags (--max-tags), so the new tag {tag!r:.80} is refused; "
                "raise the limit or delete tags that are no longer needed"
            )
        check_tag(tag, self.limits.max_tag_bytes, self.limits.max_tag_levels)
        series = Series(self._next_id, tag, self.limits.max_points, self._next_origin)
        self._next_id += 1
        self._by_tag[tag] = series
        self.describe(series)
        self._budget.opened(series)
        return series

    def append(self, series: Series, time: float, value: float | str) -> None:
        """Store one sample of `series`; see the module for what happens at the limits."""
        if type(value) is not float or series.kind != "number":
            value = self.number_for(series, value)
        if time >= series.newest:
            series.newest = time
        else:
            series.note_late(series.ring.next, series.ring.next + 1)
            series.late_from = min(series.late_from, time)
        ring = series.ring
        if ring.next >= ring.due:
            self._budget.make_room(series, 1, time)
        if ring.append(time, value):
            (self._overwritten if ring.size >= ring.limit else self._squeezed).n += 1
        series.retained = None
        self.changed.add(series)
        if not series.low <= value <= series.high and self.watcher is not None:
            self.watcher.judge(series, time, value)

    def extend(
        self,
        series: Series,
        times: "array[float]",
        values: "array[float]",
        *,
        are_booleans: bool = False,
        ascends: bool = False,
    ) -> None:
        """Store columns of equal length, in order; with `ascends` their times are known not to step back."""
        if series.kind != "number":
            meant = bool if are_booleans else float
            numbers = array("d", [self.number_for(series, meant(value)) for value in values])
            values = values if series.kind == "number" else numbers  # which may have become one in the middle
        newest = series.newest
        series.noted_all(times, ascend=ascends)
        self._lay(series, times, values)
        series.retained = None
        self.changed.add(series)
        if self.watcher is not None and (series.low > -math.inf or series.high < math.inf):
            self.watcher.judge_columns(series, times, values, newest)

    def splice(self, series: Series, start: int, stop: int, times: "array[float]", values: "array[float]") -> None:
        """Put columns of equal length in place of the points with start <= seq < stop; of more than fit, the last stay.

        All points get new numbers, so that followers receive a new snapshot instead of a delta.
        """
        ring = series.ring
        series.late_from = min((series.late_from, *times))
        # What was handed on already is known in outline; laid anew it would be twice.
        before, after = ring.read(ring.kept, start), ring.read(max(stop, ring.kept), ring.next)
        times, values = before[0] + times + after[0], before[1] + values + after[1]
        ring.restart()
        series.noted_anew(times)
        self._lay(series, times, values)
        self.changed.add(series)

    def restore(self, series: Series, times: "array[float]", values: "array[float]") -> None:
        """Store columns from another ring: they are numbers already, whatever the kind."""
        kind, series.kind = series.kind, "number"
        self.extend(series, times, values)
        series.kind = kind

    def restore_outline(self, series: Series, tiers: Tiers | None, changes: Changes | None) -> None:
        """Give a series that has no points yet the outline that it had."""

        def give() -> None:
            series.tiers, series.changes = tiers, changes

        self.amend_outline(series, give)

    def amend_outline(self, series: Series, amend: Callable[[], None]) -> None:
        """Let `amend` change what is held of a series in outline."""
        try:
            amend()
        finally:
            self._budget.outline_changed(series)
        self._budget.enforce()

    def retain(self, series: Series, value: float | str) -> None:
        """Note the last known value of a series without messages yet; it is no point."""
        series.retained = self.number_for(series, value)
        self.changed.add(series)

    def number_for(self, series: Series, value: float | str) -> float:
        """Return what a ring stores for `value`. If the kind of `series` changes by that, clients get its new description."""
        kind, words = series.kind, len(series.states)
        number = to_number(series, value)
        if series.turned is not None:
            self._turn(series, series.turned)
        if series.kind is not kind or len(series.states) != words:
            self.describe(series)
        return number

    def _turn(self, series: Series, meanings: "list[float]") -> None:
        """Give the points held new values: what was the number of a word is now that of `meanings`. Followers receive a new snapshot."""
        series.turned = None
        if series.retained is not None:
            series.retained = _meaning(series.retained, meanings)
        ring = series.ring
        times, values = ring.read(ring.first, ring.next)
        if len(times):
            pending, newest = ring.pending, series.newest
            ring.restart()
            series.noted_anew(times)
            series.newest = max(newest, series.newest)
            ring.extend(times, array("d", [_meaning(value, meanings) for value in values]))
            ring.hand_on(ring.next - pending)
        if series.changes is not None:
            series.changes.turn(lambda value: _meaning(value, meanings))

    def _lay(self, series: Series, times: "array[float]", values: "array[float]") -> None:
        """Append columns to the ring, bit by bit where it cannot hold them all."""
        ring, at, n = series.ring, 0, len(times)
        while at < n:
            if ring.due - ring.next < n - at:
                self._budget.make_room(series, n - at, times[at])
            stop = at + min(ring.due - ring.next, n - at)
            lost = len(ring) + stop - at - ring.size
            if lost > 0:
                (self._overwritten if ring.size >= ring.limit else self._squeezed).n += lost
            ring.extend(times[at:stop], values[at:stop])
            at = stop

    def delete(self, tag: str) -> Series:
        """Forget a series. Raises UnknownTagError."""
        series = self.find(tag)
        del self._by_tag[tag]
        self.changed.discard(series)
        self._budget.deleted(series)
        self._next_origin = max(self._next_origin, series.ring.next + 1)
        series.ring.restart()  # whoever still reads from it must notice
        self.revision += 1
        self.deletions += 1
        self.gone.append((self.revision, series.id))
        return series

    def expire(self, now: float, parts: int = 1) -> None:
        """Forget the points older than `max_age` seconds; rings that shrink free memory. Of all tags only one of `parts`, in turns.

        Points go in the order in which they came. One with a time in the future keeps those after it until it is old itself.
        """
        if self.limits.max_age is None:
            return
        if parts == 1 or not self._ageing:
            self._ageing = list(self)
        for _ in range(min(-(-len(self) // parts), len(self._ageing))):
            series = self._ageing.pop()
            if self._by_tag.get(series.tag) is series:
                self._expire(series, now - self.limits.max_age)

    def _expire(self, series: Series, oldest: float) -> None:
        gone = series.forget_before(oldest)
        if gone:
            self.counters.add("overwritten", "age", gone)
            self.changed.add(series)
            self._budget.shrink(series)
        for part in series.outlines:
            if part.forget_before(oldest):
                self.changed.add(series)
        self._budget.outline_changed(series)

    def clock_stepped(self, seconds: float, now: float) -> None:
        """Note that our wall clock was set by `seconds` just before `now`: ages stay as they are, told by the clock as it goes now."""
        for series in self:
            if not now - _JUST_NOW_SECONDS <= series.arrival <= now:  # else it was heard since
                series.arrival += seconds
                self.changed.add(series)

    def describe(self, series: Series) -> None:
        """Note that what is known of `series` (unit, kind, states, meta) has changed."""
        self.revision += 1
        series.revision = self.revision
        self.changed.add(series)

    @property
    def nbytes(self) -> int:
        """What all points and outlines take."""
        return self._budget.nbytes

    @property
    def points(self) -> int:
        return sum(len(series.ring) for series in self)


def _meaning(value: float, meanings: "list[float]") -> float:
    return meanings[int(value)] if 0 <= value < len(meanings) else math.nan
