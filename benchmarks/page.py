"""The page."""

import sys

from benchmarks.report import Measure, main

MEASURES: tuple[Measure, ...] = ()

if __name__ == "__main__":
    sys.exit(main({"page": MEASURES}))
