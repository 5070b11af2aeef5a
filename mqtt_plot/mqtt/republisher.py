"""The bridge's publishing connection: messages go out at QoS 1, and whoever sends waits until the broker has them.

A connection of its own beside the subscription, so that reading never waits for writing. Knows nothing of what a payload means.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.broker import Broker
from mqtt_plot.mqtt.client import make_client
from mqtt_plot.mqtt.subscriber import REFUSED_FROM

log = logging.getLogger(__name__)

# Messages that the broker has not acknowledged yet; further ones are refused, and their sender may try again.
MAX_UNDER_WAY = 20_000
ANSWER_SECONDS = 5.0
_INFLIGHT = 100


class PublishConnection:
    """`publish` from the loop; `start` and `stop` too. Reconnects by itself; what is under way when it is lost counts as not sent."""

    def __init__(self, broker: Broker) -> None:
        # With the bridge's own client id the broker would throw the bridge out.
        self.broker = replace(broker, client_id=f"{broker.client_id}-publish")
        self._waiting: dict[int, asyncio.Future[str]] = {}  # touched by the loop only
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None

    def start(self, *, is_version_5: bool) -> None:
        """Begin to connect, with the protocol version that the subscription found to work. Call from the loop."""
        self._loop = asyncio.get_running_loop()
        client = self._client = make_client(self.broker, is_version_5=is_version_5, in_flight=_INFLIGHT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.connect_async(self.broker.host, self.broker.port)
        client.loop_start()

    async def stop(self) -> None:
        """Disconnect. Safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            await asyncio.to_thread(client.loop_stop)

    async def publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send messages and return when the broker has acknowledged all. Raises SourceError when it has not."""
        client, loop = self._client, asyncio.get_running_loop()
        if client is None or not client.is_connected():
            raise SourceError(f"no connection to {self.broker.address} to publish on; try again")
        answers: dict[int, asyncio.Future[str]] = {}
        try:
            for topic, payload in messages:
                if len(self._waiting) >= MAX_UNDER_WAY:
                    raise SourceError(f"{MAX_UNDER_WAY} samples wait for the broker already; try again later")
                info = client.publish(topic, payload, 1)
                if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
                    raise SourceError(f"connection to {self.broker.address} lost; try again")
                answers[info.mid] = self._waiting[info.mid] = loop.create_future()
            async with asyncio.timeout(ANSWER_SECONDS):
                refusals = [reason for answer in answers.values() if (reason := await answer)]
        except TimeoutError:
            raise SourceError(f"{self.broker.address} did not confirm within {ANSWER_SECONDS:.0f} s") from None
        finally:
            for mid in answers:
                self._waiting.pop(mid, None)
        if refusals:
            raise SourceError(f"{self.broker.address} refused the publication: {refusals[0]}; check its access rules")

    def _on_publish(
        self, _client: Client, _userdata: object, mid: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        text = str(reason) if reason.value >= REFUSED_FROM else ""
        self._call_soon(lambda: self._answer(mid, text))

    def _answer(self, mid: int, text: str) -> None:
        answer = self._waiting.get(mid)
        if answer is not None and not answer.done():
            answer.set_result(text)

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.warning("broker %s refused the publishing connection: %s", self.broker.address, reason)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._call_soon(self._lose)

    def _lose(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result("connection lost")

    def _call_soon(self, act: Callable[[], None]) -> None:
        """Run `act` in the loop. Called from paho's thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(act)
