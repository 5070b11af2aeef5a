"""The MQTT subscription on real brokers, and on one that answers what real ones will not."""

import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from mqtt_plot.errors import SourceError
from mqtt_plot.ingest.inbox import Inbox
from mqtt_plot.mqtt.broker import Broker, BrokerState, Tls
from mqtt_plot.mqtt.embedded_broker import EmbeddedBroker
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.samples import Message
from tests.conftest import StartBridge
from tests.support.broker import Broker as Mosquitto
from tests.support.broker import DynamicSecurity
from tests.support.fake_broker import CONNACK_5, CONNACK_5_SESSION, CONNACK_311, CONNECT, FakeBroker, publish
from tests.support.ports import free_port
from tests.support.waiting import wait_until

# paho leaves the socket of a failed handshake to the garbage collector.
leaves_a_socket = pytest.mark.filterwarnings("ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")


class Watched:
    """A source with its inbox; `texts` are the sentences of all its states, `messages` what it has delivered."""

    def __init__(self, brokers: Sequence[Broker], wake: Callable[[], None] = lambda: None) -> None:
        self.inbox = Inbox(wake, limit=1_000_000)
        self.states: list[BrokerState] = []
        self.messages: list[Message] = []
        self.source = Subscriber(brokers, self.inbox.put, self.states.append)

    @property
    def texts(self) -> list[str]:
        return [state.text for state in self.states]

    def wait_ready(self) -> None:
        wait_until(lambda: self.source.state.is_ready, "the subscription")

    def wait_state(self, word: str) -> BrokerState:
        return wait_until(
            lambda: next((state for state in self.states if state.state == word), None),  # type: ignore[return-value]
            f"the state {word!r}",
        )

    def wait_text(self, part: str) -> None:
        wait_until(lambda: part in "\n".join(self.texts), f"{part!r} in a state's text")

    def wait_messages(self, count: int, seconds: float = 15.0) -> list[Message]:
        """Wait until at least `count` messages have been delivered; return them all."""

        def enough() -> bool:
            self.messages += self.inbox.pop(1_000_000)
            return len(self.messages) >= count

        wait_until(enough, f"{count} messages", seconds)
        return self.messages


Start = Callable[..., Watched]


@pytest.fixture
def start() -> Iterator[Start]:
    """A function that starts a source for a port; all are stopped after the test."""
    all_watched: list[Watched] = []

    def start_one(  # further ports are those of further brokers
        port: int,
        wake: Callable[[], None] = lambda: None,
        more: Sequence[int] = (),
        **options: Any,  # noqa: ANN401 - Broker's own
    ) -> Watched:
        broker = Broker("127.0.0.1", port, "test-bridge", ("plot/#",))
        watched = Watched([replace(broker, port=each, **options) for each in (port, *more)], wake)
        all_watched.append(watched)
        watched.source.start()
        return watched

    yield start_one
    for watched in all_watched:
        watched.source.stop()
        assert not watched.source.is_alive


@pytest.fixture
def own(tmp_path: Path) -> Iterator["Own"]:
    """A function that makes a broker of the given kind, not started yet; all are stopped after the test."""
    made: list[Mosquitto] = []

    def make(kind: type[Mosquitto]) -> Mosquitto:
        made.append(kind(tmp_path / f"broker{len(made)}"))
        return made[-1]

    yield make
    for mosquitto in made:
        mosquitto.stop()


Own = Callable[[type[Mosquitto]], Mosquitto]


def test_messages_arrive_over_mqtt_5(broker: Mosquitto, start: Start) -> None:
    """Connects with MQTT 5, subscribes, and hands over topic, payload, arrival and the retained flag."""
    broker.publish("plot/old", "1", retain=True)
    watched = start(broker.port)
    watched.wait_ready()
    before = time.time()
    broker.publish("plot/line 1/℃", b"\x00\xff")
    retained, fresh = watched.wait_messages(2)
    assert (retained.topic, retained.payload, retained.is_retained) == ("plot/old", b"1", True)
    assert (fresh.topic, fresh.payload, fresh.is_retained) == ("plot/line 1/℃", b"\x00\xff", False)
    assert before <= fresh.time <= time.time()
    state = watched.source.state
    assert state.text == f"connected to mqtt://127.0.0.1:{broker.port} with MQTT 5"
    assert [(s.topic, s.is_granted) for s in state.subscriptions] == [("plot/#", True)]


