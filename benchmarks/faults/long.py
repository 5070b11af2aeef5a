"""Long messages, late points and many tags: how long each keeps the event loop from everybody else, by its own processor time."""

import asyncio
import json
import time
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from benchmarks.faults.outcome import Outcome
from mqtt_plot.ingest.consumer import InboxConsumer
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.live.broadcaster import EXPIRY_PARTS
from mqtt_plot.live.directory import Directory, TagsKnown
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.stretches import measured
from tests.support.waiting import until

SAMPLES, POINTS, TAGS = 5_000, 100_000, 10_000
T = 1_700_000_000.0
MOST_SECONDS = 0.010
TRIES = 3
METAS = {"scaled": b'{"gain": 2}', "watched": b'{"hi": 100, "lo": 1}'}


def run() -> Iterator[Outcome]:
    """Send, read and let grow old as much as there may be."""
    spent = {name: best(partial(store_message, *message)) for name, message in messages().items()}
    slowest = max(spent, key=spent.__getitem__)
    yield _row(f"one message of {SAMPLES:,} samples, in {len(spent)} forms", spent[slowest], f" ({slowest})")
    for name, share in (("1 in 100 late by up to 10 s", 0.01), ("1 in 1,000 late", 0.001)):
        series = late_series(share)
        yield _row(f"reading {POINTS:,} points, {name}", best(partial(timed, partial(series.window, None, None))))
    yield _row(f"reading {POINTS:,} points, all shuffled, slice by slice", best(read_shuffled))
    yield _row(f"{TAGS:,} tags all of whose points grow too old at once", best(grow_old))
    yield _row(f"list and table of {TAGS:,} tags for a browser that comes", best(open_page))


def _row(fault: str, seconds: float, more: str = "") -> Outcome:
    most = f"the loop is held for at most {MOST_SECONDS * 1000:.0f} ms at a stretch"
    return Outcome(fault, most, f"{seconds * 1000:.1f} ms{more}", seconds <= MOST_SECONDS)


def best(act: Callable[[], float]) -> float:
    """Return the shortest time of a few tries, as other programs share the machine."""
    return min(act() for _ in range(TRIES))


def timed(act: Callable[[], object]) -> float:
    """Return the processor time that it takes."""
    begun = time.thread_time()
    act()
    return time.thread_time() - begun


def messages() -> dict[str, tuple[str, bytes]]:
    """Return topics and payloads by what they are."""
    rows = [{"value": n / 8, "ts": T - SAMPLES + n} for n in range(SAMPLES)]
    tagged = [{"tag": f"n{n % 90}", "value": n / 8} for n in range(SAMPLES)]
    columns = {"ts": [row["ts"] for row in rows], "value": [row["value"] for row in rows]}
    late = {"ts": [T - n * 7919 % SAMPLES for n in range(SAMPLES)], "value": columns["value"]}
    forms = {
        "objects": ("known", rows),
        "objects of a tag with limits": ("watched", rows),
        "objects of a scaled tag": ("scaled", rows),
        "objects of new tags": ("known", tagged),
        "columns": ("known", columns),
        "columns out of order": ("known", late),
    }
    return {name: (f"plot/{tag}", json.dumps(content).encode()) for name, (tag, content) in forms.items()}


def store_message(topic: str, payload: bytes) -> float:
    """Return the longest stretch of the loop while a message is stored, from the inbox on."""
    counters = Counters()
    ingest = Ingest(Store(Limits(), counters), TopicMap(["plot/#"]), Rules(), counters)
    ingest.accept_messages([Message(f"plot/{tag}/$meta", meta, T) for tag, meta in METAS.items()])
    ingest.accept_messages([Message(f"plot/{tag}", b"1.5", T - 2 * SAMPLES) for tag in ("known", *METAS)])

    async def store() -> float:
        consumer = InboxConsumer(ingest)
        consumer.start(lambda _: None)
        consumer.inbox.put([Message(topic, payload, T)])
        with measured() as stretches:
            asyncio.get_running_loop().call_soon(consumer.drain)
            await until(lambda: counters.get("samples_stored") >= SAMPLES, "all samples")
        await consumer.stop()
        return stretches.longest

    return asyncio.run(store())


def late_series(share: float) -> Series:
    """Return a series, so many of whose points came late."""
    random = Random(1)  # noqa: S311 - no secret
    store = Store(Limits(max_points=POINTS), Counters())
    times = array("d", [T + n - (random.random() < share) * 10 * random.random() for n in range(POINTS)])
    store.extend(store.open("a"), times, times)
    return store.find("a")


def read_shuffled() -> float:
    """Return the longest of the steps in which points are put in order, read, and made a picture."""
    store = Store(Limits(max_points=POINTS), Counters())
    times = array("d", [T + n for n in range(POINTS)])
    Random(1).shuffle(times)  # noqa: S311 - no secret
    series = store.open("a")
    store.extend(series, times, times)
    steps, spent = series.find_order(), [0.0]
    while not spent[-1] or series.late is None or series.late.found is None:
        spent.append(timed(lambda: next(steps, None)))
    reads: tuple[Callable[[], object], ...] = (
        partial(series.window, None, None),
        partial(series.picture, None, None, 1_500),
        lambda: series.before(T),
    )
    return max(*spent, *(timed(read) for read in reads))


def store_of_many() -> Store:
    """Return a store with as many tags as there may be."""
    store = Store(Limits(max_points=100, max_tags=TAGS, max_age=60.0), Counters())
    for number in range(TAGS):
        times = array("d", [T + n for n in range(50)])
        store.extend(store.open(f"t{number}"), times, times)
    return store


def open_page() -> float:
    """Return the longest time in which a frame of the list or of the table is made."""
    store = store_of_many()
    directory = Directory(store)
    spent = [timed(partial(directory.measure, set(store), T))]
    known, version = TagsKnown(), 0
    while known != (store.revision, store.revision):
        spent.append(timed(partial(directory.tags_since, known)))
        part = directory.tags_since(known)
        known = part.known if part else known
    while version != directory.version:
        spent.append(timed(partial(directory.table_since, version, T)))
        version = directory.table_since(version, T).version
    return max(spent)


def grow_old() -> float:
    """Return the longest of the steps in which all points of all tags go."""
    store = store_of_many()
    spent = max(timed(lambda: store.expire(T + 1_000, EXPIRY_PARTS)) for _ in range(EXPIRY_PARTS))
    if store.points:
        raise RuntimeError(f"{store.points} points are left")
    return spent
