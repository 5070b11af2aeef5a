"""Triggers: something happens, and what was before and after it stands still, is kept, and can be taken away."""

import json
import re
import time
from pathlib import Path
from urllib.parse import unquote

from playwright.async_api import Locator, Page, expect

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page
from tests.support.waiting import wait_until

TRACES = "(document.querySelector('.js-plotly-plot')?.data ?? [])"


def stream(broker: Broker, tag: str, start: float, values: list[float]) -> None:
    """Ten points a second from `start`, in one message."""
    times = [start + 0.1 * index for index in range(len(values))]
    broker.publish(f"plot/{tag}", json.dumps({"ts": times, "value": values}))


async def test_an_edge_freezes_the_seconds_around_it_on_all_tags(
    bridge: Bridge, broker: Broker, page: Page, tmp_path: Path
) -> None:
    """What was there before arming does not fire; the capture has exactly the points around the edge, is named, listed and saved."""
    start = time.time() - 30
    stream(broker, "m/temp", start, [1.0] * 50 + [9.0] * 2 + [1.0] * 48)
    stream(broker, "m/flow", start, [float(index) for index in range(100)])
    await page.goto(f"{bridge.url}?window=60&tag=m/temp&tag=m/flow")
    await until_page(page, f"{TRACES}.length >= 2 && {TRACES}[0].x.length > 0")
    await page.keyboard.press("t")
    form = page.get_by_role("region", name="New trigger")
    await form.get_by_label("Level").fill("much")
    await form.get_by_role("button", name="Arm", exact=True).click()
    await expect(form.get_by_role("alert")).to_have_text("The level should be a number such as 22.5.")
    await form.get_by_label("Level").fill("5")
    await form.get_by_label("Seconds before").fill("2.05")
    await form.get_by_label("Seconds after").fill("1.05")
    await form.get_by_label("Name").fill("overheating")
    await form.get_by_role("button", name="Arm", exact=True).click()
    await expect(page.get_by_role("region", name="Triggers").get_by_role("button", name="Armed")).to_be_visible()
    edge = start + 13
    stream(broker, "m/flow", start + 10, [float(index) for index in range(100, 180)])
    stream(broker, "m/temp", start + 10, [1.0] * 30 + [9.0] * 50)
    captures = page.get_by_role("region", name="Captures").get_by_role("listitem")
    await expect(captures).to_have_count(1)
    await expect(captures.get_by_role("textbox")).to_have_value("overheating")
    await expect(captures).to_contain_text("m/temp rises through 5 · 3.1 s, 2 tags")
    await expect(page.get_by_role("status").get_by_text("overheating")).to_be_visible()
    await expect(page.locator(".trigger-line:not([hidden])")).to_have_count(1)
    await expect(page.get_by_role("button", name="Arm again")).to_be_visible()
    async with page.expect_download() as saving:
        await captures.get_by_role("button", name="JSON").click()
    file = tmp_path / "capture.json"
    await (await saving.value).save_as(file)
    temp, flow = json.loads(file.read_text())["series"]
    assert [temp["tag"], flow["tag"]] == ["m/temp", "m/flow"]
    assert temp["value"] == [1.0] * 20 + [9.0] * 11
    assert flow["value"] == [float(110 + index) for index in range(31)]
    assert all(edge - 2.06 <= at <= edge + 1.06 for at in temp["time"] + flow["time"])
    async with page.expect_download() as saving:
        await captures.get_by_role("button", name="CSV").click()
    await (await saving.value).save_as(tmp_path / "capture.csv")
    assert len((tmp_path / "capture.csv").read_text().splitlines()) == 1 + len(temp["time"])