def test_messages_of_every_qos_arrive(broker: Mosquitto, start: Start) -> None:
    """Devices publish as they like; each message comes once."""
    watched = start(broker.port)
    watched.wait_ready()
    broker.publish_many([("plot/a", "0")], qos=0)
    broker.publish_many([("plot/a", "1")], qos=1)
    broker.publish_many([("plot/a", "2")], qos=2)
    assert sorted(m.payload for m in watched.wait_messages(3)) == [b"0", b"1", b"2"]


def test_messages_arrive_over_websockets(broker: Mosquitto, start: Start) -> None:
    """ws:// works like mqtt://."""
    watched = start(broker.websocket_port, scheme="ws")
    watched.wait_ready()
    broker.publish_many([("plot/a", str(i)) for i in range(500)])
    assert [int(m.payload) for m in watched.wait_messages(500)] == list(range(500))


def test_each_of_several_filters_is_subscribed(broker: Mosquitto, start: Start) -> None:
    """--topic may be given several times; what no filter covers does not come."""
    watched = start(broker.port, topics=("a/#", "b/+/c"))
    watched.wait_ready()
    broker.publish_many([("x/y", "no"), ("a/1", "yes"), ("b/2/c", "yes"), ("b/2/d", "no"), ("a/end", "end")])
    wait_until(lambda: b"end" in [m.payload for m in watched.wait_messages(1)], "the last message")
    assert [m.topic for m in watched.messages] == ["a/1", "b/2/c", "a/end"]


def test_falls_back_to_3_1_1_where_the_broker_hangs_up_on_5(start: Start) -> None:
    """The embedded broker closes a version 5 CONNECT without an answer; version 3.1.1 is tried next, and said."""
    with EmbeddedBroker(port=0) as embedded:
        watched = start(embedded.address[1])
        watched.wait_ready()
        assert watched.source.state.text.endswith("with MQTT 3.1.1")
        client = Client(CallbackAPIVersion.VERSION2)
        client.connect(*embedded.address)
        client.loop_start()
        client.publish("plot/a", "21.5", qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()
        assert [m.payload for m in watched.wait_messages(1)] == [b"21.5"]
        watched.source.stop()


@pytest.mark.parametrize("answer", [b"\x20\x03\x00\x84\x00", b"\x20\x02\x00\x01"], ids=["0x84", "0x01"])
def test_falls_back_to_3_1_1_where_the_broker_refuses_5(start: Start, answer: bytes) -> None:
    """A broker may say "unsupported protocol version", in the form of either version."""
    with FakeBroker({5: answer, 4: CONNACK_311}) as fake:
        watched = start(fake.port)
        watched.wait_ready()
        assert fake.levels == [5, 4]
        watched.source.stop()


def test_waits_for_a_broker_that_is_not_up_yet(own: Own, start: Start) -> None:
    """Started before the broker, it says that nothing listens, tries again, and connects when the broker comes."""
    mosquitto = own(Mosquitto)
    mosquitto.ports = {1883: free_port(), 9001: free_port()}
    watched = start(mosquitto.port)
    assert watched.wait_state("lost").text == (
        f"nothing listens on mqtt://127.0.0.1:{mosquitto.port}, trying again; is the broker running?"
    )
    mosquitto.start()
    watched.wait_ready()


def test_an_unknown_host_is_said(start: Start) -> None:
    """A name that does not resolve is told from a broker that is down."""
    watched = start(1883, host="broker.invalid")
    assert watched.wait_state("lost").text.startswith("cannot reach mqtt://broker.invalid:1883, trying again: ")


def test_a_killed_broker_is_noticed_and_found_again(broker: Mosquitto, start: Start) -> None:
    """Without a word from the broker the state is lost at once, counted, and connected again when it is back."""
    watched = start(broker.port)
    watched.wait_ready()
    broker.kill()
    watched.wait_state("lost")
    broker.start()
    watched.wait_ready()
    assert watched.source.reconnects == 1
    broker.publish("plot/a", "1")
    assert [m.payload for m in watched.wait_messages(1)] == [b"1"]


class Device:
    """Publishes numbered messages of QoS 1 at a steady pace on its own thread, and queues them while the broker is away."""

    def __init__(self, port: int, per_second: int) -> None:
        self.sent = 0
        self.acknowledged = 0
        self._pause = 1 / per_second
        self._stopping = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="device", protocol=MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        self._client.max_inflight_messages_set(1000)
        self._client.on_publish = self._count
        self._client.connect("127.0.0.1", port, clean_start=False)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, name="device")
        self._thread.start()

    def _count(self, *_: object) -> None:
        self.acknowledged += 1

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            due += self._pause
            self._client.publish("plot/device", str(self.sent), qos=1)
            self.sent += 1

    def stop(self) -> None:
        """End publishing, and wait until the broker has all of it."""
        self._stopping.set()
        self._thread.join()
        wait_until(lambda: self.acknowledged >= self.sent, "the broker to acknowledge all", 30)
        self._client.disconnect()
        self._client.loop_stop()


