"""Diagnostics on the page: why is there no data, in words."""

import json
import time

from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker


async def test_a_wrong_payload_is_shown_with_its_verdict_and_the_reason(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """As it arrives, with what was expected and what came; good messages can be left out."""
    await page.goto(bridge.url)
    await page.get_by_role("button", name="Tools").click()
    drawer = page.get_by_role("complementary", name="Tools")
    messages = drawer.get_by_role("region", name="Last messages").get_by_role("listitem")
    broker.publish("plot/line1/temp", "21.5")
    await expect(messages.first).to_contain_text("1 sample stored")
    broker.publish("plot/line1/temp", '{"value": <b>}')
    await expect(messages.first).to_contain_text("not readable")
    await expect(messages.first.locator("code")).to_have_text('{"value": <b>}')
    await drawer.get_by_role("checkbox", name="only problems").check()
    await expect(messages).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()


async def test_a_new_user_finds_in_two_clicks_why_nothing_moves(bridge: Bridge, broker: Broker, page: Page) -> None:
    """One click opens the tools, one leaves the good messages out; before anything comes, the first says where the bridge listens."""
    await page.goto(bridge.url)
    await page.get_by_role("button", name="Tools").click()
    drawer = page.get_by_role("complementary", name="Tools")
    region = drawer.get_by_role("region", name="Last messages")
    broker.publish("plant/line1/temp", "21.5")  # a wrong topic: the broker does not even deliver it
    await expect(region).to_contain_text("No message yet at plot/#.")
    for i in range(30):
        broker.publish(f"plot/good/{i}", "1")
    broker.publish("plot/line1/temp", "1.234,5")
    broker.publish("plot/line1/flow", "a;b=c;1,2")
    await drawer.get_by_role("checkbox", name="only problems").check()
    messages = region.get_by_role("listitem")
    await expect(messages).to_have_count(2)
    await expect(messages.first).to_contain_text("several values go as an object")
    await expect(messages.last).to_contain_text("expected a number such as 12.5, got '1.234,5'")
    await expect(messages.last).to_contain_text("without separators of thousands")


async def test_broker_limits_and_device_clocks_are_said_in_words(bridge: Bridge, broker: Broker, page: Page) -> None:
    """The subscription's answer, how full each limit is, and a clock that is an hour slow."""
    for i in range(20):
        stamp = time.time() - 3600 + i / 10
        broker.publish("plot/line1/temp", json.dumps({"value": 1, "ts": stamp}))
    await page.goto(bridge.url)
    await expect(page.locator("body")).to_have_attribute("data-link", "open")
    await page.keyboard.press("i")
    drawer = page.get_by_role("complementary", name="Tools")
    await expect(drawer.get_by_role("region", name="Broker")).to_contain_text("connected to mqtt://127.0.0.1")
    await expect(drawer.get_by_role("region", name="Broker")).to_contain_text("plot/#")
    await expect(drawer.get_by_role("row", name="Tags 1 of")).to_be_visible()
    await expect(drawer.get_by_role("row", name="line1 1 tag")).to_contain_text("1 h behind")


async def test_refused_tags_have_a_heading_of_their_own_and_room_is_made_there(
    start_bridge: StartBridge, page: Page
) -> None:
    """Silent tags are hidden, or deleted for everybody; then the new tag is taken."""
    bridge = start_bridge("--broker", "none", "--max-tags", "2")
    for tag in ["old"] * 10 + ["live", "new"]:  # the interval of the old one is learned: it is silent after 10 s
        bridge.post("api/v1/samples", {"tag": tag, "value": 1})
    await page.goto(f"{bridge.url}?tag=live")
    await expect(page.locator("body")).to_have_attribute("data-link", "open")
    await page.get_by_role("button", name="tags refused").click()
    region = page.get_by_role("region", name="Refused tags")
    await expect(region).to_contain_text("1 sample of new tags refused: all 2 tags are taken (--max-tags).")
    await expect(region).to_contain_text("1 tag sent nothing for long")
    await expect(region.get_by_role("button", name="Delete 1 silent tag")).to_be_visible()
    await region.get_by_role("button", name="Hide them in the list").click()
    await expect(page.get_by_role("checkbox", name="old", exact=True)).to_be_hidden()
    await expect(page.get_by_role("checkbox", name="live", exact=True)).to_be_visible()
    await page.reload()  # it is kept, and said where the tags are missing
    await expect(page.get_by_role("button", name="Show silent")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="live", exact=True)).to_be_visible()
    await expect(page.get_by_role("checkbox", name="old", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Show silent").click()
    await expect(page.get_by_role("checkbox", name="old", exact=True)).to_be_visible()
    await page.get_by_role("button", name="tags refused").click()
    await region.get_by_role("button", name="Delete old", exact=True).click()
    await expect(region).to_contain_text("There is now.")
    bridge.post("api/v1/samples", {"tag": "new", "value": 2})
    await expect(page.get_by_role("checkbox", name="new", exact=True)).to_be_visible()
    assert sorted(bridge.tags()) == ["live", "new"]
