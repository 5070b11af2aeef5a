"""The loop's end of the inbox: who looks gets everything, and a flood does not wait for anybody to look."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from mqtt_plot.counters import Counters
from mqtt_plot.ingest import Ingest, Message
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.pump import DRAIN_MESSAGES, MANY_MESSAGES, Pump
from mqtt_plot.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.waiting import until

NOW = 1_700_000_000.0


class Watched:
    """A pump on a store of its own, and when the oldest message of each batch came."""

    def __init__(self) -> None:
        counters = Counters()
        self.store = Store(Limits(), counters)
        self.pump = Pump(Ingest(self.store, TopicMap(["plot/#"]), Rules(), counters), limit=10_000)
        self.arrivals: list[float] = []
        self.pump.start(self.arrivals.append)

    def put(self, count: int) -> None:
        """Put messages into the inbox as a network thread would."""
        messages = [Message("plot/a", json.dumps(number).encode(), NOW + number) for number in range(count)]
        self.pump.inbox.put(messages)


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    watched = Watched()
    yield watched
    await watched.pump.stop()


async def test_few_messages_wait_until_somebody_looks(watched: Watched) -> None:
    """A quiet bridge is not woken for each message."""
    watched.put(MANY_MESSAGES - 1)
    await asyncio.sleep(0)
    assert watched.store.points == 0
    watched.pump.drain()
    assert watched.store.points == MANY_MESSAGES - 1
    assert watched.arrivals == [NOW]


async def test_after_many_messages_the_next_ones_come_by_themselves(watched: Watched) -> None:
    """While a flood lasts the inbox is emptied though nobody looks."""
    watched.put(MANY_MESSAGES)
    watched.pump.drain()
    watched.put(5)
    await until(lambda: watched.store.points == MANY_MESSAGES + 5, "the messages of the flood")


async def test_what_is_too_much_for_one_stretch_follows(watched: Watched) -> None:
    """One drain takes the loop for DRAIN_MESSAGES only; looking again meanwhile takes no more."""
    watched.put(3 * DRAIN_MESSAGES)
    watched.pump.drain()
    watched.pump.drain()
    assert watched.store.points == DRAIN_MESSAGES
    await until(lambda: watched.store.points == 3 * DRAIN_MESSAGES, "the rest")


async def test_nothing_is_left_at_the_end(watched: Watched) -> None:
    """Stopping stores all that has come."""
    watched.put(7)
    await watched.pump.stop()
    assert watched.store.points == 7
