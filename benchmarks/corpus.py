"""How many cases of the corpus are right, how many say in words what they did not do, which are wrong: `python -m benchmarks.corpus`."""

import sys

from tests.support.corpus import RIGHT, SAID, WRONG, outcomes


def main() -> int:
    """Print the counts by family, and each case that is not right; return the exit status."""
    total = dict.fromkeys((RIGHT, SAID, WRONG), 0)
    for family, results in outcomes():
        counts = {kind: sum(result.kind == kind for result in results) for kind in total}
        print(f"{family:18} " + "  ".join(f"{counts[kind]:3} {kind}" for kind in total))
        for result in results:
            if result.kind != RIGHT:
                print(f"    {result.kind}: {result.case}: {result.why}")
        total = {kind: total[kind] + counts[kind] for kind in total}
    print(f"{'all':18} " + "  ".join(f"{total[kind]:3} {kind}" for kind in total))
    return 1 if total[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
