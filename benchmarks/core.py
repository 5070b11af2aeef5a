"""The core alone, in this process and by its CPU time: what a message costs with few and many tags, and snapshots of long series."""

import json
import math
import sys
import time
from array import array
from collections.abc import Iterator
from itertools import count, cycle, islice
from statistics import median

from benchmarks.packets import tag
from benchmarks.report import Measure, Result, main, medians
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.live.hub import Follower, Hub
from mqtt_plot.live.protocol import Follow
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width
from mqtt_plot.tags import TopicMap
from tests.support.frames import decode_blocks

TAGS = (10, 1_000, 10_000)
USUAL_TAGS = 200
MESSAGES, TURNS, BATCH, PER_SECOND = 10_000, 8, 500, 20_000
WARM_ROUNDS = 32  # so that clocks are settled, as they are for ever after
KEPT = 512  # and rings full, each so far from handing points on to the outline as another is not
SERIES, POINTS, PIXELS = 16, 100_000, 1_500
SPIKE = 1e6
HISTORY = (Width(10, 2_880), Width(60, 2_880), Width(600, 4_320))


def measure_messages(times: int) -> Iterator[Result]:
    """One message with few and many tags."""
    costs, floors = message_costs(times)
    for tags, cost, floor in zip(TAGS[1:], costs[1:], floors[1:], strict=True):
        ratio = cost / costs[0]
        yield Result(
            f"one message with {tags:,} tags", f"{cost * 1e6:.1f} µs", f"{TAGS[0]} tags: {costs[0] * 1e6:.1f} µs",
            ratio, "<= 1.15", ratio <= 1.15,
        )  # fmt: skip
        yield Result(
            f"its floor with {tags:,} tags: a look-up by topic, two numbers written into columns", f"{floor * 1e6:.2f} µs",
            f"{TAGS[0]} tags: {floors[0] * 1e6:.2f} µs", floor / floors[0], "", None,
        )  # fmt: skip


def measure_parsing(times: int) -> Iterator[Result]:
    """Parsing as a part of one message."""
    subject = Subject(USUAL_TAGS)
    whole = median(subject.time_turn() for _ in range(TURNS * times))
    alone = median(parsing_cost(USUAL_TAGS) for _ in range(TURNS * times))
    yield Result(
        f"one message with {USUAL_TAGS} tags", f"{whole * 1e6:.1f} µs", f"its parsing alone: {alone * 1e6:.1f} µs", alone / whole, "", None,
    )  # fmt: skip


def measure_limits(times: int) -> Iterator[Result]:
    """What judging costs: every tag with four limits, against none."""
    bare, limited = (
        Subject(USUAL_TAGS),
        Subject(USUAL_TAGS, b'{"lolo": -9, "lo": 0, "hi": 90, "hihi": 99, "deadband": 2}'),
    )
    turns = [(bare.time_turn(), limited.time_turn()) for _ in range(2 * TURNS * times)]
    cost = median(with_limits - without for without, with_limits in turns)
    without = median(without for without, _ in turns)
    yield Result(
        f"judging four limits of each of {USUAL_TAGS} tags, per message", f"{cost * 1e6:.2f} µs",
        f"one message without: {without * 1e6:.1f} µs", cost / without, "<= 0.3 µs", cost <= 0.3e-6,
    )  # fmt: skip


def measure_snapshots(times: int) -> Iterator[Result]:
    """Snapshots of long series."""
    size, kept, total, stretch = medians(snapshots, times)
    raw = SERIES * POINTS * 16
    yield Result(
        f"snapshot of {SERIES} x {POINTS:,} points for {PIXELS:,} pixels", f"{size / 1000:.0f} kB, {kept:.0f} of {SERIES} spikes kept",
        f"raw: {raw / 1e6:.1f} MB", size / raw, "<= 400 kB, every spike kept", size <= 400_000 and kept == SERIES,
    )  # fmt: skip
    yield Result(
        "the same, work on the event loop", f"{total * 1000:.0f} ms, at most {stretch * 1000:.1f} ms at a stretch", "", None,
        "<= 50 ms, <= 10 ms at a stretch", total <= 0.050 and stretch <= 0.010,
    )  # fmt: skip


def message_costs(times: int) -> tuple[list[float], list[float]]:
    """Return the CPU seconds for one JSON sample, parsed and stored, for each of TAGS, and their floors, after a minute of each tag.

    They take turns, and of all turns the median counts: what else the machine does meets all alike.
    """
    subjects = [subject(tags) for subject in (Subject, Floor) for tags in TAGS]
    turns = [[subject.time_turn() for subject in subjects] for _ in range(TURNS * times)]
    costs = [median(costs) for costs in zip(*turns, strict=True)]
    return costs[: len(TAGS)], costs[len(TAGS) :]