def test_a_restart_of_the_broker_loses_nothing(broker: Mosquitto, start: Start) -> None:
    """The broker is away for 2 s under 1,000 messages/s of QoS 1, with persistence: every message arrives."""
    watched = start(broker.port)
    watched.wait_ready()
    device = Device(broker.port, 1000)
    wait_until(lambda: device.sent >= 1500, "the first messages")
    broker.stop()
    at_stop = device.sent
    wait_until(lambda: device.sent >= at_stop + 2000, "two seconds of messages")
    broker.start()
    wait_until(lambda: device.sent >= at_stop + 4000, "the last messages")
    device.stop()
    messages = watched.wait_messages(device.sent, 30)
    wait_until(lambda: len({m.payload for m in watched.wait_messages(0)}) >= device.sent, "every number", 30)
    assert {int(m.payload) for m in messages} == set(range(device.sent))
    assert (watched.inbox.dropped, watched.source.reconnects) == (0, 1)
    assert "lost" in [state.state for state in watched.states]


def test_what_came_while_it_was_away_is_delivered(broker: Mosquitto, start: Start) -> None:
    """The session stays at the broker: messages of QoS 1 published while the bridge is down arrive when it is back."""
    first = start(broker.port)
    first.wait_ready()
    first.source.stop()
    assert first.source.state.state == "off"
    broker.publish_many([("plot/a", str(i)) for i in range(3000)])
    second = start(broker.port)
    assert [int(m.payload) for m in second.wait_messages(3000)] == list(range(3000))


def test_a_refused_password_is_said(secure_broker: Mosquitto, start: Start) -> None:
    """The user reads that it is the password, and for whom; the reason stays while it goes on trying."""
    watched = start(
        secure_broker.port,
        scheme="mqtts",
        user="bridge",
        password="wrong",
        tls=Tls(str(secure_broker.folder / "certs" / "ca.crt")),
    )
    text = watched.wait_state("refused").text
    assert text == (
        f"broker mqtts://127.0.0.1:{secure_broker.port} refused the password for user bridge, "
        "or the user may not connect (not authorized)"
    )
    assert "wrong" not in repr(watched.source.broker)
    assert [state.state for state in watched.states] == ["refused"]


def test_a_missing_password_is_said(secure_broker: Mosquitto, start: Start) -> None:
    """A broker that wants a password is told from one that is down."""
    watched = start(secure_broker.port, scheme="mqtts", tls=Tls(str(secure_broker.folder / "certs" / "ca.crt")))
    assert "not authorized; it may want a user and password" in watched.wait_state("refused").text


