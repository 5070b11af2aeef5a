"""`python -m benchmarks.state`: what --state writes in days of many fast tags, by a simulated clock; what a kill and a stop leave.

It is for the hand, not for `make bench`. `--hours 216` also shows files that go on from older ones. Exits with 1 where a day takes more
than it may (20 MB, or 40 kB for each tag), the loop is held up for longer than 10 ms at a stretch (the loop's own computing time, as
others use the machine too), or what was read back is wrong.
"""

import argparse
import asyncio
import math
import sys
import tempfile
import time
from array import array
from pathlib import Path
from random import Random
from statistics import median

from mqtt_plot.config.values import parse_history
from mqtt_plot.metrics import Counters
from mqtt_plot.store.journal import StoreJournal
from mqtt_plot.store.state_file import Portion, StateFile, daily_bytes
from mqtt_plot.store.statistics import statistics
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import with_reserve

T = 1_700_000_000.0
INTERVAL = 600
EVER = (-math.inf, math.inf)
LONGEST_STRETCH = 0.010


class Bridge:
    """A store of the usual limits with its state file, on a clock of its own."""

    def __init__(self, path: Path, max_tags: int) -> None:
        history = with_reserve(parse_history("10s:8h,1min:2d,10min:30d").widths)
        self.store = Store(Limits(max_points=100_000, max_tags=max_tags, history=history), Counters())
        self.now = 10.0
        portion = Portion(StoreJournal(self.store), 0.7, INTERVAL)
        self.file = StateFile(path, self.store, [portion], self.store.counters, clock=lambda: self.now)
        begun = time.perf_counter()
        self.file.load()
        self.load_seconds = time.perf_counter() - begun


async def stretch_of(save: "asyncio.Task[None]") -> float:
    """Return the longest computing time of the loop after which something else came to its turn, while a save went on."""
    longest, last = 0.0, time.thread_time()
    while not save.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, last = max(longest, now - last), now
    await save
    return longest


async def live(bridge: Bridge, hours: float, tags: int, rate: float) -> tuple[list[int], list[float]]:
    """Let messages come; return the bytes written in each day, and the longest stretch of each save."""
    random = Random(1)  # noqa: S311 - noise, no secret
    count = round(INTERVAL * rate)
    noise = array("d", (random.gauss(20, 1) for _ in range(1_000_000)))
    days, stretches = [0], []
    await bridge.file.save()
    for number in range(round(hours * 3600 / INTERVAL)):
        times = array("d", [T + number * INTERVAL + i / rate for i in range(count)])
        for tag in range(tags):
            start = random.randrange(len(noise) - count)
            bridge.store.extend(bridge.store.open(f"t{tag}"), times, noise[start : start + count])
        bridge.now += INTERVAL
        before = bridge.file.written
        stretches.append(await stretch_of(asyncio.create_task(bridge.file.save())))
        if number % (86_400 // INTERVAL) == 0 and number:
            days.append(0)
        days[-1] += bridge.file.written - before
    return days, stretches


def same(one: Store, other: Store) -> bool:
    """Return True if two stores say the same of some tags, within the error that they state."""
    for tag in ("t0", "t7"):
        found, truth = statistics(one.find(tag), *EVER), statistics(other.find(tag), *EVER)
        exact = (found.samples, found.low, found.high, found.last) == (truth.samples, truth.low, truth.high, truth.last)
        if not exact or abs(found.mean - truth.mean) > found.error + truth.error:
            return False
    return True


def length(path: Path) -> str:
    """Return how long a file is, in words."""
    return f"{path.stat().st_size / 1e6:.1f} MB"


async def measure(path: Path, hours: float, tags: int, rate: float) -> int:
    """Measure, and print what came out; return the exit status."""
    bridge = Bridge(path, tags)
    days, stretches = await live(bridge, hours, tags, rate)
    killed = Bridge(path, tags)
    is_right = same(killed.store, bridge.store)
    print(f"{tags} tags at {rate:g} Hz for {hours:g} h: written in each day {[f'{day / 1e6:.2f} MB' for day in days]}")
    print(f"had to wait for an interval: {bridge.store.counters.get('state_left_out')} times a tag")
    print(
        f"longest stretch on the loop: median {1e3 * median(stretches):.1f} ms, greatest {1e3 * max(stretches):.1f} ms"
    )
    print(f"after a kill: {length(path)} read in {killed.load_seconds:.2f} s, {'as it was' if is_right else 'WRONG'}")
    begun = time.perf_counter()
    bridge.file.start()
    stretch = await stretch_of(asyncio.create_task(bridge.file.stop()))
    seconds = time.perf_counter() - begun
    stopped = Bridge(path, tags)
    is_right = is_right and same(stopped.store, bridge.store) and stopped.store.points > 0
    held = f"{bridge.store.nbytes / 1e6:.1f} MB held are {length(path)} in the file"
    print(f"stop: {seconds:.2f} s, {1e3 * stretch:.1f} ms at a stretch; {held}, read in {stopped.load_seconds:.2f} s")
    return 0 if is_right and max(days) <= daily_bytes(tags) and median(stretches) <= LONGEST_STRETCH else 1


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("hours", 24.0), ("tags", 100), ("rate", 10.0)):
        parser.add_argument(f"--{name}", type=type(default), default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder) / "state", asked.hours, asked.tags, asked.rate))


if __name__ == "__main__":
    sys.exit(main())
