"""Tests of what clients are told of the tags."""

from mqtt_plot.live.directory import SILENT_ROUNDS, Directory
from mqtt_plot.metrics import Counters
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store


def test_an_empty_store_is_told_once() -> None:
    """A new client hears that there are no tags, and then nothing until there is one."""
    store = Store(Limits(10, None, 10, 2**20), Counters())
    directory = Directory(store)
    first = directory.tags_since(0)
    assert (first is None, directory.tags_since(store.revision)) == (False, None)


def test_what_came_before_the_first_measurement_counts_in_the_next() -> None:
    """Rates need two looks at the clock; a burst right after the start is not lost by that."""
    directory, series = new()
    for _ in range(10):
        series.heard(0.1, 5)
    directory.measure({series}, 0.5)
    directory.measure({series}, 1.0)
    assert series.rate > 0


def test_a_silent_tag_comes_to_rest_and_costs_a_row_only_now_and_then() -> None:
    """Its rate falls to 0 in steps of a few rounds; after that it has no more rows."""
    directory, series = new()
    series.heard(0.1, 5)
    directory.measure({series}, 0.5)
    versions = set()
    for i in range(2, 40 * SILENT_ROUNDS):
        directory.measure(set(), 0.5 * i)
        versions.add(series.row_version)
    assert (len(versions) < 15, series.rate) == (True, 0.0)


def new() -> tuple[Directory, Series]:
    """Return a directory and a tag in it."""
    store = Store(Limits(10, None, 10, 2**20), Counters())
    return Directory(store), store.open("a")
