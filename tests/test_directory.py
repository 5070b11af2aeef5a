"""Tests of what clients are told of the tags."""

from mqtt_plot.counters import Counters
from mqtt_plot.directory import Directory
from mqtt_plot.store import Limits, Store


def test_an_empty_store_is_told_once() -> None:
    """A new client hears that there are no tags, and then nothing until there is one."""
    store = Store(Limits(10, None, 10, 2**20), Counters())
    directory = Directory(store)
    first = directory.tags_since(0)
    assert (first is None, directory.tags_since(store.revision)) == (False, None)


def test_what_came_before_the_first_measurement_counts_in_the_next() -> None:
    """Rates need two looks at the clock; a burst right after the start is not lost by that."""
    store = Store(Limits(10, None, 10, 2**20), Counters())
    directory = Directory(store)
    series = store.open("a")
    for _ in range(10):
        series.heard(0.1, 5)
    directory.measure({series}, 0.5)
    directory.measure(set(), 1.0)
    assert series.rate > 0
