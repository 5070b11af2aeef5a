"""Limits on the page: from the device or set by hand, as lines, as events, and as a call in the title."""

import json

from playwright.async_api import Page, expect

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page

LINES = "(document.querySelector('.js-plotly-plot')?._fullLayout?.shapes ?? []).map((shape) => shape.y0)"


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
    await expect(strip).to_contain_text("(now)")
    await strip.click()
    event = page.get_by_role("region", name="Events").get_by_role("listitem")
    await expect(event).to_contain_text("worst 88")
    broker.publish("plot/pump/temp", "71")
    await expect(event).to_contain_text("until")
    await expect(event).to_have_count(1)


async def test_a_limit_set_on_the_page_is_judged_on_what_is_held_and_kept_in_the_browser(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """What is no number is refused; the title calls while the value is beyond; a tag on no chart is watched too."""
    broker.publish_many([("plot/t", str(value)) for value in (1, 2, 9, 3)])
    await page.goto(f"{bridge.url}?tag=t")
    await page.keyboard.press("m")
    field = page.get_by_role("textbox", name="hi of t", exact=True)
    await field.fill("much")
    await field.press("Enter")
    await until_page(page, f"{LINES}.length === 0")
    await field.fill("5,5")
    await field.press("Enter")
    events = page.get_by_role("region", name="Events").get_by_role("listitem")
    await expect(events).to_contain_text(["t above hi 5.5"])
    await page.get_by_role("checkbox", name="blink").check()
    await page.goto(f"{bridge.url}?tag=other")
    await expect(page.locator("body")).to_have_attribute("data-link", "open")
    broker.publish("plot/t", "8")
    await until_page(page, "document.title === '⚠ t above hi 5.5'")
    broker.publish("plot/t", "2")
    await until_page(page, "!document.title.includes('⚠')")
