"""What the inputs of computed tags have stored since they were last looked at. Pure.

A feed belongs to one series; the watcher puts into it every value that the store takes, gaps and late ones too.
"""

import math
from array import array
from collections.abc import Callable, Iterator

from mqtt_plot.store.series import Series

# So many values wait at most; then they are worked off at once.
MAX_WAITING = 10_000
# A batch that is on its way may be late by twice its own time and so much more.
WAIT_SECONDS = 0.5


class Feed:
    """The values that wait of one series, in the order of arrival; `is_silent` while the series is stale.

    A series that comes in batches is known up to the time `reach`, and its next batch is about `span` seconds later.
    """

    __slots__ = ("_feeds", "is_silent", "reach", "series", "span", "waiting")

    def __init__(self, series: Series, feeds: "Feeds") -> None:
        self.series = series
        self.waiting: list[tuple[float, float]] = []
        self.is_silent = False
        self.reach = -math.inf
        self.span = 0.0
        self._feeds = feeds

    def put(self, time: float, value: float) -> None:
        """Take in one value."""
        self.waiting.append((time, value))
        self.span = 0.0
        self._feeds.noted(1)

    def extend(self, times: "array[float]", values: "array[float]") -> None:
        """Take in columns of equal length."""
        self.waiting.extend(zip(times, values, strict=True))
        self.reach, self.span = max(times), max(times) - min(times)
        self._feeds.noted(len(times))

    def end(self, now: float) -> bool:
        """Put a gap where the series has become stale, by its own clock; return True if that is news."""
        is_stale = self.series.is_stale(now)
        has_ended = is_stale and not self.is_silent and len(self.series.ring) > 0
        self.is_silent = is_stale
        if has_ended and not math.isnan(self.series.ring.last()[1]):
            silence = now - self.series.arrival
            self.put(self.series.newest + (silence if silence > 0 else 0.0), math.nan)
            return True
        return False

    def is_expected(self, now: float) -> bool:
        """Tell whether the next batch is on its way."""
        return self.span > 0 and now - self.series.arrival <= 2 * self.span + WAIT_SECONDS


class Feeds:
    """All feeds by the tag; calls `on_full` when too much waits."""

    def __init__(self, on_full: Callable[[], None]) -> None:
        self._by_tag: dict[str, Feed] = {}
        self._on_full = on_full
        self.count = 0  # values that wait

    def __iter__(self) -> Iterator[Feed]:
        return iter(self._by_tag.values())

    def get(self, tag: str) -> Feed | None:
        return self._by_tag.get(tag)

    def open(self, series: Series) -> Feed:
        """Return the feed of a series; that of a deleted one of the same name gives way."""
        feed = self._by_tag.get(series.tag)
        if feed is None or feed.series is not series:
            feed = self._by_tag[series.tag] = Feed(series, self)
        return feed

    def keep_only(self, tags: set[str]) -> set[str]:
        """Forget the feeds of all other tags, and return those tags."""
        gone = self._by_tag.keys() - tags
        for tag in gone:
            del self._by_tag[tag]
        return gone

    def noted(self, count: int) -> None:
        """Count values that came."""
        self.count += count
        if self.count > MAX_WAITING:
            self._on_full()

    def clear(self) -> None:
        """Forget what waits: it was worked off."""
        for feed in self._by_tag.values():
            if feed.waiting:
                feed.waiting.clear()
        self.count = 0
