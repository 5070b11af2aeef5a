"""From the inbox into ingest."""

import asyncio

import pytest

from mqtt_plot.ingest.consumer import DRAIN_MESSAGES, InboxConsumer
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.waiting import until


@pytest.fixture
def ingest() -> Ingest:
    counters = Counters()
    return Ingest(Store(Limits(), counters), TopicMap(["plot/#"]), Rules(), counters)


def messages(count: int) -> list[Message]:
    return [Message("plot/a", str(number).encode(), 1000.0 + number) for number in range(count)]


async def test_what_a_thread_puts_in_is_stored_in_order(ingest: Ingest) -> None:
    """In as many batches as it takes; the arrival of each batch's oldest message is told."""
    arrivals: list[float] = []
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(arrivals.append)
    count = 2 * DRAIN_MESSAGES + 1
    await asyncio.to_thread(consumer.inbox.put, messages(count))
    consumer.drain()
    await until(lambda: len(ingest.store.find("a").ring) == count if "a" in ingest.store else False, "all of them")
    await consumer.stop()
    assert list(ingest.store.find("a").ring.read(0, count)[1]) == list(range(count))
    assert arrivals == [1000.0, 1000.0 + DRAIN_MESSAGES, 1000.0 + 2 * DRAIN_MESSAGES]


async def test_what_has_come_is_stored_at_the_stop(ingest: Ingest) -> None:
    """Stopping twice is safe."""
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(lambda _: None)
    consumer.inbox.put(messages(5))
    await consumer.stop()
    await consumer.stop()
    assert len(ingest.store.find("a").ring) == 5


async def test_a_batch_that_fails_does_not_stop_the_next(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours costs the batch, and who asked for it hears of it."""
    accept, calls = ingest.accept_messages, 0

    def failing(batch: list[Message]) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError
        accept(batch)

    monkeypatch.setattr(ingest, "accept_messages", failing)
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(lambda _: None)
    consumer.inbox.put(messages(DRAIN_MESSAGES + 3))
    with pytest.raises(ZeroDivisionError):
        consumer.drain()
    await until(lambda: "a" in ingest.store, "the second batch")
    await consumer.stop()
    assert len(ingest.store.find("a").ring) == 3
