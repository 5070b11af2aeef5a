"""Many messages at once through a real broker: whatever the load, the books are exact."""

import sys
import time
from collections.abc import AsyncIterator

import pytest

from mqtt_plot.app import App
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from tests.support.broker import Broker
from tests.support.flood import topic
from tests.support.processes import Program
from tests.support.waiting import until

pytestmark = pytest.mark.timing

MESSAGES = 100_000
TAGS = 200


@pytest.fixture
async def app(broker: Broker) -> AsyncIterator[App]:
    """A bridge in this process, connected to `broker`."""
    app = App(Settings(host="127.0.0.1", port=0, broker=(BrokerUrl("mqtt", "127.0.0.1", broker.port),)))
    await app.start()
    await until(lambda: app.health.is_ready()[0], "the subscription")
    yield app
    await app.stop()


async def flood(app: App, broker: Broker, per_second: int, qos: int) -> tuple[float, float]:
    """Publish MESSAGES over TAGS; return the seconds it took and those until the last one was taken in after that."""
    arguments = (broker.port, MESSAGES, TAGS, per_second, qos)
    program = Program([sys.executable, "-m", "tests.support.flood", *map(str, arguments)])
    published = await until(lambda: program.find(r"published in (\S+) s"), "the flood to be published", 60)
    assert published
    begin = time.monotonic()
    await until(lambda: accepted(app) >= MESSAGES, "all messages to be taken in", 60)
    program.wait()
    return float(published[1]), time.monotonic() - begin


def accepted(app: App) -> int:
    return app.counters.get("messages_received") + app.consumer.inbox.dropped


@pytest.mark.parametrize("qos", [0, 1])
async def test_a_flood_is_stored_or_counted_exactly(app: App, broker: Broker, qos: int) -> None:
    """100,000 messages over 200 tags as fast as the broker delivers them: received = stored + counted drops."""
    await flood(app, broker, 0, qos)
    counters = app.counters
    received = counters.get("messages_received")
    assert received + app.consumer.inbox.dropped == MESSAGES
    assert received == counters.total("samples_stored")
    assert counters.total("messages_rejected") + counters.total("messages_refused") == 0
    assert app.store.points == received
    assert len(app.store) == TAGS
    assert sum(series.messages for series in app.store) == received


async def test_a_paced_stream_loses_nothing(app: App, broker: Broker) -> None:
    """20,000 messages/s for five seconds: none dropped, each tag's values complete and in order, and the loop keeps up."""
    seconds, behind = await flood(app, broker, 20_000, 0)
    assert seconds < 6, "the publisher did not reach its pace, so this shows nothing"
    assert app.consumer.inbox.dropped == 0
    for tag in range(TAGS):
        _, values = app.store.find(topic(tag).removeprefix("plot/")).window(None, None)
        assert list(values) == list(range(tag, MESSAGES, TAGS))
    assert behind < 3
