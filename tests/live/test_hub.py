"""Cursors and shared frames: what each follower is sent, and when."""

import math
from array import array

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mqtt_plot.live.hub import BLOCK_POINTS, FRAME_BYTES, FRAME_RAW_POINTS, Follower, Hub, answer_range, snapshot
from mqtt_plot.live.protocol import (
    FLAG_DECIMATED,
    FLAG_LOST,
    FLAG_OUTLINE,
    FLAG_SNAPSHOT,
    FLAG_UNORDERED,
    KIND_DATA,
    KIND_RANGE,
    Block,
    Follow,
    Range,
)
from mqtt_plot.metrics import Counters
from mqtt_plot.store.decimation import decimate
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width
from tests.support.frames import decode_blocks

T = 1_700_000_000.0
EPOCH = "epoch"


class House:
    """A store with its hub, and followers in it."""

    def __init__(self, **limits: int) -> None:
        self.store = Store(Limits(**limits), Counters())  # type: ignore[arg-type]  # a test names what it needs
        self.hub = Hub(self.store, EPOCH)

    def append(self, tag: str, *values: float) -> None:
        """Append values one second apart."""
        series = self.store.open(tag)
        for value in values:
            self.store.append(series, T + series.ring.next, value)

    def fill(self, tag: str, count: int) -> None:
        """Append `count` values that tell their seq."""
        series = self.store.open(tag)
        numbers = array("d", range(series.ring.next, series.ring.next + count))
        self.store.extend(series, array("d", [T + n for n in numbers]), numbers)

    def follower(self, *tags: str, window: float | None = None, points: int | None = None) -> Follower:
        follower = Follower()
        self.hub.follow(follower, Follow(list(tags), window, points, "", {}))
        return follower

    def frame(self, follower: Follower) -> bytes | None:
        """Collect what the next round brings."""
        self.hub.tick()
        return self.hub.collect(follower, T)

    def blocks(self, follower: Follower) -> list[Block]:
        """Collect until there is no news, as the writer of a connection does."""
        self.hub.tick()
        blocks: list[Block] = []
        while (frame := self.hub.collect(follower, T)) is not None:
            kind, time, request, more = decode_blocks(frame)
            assert (kind, time, request) == (KIND_DATA, T, 0)
            blocks += more
        return blocks


def test_a_new_follower_gets_snapshots_then_numbered_deltas() -> None:
    """First everything that is held, then only what came since, each delta beginning where the last block ended."""
    house = House()
    house.append("a", 1.0, 2.0)
    series_id = house.store.find("a").id
    follower = house.follower("a")
    assert house.blocks(follower) == [
        Block(series_id, FLAG_SNAPSHOT, 2, 0, 2, array("d", [T, T + 1]), array("d", [1.0, 2.0]))
    ]
    house.append("a", 3.0)
    assert house.blocks(follower) == [Block(series_id, 0, 1, 2, 3, array("d", [T + 2]), array("d", [3.0]))]


def test_no_news_is_no_frame() -> None:
    """A follower that knows all is sent nothing, and one that follows nothing is never sent anything."""
    house = House()
    house.append("a", 1.0)
    follower = house.follower("a")
    house.blocks(follower)
    assert house.frame(follower) is None
    assert house.frame(house.follower()) is None


def test_only_followed_tags_are_sent() -> None:
    """News of other tags is no news."""
    house = House()
    house.append("a", 1.0)
    house.append("b", 1.0)
    follower = house.follower("b")
    house.blocks(follower)
    house.append("a", 2.0)
    assert house.frame(follower) is None


def test_an_empty_series_is_an_empty_snapshot() -> None:
    """A tag without points yet is answered, once, so that the page can say "no points yet"."""
    house = House()
    series = house.store.open("a")
    follower = house.follower("a")
    assert house.blocks(follower) == [Block(series.id, FLAG_SNAPSHOT, 0, 0, 0, array("d"), array("d"))]
    assert house.frame(follower) is None
    house.append("a", 5.0)
    (block,) = house.blocks(follower)
    assert (block.flags, block.first, list(block.values)) == (0, 0, [5.0])


def test_equal_followers_share_one_frame() -> None:
    """Two followers of the same tags that are equally far get the very same bytes: encoded once, held once."""
    house = House()
    house.append("a", 1.0)
    house.append("b", 1.0)
    followers = [house.follower("a", "b") for _ in range(3)]
    house.hub.tick()
    snapshots = {house.hub.collect(follower, T) for follower in followers}
    assert len(snapshots) == 1
    house.append("a", 2.0)
    house.append("b", 2.0)
    house.hub.tick()
    first, *others = [house.hub.collect(follower, T) for follower in followers]
    assert first is not None
    assert all(frame is first for frame in others)


