"""`make bench`, `python -m benchmarks [PART...]`: measures what README claims, side by side with peers; exits with 1 when a goal is missed."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import core, fanout, memory, mqtt, page, posts, small, startup
from benchmarks.report import HEADER, Result, line, machine, summary, write

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
PARTS: dict[str, Callable[[int], Iterator[Result]]] = {
    "mqtt": mqtt.measure,
    "posts": posts.measure,
    "memory": memory.measure,
    "fanout": fanout.measure,
    "core": core.measure,
    "startup": startup.measure,
    "page": page.measure,
    "small": small.measure,
}


def main() -> int:
    """Measure the parts asked for, print the table, write it where that is asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=f"of {', '.join(PARTS)}; default: all"
    )
    parser.add_argument(
        "--times", type=int, default=5, help="how often each is measured; the median counts (default: 5)"
    )
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{DOCUMENT.name}")
    given = parser.parse_args()
    begun = time.monotonic()
    results: list[Result] = []
    print(f"{machine()}\nmedian of {given.times}\n\n{HEADER}", flush=True)
    for name in given.parts or PARTS:
        for result in PARTS[name](given.times):
            results.append(result)
            print(line(result), flush=True)
    print(f"\n{summary(results)} ({time.monotonic() - begun:.0f} s)")
    if given.write:
        rows = "\n".join(map(line, results))
        write(
            DOCUMENT,
            f"{machine()}; median of {given.times}; {time.strftime('%Y-%m-%d')}\n\n{HEADER}\n{rows}\n\n{summary(results)}",
        )
    return 1 if any(result.is_reached is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
