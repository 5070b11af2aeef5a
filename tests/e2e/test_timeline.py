"""States and booleans on a chart: a timeline of coloured bands, and steps."""

import asyncio
import time

from playwright.async_api import Page, expect

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page

TRACES = "document.querySelector('.js-plotly-plot').data"


async def test_a_state_is_a_timeline_of_named_bands_on_the_time_axis_of_the_numbers(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """RUN, FAULT, RUN: three bands in two colours below the line, the boolean as steps; a hostile state is text."""
    for state in ("RUN", "FAULT", '{"value": "<b>x</b>"}', "RUN"):
        broker.publish_many([("plot/m/state", state), ("plot/m/speed", "10"), ("plot/m/on", "true")])
        await asyncio.to_thread(bridge.wait_status, lambda status: status["tags"] == 3, "three tags")
    await page.goto(f"{bridge.url}?window=10&tag=m/speed&tag=m/state&tag=m/on")
    await until_page(page, f"({TRACES} ?? []).filter((trace) => trace.fill === 'toself').length === 3")
    runs = f"[...{TRACES}.find((trace) => trace.fill === 'toself').x].filter(Number.isNaN).length"
    assert await page.evaluate(runs) == 2
    await until_page(page, f"{TRACES}.some((trace) => trace.mode === 'text' && trace.text.includes('RUN'))")
    assert await page.evaluate(f"{TRACES}.find((trace) => trace.name === 'm/on').line.shape") == "hv"
    await expect(page.locator(".legend .name .text")).to_have_text(["speed", "state", "on"])
    assert await page.locator(".js-plotly-plot b").count() == 0


async def test_what_held_when_the_window_began_is_drawn(bridge: Bridge, page: Page) -> None:
    """A valve that has been open since long ago, and has just been shut, does not begin in the middle of the window."""
    now = time.time()
    bridge.post("api/v1/samples", {"tag": "m/valve", "ts": [now - 400, now - 10], "value": [True, False]})
    await page.goto(f"{bridge.url}?window=60&tag=m/valve")
    await until_page(page, f"{TRACES}.find((trace) => trace.name === 'm/valve').x.length > 1")
    first = f"(({{ x, y }}) => [new Date(x[0]) < new Date(Date.now() - 60_000), y[0]])({TRACES}.find((trace) => trace.name === 'm/valve'))"
    assert await page.evaluate(first) == [True, 1]
