"""Limits on the page: from the device or set by hand, as lines, as events, and as a call in the title."""

import json

from playwright.async_api import Page, expect

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import Windows, until_page
from tests.support.waiting import until

# But for the line where the history begins, which comes when there is room for it.
LINES = (
    "(document.querySelector('.js-plotly-plot')?._fullLayout?.shapes ?? [])"
    ".filter(({ yref }) => yref !== 'paper').map(({ y0 }) => y0)"
)


async def test_the_devices_limits_are_lines_and_an_event_tells_when_it_began_and_ended(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """A tag that describes itself needs nothing set on the page."""
    broker.publish("plot/pump/temp/$meta", json.dumps({"hi": 80, "hihi": 90, "lo": 5}), retain=True)
    broker.publish("plot/pump/temp", "70")
    await page.goto(f"{bridge.url}?tag=pump/temp")
    await until_page(page, f"JSON.stringify({LINES}) === '[90,80,5]'")
    broker.publish_many([("plot/pump/temp", "85"), ("plot/pump/temp", "88")])
    strip = page.get_by_role("button", name="pump/temp above hi 80")
    await expect(strip).to_contain_text("for")
    await strip.click()
    event = page.get_by_role("region", name="Events").get_by_role("listitem")
    await expect(event).to_contain_text("worst 88")
    broker.publish("plot/pump/temp", "71")
    await expect(event).to_contain_text("until")
    await expect(event).to_have_count(1)


async def test_a_limit_set_on_the_page_is_everybodys(
    bridge: Bridge, broker: Broker, page: Page, windows: Windows
) -> None:
    """What is no number is refused; another page has the same limit and list; the title calls, on whatever charts."""
    broker.publish("plot/t", "3")
    await page.goto(f"{bridge.url}?tag=t")
    await page.keyboard.press("m")
    await page.get_by_text("none", exact=True).click()
    field = page.get_by_role("textbox", name="hi of t", exact=True)
    await field.fill("much")
    await field.press("Enter")
    await until_page(page, f"{LINES}.length === 0")
    await field.fill("5,5")
    await field.press("Enter")
    await until_page(page, f"JSON.stringify({LINES}) === '[5.5]'")
    await page.get_by_role("textbox", name="dead band of t").fill("1")
    await page.keyboard.press("Enter")
    await until(lambda: bridge.get("api/v1/limits", tag="t").json()["set"].get("deadband") == 1, "the dead band")
    await page.get_by_role("checkbox", name="blink").check()
    await page.goto(f"{bridge.url}?tag=other")
    await expect(page.locator("body")).to_have_attribute("data-link", "open")
    broker.publish("plot/t", "8")
    await until_page(page, "document.title === '⚠ t above hi 5.5'")
    broker.publish_many([("plot/t", "5"), ("plot/t", "4")])
    await until_page(page, "!document.title.includes('⚠')")
    other = await windows.open(f"{bridge.url}?tag=t")
    await other.keyboard.press("m")
    await other.get_by_text("hi 5.5 · dead band 1", exact=True).click()
    await expect(other.get_by_role("textbox", name="dead band of t")).to_have_value("1")
    event = other.get_by_role("region", name="Events").get_by_role("listitem")
    await expect(event).to_contain_text(["t above hi 5.5"])
    await expect(event).to_contain_text(["worst 8"])
    await other.get_by_role("button", name="Mark as read").click()
    await expect(event).to_have_class(["warn read"])


async def test_what_happened_while_no_page_was_open_is_told(bridge: Bridge, broker: Broker, page: Page) -> None:
    """States that matter, and silence, beside limits; the strip below the charts has what is not read."""
    broker.publish("plot/m/state/$meta", json.dumps({"alarm_states": ["FAULT"]}), retain=True)
    broker.publish_many([("plot/m/state", "RUN"), ("plot/m/state", "FAULT"), ("plot/m/state", "RUN")])
    bridge.wait_status(lambda status: status["counters"].get("events.state"), "the event")
    await page.goto(f"{bridge.url}?tag=m/state")
    await page.get_by_role("button", name="m/state is FAULT").click()
    await expect(page.get_by_role("region", name="Events").get_by_role("listitem")).to_contain_text(
        ["m/state is FAULT"]
    )
