"""The outline against a brute-force oracle: a list of all samples, each of which holds until the next."""

import gc
import math
import tracemalloc
from array import array
from itertools import pairwise
from random import Random
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.store import rows
from mqtt_plot.store import tiers as tiers_module
from mqtt_plot.store.buckets import folded
from mqtt_plot.store.rows import ROW_BYTES
from mqtt_plot.store.tiers import Tiers, Width

T = 1_700_000_000.0
WIDTHS = (Width(10, 8), Width(60, 6), Width(600, 1000))

values = st.floats(-1e6, 1e6, allow_nan=False, width=32) | st.just(math.nan)
steps = st.sampled_from([0.0, 0.1, 1.0, 3.7, 10.0, 25.0, 61.0, 700.0])
samples = st.lists(st.tuples(steps, values), min_size=2, max_size=120)


class Truth:
    """All samples in order of time."""

    def __init__(self, points: list[tuple[float, float]], until: float) -> None:
        self.points = sorted(points, key=lambda point: point[0])
        self.until = until

    def within(self, start: float, end: float) -> list[tuple[float, float]]:
        """Return (seconds, value) of what holds in start <= time < end, gaps left out; 0 s for a sample replaced at once."""
        held = []
        for (time, value), (following, _) in pairwise([*self.points, (self.until, math.nan)]):
            low, high = max(time, start), min(following, end)
            if not math.isnan(value) and (low < high or start <= time < end):
                held.append((max(0.0, high - low), value))
        return held

    def count(self, start: float, end: float) -> int:
        return sum(start <= time < end and not math.isnan(value) for time, value in self.points)

    def mean(self, start: float, end: float) -> float:
        held = self.within(start, end)
        seconds = math.fsum(weight for weight, _ in held)
        return math.fsum(weight * value for weight, value in held) / seconds if seconds else math.nan

    def deviation(self, start: float, end: float) -> float:
        held, mean = self.within(start, end), self.mean(start, end)
        seconds = math.fsum(weight for weight, _ in held)
        return (
            math.sqrt(math.fsum(weight * (value - mean) ** 2 for weight, value in held) / seconds) if seconds else 0.0
        )


def fed(points: list[tuple[float, float]], chunk: int, widths: tuple[Width, ...] = WIDTHS) -> Tiers:
    """Return tiers that were given all points but the last, in chunks; that one is still in the ring."""
    tiers = Tiers(widths)
    times, column = array("d", (t for t, _ in points)), [v for _, v in points]
    for low in range(0, len(points) - 1, chunk):
        high = min(low + chunk, len(points) - 1)
        tiers.digest(times[low:high], column[low:high], times[high])
    return tiers


