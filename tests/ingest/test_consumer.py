"""From the inbox into ingest."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise

import pytest

from mqtt_plot.ingest.consumer import DRAIN_MESSAGES, InboxConsumer
from mqtt_plot.ingest.ingest import STEP_SAMPLES, Ingest
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from mqtt_plot.store.series import Series
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
    accept, calls = ingest.accept_in_steps, 0

    def failing(batch: list[Message]) -> Iterator[None]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError
        yield from accept(batch)

    monkeypatch.setattr(ingest, "accept_in_steps", failing)
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(lambda _: None)
    consumer.inbox.put(messages(DRAIN_MESSAGES + 3))
    with pytest.raises(ZeroDivisionError):
        consumer.drain()
    await until(lambda: "a" in ingest.store, "the second batch")
    await consumer.stop()
    assert len(ingest.store.find("a").ring) == 3


LONG = [{"tag": f"t{k % 3}", "value": k, "ts": 1000.0} for k in range(5 * STEP_SAMPLES)]


def values(series: Series) -> list[float]:
    return list(series.ring.read(series.ring.first, series.ring.next)[1])


async def test_a_long_message_is_stored_in_steps(ingest: Ingest) -> None:
    """Thousands of samples of new tags are stored one by one, and the loop turns in between; the message behind waits for its turn."""
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(lambda _: None)
    consumer.inbox.put([Message("plot/a", json.dumps(LONG).encode(), 2000.0), Message("plot/a/t0", b"-1", 2001.0)])
    consumer.drain()
    seen = [0]
    while -1.0 not in values(ingest.store.open("a/t0")):
        await asyncio.sleep(0)
        consumer.drain()  # as readers do meanwhile
        seen.append(ingest.store.points)
    await consumer.stop()
    assert max(later - sooner for sooner, later in pairwise(seen)) <= STEP_SAMPLES + 1
    assert [values(ingest.store.find(f"a/t{k}")) for k in range(3)] == [
        [*map(float, range(0, len(LONG), 3)), -1.0],
        [*map(float, range(1, len(LONG), 3))],
        [*map(float, range(2, len(LONG), 3))],
    ]


async def test_a_tag_deleted_while_a_long_message_is_stored_begins_anew(ingest: Ingest) -> None:
    """What is left of the message makes the tag again: no sample goes where nobody looks."""
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(lambda _: None)
    consumer.inbox.put([Message("plot/a", json.dumps(LONG).encode(), 2000.0)])
    consumer.drain()
    await asyncio.sleep(0)
    ingest.store.delete("a/t1")
    await until(lambda: ingest.store.counters.get("samples_stored") == len(LONG), "all of it")
    await consumer.stop()
    kept = values(ingest.store.find("a/t1"))
    assert kept == [*map(float, range(1, len(LONG), 3))][-len(kept) :]
    assert 0 < len(kept) < len(LONG) // 3


async def test_a_stop_stores_the_rest_of_a_long_message(ingest: Ingest) -> None:
    """Nothing is left half."""
    consumer = InboxConsumer(ingest, 10_000)
    consumer.start(lambda _: None)
    consumer.inbox.put([Message("plot/a", json.dumps(LONG).encode(), 2000.0), Message("plot/b", b"1", 2001.0)])
    consumer.drain()
    await consumer.stop()
    assert (ingest.store.points, "b" in ingest.store) == (len(LONG) + 1, True)
