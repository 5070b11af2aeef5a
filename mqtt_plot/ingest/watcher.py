"""Watches all tags, with or without browsers: checks every stored value against the limits of its tag, and once per second for silence.

The store calls this only for values outside a series' quiet band (`Series.low` to `Series.high`), so a value that changes nothing costs one
comparison. Reads no clock.
"""

import math
from array import array
from collections.abc import Callable, Iterable, Sequence

from mqtt_plot.ingest.events import BROKER, CLOCK, FLOOD, LATE, STALE, EventLog
from mqtt_plot.ingest.feeds import Feed
from mqtt_plot.ingest.limits import ALL, NONE, Band, TagWatch, watches_of
from mqtt_plot.store.series import LATE_SECONDS, Series
from mqtt_plot.store.store import Store

# The keys of a tag's meta that say how it is watched.
_FIELDS = ("lolo", "lo", "hi", "hihi", "deadband", "on_delay", "off_delay", "alarm_states")
# This many values in a row that are older than the newest mean that the clock was set back.
STRAYS = 5
# After the start, or after the broker has come back, silence means nothing for this time.
GRACE_SECONDS = 60.0
# Shorter interruptions of the connection to the broker are no event.
BROKER_SECONDS = 5.0


class Watched:
    """The watches of one tag. `asked` has the keys of its meta that they come from, `quiet` is the band in which none of them wants to know.

    A `feed` wants every value, for computed tags.
    """

    __slots__ = ("asked", "extra", "feed", "own", "quiet", "strays")

    def __init__(self) -> None:
        self.asked: tuple[object, ...] = ()
        self.own: Sequence[TagWatch] = ()  # from its meta
        self.extra: Sequence[TagWatch] = ()  # of triggers
        self.feed: Feed | None = None
        self.quiet: Band = ALL
        self.strays = 0


