"""From the start of the process to the first byte served."""

import sys
import time
from collections.abc import Iterator

from benchmarks.harness import Start, bridge
from benchmarks.report import Measure, Result, main, medians

GOAL_SECONDS = 0.5


def measure(times: int) -> Iterator[Result]:
    """Start to first byte served."""
    first_byte()  # it may have to compile
    (seconds,) = medians(lambda: [first_byte()], times)
    yield Result(
        "start to first byte served", f"{seconds * 1000:.0f} ms", "", None, "<= 500 ms", seconds <= GOAL_SECONDS
    )


def first_byte(start: Start = bridge) -> float:
    """Return the seconds from the start of the program to the answer with its page."""
    begun = time.perf_counter()
    with start("--broker", "none") as target:
        target.get("/")
        return time.perf_counter() - begun


MEASURES: tuple[Measure, ...] = (measure,)

if __name__ == "__main__":
    sys.exit(main({"startup": MEASURES}))
