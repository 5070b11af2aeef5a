"""How smoothly the page moves: frames per second and the longest one, while eight full charts stream."""

import statistics
import sys
import time
from collections.abc import Iterator

from playwright.sync_api import Browser

from benchmarks.browser import DRAWS, chromium, new_page
from benchmarks.harness import Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import speaking, tag
from benchmarks.posts import columns_of
from benchmarks.report import Measure, Result, main

CHARTS, TAGS_EACH, HERTZ = 8, 32, 5
TAGS = CHARTS * TAGS_EACH
WINDOW_SECONDS, WATCHED_SECONDS = 60, 10
# The steps between the browser's animation frames, in ms.
_FRAMES = """async (seconds) => {
  const steps = [];
  let before = await new Promise(requestAnimationFrame);
  const end = before + seconds * 1000;
  while (before < end) {
    const now = await new Promise(requestAnimationFrame);
    steps.push(now - before);
    before = now;
  }
  return steps;
}"""


def measure_frames(times: int) -> Iterator[Result]:
    """Frames while all tags of eight charts speak."""
    with chromium() as browser, broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        fill(target)
        with speaking(port, TAGS, TAGS * HERTZ):
            runs = [frames(browser, target) for _ in range(min(times, 3))]
    rate, longest = (statistics.median(run[index] for run in runs) for index in (0, 1))
    rig = f"{CHARTS} charts x {TAGS_EACH} tags, each at {HERTZ} Hz, {WINDOW_SECONDS} s window"
    yield Result(f"frames per second, {rig}", f"{rate:.0f}/s", "", None, ">= 40/s", rate >= 40)
    yield Result(f"longest frame, {rig}", f"{longest:.0f} ms", "", None, "<= 60 ms", longest <= 60)


def fill(target: Bridge) -> None:
    """Store a window of points in every tag, so that the lines are as long as they will be."""
    begin, points = time.time() - WINDOW_SECONDS, WINDOW_SECONDS * HERTZ
    moments = [begin + k / HERTZ for k in range(points)]
    for i in range(TAGS):
        target.post(columns_of(tag(i, TAGS), moments, [round(20 + i + k % 97 / 31, 3) for k in range(points)]))


def frames(browser: Browser, target: Bridge) -> tuple[float, float]:
    """Return (frames per second, the longest frame in ms) of the page as it streams."""
    fields = [f"tag={tag(i, TAGS)}" for i in range(TAGS)]
    for i in range(0, TAGS, TAGS_EACH):
        fields[i] = f"chart=&{fields[i]}"  # begins another
    with new_page(browser) as page:
        page.goto(f"{target.url}/?window={WINDOW_SECONDS}&{'&'.join(fields)}")
        wait_for(lambda: page.evaluate(DRAWS) > 0, what="the first chart")
        page.wait_for_timeout(3_000)  # once the first pictures are there, and compiled
        steps: list[float] = page.evaluate(_FRAMES, WATCHED_SECONDS)
        return 1000 * len(steps) / sum(steps), max(steps)


MEASURES: tuple[Measure, ...] = (measure_frames,)

if __name__ == "__main__":
    sys.exit(main({"frames": MEASURES}))
