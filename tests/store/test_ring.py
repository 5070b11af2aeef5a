"""The bounded columns of one series, against a plain list."""

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mqtt_plot.store.extremes import LEAST_POINTS
from mqtt_plot.store.ring import POINT_BYTES, Ring


def fill(ring: Ring, count: int) -> None:
    """Append points whose time and value tell their seq, growing the ring as a store without other limits would."""
    for _ in range(count):
        if len(ring) == ring.size < ring.limit:
            ring.resize(ring.grown_size(len(ring) + 1))
        ring.append(float(ring.next), ring.next / 2)


def points(ring: Ring, start: int = 0, stop: int = 1 << 60) -> list[tuple[float, float]]:
    times, values = ring.read(start, stop)
    return list(zip(times, values, strict=True))


def test_a_new_ring_is_small_and_empty() -> None:
    """A series costs 16 points of memory before it has any."""
    ring = Ring(10_000)
    assert (len(ring), ring.first, ring.next, ring.nbytes, points(ring)) == (0, 0, 0, 16 * POINT_BYTES, [])


def test_a_small_limit_is_all_a_ring_takes() -> None:
    """A ring never has more room than its limit."""
    assert Ring(3).nbytes == 3 * POINT_BYTES


def test_the_last_of_an_empty_ring_is_an_error() -> None:
    """There is no newest point before the first."""
    with pytest.raises(IndexError, match="the ring is empty"):
        Ring(4).last()


def test_a_full_ring_loses_its_oldest() -> None:
    """Past the limit each point overwrites the oldest, and seq goes on counting."""
    ring = Ring(4)
    fill(ring, 10)
    assert (ring.first, ring.next, points(ring)) == (6, 10, [(6.0, 3.0), (7.0, 3.5), (8.0, 4.0), (9.0, 4.5)])
    assert ring.last() == (9.0, 4.5)


def test_a_ring_grows_by_an_eighth_up_to_its_limit() -> None:
    """Growth is geometric, so that appending costs constant time, and ends exactly at the limit."""
    ring = Ring(200)
    sizes = []
    while ring.size < ring.limit:
        ring.resize(ring.grown_size(ring.size + 1))
        sizes.append(ring.size)
    assert sizes == [32, 48, 64, 80, 96, 112, 128, 144, 162, 182, 200]
    assert ring.grown_size(1_000_000) == 200


def test_reading_is_clipped_to_what_is_held() -> None:
    """A reader may ask for more than there is, and gets what there is."""
    ring = Ring(4)
    fill(ring, 10)
    assert points(ring, 0, 8) == [(6.0, 3.0), (7.0, 3.5)]
    assert points(ring, 9, 99) == [(9.0, 4.5)]
    assert points(ring, 8, 8) == []
    assert points(ring, 20, 30) == []


def test_what_was_read_stays_as_it_was() -> None:
    """Readers get copies: a frame made from them is not changed by later points."""
    ring = Ring(2)
    fill(ring, 2)
    times, values = ring.read(0, 2)
    fill(ring, 2)
    assert (list(times), list(values)) == ([0.0, 1.0], [0.0, 0.5])


def test_a_time_is_found_by_halving() -> None:
    """The first seq is found whose time is not before the one asked for, also across the seam of the ring."""
    ring = Ring(8)
    fill(ring, 21)
    assert [ring.find(time) for time in (0.0, 13.0, 13.5, 16.0, 20.0, 20.5)] == [13, 13, 14, 16, 20, 21]


def test_old_points_are_dropped_from_the_front() -> None:
    """drop_before forgets the oldest, and says how many; their room is used again."""
    ring = Ring(8)
    fill(ring, 10)
    assert ring.drop_before(5) == 3
    assert (ring.first, len(ring)) == (5, 5)
    assert ring.drop_before(5) == 0
    fill(ring, 3)
    assert (ring.first, ring.next) == (5, 13)
    assert ring.drop_before(99) == 8
    assert points(ring) == []


class RingModel(RuleBasedStateMachine):
    """Any sequence of operations leaves a ring with what a list of (seq, point) would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.ring = Ring(40)
        self.size = self.ring.size
        self.held: list[tuple[float, float]] = []
        self.next = 0

    def keep(self, new: Sequence[float]) -> None:
        """Do to the list what the ring promises."""
        self.held.extend((time, -time) for time in new)
        self.next += len(new)
        del self.held[: max(0, len(self.held) - self.size)]

    @rule(time=st.floats(allow_nan=False))
    def append(self, time: float) -> None:
        self.ring.append(time, -time)
        self.keep([time])

    @rule(times=st.lists(st.floats(allow_nan=False), max_size=100))
    def extend(self, times: list[float]) -> None:
        self.ring.extend(array("d", times), array("d", [-time for time in times]))
        self.keep(times)

    @rule(size=st.integers(1, 40))
    def resize(self, size: int) -> None:
        self.ring.resize(size)
        self.size = size
        self.keep([])

    @rule(wanted=st.integers(0, 60))
    def grow(self, wanted: int) -> None:
        size = self.ring.grown_size(wanted)
        assert self.size <= size <= 40
        assert size >= min(wanted, 40)
        self.resize(size)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        kept = data.draw(st.integers(0, len(self.held)))
        assert self.ring.drop_before(self.next - len(self.held) + kept) == kept
        del self.held[:kept]

    @rule(start=st.integers(-5, 60), count=st.integers(0, 60))
    def read(self, start: int, count: int) -> None:
        first = self.next - len(self.held)
        low = max(start, 0)
        expected = [point for seq, point in enumerate(self.held, first) if low + first <= seq < low + first + count]
        assert points(self.ring, low + first, low + first + count) == expected

    @invariant()
    def same_points(self) -> None:
        assert points(self.ring) == self.held
        assert (self.ring.next, len(self.ring), self.ring.size) == (self.next, len(self.held), self.size)
        assert self.ring.nbytes == self.size * POINT_BYTES
        assert self.ring.pending <= len(self.held)
        if self.held:
            assert self.ring.last() == self.held[-1]
            assert self.ring.time_at(self.ring.first) == self.held[0][0]


TestRingModel = RingModel.TestCase
TestRingModel.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_long_ring_grows_where_it_lies() -> None:
    """It is made longer without a copy as long as nothing was overwritten, and holds then what it held; later it is laid anew."""
    ring = Ring(4 * LEAST_POINTS)
    fill(ring, LEAST_POINTS)
    ring.resize(LEAST_POINTS)
    where = ring._times
    fill(ring, LEAST_POINTS)
    assert ring._times is where
    assert points(ring) == [(float(n), n / 2) for n in range(2 * LEAST_POINTS)]
    assert (ring.first, ring.nbytes, ring.due) == (0, ring.size * POINT_BYTES, ring.size)
    while ring.next < ring.size + 100:
        ring.append(float(ring.next), ring.next / 2)
    ring.resize(4 * LEAST_POINTS)
    assert points(ring) == [(float(n), n / 2) for n in range(100, ring.next)]
