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
