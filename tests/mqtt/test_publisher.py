"""The one connection that publishes, on a real broker and on one that acknowledges nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.broker import Broker
from mqtt_plot.mqtt.publisher import MAX_UNDER_WAY, Publisher
from tests.support.broker import Broker as Mosquitto
from tests.support.fake_broker import CONNACK_5, CONNACK_311, FakeBroker
from tests.support.listener import Listener
from tests.support.waiting import until


def at(port: int) -> Broker:
    return Broker(host="127.0.0.1", port=port, client_id="bridge", topics=("plot/#",))


@pytest.fixture
async def publisher(broker: Mosquitto) -> AsyncIterator[Publisher]:
    publisher = Publisher(lambda: (at(broker.port), "3.1.1"))
    yield publisher
    await publisher.stop()


async def test_what_is_published_has_arrived_in_its_order(publisher: Publisher, broker: Mosquitto) -> None:
    """More than may be under way at once, and nobody has to connect first."""
    messages = [("plot/a", str(n).encode()) for n in range(3 * MAX_UNDER_WAY)]
    with Listener(broker.port, "plot/#") as heard:
        await publisher.publish(messages)
        await until(lambda: heard.count == len(messages), "all messages")
    assert heard.last == {"plot/a": messages[-1][1]}


async def test_a_rebirth_is_asked_for_at_qos_0(publisher: Publisher, broker: Mosquitto) -> None:
    """Sparkplug 3.0, tck-id-payloads-ncmd-qos. Nobody waits for it."""
    with Listener(broker.port, "spBv1.0/#", qos=2) as heard:
        publisher.publish_soon("spBv1.0/g/NCMD/n", b"rebirth")
        await until(lambda: heard.count, "the request")
    assert (heard.last, heard.last_qos) == ({"spBv1.0/g/NCMD/n": b"rebirth"}, 0)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_a_broker_that_acknowledges_nothing_is_given_up(version: str) -> None:
    """In words, and what was under way no longer counts as waiting."""
    with FakeBroker({4: CONNACK_311, 5: CONNACK_5}) as deaf:
        publisher = Publisher(lambda: (at(deaf.port), version))
        with pytest.raises(SourceError, match="acknowledged nothing for 0 s"):
            async with publisher.stream(answer_seconds=0.05) as send:
                await send("plot/a", b"1")
        assert publisher.waiting == 0
        await publisher.stop()


async def test_a_stopped_sender_leaves_nothing_behind() -> None:
    """A replay that is stopped does not wait for what it has sent."""
    with FakeBroker({4: CONNACK_311}) as deaf:
        publisher = Publisher(lambda: (at(deaf.port), "3.1.1"))
        task = asyncio.create_task(publisher.publish([("plot/a", b"1")]))
        await until(lambda: publisher.waiting, "the message to be under way")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert publisher.waiting == 0
        await publisher.stop()
        await publisher.stop()


async def test_the_connection_follows_the_subscription_to_another_broker(broker: Mosquitto) -> None:
    """What waits at the broker that was left stays there; the next goes to the new one."""
    with FakeBroker({4: CONNACK_311}) as deaf, Listener(broker.port, "plot/#") as heard:
        ports = [deaf.port]
        publisher = Publisher(lambda: (at(ports[-1]), "3.1.1"))
        task = asyncio.create_task(publisher.publish([("plot/a", b"left")]))
        await until(lambda: publisher.waiting, "the message to be under way")
        ports.append(broker.port)
        await publisher.publish([("plot/a", b"new")])
        await until(lambda: heard.count, "the message")
        assert (heard.last, publisher.waiting) == ({"plot/a": b"new"}, 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await publisher.stop()


async def test_messages_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """All senders together; the one too many is told to come again."""
    monkeypatch.setattr("mqtt_plot.mqtt.publisher.MAX_WAITING", 2)
    with FakeBroker({4: CONNACK_311}) as deaf:
        publisher = Publisher(lambda: (at(deaf.port), "3.1.1"))
        with pytest.raises(SourceError, match="2 messages wait for the broker already"):
            await publisher.publish([("plot/a", b"1")] * 3)
        await publisher.stop()


async def test_a_refused_connection_is_told_by_its_reason() -> None:
    """CONNACK 5 of version 3.1.1: not authorized."""
    with FakeBroker({4: b"\x20\x02\x00\x05"}) as broker:
        publisher = Publisher(lambda: (at(broker.port), "3.1.1"))
        with pytest.raises(SourceError, match="refused the connection: Not authorized"):
            await publisher.publish([("plot/a", b"1")])
        await publisher.stop()


async def test_while_no_broker_is_found_nothing_is_published(caplog: pytest.LogCaptureFixture) -> None:
    """The subscription has found no broker yet: its state says why."""

    def find() -> tuple[Broker, str]:
        raise SourceError("no broker: nothing listens")

    publisher = Publisher(find)
    with pytest.raises(SourceError, match="nothing listens"):
        await publisher.publish([("plot/a", b"1")])
    publisher.publish_soon("plot/a", b"1")
    await until(lambda: "not published to plot/a: no broker" in caplog.text, "the log line")
    await publisher.stop()


class Picky(FakeBroker):
    """Acknowledges what it is sent, and hangs up at a topic with a blank, as NATS does."""

    def _answer(self, kind: int, body: bytes) -> bytes | None:
        if kind != 3:
            return super()._answer(kind, body)
        length = int.from_bytes(body[:2], "big")
        return None if b" " in body[2 : 2 + length] else b"\x40\x02" + body[2 + length : 4 + length]


async def test_one_topic_that_the_broker_hangs_up_at_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """It is named to its sender, and forgotten: a fresh connection carries what comes after it."""
    with Picky({4: CONNACK_311}) as broker:
        publisher = Publisher(lambda: (at(broker.port), "3.1.1"))
        await publisher.publish([("plot/a", b"1")])
        with pytest.raises(SourceError, match=r"refused to publish: it hangs up at each message to 'plot/a b'"):
            await publisher.publish([("plot/ok", b"1"), ("plot/a b", b"2")])
        assert publisher.trouble == "it hangs up at each message to 'plot/a b'"
        await until(lambda: not publisher.trouble, "the fresh connection")
        await publisher.publish([("plot/a", b"3")])
        assert publisher.waiting == 0
        await publisher.stop()
    assert caplog.text.count("is given up") == 1


async def test_a_connection_that_acknowledges_nothing_is_replaced() -> None:
    """Whatever it is stuck with, the next message must not wait behind it."""
    with FakeBroker({4: CONNACK_311}) as deaf:
        publisher = Publisher(lambda: (at(deaf.port), "3.1.1"))
        with pytest.raises(SourceError, match="acknowledged nothing"):
            async with publisher.stream(answer_seconds=0.05) as send:
                await send("plot/a", b"1")
        await until(lambda: len(deaf.levels) == 2, "the fresh connection")
        await publisher.stop()
    publishes = [body for kind, body in deaf.heard if kind == 3]
    assert len(publishes) == 1


async def test_a_broker_that_restarts_is_waited_for(broker: Mosquitto) -> None:
    """A replay goes on where it was: what was not acknowledged is sent again."""
    publisher = Publisher(lambda: (at(broker.port), "3.1.1"))
    with Listener(broker.port, "plot/#"):
        async with publisher.stream(answer_seconds=20.0) as send:
            await send("plot/a", b"1")
            broker.kill()
            await send("plot/a", b"2")
            broker.start()
    assert publisher.waiting == 0
    await publisher.stop()