def test_equal_followers_share_blocks_before_they_share_frames() -> None:
    """Followers of different tags each get a frame of their own, of blocks that are encoded once."""
    house = House()
    followers = []
    for tags in ("ab", "ac"):
        for tag in tags:
            house.append(tag, 1.0)
        followers.append(house.follower(*tags))
    for follower in followers:
        house.blocks(follower)
    house.append("a", 2.0)
    house.hub.tick()
    first, second = (house.hub.collect(follower, T) for follower in followers)
    assert first == second
    assert len(house.hub._blocks) == 1


def test_a_follower_that_joins_later_soon_shares_frames() -> None:
    """After its snapshot a newcomer is as far as the others, and shares their frames from then on."""
    house = House()
    house.append("a", 1.0)
    early = house.follower("a")
    house.blocks(early)
    house.append("a", 2.0)
    late = house.follower("a")
    house.hub.tick()
    assert house.hub.collect(early, T) != house.hub.collect(late, T)
    house.append("a", 3.0)
    house.hub.tick()
    assert house.hub.collect(early, T) is house.hub.collect(late, T)


def test_followers_of_other_windows_get_their_own_snapshots() -> None:
    """Frames are shared among equal wishes only."""
    house = House()
    house.fill("a", 100)
    wide, narrow = house.follower("a"), house.follower("a", window=9.0)
    assert ([len(b.times) for b in house.blocks(wide)], [len(b.times) for b in house.blocks(narrow)]) == ([100], [10])


def test_a_slow_follower_gets_all_it_missed_as_one_delta() -> None:
    """Whoever was away for many rounds gets one longer delta, while the ring still has it."""
    house = House()
    house.append("a", 0.0)
    slow = house.follower("a")
    house.blocks(slow)
    for i in range(50):
        house.append("a", float(i))
        house.hub.tick()
    (block,) = house.blocks(slow)
    assert (block.flags, block.first, block.next, len(block.times)) == (0, 1, 51, 50)


def test_an_overwritten_cursor_is_answered_with_a_snapshot_that_says_lost() -> None:
    """What the ring has overwritten cannot be sent: a snapshot of what is held replaces all, and says that points are missing."""
    house = House(max_points=10)
    house.fill("a", 5)
    slow = house.follower("a")
    house.blocks(slow)
    house.fill("a", 20)
    (block,) = house.blocks(slow)
    assert (block.flags, block.first, block.next) == (FLAG_SNAPSHOT | FLAG_LOST, 15, 25)
    assert list(block.values) == [float(n) for n in range(15, 25)]
    house.fill("a", 1)
    (block,) = house.blocks(slow)
    assert (block.flags, block.first) == (0, 25)


def test_a_cursor_that_was_kept_in_time_loses_nothing_at_the_seam() -> None:
    """The oldest point still held is exactly where the cursor may be."""
    house = House(max_points=10)
    house.fill("a", 5)
    follower = house.follower("a")
    house.blocks(follower)
    house.fill("a", 10)
    (block,) = house.blocks(follower)
    assert (block.flags, list(block.values)) == (0, [float(n) for n in range(5, 15)])


def test_a_snapshot_is_bounded_by_its_window() -> None:
    """Of the last `window` seconds before the newest point, all and only those, from the one that holds when it begins."""
    house = House()
    house.fill("a", 1000)
    (exact,), (between,) = (house.blocks(house.follower("a", window=window)) for window in (10.0, 9.5))
    assert (exact.first, exact.next, list(exact.times)) == (989, 1000, [T + n for n in range(989, 1000)])
    assert (between.first, list(between.times)) == (989, list(exact.times))


def test_a_snapshot_is_decimated_to_its_points() -> None:
    """More points than asked for come as minima and maxima, and the block says how many it stands for."""
    house = House()
    house.fill("a", 5000)
    (block,) = house.blocks(house.follower("a", points=100))
    expected = decimate(array("d", [T + n for n in range(5000)]), array("d", range(5000)), 100)
    assert block == Block(block.series, FLAG_SNAPSHOT | FLAG_DECIMATED, 5000, 0, 5000, *expected)
    assert len(block.times) <= 100
    house.fill("a", 5)
    follower = house.follower("a", points=5005)
    assert [block.flags for block in house.blocks(follower)] == [FLAG_SNAPSHOT]


