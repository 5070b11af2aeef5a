"""Memory and idle work: bytes per stored point, resident memory idle and with real load, CPU at a steady rate."""

import sys
import time
from collections.abc import Iterator

from benchmarks import followers
from benchmarks.asking import rate
from benchmarks.harness import MIB, Bridge, bridge, broker, process_cpu, process_rss, wait_ready
from benchmarks.mqtt import empty_loop
from benchmarks.packets import publish_steadily, tag
from benchmarks.posts import columns, old_server, single
from benchmarks.report import Measure, Result, main, medians

TAGS = 500
PER_POINT_TAGS, PER_POINT = 300, 10_000
GROWN_TAGS = 100
VIEWED_TAGS = 16
OLD_POINTS = 10_000
MANY_TAGS, MANY_POINTS = 10_000, 300
SETTLE_SECONDS = 2.0


def measure_points(times: int) -> Iterator[Result]:  # noqa: ARG001 - memory is no matter of noise
    """Memory per stored point."""
    ours, olds = bytes_per_point(), old_bytes_per_point()
    yield Result(
        "memory per stored point", f"{ours:.1f} bytes", f"http-plot-server: {olds:.0f} bytes", olds / ours,
        "<= 18 bytes", ours <= 18,
    )  # fmt: skip
    grown = bytes_per_grown_point()
    yield Result(
        f"the same, against idle: {GROWN_TAGS} tags that grow together to {PER_POINT:,} points", f"{grown:.1f} bytes", "", None,
        "<= 17 bytes", grown <= 17,
    )  # fmt: skip


def measure_resident(times: int) -> Iterator[Result]:  # noqa: ARG001
    """Resident memory, idle and with load."""
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        yield _resident("idle, connected", target, 37)
        fill(target, TAGS, 1_000)
        publish_steadily(port, TAGS, 50, 4)
        yield _resident(f"{TAGS} tags x 1,000 points, 50 messages/s", target, 48)


def measure_many_tags(times: int) -> Iterator[Result]:  # noqa: ARG001
    """Resident memory with many tags."""
    with bridge("--broker", "none", "--max-tags", str(MANY_TAGS), "--max-rate", "0") as target:
        fill(target, MANY_TAGS, MANY_POINTS)
        yield _resident(f"{MANY_TAGS:,} tags x {MANY_POINTS} points", target, 128)


def _resident(what: str, target: Bridge, goal: int) -> Result:
    resident = target.rss_at_rest() / MIB
    return Result(f"resident memory, {what}", f"{resident:.1f} MiB", "", None, f"<= {goal} MiB", resident <= goal)


def measure_cpu(times: int) -> Iterator[Result]:
    """CPU at a steady rate, with one viewer; paho's loop hears the same messages at the same time."""
    viewed = [tag(i, TAGS) for i in range(VIEWED_TAGS)]
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target, empty_loop(port) as paho:
        wait_ready(target)
        publish_steadily(port, TAGS, 1_000, 2)
        with followers.running(target.port, viewed, 1):
            share, empty = medians(lambda: cpu_shares(port, target.process.pid, paho), times)
        yield Result(
            f"CPU at 1,000 messages/s, a viewer of {VIEWED_TAGS} tags", f"{share:.1%} of a core",
            f"paho's loop, empty callback: {empty:.1%}", empty / share, "<= 3 %", share <= 0.03,
        )  # fmt: skip


def bytes_per_point() -> float:
    """Return how much the resident memory grows per point stored."""
    with bridge("--broker", "none", "--max-points", str(PER_POINT)) as target:
        fill(target, PER_POINT_TAGS, 1)  # what the first request of a kind loads is no point's
        time.sleep(SETTLE_SECONDS / 2)
        before = target.rss()
        fill(target, PER_POINT_TAGS, PER_POINT - 1)
        time.sleep(SETTLE_SECONDS / 2)
        return (target.rss() - before) / (PER_POINT_TAGS * (PER_POINT - 1))


def bytes_per_grown_point() -> float:
    """Return the same where many tags grow in turns, from a bridge that has served nothing yet: with all that this leaves behind."""
    with bridge("--broker", "none") as target:
        before, start, part = target.rss_at_rest(), time.time() - PER_POINT, 1_000
        for done in range(0, PER_POINT, part):
            for i in range(GROWN_TAGS):
                target.post(columns(part, tag(i, GROWN_TAGS), start + done))
        return (target.rss_at_rest() - before) / (GROWN_TAGS * PER_POINT)


def old_bytes_per_point() -> float:
    """Return the same of `http-plot-server`, told to keep as many."""
    with old_server("--max-points", str(OLD_POINTS)) as (port, process):
        load = single(port, 4)._replace(path="/", is_kept_alive=False)
        rate(load._replace(requests=200))
        before = process_rss(process.pid)
        rate(load._replace(requests=OLD_POINTS))
        return (process_rss(process.pid) - before) / OLD_POINTS


def fill(target: Bridge, tags: int, points: int) -> None:
    """Store `points` points in each of `tags` tags."""
    start = time.time() - points
    for i in range(tags):
        target.post(columns(points, tag(i, tags), start))


def cpu_shares(port: int, *processes: int, seconds: float = 4.0) -> list[float]:
    """Return the share of a core that 1,000 messages/s take of each process."""
    before, begun = [process_cpu(pid) for pid in processes], time.perf_counter()
    publish_steadily(port, TAGS, 1_000, seconds)
    took = time.perf_counter() - begun
    return [(process_cpu(pid) - start) / took for pid, start in zip(processes, before, strict=True)]


MEASURES: tuple[Measure, ...] = (measure_points, measure_resident, measure_many_tags, measure_cpu)

if __name__ == "__main__":
    sys.exit(main({"memory": MEASURES}))
