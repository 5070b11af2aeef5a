"""MQTT: JSON samples and columns, received, parsed, stored and fanned out; against paho's loop with an empty callback."""

import statistics
import threading
import time
from collections.abc import Iterator

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from benchmarks import followers
from benchmarks.harness import Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import batches, publisher, samples, tag
from benchmarks.report import Result, medians

TAGS = 200
FOLLOWERS = 4
MESSAGES = 100_000
BATCHES, BATCH = 3_000, 1_000
LONGEST_SECONDS = 60.0


def measure(times: int) -> Iterator[Result]:
    """Yield the results of all MQTT lines."""
    for qos in (0, 1):
        yield _against_paho(qos, times)
    (rate,) = medians(lambda: [columns_rate()], times)
    yield Result(
        f"MQTT columns of {BATCH:,}", f"{rate:,.0f} points/s", "", None, ">= 1,000,000 points/s", rate >= 1_000_000
    )


def _against_paho(qos: int, times: int) -> Result:
    ratios, empties, wholes, losses = [], [], [], []
    for _ in range(times):  # in turns, so that a machine that grows slower does so for both
        with broker() as port:
            empties.append(empty_paho(port, MESSAGES, qos))
        with broker() as port:
            rate, lost = whole_bridge(port, MESSAGES, qos)
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

    client = Client(CallbackAPIVersion.VERSION2, "bench-empty", protocol=MQTTProtocolVersion(MQTTv5))
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


def whole_bridge(port: int, n: int, qos: int) -> tuple[float, int]:
    """Return (messages/s, lost) of the bridge with FOLLOWERS followers of all tags."""
    tags = [tag(i, TAGS) for i in range(TAGS)]
    with bridge("--broker", f"mqtt://127.0.0.1:{port}", "--max-points", "5000") as target:
        wait_ready(target)
        with publisher(port, samples, n, qos, TAGS, qos=qos) as go, followers.running(target.port, tags, FOLLOWERS):
            go.set()
            rate = received_rate(target, n)
            wait_for(lambda: target.counter("samples_stored") >= n, 5, "the last sample", is_fatal=False)
            return rate, n - target.counter("samples_stored")


def received_rate(target: Bridge, n: int) -> float:
    """Return messages/s from the first to the last of n; of fewer, when no more come for a second."""
    wait_for(lambda: target.counter("messages_received") > 0, 20, "the first message")
    first = last = time.perf_counter()
    begun = seen = target.counter("messages_received")
    while seen < n and time.perf_counter() - last < 1 and last - first < LONGEST_SECONDS:
        time.sleep(0.05)  # asked more often, the answers would be what is measured
        now = target.counter("messages_received")
        if now > seen:
            seen, last = now, time.perf_counter()
    return (seen - begun) / (last - first)


def columns_rate() -> float:
    """Return points/s of columns."""
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        with publisher(port, batches, BATCHES, BATCH) as go:
            go.set()
            return BATCH * received_rate(target, BATCHES)
