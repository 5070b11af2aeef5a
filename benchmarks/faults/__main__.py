"""Run the faults that are named, or all: python -m benchmarks.faults [NAME ...]. All of it takes about ten minutes, on the loopback."""

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks.faults import broker, connections, crowd, flood, oversize, readers
from benchmarks.report import HEADER, Result, line, machine, summary

FAULTS: dict[str, Callable[[], Iterator[Result]]] = {
    "broker": broker.run,
    "bridge": broker.run_bridge_restart,
    "readers": readers.run,
    "crowd": crowd.run,
    "flood": flood.run,
    "oversize": oversize.run,
    "connections": connections.run,
}


def main() -> int:
    """Print the table; the exit status tells whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *FAULTS], help="faults to run (default: all)")
    names = parser.parse_args().names or list(FAULTS)
    print(f"{machine()}\n\n{HEADER}", flush=True)
    results = []
    for name in names:
        for result in FAULTS[name]():
            print(line(result), flush=True)
            results.append(result)
    print(f"\n{summary(results)}")
    return 0 if all(result.is_reached for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
