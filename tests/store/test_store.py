"""All series within the limits; what happens at each."""

import math
from array import array
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from mqtt_plot.errors import StoreFullError, UnknownTagError
from mqtt_plot.metrics import Counters
from mqtt_plot.store.ring import POINT_BYTES
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width

T = 1_700_000_000.0


def new(**limits: float | None) -> Store:
    """Return a store with the given limits and the default ones."""
    return Store(Limits(**limits), Counters())  # type: ignore[arg-type]  # a test names what it needs


def fill(store: Store, tag: str, count: int, start: int = 0) -> Series:
    """Store `count` points one second apart; the value is the number of the second."""
    series = store.open(tag)
    for i in range(start, start + count):
        store.append(series, T + i, float(i))
    return series


def values(series: Series) -> list[float]:
    return list(series.ring.read(series.ring.first, series.ring.next)[1])


def ring_bytes(store: Iterable[Series]) -> int:
    return sum(series.ring.nbytes for series in store)


def test_order_is_noticed() -> None:
    """Times that stay or rise are ordered; one that falls behind the newest is not, and the newest stays the newest."""
    store = new()
    series = store.open("a")
    for time in (T, T, T + 2):
        store.append(series, time, 1.0)
    assert (series.is_ordered, series.newest) == (True, T + 2)
    store.append(series, T + 1, 1.0)
    assert (series.is_ordered, series.newest) == (False, T + 2)


def test_a_series_is_found_by_its_tag() -> None:
    """A series is made once by open; find and get give the same one."""
    store = new()
    series = store.open("a")
    assert (store.open("a"), store.find("a"), store.get("a")) == (series,) * 3
    assert ("a" in store, "b" in store, len(store), list(store)) == (True, False, 1, [series])


def test_an_unknown_tag_is_said() -> None:
    """Asking for what is not there says what is missing and where to look."""
    store = new()
    assert store.get("a") is None
    for ask in (store.find, store.delete):
        with pytest.raises(UnknownTagError, match="no such tag: 'a'; GET /api/v1/tags lists"):
            ask("a")


def test_an_id_is_never_used_twice() -> None:
    """A client that still speaks of a deleted series must not meet another one."""
    store = new()
    first = store.open("a").id
    store.delete("a")
    assert store.open("a").id != first


def test_the_tag_limit_refuses_the_new_and_keeps_the_old() -> None:
    """Noise cannot push out real data: a new tag beyond the limit is refused, those that exist go on."""
    store = new(max_tags=2)
    store.open("a")
    store.open("b")
    with pytest.raises(StoreFullError, match=r"at most 2 tags \(--max-tags\), so the new tag 'c' is refused"):
        store.open("c")
    assert values(fill(store, "a", 2)) == [0.0, 1.0]
    store.delete("b")
    assert store.open("c").tag == "c"


def test_the_point_limit_overwrites_the_oldest_and_counts() -> None:
    """Of each tag the newest max_points stay; every point lost is counted."""
    store = new(max_points=20)
    series = fill(store, "a", 50)
    assert values(series) == [float(i) for i in range(30, 50)]
    assert store.counters.as_dict() == {"overwritten.points": 30}


def test_a_column_longer_than_the_limit_keeps_its_end() -> None:
    """Of a batch larger than the ring the last points stay, and the others are counted as lost."""
    store = new(max_points=20)
    series = fill(store, "a", 5)
    store.extend(series, array("d", [T + i for i in range(5, 50)]), array("d", range(5, 50)))
    assert values(series) == [float(i) for i in range(30, 50)]
    assert store.counters.as_dict() == {"overwritten.points": 30}


def test_old_points_expire_and_give_their_memory_back() -> None:
    """Points older than max_age go, counted; a ring that was large becomes small again."""
    store = new(max_age=60.0)
    series = fill(store, "a", 1000)
    before = store.nbytes
    store.changed.clear()
    store.expire(T + 1000)
    assert values(series) == [float(i) for i in range(940, 1000)]
    assert store.counters.as_dict() == {"overwritten.age": 940}
    assert (store.nbytes < before / 4, store.nbytes, store.changed) == (True, ring_bytes(store), {series})
    store.expire(T + 5000)
    assert (values(series), store.points) == ([], 0)
    assert values(fill(store, "a", 3)) == [0.0, 1.0, 2.0]


