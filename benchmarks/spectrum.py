"""A spectrum on the page: what a picture of 65,536 points costs its main thread."""

import math
import statistics
import sys
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from benchmarks.browser import DRAWS, chromium, new_page, stopwatch
from benchmarks.harness import Bridge, bridge, wait_for
from benchmarks.posts import columns_of
from benchmarks.report import Measure, Result, main

POINTS, HERTZ, PIECE = 65_536, 1_000.0, 4_096
PICTURES = 10


def measure_spectrum(times: int) -> Iterator[Result]:
    """Processor time of the page's main thread per picture of a spectrum, with its peaks, axes, styles and painting."""
    with chromium() as browser, bridge("--broker", "none", "--max-points", str(POINTS)) as target:
        begin = fill(target)
        cost = statistics.median(picture_cost(browser, target, begin) for _ in range(min(times, 3)))
    yield Result(
        f"a picture of a spectrum, {POINTS:,} points", f"{cost * 1000:.0f} ms", "", None, "<= 30 ms", cost <= 0.030
    )


def fill(target: Bridge) -> float:
    """Store the points of two tones; return when they begin."""
    begin = math.floor(time.time()) - POINTS / HERTZ
    for first in range(0, POINTS, PIECE):
        moments = [begin + k / HERTZ for k in range(first, first + PIECE)]
        values = [round(math.sin(k * 0.31) + 0.2 * math.sin(k * 1.7), 4) for k in range(first, first + PIECE)]
        target.post(columns_of("long/tone", moments, values))
    return begin


def picture_cost(browser: Browser, target: Bridge, begin: float) -> float:
    """Return the busy seconds per picture; each click marks other harmonics, which draws all anew."""
    with new_page(browser) as page:
        page.goto(f"{target.url}/?from={begin}&to={begin + POINTS / HERTZ}&draw=spectrum&tag=long/tone")
        whole = page.get_by_text(f"{POINTS:,} points".replace(",", "\u202f"))
        wait_for(lambda: whole.count() > 0, what="the spectrum of all points")
        page.wait_for_timeout(1_000)
        busy, before = stopwatch(page), draws(page)
        for k in range(PICTURES):
            click(page, 0.2 + 0.05 * k)
        return busy() / (draws(page) - before)


def draws(page: Page) -> int:
    """Return how many pictures there were."""
    return int(page.evaluate(DRAWS))


def click(page: Page, part: float) -> None:
    """Click into the spectrum so far from its left edge, and wait for the picture."""
    box = page.locator("[data-draws]").bounding_box()
    if box is None:
        raise RuntimeError("expected a spectrum to click on, found none")
    before = draws(page)
    page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
    wait_for(lambda: draws(page) > before, what="the next picture")
    page.wait_for_timeout(50)


MEASURES: tuple[Measure, ...] = (measure_spectrum,)

if __name__ == "__main__":
    sys.exit(main({"spectrum": MEASURES}))
