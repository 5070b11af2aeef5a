"""The shipped broker configurations, run by Debian's mosquitto: what they allow, refuse and keep."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.listener import Listener
from tests.support.waiting import wait_until

SESSION = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho left this one untyped
SESSION.SessionExpiryInterval = 600


class Link:
    """A client's connection as its callbacks tell it: the CONNACK's reason, and the messages."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.reason = ""
        self.payloads: list[bytes] = []
        self.answered = threading.Event()
        client.on_connect = lambda *arguments: self._answer(str(arguments[3]))
        client.on_message = lambda *arguments: self.payloads.append(bytes(arguments[2].payload))

    def _answer(self, reason: str) -> None:
        self.reason = reason
        self.answered.set()


@contextmanager
def connected(
    broker: Broker, user: str = "", password: str = "", client_id: str = "", *, over_websockets: bool = False
) -> Iterator[Link]:
    """A client that has had its CONNACK, over TLS where the broker has certificates; its session outlives it."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTv5,
        transport="websockets" if over_websockets else "tcp",
    )
    authority = broker.folder / "certs" / "ca.crt"
    if authority.exists():
        client.tls_set_context(ssl.create_default_context(cafile=authority))
    if user:
        client.username_pw_set(user, password)
    link = Link(client)
    port = broker.websocket_port if over_websockets else broker.port
    client.connect("127.0.0.1", port, clean_start=False, properties=SESSION)
    client.loop_start()
    try:
        assert link.answered.wait(10), f"no CONNACK; the broker's log:\n{broker.log}"
        yield link
    finally:
        client.disconnect()
        client.loop_stop()


def subscribe(link: Link, topic: str) -> None:
    """Subscribe at QoS 1 and wait for the SUBACK."""
    done = threading.Event()
    link.client.on_subscribe = lambda *_: done.set()
    link.client.subscribe(topic, 1)
    assert done.wait(10)


def test_a_session_outlives_bridge_and_broker_with_its_whole_queue(broker: Broker) -> None:
    """5000 messages, five times mosquitto's default, wait for a subscriber that is away, also through a restart of the broker."""
    sent = [str(n) for n in range(5000)]
    with connected(broker, client_id="bridge") as link:
        subscribe(link, "plot/#")
    broker.publish_many([("plot/a", payload) for payload in sent[:2500]])
    broker.stop()
    broker.start()
    broker.publish_many([("plot/a", payload) for payload in sent[2500:]])
    with connected(broker, client_id="bridge") as link:
        wait_until(lambda: len(link.payloads) >= len(sent), "the queued messages")
        assert [payload.decode() for payload in link.payloads] == sent


def test_the_lab_speaks_websockets(broker: Broker) -> None:
    """A message published over TCP reaches a client on the WebSocket listener."""
    with connected(broker, over_websockets=True) as link:
        subscribe(link, "plot/#")
        broker.publish("plot/a", "1")
        wait_until(lambda: link.payloads == [b"1"], "the message")


def test_a_packet_over_the_limit_is_not_passed_on(broker: Broker) -> None:
    """250 kB pass; 300 kB do not, and the broker goes on serving."""
    with Listener(broker.port, "plot/#") as listener:
        with connected(broker) as link:
            link.client.publish("plot/large", b"x" * 250_000, 1).wait_for_publish(10)
        with connected(broker) as link:
            gone = threading.Event()
            link.client.on_disconnect = lambda *_: gone.set()
            link.client.publish("plot/too-large", b"x" * 300_000, 1)
            assert gone.wait(10)
        broker.publish("plot/last", "1")
        wait_until(lambda: "plot/last" in listener.last, "the last message")
        assert sorted(listener.last) == ["plot/large", "plot/last"]


@pytest.mark.parametrize(
    ("user", "password"), [("", ""), ("bridge", "wrong"), ("nobody", "bridge-secret"), ("device", "")]
)
def test_the_secure_broker_refuses_strangers(secure_broker: Broker, user: str, password: str) -> None:
    """Nobody enters without a name and its password."""
    with connected(secure_broker, user, password) as link:
        assert link.reason == "Not authorized"


def test_the_secure_broker_speaks_tls_only(secure_broker: Broker) -> None:
    """A plain connection gets no CONNACK: a password never crosses the network in the clear by mistake of the broker."""
    plain = Client(CallbackAPIVersion.VERSION2)
    answered, gone = threading.Event(), threading.Event()
    plain.on_connect = lambda *_: answered.set()
    plain.on_disconnect = lambda *_: gone.set()
    plain.connect("127.0.0.1", secure_broker.port)
    plain.loop_start()
    assert gone.wait(10)
    plain.disconnect()
    plain.loop_stop()
    assert not answered.is_set()


def test_devices_write_and_the_bridge_reads_and_nothing_else(secure_broker: Broker) -> None:
    """A device's message reaches the bridge and no other device; the bridge's own, and one beside plot/, reach nobody."""
    with (
        connected(secure_broker, "bridge", "bridge-secret", "bridge") as bridge,
        connected(secure_broker, "device", "device-secret", "device") as device,
    ):
        subscribe(bridge, "#")
        subscribe(device, "#")
        bridge.client.publish("plot/a", "from the bridge", 1).wait_for_publish(10)
        device.client.publish("other/a", "beside", 1).wait_for_publish(10)
        device.client.publish("plot/a", "from a device", 1).wait_for_publish(10)
        wait_until(lambda: bridge.payloads, "the device's message")
        assert bridge.payloads == [b"from a device"]
        assert device.payloads == []


def test_the_bridge_reads_from_the_secure_broker(secure_broker: Broker, start_bridge: StartBridge) -> None:
    """With the authority's file and the password from the environment a device's value arrives."""
    bridge = start_bridge(
        *("--broker", f"mqtts://bridge@127.0.0.1:{secure_broker.port}"),
        *("--broker-ca", str(secure_broker.folder / "certs" / "ca.crt")),
        environment={"MQTT_PLOT_BROKER_PASSWORD": "bridge-secret"},
    )
    bridge.wait_ready()
    with connected(secure_broker, "device", "device-secret") as device:
        device.client.publish("plot/line1/temp", "21.5", 1).wait_for_publish(10)
    wait_until(lambda: "line1/temp" in bridge.tags(), "the tag")
    assert bridge.series("line1/temp")["value"] == [21.5]