def placed(drawn: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return samples with times, from the seconds between them."""
    time, points = T, []
    for step, value in drawn:
        time += step
        points.append((time, value))
    return points


def near(one: float, other: float, span: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or abs(one - other) <= 1e-5 * span + 1e-9


@given(samples, st.integers(1, 40))
def test_every_bucket_is_what_the_samples_in_it_come_to(drawn: list[tuple[float, float]], chunk: int) -> None:
    """Whatever the rhythm, the chunks and how far rows have fallen: count, seconds, lowest, highest, mean and deviation are right."""
    points = placed(drawn)
    tiers, truth = fed(points, chunk), Truth(points[:-1], points[-1][0])
    buckets = list(tiers.buckets())
    span = 2 * max((abs(value) for _, value in points if not math.isnan(value)), default=0.0)
    for bucket in buckets:
        start, end = bucket.start, bucket.end
        held = truth.within(start, end)
        assert bucket.samples == (0 if bucket.samples == 0 else truth.count(start, end))
        assert bucket.seconds == pytest.approx(math.fsum(weight for weight, _ in held), abs=1e-3)
        if held and bucket.seconds:
            low, high = min(value for _, value in held), max(value for _, value in held)
            assert (bucket.low, bucket.high) == pytest.approx((low, high), abs=span * 2e-5 + 1e-9)
            assert near(bucket.mean, truth.mean(start, end), span)
            assert near(bucket.deviation, truth.deviation(start, end), 100 * span)
    assert sum(bucket.samples for bucket in buckets) == truth.count(-math.inf, math.inf)
    assert all(one.end <= other.start for one, other in pairwise(buckets))


@given(samples, st.integers(1, 40), st.randoms())
def test_late_samples_fall_into_the_bucket_of_their_time(
    drawn: list[tuple[float, float]], chunk: int, chance: Random
) -> None:
    """Out of order in any way, no sample is lost; lowest and highest of buckets have seen every one that came in them."""
    points = placed(drawn)
    chance.shuffle(points)
    tiers = Tiers(WIDTHS)
    for low in range(0, len(points), chunk):
        part = sorted(points[low : low + chunk], key=lambda point: point[0])
        tiers.digest(array("d", (t for t, _ in part)), [v for _, v in part], part[-1][0])
    buckets = list(tiers.buckets())
    good = [(time, value) for time, value in points if not math.isnan(value)]
    assert sum(bucket.samples for bucket in buckets) == len(good)
    for time, value in good:
        assert any(b.start <= time < b.end and b.low <= value <= b.high for b in buckets if b.samples)


@given(samples, st.integers(1, 40), st.sampled_from([60, 600, 1800]))
def test_folding_into_wider_buckets_loses_nothing(drawn: list[tuple[float, float]], chunk: int, width: int) -> None:
    """A coarser outline made from the finer one has the same samples, ends and mean."""
    points = placed(drawn)
    widths = (Width(10, 1000), Width(600, 1000))
    truth = Truth(points[:-1], points[-1][0])
    span = 2 * max((abs(value) for _, value in points if not math.isnan(value)), default=0.0)
    for bucket in folded(fed(points, chunk, widths).buckets(), width):
        start, end = bucket.start, bucket.end
        held = truth.within(start, end)
        assert (bucket.samples, bucket.start % width, bucket.end - bucket.start) == (truth.count(start, end), 0, width)
        assert bucket.seconds == pytest.approx(math.fsum(weight for weight, _ in held), abs=1e-3)
        if bucket.seconds:
            assert near(bucket.mean, truth.mean(start, end), span)


def test_a_bucket_takes_40_bytes_and_only_where_something_came() -> None:
    """Two samples an hour apart are two rows of the finest width, and the hour between them is known all the same."""
    tiers = fed([(T, 1.0), (T + 3600, 5.0), (T + 3601, 5.0)], 9)
    assert (ROW_BYTES, sum(len(rows) for _, rows in tiers.rows())) == (40, 2 * 40)
    assert [(b.end - b.start, b.samples, b.seconds, b.mean) for b in tiers.buckets()] == [
        (10.0, 1, 10.0, 1.0), (3590.0, 0, 3590.0, 1.0), (10.0, 1, 1.0, 5.0),
    ]  # fmt: skip


def test_an_outline_counts_what_it_takes_of_the_heap() -> None:
    """An array that grows takes more than it needs at once, a sixteenth and a little; the budget knows, and rows that go free it all."""
    points = [(T + i * 10, float(i % 7)) for i in range(5_000)]
    tracemalloc.start()
    try:
        tiers = fed(points, 250, (Width(10, 3_000), Width(60, 5_000)))
        gc.collect()
        before = tracemalloc.get_traced_memory()[0], tiers.nbytes
        while tiers.thin():
            pass
        gc.collect()  # which also drops the tuples that Python keeps for the next ones
        after = tracemalloc.get_traced_memory()[0], tiers.nbytes
    finally:
        tracemalloc.stop()
    traced, counted = before[0] - after[0], before[1] - after[1]
    assert (counted > 100_000, abs(traced - counted) < counted / 25) == (True, True)


def test_the_oldest_rows_become_coarser_and_at_last_go() -> None:
    """Each width keeps about as many rows as it should; a spike of one sample survives as long as its bucket does."""
    points = [(T + i, 100.0 if i == 5_000 else 1.0) for i in range(20_000)]
    tiers = fed(points, 250, (Width(10, 30), Width(60, 30), Width(600, 40)))
    assert [
        len(rows) // ROW_BYTES <= most + 60 for (_, rows), most in zip(tiers.rows(), (30, 30, 40), strict=True)
    ] == [True] * 3
    spikes = [bucket for bucket in tiers.buckets() if bucket.high == 100.0]
    assert [(b.start <= T + 5_000 < b.end, b.end - b.start, b.low) for b in spikes] == [(True, 600.0, 1.0)]
    tiers = fed(points, 250, (Width(10, 30), Width(60, 30)))
    assert (tiers.forgotten > 0, math.isnan(tiers.start), tiers.start > T) == (True, False, True)


@pytest.mark.parametrize("stray", [-1.0, 0.0, 1e9, T - 86_400, T + 86_400, 1e15])
def test_a_stray_stamp_wipes_nothing(stray: float) -> None:
    """A stamp far back or far ahead gets a row of its own at most; what is held stays."""
    tiers = fed([(T + i, float(i % 7)) for i in range(2_000)], 250, (Width(10, 100), Width(60, 1000)))
    before = sum(bucket.samples for bucket in tiers.buckets(T, T + 2_000))
    tiers.digest(array("d", [stray]), [3.0], stray)
    assert sum(bucket.samples for bucket in tiers.buckets(T, T + 2_000)) == before


@given(samples, st.integers(1, 40), st.integers(1, 30))
def test_giving_way_loses_no_sample_while_wider_buckets_can_take_it(
    drawn: list[tuple[float, float]], chunk: int, times: int
) -> None:
    """`thin` says what came free; nothing is counted twice or lost but what was forgotten."""
    points = placed(drawn)
    tiers, truth = fed(points, chunk), Truth(points[:-1], points[-1][0])
    for _ in range(times):
        before = tiers.nbytes
        assert tiers.thin() == before - tiers.nbytes
    if not tiers.forgotten:
        assert sum(bucket.samples for bucket in tiers.buckets()) == truth.count(-math.inf, math.inf)


def test_what_gives_way_is_rather_fine_than_old() -> None:
    """Where room is short an outline first becomes coarser; its oldest buckets go when there is nothing fine left to give."""
    points = [(T + i, float(i % 7)) for i in range(20_000)]
    tiers = fed(points, 250, (Width(10, 5_000), Width(60, 5_000)))
    start, full = tiers.start, tiers.nbytes
    while tiers.nbytes > full // 4:
        tiers.thin()
    assert (tiers.start, tiers.forgotten) == (start // 60 * 60, 0)
    assert sum(bucket.samples for bucket in tiers.buckets()) == len(points) - 1


def test_huge_values_are_a_gap() -> None:
    """What no instrument shows must not make sums infinite."""
    tiers = fed([(T, 1e301), (T + 1, 2.0), (T + 2, math.inf), (T + 3, 2.0), (T + 4, 0.0)], 9)
    bucket = next(tiers.buckets())
    assert (bucket.samples, bucket.seconds, bucket.low, bucket.high, bucket.mean) == (2, 2.0, 2.0, 2.0, 2.0)


busy = st.lists(st.tuples(st.sampled_from([0.1, 1.0, 3.7, 9.0]), values), min_size=150, max_size=400)


@given(busy, st.integers(1, 40))
def test_rows_without_a_hole_are_made_wider_as_any_others(drawn: list[tuple[float, float]], chunk: int) -> None:
    """A tag that speaks all the time goes a quicker way, to the same rows but for the rounding of what lies between low and high."""
    points = placed(drawn)
    quick = fed(points, chunk)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tiers_module, "widened", lambda *_: b"")
        usual = fed(points, chunk)
    for one, other in zip(quick.buckets(), usual.buckets(), strict=True):
        near = (2**-14 if math.isnan(one.low) else 2**-14 * (one.high - one.low)) + 1e-6
        assert (one.start, one.end, one.samples, one.flags) == (other.start, other.end, other.samples, other.flags)
        for name in ("seconds", "low", "high", "mean", "deviation", "first", "last"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=near, rel=1e-5, nan_ok=True), name


def test_a_busy_tag_goes_the_quicker_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a test sees when it does not any more."""
    widened: list[bytes] = []
    made = rows.widened

    def noted(rows: "array[int]", width: int, wide: int) -> bytes:
        widened.append(made(rows, width, wide))
        return widened[-1]

    monkeypatch.setattr(tiers_module, "widened", noted)
    fed([(T + n, float(n % 7)) for n in range(3_000)], 100)
    assert sum(map(bool, widened)) > len(widened) // 2 > 2


some_fractions = st.sampled_from([0.0, 0.5, 1.0, 1.5, -0.5, math.nan])
some_rows = st.lists(
    st.tuples(
        st.integers(1, 5), st.sampled_from([0.0, 10.0, 11.0, math.nan]), st.sampled_from([-1e301, 1.0, 2.0, math.nan]),
        st.sampled_from([1.0, 2.0, 1e301, math.nan]), some_fractions, some_fractions,
    ),
    max_size=4,
)  # fmt: skip


@given(some_rows)
def test_rows_that_make_no_sense_are_refused_whichever_of_them_it_is(
    rows: list[tuple[int, float, float, float, float, float]],
) -> None:
    """They are looked at a column at a time, and one by one only where that does not settle it."""
    packed = b"".join(pack("<IIfddffHH", index, 4, *row, 0, 0) for index, *row in rows)
    before, is_sound = -1, True
    for index, covered, low, high, mean, deviation in rows:
        is_gap = math.isnan(low) and math.isnan(high) and covered == 0
        is_value = -1e300 < low <= high < 1e300 and 0 <= covered <= 10.01
        is_sound = is_sound and index > before and (is_gap or is_value) and 0 <= mean <= 1 and 0 <= deviation <= 1
        before = index
    outline = Tiers(WIDTHS)
    if is_sound:
        outline.take(10, packed)
    else:
        with pytest.raises(ValueError, match="makes no sense"):
            outline.take(10, packed)
