"""Named arrangements of charts: kept in the browser or on the server, taken along as files, shown on a wall."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import Faults, until_page

LAYOUT = {
    "mqtt_plot_dashboard": 1,
    "window": "600",
    "charts": [
        {"chart": "Left <b>", "at": "0,0,6,12", "tag": ["one", "two"]},
        {"chart": "Right", "at": "6,0,6,12", "draw": "step", "tag": "three"},
    ],
}
LINK = "?window=600&chart=Left <b>&at=0,0,6,12&tag=one&tag=two&chart=Right&at=6,0,6,12&draw=step&tag=three"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "dashboards"
    folder.mkdir()
    return folder


@pytest.fixture
def bridge(broker: Broker, start_bridge: StartBridge, folder: Path) -> Bridge:
    """One that keeps dashboards, and has three tags."""
    bridge = start_bridge("--broker", broker.url, "--dashboards", str(folder))
    bridge.post("api/v1/samples", [{"tag": tag, "value": 1} for tag in ("one", "two", "three")])
    return bridge


async def expect_layout(page: Page) -> None:
    """Both charts of LAYOUT, side by side, over 10 minutes."""
    await expect(page.locator(".card h2")).to_have_text(["Left <b>", "Right"])
    await expect(page.locator(".legend tbody tr")).to_have_count(3)
    await expect(page.get_by_label("Time window")).to_have_value("600")
    left, right = [await card.bounding_box() for card in await page.locator(".card").all()]
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]


async def save_as(page: Page, name: str, keep: str) -> None:
    await page.keyboard.press("o")
    menu = page.get_by_role("dialog", name="Dashboards")
    await menu.get_by_label("Name").fill(name)
    await menu.get_by_role("combobox", name="Keep").select_option(keep)
    await menu.get_by_role("button", name="Save what is seen").click()
    await expect(menu.get_by_role("button", name="Saved")).to_be_visible()
    await page.keyboard.press("Escape")


@pytest.mark.parametrize("keep", ["server", "browser"])
async def test_a_saved_dashboard_opens_again_from_the_list_and_by_its_name_in_the_address(
    bridge: Bridge, page: Page, keep: str
) -> None:
    """Whoever saved it; a change of it is told, and is in the link too."""
    await page.goto(bridge.url + LINK)
    await expect_layout(page)
    await save_as(page, "Line 1 & größe", keep)
    await expect(page).to_have_url(re.compile(r"\?dashboard=Line\+1\+%26\+gr%C3%B6%C3%9Fe$"))
    address = page.url
    await page.goto(bridge.url)
    await page.get_by_role("button", name="Dashboards").click()
    await page.get_by_role("button", name="Line 1 & größe", exact=True).click()
    await expect_layout(page)
    await page.goto(address)
    await expect_layout(page)
    await page.get_by_label("Time window").select_option("60")
    await expect(page.get_by_role("button", name="Dashboards")).to_contain_text("changed")
    await expect(page).to_have_url(re.compile("window=60&dashboard=Line.*&chart=Left"))
    await page.reload()
    await expect(page.get_by_label("Time window")).to_have_value("60")
    await expect(page.get_by_role("button", name="Dashboards")).to_contain_text("changed")


async def test_what_is_on_the_server_everybody_sees_and_may_be_deleted(
    bridge: Bridge, page: Page, folder: Path
) -> None:
    """A file put there by hand is as good; deleting asks once more."""
    (folder / "By hand.json").write_text(json.dumps(LAYOUT))
    await page.goto(f"{bridge.url}?dashboard=By hand")
    await expect_layout(page)
    await page.keyboard.press("o")
    await page.get_by_role("button", name="Delete By hand").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_text("Nothing saved yet.")).to_be_visible()
    assert not (folder / "By hand.json").exists()


async def test_what_somebody_else_has_saved_is_not_replaced_without_asking(
    bridge: Bridge, page: Page, folder: Path
) -> None:
    """Of two who change the same dashboard the second is told, and may still have it replaced."""
    path = folder / "Line.json"
    path.write_text(json.dumps(LAYOUT))
    await page.goto(f"{bridge.url}?dashboard=Line")
    await expect_layout(page)
    path.write_text(json.dumps({**LAYOUT, "window": "60"}))
    await page.get_by_label("Time window").select_option("10")
    await page.keyboard.press("o")
    menu = page.get_by_role("dialog", name="Dashboards")
    await menu.get_by_label("Name").fill("Line")
    await menu.get_by_role("button", name="Save what is seen").click()
    await expect(menu.get_by_role("alert")).to_contain_text("Another view is kept under this name")
    assert json.loads(path.read_text())["window"] == "60"
    await menu.get_by_role("button", name="Replace it").click()
    await expect(menu.get_by_role("button", name="Saved")).to_be_visible()
    assert json.loads(path.read_text())["window"] == "10"


async def test_a_dashboard_goes_from_one_machine_to_another_as_a_file(
    bridge: Bridge, page: Page, tmp_path: Path
) -> None:
    """Exported JSON, imported again."""
    await page.goto(bridge.url + LINK)
    await expect_layout(page)
    await page.keyboard.press("o")
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Export file").click()
    path = tmp_path / "exported.json"
    await (await started.value).save_as(path)
    assert json.loads(path.read_text())["charts"][0]["tag"] == ["one", "two"]
    await page.goto(bridge.url)
    await page.keyboard.press("o")
    await page.get_by_label("Dashboard file").set_input_files(path)
    await expect_layout(page)


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "It is not JSON"), ('{"charts": []}', "not a dashboard of this version"), ("x" * 400_000, "at most 65536")],
)
async def test_a_broken_file_is_refused_in_words_and_the_page_stays(
    bridge: Bridge, page: Page, tmp_path: Path, content: str, words: str
) -> None:
    """What was seen before is still seen."""
    path = tmp_path / "<b>broken.json"
    path.write_text(content)
    await page.goto(f"{bridge.url}?tag=one")
    await expect(page.locator(".legend tbody tr")).to_have_count(1)
    await page.keyboard.press("o")
    await page.get_by_label("Dashboard file").set_input_files(path)
    await expect(page.get_by_role("alert").filter(has_text="“<b>broken”")).to_contain_text(words)
    await expect(page.locator(".legend tbody tr")).to_have_count(1)


@pytest.mark.parametrize(
    "link",
    [
        ("?dashboard=nowhere", "no dashboard “nowhere”"),
        ("?dashboard=broken", "expected JSON"),
        ("?window=soon&at=left&from=x", "the time window should be"),
    ],
)
async def test_a_broken_link_says_so_and_the_page_opens(
    bridge: Bridge, page: Page, faults: Faults, folder: Path, link: tuple[str, str]
) -> None:
    """Nobody is met by an empty chart: the page then chooses for itself."""
    faults.expect("status of 400")
    query, words = link
    (folder / "broken.json").write_text("{")
    await page.goto(bridge.url + query)
    await expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    await until_page(page, "document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length > 0")


async def test_a_wall_display_shows_charts_and_what_is_wrong_and_nothing_to_press(
    bridge: Bridge, page: Page, faults: Faults, folder: Path
) -> None:
    """The link is enough; K leaves. A lost server is seen."""
    faults.expect("WebSocket connection to", "net::ERR_")
    (folder / "Wall.json").write_text(json.dumps(LAYOUT))
    await page.goto(f"{bridge.url}?dashboard=Wall&kiosk")
    await expect_layout_of_kiosk(page)
    await page.keyboard.press("k")
    await expect(page.get_by_role("searchbox", name="Search tags")).to_be_visible()
    await expect(page).to_have_url(re.compile(r"\?dashboard=Wall$"))
    await page.keyboard.press("k")
    await expect(page).to_have_url(re.compile(r"\?dashboard=Wall&kiosk$"))
    bridge.stop()
    await expect(page.get_by_role("alert").filter(has_text="Server lost")).to_be_visible()


async def expect_layout_of_kiosk(page: Page) -> None:
    """Charts from edge to edge, no controls."""
    await expect(page.locator(".card h2")).to_have_text(["Left <b>", "Right"])
    for name in ("Pause", "Live", "Tools", "Export", "Dashboards", "Remove chart"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    await expect(page.get_by_role("searchbox", name="Search tags")).to_be_hidden()
    assert await page.evaluate("document.querySelector('.charts').clientWidth === innerWidth")


async def test_what_is_saved_elsewhere_reaches_the_wall(bridge: Bridge, page: Page, folder: Path) -> None:
    """Without a hand on it."""
    (folder / "Wall.json").write_text(json.dumps(LAYOUT))
    await page.clock.install()
    await page.goto(f"{bridge.url}?dashboard=Wall&kiosk")
    await expect(page.locator(".card h2")).to_have_text(["Left <b>", "Right"])
    changed = {**LAYOUT, "charts": [{"chart": "Other", "tag": "one"}]}
    (folder / "Wall.json").write_text(json.dumps(changed))
    await page.clock.run_for(31_000)
    await expect(page.locator(".card h2")).to_have_text(["Other"])
