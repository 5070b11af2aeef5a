"""Computed tags and scaling from the page: for everybody, with a preview, and what is wrong under its character."""

import asyncio

from playwright.async_api import Page, Route, expect

from tests.conftest import StartBridge
from tests.support.chromium import until_page


async def open_signals(page: Page) -> None:
    """Open the tab of computed tags."""
    await page.keyboard.press("r")
    await page.get_by_role("tab", name="Signals").click()


async def test_a_tag_is_computed_from_the_page(start_bridge: StartBridge, page: Page) -> None:
    """While somebody types, the page shows what would come, or marks the character; then all pages have the tag, until somebody forgets it."""
    bridge = start_bridge("--broker", "none")
    bridge.post("api/v1/samples", {"tag": "line1/a", "ts": [1_700_000_000, 1_700_000_001], "value": [1, 3]})
    await page.goto(f"{bridge.url}?tag=line1/a")
    await until_page(page, "(document.querySelector('.js-plotly-plot')?.data ?? []).length > 0")
    await open_signals(page)
    form = page.get_by_role("region", name="New computed tag")
    await form.get_by_label("Expression").fill("{line1/a} ^ 2")
    await expect(form.get_by_role("alert")).to_contain_text("a power is **")
    assert await form.locator("pre").inner_text() == "{line1/a} ^ 2\n          ^"
    await form.get_by_label("Expression").fill("2 * ")
    await form.get_by_label("Insert a tag").select_option("line1/a")
    await expect(form.get_by_role("img")).to_have_accessible_name("Preview, now 6")
    await form.get_by_label("Tag", exact=True).fill("line1/double")
    await form.get_by_label("Unit").fill("bar")
    await form.get_by_role("button", name="Compute").click()
    line = page.get_by_role("region", name="Computed tags").get_by_role("listitem")
    await expect(line).to_contain_text("line1/double [bar]")
    series = bridge.get("api/v1/series", tag="line1/double").json()
    await line.get_by_role("button", name="Change line1/double").click()
    changing = page.get_by_role("region", name="Change a computed tag")
    await changing.get_by_label("Expression").fill("1 / ({line1/a} - 3)")
    await changing.get_by_role("button", name="Change").click()
    await expect(line).to_contain_text("division by zero (character 6)")
    await page.get_by_role("tab", name="Diagnostics").click()
    failing = page.get_by_role("region", name="Computed tags without a value")
    await expect(failing).to_contain_text("line1/double: division by zero")
    await page.get_by_role("tab", name="Signals").click()
    await line.get_by_role("button", name="Forget line1/double").click()
    await expect(line).to_have_count(0)
    assert series["value"] == [2.0, 6.0]


async def test_raw_values_are_scaled_from_the_page(start_bridge: StartBridge, page: Page) -> None:
    """From the next message on; given back to the device they come as they are."""
    bridge = start_bridge("--broker", "none")
    bridge.post("api/v1/samples", {"tag": "line1/p", "value": 13_824})
    await page.goto(f"{bridge.url}?tag=line1/p")
    await open_signals(page)
    form = page.get_by_role("region", name="Scaling")
    for label, text in (
        ("Raw from", "0"),
        ("Raw to", "27648"),
        ("Value from", "0"),
        ("Value to", "10"),
        ("Unit", "bar"),
    ):
        await form.get_by_label(label).fill(text)
    await form.get_by_role("button", name="Scale").click()
    await expect(form.get_by_role("button", name="As the device says")).to_be_visible()
    bridge.post("api/v1/samples", {"tag": "line1/p", "value": 13_824})
    await form.get_by_role("button", name="As the device says").click()
    await expect(form.get_by_label("Raw to")).to_have_value("")
    bridge.post("api/v1/samples", {"tag": "line1/p", "value": 7})
    assert bridge.get("api/v1/series", tag="line1/p").json()["value"] == [13_824.0, 5.0, 7.0]


async def test_what_is_typed_stays_when_the_server_answers_late(start_bridge: StartBridge, page: Page) -> None:
    """The present scaling comes after somebody began to type: it fills the other fields only."""
    bridge = start_bridge("--broker", "none")
    bridge.post("api/v1/samples", {"tag": "line1/p", "value": 13_824})
    await page.request.put(f"{bridge.url}api/v1/scaling?tag=line1/p", data={"range": [0, 27_648, 0, 10]})
    is_typed = asyncio.Event()

    async def answer_late(route: Route) -> None:
        await is_typed.wait()
        await route.continue_()

    await page.route("**/api/v1/scaling?*", answer_late)
    await page.goto(f"{bridge.url}?tag=line1/p")
    await open_signals(page)
    form = page.get_by_role("region", name="Scaling")
    await form.get_by_label("Raw from").fill("4000")
    is_typed.set()
    await expect(form.get_by_label("Raw to")).to_have_value("27648")
    assert await form.get_by_label("Raw from").input_value() == "4000"
