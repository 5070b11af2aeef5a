"""Make things go wrong and see what holds: python -m benchmarks.faults [NAME ...] [--write]. All of it takes about fifteen minutes.

Everything happens on the loopback; a fault that wants root, or a program that is not there, says so instead of a figure.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from benchmarks.faults import (
    broker,
    capped,
    clocks,
    connections,
    crowd,
    disk,
    flood,
    greedy,
    hostile,
    long,
    oversize,
    readers,
    refusals,
    restart,
    strangers,
)
from benchmarks.faults.outcome import HEADER, Fault, Outcome, line, write
from benchmarks.harness import ROOT
from benchmarks.report import machine

FAULTS: dict[str, Fault] = {
    "broker": broker.run,
    "frozen": broker.freeze,
    "refusals": refusals.run,
    "restart": restart.run,
    "readers": readers.run,
    "crowd": crowd.run,
    "flood": flood.run,
    "hostile": hostile.run,
    "oversize": oversize.run,
    "clocks": clocks.run,
    "connections": connections.run,
    "strangers": strangers.run,
    "capped": capped.run,
    "greedy": greedy.run,
    "disk": disk.run,
    "long": long.run,
}


def main() -> int:
    """Print the table, line by line; the exit status tells whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *FAULTS], metavar="NAME", help=f"{', '.join(FAULTS)}; or all")
    parser.add_argument("--write", action="store_true", help="put what was measured into docs/operations.md")
    given = parser.parse_args()
    begun = time.monotonic()
    print(f"{machine()}; {time.strftime('%Y-%m-%d')}\n\n{HEADER}", flush=True)
    do_all_hold = True
    for name in given.names or FAULTS:
        for outcome in outcomes(name, FAULTS[name]):
            text = line(outcome, name)
            print(text, flush=True)
            do_all_hold = do_all_hold and outcome.holds
            if given.write:
                write(ROOT / "docs" / "operations.md", [text])
    print(f"\n{'all hold' if do_all_hold else 'NOT ALL HOLD'} ({time.monotonic() - begun:.0f} s)")
    return 0 if do_all_hold else 1


def outcomes(name: str, fault: Fault) -> Iterator[Outcome]:
    """Yield what comes of a fault; one that cannot be made does not hold, and the next one goes on."""
    try:
        yield from fault()
    except Exception as error:  # noqa: BLE001 - whatever it is, the table shall be whole
        reason = " ".join(f"{type(error).__name__}: {error}".split()).replace("|", "/")
        yield Outcome(f"{name} (could not run)", "", f"{reason:.300}", holds=False)


if __name__ == "__main__":
    sys.exit(main())
