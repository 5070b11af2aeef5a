"""A device that numbers its messages at QoS 1, and how often the bridge holds each number: what is lost, what came twice."""

import json
import threading
import time
from collections import Counter
from typing import Any

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.harness import Bridge, wait_for

PER_SECOND = 1000
TAGS = 10


class Device:
    """Publishes numbered messages at a steady pace, and holds on to each until the broker has acknowledged it."""

    def __init__(self, port: int) -> None:
        self.sent = 0
        self.acknowledged = 0
        self._stopping = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="faults-device", protocol=MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        self._client.max_inflight_messages_set(1000)
        self._client.on_publish = self._count
        self._client.connect("127.0.0.1", port, clean_start=False)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)
        self._thread.start()

    def _count(self, *_: Any) -> None:  # noqa: ANN401 - paho's signature
        self.acknowledged += 1

    def _run(self) -> None:
        began = time.monotonic()
        while not self._stopping.wait(max(0.0, began + self.sent / PER_SECOND - time.monotonic())):
            body = json.dumps({"value": self.sent, "ts": 1_700_000_000 + self.sent})
            self._client.publish(f"plot/faults/{self.sent % TAGS}", body, qos=1)
            self.sent += 1

    def wait(self, seconds: float) -> None:
        """Let it publish for so long."""
        goal = self.sent + int(seconds * PER_SECOND)
        wait_for(lambda: self.sent >= goal, seconds + 30, "the device to publish")

    def stop(self) -> None:
        """End publishing, and wait until the broker has all of it."""
        self._stopping.set()
        self._thread.join()
        wait_for(lambda: self.acknowledged >= self.sent, 30, "the broker to acknowledge all")
        self._client.disconnect()
        self._client.loop_stop()


def stored(target: Bridge) -> Counter[int]:
    """Return how often each number is held."""
    numbers: Counter[int] = Counter()
    for tag in range(TAGS):
        answer = json.loads(target.get(f"/api/v1/series?tag=faults%2F{tag}"))
        numbers.update(int(value) for value in answer["value"])
    return numbers


def settle(target: Bridge, sent: int) -> Counter[int]:
    """Return what is held once all has come, or once nothing more comes."""
    deadline = time.monotonic() + 20
    numbers = stored(target)
    while len(numbers) < sent and time.monotonic() < deadline:
        time.sleep(0.5)
        numbers = stored(target)
    return numbers
