"""The broker dies, and the bridge dies: what of 1,000 messages per second of QoS 1 is lost, what comes twice."""

import json
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.harness import Bridge, bridge, free_port, wait_for, wait_ready
from benchmarks.report import Result
from tests.support.broker import Broker

PER_SECOND = 1000
TAGS = 10
# SIGTERM writes the broker's sessions to its disk; SIGKILL leaves what was written last.
DEATHS = [signal.SIGTERM, signal.SIGTERM, signal.SIGTERM, signal.SIGKILL, signal.SIGKILL]


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
        self._thread = threading.Thread(target=self._run)
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


def run() -> Iterator[Result]:
    """Kill the broker in every way under load, with and without its persistence."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            yield from _deaths(broker)
        finally:
            broker.stop()
    with tempfile.TemporaryDirectory() as folder:
        forgetful = Broker(Path(folder))
        forgetful.start()
        try:
            yield from _forgetting(forgetful)
        finally:
            forgetful.stop()


def _deaths(broker: Broker) -> Iterator[Result]:
    with bridge("--broker", broker.url, "--max-points", "20000") as target:
        wait_ready(target)
        device = Device(broker.port)
        device.wait(2)
        for death in DEATHS:
            (broker.stop if death is signal.SIGTERM else broker.kill)()
            device.wait(1)
            broker.start()
            wait_ready(target)
            device.wait(2)
        device.stop()
        numbers = settle(target, device.sent)
    lost = device.sent - len(numbers)
    twice = sum(numbers.values()) - len(numbers)
    yield Result(
        "broker SIGTERM x3, SIGKILL x2 under 1,000 msg/s QoS 1, persistence on",
        f"{lost} of {device.sent} lost, {twice / len(DEATHS):.1f} twice per restart",
        "",
        None,
        "0 lost, <= 20 twice",
        lost == 0 and twice <= 20 * len(DEATHS),
    )


def _forgetting(broker: Broker) -> Iterator[Result]:
    """A broker that comes back without its sessions: subscribed again soon, and the gap is counted."""
    with bridge("--broker", broker.url) as target:
        wait_ready(target)
        broker.kill()
        for file in (broker.folder / "data").iterdir():
            file.unlink()
        broker.start()
        began = time.monotonic()
        wait_ready(target)
        seconds = time.monotonic() - began
        lost = target.counter("broker_sessions_lost")
    yield Result(
        "broker back without its sessions",
        f"subscribed after {seconds:.1f} s, {lost} lost session counted",
        "",
        None,
        "<= 5 s, counted",
        seconds <= 5 and lost == 1,
    )


def run_bridge_restart() -> Iterator[Result]:
    """Stop the bridge under load and start it again within a second; its --state brings the points over."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder) / "broker")
        broker.start()
        state, port = str(Path(folder) / "state"), free_port()
        options = ["--broker", broker.url, "--state", state, "--max-points", "20000", "--client-id", f"faults-{port}"]
        try:
            with bridge(*options) as target:
                wait_ready(target)
                device = Device(broker.port)
                device.wait(3)
                began = time.monotonic()
                target.process.terminate()
                status = target.process.wait(10)
                seconds = time.monotonic() - began
            with bridge(*options) as target:
                wait_ready(target)
                device.wait(3)
                device.stop()
                numbers = settle(target, device.sent)
        finally:
            broker.stop()
    lost = device.sent - len(numbers)
    twice = sum(numbers.values()) - len(numbers)
    yield Result(
        "bridge SIGTERM and started again under 1,000 msg/s QoS 1",
        f"{lost} of {device.sent} lost, {twice} twice; ended after {seconds:.1f} s with {status}",
        "",
        None,
        "0 lost, <= 5 s, status 0",
        lost == 0 and seconds <= 5 and status == 0,
    )
