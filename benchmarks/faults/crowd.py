"""100 browsers, each following 100 tags at 10 Hz."""

import time
from collections.abc import Iterator

from benchmarks.faults import load, watchers
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import bridge, broker, wait_ready

CLIENTS, TAGS, HERTZ = 100, 100, 10
SECONDS = 20
MIB = 2**20


def run() -> Iterator[Outcome]:
    """Measure the age of points on arrival, and memory."""
    options = ["--max-clients-per-address", str(CLIENTS), "--max-points", "300"]
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}", *options) as target:
        wait_ready(target)
        with (
            load.running(port, TAGS, TAGS * HERTZ) as tags,
            watchers.running(target.port, tags, CLIENTS) as all_of_them,
        ):
            time.sleep(35)  # until the rings are full
            all_of_them.delays()
            before = target.rss()
            time.sleep(SECONDS)
            p99 = all_of_them.p99()
            growth = (target.rss() - before) / MIB
    yield Outcome(
        f"{CLIENTS} clients x {TAGS} tags x {HERTZ} Hz",
        "p99 publish to frame <= 100 ms, RSS flat (<= 2 MiB)",
        f"p99 publish to frame {1000 * p99:.0f} ms, RSS {growth:+.1f} MiB in {SECONDS} s",
        p99 <= 0.1 and growth <= 2,
    )