def test_unordered_times_are_said() -> None:
    """Points keep the order in which they came; the flag tells the client to sort before it draws."""
    house = House()
    series = house.store.open("a")
    for time in (T + 5, T + 1, T + 9):
        house.store.append(series, time, time - T)
    (block,) = house.blocks(house.follower("a"))
    assert (block.flags, list(block.values)) == (FLAG_SNAPSHOT | FLAG_UNORDERED, [5.0, 1.0, 9.0])


def test_an_unordered_series_is_decimated_in_order() -> None:
    """Decimation needs rising times, so what it gives is sorted."""
    house = House()
    series = house.store.open("a")
    for n in range(1000):
        house.store.append(series, T + (n * 7919) % 1000, float(n))
    (block,) = house.blocks(house.follower("a", points=50))
    assert block.flags == FLAG_SNAPSHOT | FLAG_UNORDERED | FLAG_DECIMATED
    assert list(block.times) == sorted(block.times)
    assert {0.0, 999.0} <= set(block.values)


def test_a_new_wish_keeps_the_cursors_of_tags_that_stay() -> None:
    """Tags that stay in the set are not sent again; new ones come as snapshots, and those left out stop."""
    house = House()
    for tag in ("a", "b", "c"):
        house.append(tag, 1.0)
    follower = house.follower("a", "b")
    house.blocks(follower)
    house.hub.follow(follower, Follow(["b", "c"], None, None, "", {}))
    assert [(b.series, b.flags) for b in house.blocks(follower)] == [(house.store.find("c").id, FLAG_SNAPSHOT)]
    house.append("a", 2.0)
    assert house.frame(follower) is None


@pytest.mark.parametrize(
    ("epoch", "following", "flags", "first"),
    [
        (EPOCH, 17, 0, 17),
        (EPOCH, 10, 0, 10),
        (EPOCH, 9, FLAG_SNAPSHOT, 10),
        (EPOCH, 21, FLAG_SNAPSHOT, 10),
        ("another life", 17, FLAG_SNAPSHOT, 10),
        ("", 17, FLAG_SNAPSHOT, 10),
    ],
)
def test_a_lost_connection_is_resumed_where_the_ring_allows(epoch: str, following: int, flags: int, first: int) -> None:
    """With the epoch and the next seq a client gets a delta; overwritten, impossible or of another life, it gets a snapshot."""
    house = House(max_points=10)
    house.fill("a", 20)
    follower = Follower()
    house.hub.follow(follower, Follow(["a"], None, None, epoch, {"a": following}))
    (block,) = house.blocks(follower)
    assert (block.flags, block.first, block.next) == (flags, first, 20)


def test_resuming_at_the_end_brings_nothing() -> None:
    """A client that missed nothing is sent nothing."""
    house = House()
    house.fill("a", 20)
    follower = Follower()
    house.hub.follow(follower, Follow(["a"], None, None, EPOCH, {"a": 20}))
    assert house.frame(follower) is None


def test_an_unknown_tag_is_followed_when_it_appears() -> None:
    """A page may be opened before the device is switched on."""
    house = House()
    follower = house.follower("later")
    assert (house.frame(follower), house.hub.settle(follower)) == (None, False)
    assert follower.waiting == {"later"}
    house.append("later", 1.0)
    assert (house.hub.settle(follower), follower.waiting) == (True, frozenset())
    assert [list(block.values) for block in house.blocks(follower)] == [[1.0]]
    assert house.hub.settle(follower) is False


def test_a_deleted_tag_is_waited_for() -> None:
    """A tag that is deleted and comes back is another series, and followed again from its beginning."""
    house = House()
    house.append("a", 1.0, 2.0)
    follower = house.follower("a")
    house.blocks(follower)
    house.store.delete("a")
    assert house.hub.settle(follower) is True
    assert follower.waiting == {"a"}
    house.append("a", 7.0)
    house.hub.settle(follower)
    (block,) = house.blocks(follower)
    assert (block.series, block.flags, list(block.values)) == (house.store.find("a").id, FLAG_SNAPSHOT, [7.0])


def test_a_tag_deleted_and_made_anew_between_two_looks_is_another_series() -> None:
    """Both at once, deletion and return, are noticed too."""
    house = House()
    house.append("a", 1.0, 2.0)
    follower = house.follower("a")
    house.blocks(follower)
    house.store.delete("a")
    house.append("a", 7.0)
    assert house.hub.settle(follower) is True
    house.hub.settle(follower)
    assert [list(block.values) for block in house.blocks(follower)] == [[7.0]]


