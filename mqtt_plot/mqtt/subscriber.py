"""The bridge's MQTT subscription: a network thread that keeps it connected and passes messages on.

Uses MQTT 5 (OASIS MQTT 5.0), and 3.1.1 with brokers that have no 5. Knows nothing of what a payload means.
"""

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.backoff import Backoff
from mqtt_plot.mqtt.broker import Broker, BrokerState, Subscription, connect_failure, refusal, rivalry, supposed_rivalry
from mqtt_plot.mqtt.broker_health import PREFIX, TOPICS, BrokerHealth
from mqtt_plot.mqtt.candidates import Candidates
from mqtt_plot.mqtt.client import introduce
from mqtt_plot.mqtt.network import StreamClient
from mqtt_plot.mqtt.packets import Publish
from mqtt_plot.mqtt.probe import unanswered
from mqtt_plot.mqtt.session import BrokerSession
from mqtt_plot.samples import Message

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 5.0
# From a refused subscription to the next try.
ASK_AGAIN_SECONDS = 5.0
# For the answer to what we could do without, before we subscribe to data.
HEALTH_SECONDS = 2.0
SESSION_EXPIRY_SECONDS = 3600
# Room for topic and properties in a packet, beside the payload.
PACKET_OVERHEAD = 1024
_VERSIONS = 2
# From one broker of several to the next, within one round of all.
_NEXT_BROKER_SECONDS = 0.25
REFUSED_FROM = 128  # MQTT 5.0, 2.4: reason codes of 0x80 or more are failures
_UNSUPPORTED_VERSION = 132
_SESSION_TAKEN_OVER = 142
_REDIRECTIONS = (156, 157)  # use another server, server moved
# Most brokers hang up without a word (3.1.1 has none for it); so many connections that end at once tell that another has our id.
_SHORT_LIVES = 3
_STOP_SECONDS = 3.0
QOS = 1


