"""Honest lines: silence is a gap, what is no fresh point looks like none, and what decimation left out comes back on zoom."""

import asyncio
import json
import time

from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page

TRACES = "(document.querySelector('.js-plotly-plot')?.data ?? [])"
BREAKS = f"[...({TRACES}[0]?.y ?? [])].filter(Number.isNaN).length"
POINTS = "Number(document.querySelector('.js-plotly-plot')?.dataset.points ?? 0)"


def marks(symbol: str) -> str:
    """The values marked so, as a script."""
    return f"JSON.stringify([...({TRACES}.find((trace) => trace.marker.symbol === '{symbol}')?.y ?? [])])"


async def test_silence_breaks_the_line_unless_the_chart_says_never(bridge: Bridge, broker: Broker, page: Page) -> None:
    """Ten points a second, 8 s of nothing, ten points a second: one gap. The choice is in the link."""
    now = time.time()
    times = [now - 20 + 0.1 * index for index in (*range(60), *range(140, 200))]
    broker.publish("plot/pump/$meta", json.dumps({"interval": 0.1}), retain=True)
    broker.publish("plot/pump", json.dumps({"ts": times, "value": [float(index % 7) for index in range(120)]}))
    await page.goto(f"{bridge.url}?window=60&tag=pump")
    await until_page(page, f"{BREAKS} === 1")
    await page.get_by_role("button", name="Chart options", exact=True).click()
    await page.get_by_label("Silence").select_option("is drawn over")
    await until_page(page, f"{BREAKS} === 0")
    await expect(page).to_have_url(f"{bridge.url}?window=60&draw=joined&tag=pump")
    await page.reload()
    await until_page(page, f"{POINTS} === 120 && {BREAKS} === 0")


async def test_a_retained_value_is_a_mark_and_no_point_of_the_line(
    broker: Broker, start_bridge: StartBridge, page: Page
) -> None:
    """What the broker kept from before the bridge came is the last known value; the first fresh message takes its place."""
    broker.publish("plot/tank", "41", retain=True)
    bridge = start_bridge("--broker", broker.url)
    await asyncio.to_thread(bridge.wait_status, lambda status: status["tags"] == 1, "the tag")
    await page.goto(f"{bridge.url}?window=600&tag=tank")
    await until_page(page, f"{marks('diamond-open')} === '[41]'")
    assert await page.evaluate(f"{TRACES}[0].y.length") == 0
    broker.publish("plot/tank", "42")
    await until_page(page, f"{marks('diamond-open')} === '[]' && [...{TRACES}[0].y].includes(42)")


async def test_points_out_of_order_are_marked_where_they_belong(bridge: Bridge, broker: Broker, page: Page) -> None:
    """The line runs in the order of time; the cross says which came late. A page opened later sees the same."""
    now = time.time()
    await page.goto(f"{bridge.url}?window=60&tag=late")
    for offset, value in ((-9, 1), (-3, 3), (-6, 2), (-1, 4)):
        broker.publish("plot/late", json.dumps({"ts": now + offset, "value": value}))
    await until_page(page, f"{marks('x-thin-open')} === '[2]'")
    await until_page(page, f"[...{TRACES}[0].y].join() === '1,2,3,4'")
    await page.reload()
    await until_page(page, f"{marks('x-thin-open')} === '[2]'")


async def test_the_badge_tells_what_decimation_left_out_and_a_zoom_fetches_the_raw_points(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """8,000 points with one spike: seen from afar with the true ratio, and up close every single point."""
    now = time.time()
    start = now - 4000
    value = [float(index % 2) for index in range(8000)]
    value[3000] = 500.0
    for first in range(0, 8000, 1000):
        times = [start + 0.5 * index for index in range(first, first + 1000)]
        broker.publish("plot/fine", json.dumps({"ts": times, "value": value[first : first + 1000]}))
    await asyncio.to_thread(bridge.wait_status, lambda status: status["points"] == len(value), "all points")
    await page.goto(f"{bridge.url}?window=all&tag=fine")
    await until_page(page, f"{POINTS} >= 7900")
    await expect(page.get_by_text("peaks kept")).to_be_visible()
    ratio = await page.evaluate("document.querySelector('.badge').textContent")
    drawn = await page.evaluate(f"{TRACES}[0].y.length")
    assert abs(float(ratio.split(":")[1].split(",")[0]) - len(value) / drawn) < 1
    assert await page.evaluate(f"Math.max(...{TRACES}[0].y)") == value[3000]
    spike = start + 1500
    await page.goto(f"{bridge.url}?window=all&from={spike - 50:.3f}&to={spike + 50:.3f}&tag=fine")
    await until_page(page, f"{POINTS} >= 200 && {POINTS} <= 204 && {TRACES}[0].y.length >= 200")
    await expect(page.get_by_text("peaks kept")).to_have_count(0)
    assert await page.evaluate(f"Math.max(...{TRACES}[0].y)") == value[3000]
