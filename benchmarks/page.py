"""The page in a real browser: its first chart, its size, and what an update costs its main thread beside plotly's own way and uPlot.

An update's cost is the main thread's processor time (Chrome's `TaskDuration`: scripts, style, layout, painting) divided by the updates drawn;
updates per second are its reciprocal, so that pauses between updates count for nobody.
"""

import contextlib
import math
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks import peers
from benchmarks.browser import DRAWS, chromium, new_page, stopwatch
from benchmarks.harness import ROOT, Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import speaking, tag
from benchmarks.posts import columns_of, encoded
from benchmarks.report import Measure, Result, main, medians

POINTS, SPAN_SECONDS = 100_000, 600.0
SERIES = (4, 16)
PIECE = 5_000
MANY_TAGS, MANY_HERTZ, MOST_ON_CHART = 200, 2.05, 40
SECONDS, PAUSE_MS = 3.0, 40.0
PLOTLY = ROOT / "frontend" / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js"
# Notes when the first chart that has points was on the screen; the page's charts count their points and draws.
_WATCH = """new MutationObserver((changes, observer) => {
  if (document.querySelector("[data-points]:not([data-points='0'])") === null) return;
  observer.disconnect();
  requestAnimationFrame(() => { window.firstDrawn = performance.now(); });
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-points"] })"""
_BYTES = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
.reduce((sum, entry) => sum + entry.transferSize, 0)"""
_PEER = """<!doctype html><meta charset="utf-8"><body style="margin:0"><div id="chart"></div>"""
# Both draw the same numbers as lines; each call adds one point to every series and lets the browser paint.
_PLOTLY_SETUP = """async ([series, points]) => {
  const x = Float64Array.from({ length: points }, (_, i) => 1.7e12 + i * 6);
  const wave = (k) => Array.from({ length: points }, (_, i) => k * 3 + Math.sin(i / 500));
  const data = Array.from({ length: series }, (_, k) => ({ type: "scatter", mode: "lines", x: Array.from(x), y: wave(k) }));
  window.next = 1.7e12 + points * 6;
  await Plotly.newPlot("chart", data, { width: innerWidth, height: innerHeight, xaxis: { type: "date" } });
}"""
_PLOTLY_UPDATE = """async ([series, points]) => {
  window.next += 50;
  const all = Array.from({ length: series }, (_, k) => k);
  await Plotly.extendTraces("chart", { x: all.map(() => [window.next]), y: all.map((k) => [k * 3]) }, all, points);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
_UPLOT_SETUP = """([series, points]) => {
  const x = Array.from({ length: points }, (_, i) => 1.7e9 + i * 0.006);
  window.columns = [x, ...Array.from({ length: series }, (_, k) => x.map((_, i) => k * 3 + Math.sin(i / 500)))];
  const lines = Array.from({ length: series }, (_, k) => ({ stroke: `hsl(${k * 22} 80% 40%)` }));
  const options = { width: innerWidth, height: innerHeight - 60, series: [{}, ...lines] };
  window.chart = new uPlot(options, window.columns, document.getElementById("chart"));
}"""
_UPLOT_UPDATE = """async () => {
  const [x, ...values] = window.columns;
  x.push(x[x.length - 1] + 0.05); x.shift();
  for (const column of values) { column.push(column[0]); column.shift(); }
  window.chart.setData(window.columns);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def measure_first(times: int) -> Iterator[Result]:
    """First chart on the page, and its bytes."""
    with chromium() as browser, filled_bridge(SERIES[0]) as target:
        seconds, size = medians(lambda: first_chart(browser, _address(target, SERIES[0])), times)
    yield _first(f"{SERIES[0]} x {POINTS:,} points", seconds)
    yield Result("the page's bytes, all it loads", f"{size / 1000:.0f} kB", "", None, "<= 550 kB", size <= 550_000)


def measure_first_of_many(times: int) -> Iterator[Result]:
    """First chart on the page with many tags, all of which speak."""
    points = round(SPAN_SECONDS * MANY_HERTZ)
    with chromium() as browser, broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        fill_many(target, points)
        with speaking(port, MANY_TAGS, round(MANY_TAGS * MANY_HERTZ)):
            rig = f"{MANY_TAGS} tags x {points:,} points, each goes on at {MANY_HERTZ} Hz"
            seconds, _ = medians(lambda: first_chart(browser, target.url), times)
            yield _first(f"{rig}; the page chooses what to draw", seconds, 0.8)
            seconds, _ = medians(lambda: first_chart(browser, _address_of_all(target)), times)
            yield _first(f"{rig}; a link that draws all, {MOST_ON_CHART} to a chart", seconds)


def _first(what: str, seconds: float, most: float = 1.5) -> Result:
    return Result(
        f"first chart with data on the page, {what}",
        f"{seconds * 1000:.0f} ms",
        "",
        None,
        f"<= {most * 1000:,.0f} ms",
        seconds <= most,
    )


def measure_updates(times: int) -> Iterator[Result]:
    """Updates per second of long series; ours and uPlot take turns, since a machine is not equally fast for long."""
    with chromium() as browser:
        for series, goal in zip(SERIES, (1.0, 1.5), strict=True):
            with (
                filled_bridge(series) as target,
                our_page(browser, target, series) as page,
                uplot_page(browser, series) as peer,
            ):
                turns = [(our_cost(page, target, series), uplot_cost(peer)) for _ in range(max(3, min(times, 5)))]
            ours = statistics.median(own for own, _ in turns)
            uplot = statistics.median(other for _, other in turns)
            ratio = statistics.median(other / own for own, other in turns)
            name = f"updates per second, {series} x {POINTS:,} points"
            plotly = plotly_cost(browser, series)
            yield Result(
                name, _per_second(ours), f"extendTraces: {_per_second(plotly)}", plotly / ours, ">= 10", plotly / ours >= 10,
            )  # fmt: skip
            yield Result(name, _per_second(ours), f"uPlot: {_per_second(uplot)}", ratio, f">= {goal}", ratio >= goal)


def _per_second(cost: float) -> str:
    return f"{1 / cost:.1f}/s ({cost * 1000:.0f} ms each)"


@contextlib.contextmanager
def filled_bridge(series: int) -> Iterator[Bridge]:
    """Run a bridge with POINTS points in each of so many tags, over the last SPAN_SECONDS."""
    with bridge("--broker", "none", "--max-points", str(POINTS)) as target:
        step = SPAN_SECONDS / POINTS
        start = time.time() - SPAN_SECONDS
        for name in _tags(series):
            for begin in range(0, POINTS, PIECE):
                target.post(columns_of(name, [start + step * i for i in range(begin, begin + PIECE)], _wave(begin)))
        yield target


def _tags(series: int) -> list[str]:
    return [f"long/tag{k}" for k in range(series)]


def _wave(begin: int) -> list[float]:
    return [round(math.sin(i / 500), 4) for i in range(begin, begin + PIECE)]


def _address(target: Bridge, series: int) -> str:
    return f"{target.url}/?window={SPAN_SECONDS:.0f}&" + "&".join(f"tag={name}" for name in _tags(series))


def fill_many(target: Bridge, points: int) -> None:
    """Store so many points in each of MANY_TAGS tags, over the last SPAN_SECONDS; they may go on by `speaking`."""
    begin, step = time.time() - SPAN_SECONDS, 1 / MANY_HERTZ
    for i in range(MANY_TAGS):
        times = [begin + step * k for k in range(points)]
        target.post(columns_of(tag(i, MANY_TAGS), times, [round(20 + k % 977 / 31, 3) for k in range(points)]))


def _address_of_all(target: Bridge) -> str:
    fields = [f"tag={tag(i, MANY_TAGS)}" for i in range(MANY_TAGS)]
    for i in range(0, MANY_TAGS, MOST_ON_CHART):
        fields[i] = f"chart=&{fields[i]}"  # begins another
    return f"{target.url}/?window={SPAN_SECONDS:.0f}&" + "&".join(fields)


def first_chart(browser: Browser, address: str) -> tuple[float, float]:
    """Return (seconds from the start of the navigation to the first chart with data, bytes that came over the network)."""
    with new_page(browser) as page:
        page.add_init_script(_WATCH)
        page.goto(address)
        wait_for(lambda: bool(page.evaluate("window.firstDrawn > 0")), what="the first chart")
        return float(page.evaluate("window.firstDrawn")) / 1000, float(page.evaluate(_BYTES))


@contextlib.contextmanager
def our_page(browser: Browser, target: Bridge, series: int) -> Iterator[Page]:
    """Open our page on all the bridge's points; yield it once they are drawn."""
    with new_page(browser) as page:
        page.goto(_address(target, series))
        wait_for(lambda: page.evaluate(DRAWS) > 0, what="the first chart")
        page.wait_for_timeout(1_000)
        yield page


def our_cost(page: Page, target: Bridge, series: int) -> float:
    """Return the busy seconds per update of our page while samples of all its tags come in."""
    page.bring_to_front()
    busy, draws, begun = stopwatch(page), page.evaluate(DRAWS), time.monotonic()
    while time.monotonic() - begun < SECONDS:
        now = time.time()
        target.post(encoded([{"tag": name, "value": math.sin(now), "ts": now} for name in _tags(series)]))
        page.wait_for_timeout(PAUSE_MS)
    return float(busy() / max(1, int(page.evaluate(DRAWS)) - draws))


def plotly_cost(browser: Browser, series: int) -> float:
    """Return the busy seconds per update of plotly's `extendTraces` on the same numbers."""
    return _peer_cost(browser, (PLOTLY,), _PLOTLY_SETUP, _PLOTLY_UPDATE, series, updates=5 if series < 10 else 3)


@contextlib.contextmanager
def uplot_page(browser: Browser, series: int) -> Iterator[Page]:
    """Open a page on which uPlot draws the same numbers."""
    with new_page(browser) as page:
        page.set_content(_PEER)
        page.add_script_tag(path=peers.uplot())
        page.evaluate(_UPLOT_SETUP, [series, POINTS])
        page.evaluate(_UPLOT_UPDATE)  # the first one after the start does not count
        yield page


def uplot_cost(page: Page) -> float:
    """Return the busy seconds per update of uPlot's `setData`, at the pace of our page."""
    page.bring_to_front()
    busy, updates, begun = stopwatch(page), 0, time.monotonic()
    while time.monotonic() - begun < SECONDS:
        page.evaluate(_UPLOT_UPDATE)
        page.wait_for_timeout(PAUSE_MS)
        updates += 1
    return busy() / updates


def _peer_cost(
    browser: Browser, scripts: tuple[Path, ...], setup: str, update: str, series: int, *, updates: int
) -> float:
    with new_page(browser) as page:
        page.set_content(_PEER)
        for script in scripts:
            page.add_script_tag(path=script)
        page.evaluate(setup, [series, POINTS])
        page.evaluate(update, [series, POINTS])  # the first one after the start does not count
        busy = stopwatch(page)
        for _ in range(updates):
            page.evaluate(update, [series, POINTS])
        return busy() / updates


MEASURES: tuple[Measure, ...] = (measure_first, measure_first_of_many, measure_updates)

if __name__ == "__main__":
    sys.exit(main({"page": MEASURES}))
