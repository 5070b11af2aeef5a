"""A client that hears what is published, as an onlooker of the broker."""

import threading
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion


class Listener:
    """Subscribes while the `with` block lasts; `last` holds the newest payload of each topic, `count` all messages."""

    def __init__(self, port: int, topic: str, qos: int = 1) -> None:
        self.last: dict[str, bytes] = {}
        self.count = 0
        self.last_qos = -1
        self._port = port
        self._topic = topic
        self._qos = qos
        self._subscribed = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._keep
        self._client.on_subscribe = lambda *_: self._subscribed.set()

    def _keep(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:  # noqa: ANN401 - paho's signature
        self.last[message.topic] = bytes(message.payload)
        self.last_qos = message.qos
        self.count += 1

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._port)
        self._client.subscribe(self._topic, self._qos)
        self._client.loop_start()
        assert self._subscribed.wait(10), f"no SUBACK for {self._topic}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