def test_a_deleted_tag_gives_back_the_memory_of_its_outline_too() -> None:
    """What the store says it holds is what it holds, whatever comes and goes."""
    store = Store(Limits(max_points=50, history=(Width(10, 100), Width(60, 100))), Counters())
    for _ in range(3):
        fill(store, "a", 2_000)
        assert store.find("a").outline_bytes > 0
        store.delete("a")
        assert store.nbytes == 0


def test_an_age_limit_holds_for_the_outline_too() -> None:
    """Only the bucket in which the limit lies stays."""
    store = Store(Limits(max_points=50, max_age=600, history=(Width(10, 100), Width(60, 100))), Counters())
    series = fill(store, "a", 2_000)
    store.expire(series.newest)
    assert series.newest - 660 <= series.since <= series.newest - 600
    assert store.nbytes == series.nbytes


def test_tags_grow_old_in_turns() -> None:
    """Of ten thousand tags a part at a time is looked at, so that nothing waits for all of them; each has its turn."""
    store = new(max_age=60.0)
    for tag in "abcde":
        fill(store, tag, 3)
    left = []
    for _ in range(3):
        store.expire(T + 1000, 3)
        left.append(store.points)
        store.delete("e") if "e" in store else None
    assert left == [9, 3, 0]


@pytest.mark.parametrize(
    ("times", "kept"), [((1, 2, 3, 9), [3, 9]), ((2, 1, 5, 1, 6), [5, 1, 6]), ((9, 1, 2), [9, 1, 2])]
)
def test_points_grow_old_in_the_order_in_which_they_came(times: tuple[int, ...], kept: list[int]) -> None:
    """One with a time in the future keeps those after it until it is old itself."""
    store = new(max_age=60.0)
    series = store.open("a")
    for time in times:
        store.append(series, T + time, float(time))
    store.expire(T + 63)
    assert values(series) == kept


def test_without_an_age_limit_nothing_expires() -> None:
    """--max-age is off by default."""
    store = new()
    fill(store, "a", 3)
    store.expire(T + 1e9)
    assert store.points == 3


def test_ten_thousand_tags_of_three_hundred_points_fit_in_their_bytes() -> None:
    """Two float64 columns take 16 bytes per point: 10,000 times 300 points are 48 MB, and stay within 64 MiB with all rings grown."""
    store = new(max_points=300, max_tags=10_000, max_memory=64 * 1024 * 1024)
    times, numbers = array("d", [T + i for i in range(300)]), array("d", range(300))
    for tag in range(10_000):
        store.extend(store.open(f"tag {tag}"), times, numbers)
    assert (len(store), store.points, store.nbytes) == (10_000, 3_000_000, 10_000 * 300 * POINT_BYTES)
    assert store.counters.as_dict() == {}


def test_one_tag_may_use_all_memory() -> None:
    """While no other tag wants it, the whole budget is one tag's; then its own oldest points go."""
    store = new(max_points=100_000, max_memory=1000 * POINT_BYTES)
    series = fill(store, "a", 5000)
    assert values(series) == [float(i) for i in range(4000, 5000)]
    assert store.nbytes == 1000 * POINT_BYTES
    assert store.counters.as_dict() == {"overwritten.memory": 4000}


def test_a_new_tag_gets_its_fair_share_from_the_largest() -> None:
    """With memory full, a tag that comes later still gets an equal share; the one that had more gives up its oldest."""
    store = new(max_points=100_000, max_memory=1000 * POINT_BYTES)
    rich = fill(store, "rich", 5000)
    late = fill(store, "late", 5000)
    assert (len(values(rich)), len(values(late))) == (500, 500)
    assert values(rich)[-1] == values(late)[-1] == 4999.0
    assert store.counters.total("overwritten") == 9000
    fill(store, "rich", 5000, 5000)
    assert (len(values(rich)), len(values(late)), store.nbytes) == (500, 500, 1000 * POINT_BYTES)


