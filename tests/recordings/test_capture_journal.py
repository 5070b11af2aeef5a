"""Captures as segments of the state file, and back."""

import json
import math
from array import array
from collections.abc import Iterator
from typing import Any

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.recordings.capture_journal import CAPTURE, GONE, CaptureJournal
from mqtt_plot.store.captures import MAX_CAPTURES, Capture, CaptureList, Line
from mqtt_plot.store.segments import DamagedStateError, Pending

T = 1_700_000_000.0


def capture(number: int, points: int = 3) -> Capture:
    """Return a capture of two tags."""
    times = array("d", [T + i for i in range(points)])
    lines = [
        Line("oven", "°C", "number", (), times, array("d", [math.nan, *range(points - 1)])),
        Line("pump", "", "state", ("RUN", "STOP"), times[:1], array("d", [1.0]), is_whole=False),
    ]
    return Capture(number, f"c{number}", "oven rises above 80", at=T, stretch=(T - 5, T + 5), lines=lines, trigger=2)


class File:
    """A list of captures whose journal is written to a list."""

    def __init__(self) -> None:
        self.captures = CaptureList(Counters())
        self.journal = CaptureJournal(self.captures)
        self.written: list[tuple[int, bytes]] = []

    def append(self, room: float = 1e9) -> int:
        """Return the bytes that it took."""
        new = made(self.journal.news(room))
        self.journal.settle()
        self.written += new
        return sum(len(content) for _, content in new)


def made(pending: Iterator[Pending]) -> list[tuple[int, bytes]]:
    return [(one[0], one[1]()) for one in pending if one is not None]


def loaded(written: list[tuple[int, bytes]]) -> CaptureList:
    captures = CaptureList(Counters())
    journal = CaptureJournal(captures)
    for kind, content in written:
        journal.apply(kind, content)
    journal.finish(is_whole=True)
    assert made(journal.news(1e9)) == []
    return captures


def told(captures: CaptureList) -> list[object]:
    """Return all that there is to know of captures."""
    return [
        (one.to_json(), [repr(line._replace(states=tuple(line.states))) for line in one.lines or ()])
        for one in captures
    ]


def test_what_is_told_is_read_back() -> None:
    """Points, gaps, states, and what is not whole."""
    file = File()
    for number in (1, 2):
        file.captures.add(capture(number))
    file.append()
    everything = made(file.journal.everything())
    assert told(loaded(file.written)) == told(loaded(everything)) == told(file.captures)


def test_a_new_name_does_not_tell_the_points_again() -> None:
    """Nor does a pin; and what was deleted stays away."""
    file = File()
    for number in (1, 2):
        file.captures.add(capture(number, 1_000))
    whole = file.append()
    first, second = file.captures
    first.name, first.is_pinned = "the night", True
    file.captures.put(first)
    file.captures.delete(second)
    assert file.append() < whole / 20
    assert told(loaded(file.written)) == told(file.captures)


def test_what_has_a_file_of_its_own_is_not_told() -> None:
    """As with --captures; and it leaves the state file when it gets one."""
    file = File()
    file.captures.add(capture(1))
    file.append()
    one = next(iter(file.captures))
    one.lines, one.file = None, "c1.capture.json"
    file.append()
    assert told(loaded(file.written)) == []


def test_many_wait_for_room() -> None:
    """A trigger that never rests does not wear out the disk; the oldest that has waited comes first."""
    file = File()
    for number in range(1, 10):
        file.captures.add(capture(number, 1_000))
    file.append(20_000.0)
    assert [one.id for one in loaded(file.written)] == [1, 2]
    file.append()
    assert told(loaded(file.written)) == told(file.captures)


def test_more_than_may_be_kept_are_not_kept() -> None:
    """The bounds hold for a file, too."""
    written = [(CAPTURE, made(one_told(number))[0][1]) for number in range(1, MAX_CAPTURES + 6)]
    assert [one.id for one in loaded_loosely(written)] == list(range(6, MAX_CAPTURES + 6))


def one_told(number: int) -> Iterator[Pending]:
    file = File()
    file.captures.add(capture(number))
    yield from file.journal.everything()


def loaded_loosely(written: list[tuple[int, bytes]]) -> CaptureList:
    """Return what a file of more than we would write comes to."""
    captures = CaptureList(Counters())
    journal = CaptureJournal(captures)
    for kind, content in written:
        journal.apply(kind, content)
    journal.finish(is_whole=True)
    return captures


GOOD: dict[str, Any] = json.loads(made(one_told(1))[0][1])


BAD_HEADS: list[dict[str, Any]] = [
    {"mqtt_plot_capture": 2}, {"id": "1"}, {"id": True}, {"at": "then"}, {"at": 1e300}, {"start": None}, {"points": "x"},
    {"tags": 5}, {"lines": 5}, {"lines": [5]}, {"lines": [{}]},
]  # fmt: skip
BAD_LINES: list[dict[str, Any]] = [
    {"tag": 5}, {"kind": "other"}, {"unit": 5}, {"states": ["x"] * 65}, {"time": [1.0]}, {"time": 5}, {"time": [1e300] * 3},
    {"value": ["x"] * 3}, {"time": [None] * 3},
]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"5", b"{}", b"[" * 100_000),
        *(json.dumps({**GOOD, **wrong}).encode() for wrong in BAD_HEADS),
        *(json.dumps({**GOOD, "lines": [{**GOOD["lines"][0], **wrong}]}).encode() for wrong in BAD_LINES),
    ],
)
def test_what_makes_no_sense_is_refused(content: bytes) -> None:
    """Even with a right checksum nothing of it is believed unchecked."""
    with pytest.raises(DamagedStateError):
        CaptureJournal(CaptureList(Counters())).apply(CAPTURE, content)


def test_a_goodbye_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(DamagedStateError):
        CaptureJournal(CaptureList(Counters())).apply(GONE, b"[[]]")
