"""Tests of what clients are told of the tags."""

import json

import pytest

from mqtt_plot.live import directory as module
from mqtt_plot.live.directory import SILENT_ROUNDS, Directory, Made
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


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with so many tags that their frames are made in three steps."""
    monkeypatch.setattr(module, "_STEP", 4)
    store = Store(Limits(max_tags=20), Counters())
    for number in range(10):
        store.append(store.open(f"t{number}"), 1_700_000_000.0 + number, number / 2)
    return store


def steps_of(directory: Directory, revision: int = 0, version: int = 0, most: int = 100) -> int:
    """Do what is to be done for a client; return in how many steps."""
    count = 0
    while count < most and (step := directory.next_step(revision, version, 5.0)) is not None:
        step()
        count += 1
    return count


def tags_in(made: Made[str] | None) -> list[str]:
    assert made is not None
    return [entry["tag"] for entry in json.loads(made.frame)["tags"]]


def test_long_frames_are_made_in_steps_once_for_all_clients(many: Store) -> None:
    """They are the ones that are made at a stretch; a second client, and one that comes in the middle, has nothing more to do."""
    directory, alone = Directory(many), Directory(many)
    assert steps_of(directory, most=2) == 2
    assert (steps_of(directory), steps_of(directory)) == (4, 0)
    assert directory.tags_since(0) == alone.tags_since(0)
    assert directory.table_since(0, 5.0) == alone.table_since(0, 5.0)


def test_what_changes_between_two_steps_comes_with_the_next_frame(many: Store) -> None:
    """A tag that is new, one that was changed, and one that is gone."""
    directory = Directory(many)
    steps_of(directory, most=2)
    many.open("new")
    many.find("t0").unit = "bar"
    many.describe(many.find("t0"))
    many.delete("t9")
    steps_of(directory)
    first = directory.tags_since(0)
    assert tags_in(first) == [f"t{n}" for n in range(10)]
    assert first is not None
    assert first.newest < many.revision
    following = directory.tags_since(first.newest)
    assert sorted(tags_in(following)) == ["new", "t0"]
    assert following is not None
    assert (following.newest, len(json.loads(following.frame)["gone"])) == (many.revision, 1)
    assert directory.tags_since(following.newest) is None


def test_a_few_tags_are_told_as_they_are_now(many: Store) -> None:
    """Their frames are made at a stretch, when they can be sent."""
    for number in range(3, 10):
        many.delete(f"t{number}")
    directory = Directory(many)
    assert directory.next_step(0, 0, 5.0) is None
    assert tags_in(directory.tags_since(0)) == ["t0", "t1", "t2"]
    many.open("new")
    assert tags_in(directory.tags_since(0)) == ["t0", "t1", "t2", "new"]


def test_rows_that_change_while_the_table_is_made_come_again(many: Store) -> None:
    """The next table has them, whichever step they were in; work that nobody waits for is dropped some time."""
    directory = Directory(many)
    directory.measure(set(many), 1.0)
    assert steps_of(directory, many.revision, most=2) == 2
    directory.measure({many.find("t1")}, 1.5)
    steps_of(directory, many.revision)
    frame, version = directory.table_since(0, 5.0)
    assert frame is not None
    assert (len(frame), version) == (24 + 10 * 48, directory.version - 1)
    following, version = directory.table_since(version, 5.0)
    assert following is not None
    assert (len(following), version) == (24 + 48, directory.version)