class Watcher:
    """Fills `log`. Call `look` about once per second."""

    def __init__(self, store: Store, log: EventLog) -> None:
        self.log = log
        self.others: Callable[[Series], Sequence[TagWatch]] = lambda _: ()  # the watches of triggers in a series
        self.feed_of: Callable[[Series], Feed | None] = lambda _: None  # for what is computed of a series
        self._store = store
        self._watched: dict[Series, Watched] = {}
        self._waiting: set[Series] = set()
        self._steps: dict[Series, int] = {}  # of the clocks of devices that were set
        self._deletions = store.deletions
        self._silent: set[Series] = set()  # late or stale, as the log says
        self._flooding: set[Series] = set()
        self._fed_since = math.inf  # since when messages can come without interruption
        self._unfed_since = math.inf
        store.watcher = self

    def described(self, series: Series) -> None:
        """Update the watches of a series from its meta."""
        asked = tuple(series.meta.get(name) for name in _FIELDS)
        watched = self._watched.get(series)
        if watched is None:
            others, feed = self.others(series), self.feed_of(series)
            if not any(asked) and not others and feed is None:
                return
            watched = self._watched[series] = Watched()
            watched.extra, watched.feed = others, feed
            self._settle(series, watched)
        if watched.asked == asked:
            return
        watched.asked = asked
        ring = series.ring
        time, value = ring.last() if len(ring) else (math.nan, math.nan)
        watched.own = watches_of(series, self.log, time)
        self._observe(series, watched, time, value)

    def others_changed(self, tags: Iterable[str]) -> None:
        """Update the watches of these tags from `others` and `feed_of`."""
        for series in (series for tag in tags if (series := self._store.get(tag)) is not None):
            watched = self._watched.setdefault(series, Watched())
            watched.extra, watched.feed = self.others(series), self.feed_of(series)
            self._settle(series, watched)

    def judge(self, series: Series, time: float, value: float) -> None:
        """Check one stored value outside the quiet band."""
        watched = self._watched.get(series)
        if watched is None:
            return
        if watched.feed is not None:
            watched.feed.put(time, value)
        low, high = watched.quiet
        if math.isnan(value) or low <= value <= high:
            return  # a gap changes nothing
        if time < series.newest:
            watched.strays += 1
            if watched.strays < STRAYS:
                return
        else:
            watched.strays = 0
        self._observe(series, watched, time, value)

    def judge_columns(self, series: Series, times: "array[float]", values: "array[float]", newest: float) -> None:
        """Check stored columns; `newest` is the latest time before them."""
        watched = self._watched.get(series)
        if watched is None:
            return
        if watched.feed is not None:
            watched.feed.extend(times, values)
        for time, value in zip(times, values, strict=True):
            if time < newest:
                continue
            newest = time
            low, high = watched.quiet
            if not low <= value <= high and not math.isnan(value):
                self._observe(series, watched, time, value)

    def _observe(self, series: Series, watched: Watched, time: float, value: float) -> None:
        if not math.isnan(value):
            for watch in (*watched.own, *watched.extra):
                watch.observe(time, value)
        self._settle(series, watched)

    def _settle(self, series: Series, watched: Watched) -> None:
        """Set the quiet band, for which the store need not call."""
        low, high = ALL
        for watch in (*watched.own, *watched.extra):
            lowest, highest = watch.quiet
            low, high = max(low, lowest), min(high, highest)
            if watch.is_waiting:
                self._waiting.add(series)
        watched.quiet = low, high
        series.low, series.high = NONE if watched.feed is not None else watched.quiet

    def start(self, now: float) -> None:
        """Go on after a restart: with the limits of tags, and the events that last."""
        self._fed_since = now
        for series in self._store:
            self.described(series)
        for event in self.log.all_lasting():
            series_or_none = self._store.get(event.tag)
            if event.kind in (FLOOD, BROKER):
                self.log.end(event, now)
            elif series_or_none is None:
                self.log.forget_tag(event.tag, now)
            elif event.kind in (LATE, STALE):
                self._silent.add(series_or_none)

    def look(self, now: float, *, is_fed: bool = True, why: str = "") -> None:
        """Check what the time changes: delays end, and tags become silent. `is_fed`: messages can come; `why` says why not."""
        if self._deletions != self._store.deletions:
            self._deletions = self._store.deletions
            self._forget(now)
        for series in [*self._waiting]:
            watched = self._watched[series]
            for watch in (*watched.own, *watched.extra):
                watch.wait(now)
            self._waiting.discard(series)
            self._settle(series, watched)
        self._look_at_broker(now, is_fed=is_fed, why=why)
        silent, flooding = self._silent, self._flooding
        for series in self._store:
            # Most tags have sent something just now; for them the check is short.
            if not now - series.arrival <= LATE_SECONDS or series.is_gone or series in silent:
                self._look_at_silence(series, now)
            if series.is_throttled is not (series in flooding):
                self._look_at_flood(series, now)
            clock = series.clock
            if clock is not None and clock.steps and clock.steps != self._steps.get(series):
                self._steps[series] = clock.steps
                self.log.happened(series.tag, CLOCK, now, value=clock.offset)

    def _look_at_broker(self, now: float, *, is_fed: bool, why: str) -> None:
        lasting = self.log.lasting("", BROKER)
        if is_fed:
            self._unfed_since = math.inf
            self._fed_since = min(self._fed_since, now)
            if lasting is not None:
                self.log.end(lasting, now)
            return
        self._fed_since = math.inf
        self._unfed_since = min(self._unfed_since, now)
        if lasting is None and now - self._unfed_since >= BROKER_SECONDS:
            self.log.begin("", BROKER, self._unfed_since, text=why)

    def _look_at_silence(self, series: Series, now: float) -> None:
        """Begin or end the events of silence. A tag with one message only is not late: nothing says that there must be another."""
        if series.arrival < self._fed_since and not now - self._fed_since >= GRACE_SECONDS:
            return  # it may have sent something while messages could not come
        event = self.log.lasting(series.tag, STALE) or self.log.lasting(series.tag, LATE)
        kind = ""
        if series.is_gone:
            kind = STALE
        elif not (math.isnan(series.arrival) or math.isnan(series.usual_interval)):
            kind = STALE if series.is_stale(now) else LATE if series.is_late(now) else ""
        if event is None and kind:
            self.log.begin(series.tag, kind, series.arrival)
            self._silent.add(series)
        elif event is not None and not kind:
            self.log.end(event, series.arrival)
            self._silent.discard(series)
        elif event is not None and event.kind != kind:
            self.log.rename(event, kind)

    def _look_at_flood(self, series: Series, now: float) -> None:
        event = self.log.lasting(series.tag, FLOOD)
        if series.is_throttled:
            self._flooding.add(series)
            if event is None:
                self.log.begin(series.tag, FLOOD, now, value=round(series.rate, 1))
        else:
            self._flooding.discard(series)
            if event is not None:
                self.log.end(event, now)

    def _forget(self, now: float) -> None:
        """Forget tags that were deleted."""
        gone = [series for series in self._known() if self._store.get(series.tag) is not series]
        for series in gone:
            self._watched.pop(series, None)
            self._steps.pop(series, None)
            for several in (self._waiting, self._silent, self._flooding):
                several.discard(series)
        for tag in {series.tag for series in gone} | {tag for tag in self.log.counts if tag and tag not in self._store}:
            self.log.forget_tag(tag, now)

    def _known(self) -> set[Series]:
        return {*self._watched, *self._steps, *self._silent, *self._flooding}
