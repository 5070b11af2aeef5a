"""Statistics of any stretch against a brute-force oracle: exact from points, within the stated bound from the outline."""

import math
from array import array
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mqtt_plot.metrics import Counters
from mqtt_plot.store.statistics import outline, shares, statistics, step_for
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width

T = 1_700_000_000.0
WIDTHS = (Width(10, 8), Width(60, 6), Width(600, 1000))
EVER = (-math.inf, math.inf)

values = st.floats(-1e6, 1e6, width=32) | st.just(math.nan)
steps = st.sampled_from([0.0, 0.1, 1.0, 3.7, 10.0, 25.0, 61.0, 700.0])
samples = st.lists(st.tuples(steps, values), min_size=1, max_size=150)


def placed(drawn: list[tuple[float, float]]) -> list[tuple[float, float]]:
    time, points = T, []
    for step, value in drawn:
        time += step
        points.append((time, value))
    return points


def stored(points: list[tuple[float, float]], max_points: int, history: tuple[Width, ...] = WIDTHS) -> Store:
    """Return a store with one series "a" that was given the points one by one."""
    store = Store(Limits(max_points=max_points, history=history), Counters())
    series = store.open("a")
    for time, value in points:
        store.append(series, time, value)
    return store


def held(points: list[tuple[float, float]], start: float, end: float) -> list[tuple[float, float]]:
    """Return (seconds, value) of what holds in start <= time <= end, with 0 s for what was replaced at once."""
    known = sorted(points, key=lambda point: point[0])
    found = []
    for (time, value), (following, _) in pairwise([*known, (max(end, known[-1][0]), math.nan)]):
        low, high = max(time, start), min(following, end)
        if not math.isnan(value) and (low < high or start <= time <= end):
            found.append((max(0.0, high - low), value))
    return found


@settings(max_examples=300)
@given(samples, st.floats(-100, 3_000), st.floats(0, 3_000), st.randoms())
def test_points_give_exact_statistics(
    drawn: list[tuple[float, float]], begin: float, length: float, chance: Random
) -> None:
    """Of any stretch of any irregular series, in any order of arrival."""
    points = placed(drawn)
    chance.shuffle(points)
    series = stored(points, 1_000).find("a")
    points.sort(key=lambda point: point[0])
    start, end = T + begin, T + begin + length
    result, truth = statistics(series, start, end), held(points, start, end)
    weights, numbers = [weight for weight, _ in truth], [value for _, value in truth]
    seconds = math.fsum(weights)
    assert result.is_exact
    assert result.samples == sum(start <= t <= end and not math.isnan(v) for t, v in points)
    assert result.seconds == pytest.approx(seconds, abs=1e-6)
    if numbers and seconds:
        mean = math.fsum(map(math.prod, truth)) / seconds
        rms = math.sqrt(math.fsum(weight * value * value for weight, value in truth) / seconds)
        assert (result.low, result.high) == (min(numbers), max(numbers))
        assert result.mean == pytest.approx(mean, rel=1e-9, abs=1e-6)
        assert result.rms == pytest.approx(rms, rel=1e-6, abs=1e-3 + 3e-8 * (result.high - result.low))
        assert result.integral == pytest.approx(mean * seconds, rel=1e-9, abs=1e-3)


@settings(max_examples=300)
@given(samples, st.floats(-100, 3_000), st.floats(1, 3_000), st.integers(1, 60), st.integers(0, 3), st.randoms())
@example([(0.0, 1.0), (0.0, math.nan), (0.1, 0.0)], 0.0, 10.0, 2, 1, Random(0))  # noqa: S311 - a choice, no secret
@example([(25.0, 1.0), (11.0, 1e5), (61.0, 1.0), (25.0, math.nan), (700.0, 0.0)], 91.0, 75.0, 1, 2, Random(3))  # noqa: S311
def test_the_outline_gives_the_mean_within_the_bound(  # noqa: PLR0917 - each is drawn
    drawn: list[tuple[float, float]],
    begin: float,
    length: float,
    max_points: int,
    strays: int,
    chance: Random,
) -> None:
    """Of any stretch, when most points are gone: the truth lies within `error` of the mean, also with samples that came late."""
    points = placed(drawn)
    for _ in range(strays):
        swap = chance.randrange(len(points))
        points.insert(swap, points.pop())
    series = stored(points, max_points).find("a")
    start, end = T + begin, T + begin + length
    result, truth = statistics(series, start, end), held(points, start, end)
    seconds = math.fsum(weight for weight, _ in truth)
    if not seconds or not result.seconds:
        return
    mean = math.fsum(map(math.prod, truth)) / seconds
    scale = max(abs(value) for _, value in points if not math.isnan(value))
    assert abs(result.mean - mean) <= result.error + 1e-9 * (1 + scale)


def test_a_late_gap_is_in_the_bound() -> None:
    """A gap that came late takes time from the value before it, whether it is still a point or already in the outline."""
    for after in range(3):
        points = [(T, 1.0), (T + 0.1, 0.0), (T, math.nan), *((T + 20 + i, 0.0) for i in range(after))]
        result = statistics(stored(points, 2).find("a"), T, T + 10)
        assert not result.is_exact
        assert result.mean <= result.error


