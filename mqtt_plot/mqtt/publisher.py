"""The connection that publishes: replays, republished samples, rebirth requests. Knows nothing of what a payload means.

It is separate from the subscription, so that reading never waits for writing. `publish` returns when the broker has the messages.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.broker import Broker
from mqtt_plot.mqtt.client import introduce
from mqtt_plot.mqtt.subscriber import REFUSED_FROM

log = logging.getLogger(__name__)

# Messages that the broker has not acknowledged yet; further ones are refused, and their sender may try again.
MAX_WAITING = 20_000
# Of them, those on the wire, by protocol version. A broker of version 5 may end a connection that goes beyond its Receive Maximum
# (MQTT 5.0, 3.3.4); paho cannot follow that number, so stay below the smallest that is common (HiveMQ's).
MAX_IN_FLIGHT = {"5": 10, "3.1.1": 500}
# Of one sender. More make it wait.
MAX_UNDER_WAY = 500
# Topics that wait in `publish_soon`.
MAX_SOON = 1_000
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 5.0
# A replay waits this long, for the restart of a broker.
REPLAY_ANSWER_SECONDS = 30.0
# A connection is lost with a broker that restarts. One lost again, with nothing acknowledged meanwhile, is lost for the message that
# paho sends first each time: some brokers hang up where they mean "not this topic".
_MOST_LOSSES = 2
# One second at least: a broker that has just restarted must not be asked by all at once.
_PAUSES_SECONDS = (1, 4)
_LOOK_SECONDS = 0.005

Messages = Sequence[tuple[str, bytes]]
Key = tuple[Client, int]  # the connection, and the id of a message there
Send = Callable[[str, bytes], Awaitable[None]]


class Waiting(NamedTuple):
    """A message that the broker has not acknowledged; the answer is the reason of a refusal, "" for success."""

    topic: str
    answer: "asyncio.Future[str]"


class Publisher:
    """Connects at its first use and reconnects by itself, until `stop`. All methods belong to the event loop's thread.

    If the broker acknowledges nothing, or closes the connection at the same message again and again, a new connection replaces the old one.
    Messages under way then fail for their senders.

    `find` names the broker and its protocol version, 5 or 3.1.1, or raises SourceError while nobody knows them.
    """

    def __init__(self, find: Callable[[], tuple[Broker, str]]) -> None:
        self._find = find
        self._broker: Broker | None = None
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._refusal = ""
        self._waiting: dict[Key, Waiting] = {}
        self._losses = 0  # of the connection, since the broker last acknowledged something
        self._trouble = ""
        self._renewal: asyncio.Task[None] | None = None
        self._answers = deque[tuple[Key, str]]()  # from paho's thread to the loop
        self._soon: dict[str, bytes] = {}
        self._sender: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """Messages that the broker has not acknowledged yet, of all senders."""
        return len(self._waiting)

    @property
    def trouble(self) -> str:
        """Why nothing can be published now; "" if it can, or nobody has tried yet."""
        client = self._client
        if client is None or client.is_connected():
            return self._trouble
        return self._trouble or self._refusal or "the publishing connection is lost"

    async def connect(self) -> Client:
        """Return when there is a connection. Raises SourceError if the broker refuses it, or does not answer."""
        broker, version = self._find()
        client = self._client
        if client is None or broker != self._broker:
            client, left = self._open(broker, version), client
            self._broker, self._client = broker, client
            await _close(left)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                while not client.is_connected():
                    if self._refusal:
                        raise SourceError(f"broker {broker.address} refused the connection: {self._refusal}")
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise SourceError(f"cannot publish to {broker.address}: no connection; is it running?") from None
        self._trouble = ""
        return client

    def _open(self, broker: Broker, version: str) -> Client:
        self._loop, self._refusal = asyncio.get_running_loop(), ""
        client = Client(
            CallbackAPIVersion.VERSION2,
            # With the bridge's own client id the broker would throw the bridge out.
            client_id=f"{broker.client_id}-publish-{secrets.token_hex(4)}",
            protocol=MQTTv5 if version == "5" else MQTTv311,
            transport=broker.transport,
        )
        introduce(client, broker)
        client.max_inflight_messages_set(MAX_IN_FLIGHT[version])
        client.reconnect_delay_set(*_PAUSES_SECONDS)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        try:
            client.connect_async(broker.host, broker.port)
        except ValueError as error:
            raise SourceError(f"cannot publish to {broker.address}: {error}") from None
        client.loop_start()
        return client

    async def stop(self) -> None:
        """Drop what is under way, and disconnect. Safe to call twice."""
        tasks = [task for task in (self._sender, self._renewal) if task is not None]
        self._sender = self._renewal = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        client, self._client = self._client, None
        await _close(client)

    @asynccontextmanager
    async def stream(self, *, answer_seconds: float = ANSWER_SECONDS, qos: int = 1) -> AsyncIterator[Send]:
        """Yield a function that sends one message; it waits while MAX_UNDER_WAY are not acknowledged. Leaving waits for the rest.

        Raises SourceError when the broker refuses one, or acknowledges none for `answer_seconds` seconds.
        """
        client, loop = await self.connect(), asyncio.get_running_loop()
        address = f"broker {client.host}:{client.port}"
        under_way: dict[Key, Waiting] = {}

        async def confirm(at_most: int) -> None:
            while len(under_way) > at_most:
                key, (_, answer) = next(iter(under_way.items()))
                if not answer.done():
                    async with asyncio.timeout(answer_seconds):
                        await answer
                del under_way[key], self._waiting[key]
                if answer.result():
                    raise SourceError(f"{address} refused to publish: {answer.result()}; check its access rules")

        async def send(topic: str, payload: bytes) -> None:
            if self.waiting >= MAX_WAITING:
                raise SourceError(f"{MAX_WAITING} messages wait for the broker already; try again later")
            key = client, client.publish(topic, payload, qos).mid
            under_way[key] = self._waiting[key] = Waiting(topic, loop.create_future())
            if len(under_way) >= MAX_UNDER_WAY:
                await confirm(MAX_UNDER_WAY // 2)

        try:
            yield send
            await confirm(0)
        except TimeoutError:
            self._replace(client, f"{address} acknowledged nothing for {answer_seconds:.0f} s")
            raise SourceError(
                f"{address} acknowledged nothing for {answer_seconds:.0f} s; is the broker running?"
            ) from None
        finally:
            for key in under_way:
                del self._waiting[key]

    async def publish(self, messages: Messages, *, qos: int = 1) -> None:
        """Send messages and return when the broker has acknowledged all. Raises SourceError as `stream` does."""
        async with self.stream(qos=qos) as send:
            for topic, payload in messages:
                await send(topic, payload)

    def publish_soon(self, topic: str, payload: bytes) -> None:
        """Send one message at QoS 0 without waiting; a failure is logged."""
        if len(self._soon) < MAX_SOON:
            self._soon[topic] = payload
        if self._sender is None or self._sender.done():
            self._sender = asyncio.get_running_loop().create_task(self._send_soon(), name="publish soon")

    async def _send_soon(self) -> None:
        while self._soon:
            messages = list(self._soon.items())
            self._soon.clear()
            try:
                await self.publish(messages, qos=0)
            except SourceError as error:
                log.warning("not published to %s: %s", messages[0][0][:120], error)

    def _settle(self) -> None:
        """Pass the broker's answers on to their senders. Runs on the event loop."""
        while self._answers:
            key, refusal = self._answers.popleft()
            self._losses = 0
            waiting = self._waiting.get(key)
            if waiting is not None and not waiting.answer.done():
                waiting.answer.set_result(refusal)

    def _lose(self, client: Client) -> None:
        """Replace a connection that is lost again for the same message."""
        lost = [waiting for (owner, _), waiting in self._waiting.items() if owner is client]
        if client is not self._client or not lost:
            return
        self._losses += 1
        if self._losses >= _MOST_LOSSES:
            self._give_up(client, f"it hangs up at each message to {lost[0].topic!r:.200}")

    def _replace(self, client: Client, why: str) -> None:
        """Replace a connection on which nothing is acknowledged; a lost one may come back, and paho sends again."""
        if client.is_connected():
            self._give_up(client, why)

    def _give_up(self, client: Client, why: str) -> None:
        """Fail all messages of `client`, and connect anew without them."""
        for (owner, _), waiting in self._waiting.items():
            if owner is client and not waiting.answer.done():
                waiting.answer.set_result(why)
        if client is self._client:
            log.warning("the publishing connection is given up: %s", why)
            self._client, self._losses, self._trouble = None, 0, why
            self._renewal = asyncio.get_running_loop().create_task(self._renew(client), name="renew the publisher")

    async def _renew(self, client: Client) -> None:
        await _close(client)
        with suppress(SourceError):  # the next publication tries again, and fails with the reason
            await self.connect()

    # What follows runs on paho's thread.

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if self._refusal:
            log.warning("the broker refused the publishing connection: %s", reason)

    def _on_disconnect(
        self,
        client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lose, client)

    def _on_publish(
        self, client: Client, _userdata: object, mid: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        refusal = str(reason) if reason.value >= REFUSED_FROM else ""
        self._answers.append(((client, mid), refusal))
        if len(self._answers) == 1 and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle)


async def _close(client: Client | None) -> None:
    if client is not None:
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)