def test_a_quiet_tag_keeps_its_points_beside_a_flood() -> None:
    """A tag below its share loses nothing to one that floods."""
    store = new(max_points=100_000, max_memory=1000 * POINT_BYTES)
    quiet = fill(store, "quiet", 30)
    fill(store, "flood", 20_000)
    assert values(quiet) == [float(i) for i in range(30)]
    assert store.nbytes <= 1000 * POINT_BYTES


def test_memory_that_comes_free_is_used() -> None:
    """When a tag is deleted, the others may grow into what it held."""
    store = new(max_points=100_000, max_memory=1000 * POINT_BYTES)
    stays = fill(store, "stays", 2000)
    fill(store, "goes", 2000)
    assert len(values(stays)) == 500
    store.delete("goes")
    fill(store, "stays", 2000, 2000)
    assert (len(values(stays)), store.nbytes) == (1000, 1000 * POINT_BYTES)


def test_many_tags_at_full_memory_stay_within_it() -> None:
    """New tags make room for themselves as well: all rings together never exceed the budget."""
    store = new(max_points=1000, max_tags=1000, max_memory=2000 * POINT_BYTES)
    fill(store, "first", 3000)
    for tag in range(999):
        fill(store, f"tag {tag}", 3)
        assert store.nbytes == ring_bytes(store) <= 2000 * POINT_BYTES
    assert all(len(series.ring) > 0 for series in store)