class Subscriber:
    """A subscription that reconnects by itself. Call `start` and `stop` on the event loop's thread; all else runs on its own thread."""

    _wants_session = True  # over the losses of this life, if not over its start
    _session_seconds = SESSION_EXPIRY_SECONDS

    def __init__(
        self,
        brokers: Sequence[Broker],
        put: Callable[[Sequence[Message]], None],
        on_state: Callable[[BrokerState], None] = lambda _: None,
    ) -> None:
        self._candidates = Candidates(brokers)
        self.health = BrokerHealth(brokers[0].topics, is_wanted=brokers[0].has_figures)
        self.state = BrokerState("connecting", f"connecting to {brokers[0].address}", time.time())
        self.reconnects = 0
        self.lost_at = 0.0  # when the last connection ended, POSIX seconds
        self.session = BrokerSession()
        self._put = put
        self._on_state = on_state
        self._stopping = threading.Event()
        self.client: StreamClient | None = None  # of the current connection, or the one being made
        self._answered = False
        self._has_rival = False
        self._backoff = Backoff(time.monotonic())
        self._ask_again_at = math.inf
        # When the subscription to data no longer waits for the answer about the broker's health.
        self._begin_at = math.inf
        self._comes_back = False  # at once, to the same broker, since nothing is wrong with it
        self._thread: threading.Thread | None = None

    @property
    def broker(self) -> Broker:
        """The broker in use, or being tried."""
        return self._candidates.current.broker

    def found(self) -> tuple[Broker, str]:
        """Return the broker that is connected, and its protocol version. Raises SourceError while there is none."""
        if self.state.state != "connected":
            raise SourceError(f"no broker to publish to: {self.state.text}")
        return self.broker, self.version

    @property
    def is_alive(self) -> bool:
        """False if the network thread has died, which only a fault of ours can cause."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to connect; the broker need not be up yet."""
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Disconnect, keep the session at the broker, and wait for the thread. Safe to call twice."""
        self._stopping.set()
        client = self.client
        if client is not None:
            client.leave()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._connect_once()
            except SourceError as error:
                self._lose(str(error))
            except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                self._lose(connect_failure(error, self.broker))
            except Exception:
                log.exception("the MQTT thread met a fault of ours; it starts again")
                self._lose("internal fault in the MQTT connection, see the log")
            if self._stopping.is_set():
                break
            self._pause()
        self.set_state("off", "stopped")

    def _pause(self) -> None:
        now = time.monotonic()
        self._backoff.ended(now)
        if not self._has_rival and self._backoff.short_lives >= _SHORT_LIVES:
            self._has_rival = True
            self._lose(supposed_rivalry(self.broker))
        # A rival would be met at the next broker too, and the other protocol version is tried first.
        stays = self._has_rival or self._comes_back or self._candidates.current.unanswered == 1
        pause = _NEXT_BROKER_SECONDS
        if stays or self._candidates.advance():
            pause = self._backoff.pause(now, has_rival=self._has_rival)
        # Jitter: after a broker's restart many clients must not come back in step.
        self._stopping.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret hangs on it

    def _connect_once(self) -> None:
        """Connect, stay until the connection ends, and choose the protocol version for the next attempt."""
        self._answered = self._has_rival = self._comes_back = False
        self._begin_at = math.inf
        client = self.client = self._make_client()
        try:
            self._stay_connected(client)
        finally:
            client.close()
        if self._stopping.is_set():
            return
        if not self._answered:
            self._change_protocol()
        elif self.state.state == "connected":
            self._lose(f"connection to {self.broker.address} lost, trying again")

    def _lose(self, text: str) -> None:
        """Report that the connection has ended, or that there was none, and count the loss of one that was made."""
        if self.state.state == "connected":
            self.reconnects += 1
            self.lost_at = time.time()
        self._fail("lost", text)

    def _fail(self, state: str, text: str) -> None:
        self.set_state(*self._candidates.fail(state, text))

    def _stay_connected(self, client: StreamClient) -> None:
        broker = self.broker
        if client.protocol == MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho left this one untyped
            properties.SessionExpiryInterval = self._session_seconds
            properties.MaximumPacketSize = broker.max_payload + PACKET_OVERHEAD
            client.connect(
                broker.host, broker.port, broker.keepalive, clean_start=self._is_clean, properties=properties
            )
        else:
            client.connect(broker.host, broker.port, broker.keepalive)
        if self._stopping.is_set():  # stop() may have been called before there was a client
            client.leave()
        client.run()

    def _make_client(self) -> StreamClient:
        broker, is_version_5 = self.broker, self._candidates.current.is_version_5
        client = StreamClient(
            CallbackAPIVersion.VERSION2,
            deliver=self._deliver,
            max_packet=broker.max_payload + PACKET_OVERHEAD,
            client_id=broker.client_id,
            clean_session=None if is_version_5 else self._is_clean,
            protocol=MQTTv5 if is_version_5 else MQTTv311,
            transport=broker.transport,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_TIMEOUT_SECONDS
        introduce(client, broker)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_second = lambda: self._on_second(client)
        return client

    def _change_protocol(self) -> None:
        """Switch from MQTT 5 to 3.1.1 or back: a broker that has only one may be replaced by another."""
        candidate = self._candidates.current
        candidate.unanswered += 1
        candidate.is_version_5 = not candidate.is_version_5
        if candidate.unanswered == 1:
            self.set_state("connecting", f"{self.broker.address} gave no answer, trying MQTT {self.version}")
        elif candidate.unanswered == _VERSIONS:  # only once: further attempts give no new answer
            self._fail("lost", unanswered(self.broker))

    @property
    def version(self) -> str:
        """The protocol version in use, 5 or 3.1.1."""
        return "5" if self._candidates.current.is_version_5 else "3.1.1"

    @property
    def connected_text(self) -> str:
        return f"connected to {self.broker.address}{self._candidates.which} with MQTT {self.version}"

    def _on_connect(
        self, client: Client, _userdata: object, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._answered = reason.value != _UNSUPPORTED_VERSION
            if self._answered:
                self._candidates.current.unanswered = 0
                self._fail("refused", refusal(reason.getName(), self.broker, _named_server(properties)))
            return
        self._answered = True
        if self._has_to_wash(client):
            self.session.is_washed = self._comes_back = True
            client.disconnect()
            return
        self._candidates.connected()
        if not flags.session_present:
            self.session.begun()
        # The broker may hang up on this, so it comes before everything that could be lost with the connection.
        if not self.session.is_subscribed and self.health.wants:
            self._comes_back = True
            self._begin_at = time.monotonic() + HEALTH_SECONDS
            self.health.asked(client.subscribe([(topic, 0) for topic in TOPICS])[1])
        else:
            self._begin(client)

    def _begin(self, client: Client) -> None:
        """Be connected, and subscribe to data if the broker has not kept our session."""
        self._comes_back = False
        self._begin_at = math.inf
        is_lost = self.session.connected(was_lost=bool(self.lost_at))
        self._backoff.connected(time.monotonic())
        # A kept session has its subscriptions, and subscribing again would bring every retained message again. But only the answer to a
        # SUBSCRIBE says whether we may read, so each process subscribes once.
        if self.session.is_subscribed:
            self.set_state("connected", self.connected_text, self.session.granted)
            return
        if is_lost:
            log.warning("broker %s kept no session: what was published meanwhile is lost", self.broker.address)
        self.set_state("connected", f"{self.connected_text}, subscribing")
        self._subscribe(client)

    def _subscribe(self, client: Client) -> None:
        """Subscribe to all topics in a new session, on the network thread."""
        client.subscribe([(topic, QOS) for topic in self.broker.topics])

    def _on_second(self, client: Client) -> None:
        """Subscribe again some time after a refusal: a cluster that has lost a node refuses for a while, and rules may change."""
        now = time.monotonic()
        if now >= self._begin_at:
            self._begin(client)
        elif now >= self._ask_again_at and client.is_connected():
            self._ask_again_at = math.inf
            self._subscribe(client)

    @property
    def _is_clean(self) -> bool:
        """True if the connection is to begin a new session: at most the first one of this process."""
        return not (self.broker.keeps_session or self.session.granted or self.session.is_washed)

    def _has_to_wash(self, client: Client) -> bool:
        """Tell whether to come back at once: a clean session of 3.1.1 ends with its connection (3.1.2.4), and messages would go with it."""
        return self._wants_session and self._is_clean and client.protocol == MQTTv311

    def _on_subscribe(
        self, client: Client, _userdata: object, mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if not self.health.is_answer(mid):
            self._accept_answer(reasons)
        elif self._begin_at < math.inf:
            self._begin(client)

    def _accept_answer(self, reasons: list[ReasonCode]) -> None:
        subscriptions = tuple(
            Subscription(topic, reason.value < REFUSED_FROM, str(reason))
            for topic, reason in zip(self.broker.topics, reasons, strict=False)
        )
        refused = [s for s in subscriptions if not s.is_granted]
        text = self.connected_text
        if refused:
            self._ask_again_at = time.monotonic() + ASK_AGAIN_SECONDS
            text = f"broker refused the subscription to {', '.join(s.topic for s in refused)}: {refused[0].reason}; check its access rules"
        else:
            self.session.subscribed(subscriptions, time.time())
        self.set_state("connected", text, subscriptions)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if self._stopping.is_set():
            return
        if self.state.state != "connected":  # after a refusal the first reason stays, as it is the useful one
            return
        self._has_rival = flags.is_disconnect_packet_from_server and reason.value == _SESSION_TAKEN_OVER
        said = f" ({reason})" if flags.is_disconnect_packet_from_server else ""
        lost = f"connection to {self.broker.address} lost{said}, trying again"
        if reason.value in _REDIRECTIONS:
            lost = refusal(reason.getName(), self.broker, _named_server(properties))
        self._lose(rivalry(self.broker) if self._has_rival else lost)

    def _deliver(self, publishes: Sequence[Publish]) -> None:
        now = time.time()
        messages = [_message(publish, now) for publish in publishes]
        if any(message.topic.startswith(PREFIX) for message in messages):
            messages = [message for message in messages if not self.health.accept(message.topic, message.payload)]
        self._put(messages)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        """Pass on a message of QoS 2, which an earlier subscription under our client id may bring."""
        topic = message.topic  # paho raises for bad UTF-8 before it comes here
        self._put([Message(topic, bytes(message.payload), time.time(), message.retain)])

    def set_state(self, state: str, text: str, subscriptions: tuple[Subscription, ...] = ()) -> None:
        if (state, text, subscriptions) == (self.state.state, self.state.text, self.state.subscriptions):
            return
        same = state == self.state.state
        self.state = BrokerState(state, text, self.state.since if same else time.time(), subscriptions)
        self._on_state(replace(self.state))


def _named_server(properties: Properties | None) -> str | None:
    """Return where a broker sends its clients instead (MQTT 5.0, 4.11), None where it names nothing."""
    named = getattr(properties, "ServerReference", None)
    return named if isinstance(named, str) else None


def _message(publish: Publish, now: float) -> Message:
    """Return the message for ingest. Bad UTF-8 in a topic stays visible; of an over-long payload only the size is known."""
    topic = publish.topic.decode("utf-8", "backslashreplace")
    return Message(topic, publish.payload, now, publish.is_retained, publish.excess)
