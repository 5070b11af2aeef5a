"""What a picture of a stretch is made of: its points, and one more on either side."""

import math
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.metrics import Counters
from mqtt_plot.store.drawing import Drawing, drawn, with_neighbours
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width

T = 1_700_000_000.0


def series_of(points: list[tuple[float, float | bool | str]], max_points: int = 1_000) -> Series:
    """Return a series that was given the points, and keeps an outline of those that do not fit."""
    store = Store(Limits(max_points=max_points, history=(Width(10, 100), Width(60, 100))), Counters())
    series = store.open("a")
    for time, value in points:
        store.append(series, time, value)
    return series


def picture(series: Series, start: float, end: float, points: int = 100) -> list[tuple[float, float]]:
    """Return (seconds after T, value) of a picture."""
    start, end = T + start, T + end
    found = drawn(series, start, end, points) or Drawing(*series.picture(start, end, points))
    _, times, values, _ = with_neighbours(series, start, end, found)
    return [(time - T, value) for time, value in zip(times, values, strict=True)]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(-5, 35), st.integers(0, 10), st.randoms())
def test_one_more_point_on_either_side(seconds: list[int], begin: int, length: int, chance: Random) -> None:
    """In whatever order the points came."""
    chance.shuffle(seconds)
    series = series_of([(T + second, float(number)) for number, second in enumerate(seconds)])
    places = sorted(float(second) for second in seconds)
    inside = [place for place in places if begin <= place <= begin + length]
    before = [place for place in places if place < begin][-1:] if begin not in inside else []
    after = [place for place in places if place > begin + length][:1] if begin + length not in inside else []
    assert [time for time, _ in picture(series, begin, begin + length)] == before + inside + after


def test_a_state_that_held_all_the_while_is_seen() -> None:
    """Also where the change that it began with has left the ring."""
    series = series_of([(T, "idle"), *((T + 1_000 + n, word) for n, word in enumerate(["run", "idle"] * 10))], 5)
    assert picture(series, 300, 400) == [(0.0, 0.0), (1000.0, 1.0)]


def test_a_number_in_outline_has_what_held_at_the_end_of_its_bucket() -> None:
    """And with what held at the begin of its own the one after: a line runs through a stretch in which nothing came."""
    series = series_of([(T, 1.0), (T + 3, 2.0), (T + 505, 7.0), *((T + 600 + n, 9.0) for n in range(20))], 5)
    assert picture(series, 100, 200) == [(10.0, 2.0), (500.0, 2.0)]


def test_past_the_newest_point_there_is_none() -> None:
    """And none before the oldest."""
    series = series_of([(T, 1.0), (T + 10, math.nan)])
    assert (picture(series, -20, -10), [time for time, _ in picture(series, 20, 30)]) == ([(0.0, 1.0)], [10.0])
