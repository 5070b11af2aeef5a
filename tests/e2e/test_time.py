"""Whose clock times are written by, named on the axis; windows of time."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Windows, until_page

START = 1_700_000_000  # 22:13:20 UTC
LINK = f"?tag=t&from={START}&to={START + 3600}"
CLOCK = ".js-plotly-plot .annotation-text"  # the name of the clock, below the ticks
TICKS = "[...document.querySelectorAll('.xtick text')].map((tick) => tick.textContent).join()"


@pytest.fixture
async def page(windows: Windows) -> Page:
    """A browser in New York, five hours behind UTC in November."""
    return await windows.open(timezone_id="America/New_York")


@pytest.fixture
def bridge(start_bridge: StartBridge) -> Bridge:
    """A server in Kolkata, five and a half hours ahead, that holds an hour of 2023."""
    bridge = start_bridge("--broker", "none", environment={"TZ": "Asia/Kolkata"})
    bridge.post("api/v1/samples", {"tag": "t", "ts": [START + 60 * i for i in range(61)], "value": list(range(61))})
    return bridge


@pytest.mark.parametrize(
    ("zone", "name", "written"),
    [
        ("local", "2023-11-14 · local time, UTC\u22125", ("17:13:20", "18:")),
        ("utc", "2023-11-14 · UTC", ("22:13:20", "23:")),
        ("server", "2023-11-15 · server time, UTC+5:30", ("03:43:20", "04:")),
    ],
)
async def test_times_are_written_by_the_chosen_clock_which_the_axis_names(
    bridge: Bridge, page: Page, zone: str, name: str, written: tuple[str, str]
) -> None:
    """The browser's, UTC or the server's; the link keeps it."""
    first, hour = written
    await page.goto(bridge.url + LINK)
    await page.get_by_label("Times").select_option(zone)
    await expect(page.locator(CLOCK)).to_have_text(name)
    await until_page(page, f"{TICKS}.includes('{hour}')")
    await expect(page.locator(".mode-chip")).to_contain_text(first)
    await expect(page).to_have_url(re.compile(f"time={zone}" if zone != "local" else "to="))
    await page.reload()
    await expect(page.locator(CLOCK)).to_have_text(name)


async def test_a_picture_of_the_past_follows_each_choice_of_a_clock(bridge: Bridge, page: Page) -> None:
    """It stands still, so nothing but the choice itself redraws it."""
    await page.goto(bridge.url + LINK)
    await expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(1)
    for name in ("2023-11-14 · UTC", "2023-11-15 · server time, UTC+5:30", "2023-11-14 · local time, UTC\u22125"):
        await page.keyboard.press("z")
        await expect(page.locator(CLOCK)).to_have_text(name)


async def test_the_servers_summer_is_written_by_its_summer_time(start_bridge: StartBridge, page: Page) -> None:
    """Whatever the season is now: July is two hours ahead of UTC in middle Europe, January one."""
    bridge = start_bridge("--broker", "none", environment={"TZ": "CET-1CEST,M3.5.0,M10.5.0/3"})
    january, july = 1_673_694_000, 1_689_332_400  # 11:00 UTC
    bridge.post("api/v1/samples", {"tag": "t", "ts": [january, january + 60, july, july + 60], "value": [1, 2, 3, 4]})
    for start, name in ((january, "2023-01-14 · server time, UTC+1"), (july, "2023-07-14 · server time, UTC+2")):
        await page.goto(f"{bridge.url}?tag=t&time=server&from={start}&to={start + 60}")
        await expect(page.locator(CLOCK)).to_have_text(name)


async def test_a_range_dragged_under_another_clock_is_the_one_under_the_hand(bridge: Bridge, page: Page) -> None:
    """The middle half of the picture, whatever clock is written below it; Z goes on to the next clock."""
    await page.goto(bridge.url + LINK)
    await expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(1)
    await page.keyboard.press("z")
    await expect(page.get_by_label("Times")).to_have_value("utc")
    await expect(page.locator(CLOCK)).to_contain_text("UTC")
    box = await page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box
    await page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 50)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 3 / 4, box["y"] + 50, steps=5)
    await page.mouse.up()
    await expect(page).not_to_have_url(re.compile(f"from={START}"))
    start, end = (float(re.findall(rf"{key}=([\d.]+)", page.url)[0]) for key in ("from", "to"))
    assert abs(start - (START + 900)) < 20
    assert abs(end - (START + 2700)) < 20


async def test_the_digits_choose_windows(bridge: Bridge, page: Page) -> None:
    """From 10 s to 8 h; 6 is all that is held."""
    await page.goto(f"{bridge.url}?tag=t")
    await expect(page.locator(".js-plotly-plot .nsewdrag").first).to_be_visible()
    shown = "document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range.map((end) => new Date(end).getTime())"
    for key, seconds in (("1", 10), ("2", 60), ("3", 600), ("4", 3600), ("5", 28800)):
        await page.keyboard.press(key)
        await until_page(page, f"Math.abs({shown}[1] - {shown}[0] - {seconds * 1000}) < 5")
    await page.keyboard.press("6")
    await until_page(page, f"{shown}[1] - {shown}[0] >= 3600000 && {shown}[0] <= {START * 1000}")