@pytest.mark.parametrize(
    ("connack", "words"),
    [
        (b"\x20\x03\x00\x86\x00", "refused the password for user plot"),
        (b"\x20\x03\x00\x85\x00", "refused the client id test-bridge; set another with --client-id"),
        (b"\x20\x03\x00\x88\x00", "refused the connection for user plot: server unavailable"),
        (b"\x20\x03\x00\x8a\x00", "refused the connection for user plot: banned"),
        (b"\x20\x03\x00\x9c\x00", "sends us to another one (use another server): which it does not name"),
        (b"\x20\x08\x00\x9d\x05\x1c\x00\x02b2", "another one (server moved): 'b2'; set --broker to it, if it is yours"),
    ],
)
def test_each_refusal_has_words_of_its_own(start: Start, connack: bytes, words: str) -> None:
    """What the broker says in a number the user reads in a sentence."""
    with FakeBroker({5: connack}) as fake:
        watched = start(fake.port, user="plot", password="x")
        assert words in watched.wait_state("refused").text
        watched.source.stop()
        assert set(fake.levels) == {5}


@pytest.mark.parametrize("code", [b"\x86", b"\x87"], ids=["bad user name or password", "not authorized"])
def test_who_named_no_user_is_not_told_of_a_password(start: Start, code: bytes) -> None:
    """RabbitMQ says "bad user name or password" to a client that gave neither."""
    with FakeBroker({5: b"\x20\x03\x00" + code + b"\x00"}) as fake:
        text = start(fake.port).wait_state("refused").text
        assert text.endswith("; it may want a user and password")
        assert "refused the password" not in text


