"""The flood guard: what passes, what is kept, and what the sum is."""

import math
from array import array

from mqtt_plot.ingest.throttle import BURST_SECONDS, Point, Rate, Throttle

NOW = 1_700_000_000.0


def spent(per_second: float = 10) -> Throttle:
    """A guard whose bucket has just run empty."""
    return Throttle(Rate.of(per_second).cost, NOW + BURST_SECONDS)


def test_the_least_the_greatest_and_the_last_are_kept_in_order_of_arrival() -> None:
    """Each keeps its own time, so a peak stands where it was."""
    flood = spent()
    for n, value in enumerate([5.0, 9.0, 1.0, 4.0, 6.0]):
        flood.gather(NOW + n, value)
    assert flood.release(NOW + 1) == ([(NOW + 1, 9.0), (NOW + 2, 1.0), (NOW + 4, 6.0)], 5)


def test_a_point_that_is_all_three_is_kept_once() -> None:
    """A constant flood stores one point a gathering, not three."""
    flood = spent()
    flood.gather(NOW, 7.0)
    assert flood.release(NOW + 1) == ([(NOW, 7.0)], 1)


def test_nothing_is_let_through_before_three_tokens_have_come_in() -> None:
    """At ten a second that takes 0.3 s."""
    flood = spent(10)
    flood.gather(NOW, 1.0)
    assert flood.release(NOW + 0.2) == ([], 0)
    assert flood.release(NOW + 0.31)[1] == 1


def test_a_flood_stores_no_more_than_its_rate() -> None:
    """20,000 samples in a second at a rate of 100 give about 100 points, and the sum of what they stand for is exact."""
    flood = spent(100)
    points: list[Point] = []
    stood_for = 0
    for n in range(20_000):
        now = NOW + n / 20_000
        flood.gather(now, math.sin(n))
        released, count = flood.release(now)
        points += released
        stood_for += count
    assert 90 <= len(points) <= 100
    assert stood_for + flood.gathered == 20_000


def test_words_and_gaps_keep_the_last() -> None:
    """Neither is less or greater than anything."""
    flood = spent()
    for value in ("RUN", "STOP", "FAULT"):
        flood.gather(NOW, value)
    assert flood.release(NOW + 1) == ([(NOW, "FAULT")], 3)
    flood.gather(NOW, 1.0)
    flood.gather(NOW, math.nan)
    points, _ = flood.release(NOW + 3)
    assert [str(value) for _, value in points] == ["1.0", "nan"]


def test_columns_count_all_their_samples() -> None:
    """Three of them are kept, a thousand are accounted for."""
    flood = spent()
    values = array("d", [0.0] * 1000)
    values[500] = 9.0
    flood.gather_columns(array("d", (NOW + n for n in range(1000))), values)
    points, count = flood.release(NOW + 1)
    assert ([value for _, value in points], count) == ([0.0, 9.0, 0.0], 1000)


def test_the_guard_steps_back_when_tokens_have_come_in() -> None:
    """Not while anything is gathered, and not at the first token."""
    flood = spent(10)
    flood.gather(NOW, 1.0)
    assert not flood.is_over(NOW + 60)
    flood.release(NOW + 0.5)
    assert not flood.is_over(NOW + 0.6)
    assert flood.is_over(NOW + 2)


def test_our_own_clock_set_back_does_not_close_the_gate_for_hours() -> None:
    """What was spent in a future that is gone is forgotten."""
    flood = Throttle(Rate.of(10).cost, NOW + 3600)
    flood.gather(NOW, 1.0)
    assert flood.release(NOW) == ([], 0)
    assert flood.release(NOW + 1) == ([], 0)