def test_a_point_far_ahead_does_not_put_in_doubt_what_was_before_it() -> None:
    """What comes after it is late, and how long that held is not known exactly; what came before is as certain as ever."""
    points = [(T + i, float(i % 7)) for i in range(2_000)]
    points.insert(1_500, (T + 86_400, 3.0))
    series = stored(points, 60).find("a")
    result = statistics(series, T, T + 2_000)
    assert (abs(result.mean - 3) <= result.error, result.error < 3) == (True, True)


def test_older_points_put_in_afterwards_do_not_stand_for_the_outline() -> None:
    """Where points in order are older than the end of the outline, a stretch between is not told from them alone."""
    store = stored([(T + i, float(i % 7)) for i in range(1_010)], 100)
    series = store.find("a")
    first = series.ring.kept
    store.splice(series, first, first, array("d", [T - 5, T - 4]), array("d", [50.0, 50.0]))
    result = statistics(series, T, T + 1_009)
    assert (result.is_exact, result.low, result.high >= 6) == (False, 0.0, True)
    assert abs(result.mean - 3) <= result.error


@given(samples, st.integers(1, 60))
def test_all_that_is_held_is_counted_once(drawn: list[tuple[float, float]], max_points: int) -> None:
    """Where the outline ends and the points begin, nothing is counted twice or left out."""
    points = placed(drawn)
    series = stored(points, max_points).find("a")
    good = [value for _, value in points if not math.isnan(value)]
    assert statistics(series, *EVER).samples == len(good)
    assert sum(bucket.samples for bucket in outline(series, *EVER, step_for(series, *EVER, 60))) == len(good)


MEANS: dict[str, tuple[Callable[[int], float], float]] = {
    "a spike train": (lambda i: 100.0 if i % 500 == 0 else 0.0, 0.2),
    "a pump with 5 % duty": (lambda i: 11.0 if i % 200 < 10 else 0.0, 0.55),
    "a slow ramp": (lambda i: i / 1000, 49.9995),
}


@pytest.mark.parametrize("name", MEANS)
@pytest.mark.parametrize("max_points", [200_000, 500])
def test_means_that_decimated_points_get_wrong(name: str, max_points: int) -> None:
    """From all points, and from an outline that has them no longer, the mean is that of the signal."""
    shape, mean = MEANS[name]
    store = Store(Limits(max_points=max_points, history=(Width(10, 100), Width(600, 1000))), Counters())
    series = store.open("a")
    times = array("d", (T + i / 10 for i in range(100_000)))
    store.extend(series, times, array("d", map(shape, range(100_000))))
    result = statistics(series, *EVER)
    assert (result.is_exact, result.samples) == (max_points == 200_000, 100_000)
    assert result.mean == pytest.approx(mean, rel=2e-3)


def test_states_have_seconds_counts_and_shares() -> None:
    """Each state's time, how often it began, and its part of the whole, also when the changes left the ring."""
    for max_points in (100, 3):
        store = Store(Limits(max_points=max_points, history=WIDTHS), Counters())
        series = store.open("a")
        for i in range(20):
            store.append(series, T + i, "RUN" if i % 10 < 7 else "STOP")
        assert shares(series, T, T + 20) == {"RUN": (14.0, 2, 0.7), "STOP": (6.0, 2, 0.3)}
        assert shares(series, T + 5, T + 9) == {"RUN": (2.0, 0, 0.5), "STOP": (2.0, 1, 0.5)}


flicker = st.lists(
    st.tuples(st.sampled_from([0.1, 1.0, 7.0, 61.0, 700.0]), st.sampled_from([True, False, math.nan])), min_size=2, max_size=300
)  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(flicker, st.integers(2, 20))
def test_rises_are_counted_once_however_often_changes_are_summed_up(
    monkeypatch: pytest.MonkeyPatch, drawn: list[tuple[float, float]], max_points: int
) -> None:
    """What holds while older changes become sums began once; seconds and counts are those of the samples, gaps left out."""
    monkeypatch.setattr("mqtt_plot.store.changes.MAX_CHANGES", 16)
    points = placed([(0.0, True), *drawn])
    series = stored(points, max_points, (Width(10, 50), Width(60, 1_000))).find("a")
    truth = {name: [0.0, 0] for name in ("true", "false")}
    for (_, before), (time, value), (following, _) in zip(
        [(0.0, math.nan), *points], points, [*points[1:], points[-1]], strict=False
    ):
        if not math.isnan(value):
            tally = truth["true" if value else "false"]
            tally[0] += following - time
            tally[1] += value != before
    found = shares(series, *EVER)
    for name, (seconds, began) in truth.items():
        share = found.get(name)
        assert (0 if share is None else share.began) == began
        assert (0.0 if share is None else share.seconds) == pytest.approx(seconds, rel=1e-5, abs=0.1)


def test_flickering_states_become_seconds_per_bucket() -> None:
    """More changes than there is room for are summed up per bucket; no second is lost."""
    store = Store(Limits(max_points=100, max_memory=20_000, history=WIDTHS), Counters())
    series = store.open("a")
    for i in range(6_000):
        store.append(series, T + i, i % 3 == 0)
    found = shares(series, *EVER)
    assert store.nbytes <= 20_000
    assert [(name, round(share.share, 2), share.began > 1000) for name, share in found.items()] == [
        ("false", 0.67, True), ("true", 0.33, True),
    ]  # fmt: skip
    assert sum(share.seconds for share in found.values()) == pytest.approx(5_999, abs=1)
