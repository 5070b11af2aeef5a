"""Memory and idle work: bytes per stored point, resident memory idle and with real load, CPU at a steady rate."""

import json
import sys
import time
from collections.abc import Iterator

from benchmarks.harness import (
    MIB,
    Bridge,
    bridge,
    broker,
    free_port,
    is_listening,
    process_rss,
    running,
    wait_for,
    wait_ready,
)
from benchmarks.packets import publish_steadily, tag
from benchmarks.posts import Load, columns, rate
from benchmarks.report import Result, medians

TAGS = 500
PER_POINT_TAGS, PER_POINT = 100, 10_000
OLD_POINTS = 10_000
SETTLE_SECONDS = 2.0


def measure(times: int) -> Iterator[Result]:
    """Yield the results of all memory and CPU lines."""
    ours, olds = bytes_per_point(), old_bytes_per_point()
    yield Result(
        "memory per stored point",
        f"{ours:.1f} bytes",
        f"http-plot-server: {olds:.0f} bytes",
        olds / ours,
        "<= 18 bytes",
        ours <= 18,
    )
    with broker() as port:
        address = f"mqtt://127.0.0.1:{port}"
        with bridge("--broker", address) as target:
            wait_ready(target)
            time.sleep(SETTLE_SECONDS)
            idle = target.rss() / MIB
            yield Result("resident memory, idle, connected", f"{idle:.1f} MiB", "", None, "<= 36 MiB", idle <= 36)
            fill(target, TAGS, 1_000)
            publish_steadily(port, TAGS, 50, 4)
            full = target.rss() / MIB
            yield Result(
                f"resident memory, {TAGS} tags x 1,000 points, 50 messages/s",
                f"{full:.1f} MiB",
                "",
                None,
                "<= 48 MiB",
                full <= 48,
            )
        with bridge("--broker", address) as target:
            wait_ready(target)
            publish_steadily(port, TAGS, 1_000, 2)
            (share,) = medians(lambda: [cpu_share(target, port)], times)
            yield Result("CPU at 1,000 messages/s", f"{share:.1%} of a core", "", None, "<= 5 %", share <= 0.05)


def bytes_per_point() -> float:
    """Return how much the resident memory grows per point stored."""
    with bridge("--broker", "none", "--max-points", str(PER_POINT)) as target:
        fill(target, PER_POINT_TAGS, 1)  # what the first request of a kind loads is no point's
        time.sleep(SETTLE_SECONDS / 2)
        before = target.rss()
        fill(target, PER_POINT_TAGS, PER_POINT - 1)
        time.sleep(SETTLE_SECONDS / 2)
        return (target.rss() - before) / (PER_POINT_TAGS * (PER_POINT - 1))


def old_bytes_per_point() -> float:
    """Return the same of `http-plot-server`, told to keep as many."""
    port = free_port()
    body = json.dumps({"tag": "a", "value": 20.3, "unit": "C", "ts": 1_649_859_909}).encode()
    command = [sys.executable, "-m", "plot_server", "--host", "127.0.0.1", "--port", str(port)]
    with running([*command, "--max-points", str(OLD_POINTS)]) as process:
        wait_for(lambda: is_listening(port), what="http-plot-server")
        rate(Load(port, "/", 4, 200, body, is_kept_alive=False))
        before = process_rss(process.pid)
        rate(Load(port, "/", 4, OLD_POINTS, body, is_kept_alive=False))
        return (process_rss(process.pid) - before) / OLD_POINTS


def fill(target: Bridge, tags: int, points: int) -> None:
    """Store `points` points in each of `tags` tags."""
    start = time.time() - points
    for i in range(tags):
        target.post(json.loads(columns(points, tag(i, tags), start)))


def cpu_share(target: Bridge, port: int, seconds: float = 4.0) -> float:
    """Return the share of a core that 1,000 messages/s take."""
    before, begun = target.cpu(), time.perf_counter()
    publish_steadily(port, TAGS, 1_000, seconds)
    return (target.cpu() - before) / (time.perf_counter() - begun)
