"""MQTT single JSON samples, received, parsed, stored and fanned out to 4 followers of all tags; against paho's loop with an empty callback."""

import argparse
import json
import statistics
import threading
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks import followers
from benchmarks.harness import (
    HEADER,
    Bridge,
    Report,
    Result,
    bridge,
    broker,
    machine,
    publish,
    publish_packet,
    wait_for,
    wait_ready,
)

TAGS = 200
FOLLOWERS = 4


def packets(n: int, qos: int) -> list[bytes]:
    """Return n PUBLISH packets over TAGS topics."""
    stamp = time.time()
    out = []
    for i in range(n):
        payload = json.dumps(
            {"value": round(20 + i % 977 / 31, 3), "unit": "°C", "ts": round(stamp + i / 20000, 6)}
        ).encode()
        out.append(publish_packet(f"plot/line{i % TAGS // 20}/tag{i % TAGS}", payload, qos, 1 + i % 65000))
    return out


def _publish(port: int, n: int, qos: int, go: Event) -> None:
    ready = packets(n, qos)
    go.wait()
    publish(port, ready, qos)


def start_publisher(port: int, n: int, qos: int) -> tuple[object, Event]:
    """Start a process that has its packets ready and waits for the signal."""
    context = get_context("spawn")
    go = context.Event()
    process = context.Process(target=_publish, args=(port, n, qos, go), daemon=True)
    process.start()
    return process, go


def empty_paho(port: int, n: int, qos: int, version: int) -> float:
    """Return messages/s that paho's loop takes with an empty callback."""
    count = 0
    first = last = 0.0
    done = threading.Event()
    subscribed = threading.Event()

    def on_message(_client: Client, _userdata: object, _message: MQTTMessage) -> None:
        nonlocal count, first, last
        if not count:
            first = time.perf_counter()
        count += 1
        if count == n:
            last = time.perf_counter()
            done.set()

    client = Client(CallbackAPIVersion.VERSION2, "bench-empty", protocol=version)  # type: ignore[arg-type]
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.subscribe("plot/#", qos)
    client.loop_start()
    subscribed.wait(5)
    _process, go = start_publisher(port, n, qos)
    time.sleep(1.5)
    go.set()
    done.wait(120)
    client.disconnect()
    client.loop_stop()
    return n / (last - first)


def whole_bridge(port: int, n: int, qos: int, options: list[str]) -> tuple[float, int]:
    """Return (messages/s, lost) of the bridge with FOLLOWERS followers of all tags."""
    with bridge("--broker", f"mqtt://127.0.0.1:{port}", "--max-points", "5000", *options) as target:
        wait_ready(target)
        _process, go = start_publisher(port, n, qos)
        tags = [f"line{i // 20}/tag{i}" for i in range(TAGS)]
        with followers.running(target.port, tags, FOLLOWERS) as follow:
            time.sleep(1.5)
            go.set()
            wait_for(lambda: counter(target, "messages_received") > 0, 20, "the first message")
            first = time.perf_counter()
            received = counter(target, "messages_received")
            seen, last = received, first
            while seen < n:
                time.sleep(0.05)
                now = counter(target, "messages_received")
                last = time.perf_counter()
                if now == seen and last - first > 60:
                    break
                seen = now
            rate = (seen - received) / (last - first)
            time.sleep(0.5)
            stored = counter(target, "samples_stored")
            print(f"    followers saw {follow.points()}, stored {stored}, rate {rate:.0f}", flush=True)
        return rate, n - stored


def counter(target: Bridge, name: str) -> int:
    """Return one of the bridge's counters."""
    counters = target.status()["counters"]
    return int(counters.get(name, 0)) if isinstance(counters, dict) else 0


def main() -> None:
    """Measure, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--qos", type=int, nargs="*", default=[0, 1])
    given = parser.parse_args()
    print(machine())
    print(HEADER)
    report = Report()
    for qos in given.qos:
        ratios, empties, wholes, losses = [], [], [], []
        for _ in range(given.times):
            with broker() as port:
                empty = empty_paho(port, given.messages, qos, MQTTv5)
            with broker() as port:
                whole, lost = whole_bridge(port, given.messages, qos, [])
            ratios.append(whole / empty)
            empties.append(empty)
            wholes.append(whole)
            losses.append(lost)
        ratio = statistics.median(ratios)
        report.add(
            Result(
                f"MQTT QoS {qos} JSON samples, 4 followers, {sum(losses)} lost",
                f"{statistics.median(wholes):,.0f}/s",
                f"paho empty {statistics.median(empties):,.0f}/s",
                ratio,
                ">= 0.80, 0 lost",
                ratio >= 0.80 and not any(losses),
            )
        )


if __name__ == "__main__":
    main()
