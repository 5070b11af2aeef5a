"""Browsers that never read: what they cost, whether they are closed, and what the others notice."""

import time
from collections.abc import Iterator

from benchmarks.faults import load, watchers
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import bridge, broker, wait_for, wait_ready

# 100,000 messages of 1 KiB (29 points each).
POINTS, MESSAGES, PER_SECOND = 29, 100_000, 4_000
TAGS = 20
MIB = 2**20


def run() -> Iterator[Outcome]:
    """Let one browser get stuck, then ten."""
    for stuck, most in ((1, 8), (10, 20)):
        yield from _run(stuck, most)


def _run(count: int, most: int) -> Iterator[Outcome]:
    options = ("--max-rate", "0", "--max-points", "10000")  # full before the browsers come: what grows then is theirs
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}", *options) as target:
        wait_ready(target)
        with (
            load.running(port, TAGS, PER_SECOND, POINTS) as tags,
            watchers.running(target.port, tags[:4], 2) as others,
        ):
            wait_for(lambda: target.counter("messages_received") > 4 * PER_SECOND, 30, "the load")
            wait_for(lambda: len(others.delays()) > 0, 10, "the others' frames")
            time.sleep(4)
            baseline = others.p99()
            before = target.rss()
            sockets = [watchers.stuck(target.port, tags) for _ in range(count)]
            began, peak = time.monotonic(), before
            goal = target.counter("messages_received") + MESSAGES
            closed_after = 0.0
            while target.counter("messages_received") < goal or (not closed_after and time.monotonic() - began < 60):
                time.sleep(0.25)
                peak = max(peak, target.rss())
                if not closed_after and target.counter("clients_closed.slow") == count:
                    closed_after = time.monotonic() - began
            p99 = others.p99()
            for sock in sockets:
                sock.close()
        growth = (peak - before) / MIB
    yield Outcome(
        f"{count} browser{'s' * (count > 1)} that never read, 100,000 x 1 KiB",
        f"RSS grows <= {most} MiB, closed <= 40 s, others' p99 <= 2 x",
        f"RSS +{growth:.1f} MiB, closed after {closed_after:.0f} s, others' p99 {1000 * p99:.0f} ms (before {1000 * baseline:.0f} ms)",
        growth <= most and 0 < closed_after <= 40 and p99 <= 2 * baseline,
    )
