"""Events, limits, triggers and notes as segments of the state file, and back."""

import json
from collections.abc import Iterator

import pytest

from mqtt_plot.store.kept_journal import KEPT, KeptJournal
from mqtt_plot.store.segments import DamagedStateError, Pending


class Things:
    """A section that holds whatever it is given."""

    def __init__(self, content: object) -> None:
        self.revision = 1
        self.content = content

    def set(self, content: object) -> None:
        self.revision += 1
        self.content = content

    def dump(self) -> object:
        return json.loads(json.dumps(self.content))

    def restore(self, kept: object) -> None:
        if kept == "refused":
            raise ValueError("makes no sense")
        self.content = kept


def told(pending: Iterator[Pending]) -> list[bytes]:
    return [one[1]() for one in pending if one is not None]


def read(contents: list[bytes], **sections: Things) -> KeptJournal:
    journal = KeptJournal(sections)
    for content in contents:
        journal.apply(KEPT, content)
    journal.finish(is_whole=True)
    return journal


EVENTS = {"events": [{"id": 3, "end": None}, {"id": 4, "end": 5.5}], "counts": {"a": 2}, "dropped": 0}


@pytest.mark.parametrize(
    "content",
    [[], {}, EVENTS, [{"id": 1, "tags": ["a", {}]}], {"a": {"set": {"hi": 5, "lo": None}, "said": {}}}, {"5": 1}],
)
def test_what_is_told_is_read_back(content: object) -> None:
    """Lists of things with ids, and objects, also empty ones."""
    after = Things(None)
    read(told(KeptJournal({"a": Things(content)}).everything()), a=after)
    assert after.content == content


def test_only_what_has_changed_is_told() -> None:
    """An entry that was added, one that has changed, one that is gone."""
    events = Things({"events": [{"id": number, "end": None} for number in range(500)], "counts": {}})
    journal = KeptJournal({"events": events})
    contents = told(journal.everything())
    journal.settle()
    assert told(journal.news(1e6)) == []
    entries: list[dict[str, object]] = [{"id": number, "end": None} for number in range(1, 501)]
    entries[7] = {"id": 8, "end": 9.0}
    events.set({"events": entries, "counts": {"x": 1}})
    contents += (new := told(journal.news(1e6)))
    after = Things(None)
    read(contents, events=after)
    assert (after.content, len(new[0]) < 300) == (events.content, True)


def test_what_is_not_settled_is_told_again() -> None:
    """And so is all when that was not settled."""
    notes = Things([{"id": 1}])
    journal = KeptJournal({"notes": notes})
    before = told(journal.everything())
    journal.settle()
    notes.set([{"id": 2}])
    told(journal.everything())
    told(journal.news(1e6))
    after = Things(None)
    read(before + told(journal.news(1e6)), notes=after)
    assert after.content == [{"id": 2}]


def test_without_room_it_waits() -> None:
    """A storm of events does not wear out the disk."""
    journal = KeptJournal({"notes": Things([])})
    assert told(journal.news(-1.0)) == []


def test_a_section_that_makes_no_sense_stays_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """The others come, and one line says so."""
    good, bad = Things(None), Things("empty")
    read(told(KeptJournal({"good": Things([{"id": 1}]), "bad": Things("refused")}).everything()), good=good, bad=bad)
    assert (good.content, bad.content) == ([{"id": 1}], "empty")
    assert [record.getMessage()[:38] for record in caplog.records] == ["bad of the state not taken up: ValueEr"]


def test_old_files_are_asked_where_nothing_is_told() -> None:
    """And only there."""
    asked: list[str] = []
    KeptJournal({}, lambda: asked.append("old")).finish(is_whole=False)
    journal = KeptJournal({}, lambda: asked.append("again"))
    journal.apply(KEPT, b'{"set": [], "gone": []}')
    journal.finish(is_whole=True)
    assert asked == ["old"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"5", b"{}", b"[" * 100_000, b'{"set": 5, "gone": []}', b'{"set": [[5, 5]], "gone": []}', b'{"set": [[[], 5]], "gone": []}',
        b'{"set": [[["a", "b", "c", "d", "e"], 5]], "gone": []}', b'{"set": [], "gone": ["a"]}', b'{"set": [[["a"]]], "gone": []}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedStateError):
        KeptJournal({}).apply(KEPT, content)


def test_a_flood_is_refused() -> None:
    """Whoever writes a file of our kind may not fill the memory with it."""
    leaves = [[["a", number], 0] for number in range(60_000)]
    with pytest.raises(DamagedStateError):
        KeptJournal({}).apply(KEPT, json.dumps({"set": leaves, "gone": []}).encode())
