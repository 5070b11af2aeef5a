"""Many tags over a long time in a small budget, by a simulated clock: memory stays in its bounds, and no bucket is wrong."""

import math
from array import array
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.month import COLUMN, DAY, Pattern, fill, wrong
from mqtt_plot.config.settings import Settings
from mqtt_plot.metrics import Counters
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width, with_reserve

T = 1_700_000_000.0
TAGS, EVERY, DAYS = 5, 30, 30
BUDGET = 64 * 1024 * 1024 * TAGS // 1_000  # what so many of 1,000 tags are entitled to
WIDTHS = (Width(10, 30), Width(60, 30), Width(600, 30), Width(3600, 500))

seconds = st.sampled_from([0.0, 0.1, 1.0, 3.7, 10.0, 61.0, 700.0, 4_000.0])
numbers = st.floats(-1e6, 1e6, allow_nan=False, width=32) | st.just(math.nan)
series = st.lists(st.tuples(seconds, numbers), min_size=20, max_size=300)


def test_four_weeks_of_a_thousand_tags_fit_and_are_right() -> None:
    """The default outline, each tag with a thousandth of the default budget: of a month four weeks are held, and each bucket is true."""
    store = Store(
        Limits(max_points=100_000, max_memory=BUDGET, history=with_reserve(Settings().history.widths)), Counters()
    )
    patterns = [Pattern(number, EVERY) for number in range(TAGS)]
    samples = DAYS * DAY // EVERY // COLUMN * COLUMN
    fill(store, patterns, samples)
    assert store.nbytes <= BUDGET
    held = [(T + samples * EVERY - one.since) / DAY for one in store]
    assert min(held) >= 28
    chance = Random(1)  # noqa: S311 - which buckets are looked at is no secret
    looked = [wrong(one, pattern, chance) for one, pattern in zip(store, patterns, strict=True)]
    assert [faults for _, faults in looked] == [[]] * TAGS
    assert sum(count for count, _ in looked) >= TAGS * 400


@settings(max_examples=40)
@given(st.lists(series, min_size=2, max_size=4), st.integers(1, 60), st.integers(1_500, 9_000))
def test_tags_that_share_too_little_memory_have_no_wrong_bucket(
    tags: list[list[tuple[float, float]]], chunk: int, share: int
) -> None:
    """Irregular, with gaps, interleaved: what gave way is coarser or gone, and what is left agrees with a brute-force look."""
    store = Store(Limits(max_points=40, max_memory=share * len(tags), history=WIDTHS), Counters())
    points = {f"tag{n}": _placed(drawn) for n, drawn in enumerate(tags)}
    for low in range(0, max(map(len, points.values())), chunk):
        for tag, given_points in points.items():
            if part := given_points[low : low + chunk]:
                store.extend(store.open(tag), array("d", (t for t, _ in part)), array("d", (v for _, v in part)))
    assert store.nbytes == sum(one.nbytes for one in store) <= max(share * len(tags), 16 * 16 * len(tags))
    numbers_of = {tag: [v for _, v in given_points if not math.isnan(v)] for tag, given_points in points.items()}
    spans = {tag: max(values, default=0.0) - min(values, default=0.0) for tag, values in numbers_of.items()}
    for one in store:
        if one.tiers is None:
            continue
        for bucket in one.tiers.buckets():
            inside = [v for t, v in points[one.tag] if bucket.start <= t < bucket.end and not math.isnan(v)]
            assert bucket.samples in (0, len(inside)) or bucket.end > one.tiers.end
            holds = [*inside, *_carried(points[one.tag], bucket.start)]
            # Samples count exactly. What held from before is known as finely as 16 bits tell it within its own bucket.
            grain = spans[one.tag] / 65_534
            if bucket.samples == len(inside) > 0:
                assert bucket.low == min(inside) or (bucket.low < min(inside) and abs(bucket.low - min(holds)) <= grain)
                assert bucket.high == max(inside) or (
                    bucket.high > max(inside) and abs(bucket.high - max(holds)) <= grain
                )


def _placed(drawn: list[tuple[float, float]]) -> list[tuple[float, float]]:
    time, points = T, []
    for step, value in drawn:
        time += step
        points.append((time, value))
    return points


def _carried(points: list[tuple[float, float]], start: float) -> list[float]:
    """Return the value that holds at `start`, if there is one."""
    return [v for (t, v), (following, _) in pairwise([*points, (math.inf, 0.0)]) if t < start < following and v == v]  # noqa: PLR0124
