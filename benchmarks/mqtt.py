"""MQTT: JSON samples and columns, received, parsed, stored and fanned out; against paho's loop with an empty callback."""

import contextlib
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from benchmarks import followers
from benchmarks.harness import Bridge, Start, bridge, broker, wait_ready
from benchmarks.packets import batches, publisher, samples, tag
from benchmarks.report import Measure, Result, main, medians

TAGS = 200
FOLLOWERS = 4
MESSAGES = 100_000
BATCHES, BATCH = 3_000, 1_000
# Without a new sample for so long, no more will come.
SILENCE_SECONDS = 5.0
LISTENING_SECONDS = 10.0


def measure_qos_0(times: int) -> Iterator[Result]:
    """Single JSON samples at QoS 0."""
    yield _against_paho(0, times)


def measure_qos_1(times: int) -> Iterator[Result]:
    """Single JSON samples at QoS 1."""
    yield _against_paho(1, times)


def measure_columns(times: int) -> Iterator[Result]:
    """Samples in columns."""
    (rate,) = medians(lambda: [columns_rate()], times)
    yield Result(
        f"MQTT columns of {BATCH:,}", f"{rate:,.0f} points/s", "", None, ">= 1,000,000 points/s", rate >= 1_000_000
    )


def _against_paho(qos: int, times: int) -> Result:
    ratios, empties, wholes, losses = [], [], [], []
    for _ in range(times):  # in turns, so that a machine that grows slower does so for both
        with broker() as port:
            empties.append(empty_paho(port, MESSAGES, qos))
        rate, lost = whole_bridge(MESSAGES, qos)
        wholes.append(rate)
        losses.append(lost)
        ratios.append(rate / empties[-1])
    ratio = statistics.median(ratios)
    return Result(
        f"MQTT QoS {qos}, single JSON samples of {TAGS} tags, {FOLLOWERS} followers of all, {sum(losses)} lost",
        f"{statistics.median(wholes):,.0f}/s",
        f"paho's loop, empty callback: {statistics.median(empties):,.0f}/s",
        ratio,
        ">= 0.80, 0 lost",
        ratio >= 0.80 and not any(losses),
    )


def empty_paho(port: int, n: int, qos: int) -> float:
    """Return messages/s that paho's loop takes with an empty callback, MQTT 5 as the bridge."""
    count = 0
    first = last = 0.0
    done, subscribed = threading.Event(), threading.Event()

    def on_message(_client: Client, _userdata: object, _message: MQTTMessage) -> None:
        nonlocal count, first, last
        if not count:
            first = time.perf_counter()
        count += 1
        if count == n:
            last = time.perf_counter()
            done.set()

    client = _paho_client()
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    with publisher(port, samples, n, qos, TAGS, qos=qos) as go:
        client.connect("127.0.0.1", port)
        client.subscribe("plot/#", qos)
        client.loop_start()
        subscribed.wait(5)
        go.set()
        done.wait(120)
    client.disconnect()
    client.loop_stop()
    return n / (last - first)


def _paho_client() -> Client:
    return Client(CallbackAPIVersion.VERSION2, "bench-empty", protocol=MQTTProtocolVersion(MQTTv5))


@contextlib.contextmanager
def empty_loop(port: int) -> Iterator[int]:
    """Run paho's loop with an empty callback in a process of its own, subscribed to all tags; yield its process id."""
    context = get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_listen, args=(port, ready), daemon=True)
    process.start()
    try:
        if not ready.wait(LISTENING_SECONDS):
            raise TimeoutError(f"waited {LISTENING_SECONDS:.0f} s for paho's subscription")
        yield process.pid or 0
    finally:
        process.terminate()
        process.join()


def _listen(port: int, ready: Event) -> None:
    client = _paho_client()
    client.on_message = lambda *_: None
    client.on_subscribe = lambda *_: ready.set()
    client.connect("127.0.0.1", port)
    client.subscribe("plot/#")
    client.loop_forever()


def whole_bridge(n: int, qos: int, start: Start = bridge) -> tuple[float, int]:
    """Return (messages/s, lost) of the bridge with FOLLOWERS followers of all tags."""
    tags = [tag(i, TAGS) for i in range(TAGS)]
    with broker() as port, start("--broker", f"mqtt://127.0.0.1:{port}", "--max-points", "5000") as target:
        wait_ready(target)
        with publisher(port, samples, n, qos, TAGS, qos=qos) as go, followers.running(target.port, tags, FOLLOWERS):
            go.set()
            return stored_rate(target, n), n - target.counter("samples_stored")


def stored_rate(target: Bridge, n: int, per_message: int = 1) -> float:
    """Return samples/s from now, when the first is being sent, to the last that is stored of n messages."""
    begun = last = time.perf_counter()
    seen = 0
    while seen < n * per_message and time.perf_counter() - last < SILENCE_SECONDS:
        time.sleep(0.05)  # asked more often, the answers would be what is measured
        now = target.counter("samples_stored")
        if now > seen:
            seen, last = now, time.perf_counter()
    return seen / (last - begun) if seen else 0.0


def columns_rate(n: int = BATCHES, start: Start = bridge) -> float:
    """Return points/s of columns."""
    with broker() as port, start("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        with publisher(port, batches, n, BATCH) as go:
            go.set()
            return stored_rate(target, n, BATCH)


MEASURES: tuple[Measure, ...] = (measure_qos_0, measure_qos_1, measure_columns)

if __name__ == "__main__":
    sys.exit(main({"mqtt": MEASURES}))
