"""What ingest keeps of each tag and each topic, so that a message costs one look-up: series, time policy, tokens, where its tag is.

All tables are bounded: tracks by the store's limit on tags, routes by MAX_ROUTES (the table is then emptied and fills again), and
the plain topics are among those that have a route.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from mqtt_plot.descriptions import MetaBook, apply
from mqtt_plot.flood import Flood
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store
from mqtt_plot.time_policy import DEVICE, TimeRule, policy_for

MAX_ROUTES = 20_000


class Track:
    """One tag as ingest sees it.

    `spent_until` is when its token bucket would be full again (see flood.py); inf while `flood` gathers its samples. `policy` is None
    for the common one, the device's own time. `topic` is the one whose messages need no route (see `Tracks.plain`), and `verdict_due`
    when the next verdict on them is due.
    """

    __slots__ = ("flood", "has_own_unit", "policy", "series", "spent_until", "topic", "verdict_due")

    def __init__(self, series: Series, policy: str | None, *, has_own_unit: bool) -> None:
        self.series = series
        self.policy = policy
        self.has_own_unit = has_own_unit
        self.spent_until = -math.inf
        self.flood: Flood | None = None
        self.topic: str | None = None
        self.verdict_due = -math.inf


class Route:
    """One topic: the tag it means, the tracks of the fields in its payloads, and when its next verdict is due.

    `describe` is set for topics that carry no samples but say something of tags; `is_sparkplug` for those whose payloads need
    what their node said before.
    """

    __slots__ = ("describe", "fields", "is_sparkplug", "tag", "track", "verdict_due")

    def __init__(
        self, tag: str, describe: Callable[[str, bytes], str] | None = None, *, is_sparkplug: bool = False
    ) -> None:
        self.tag = tag
        self.describe = describe
        self.is_sparkplug = is_sparkplug
        self.track: Track | None = None
        self.fields: dict[str, Track] = {}
        self.verdict_due = -math.inf


class Tracks:
    """All tracks by tag and routes by topic; `on_gone` is told each track whose series was deleted."""

    def __init__(
        self, store: Store, book: MetaBook, rules: Sequence[TimeRule], on_gone: Callable[[Track], None]
    ) -> None:
        self.routes: dict[str, Route] = {}
        # By topic, where its last message was one sample of its own tag, as most are: one look-up then leads to all that is needed.
        # Of several topics with the same tag the first has this privilege, as a verdict is due for each of them.
        self.plain: dict[str, Track] = {}
        self._store = store
        self._book = book
        self._rules = rules
        self._on_gone = on_gone
        self._by_tag: dict[str, Track] = {}
        self._deletions = 0
        self._now = -math.inf

    def __iter__(self) -> Iterator[Track]:
        return iter(self._by_tag.values())

    def open(self, tag: str) -> Track:
        """Return the track of `tag`, made with its series if there is room. Raises StoreFullError."""
        track = self._by_tag.get(tag)
        return track if track is not None else self._make(tag)

    def _make(self, tag: str) -> Track:
        policy = policy_for(tag, self._rules)
        track = Track(
            self._store.open(tag), None if policy == DEVICE else policy, has_own_unit=self._book.has_unit(tag)
        )
        known = self._book.get(tag)
        if known:
            apply(track.series, known)
            self._store.describe(track.series)
        self._by_tag[tag] = track
        return track

    def described(self, tag: str) -> None:
        """Bring the series of `tag`, if there is one, up to what the book now says."""
        series = self._store.get(tag)
        if series is None:
            return
        apply(series, self._book.get(tag))
        self._store.describe(series)
        if tag in self._by_tag:
            self._by_tag[tag].has_own_unit = self._book.has_unit(tag)

    def keep(self, topic: str, route: Route) -> Route:
        if len(self.routes) >= MAX_ROUTES:
            self._forget_topics()
        self.routes[topic] = route
        return route

    def keep_plain(self, topic: str, track: Track) -> bool:
        """Note that messages on `topic` are samples of the tag itself; tell whether it has that privilege (see `plain`)."""
        if track.topic is None:
            track.topic = topic
        if track.topic != topic:
            return False
        self.plain[topic] = track
        return True

    def _forget_topics(self) -> None:
        self.routes.clear()
        self.plain.clear()

    def refresh(self, now: float) -> None:
        """Forget what deleted series leave behind, and what was planned in a future that our own clock has stepped back from."""
        if self._deletions != self._store.deletions:
            self._deletions = self._store.deletions
            self._forget()
        if now < self._now - 1:
            self._forget_topics()
            for track in self:
                track.verdict_due = -math.inf
                track.series.stamp_due = -math.inf
                track.spent_until = min(track.spent_until, now) if track.flood is None else math.inf
        self._now = now

    def _forget(self) -> None:
        self._forget_topics()
        for tag, track in list(self._by_tag.items()):
            if self._store.get(tag) is not track.series:
                del self._by_tag[tag]
                self._on_gone(track)
