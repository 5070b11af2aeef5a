"""Buckets: where they begin and end, and what falls into them."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.store.buckets import bounds, bucketed, folded

T = 1_700_000_000.0


@given(st.floats(3e8, 4e9), st.sampled_from([0.001, 0.1, 0.3, 0.7, 1.0, 60.0]))
def test_a_time_lies_in_its_bucket_though_division_rounds(time: float, width: float) -> None:
    """Also the bounds themselves do, where rounding puts a time of 0.1 s steps beside its bucket."""
    start, end = bounds(time, width)
    assert start <= time < end
    assert bounds(start, width) == (start, end)
    assert bounds(end, width)[0] == end


@given(st.lists(st.integers(0, 4000), min_size=1, max_size=60), st.sampled_from([0.001, 0.1, 0.3]))
def test_buckets_of_a_part_of_a_second_hold_every_sample_once(ticks: list[int], width: float) -> None:
    """Samples at multiples of a thousandth, in buckets whose bounds no float holds exactly."""
    times = array("d", sorted(T + tick * 0.001 for tick in ticks))
    made = [*folded(bucketed(times, [1.0] * len(times), times[-1], width), width)]
    assert sum(bucket.samples for bucket in made) == len(ticks)
    assert [bucket.start for bucket in made] == sorted({bounds(time, width)[0] for time in times})
