"""What a message costs on its whole way, broker, network thread, inbox, event loop: parsed and forgotten, stored, stored with many tags.

All take the same way, without a web server. They differ in what the loop does with a batch of messages.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.synchronize import Event

from benchmarks.harness import broker, free_port
from benchmarks.mqtt import MESSAGES, TAGS
from benchmarks.packets import publisher, samples
from benchmarks.report import Measure, Result, main
from mqtt_plot.ingest.consumer import InboxConsumer
from mqtt_plot.ingest.inbox import LIMIT
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.broker import Broker
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap

# Those that come before clocks are settled and rings full do not count.
SKIPPED = MESSAGES // 2
MANY_TAGS = (10, 1_000, 10_000)
POINTS = 4
LOOK_SECONDS = 0.02
TIMEOUT_SECONDS = 30.0


class ParserOnly(Ingest):
    """Parses what comes and forgets it."""

    def accept_messages(self, messages: Sequence[Message]) -> None:
        """Parse all, count them, store nothing."""
        rules = self.rules
        for message in messages:
            parse(message.payload, rules, message.time)
        self.counters.add("samples_stored", n=len(messages))


def measure_parsing(times: int) -> Iterator[Result]:
    """Single JSON samples stored, against parsed and forgotten."""
    alone, whole = [], []
    for _ in range(times):  # in turns, so that a machine that grows slower does so for both
        alone.append(measure(ParserOnly))
        whole.append(measure(Ingest))
    ratio = statistics.median(stored[0] / parsed[0] for stored, parsed in zip(whole, alone, strict=True))
    yield Result(
        f"MQTT QoS 0, single JSON samples of {TAGS} tags, stored", _shown(whole), f"parsed and forgotten: {_shown(alone)}",
        ratio, ">= 0.80", ratio >= 0.80,
    )  # fmt: skip


def measure_tags(times: int) -> Iterator[Result]:
    """Single JSON samples of few and many tags, on their whole way."""
    runs = [[measure(Ingest, tags) for tags in MANY_TAGS] for _ in range(times)]
    few, *many = zip(*runs, strict=True)
    for tags, figures in zip(MANY_TAGS[1:], many, strict=True):
        ratio = _cost(figures) / _cost(few)
        yield Result(
            f"one message with {tags:,} tags, on its whole way from the broker", _shown(figures), f"{MANY_TAGS[0]} tags: {_shown(few)}",
            ratio, "<= 1.15", ratio <= 1.15,
        )  # fmt: skip


def _shown(runs: Sequence[tuple[float, float]]) -> str:
    return f"{statistics.median(rate for rate, _ in runs):,.0f}/s ({_cost(runs) * 1e6:.1f} µs of CPU each)"


def _cost(runs: Sequence[tuple[float, float]]) -> float:
    return statistics.median(cost for _, cost in runs)


def measure(door: type[Ingest], tags: int = TAGS) -> tuple[float, float]:
    """Return (messages/s, CPU seconds for each) of MESSAGES that such an ingest takes from a broker, after SKIPPED others."""
    with broker() as port, publisher(port, samples, SKIPPED + MESSAGES, 0, tags) as go:
        return asyncio.run(_measure(door, tags, port, go))


async def _measure(door: type[Ingest], tags: int, port: int, go: Event) -> tuple[float, float]:
    counters = Counters()
    store = Store(Limits(max_points=POINTS, max_tags=tags), counters)
    # Without a flood guard: ten tags could not say so much.
    ingest = door(store, TopicMap(["plot/#"]), Rules(), counters, rate=Rate.of(0))
    consumer = InboxConsumer(ingest, LIMIT)
    source = Subscriber([Broker("127.0.0.1", port, f"bench-{free_port()}", ("plot/#",))], consumer.inbox.put)

    def has(n: int) -> bool:
        consumer.drain()
        store.changed.clear()  # as the live update does
        return counters.get("samples_stored") >= n

    consumer.start(lambda _: None)
    source.start()
    try:
        await _until(lambda: bool(source.state.subscriptions), "the broker")
        go.set()
        await _until(lambda: has(SKIPPED), f"{SKIPPED} messages")
        stored, begun, spent = counters.get("samples_stored"), time.monotonic(), time.process_time()
        await _until(lambda: has(SKIPPED + MESSAGES), f"{MESSAGES} messages")
        n = SKIPPED + MESSAGES - stored
        return n / (time.monotonic() - begun), (time.process_time() - spent) / n
    finally:
        source.stop()
        await consumer.stop()


async def _until(is_true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {TIMEOUT_SECONDS:.0f} s for {what}")
        await asyncio.sleep(LOOK_SECONDS)


MEASURES: tuple[Measure, ...] = (measure_parsing, measure_tags)

if __name__ == "__main__":
    sys.exit(main({"parsing": MEASURES}))
