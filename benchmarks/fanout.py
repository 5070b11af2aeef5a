"""Fan-out: from publish to frame with 100 clients that follow 100 tags at 10 Hz, and the CPU that takes against one client."""

import sys
import time
from collections.abc import Iterator

from benchmarks import followers
from benchmarks.harness import Bridge, bridge, broker, wait_ready
from benchmarks.packets import publish_steadily, tag
from benchmarks.report import Measure, Result, main, medians

CLIENTS, TAGS, HERTZ = 100, 100, 10
SECONDS = 4.0


def measure(times: int) -> Iterator[Result]:
    """Publish to frame, and the CPU of fan-out."""
    with broker() as port:
        one, *_ = _run(port, 1, times)
        many, middle, late = _run(port, CLIENTS, times)
    name = f"publish to frame, {CLIENTS} clients x {TAGS} tags x {HERTZ} Hz"
    yield Result(
        name, f"p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms", "", None, "p50 <= 40 ms, p99 <= 100 ms",
        middle <= 0.040 and late <= 0.100,
    )  # fmt: skip
    yield Result(
        f"CPU with {CLIENTS} clients on the same tags", f"{many:.1%} of a core", f"1 client: {one:.1%}", many / one,
        "<= 8", many / one <= 8,
    )  # fmt: skip


def _run(port: int, clients: int, times: int) -> list[float]:
    """Return (share of a core, median delay, 99th percentile) with so many clients."""
    options = ("--max-clients", str(clients), "--max-clients-per-address", str(clients))
    with bridge("--broker", f"mqtt://127.0.0.1:{port}", *options) as target:
        wait_ready(target)
        publish_steadily(port, TAGS, TAGS * HERTZ, 1)
        with followers.running(target.port, [tag(i, TAGS) for i in range(TAGS)], clients) as follow:
            return medians(lambda: _window(target, port, follow), times)


def _window(target: Bridge, port: int, follow: followers.Followers) -> list[float]:
    follow.delays()  # what came before does not count
    before, begun = target.cpu(), time.perf_counter()
    publish_steadily(port, TAGS, TAGS * HERTZ, SECONDS)
    share = (target.cpu() - before) / (time.perf_counter() - begun)
    return [share, *follow.delays()]


MEASURES: tuple[Measure, ...] = (measure,)

if __name__ == "__main__":
    sys.exit(main({"fanout": MEASURES}))