def test_frames_are_bounded() -> None:
    """However much there is to tell, one frame stays near its size; the next ones carry the rest, in order."""
    house = House(max_points=100_000)
    for tag in ("a", "b"):
        house.fill(tag, 70_000)
    follower = house.follower("a", "b")
    house.hub.tick()
    frames: list[bytes] = []
    while (frame := house.hub.collect(follower, T)) is not None:
        frames.append(frame)
    assert max(map(len, frames)) <= FRAME_BYTES + BLOCK_POINTS * 16 + 1024
    for tag in ("a", "b"):
        series_id = house.store.find(tag).id
        blocks = [block for frame in frames for block in decode_blocks(frame)[3] if block.series == series_id]
        assert [n for block in blocks for n in block.values] == [float(n) for n in range(70_000)]
        assert [block.first for block in blocks[1:]] == [block.next for block in blocks[:-1]]


def test_the_work_for_one_frame_is_bounded() -> None:
    """Snapshots that need much decimating are spread over frames, so that the loop stays free for others."""
    house = House(max_points=60_000)
    tags = [f"tag {i}" for i in range(6)]
    for tag in tags:
        house.fill(tag, 60_000)
    follower = house.follower(*tags, points=100)
    house.hub.tick()
    raw = []
    while (frame := house.hub.collect(follower, T)) is not None:
        raw.append(sum(block.raw for block in decode_blocks(frame)[3]))
    assert (sum(raw), max(raw)) == (360_000, 60_000)
    assert max(raw) < 2 * FRAME_RAW_POINTS


def test_news_within_a_round_is_not_missed() -> None:
    """A follower that is asked again in the same round gets what came meanwhile."""
    house = House()
    house.append("a", 1.0)
    first, second = house.follower("a"), house.follower("a")
    house.hub.tick()
    for follower in (first, second):
        house.hub.collect(follower, T)
    assert house.hub.collect(first, T) is None
    house.append("a", 2.0)
    assert [house.hub.collect(follower, T) is None for follower in (first, second)] == [False, False]
    assert first.cursors == second.cursors == {house.store.find("a"): 2}


def test_a_range_is_answered_from_the_ring() -> None:
    """The stretch between two times, with the request's number; seqs tell what the ring holds."""
    house = House(max_points=100)
    house.fill("a", 150)
    series = house.store.find("a")
    kind, time, request, (block,) = decode_blocks(answer_range(series, Range(12, "a", T + 60, T + 62, None), T + 200))
    assert (kind, time, request) == (KIND_RANGE, T + 200, 12)
    assert block == Block(
        series.id, FLAG_SNAPSHOT, 3, 50, 150, array("d", [T + 60, T + 61, T + 62]), array("d", [60.0, 61.0, 62.0])
    )


def test_a_range_is_decimated_to_its_points() -> None:
    """A long stretch comes in as few points as the screen has, peaks kept."""
    house = House()
    house.fill("a", 5000)
    _, _, _, (block,) = decode_blocks(answer_range(house.store.find("a"), Range(1, "a", None, None, 50), T))
    assert (block.flags, block.raw, len(block.times) <= 50) == (FLAG_SNAPSHOT | FLAG_DECIMATED, 5000, True)
    assert (min(block.values), max(block.values)) == (0.0, 4999.0)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        (T + 500, None, [99]),
        (None, T - 1, [0]),
        (T + 5.2, T + 5.8, [5, 6]),
        (T + 5.2, T + 7, [5, 6, 7]),
        (T + 5, T + 4, []),
    ],
)
def test_a_range_brings_one_point_more_on_either_side(
    start: float | None, end: float | None, seconds: list[int]
) -> None:
    """For the line to run to, and for what held when the range began; where there is one."""
    house = House()
    house.fill("a", 100)
    _, _, _, (block,) = decode_blocks(answer_range(house.store.find("a"), Range(1, "a", start, end, 50), T))
    assert (block.raw, list(block.times)) == (len(seconds), [T + second for second in seconds])


