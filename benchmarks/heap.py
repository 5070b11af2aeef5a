"""The heap of the page while it streams: a rig's hour, sent in minutes.

Whatever the page keeps has a limit: points of each tag, events, what is drawn. The rig is fast enough that all of them are reached within
twenty minutes of its time; what still grows after that is a leak. Garbage is collected before each look.
"""

import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from playwright.sync_api import CDPSession, Page

from benchmarks.browser import DRAWS, chromium, devtools, metrics, new_page
from benchmarks.harness import MIB, Bridge, bridge, wait_for
from benchmarks.posts import columns_of, encoded
from benchmarks.report import Measure, Result, main

# What a fast rig sends: sines, of which the first crosses its limits, and a valve, in columns; a state whenever it changes.
# All of it repeats within five minutes, so that each look meets the same picture.
HERTZ, PERIOD, VALVE_PERIOD = 200, 4 * 200, 12 * 200
SINES, VALVE, STATE = [f"rig/sensor{k}" for k in range(14)], "rig/valve", "rig/state"
LIMITS = {"unit": "°C", "lo": 16, "hi": 24}
STATES = ("RUN", "STOP", "IDLE", "FAULT", "SETUP")
# In the list of tags only.
OTHERS = [f"line{k // 20}/tag{k}" for k in range(184)]
# A slice is what is sent at once: so many seconds of the rig, in so many of ours.
SLICE, SLICES, SLICE_SECONDS = 10, 360, 0.28
# The rig's hour is over for so long, as after a lost connection: the page shows it as it comes.
AGO_SECONDS = 600
# A look every five minutes of the rig; from the thirtieth on nothing may grow: 200,000 points of a tag last for 17, and the browser goes on
# making machine code of the scripts for ten minutes more.
LOOK_MINUTES, FULL_MINUTE = 5, 30
LOOK_SLICES, FULL_LOOK = LOOK_MINUTES * 60 // SLICE, FULL_MINUTE // LOOK_MINUTES - 1
QUIET_MS, GLANCES = 250, 4
MOST_RISE = 0.05
# The time of the newest point that the first chart draws, in ms.
_NEWEST = "Math.max(...document.querySelector('.js-plotly-plot').data.map(({ x }) => x[x.length - 1] ?? 0))"


class Heap(NamedTuple):
    """What the page holds: MiB of objects of script and document, of the columns beside them; and what the document has."""

    objects: float
    columns: float
    nodes: float
    listeners: float


def measure(times: int) -> Iterator[Result]:  # noqa: ARG001 - an hour is long enough
    """Heap of the page over an hour of streaming."""
    with (
        bridge("--broker", "none", "--max-points", "50000") as target,
        chromium() as browser,
        new_page(browser) as page,
    ):
        looks = stream(target, page)
        draws = page.evaluate(DRAWS)
    full = looks[FULL_LOOK:]
    hour = f"an hour of {len(SINES) + 2} tags x {HERTZ} Hz in {SLICES * SLICE_SECONDS:.0f} s, 0 lost, {draws:,} pictures of each chart"
    yield _flat(f"heap of the page, {hour}", [look.objects for look in full], "{:.1f} MiB")
    yield _flat("the same, columns of points beside the heap", [look.columns for look in full], "{:.1f} MiB")
    yield _flat("the same, nodes of the document", [look.nodes for look in full], "{:,.0f}")
    yield _flat("the same, listeners", [look.listeners for look in full], "{:,.0f}")


def _flat(name: str, figures: Sequence[float], form: str) -> Result:
    share = rise(figures)
    first, last = (form.format(figure) for figure in (figures[0], figures[-1]))
    measured = f"minute {FULL_MINUTE}: {first}, minute 60: {last}; {share:+.1%}"
    return Result(name, measured, "", None, f"<= {MOST_RISE:+.0%} from minute {FULL_MINUTE} to 60", share <= MOST_RISE)


def rise(figures: Sequence[float]) -> float:
    """Return by which share of its beginning the straight line nearest to the figures rises up to the last."""
    slope, begin = statistics.linear_regression(range(len(figures)), figures)
    return slope * (len(figures) - 1) / begin


def stream(target: Bridge, page: Page) -> list[Heap]:
    """Send the hour and return what the page held at each look. Raises RuntimeError if a sample was lost on the way."""
    start = round(time.time()) - AGO_SECONDS - SLICES * SLICE
    target.put(f"/api/v1/meta?tag={SINES[0]}", encoded(LIMITS))
    send(target, start, 0)
    page.goto(_address(target))
    wait_for(lambda: page.evaluate(DRAWS) > 0, what="the first chart")
    page.keyboard.press("m")  # the list of events
    session, looks = devtools(page), []
    begun = time.monotonic()
    for i in range(1, SLICES):
        send(target, start, i)
        if i % LOOK_SLICES == 0:
            looks.append(look(page, session))
        page.wait_for_timeout(max(1.0, 1000 * (begun + i * SLICE_SECONDS - time.monotonic())))
    wait_for(lambda: page.evaluate(_NEWEST) > 1000 * (start + SLICES * SLICE - 1), what="the last second on the chart")
    looks.append(look(page, session))
    check(target, page)
    return looks


def _address(target: Bridge) -> str:
    charts = (SINES[:8], [*SINES[8:], VALVE, STATE])
    return f"{target.url}/?window=60&" + "&".join("chart=&" + "&".join(f"tag={tag}" for tag in tags) for tags in charts)


def send(target: Bridge, start: float, i: int) -> None:
    """Send slice i of the hour that began at `start`."""
    numbers = range(i * SLICE * HERTZ, (i + 1) * SLICE * HERTZ)
    times = [start + k / HERTZ for k in numbers]
    for n, tag in enumerate(SINES):
        target.post(
            columns_of(tag, times, [round(20 + n + 5 * math.sin(2 * math.pi * k / PERIOD), 3) for k in numbers])
        )
    target.post(columns_of(VALVE, times, [k % VALVE_PERIOD < VALVE_PERIOD / 2 for k in numbers]))
    state = {"tag": STATE, "value": STATES[i % len(STATES)], "ts": times[0]}
    target.post(encoded([state, *({"tag": tag, "value": i % 7} for tag in OTHERS)]))


def look(page: Page, session: CDPSession) -> Heap:
    """Return the least that the page holds while nothing new comes: now and then a picture that has just gone is not collected."""
    return Heap(*map(min, zip(*(glance(page, session) for _ in range(GLANCES)), strict=True)))


def glance(page: Page, session: CDPSession) -> Heap:
    """Return what the page holds after its garbage is collected."""
    page.wait_for_timeout(QUIET_MS)
    for _ in range(2):  # what the first one finalised goes with the second
        session.send("HeapProfiler.collectGarbage")
    usage, figures = session.send("Runtime.getHeapUsage"), metrics(session)
    objects = usage["usedSize"] + usage["embedderHeapUsedSize"]
    return Heap(objects / MIB, usage["backingStorageSize"] / MIB, figures["Nodes"], figures["JSEventListeners"])


def check(target: Bridge, page: Page) -> None:
    """Raise RuntimeError unless all that was sent was stored, and the page was sent all of it."""
    sent, stored = SLICES * (SLICE * HERTZ * (len(SINES) + 1) + 1 + len(OTHERS)), target.counter("samples_stored")
    if sent != stored or page.get_by_text("points missed").count():
        raise RuntimeError(f"sent {sent} samples, stored {stored}; or the page missed some: {target.counters()}")


MEASURES: tuple[Measure, ...] = (measure,)

if __name__ == "__main__":
    sys.exit(main({"heap": MEASURES}))
