"""The list of tags: found, ranked, and with the last minutes of each in a line as small as a word."""

import re
import time

from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page

MANY = 10_000

# Keeps the page's connections, so that a test can cut the last one.
KEEP_SOCKETS = """window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    window.sockets.push(this);
  }
};"""
DRAWN = "JSON.stringify((document.querySelector('.js-plotly-plot')?.data ?? []).flatMap((trace) => [...trace.y]))"

NAMES = "[...document.querySelectorAll('.row.tag input')].map((box) => box.ariaLabel)"


async def test_tags_are_grouped_by_slash_and_found_by_globs(bridge: Bridge, page: Page) -> None:
    """A group opens and shuts; a search shows full names."""
    for tag in ("line1/temp", "line1/flow", "line2/temp", "room"):
        bridge.post("api/v1/samples", {"tag": tag, "value": 1})
    await page.goto(bridge.url)
    group = page.locator(".row.group button", has_text="line1")
    await expect(group).to_have_attribute("aria-expanded", "true")
    await group.click()
    await expect(page.get_by_role("checkbox", name="line1/temp", exact=True)).to_be_hidden()
    await expect(group).to_contain_text("2")
    await page.keyboard.press("/")
    await page.keyboard.type("line?/*m*")
    assert await page.evaluate(NAMES) == ["line1/temp", "line2/temp"]
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("checkbox", name="room", exact=True)).to_be_visible()


async def test_the_tag_that_floods_the_broker_stands_first(bridge: Bridge, broker: Broker, page: Page) -> None:
    """By messages/s, by bytes/s, by age; the choice outlives a reload."""
    bridge.post("api/v1/samples", {"tag": "old", "value": 1})
    broker.publish_many(
        [(f"plot/{tag}", "1" * size) for _ in range(60) for tag, size in (("often", 1), ("often", 1), ("large", 12))]
    )
    await page.goto(bridge.url)
    choice = page.get_by_label("Sort tags")
    await choice.select_option("rate")
    await until_page(page, f"{NAMES}[0] === 'often'")
    await expect(page.locator(".row.tag .age").first).to_have_text(re.compile(r"^\d.*/s$"))
    await choice.select_option("bytes")
    await until_page(page, f"{NAMES}[0] === 'large'")
    await page.reload()
    await expect(choice).to_have_value("bytes")
    await until_page(page, f"{NAMES}[0] === 'large'")
    await choice.select_option("age")
    await until_page(page, f"{NAMES}[0] === 'old'")


async def test_a_small_line_shows_the_minutes_before_the_page_was_opened(bridge: Bridge, page: Page) -> None:
    """Asked of the server for what is seen, then grown by what comes."""
    now = time.time()
    times = [now - 250 + 5 * index for index in range(50)]
    bridge.post("api/v1/samples", {"tag": "wave", "ts": times, "value": [index % 10 for index in range(50)]})
    await page.goto(f"{bridge.url}?tag=other")
    path = page.locator(".row.tag", has_text="wave").locator(".sparkline path")
    await expect(path).to_have_attribute("d", re.compile(r"^M[\d.]+,[\d.]+(L[\d.]+,[\d.]+){40,}"))


async def test_a_silent_tag_is_late_and_then_stale(bridge: Bridge, page: Page) -> None:
    """By the interval that was learned of it; a shut group tells how many."""
    now = time.time()
    for age in range(12, 2, -1):
        bridge.post("api/v1/samples", [{"tag": tag, "value": 1, "ts": now - age} for tag in ("line/a", "line/b")])
    await page.goto(f"{bridge.url}?tag=none")
    await page.get_by_role("button", name="line", exact=True).click()
    await expect(page.get_by_role("button", name=re.compile("line.*2 (late|stale)"))).to_be_visible(timeout=20_000)


async def test_a_group_is_drawn_whole_and_taken_off_again(bridge: Bridge, page: Page) -> None:
    """One check box for all of its tags."""
    for tag in ("line1/temp", "line1/flow", "room"):
        bridge.post("api/v1/samples", {"tag": tag, "value": 1})
    await page.goto(f"{bridge.url}?tag=room")
    group = page.get_by_role("checkbox", name="All of line1/", exact=True)
    await group.check()
    await expect(page.locator(".legend tbody tr")).to_have_count(3)
    await group.uncheck()
    await expect(page.locator(".legend tbody tr")).to_have_count(1)


async def test_the_list_is_made_wider_and_stays_so(bridge: Bridge, page: Page) -> None:
    """With the mouse or the arrow keys; long names are cut at their front, and less of them."""
    bridge.post("api/v1/samples", {"tag": "a_very_long_name_of_a_machine_that_differs_at_the_end_only_1", "value": 1})
    await page.goto(bridge.url)
    edge = page.get_by_role("slider", name="Width of the tag list")
    box = await edge.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 3, 300)
    await page.mouse.down()
    await page.mouse.move(600, 300, steps=3)
    await page.mouse.up()
    await edge.press("ArrowLeft")
    await expect(edge).to_have_attribute("aria-valuenow", "584")
    await page.reload()
    await expect(edge).to_have_attribute("aria-valuenow", "584")
    await until_page(page, "document.querySelector('.tags').clientWidth > 570")


async def test_ten_thousand_tags_are_listed_and_the_last_is_followed_whatever_happens(
    start_bridge: StartBridge, page: Page
) -> None:
    """Its list comes in parts. The tag begins anew, and the connection is cut and comes back: its points go on."""
    bridge = start_bridge("--broker", "none", "--max-tags", str(MANY + 1))
    for start in range(0, MANY, 1_000):
        bridge.post("api/v1/samples", [{"tag": f"n/{start + n}", "value": 1} for n in range(1_000)])
    last = f"n/{MANY - 1}"
    await page.add_init_script(KEEP_SOCKETS)
    await page.goto(f"{bridge.url}?tag={last}")
    group = page.locator(".row.group button")
    await group.click()
    await expect(group).to_contain_text(str(MANY))
    await until_page(page, f"{DRAWN} === '[1]'")
    for value in (2, 3):
        bridge.request("DELETE", f"api/v1/series?tag={last}")
        bridge.post("api/v1/samples", {"tag": last, "value": value})
        await until_page(page, f"{DRAWN} === '[{value}]'")
    await page.evaluate("sockets.at(-1).close()")
    await until_page(page, "sockets.length === 2 && document.body.dataset.link === 'open'")
    bridge.post("api/v1/samples", [{"tag": last, "value": 4}, {"tag": "new", "value": 1}])
    await until_page(page, f"{DRAWN} === '[3,4]'")
    await expect(page.get_by_role("checkbox", name="new", exact=True)).to_be_visible()
    await expect(group).to_contain_text(str(MANY))
