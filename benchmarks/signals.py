"""Computed tags: what they cost beside the messages that they are made of, by CPU time, in this process."""

import sys
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.report import Measure, Result, main
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.signals import Definition
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap

INPUTS, SIGNALS, PER_SECOND, SECONDS, BATCH, TURNS = 10, 20, 1_000, 10, 50, 3
# Two of each: arithmetic, logic, windows, totals and lags over one or two inputs.
EXPRESSIONS = (
    "{t%d} * 2 + {t%d}",
    "avg({t%d}, 10s) - {t%d}",
    "sqrt({t%d} ** 2 + {t%d} ** 2)",
    "if({t%d} > 50, rate({t%d}), 0)",
    "rms({t%d}, 1s) + lowpass({t%d}, 2s)",
    "minimum({t%d}, 1min) < {t%d}",
    "integral({t%d}) / max({t%d}, 1)",
    "std({t%d}, 10s) + delta({t%d})",
    "{t%d} > 10 and rises({t%d} > 50) > 3",
    "delay({t%d}, 1s) - {t%d}",
)


def measure_signals(times: int) -> Iterator[Result]:
    """What SIGNALS computed tags over INPUTS tags cost."""
    turns = [(cpu_seconds(0), cpu_seconds(SIGNALS)) for _ in range(TURNS * times)]
    bare = median(without for without, _ in turns) / SECONDS
    cost = median(whole - without for without, whole in turns) / SECONDS
    yield Result(
        f"{SIGNALS} computed tags over {INPUTS} at {PER_SECOND:,} messages/s", f"{cost:.1%} of a core",
        f"the messages alone: {bare:.1%}", cost / bare, "<= 10 % of a core", cost <= 0.10,
    )  # fmt: skip


def cpu_seconds(signals: int) -> float:
    """Return the CPU seconds for SECONDS of messages, in batches as the live update takes them, once the windows are full."""
    counters = Counters()
    ingest = Ingest(Store(Limits(), counters), TopicMap(["plot/#"]), Rules(), counters)
    for number in range(signals):
        inputs = (number % INPUTS, (3 * number + 1) % INPUTS)
        ingest.signals.add(Definition(f"s{number}", EXPRESSIONS[number % len(EXPRESSIONS)] % inputs))
    start = time.time()
    messages = [
        Message(f"plot/t{at % INPUTS}", b'{"value": %d.5}' % (at * 7 % 100), start + at / PER_SECOND)
        for at in range(2 * SECONDS * PER_SECOND)
    ]
    half, spent = SECONDS * PER_SECOND, 0.0
    for at in range(0, len(messages), BATCH):
        begun = time.process_time()
        ingest.accept_messages(messages[at : at + BATCH])
        spent += time.process_time() - begun if at >= half else 0.0
    return spent


MEASURES: tuple[Measure, ...] = (measure_signals,)

if __name__ == "__main__":
    sys.exit(main({"signals": MEASURES}))
