"""Tests of what clients are told of the tags."""

import json

import pytest

from mqtt_plot.live import directory as module
from mqtt_plot.live.directory import SILENT_ROUNDS, Directory, TagsKnown
from mqtt_plot.live.protocol import FRAME_MORE
from mqtt_plot.metrics import Counters
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store


def test_an_empty_store_is_told_once() -> None:
    """A new client hears that there are no tags, and then nothing until there is one."""
    store = Store(Limits(10, None, 10, 2**20), Counters())
    directory = Directory(store)
    first = directory.tags_since(TagsKnown())
    assert first is not None
    assert (first.has_more, directory.tags_since(first.known)) == (False, None)


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
    """A store with so many tags that their list and their table come in three parts."""
    monkeypatch.setattr(module, "PART", 4)
    store = Store(Limits(max_tags=20), Counters())
    for number in range(10):
        store.append(store.open(f"t{number}"), 1_700_000_000.0 + number, number / 2)
    return store


def told(directory: Directory, known: TagsKnown) -> tuple[list[str], list[int], TagsKnown, bool]:
    """Return what the next part says: tags, ids that are gone, what is known with it, and whether there is more."""
    part = directory.tags_since(known)
    assert part is not None
    fields = json.loads(part.frame)
    assert (fields["more"], fields["full"]) == (part.has_more, known == TagsKnown())
    return [entry["tag"] for entry in fields["tags"]], fields["gone"], part.known, part.has_more


def test_a_long_list_comes_in_parts(many: Store) -> None:
    """Each tag once, what was described first at first; the last part tells that it is the last."""
    directory, known, has_more = Directory(many), TagsKnown(), True
    sizes, tags = list[int](), list[str]()
    while has_more:
        names, _, known, has_more = told(directory, known)
        sizes.append(len(names))
        tags += names
    assert (sizes, tags, directory.tags_since(known)) == ([4, 4, 2], [f"t{n}" for n in range(10)], None)


def test_what_changes_between_two_parts_comes_with_a_later_one(many: Store) -> None:
    """A tag that is new, one that was told and has changed, one that was not told yet and has, and one that is gone."""
    directory = Directory(many)
    _, _, known, _ = told(directory, TagsKnown())
    many.describe(many.find("t0"))
    many.describe(many.find("t5"))
    gone = many.delete("t9").id
    many.open("new")
    second = told(directory, known)
    third = told(directory, second[2])
    assert second[:2] == (["t4", "t6", "t7", "t8"], [gone])
    assert third == (["t0", "t5", "new"], [], (many.revision, many.revision), False)


def test_what_is_gone_before_its_part_comes_ends_the_list(many: Store) -> None:
    """The last part may be empty: it tells that the list has an end."""
    directory = Directory(many)
    _, _, known, _ = told(directory, TagsKnown())
    ids = [many.delete(f"t{n}").id for n in range(4, 10)]
    assert told(directory, known) == ([], ids, (many.revision, many.revision), False)


def test_a_long_table_comes_in_parts_and_what_is_measured_anew_comes_again(many: Store) -> None:
    """Each row once; a client that has the newest gets nothing."""
    directory = Directory(many)
    directory.measure(set(many), 1.0)
    sizes, flags, version = list[int](), list[int](), 0
    while version != directory.version:
        frame, version, _ = directory.table_since(version, 5.0)
        assert frame is not None
        sizes.append((len(frame) - 24) // 48)
        flags.append(frame[2])
    assert (sizes, flags) == ([4, 4, 2], [FRAME_MORE, FRAME_MORE, 0])
    assert directory.table_since(version, 5.0) == (None, version, False)
    _, version, _ = directory.table_since(0, 5.0)
    directory.measure({many.find("t1")}, 1.5)
    parts = [directory.table_since(version, 5.5)]
    parts.append(directory.table_since(parts[0].version, 5.5))
    assert sum((len(part.frame or b"") - 24) // 48 for part in parts) in {6, 7}
    assert parts[1].version == directory.version


def test_a_table_has_the_rows_of_tags_as_they_are_measured(many: Store) -> None:
    """A tag that is new has its row with the next measurement, at most half a second later."""
    directory = Directory(many)
    assert directory.table_since(0, 5.0) == (None, directory.version, False)
