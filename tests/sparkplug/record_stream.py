"""Records what an independent Sparkplug B client publishes: `python record_stream.py PORT > stream.json`, beside a broker on PORT.

The client is pysparkplug from PyPI. It needs paho-mqtt 1, the bridge paho-mqtt 2, so it lives in an environment of its own and its
stream is kept in stream.json.
"""

import json
import sys
import threading

from paho.mqtt.client import Client as Paho
from paho.mqtt.client import MQTTMessage
from pysparkplug import DataType, Device, EdgeNode, Metric

STAMP = 1_700_000_000_000
WAIT_SECONDS = 10
YES = True


class Recorder:
    """Keeps every message under spBv1.0/ and lets the script wait for the next."""

    def __init__(self, port: int) -> None:
        self.messages: list[tuple[str, str]] = []
        self._came = threading.Health()
        self._client = Paho("recorder")
        self._client.on_message = self._keep
        self._subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("spBv1.0/#", 1)
        self._client.loop_start()
        self._subscribed.wait(WAIT_SECONDS)

    def _keep(self, _client: object, _userdata: object, message: MQTTMessage) -> None:
        with self._came:
            self.messages.append((message.topic, message.payload.hex()))
            self._came.notify_all()

    def wait(self, kind: str, n: int = 1) -> None:
        """Wait until `n` messages of a type have come."""
        with self._came:
            done = self._came.wait_for(
                lambda: sum(topic.split("/")[2] == kind for topic, _ in self.messages) >= n, WAIT_SECONDS
            )
        if not done:
            raise TimeoutError(f"expected {n} {kind}")


def metric(name: str, kind: DataType, value: object, ms: int, alias: int | None = None) -> Metric:
    """Return a metric of a time `ms` after the stream's first."""
    return Metric(STAMP + ms, name, kind, value=value, alias=alias)


def main(port: int) -> None:
    """Let a node with a device be born, speak, and die, by every data type that can be plotted."""
    recorder = Recorder(port)
    node = EdgeNode(
        "plant", "edge1", [metric("Uptime", DataType.INT64, 5, 0, 1), metric("Load", DataType.FLOAT, 0.5, 0, 2)]
    )
    device = Device("press", [
        metric("Temp/Inlet", DataType.DOUBLE, 21.5, 0, 10),
        metric("Offset", DataType.INT16, -7, 0, 11),
        metric("Count", DataType.UINT32, 4_000_000_000, 0, 12),
        metric("Running", DataType.BOOLEAN, YES, 0, 13),
        metric("State", DataType.STRING, "IDLE", 0, 14),
        metric("Serial", DataType.BYTES, b"\x00\x01", 0, 15),
        metric("Spare", DataType.DOUBLE, None, 0, 16),
    ])  # fmt: skip
    node.register(device)
    node.connect("127.0.0.1", port=port)
    recorder.wait("DBIRTH")
    node.update([metric("Load", DataType.FLOAT, 0.75, 1000, 2)])
    recorder.wait("NDATA")
    node.update_device("press", [
        metric("Temp/Inlet", DataType.DOUBLE, 22.25, 2000, 10),
        metric("Offset", DataType.INT16, -8, 2000, 11),
        metric("Running", DataType.BOOLEAN, not YES, 2000, 13),
        metric("State", DataType.STRING, "RUN", 2000, 14),
    ])  # fmt: skip
    recorder.wait("DDATA")
    node.deregister("press")
    recorder.wait("DDEATH")
    node.disconnect()
    recorder.wait("NDEATH")
    json.dump(recorder.messages, sys.stdout, indent=1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
