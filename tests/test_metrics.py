"""Counts of everything that happens to messages."""

from mqtt_plot.metrics import Counters, Histogram


def test_counts_add_up_by_name_and_reason() -> None:
    """Each reason counts for itself; total adds the reasons of a name, and of that name only."""
    counters = Counters()
    counters.add("messages_rejected", "not_json")
    counters.add("messages_rejected", "not_json", 2)
    counters.add("messages_rejected", "empty")
    counters.add("messages_received", n=7)
    assert counters.get("messages_rejected", "not_json") == 3
    assert counters.total("messages_rejected") == 4
    assert counters.total("messages") == 0


def test_what_never_happened_is_zero_and_leaves_no_trace() -> None:
    """Asking does not add a line to the report."""
    counters = Counters()
    assert counters.get("messages_rejected", "empty") == 0
    assert counters.as_dict() == {}


def test_the_report_is_flat_and_sorted() -> None:
    """Status replies carry name and reason joined by a dot."""
    counters = Counters()
    counters.add("b", "z")
    counters.add("b", "a", 2)
    counters.add("a")
    assert list(counters.as_dict().items()) == [("a", 1), ("b.a", 2), ("b.z", 1)]
    assert list(counters) == [("a", "", 1), ("b", "a", 2), ("b", "z", 1)]


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
