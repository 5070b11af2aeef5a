"""The thread crossing: bounded, exact, one wake-up per batch."""

import threading

import pytest

from mqtt_plot.ingest.inbox import Inbox
from mqtt_plot.samples import Message

SECONDS = 20


def message(number: int, size: int = 0) -> Message:
    return Message(f"plot/{number}", b"x" * size, float(number))


class Wakes:
    """Counts the calls of `wake`."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


def test_messages_come_out_in_the_order_they_went_in(wakes: Wakes) -> None:
    """A batch is the oldest messages, at most as many as asked for."""
    box = Inbox(wakes)
    box.put([message(0), message(1)])
    box.put([message(2), message(3), message(4)])
    assert len(box) == 5
    assert [m.time for m in box.pop(3)] == [0, 1, 2]
    assert [m.time for m in box.pop(3)] == [3, 4]
    assert box.pop(3) == []


def test_a_batch_of_large_messages_is_short(wakes: Wakes) -> None:
    """A batch ends with the message that makes it as large as asked for, so that it holds one at least."""
    box = Inbox(wakes)
    box.put([message(number, 100) for number in range(5)])
    assert [len(box.pop(10, 150)), len(box.pop(10, 1)), len(box.pop(10))] == [2, 1, 2]


def test_the_loop_is_woken_once_per_batch(wakes: Wakes) -> None:
    """Only the first message into a box at rest wakes the loop."""
    box = Inbox(wakes)
    for i in range(100):
        box.put([message(i)])
    assert wakes.count == 1
    box.pop(100)
    box.put([message(100)])  # the loop is still at it
    assert (wakes.count, box.rest()) == (1, False)
    box.pop(100)
    assert box.rest() is True
    box.put([message(101)])
    assert wakes.count == 2


def test_nothing_wakes_nobody(wakes: Wakes) -> None:
    """An empty batch is no reason to wake the loop."""
    Inbox(wakes).put([])
    assert wakes.count == 0


def test_a_full_box_drops_and_counts_after_the_timeout(wakes: Wakes) -> None:
    """When the loop takes nothing for too long, what finds no room is dropped and counted; what lies in the box stays."""
    box = Inbox(wakes, limit=3, timeout=0.01)
    box.put([message(i) for i in range(10)])
    assert (box.dropped, [m.time for m in box.pop(99)]) == (7, [0, 1, 2])
    box.put([message(10)])
    assert (box.dropped, len(box)) == (7, 1)


def test_the_box_is_bounded_in_bytes_too(wakes: Wakes) -> None:
    """A few large messages fill the box like many small ones, and what was taken makes room."""
    box = Inbox(wakes, timeout=0.01, limit_bytes=1000)
    for i in range(5):
        box.put([message(i, 400)])
    assert (len(box), box.dropped) == (3, 2)
    box.pop(1)
    box.put([message(5, 10_000)])  # one that alone is over the limit passes while there is room
    box.put([message(6)])
    assert ([len(m.payload) for m in box.pop(9)], box.dropped) == ([400, 400, 10_000], 3)


@pytest.mark.parametrize(
    ("timeout", "batch"), [(SECONDS, 1), (SECONDS, 7), (SECONDS, 200), (0.0, 1), (0.0, 7), (0.0, 200)]
)
def test_taken_and_dropped_are_all_that_was_put(timeout: float, batch: int) -> None:
    """Two threads, a small box, 50,000 messages: none twice, none out of order, none uncounted, and no wake-up missed.

    With time enough none is dropped.
    """
    total = 50_000
    is_awake = threading.Event()
    box = Inbox(is_awake.set, limit=50, timeout=timeout)
    is_done = threading.Event()

    def put_all() -> None:
        for i in range(0, total, batch):
            box.put([message(n) for n in range(i, min(i + batch, total))])
        is_done.set()
        is_awake.set()

    taken: list[float] = []
    thread = threading.Thread(target=put_all)
    thread.start()
    while not (is_done.is_set() and not len(box)):
        assert is_awake.wait(SECONDS), "a message lay in the box, and nobody was woken"
        is_awake.clear()
        while True:
            taken += [m.time for m in box.pop(20)]
            if box.rest():
                break
    thread.join()
    assert len(taken) + box.dropped == total
    assert taken == sorted(set(taken))
    assert timeout == 0 or box.dropped == 0
