"""Fewer points that still show every peak."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.store.decimation import decimate


def columns(values: list[float]) -> "tuple[array[float], array[float]]":
    return array("d", range(len(values))), array("d", values)


def test_few_points_come_back_as_they_are() -> None:
    """With no more points than asked for, the columns are not even copied."""
    times, values = columns([1.0, 2.0, 3.0])
    assert decimate(times, values, 3) == (times, values)


def test_a_spike_of_one_sample_survives() -> None:
    """One sample among 100,000 that stands out is in the picture, upwards and downwards."""
    signal = [0.0] * 100_000
    signal[31_415], signal[77_777] = 1.0, -1.0
    times, values = decimate(*columns(signal), 500)
    drawn = dict(zip(times, values, strict=True))
    assert (drawn[31_415.0], drawn[77_777.0]) == (1.0, -1.0)
    assert len(times) <= 500


def test_a_gap_survives() -> None:
    """NaN among the points stays NaN at its place, so that no line is drawn over missing data."""
    signal = [float(i % 7) for i in range(10_000)]
    signal[5_000] = math.nan
    times, values = decimate(*columns(signal), 100)
    assert [time for time, value in zip(times, values, strict=True) if math.isnan(value)] == [5_000.0]


def test_every_state_of_a_bucket_survives() -> None:
    """A FAULT of a moment between RUN and STOP is neither the lowest nor the highest number, and is what people look for."""
    states = [float(i // 5000) for i in range(10_000)]
    states[100], states[2_000], states[7_000] = 5.0, math.nan, 0.5
    times, values = decimate(*columns(states), 20, are_states=True)
    drawn = dict(zip(times, values, strict=True))
    assert (drawn[100.0], drawn[7_000.0]) == (5.0, 0.5)
    assert [time for time, value in drawn.items() if math.isnan(value)] == [2_000.0]
    assert len(times) == len(drawn) <= 30
    assert drawn[9_999.0] == 1.0


def test_points_at_one_time_are_one_bucket() -> None:
    """Many samples with the same stamp still show their lowest and highest."""
    times, values = decimate(array("d", [5.0] * 100), array("d", [float(i * 37 % 100) for i in range(100)]), 10)
    assert {min(values), max(values)} == {0.0, 99.0}
    assert set(times) == {5.0}


@pytest.mark.parametrize("points", [2, 3, 4, 5])
def test_the_smallest_pictures_keep_both_ends(points: int) -> None:
    """Down to two points asked for, first and last stay, and the extremes between them."""
    times, values = decimate(*columns([0.0, 9.0, -9.0, 1.0, 0.5]), points)
    assert (times[0], times[-1]) == (0.0, 4.0)
    assert {9.0, -9.0} <= set(values) or len(times) == 5


numbers = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(("are_states", "most"), [(False, 8_194), (True, 2 + 2 * 1_024)])
def test_a_picture_has_no_more_stretches_than_a_screen_has_pixels(are_states: bool, most: int) -> None:  # noqa: FBT001
    """However many are asked for, or a hundred thousand points would hold the loop for as long as they are many."""
    values = array("d", (float(i // 2 % 2) for i in range(99_998)))
    times = array("d", range(len(values)))
    found, _ = decimate(times, values, 90_000, are_states=are_states)
    assert most // 2 < len(found) <= 2 * most
    assert (found[0], found[-1]) == (0.0, 99_997.0)


@given(st.lists(st.tuples(st.floats(0, 1e9), numbers | st.just(math.nan)), min_size=1), st.integers(2, 50))
def test_every_picture_is_a_true_excerpt(signal: list[tuple[float, float]], points: int) -> None:
    """What comes back is a part of what went in, in order, with both ends and the extremes, and about as many as asked for."""
    signal.sort(key=lambda point: point[0])
    times, values = array("d", [t for t, _ in signal]), array("d", [v for _, v in signal])
    drawn_times, drawn_values = decimate(times, values, points)
    places = iter(zip(times, values, strict=True))
    for point in zip(drawn_times, drawn_values, strict=True):
        assert any(repr(point) == repr(other) for other in places)  # repr, as NaN equals nothing
    assert (drawn_times[0], drawn_times[-1]) == (times[0], times[-1])
    solid = [value for value in values if not math.isnan(value)]
    if solid:
        drawn = [value for value in drawn_values if not math.isnan(value)]
        assert (min(drawn), max(drawn)) == (min(solid), max(solid))
    assert any(map(math.isnan, drawn_values)) == any(map(math.isnan, values))
    assert len(drawn_times) <= max(3 * ((points - 2) // 2) + 2, 5)
