"""Days of history: memory of 100 tags at 10 Hz after a day, what a picture of that day costs, and when it is on the screen."""

import math
import sys
import time
from array import array
from collections.abc import Iterator

from benchmarks.browser import chromium
from benchmarks.harness import MIB, Bridge, bridge
from benchmarks.packets import tag
from benchmarks.page import first_chart
from benchmarks.posts import columns_of
from benchmarks.report import Measure, Result, main, medians
from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.settings import Settings
from mqtt_plot.live.hub import Follower, Hub
from mqtt_plot.live.protocol import Follow
from mqtt_plot.store.store import Store

DAY, HERTZ, TAGS = 86_400, 10, 100
# Before these hours a sample a second fills the same buckets, ten times as fast; the points that are held are of the hours.
FULL_SECONDS = 3 * 3600
DRAWN, PIXELS = 16, 1_500
COLUMN = 9_000
SPIKE = 1e6
_LEFT = 0.5  # the last samples are so old


def measure_day(times: int) -> Iterator[Result]:
    """Resident memory after a day, and its first picture."""
    with bridge("--broker", "none", "--max-rate", "0") as target:
        fill(target)
        resident, peak = target.rss_at_rest() / MIB, target.peak() / MIB
        yield Result(
            f"resident memory, {TAGS} tags x {HERTZ} Hz x 24 h", f"{resident:.1f} MiB, at its peak {peak:.1f}", "", None,
            "<= 110 MiB", resident <= 110,
        )  # fmt: skip
        query = "".join(f"&tag={tag(i, TAGS)}" for i in range(DRAWN))
        with chromium() as browser:
            seconds, _ = medians(lambda: first_chart(browser, f"{target.url}?window={DAY}{query}"), min(times, 3))
        yield Result(
            f"first chart of these 24 h, {DRAWN} tags", f"{seconds * 1000:.0f} ms", "", None, "<= 1,500 ms", seconds <= 1.5
        )  # fmt: skip


def fill(target: Bridge) -> None:
    """Send a day of all tags, tag by tag in turns as they would come."""
    end = time.time() - _LEFT
    times = [end - DAY + second for second in range(DAY - FULL_SECONDS)]
    times += [end - FULL_SECONDS + n / HERTZ for n in range(FULL_SECONDS * HERTZ)]
    for first in range(0, len(times), COLUMN):
        part = times[first : first + COLUMN]
        values = [round(20 + math.sin(at / 500), 3) for at in part]
        for i in range(TAGS):
            target.post(columns_of(tag(i, TAGS), part, values))


def measure_picture(times: int) -> Iterator[Result]:
    """The event loop's work for a picture of a day."""
    store = make_ingest(Settings()).store
    points, spent = fill_store(store)
    rate = points / spent
    yield Result(
        f"columns of {HERTZ} Hz into full rings and outline", f"{rate:,.0f} points/s", "", None, ">= 1,000,000 points/s", rate >= 1e6
    )  # fmt: skip
    outlines = [series.tiers for series in store if series.tiers is not None]
    buckets = sum(bucket.samples > 0 for tiers in outlines for bucket in tiers.buckets())
    each = sum(len(rows) for tiers in outlines for _, rows in tiers.rows()) / buckets
    taken = sum(tiers.nbytes for tiers in outlines) / buckets
    yield Result("bytes per bucket", f"{each:.1f}, with room to grow {taken:.1f}", "", None, "<= 40", each <= 40)
    kept, total, stretch = medians(lambda: picture(store), times)
    yield Result(
        f"picture of 24 h of {DRAWN} tags x {HERTZ} Hz, work on the event loop",
        f"{total * 1000:.0f} ms, at most {stretch * 1000:.1f} ms at a stretch; {kept:.0f} of {DRAWN} spikes", "", None,
        "<= 50 ms, <= 10 ms at a stretch", total <= 0.050 and stretch <= 0.010 and kept == DRAWN,
    )  # fmt: skip


def fill_store(store: Store) -> tuple[int, float]:
    """Store a day of the drawn tags, each with one spike; return points and CPU seconds."""
    begin = time.time() - DAY
    samples = DAY * HERTZ
    values = array("d", (math.sin(i / 5_000) for i in range(COLUMN)))
    spent = 0.0
    for first in range(0, samples, COLUMN):
        times = array("d", (begin + (first + i) / HERTZ for i in range(COLUMN)))
        column = values[:]
        if first <= samples // 3 < first + COLUMN:
            column[samples // 3 - first] = SPIKE
        begun = time.process_time()
        for i in range(DRAWN):
            store.extend(store.open(tag(i, DRAWN)), times, column)
        spent += time.process_time() - begun
    return samples * DRAWN, spent


def picture(store: Store) -> tuple[float, float, float]:
    """Return (spikes in it, CPU seconds in all, those of the longest stretch) of the first frames for a page that shows a day."""
    hub, follower = Hub(store, "epoch"), Follower()
    hub.follow(follower, Follow([tag(i, DRAWN) for i in range(DRAWN)], DAY, PIXELS, "", {}))
    frames: list[bytes] = []
    total, stretch = 0.0, 0.0
    while True:
        begun = time.thread_time()
        frame = hub.collect(follower, time.time())
        cost = time.thread_time() - begun
        total, stretch = total + cost, max(stretch, cost)
        if frame is None:
            return sum(frame.count(array("d", [SPIKE]).tobytes()) > 0 for frame in frames), total, stretch
        frames.append(frame)


MEASURES: tuple[Measure, ...] = (measure_picture, measure_day)

if __name__ == "__main__":
    sys.exit(main({"history": MEASURES}))
