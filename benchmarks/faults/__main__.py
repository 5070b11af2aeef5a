"""Run the faults that are named, or all: python -m benchmarks.faults [NAME ...]. All of it takes about ten minutes, on the loopback."""

import argparse
import sys
from collections.abc import Callable

from benchmarks.faults import broker, connections, crowd, flood, oversize, readers
from benchmarks.harness import HEADER, Report, machine

FAULTS: dict[str, Callable[[Report], None]] = {
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
    print(machine())
    print(HEADER)
    report = Report()
    for name in names:
        FAULTS[name](report)
    return 0 if all(result.is_reached for result in report.results) else 1


if __name__ == "__main__":
    sys.exit(main())
