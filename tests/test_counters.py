"""Counts of everything that happens to messages."""

from mqtt_plot.counters import Counters


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
