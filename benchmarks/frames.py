"""How smoothly the page moves: frames per second and the longest one, while eight full charts stream.

The machine's own limit is measured beside it: an empty page, and uPlot drawing as many lines of as many points at the same places and
as often. Chromium has no graphics processor here, so lines cost processor time.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Page

from benchmarks import peers
from benchmarks.browser import DRAWS, chromium, new_page
from benchmarks.harness import Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import speaking, tag, wave
from benchmarks.posts import columns_of
from benchmarks.report import Measure, Result, main

CHARTS, TAGS_EACH, HERTZ = 8, 32, 5
TAGS = CHARTS * TAGS_EACH
WINDOW_SECONDS, WATCHED_SECONDS = 60, 10
DRAG_STEP_MS = 20
# Notes the steps between the browser's animation frames, in ms, until it is told to stop.
_WATCH = """() => {
  window.steps = [];
  let before = null;
  const note = (now) => {
    if (window.steps === null) return;
    if (before !== null) window.steps.push(now - before);
    before = now;
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}"""
_WATCHED = "() => { const { steps } = window; window.steps = null; return steps; }"
# Eight charts of uPlot with the page's numbers, colours, widths and dashes. Each is drawn 20 times a second, as the page's are.
_UPLOT = """([charts, lines, points, hertz]) => {
  document.body.style = "margin:0;display:grid;grid-template-columns:repeat(3,340px)";
  const dashes = [[], [9, 9], [3, 3], []];
  for (let c = 0; c < charts; c++) {
    const place = document.createElement("div");
    document.body.append(place);
    const x = Array.from({ length: points }, (_, i) => 1.7e9 + i / hertz);
    const wave = (n, i) => 20 + (n % 7) + 3 * Math.sin(i / 15 + n) + ((i * 7919 + n * 104729) % 100) / 500;
    const columns = Array.from({ length: lines }, (_, k) => x.map((_, i) => wave(c * lines + k, i)));
    const styles = columns.map((_, k) => ({ stroke: `hsl(${k * 45} 80% 40%)`, width: 1.6, dash: dashes[(k >> 3) % 4] }));
    const options = { width: 330, height: 160, legend: { show: false }, series: [{}, ...styles] };
    const chart = new uPlot(options, [x, ...columns], place);
    let drawn = c * 6;
    const draw = (now) => {
      requestAnimationFrame(draw);
      if (now - drawn < 50) return;
      const passed = Math.floor(((now - drawn) / 1000) * hertz);
      drawn = now;
      for (let k = 0; k < passed; k++) { x.shift(); x.push(x[x.length - 1] + 1 / hertz); }
      const end = x[x.length - 1] + ((now / 1000) % (1 / hertz));
      chart.setData([x, ...columns], false);
      chart.setScale("x", { min: end - points / hertz, max: end });
    };
    requestAnimationFrame(draw);
  }
}"""


def measure_frames(times: int) -> Iterator[Result]:
    """Frames while all tags of eight charts speak."""
    with chromium() as browser, broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        fill(target)
        with speaking(port, TAGS, TAGS * HERTZ):
            runs = [
                (
                    frames(browser, target, still),
                    frames(browser, target, drag),
                    uplot_frames(browser),
                    empty_frames(browser),
                )
                for _ in range(min(times, 3))
            ]
    (rate, longest), (_, dragged), (peer_rate, peer_longest), (most, least) = (
        [statistics.median(run[who][what] for run in runs) for what in (0, 1)] for who in range(4)
    )
    rig = f"{CHARTS} charts x {TAGS_EACH} tags, each at {HERTZ} Hz, {WINDOW_SECONDS} s window"
    compared = f"uPlot, as many lines: {peer_rate:.0f}/s; an empty page: {most:.0f}/s"
    yield Result(f"frames per second, {rig}", f"{rate:.0f}/s", compared, rate / peer_rate, ">= 40/s", rate >= 40)
    compared = f"uPlot, as many lines: {peer_longest:.0f} ms; an empty page: {least:.0f} ms"
    yield Result(
        f"longest frame, {rig}", f"{longest:.0f} ms", compared, peer_longest / longest, "<= 60 ms", longest <= 60
    )
    yield Result(
        f"longest frame, {rig}, dragging", f"{dragged:.0f} ms", compared, None, "<= 33 ms", round(dragged) <= 33
    )


def fill(target: Bridge) -> None:
    """Store a window of points in every tag, so that the lines are as long as they will be, and as rough, and go on as `speaking` begins."""
    begin, points = time.time() - WINDOW_SECONDS, WINDOW_SECONDS * HERTZ
    moments = [begin + k / HERTZ for k in range(points)]
    for i in range(TAGS):
        values = [round(wave(i, k - points), 3) for k in range(points)]
        target.post(columns_of(tag(i, TAGS), moments, values))


def address(target: Bridge) -> str:
    """Return a link that draws all tags."""
    fields = [f"tag={tag(i, TAGS)}" for i in range(TAGS)]
    for i in range(0, TAGS, TAGS_EACH):
        fields[i] = f"chart=&{fields[i]}"  # begins another
    return f"{target.url}/?window={WINDOW_SECONDS}&{'&'.join(fields)}"


def frames(browser: Browser, target: Bridge, act: Callable[[Page], None]) -> tuple[float, float]:
    """Return (frames per second, the longest frame in ms) of the page as it streams and a hand acts on it."""
    with new_page(browser) as page:
        page.goto(address(target))
        wait_for(lambda: page.evaluate(DRAWS) > 0, what="the first chart")
        page.wait_for_timeout(3_000)  # once the first pictures are there, and compiled
        return watched(page, act)


def uplot_frames(browser: Browser) -> tuple[float, float]:
    """Return the same of a page on which uPlot draws as many lines as often."""
    with new_page(browser) as page:
        page.set_content("<!doctype html><meta charset='utf-8'><body>")
        page.add_script_tag(path=peers.uplot())
        page.evaluate(_UPLOT, [CHARTS, TAGS_EACH, WINDOW_SECONDS * HERTZ, HERTZ])
        page.wait_for_timeout(1_000)
        return watched(page, still)


def empty_frames(browser: Browser) -> tuple[float, float]:
    """Return the same of a page that draws nothing."""
    with new_page(browser) as page:
        return watched(page, still)


def watched(page: Page, act: Callable[[Page], None]) -> tuple[float, float]:
    """Return (frames per second, the longest frame in ms) while `act` lasts."""
    page.evaluate(_WATCH)
    act(page)
    steps: list[float] = page.evaluate(_WATCHED)
    return 1000 * len(steps) / sum(steps), max(steps)


def still(page: Page) -> None:
    """Only look."""
    page.wait_for_timeout(WATCHED_SECONDS * 1000)


def drag(page: Page) -> None:
    """Draw a selection to and fro over the first chart, the button down all the time."""
    box = page.locator(".nsewdrag").first.bounding_box()
    if box is None:
        raise RuntimeError("expected a chart to drag on, found none")
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < WATCHED_SECONDS:
        there = abs((passed / 2) % 2 - 1)
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.6 * there), box["y"] + box["height"] / 2)
        page.wait_for_timeout(DRAG_STEP_MS)
    page.mouse.up()


MEASURES: tuple[Measure, ...] = (measure_frames,)

if __name__ == "__main__":
    sys.exit(main({"frames": MEASURES}))
