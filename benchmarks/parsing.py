"""What the parser alone allows: messages from a broker, parsed and forgotten; against the same messages stored as well.

Both take the same way: broker, network thread, inbox, event loop. They differ in what the loop does with a batch of messages.
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
from mqtt_plot.counters import Counters
from mqtt_plot.flood import Rate
from mqtt_plot.inbox import LIMIT
from mqtt_plot.ingest import Ingest, Message
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.pump import Pump
from mqtt_plot.sources.endpoint import Broker
from mqtt_plot.sources.mqtt import MqttSource
from mqtt_plot.store import Limits, Store
from mqtt_plot.tags import TopicMap

POINTS = 200  # so that rings are full for most of the time, as they are for ever after
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 30.0


class ParserOnly(Ingest):
    """Parses what comes and forgets it."""

    def take_messages(self, messages: Sequence[Message]) -> None:
        """Parse all, count them, store nothing."""
        rules = self.rules
        for message in messages:
            parse(message.payload, rules, message.time)
        self.counters.add("samples_stored", n=len(messages))


def measure_parsing(times: int) -> Iterator[Result]:
    """Single JSON samples stored, against parsed and forgotten."""
    alone, whole = [], []
    for _ in range(times):  # in turns, so that a machine that grows slower does so for both
        alone.append(taken(ParserOnly, MESSAGES))
        whole.append(taken(Ingest, MESSAGES))
    ratio = statistics.median(stored[0] / parsed[0] for stored, parsed in zip(whole, alone, strict=True))
    yield Result(
        f"MQTT QoS 0, single JSON samples of {TAGS} tags, stored", _shown(whole), f"parsed and forgotten: {_shown(alone)}",
        ratio, ">= 0.80", ratio >= 0.80,
    )  # fmt: skip


def _shown(runs: Sequence[tuple[float, float]]) -> str:
    rate, cost = map(statistics.median, zip(*runs, strict=True))
    return f"{rate:,.0f}/s ({cost * 1e6:.1f} µs of CPU each)"


def taken(door: type[Ingest], n: int) -> tuple[float, float]:
    """Return (messages/s, CPU seconds for each) of n messages that such an ingest takes from a broker."""
    with broker() as port, publisher(port, samples, n, 0, TAGS) as go:
        return asyncio.run(_take(door, port, n, go))


async def _take(door: type[Ingest], port: int, n: int, go: Event) -> tuple[float, float]:
    counters = Counters()
    store = Store(Limits(max_points=POINTS), counters)
    ingest = door(store, TopicMap(["plot/#"]), Rules(), counters, rate=Rate.of(1_000))
    pump = Pump(ingest, LIMIT)
    source = MqttSource(Broker("127.0.0.1", port, f"bench-{free_port()}", ("plot/#",)), pump.inbox)
    arrivals: list[float] = []
    pump.start(arrivals.append)
    source.start()
    try:
        await _until(lambda: bool(source.state.subscriptions), "the broker")
        spent = time.process_time()
        go.set()

        def has_all() -> bool:
            pump.drain()
            store.changed.clear()  # as the live update does
            return counters.get("samples_stored") >= n

        await _until(has_all, f"{n} messages")
        return n / (time.time() - arrivals[0]), (time.process_time() - spent) / n
    finally:
        source.stop()
        await pump.stop()


async def _until(is_true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE_SECONDS:.0f} s for {what}")
        await asyncio.sleep(LOOK_SECONDS)


MEASURES: tuple[Measure, ...] = (measure_parsing,)

if __name__ == "__main__":
    sys.exit(main({"parsing": MEASURES}))
