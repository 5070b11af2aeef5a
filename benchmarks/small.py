"""What holds on a small machine (limited.py): the figures are written down; the goal is that nothing is lost and all is shown."""

import sys
import time
from collections.abc import Iterator

from benchmarks import followers, limited, mqtt, posts, startup
from benchmarks.asking import rate
from benchmarks.harness import MIB, broker, wait_for, wait_ready
from benchmarks.packets import publish_steadily, tag
from benchmarks.report import Measure, Result, main

MESSAGES, BATCHES, POSTS = 10_000, 300, 600
TAGS, PER_SECOND, CLIENTS, SECONDS = 100, 200, 2, 8.0


def measure_start(times: int) -> Iterator[Result]:  # noqa: ARG001 - it is written down, not compared; one run tells
    """Start to first byte, 10 % of a core."""
    seconds = startup.first_byte(limited.bridge)
    how = f"one core, 256 MB, 10 % CPU ({limited.means()})"
    yield Result(f"{how}: start to first byte served", f"{seconds:.1f} s", "", None, "", is_reached=None)


def measure_rates(times: int) -> Iterator[Result]:  # noqa: ARG001
    """What is taken per second, 10 % of a core."""
    for qos in (0, 1):
        taken, lost = mqtt.whole_bridge(MESSAGES, qos, limited.bridge)
        yield Result(
            f"the same: MQTT QoS {qos}, {MESSAGES:,} samples as fast as the broker has them, {mqtt.FOLLOWERS} followers",
            f"{taken:,.0f}/s, {lost} lost", "", None, "0 lost", lost == 0,
        )  # fmt: skip
    points = mqtt.columns_rate(BATCHES, limited.bridge)
    yield Result("the same: MQTT columns of 1,000", f"{points:,.0f} points/s", "", None, "", is_reached=None)
    with limited.bridge("--broker", "none") as target:
        per_second = rate(posts.single(target.port, 4, POSTS))
        yield Result(
            "the same: POST of one sample, 4 connections", f"{per_second:,.0f}/s", "", None, "", is_reached=None
        )


def measure_steady(times: int) -> Iterator[Result]:  # noqa: ARG001
    """A steady load, 10 % of a core."""
    with broker() as port, limited.bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        publish_steadily(port, TAGS, PER_SECOND, 1)
        with followers.running(target.port, [tag(i, TAGS) for i in range(TAGS)], CLIENTS) as follow:
            follow.delays()
            stored, before, begun = target.counter("samples_stored"), target.cpu(), time.perf_counter()
            sent = publish_steadily(port, TAGS, PER_SECOND, SECONDS)
            share = (target.cpu() - before) / (time.perf_counter() - begun)
            middle, late = follow.delays()
            wait_for(lambda: target.counter("samples_stored") >= stored + sent, 10, "the last", is_fatal=False)
            lost = stored + sent - target.counter("samples_stored")
            resident = target.rss() / MIB
    yield Result(
        f"the same: {PER_SECOND} messages/s, {CLIENTS} clients on {TAGS} tags",
        f"{lost} of {sent} lost, p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms, {resident:.0f} MiB, {share:.1%} of a core",
        "", None, "0 lost", lost == 0,
    )  # fmt: skip


MEASURES: tuple[Measure, ...] = (measure_start, measure_rates, measure_steady)

if __name__ == "__main__":
    sys.exit(main({"small": MEASURES}))
