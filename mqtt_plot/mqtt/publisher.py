"""A connection that publishes to the broker, for replays; bounded in what is under way. Knows nothing of recordings.

Messages go at QoS 1, so that a replay loses none; the broker's acknowledgements hold the sender back.
"""

import asyncio
import secrets
from dataclasses import replace
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt_plot.errors import ReplayError
from mqtt_plot.mqtt.broker import Broker
from mqtt_plot.mqtt.client import make_client

# Messages not yet acknowledged; more make the replay wait.
MAX_UNDER_WAY = 500
CONNECT_SECONDS = 10.0
# A broker that acknowledges nothing for so long is given up.
PATIENCE_SECONDS = 30.0
# At the end of a replay, for what is still under way.
FLUSH_SECONDS = 5.0
_LOOK_SECONDS = 0.005
_QOS = 1


class Publisher:
    """`async with Publisher(broker) as outlet`. Leaving waits for the acknowledgements, unless the replay was cancelled."""

    def __init__(self, broker: Broker) -> None:
        # A client id of its own: with the bridge's, the broker would throw the bridge out.
        self.broker = replace(broker, client_id=f"{broker.client_id}-replay-{secrets.token_hex(4)}")
        self.sent = 0
        self._acknowledged = 0  # written by paho's thread only
        self._refusal = ""
        self._is_up = False
        # Every broker speaks 3.1.1, and nothing of version 5 is needed to publish.
        client = self._client = make_client(self.broker, is_version_5=False, in_flight=MAX_UNDER_WAY)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish

    async def __aenter__(self) -> Self:
        """Connect. Raises ReplayError when the broker refuses or does not answer."""
        broker = self.broker
        try:
            self._client.connect_async(broker.host, broker.port)
        except ValueError as error:
            raise ReplayError("no_broker", f"cannot publish to {broker.address}: {error}") from None
        self._client.loop_start()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                while not self._is_up:
                    self._check()
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            await self._close()
            raise ReplayError(
                "no_broker", f"cannot publish to {broker.address}: no connection; is it running?"
            ) from None
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await self._wait_until(0, FLUSH_SECONDS)
        finally:
            await self._close()

    async def _close(self) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send one message, as soon as those before it are out."""
        self.sent += 1
        self._client.publish(topic, payload, _QOS)

    async def has_room(self) -> None:
        """Return when fewer than MAX_UNDER_WAY messages are not acknowledged. Raises ReplayError when the broker has gone."""
        await self._wait_until(MAX_UNDER_WAY, PATIENCE_SECONDS)

    async def _wait_until(self, at_most: int, patience: float) -> None:
        loop = asyncio.get_running_loop()
        known, since = self._acknowledged, loop.time()
        while self.sent - self._acknowledged > at_most:
            self._check()
            if self._acknowledged != known:
                known, since = self._acknowledged, loop.time()
            elif loop.time() - since > patience:
                raise ReplayError(
                    "no_broker", f"broker {self.broker.address} acknowledged nothing for {patience:.0f} s; given up"
                )
            await asyncio.sleep(_LOOK_SECONDS)

    def _check(self) -> None:
        if self._refusal:
            raise ReplayError("no_broker", f"broker {self.broker.address} refused the connection: {self._refusal}")

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
        else:
            self._is_up = True

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._is_up = False

    def _on_publish(
        self, _client: Client, _userdata: object, _mid: int, _reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._acknowledged += 1