def test_falls_back_to_3_1_1_where_the_broker_is_silent_to_5(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker may take the connection and never answer a version that it does not know (amqtt 0.12)."""
    monkeypatch.setattr("mqtt_plot.mqtt.network.ANSWER_SECONDS", 0.5)
    with FakeBroker({5: b"", 4: CONNACK_311}) as fake:
        watched = start(fake.port)
        watched.wait_ready()
        assert watched.texts[0] == f"mqtt://127.0.0.1:{fake.port} gave no answer, trying MQTT 3.1.1"
        assert fake.levels == [5, 4]
        watched.source.stop()


def test_what_answers_no_mqtt_is_told_from_a_firewall_once(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """TCP stands, MQTT does not: that is said after both versions, and not again with every attempt."""
    monkeypatch.setattr("mqtt_plot.mqtt.probe._SECONDS", 0.2)
    with FakeBroker({}) as fake:
        watched = start(fake.port)
        wait_until(lambda: len(fake.levels) >= 5, "further attempts")
        assert watched.texts == [
            f"mqtt://127.0.0.1:{fake.port} gave no answer, trying MQTT 3.1.1",
            f"mqtt://127.0.0.1:{fake.port} takes the connection but answers neither MQTT 5 nor 3.1.1; is it the broker's MQTT port?",
        ]
        watched.source.stop()


def test_a_tls_port_without_tls_is_said(secure_broker: Mosquitto, start: Start) -> None:
    """mqtt:// to a port that wants TLS names the URL that it takes."""
    watched = start(secure_broker.port)
    watched.wait_text(f"it is a TLS port; use mqtts://127.0.0.1:{secure_broker.port}")


def test_a_web_server_is_said(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """mqtt:// to a port that speaks HTTP, which may be the broker's own for WebSocket."""
    monkeypatch.setattr("mqtt_plot.mqtt.network.ANSWER_SECONDS", 0.5)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        watched = start(server.server_port)
        watched.wait_text(
            f"it speaks HTTP; if it is the broker's WebSocket port, use ws://127.0.0.1:{server.server_port}"
        )
        watched.source.stop()
        server.shutdown()
        thread.join()


def test_two_bridges_of_one_id_are_told_and_back_off(broker: Mosquitto, start: Start) -> None:
    """The broker keeps the newer connection, so each throws the other out: it is said what to do, and they come back later each time."""
    both = [start(broker.port), start(broker.port)]
    text = "ends each connection at once; if another client uses the id test-bridge, set --client-id"
    wait_until(lambda: text in "\n".join(both[0].texts + both[1].texts), "the reason")
    assert sum(watched.source.reconnects for watched in both) <= 12


def test_a_broker_that_names_the_rival_is_believed_at_once(start: Start) -> None:
    """MQTT 5 has a reason for it (0x8E); one such word is enough to wait for longer."""
    with FakeBroker({5: CONNACK_5}, then=b"\xe0\x02\x8e\x00") as fake:
        watched = start(fake.port)
        watched.wait_text(f"another client uses the id test-bridge at mqtt://127.0.0.1:{fake.port}; set --client-id")
        assert watched.source.reconnects == 1
        watched.source.stop()


def test_a_broker_that_sends_its_clients_away_is_not_followed(start: Start) -> None:
    """Whoever is named, the bridge stays with the address that it was given: a broker may send it anywhere, and in circles."""
    with FakeBroker({5: CONNACK_5}, then=b"\xe0\x07\x9d\x05\x1c\x00\x02b2") as fake:
        watched = start(fake.port)
        watched.wait_text(
            f"broker mqtt://127.0.0.1:{fake.port} sends us to another one (server moved): 'b2'; set --broker to it, if it is yours"
        )
        fake.then = b""
        watched.wait_ready()


def test_of_several_brokers_the_next_is_taken_where_one_is_away(broker: Mosquitto, start: Start) -> None:
    """The one in use is named, and the reason why the first was not used is gone from what is shown."""
    watched = start(free_port(), more=[broker.port])
    watched.wait_ready()
    assert watched.source.state.text == f"connected to mqtt://127.0.0.1:{broker.port} (2 of 2) with MQTT 5"
    assert watched.texts[0].startswith("nothing listens on ")


def test_who_begins_anew_keeps_the_session_of_this_life_with_3_1_1_too(start: Start) -> None:
    """A clean session ends with its connection there: so the first is for forgetting only, and the second is kept."""
    with FakeBroker({4: CONNACK_311}) as fake:
        watched = start(fake.port, keeps_session=False)
        watched.wait_ready()
        watched.source.stop()
        flags = [body[7] for kind, body in fake.heard if kind == CONNECT and body[6] == 4]
    assert [bool(flag & 2) for flag in flags] == [True, False]


def test_a_broker_that_dies_is_left_for_the_next(own: Own, start: Start) -> None:
    """Within five seconds messages come from the other; a session that it does not have is counted."""
    first, second = own(Mosquitto), own(Mosquitto)
    for mosquitto in (first, second):
        mosquitto.start()
    watched = start(first.port, more=[second.port])
    watched.wait_ready()
    before = time.monotonic()
    first.kill()
    wait_until(lambda: watched.source.state.is_ready and watched.source.broker.port == second.port, "the other broker")
    assert time.monotonic() - before < 5
    second.publish("plot/a", "1")
    assert [m.payload for m in watched.wait_messages(1)] == [b"1"]
    assert (watched.source.reconnects, watched.source.session.lost) == (1, 1)


def test_why_no_broker_of_several_can_be_used_is_said_once(start: Start) -> None:
    """Each with its own reason, in one line that stays the same however often they are tried."""
    with FakeBroker({5: b"\x20\x03\x00\x8a\x00"}) as fake:
        away, port = free_port(), fake.port
        watched = start(away, more=[fake.port])
        wait_until(lambda: len(fake.levels) >= 3, "further rounds")
        watched.source.stop()
    down = f"nothing listens on mqtt://127.0.0.1:{away}, trying again; is the broker running?"
    banned = f"broker mqtt://127.0.0.1:{port} refused the connection: banned"
    assert watched.texts == [down, f"2 of 2 brokers tried: {down} · {banned}", "stopped"]


def test_tls_with_its_own_authority(secure_broker: Mosquitto, start: Start) -> None:
    """With the authority's file and the right password the encrypted connection stands."""
    watched = start(
        secure_broker.port,
        scheme="mqtts",
        user="bridge",
        password="bridge-secret",
        tls=Tls(str(secure_broker.folder / "certs" / "ca.crt")),
    )
    watched.wait_ready()
    device = Client(CallbackAPIVersion.VERSION2)
    device.tls_set_context(ssl.create_default_context(cafile=str(secure_broker.folder / "certs" / "ca.crt")))
    device.username_pw_set("device", "device-secret")
    device.connect("127.0.0.1", secure_broker.port)
    device.loop_start()
    for i in range(300):
        device.publish("plot/a", str(i), qos=1)
    numbers = [int(m.payload) for m in watched.wait_messages(300)]
    device.disconnect()
    device.loop_stop()
    assert numbers == list(range(300))


@leaves_a_socket
def test_an_untrusted_certificate_is_refused(secure_broker: Mosquitto, start: Start) -> None:
    """Without the authority's file the connection is not made, and the option that helps is named."""
    watched = start(secure_broker.port, scheme="mqtts", user="bridge", password="bridge-secret")
    text = watched.wait_state("lost").text
    assert text.startswith(f"certificate of mqtts://127.0.0.1:{secure_broker.port} not trusted: ")
    assert "--broker-ca" in text


@leaves_a_socket
def test_tls_to_a_port_without_it_is_said(broker: Mosquitto, start: Start) -> None:
    """mqtts:// to a plain port asks whether it is a TLS port."""
    watched = start(broker.port, scheme="mqtts")
    watched.wait_text(f"no TLS with mqtts://127.0.0.1:{broker.port}")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_tls_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    """A missing file and one that holds no certificate are told by name, not as a broker out of reach."""
    file = tmp_path / "ca.crt"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SourceError, match=rf"cannot use {file} for TLS: .*; expected PEM files"):
        Tls(str(file)).context()


@pytest.mark.parametrize(("connack", "level"), [(CONNACK_5, 5), (CONNACK_311, 4)])
def test_a_refused_subscription_is_seen(start: Start, connack: bytes, level: int) -> None:
    """Connected is not enough: a refusal in the SUBACK is told per filter, and the bridge is not ready."""
    code = 0x87 if level == 5 else 0x80
    with FakeBroker({level: connack}, suback=(1, code)) as fake:
        watched = start(fake.port, topics=("plot/#", "secret/#"))
        watched.wait_text("broker refused the subscription to secret/#: ")
        state = watched.source.state
        assert (state.state, state.is_ready) == ("connected", False)
        assert [(s.topic, s.is_granted) for s in state.subscriptions] == [("plot/#", True), ("secret/#", False)]
        assert state.text.endswith("check its access rules")
        watched.source.stop()


def test_a_subscription_that_was_refused_for_a_while_is_granted_later(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster that has just lost a node says "unspecified error"; the connection stays, and so does the wish."""
    monkeypatch.setattr("mqtt_plot.mqtt.subscriber.ASK_AGAIN_SECONDS", 0.0)
    with FakeBroker({5: CONNACK_5}, suback=(0x80,)) as fake:
        watched = start(fake.port)
        watched.wait_text("broker refused the subscription to plot/#: Unspecified error")
        fake.suback = b"\x01"
        watched.wait_ready()
        assert watched.source.reconnects == 0
        watched.source.stop()


@pytest.mark.parametrize(("connack", "level"), [(CONNACK_5, 5), (CONNACK_311, 4)])
@pytest.mark.parametrize("health", [None, b""], ids=["hangs up", "is silent"])
def test_a_broker_that_does_not_tell_how_it_is_costs_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch, health: bytes | None, connack: bytes, level: int
) -> None:
    """It is asked first and once, at the first of several brokers too: no connection with data on it is lost, and nothing is called a loss."""
    if health is not None:
        monkeypatch.setattr("mqtt_plot.mqtt.subscriber.HEALTH_SECONDS", 0.0)
    with FakeBroker({level: connack}, health=health) as fake:
        watched = start(fake.port, more=[free_port()])
        watched.wait_ready()
        assert [state.text for state in watched.states if state.state == "lost"] == []
        assert f":{fake.port} (1 of 2) with" in watched.source.state.text
        fake.hang_up()
        wait_until(lambda: fake.subscribes.count("data") == 2, "the subscription of the next connection")
        watched.source.stop()
    assert (fake.subscribes, watched.source.reconnects) == (["health", "data", "data"], 1)


def test_a_session_without_our_subscription_is_told_from_one_with_it(start: Start) -> None:
    """A broker that hung up before it had our SUBSCRIBE has a session all the same: we subscribe in it, or would hear nothing for ever."""
    with FakeBroker({5: CONNACK_5}) as fake:
        watched = start(fake.port)
        watched.wait_ready()
        fake.then = None
        fake.hang_up()
        wait_until(lambda: fake.subscribes.count("data") >= 2, "a subscription that is not answered")
        fake.connacks, fake.then = {5: CONNACK_5_SESSION}, b""
        watched.wait_ready()
        watched.source.stop()
    assert watched.source.session.gaps >= 1


def test_the_broker_that_we_bring_is_not_asked_how_it_is(start_bridge: StartBridge) -> None:
    """It hangs up on who asks."""
    bridge = start_bridge("--broker", "embedded", "--embedded-broker-listen", "127.0.0.1:0")
    bridge.wait_ready()
    assert [line for line in bridge.lines if "lost" in line] == []


def test_a_real_broker_refuses_a_subscription(own: Own, start: Start) -> None:
    """Mosquitto's dynamic security plugin refuses a SUBSCRIBE for real."""
    mosquitto = own(DynamicSecurity)
    mosquitto.start()
    watched = start(mosquitto.port, user="bridge", password="secret")
    watched.wait_text("broker refused the subscription to plot/#: Not authorized; check its access rules")


@pytest.mark.parametrize(("connack", "level"), [(CONNACK_5, 5), (CONNACK_311, 4)])
def test_a_payload_of_50_megabytes_does_not_end_the_session(start: Start, connack: bytes, level: int) -> None:
    """Even where the broker does send it, it passes by without being held; its size is told, and the next message arrives."""
    has_properties = level == 5
    flood = publish(b"plot/big", b"x" * 50_000_000, has_properties=has_properties)
    after = publish(b"plot/a", b"1", has_properties=has_properties)
    with FakeBroker({level: connack}, then=flood + after) as fake:
        watched = start(fake.port)
        big, small = watched.wait_messages(2, 30)
        assert (big.topic, big.payload, big.excess) == (
            "plot/big",
            b"",
            50_000_000 + has_properties,
        )  # their length byte
        assert (small.topic, small.payload, small.excess) == ("plot/a", b"1", 0)
        assert watched.source.reconnects == 0
        watched.source.stop()


def test_the_broker_is_asked_not_to_send_what_is_too_large(own: Own, start: Start) -> None:
    """With MQTT 5 the broker keeps packets over the limit to itself, and the session goes on."""
    mosquitto = own(Unlimited)
    mosquitto.start()
    watched = start(mosquitto.port, max_payload=100_000)
    watched.wait_ready()
    mosquitto.publish_many([("plot/a", "before"), ("plot/a", b"x" * 50_000_000), ("plot/a", "after")])
    assert [m.payload for m in watched.wait_messages(2)] == [b"before", b"after"]
    assert watched.source.reconnects == 0


class Unlimited(Mosquitto):
    """Mosquitto that takes packets of any size."""

    def _write_config(self) -> Path:
        config = super()._write_config()
        config.write_text(config.read_text().replace("max_packet_size 262144", ""))
        return config


@pytest.mark.parametrize(("connack", "level"), [(CONNACK_5, 5), (CONNACK_311, 4)])
def test_messages_right_behind_another_packet_arrive_at_once(start: Start, connack: bytes, level: int) -> None:
    """What comes in one piece with the SUBACK does not wait for the next thing that comes."""
    packets = [publish(b"plot/a", str(i).encode(), has_properties=level == 5) for i in range(3)]
    with FakeBroker({level: connack}, then=packets[0] + b"\xd0\x00" + packets[1] + packets[2]) as fake:
        watched = start(fake.port)
        assert [m.payload for m in watched.wait_messages(3)] == [b"0", b"1", b"2"]
        watched.source.stop()


@pytest.mark.parametrize(("connack", "level"), [(CONNACK_5, 5), (CONNACK_311, 4)])
def test_a_topic_that_is_no_utf_8_is_harmless(start: Start, connack: bytes, level: int) -> None:
    """It arrives with its bytes made visible, and the connection goes on."""
    topics = (b"plot/\xff", b"plot/\xed\xa0\x80", b"plot/a")
    packets = b"".join(publish(topic, b"1", has_properties=level == 5) for topic in topics)
    with FakeBroker({level: connack}, then=packets) as fake:
        watched = start(fake.port)
        topics_seen = [m.topic for m in watched.wait_messages(3)]
        assert topics_seen == ["plot/\\xff", "plot/\\xed\\xa0\\x80", "plot/a"]
        assert watched.source.reconnects == 0
        watched.source.stop()


def test_an_exception_while_handing_over_does_not_end_the_thread(
    broker: Mosquitto, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is logged, the connection is made anew, and messages arrive again."""
    calls = []

    def wake() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError

    watched = start(broker.port, wake)
    watched.wait_ready()
    broker.publish("plot/a", "1")
    watched.wait_text("internal fault in the MQTT connection, see the log")
    watched.wait_ready()
    broker.publish("plot/a", "2")
    wait_until(lambda: b"2" in [m.payload for m in watched.wait_messages(1)], "the second message")
    assert watched.source.is_alive
    assert "ZeroDivisionError" in caplog.text


def test_stopping_twice_and_before_the_start_is_safe(broker: Mosquitto, start: Start) -> None:
    """A shutdown path may pass twice, and early."""
    early = Watched([Broker("127.0.0.1", broker.port, "early", ("plot/#",))])
    early.source.stop()
    early.source.stop()
    watched = start(broker.port)
    watched.wait_ready()
    for _ in range(2):
        watched.source.stop()
        assert (watched.source.is_alive, watched.source.state.state) == (False, "off")
    assert [state.state for state in watched.states] == ["connected", "connected", "off"]


def test_stopping_at_once_is_safe(broker: Mosquitto, start: Start) -> None:
    """A stop that comes while the connection is being made ends it all the same."""
    for _ in range(20):
        watched = start(broker.port)
        watched.source.stop()
        assert (watched.source.is_alive, watched.source.state.state) == (False, "off")


def test_stopping_while_nothing_listens_is_quick(start: Start) -> None:
    """The pause between two tries does not hold up the shutdown."""
    watched = start(free_port())
    watched.wait_state("lost")
    before = time.monotonic()
    watched.source.stop()
    assert time.monotonic() - before < 2
    assert watched.source.state.state == "off"


def test_stopping_does_not_wait_for_a_broker_that_hangs(broker: Mosquitto, start: Start) -> None:
    """A frozen broker holds up the shutdown for seconds at most, and the waiting costs next to nothing."""
    watched = start(broker.port)
    watched.wait_ready()
    broker.signal(signal.SIGSTOP)
    before, cpu = time.monotonic(), time.process_time()
    watched.source.stop()
    assert time.monotonic() - before < 5
    assert time.process_time() - cpu < 1
    broker.signal(signal.SIGCONT)
    wait_until(lambda: not watched.source.is_alive, "the thread to end")
