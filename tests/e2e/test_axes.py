"""Value axes under the hand, zooms undone, and a date to go to."""

import re
import time
from functools import partial

import pytest
from playwright.async_api import Page, expect

from tests.support.bridge import Bridge
from tests.support.chromium import until_page

LAYOUT = "document.querySelector('.js-plotly-plot')._fullLayout"


@pytest.fixture
def amperes(bridge: Bridge) -> Bridge:
    """Two tags of one unit, 0.06 A and 900 A, over a minute."""
    now = time.time()
    times = [now - 60 + index for index in range(60)]
    for tag, size in (("small", 0.06), ("large", 900)):
        values = [size * (1 + 0.1 * (index % 2)) for index in range(60)]
        bridge.post("api/v1/samples", {"tag": tag, "unit": "A", "ts": times, "value": values})
    return bridge


async def test_a_small_current_beside_a_large_one_is_read_on_an_axis_of_its_own(amperes: Bridge, page: Page) -> None:
    """Or over its own range; the link keeps the choice."""
    await page.goto(f"{amperes.url}?tag=small&tag=large&window=60")
    await page.get_by_role("button", name="Chart options").click()
    await page.get_by_label("Axes").select_option("own")
    await until_page(page, f"{LAYOUT}.yaxis.range[1] < 0.1 && {LAYOUT}.yaxis2.range[1] > 900")
    await expect(page).to_have_url(re.compile("draw=own"))
    await page.get_by_label("Axes").select_option("norm")
    await until_page(page, f"{LAYOUT}.yaxis.range.join() === '0,100' && !{LAYOUT}.yaxis2")
    peaks = "document.querySelector('.js-plotly-plot').data.map(({ y }) => Math.max(...y))"
    await until_page(page, f"{peaks}.slice(0, 2).every((peak) => peak > 60 && peak <= 100)")
    last = page.locator(".legend td.value")
    await expect(last.first).to_have_text(re.compile(r"^0\.06"))


async def test_a_value_axis_is_zoomed_and_moved_by_hand_and_let_go_again(amperes: Bridge, page: Page) -> None:
    """The wheel zooms at the mouse, a drag moves, a double click follows the data."""
    await page.goto(f"{amperes.url}?tag=large&window=60")
    plot = await page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert plot
    height = f"({LAYOUT}.yaxis.range[1] - {LAYOUT}.yaxis.range[0])"
    await until_page(page, f"{height} < 200")
    auto = await page.evaluate(height)
    await page.mouse.move(plot["x"] - 20, plot["y"] + plot["height"] / 2)
    await page.mouse.wheel(0, 400)
    await until_page(page, f"{height} > {1.5 * auto}")
    low = f"{LAYOUT}.yaxis.range[0]"
    before = await page.evaluate(low)
    await page.mouse.down()
    await page.mouse.move(plot["x"] - 20, plot["y"] + plot["height"] / 2 + 80, steps=4)
    await page.mouse.up()
    await until_page(page, f"{low} > {before} + 10")
    await expect(page).to_have_url(re.compile("y=.*:A"))
    await page.mouse.dblclick(plot["x"] - 20, plot["y"] + plot["height"] / 2)
    await until_page(page, f"Math.abs({height} - {auto}) < {auto} / 2")
    await expect(page).not_to_have_url(re.compile("y="))


async def test_a_zoom_is_undone_by_the_button_the_key_and_the_browser(amperes: Bridge, page: Page) -> None:
    """Each drag is a step."""
    await page.goto(f"{amperes.url}?tag=large&window=60")
    plot = await page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert plot

    async def drag() -> None:
        await page.mouse.move(plot["x"] + plot["width"] / 4, plot["y"] + 50)
        await page.mouse.down()
        await page.mouse.move(plot["x"] + plot["width"] / 2, plot["y"] + 50, steps=4)
        await page.mouse.up()

    back = page.get_by_role("button", name="Back", exact=True)
    for undo in (back.click, partial(page.keyboard.press, "Backspace"), page.go_back):
        await drag()
        await expect(page.locator(".mode-chip")).to_contain_text("Looking back")
        await undo()
        await expect(page.locator(".mode-chip")).to_have_count(0)
        await expect(back).to_have_count(0)


async def test_a_zoom_ends_where_nothing_is_held(amperes: Bridge, page: Page) -> None:
    """However far the wheel turns: about two minutes of one."""
    await page.goto(f"{amperes.url}?tag=large&window=60")
    await page.locator(".js-plotly-plot .nsewdrag").first.hover()
    for _ in range(12):
        await page.mouse.wheel(0, 800)
    ends = f"{LAYOUT}.xaxis.range.map((end) => new Date(end).getTime() / 1000)"
    await until_page(page, f"{ends}[1] - {ends}[0] > 100 && {ends}[1] - {ends}[0] < 200")


async def test_a_date_and_time_is_gone_to(amperes: Bridge, page: Page) -> None:
    """By the clock that is shown."""
    at = 1_700_000_000  # 2023-11-14 22:13:20 UTC
    amperes.post("api/v1/samples", {"tag": "old", "ts": [at - 5, at + 5], "value": [1, 2]})
    await page.goto(f"{amperes.url}?tag=old&window=60&time=utc")
    await page.keyboard.press("g")
    await page.get_by_label("Date and time, UTC").fill("2023-11-14T22:13:20")
    await page.get_by_role("button", name="Go", exact=True).click()
    await expect(page.locator(".mode-chip")).to_contain_text("2023-11-14 22:12:50")
    await expect(page.locator(".summary .points")).to_have_text("2 points")
