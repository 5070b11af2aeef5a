"""Where the history of another bridge ends, and the points of this one begin."""

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.replicas.seam import seam


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), st.floats(-0.04, 0.04))
def test_two_windows_of_one_stream_join_without_gap_and_without_double(
    n: int, first_live: int, end: int, skew: float
) -> None:
    """Whatever the history and the live points have in common, and though every stamp differs by the clocks' skew."""
    times = [100.0 + 0.1 * i for i in range(n)]
    values = [float(i % 7) for i in range(n)]
    first_live, end = min(first_live, n), max(min(end, n), min(first_live, n))
    history = array("d", times[:end]), array("d", values[:end])
    live = array("d", [t + skew for t in times[first_live:]]), array("d", values[first_live:])
    assert seam(*history, *live) == min(first_live, end) if len(live[0]) else end


def test_equal_values_do_not_hide_the_last_point_before_the_first_live_one() -> None:
    """A constant tag: only the time tells that the newest of the history is not the first live one."""
    history = array("d", [1.0, 2.0, 3.0]), array("d", [5.0, 5.0, 5.0])
    assert seam(*history, array("d", [4.0]), array("d", [5.0])) == 3


def test_values_tell_where_the_stamps_of_a_busy_start_do_not() -> None:
    """A bridge that has just begun stamps its first messages late, by more than the distance of two points."""
    history = array("d", [0.02 * n for n in range(50)]), array("d", range(50))
    live = array("d", [0.98, 0.98, 0.98, 0.99, 1.0, 1.02]), array("d", [44, 45, 46, 47, 48, 49])
    assert seam(*history, *live) == 44


def test_a_gap_in_the_overlap_matches_a_gap() -> None:
    """NaN is not equal to itself, but a gap is to a gap."""
    gap = math.nan
    assert seam(array("d", [1.0, 2.0]), array("d", [7.0, gap]), array("d", [2.0]), array("d", [gap])) == 1
