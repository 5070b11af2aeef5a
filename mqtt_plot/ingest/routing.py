"""From a topic to its tag's state in one look-up: series, time policy, tokens of the throttle.

All tables are bounded. States: by the store's limit on tags. Routes: by MAX_ROUTES; the full table is emptied and fills again. Plain
topics: each has a route.
"""

import math
from collections.abc import Callable, Container, Iterator, Sequence

from mqtt_plot.ingest.metadata import MetaBook, apply
from mqtt_plot.ingest.shaping import COMPUTED, Shaping, shaping_of
from mqtt_plot.ingest.throttle import Throttle
from mqtt_plot.ingest.time_policy import DEVICE, TimeRule, policy_for
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.qualities import DOUBT
from mqtt_plot.parsers.tag_metadata import Meta
from mqtt_plot.samples import Parsed
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Store

MAX_ROUTES = 20_000
_MOST_SENDERS = 1_000
_MOST_KEYS, _MOST_NEW = 4, 4  # of what senders say of themselves: keys, and different texts of each


class TagState:
    """One tag as ingest sees it.

    `spent_until` is when its token bucket is full again (see throttle.py); inf while `throttle` holds samples back. `policy` is None for
    the common one, the device's own time. Messages on `topic` need no route (see `Routing.plain`); the next verdict on one of them is due
    at `verdict_due`. `shaping` is what becomes of its raw values, None for tags whose values are stored as they come.
    """

    __slots__ = ("has_own_unit", "policy", "series", "shaping", "spent_until", "throttle", "topic", "verdict_due")

    def __init__(self, series: Series, policy: str | None, *, has_own_unit: bool) -> None:
        self.series = series
        self.policy = policy
        self.shaping: Shaping | None = None
        self.has_own_unit = has_own_unit
        self.spent_until = -math.inf
        self.throttle: Throttle | None = None
        self.topic: str | None = None
        self.verdict_due = -math.inf