def test_at_full_memory_no_tag_asks_what_all_others_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or each of thousands of tags would be as slow as all of them together."""
    history = (Width(10, 20), Width(60, 20))
    store = Store(Limits(max_tags=500, max_memory=500 * 60 * POINT_BYTES, history=history), Counters())
    asked = 0

    def ask(series: Series) -> int:
        nonlocal asked
        asked += 1
        return series.ring.nbytes + series.outline_bytes

    for at in range(8):
        if at == 4:
            monkeypatch.setattr(Series, "nbytes", property(ask))
        for tag in range(500):
            fill(store, f"tag {tag}", 30, 30 * at)
    assert (store.counters.get("overwritten", "memory") > 0, 0 < asked < 4 * 500 * 20) == (True, True)


def test_a_budget_below_one_point_per_tag_still_works() -> None:
    """However small the budget, every tag keeps its newest point."""
    store = new(max_points=1000, max_tags=100, max_memory=10)
    for tag in range(100):
        assert values(fill(store, f"tag {tag}", 50)) == [49.0]
    assert store.nbytes == 100 * POINT_BYTES


def test_changes_are_collected_until_they_are_read() -> None:
    """Every append and every new description marks its series as changed."""
    store = new()
    a, b = store.open("a"), store.open("b")
    store.changed.clear()
    store.append(a, T, 1.0)
    assert store.changed == {a}
    store.changed.clear()
    store.describe(b)
    assert store.changed == {b}
    store.delete("b")
    assert store.changed == set()


def test_the_revision_tells_when_descriptions_change() -> None:
    """A new series, another kind, a new state, a deletion: each a new revision; another value of the same kind is none."""
    store = new()
    revisions = [store.revision]

    def note() -> None:
        revisions.append(store.revision)

    series = store.open("a")
    note()
    store.append(series, T, "RUN")
    note()
    store.append(series, T, "STOP")
    note()
    store.append(series, T, "RUN")
    note()
    store.delete("a")
    note()
    steps = [after > before for before, after in pairwise(revisions)]
    assert steps == [True, True, True, False, True]
    assert (store.gone[-1], series.revision) == ((store.revision, series.id), revisions[3])


def test_the_last_known_value_is_no_point() -> None:
    """A retained value is shown, its new state is announced, and the first real point replaces it."""
    store = new()
    series = store.open("a")
    revision = store.revision
    store.retain(series, "RUN")
    assert (series.retained, store.points, series.states, store.revision > revision) == (0.0, 0, ["RUN"], True)
    store.append(series, T, "STOP")
    assert (series.retained, values(series)) == (None, [1.0])


def test_columns_of_a_state_series_keep_their_meaning() -> None:
    """Numbers sent as columns to a state series are states, not indices of other words."""
    store = new()
    series = store.open("a")
    store.append(series, T, "RUN")
    store.extend(series, array("d", [T + 1, T + 2, T + 3]), array("d", [0.0, math.nan, 0.0]))
    numbers = values(series)
    assert (series.kind, series.states) == ("state", ["RUN", "0"])
    assert (numbers[:2], math.isnan(numbers[2]), numbers[3]) == ([0.0, 1.0], True, 1.0)


MAX_POINTS, MAX_TAGS, MEMORY = 60, 8, 100 * POINT_BYTES


class StoreModel(RuleBasedStateMachine):
    """Any sequence of operations keeps the limits, the newest points of every tag, and the books."""

    tags = Bundle("tags")

    def __init__(self) -> None:
        super().__init__()
        self.store = new(max_points=MAX_POINTS, max_tags=MAX_TAGS, max_memory=MEMORY, max_age=1000.0)
        self.sent: dict[str, list[tuple[float, float]]] = {}
        self.stored = 0
        self.deleted = 0
        self.clock = 0

    @rule(target=tags, tag=st.sampled_from([f"tag {i}" for i in range(MAX_TAGS + 2)]))
    def open(self, tag: str) -> str:
        is_refused = tag not in self.sent and len(self.sent) == MAX_TAGS
        try:
            self.store.open(tag)
        except StoreFullError:
            assert is_refused
        else:
            assert not is_refused
            self.sent.setdefault(tag, [])
        return tag

    def _points(self, count: int) -> list[tuple[float, float]]:
        self.clock += count
        return [(T + i, float(i)) for i in range(self.clock - count, self.clock)]

    @rule(tag=tags, count=st.integers(1, 90))
    def append(self, tag: str, count: int) -> None:
        if tag not in self.sent:
            return
        for time, value in self._points(count):
            self.store.append(self.store.find(tag), time, value)
            self.sent[tag].append((time, value))
        self.stored += count

    @rule(tag=tags, count=st.integers(1, 90))
    def extend(self, tag: str, count: int) -> None:
        if tag not in self.sent:
            return
        new_points = self._points(count)
        self.store.extend(
            self.store.find(tag), array("d", [t for t, _ in new_points]), array("d", [v for _, v in new_points])
        )
        self.sent[tag].extend(new_points)
        self.stored += count

    @rule(tag=tags)
    def delete(self, tag: str) -> None:
        if tag not in self.sent:
            return
        self.deleted += len(self.store.find(tag).ring)
        self.store.delete(tag)
        del self.sent[tag]

    @rule(seconds=st.integers(0, 1500))
    def expire(self, seconds: int) -> None:
        now = T + self.clock + seconds
        self.store.expire(now)
        for series in self.store:
            assert all(time >= now - 1000 for time in series.ring.read(0, series.ring.next)[0])

    @invariant()
    def limits_hold(self) -> None:
        assert self.store.nbytes == ring_bytes(self.store)
        assert self.store.nbytes <= MEMORY
        assert len(self.store) <= MAX_TAGS
        assert all(len(series.ring) <= series.ring.size <= MAX_POINTS for series in self.store)

    @invariant()
    def the_newest_points_are_held_in_order(self) -> None:
        assert {series.tag for series in self.store} == set(self.sent)
        for tag, sent in self.sent.items():
            ring = self.store.find(tag).ring
            held = list(zip(*ring.read(ring.first, ring.next), strict=True))
            assert held == sent[len(sent) - len(held) :]
            assert ring.next - ring.origin == len(sent)

    @invariant()
    def every_point_is_held_or_counted(self) -> None:
        assert self.stored == self.store.points + self.store.counters.total("overwritten") + self.deleted


TestStoreModel = StoreModel.TestCase
TestStoreModel.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


def test_ages_stay_when_our_clock_is_set() -> None:
    """A dead tag stays stale, and one that lives stays alive, whichever way the clock was set; who spoke since is not moved."""
    for step in (-7200.0, 7200.0):
        store = Store(Limits(), Counters())
        dead, alive, since = (store.open(tag) for tag in ("dead", "alive", "since"))
        dead.heard(1_000_000.0, 1)
        alive.heard(1_000_099.0, 1)
        now = 1_000_100.0 + step
        since.heard(now, 1)
        store.clock_stepped(step, now)
        assert [now - series.arrival for series in store] == [100.0, 1.0, 0.0]
        assert [series.is_stale(now) for series in store] == [True, False, False]
