"""Durations counted by size."""

from mqtt_plot.histogram import Histogram


def test_durations_are_counted_at_or_below_each_bound() -> None:
    """A bound belongs to its own bucket; what lies beyond the last is in the count alone."""
    histogram = Histogram((0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 3.0):
        histogram.add(seconds)
    assert histogram.cumulated() == [(0.1, 2), (1.0, 3)]
    assert histogram.count == 4
    assert histogram.sum == 3.65


def test_a_clock_that_stepped_back_takes_nothing_away() -> None:
    """A negative duration counts as none."""
    histogram = Histogram((0.1,))
    histogram.add(-3600.0)
    assert (histogram.sum, histogram.cumulated()) == (0.0, [(0.1, 1)])