class FollowModel(RuleBasedStateMachine):
    """A client that does what docs/protocol.md says ends up with the points that the ring holds, whatever happens between."""

    TAGS = ("a", "b", "c")

    def __init__(self) -> None:
        super().__init__()
        self.house = House(max_points=20)
        self.clients: list[tuple[Follower, dict[int, list[float]], dict[int, int]]] = []
        self.wishes: list[list[str]] = []

    @rule(tag=st.sampled_from(TAGS), count=st.integers(1, 30))
    def publish(self, tag: str, count: int) -> None:
        self.house.fill(tag, count)

    @rule(tag=st.sampled_from(TAGS))
    def delete(self, tag: str) -> None:
        if tag in self.house.store:
            self.house.store.delete(tag)

    @rule(tags=st.lists(st.sampled_from(TAGS), unique=True))
    def join(self, tags: list[str]) -> None:
        self.clients.append((self.house.follower(*tags), {}, {}))
        self.wishes.append(tags)

    @rule(data=st.data(), tags=st.lists(st.sampled_from(TAGS), unique=True))
    def wish_again(self, data: st.DataObject, tags: list[str]) -> None:
        if self.clients:
            number = data.draw(st.integers(0, len(self.clients) - 1))
            self.house.hub.follow(self.clients[number][0], Follow(tags, None, None, "", {}))
            self.wishes[number] = tags

    @rule()
    def tick(self) -> None:
        self.house.hub.tick()

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        if self.clients:
            self.catch_up(data.draw(st.integers(0, len(self.clients) - 1)))

    def catch_up(self, number: int) -> None:
        follower, held, following = self.clients[number]
        store = self.house.store
        while self.house.hub.settle(follower):
            pass
        while (frame := self.house.hub.collect(follower, T)) is not None:
            for block in decode_blocks(frame)[3]:
                if block.flags & FLAG_SNAPSHOT:
                    held[block.series] = []
                else:
                    assert block.first == following[block.series]
                held[block.series] += block.values
                following[block.series] = block.next
        for tag in self.wishes[number]:
            series = store.get(tag)
            if series is not None:
                expected = list(series.ring.read(series.ring.first, series.ring.next)[1])
                assert held[series.id][-len(expected) :] == expected
                assert following[series.id] == series.ring.next

    @invariant()
    def cursors_point_into_the_rings(self) -> None:
        for follower, _, _ in self.clients:
            assert all(-1 <= seq <= series.ring.next for series, seq in follower.cursors.items())


TestFollowModel = FollowModel.TestCase
TestFollowModel.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


def test_gaps_are_sent_as_nan() -> None:
    """A gap in the store is a NaN on the wire."""
    house = House()
    house.append("a", 1.0, math.nan, 2.0)
    (block,) = house.blocks(house.follower("a"))
    assert [math.isnan(value) for value in block.values] == [False, True, False]


def test_a_snapshot_shows_what_the_ring_has_let_go() -> None:
    """In outline: lowest, highest and mean of buckets, then the points, in one ascending column; a spike of one sample is there."""
    store = Store(Limits(max_points=1_000, history=(Width(10, 100_000),)), Counters())
    series = store.open("a")
    values = array("d", (50.0 if i == 7_777 else 1.0 for i in range(20_000)))
    store.extend(series, array("d", (float(i) for i in range(20_000))), values)
    block = snapshot(series, FLAG_SNAPSHOT, None, 500)
    assert block.flags == FLAG_SNAPSHOT | FLAG_DECIMATED | FLAG_OUTLINE
    assert (block.raw >= 20_000 - 10, block.next, len(block.times) < 700) == (True, series.ring.next, True)
    assert list(block.times) == sorted(block.times)
    assert (max(block.values), block.means is not None and 1.0 < max(block.means) < 50.0) == (50.0, True)
    recent = snapshot(series, FLAG_SNAPSHOT, 500.0, 600)
    assert (recent.flags, recent.means, len(recent.times)) == (FLAG_SNAPSHOT, None, 501)


def test_a_range_finds_by_zooming_what_a_wide_one_shows() -> None:
    """The bucket of a spike is as narrow as it is held, and so is the picture of a narrow range."""
    store = Store(Limits(max_points=1_000, history=(Width(10, 100_000),)), Counters())
    series = store.open("a")
    values = array("d", (50.0 if i == 7_777 else 1.0 for i in range(20_000)))
    store.extend(series, array("d", (float(i) for i in range(20_000))), values)
    _, _, _, (block,) = decode_blocks(answer_range(series, Range(1, "a", 7_700.0, 7_800.0, 500), 0.0))
    assert (block.flags, [t for t, v in zip(block.times, block.values, strict=True) if v == 50.0]) == (
        FLAG_SNAPSHOT | FLAG_DECIMATED | FLAG_OUTLINE, [7_775.0],
    )  # fmt: skip


def test_changes_that_the_ring_has_let_go_are_points() -> None:
    """Of a state every change comes as it was, without a third column."""
    store = Store(Limits(max_points=100, history=(Width(10, 100_000),)), Counters())
    series = store.open("a")
    for i in range(2_000):
        store.append(series, float(i), "RUN" if i // 100 % 2 else "STOP")
    block = snapshot(series, FLAG_SNAPSHOT, None, 500)
    changes = [time for time, value in zip(block.times, block.values, strict=True) if time < 1_800]
    assert (changes, block.means) == ([100.0 * i for i in range(18)], None)