class Senders:
    """What messages on one topic have said of who sent them, where no tag says it: whether there may be several."""

    __slots__ = ("_before", "_seen", "is_classic")

    def __init__(self) -> None:
        self.is_classic = False  # their qualities are numbers of OPC DA
        self._before: dict[str, str] = {}
        self._seen: dict[str, set[str]] = {}

    def judge(self, parsed: Parsed) -> None:
        """Make gaps of the values whose quality is bad, as earlier messages have shown what its numbers mean."""
        self.is_classic = self.is_classic or parsed.is_classic
        if self.is_classic and parsed.doubted:
            for sample in parsed.doubted:
                sample.value = math.nan
            words = ": gaps, as earlier messages had qualities of OPC DA"
            parsed.notes = tuple(note.replace(DOUBT, words) for note in parsed.notes)

    def doubts(self, apart: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Return words where something is another than before. What is new each time numbers messages, and is not said for long."""
        words = []
        if len(self._before) > _MOST_SENDERS:
            self._before.clear()
            self._seen.clear()
        for key, name in apart[:_MOST_KEYS]:
            before = self._before.get(key, name)
            self._before[key] = name
            seen = self._seen.setdefault(key, {name})
            if name != before and (name in seen or len(seen) < _MOST_NEW):
                words.append(
                    f"{key!r:.40} was {before!r:.40}, and is {name!r:.40}: two senders on one topic may share these series"
                )
            if len(seen) < _MOST_NEW:
                seen.add(name)
        return tuple(words)


# Topic, payload and how to read it, to what came of it.
Read = Callable[[str, bytes, Context], Parsed]


class Route:
    """One topic: its tag, the states of the fields in its payloads (None: of the tag itself), and when its next verdict is due.

    `describe` reads the messages of topics that describe tags. Sparkplug payloads need what their node has sent before: `is_sparkplug`.
    `read` is a device family's own reader; with `may_be_plain`, a payload of one plain value is read as usual.
    """

    __slots__ = ("describe", "is_sparkplug", "may_be_plain", "read", "senders", "states", "tag", "verdict_due")

    def __init__(
        self,
        tag: str,
        describe: Callable[[str, bytes], str] | None = None,
        read: Read | None = None,
        *,
        is_sparkplug: bool = False,
        may_be_plain: bool = True,
    ) -> None:
        self.tag = tag
        self.read = read
        self.may_be_plain = may_be_plain
        self.describe = describe
        self.is_sparkplug = is_sparkplug
        self.states: dict[str | None, TagState] = {}
        self.senders = Senders()
        self.verdict_due = -math.inf


class Routing:
    """All states by tag, all routes by topic. Calls `on_gone` with each state whose series was deleted, `on_described` with each series whose
    description has changed.
    """

    def __init__(
        self,
        store: Store,
        book: MetaBook,
        rules: Sequence[TimeRule],
        on_gone: Callable[[TagState], None],
        on_described: Callable[[Series], None],
    ) -> None:
        self.routes: dict[str, Route] = {}
        # By topic, if its last message was one sample of its own tag, as most are. Of several topics with the same tag only the first
        # is here, since each topic gets verdicts of its own.
        self.plain: dict[str, TagState] = {}
        self._store = store
        self._book = book
        self._rules = rules
        self._on_gone = on_gone
        self._on_described = on_described
        self.computed: Container[str] = ()  # tags that are computed here, so that no device may send them
        self._by_tag: dict[str, TagState] = {}
        self._deletions = 0
        self._now = -math.inf

    def __iter__(self) -> Iterator[TagState]:
        return iter(self._by_tag.values())

    def get(self, tag: str | None) -> TagState | None:
        """Return the state of `tag` if there is one."""
        return self._by_tag.get(tag or "")

    def open(self, tag: str) -> TagState:
        """Return the state of `tag`; make it and its series if there is room. Raises StoreFullError."""
        state = self._by_tag.get(tag)
        return state if state is not None else self._make(tag)

    def _make(self, tag: str) -> TagState:
        policy = policy_for(tag, self._rules)
        state = TagState(
            self._store.open(tag), None if policy == DEVICE else policy, has_own_unit=self._book.has_unit(tag)
        )
        known = self._book.get(tag)
        # After a restart the description of before counts, until the device says it again.
        state.shaping = self._shaping(known or state.series.meta, None, state.series)
        if known:
            apply(state.series, known)
            self._store.describe(state.series)
        self._on_described(state.series)
        self._by_tag[tag] = state
        return state

    def _shaping(self, meta: Meta, before: Shaping | None, series: Series) -> Shaping | None:
        return COMPUTED if series.tag in self.computed else shaping_of(meta, before, series)

    def described(self, tag: str) -> None:
        """Copy the description of `tag` in the book into its series, if there is one."""
        series = self._store.get(tag)
        if series is None:
            return
        known = self._book.get(tag)
        state = self._by_tag.get(tag)
        if state is not None:
            state.shaping = self._shaping(known, state.shaping, series)
        apply(series, known)
        self._store.describe(series)
        self._on_described(series)
        if state is not None:
            state.has_own_unit = self._book.has_unit(tag)
            self.plain.pop(state.topic or "", None)

    def keep(self, topic: str, route: Route) -> Route:
        if len(self.routes) >= MAX_ROUTES:
            self._forget_topics()
        self.routes[topic] = route
        return route

    def keep_plain(self, topic: str, state: TagState) -> bool:
        """Note that messages on `topic` are samples of the tag itself; return True if the topic is in `plain` now."""
        if state.topic is None:
            state.topic = topic
        if state.topic != topic or state.shaping is not None:
            return False
        self.plain[topic] = state
        return True

    def _forget_topics(self) -> None:
        self.routes.clear()
        self.plain.clear()

    def refresh(self, now: float) -> None:
        """Forget the states of deleted series. After our own clock has stepped back, forget what was due in its former future."""
        if self._deletions != self._store.deletions:
            self._deletions = self._store.deletions
            self._forget()
        if now < self._now - 1:
            self._forget_topics()
            for state in self:
                state.verdict_due = -math.inf
                state.series.stamp_due = -math.inf
                state.spent_until = min(state.spent_until, now) if state.throttle is None else math.inf
        self._now = now

    def _forget(self) -> None:
        self._forget_topics()
        for tag, state in list(self._by_tag.items()):
            if self._store.get(tag) is not state.series:
                del self._by_tag[tag]
                self._on_gone(state)