def parsing_cost(tags: int) -> float:
    """Return the CPU seconds for parsing one JSON sample."""
    messages, rules = [*islice(_messages(tags), MESSAGES)], Rules()
    begun = time.process_time()
    for message in messages:
        parse(message.payload, rules, message.time)
    return (time.process_time() - begun) / MESSAGES


class Subject:
    """The core with so many tags, each described by `meta`."""

    def __init__(self, tags: int, meta: bytes = b"") -> None:
        counters = Counters()
        self._store = Store(Limits(max_points=KEPT, max_tags=tags, max_memory=2**30, history=HISTORY), counters)
        self._ingest = Ingest(self._store, TopicMap(["plot/#"]), Rules(), counters)
        begun = time.time() - KEPT
        for i in range(tags):
            old = array("d", (begun + count / 10 for count in range(KEPT + i * 37 % 256)))
            self._store.extend(self._store.open(tag(i, tags)), old, old)
        self._messages = _messages(tags)
        if meta:
            self._ingest.accept_messages([Message(f"plot/{tag(i, tags)}/$meta", meta, 0.0) for i in range(tags)])
        for _ in range(1 + WARM_ROUNDS * tags // BATCH):
            self._ingest.accept_messages([next(self._messages) for _ in range(BATCH)])

    def time_turn(self) -> float:
        """Return the CPU seconds for one message, of MESSAGES."""
        spent = 0.0
        for _ in range(MESSAGES // BATCH):
            batch = [next(self._messages) for _ in range(BATCH)]
            begun = time.process_time()
            self._ingest.accept_messages(batch)
            spent += time.process_time() - begun
            self._store.changed.clear()  # as the live update does
        return spent / MESSAGES


class Floor:
    """What no store of so many tags can do without: a look-up by topic, and two writes into columns of which each tag has its own."""

    def __init__(self, tags: int) -> None:
        self._columns = {
            f"plot/{tag(i, tags)}": (array("d", bytes(8 * KEPT)), array("d", bytes(8 * KEPT))) for i in range(tags)
        }
        self._topics = cycle([*self._columns])

    def time_turn(self) -> float:
        """Return the CPU seconds for one message, of MESSAGES."""
        columns, at = self._columns, MESSAGES % KEPT
        topics = [*islice(self._topics, MESSAGES)]
        begun = time.process_time()
        for topic in topics:
            times, values = columns[topic]
            times[at] = begun
            values[at] = begun
        return (time.process_time() - begun) / MESSAGES


def _messages(tags: int) -> Iterator[Message]:
    """Yield messages of all tags in turn, first every two seconds from each, then PER_SECOND in all; made just before use."""
    topics = [f"plot/{tag(i, tags)}" for i in range(tags)]
    now = time.time()
    for i in count():
        now += 2 / tags if i < WARM_ROUNDS * tags else 1 / PER_SECOND
        payload = json.dumps({"value": round(20 + i % 977 / 31, 3), "unit": "°C", "ts": round(now, 6)})
        yield Message(topics[i % tags], payload.encode(), now)


def snapshots() -> tuple[float, float, float, float]:
    """Return (bytes, spikes kept, CPU seconds in all, those of the longest stretch) for one client's first view."""
    store = Store(Limits(max_points=POINTS), Counters())
    hub = Hub(store, "epoch")
    tags = [tag(i, SERIES) for i in range(SERIES)]
    start = time.time() - POINTS
    for name in tags:
        values = array("d", (math.sin(i / 500) for i in range(POINTS)))
        values[POINTS // 3] = SPIKE
        store.extend(store.open(name), array("d", (start + i for i in range(POINTS))), values)
    follower = Follower()
    hub.follow(follower, Follow(tags, None, PIXELS, "", {}))
    frames, stretch = [], 0.0
    spent = time.process_time()
    while True:
        begun = time.thread_time()
        frame = hub.collect(follower, start)
        stretch = max(stretch, time.thread_time() - begun)
        if frame is None:
            break
        frames.append(frame)
    spent = time.process_time() - spent
    blocks = [block for frame in frames for block in decode_blocks(frame)[3]]
    kept = sum(SPIKE in block.values for block in blocks)
    return sum(map(len, frames)), kept, spent, stretch


MEASURES: tuple[Measure, ...] = (measure_messages, measure_parsing, measure_limits, measure_snapshots)

if __name__ == "__main__":
    sys.exit(main({"core": MEASURES}))
