"""Notes and recordings from the page: for everybody, and kept by the bridge."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.chromium import Faults, Windows, until_page

NOTES = "(document.querySelector('.js-plotly-plot')?._fullLayout?.annotations ?? []).map((one) => one.text)"


async def test_a_note_stands_on_every_page(
    start_bridge: StartBridge, page: Page, windows: Windows, faults: Faults, tmp_path: Path
) -> None:
    """Written on one page it is on the chart of another, as text; it can be changed and deleted."""
    bridge = start_bridge("--broker", "none")
    bridge.post("api/v1/samples", {"tag": "line1/a", "value": 1})
    await page.goto(f"{bridge.url}?tag=line1/a")
    other = await windows.open(f"{bridge.url}?tag=line1/a")
    await until_page(other, "(document.querySelector('.js-plotly-plot')?.data ?? []).length > 0")
    await page.keyboard.press("w")
    form = page.get_by_role("region", name="New note")
    faults.expect("400")
    await form.get_by_role("button", name="Note").click()
    await expect(form.get_by_role("alert")).to_contain_text("expected 1 to 1000 characters")
    await form.get_by_label("Text").fill("<b>Filter</b> changed")
    await form.get_by_role("button", name="Note").click()
    await until_page(other, f"{NOTES}.includes('&lt;b&gt;Filter&lt;/b&gt; changed')")
    await page.keyboard.press("Escape")
    await page.locator("body").click(position={"x": 400, "y": 5})
    await page.keyboard.press("e")
    async with page.expect_download() as saving:
        await page.get_by_role("dialog", name="Export").get_by_role("button", name="HTML report").click()
    await (await saving.value).save_as(tmp_path / "report.html")
    await page.keyboard.press("Escape")
    assert ": &lt;b&gt;Filter&lt;/b&gt; changed</p>" in (tmp_path / "report.html").read_text()
    await page.keyboard.press("w")
    line = page.get_by_role("region", name="Notes").get_by_role("listitem")
    await line.get_by_role("textbox").fill("Filter 2")
    await line.get_by_role("textbox").press("Enter")
    await until_page(other, f"{NOTES}.includes('Filter 2')")
    await line.get_by_role("button", name="Delete the note").click()
    await until_page(other, f"!{NOTES}.includes('Filter 2')")


async def test_a_recording_is_started_and_stopped_from_the_page(
    start_bridge: StartBridge, page: Page, faults: Faults, tmp_path: Path
) -> None:
    """With its progress; what it holds is in a file."""
    bridge = start_bridge("--broker", "none", "--recordings", str(tmp_path))
    bridge.post("api/v1/samples", {"tag": "line1/a", "value": 1})
    await page.goto(f"{bridge.url}?tag=line1/a")
    await page.keyboard.press("r")
    form = page.get_by_role("region", name="New recording")
    await form.get_by_label("Name").fill("../etc")
    faults.expect("400")
    await form.get_by_role("button", name="Record", exact=True).click()
    await expect(form.get_by_role("alert")).to_contain_text("letters, digits")
    await form.get_by_label("Name").fill("night")
    await form.get_by_role("button", name="Record", exact=True).click()
    line = page.get_by_role("region", name="Recordings").get_by_role("listitem")
    await expect(line).to_contain_text("night: recording")
    bridge.post("api/v1/samples", {"tag": "line1/a", "value": 2})
    await expect(line).to_contain_text("1 rows")
    await line.get_by_role("button", name="Stop").click()
    await expect(line).to_contain_text("night: stopped")
    (file,) = bridge.get("api/v1/recordings").json()["recordings"]
    assert file["file"].startswith("night-")