async def test_a_capture_stays_when_the_server_has_let_its_points_go(
    bridge: Bridge, broker: Broker, page: Page, tmp_path: Path
) -> None:
    """A state that comes again and again fires each time; a capture is shown as it was, until the page is live again."""
    broker.publish("plot/state", "RUN")
    await page.goto(f"{bridge.url}?window=60&tag=state")
    await until_page(page, f"{TRACES}.some((trace) => trace.fill === 'toself')")  # what comes now is new
    await page.keyboard.press("t")
    form = page.get_by_role("region", name="New trigger")
    await expect(form.get_by_label("Condition")).to_have_value("changes")
    await form.get_by_label("State").fill("FAULT")
    await form.get_by_label("Seconds after").fill("0.2")
    await form.get_by_label("Times").select_option("each time")
    await page.get_by_role("checkbox", name="show a new capture at once").uncheck()
    await form.get_by_role("button", name="Arm", exact=True).click()
    await expect(page.get_by_role("region", name="Triggers").get_by_role("button", name="Armed")).to_be_visible()
    captures = page.get_by_role("region", name="Captures").get_by_role("listitem")
    for count in (1, 2):
        broker.publish("plot/state", "RUN")
        broker.publish("plot/state", "FAULT")
        await expect(captures).to_have_count(count)
    await page.get_by_role("button", name="Remove the trigger: state becomes FAULT").click()
    bridge.request("DELETE", "api/v1/series?tag=state")
    await until_page(page, f"{TRACES}.every((trace) => trace.fill !== 'toself')")
    await captures.nth(1).get_by_role("button", name="Show").click()
    await until_page(page, f"{TRACES}.some((trace) => trace.fill === 'toself')")
    await expect(page.get_by_role("status").get_by_text("Capture 1")).to_be_visible()
    await page.keyboard.press("e")
    async with page.expect_download() as saving:
        await page.get_by_role("dialog", name="Export").get_by_role("button", name="JSON").click()
    file = tmp_path / "seen.json"
    await (await saving.value).save_as(file)
    (series,) = json.loads(file.read_text())["series"]
    assert [series["states"][value] for value in series["value"]][-2:] == ["RUN", "FAULT"]
    await page.keyboard.press("e")
    async with page.expect_download() as saving:
        await page.get_by_role("dialog", name="Export").get_by_role("button", name="HTML report").click()
    report = tmp_path / "report.html"
    await (await saving.value).save_as(report)
    held = re.search(r'id="data">(.*?)</script>', report.read_text())
    assert held is not None
    assert json.loads(held[1])["series"] == [series]
    assert re.search(r"<p>Shown: Capture 1 at .*: state becomes FAULT</p>", report.read_text())
    await page.keyboard.press("l")
    await until_page(page, f"{TRACES}.every((trace) => trace.fill !== 'toself')")
    await captures.first.get_by_role("button", name="Delete").click()
    await expect(captures).to_have_count(1)


async def test_the_level_is_a_line_on_the_chart_that_can_be_dragged(
    bridge: Bridge, broker: Broker, page: Page, tmp_path: Path
) -> None:
    """While it is typed and while it is armed, also with the drawer shut; a saved report has it too, and the cursors."""
    stream(broker, "m/temp", time.time() - 20, [0.0, 10.0] * 90)
    await page.goto(f"{bridge.url}?window=60&tag=m/temp")
    await until_page(page, f"{TRACES}.length >= 1 && {TRACES}[0].x.length > 0")
    await page.keyboard.press("t")
    level = page.get_by_role("region", name="New trigger").get_by_label("Level")
    await level.fill("5")
    line = page.get_by_role("slider", name="Trigger level of m/temp")
    await expect(line).to_have_attribute("aria-valuenow", "5")
    await drag_up(page, line, 40)
    await expect(level).not_to_have_value("5")
    typed = float(await level.input_value())
    await page.get_by_role("button", name="Arm", exact=True).click()
    await expect(page.get_by_role("region", name="Triggers").get_by_role("button", name="Armed")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(line).to_have_count(1)
    await expect(page.get_by_role("button", name="Tools")).to_contain_text("armed")
    await drag_up(page, line, 20)
    wait_until(lambda: bridge.get("api/v1/triggers").json()[0]["level"] > typed, "the level to be the new one")
    (armed,) = bridge.get("api/v1/triggers").json()
    assert (5 < typed < armed["level"] < 10, armed["armed"]) == (True, True)
    await page.keyboard.press("c")
    await page.keyboard.press("e")
    async with page.expect_download() as saving:
        await page.get_by_role("dialog", name="Export").get_by_role("button", name="HTML report").click()
    file = tmp_path / "report.html"
    await (await saving.value).save_as(file)
    picture = unquote(file.read_text())
    assert [text in picture for text in (">A<", ">B<", ">T temp ↗ ")] == [True, True, True]


async def drag_up(page: Page, line: Locator, pixels: int) -> None:
    """By the hand, from where the line is; returns when the server has answered."""
    before = await line.get_attribute("aria-valuenow")
    box = await line.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"])
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] - pixels, steps=4)
    await page.mouse.up()
    await expect(line).not_to_have_attribute("aria-valuenow", before or "")
    await page.mouse.move(2, 2)
