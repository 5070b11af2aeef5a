"""`python -m benchmarks.month`: a month of many tags in a small budget, by a simulated clock; no bucket may be wrong.

It is for the hand, not for `make bench`.

Every tag repeats a pattern of its own, so that the oracle knows each sample without remembering it: what a bucket says is compared with
the samples that its time had, one by one. The whole of it (1,000 tags at 1 Hz for 30 days) is 2.6 billion points and takes about an hour;
`--tags`, `--days`, `--every` and `--memory` make it smaller. Exits with 1 where a bucket is wrong or memory grows past the budget and 48 MiB.
"""

import argparse
import os
import sys
import time
from array import array
from collections import Counter
from itertools import islice
from random import Random

from benchmarks.harness import MIB, process_rss
from mqtt_plot.commands.heap import return_free_pages, return_large_blocks
from mqtt_plot.config.values import parse_history
from mqtt_plot.metrics import Counters
from mqtt_plot.store.buckets import Bucket
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import with_reserve

T = 1_700_000_000
DAY = 86_400
PERIOD = 7_919  # samples until the pattern comes again: a prime, so that it never falls in with buckets
COLUMN = 600  # samples in a message
RSS_BEYOND = 48 * MIB
SPIKE = 1e6
LOOKED_AT = 500  # buckets of a tag, of those held
MEAN_BOUND = 2**-14  # of the span: means lie in 32 bits, holds in 16


class Pattern:
    """The samples of one tag: noise with a spike; sample n is at T + n * every."""

    def __init__(self, number: int, every: int) -> None:
        random = Random(number)  # noqa: S311 - a pattern, no secret
        self.every = every
        column = array("d", (random.gauss(20, 3) for _ in range(PERIOD)))
        column[random.randrange(PERIOD)] = SPIKE + number
        self._twice = column + column[:COLUMN]

    def column(self, first: int) -> "tuple[array[float], array[float]]":
        start = first % PERIOD
        begin = T + first * self.every
        times = array("d", range(begin, begin + COLUMN * self.every, self.every))
        return times, self._twice[start : start + COLUMN]

    def truth(self, start: float, end: float) -> list[float]:
        """Return the values of the samples in start <= time < end."""
        first, stop = (-((T - round(time)) // self.every) for time in (start, end))
        return [self._twice[n % PERIOD] for n in range(max(0, first), stop)]


def fill(store: Store, patterns: list[Pattern], samples: int) -> int:
    """Give all tags their samples, a column each at a time; return the largest memory of the process that was seen."""
    series = [store.open(f"line{n // 100}/tag{n}") for n in range(len(patterns))]
    largest = 0
    for first in range(0, samples, COLUMN):
        for one, pattern in zip(series, patterns, strict=True):
            store.extend(one, *pattern.column(first))
        return_free_pages()  # once in ten minutes; the bridge does it in each
        largest = max(largest, process_rss(os.getpid()))
    return largest


def wrong(series: Series, pattern: Pattern, random: Random) -> tuple[int, list[str]]:
    """Return how many buckets of a tag were looked at, and what is wrong with them."""
    tiers = series.tiers
    if tiers is None:
        return 0, []
    held = [bucket for bucket in tiers.buckets() if bucket.samples]
    buckets = held if len(held) <= LOOKED_AT else random.sample(held[1:-1], LOOKED_AT)
    faults = [fault for bucket in buckets for fault in _faults(bucket, pattern, tiers.end)]
    counted = sum(bucket.samples for bucket in held)
    expected = len(pattern.truth(held[0].start, tiers.end))
    if counted != expected:
        faults.append(f"{counted} samples in {len(held)} buckets, expected {expected}")
    return len(buckets), faults


def _faults(bucket: Bucket, pattern: Pattern, known_to: float) -> list[str]:
    values = pattern.truth(bucket.start, min(bucket.end, known_to))
    low, high, mean = min(values), max(values), sum(values) / len(values)
    if bucket.end > known_to or bucket.start % pattern.every != T % pattern.every:
        mean = bucket.mean  # its samples do not hold equally long in it
        low, high = min(low, bucket.low), max(high, bucket.high)
    is_right = (bucket.samples, bucket.low, bucket.high) == (len(values), low, high)
    if is_right and abs(bucket.mean - mean) <= MEAN_BOUND * (high - low):
        return []
    return [f"{bucket} of {len(values)} samples: expected {low} to {high}, mean {mean}"]


def main() -> int:
    """Fill, look at what is held, and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("tags", 1_000), ("days", 30), ("every", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--memory", type=float, default=64, help="MiB")
    asked = parser.parse_args()
    return_large_blocks()
    history = with_reserve(parse_history("10s:8h,1min:2d,10min:30d").widths)
    before = process_rss(os.getpid())
    patterns = [Pattern(n, asked.every) for n in range(asked.tags)]
    own = process_rss(os.getpid()) - before
    store = Store(
        Limits(max_points=100_000, max_tags=asked.tags, max_memory=round(asked.memory * MIB), history=history),
        Counters(),
    )
    samples = asked.days * DAY // asked.every // COLUMN * COLUMN
    begun = time.monotonic()
    largest = fill(store, patterns, samples) - own
    seconds = time.monotonic() - begun
    random, looked = Random(1), 0  # noqa: S311
    faults: list[str] = []
    for series, pattern in zip(store, patterns, strict=True):
        count, found = wrong(series, pattern, random)
        looked, faults = looked + count, faults + found
    points = samples * asked.tags
    one = next(iter(store))
    end = T + samples * asked.every
    rows = {width: len(packed) // 40 for width, packed in one.tiers.rows()} if one.tiers else Counter()
    print(
        f"{asked.tags:,} tags, a point every {asked.every} s, {asked.days} d, {asked.memory:g} MiB: {points:,} points in {seconds:,.0f} s"
    )
    print(
        f"{points / seconds:,.0f} points/s; memory {largest / MIB:.1f} MiB (the patterns' {own / MIB:.1f} MiB left out)"
    )
    print(
        f"held: points {(end - one.whole_from) / 3600:.1f} h, outline {(end - one.since) / DAY:.1f} d, rows by width {rows}"
    )
    print(f"buckets looked at: {looked:,}, wrong: {len(faults)}", *islice(faults, 5), sep="\n")
    is_small = largest <= asked.memory * MIB + RSS_BEYOND
    return 0 if is_small and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
