"""Compare: the cycles of a machine over each other, and an earlier window under the running one."""

import json
import time

from playwright.async_api import Page, expect

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page

TRACES = "(document.querySelector('.js-plotly-plot')?.data ?? [])"
CYCLES = f"{TRACES}.filter((trace) => trace.opacity !== undefined && trace.mode !== 'text')"


async def test_cycles_of_a_boolean_are_laid_over_each_other_and_the_slowest_is_marked(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """Cycles of 4, 4, 6, 4 and 4 s: all begin at once, the third is bold, and the running one is on top."""
    now = time.time()
    begins = [now - 30 + offset for offset in (0, 4, 8, 14, 18, 22)]
    door = [(now - 31, False)] + [edge for at in begins for edge in ((at, True), (at + 1, False))]
    broker.publish("plot/press/door", json.dumps([{"ts": at, "value": on} for at, on in door]))
    times = [begins[0] + 0.1 * index for index in range(280)]
    force = [10 * (at - max(begin for begin in begins if begin <= at + 1e-6)) for at in times]
    broker.publish("plot/press/force", json.dumps({"ts": times, "value": force}))
    await page.goto(f"{bridge.url}?window=60&tag=press/force")
    await until_page(page, f"{TRACES}.length === 1")
    await page.get_by_role("button", name="Chart options", exact=True).click()
    await page.get_by_label("Fold by").select_option("press/door")
    await until_page(page, f"{CYCLES}.length === 5")
    await expect(page.get_by_text("5 cycles of door, median 4 s")).to_be_visible()
    await expect(page.get_by_text("slowest 6 s at")).to_be_visible()
    bold = f"{CYCLES}.filter((trace) => trace.line.width > 2).map((trace) => Math.round((trace.x.at(-1) - trace.x[0]) / 1000))"
    assert await page.evaluate(bold) == [6]
    starts = f"{CYCLES}.map((trace) => Math.round((trace.x[1] - trace.x[0]) / 100))"
    assert await page.evaluate(starts) == [1] * 5
    await page.get_by_label("Cycles", exact=True).fill("3")
    await page.keyboard.press("Enter")
    await until_page(page, f"{CYCLES}.length === 3")
    await expect(page).to_have_url(f"{bridge.url}?window=60&fold=3:press/door&tag=press/force")
    await page.reload()
    await until_page(page, f"{CYCLES}.length === 3")
    broker.publish("plot/press/door", json.dumps({"ts": now, "value": True}))
    await expect(page.get_by_text("slowest 8 s at")).to_be_visible()


async def test_an_earlier_window_lies_under_the_running_one_though_the_page_never_held_it(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """An hour earlier the values were 1,000 higher: they are fetched, laid at the present time, and slide with it."""
    now = time.time()
    for begin, base in ((now - 3600 - 60, 1000), (now - 60, 0)):
        times = [begin + 0.5 * index for index in range(240)]
        broker.publish("plot/run", json.dumps({"ts": times[:120], "value": [base + index for index in range(120)]}))
    await page.goto(f"{bridge.url}?window=60&tag=run")
    await until_page(page, f"{TRACES}.length === 1 && {TRACES}[0].y.length >= 100")
    await page.get_by_role("button", name="Chart options", exact=True).click()
    await page.get_by_label("Laid under").select_option("1 h earlier")
    await until_page(page, f"{TRACES}.length === 2 && {TRACES}[0].y.length >= 100")
    await expect(page.get_by_text("thin: 1 h earlier")).to_be_visible()
    under, own = await page.evaluate(f"{TRACES}.map((trace) => [trace.x[10], trace.y[10], trace.opacity ?? 1])")
    index = round(own[1] + (under[0] - own[0]) / 500)
    assert (round(under[1]), under[2] < 1) == (1000 + index, True)
    await expect(page).to_have_url(f"{bridge.url}?window=60&earlier=3600&tag=run")
