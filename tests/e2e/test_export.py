"""What is seen, taken away: files that hold it, and a link that opens it again."""

import json
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Faults, Windows, until_page

HOSTILE = "</script><b>=1+1"


def publish(bridge: Bridge) -> float:
    """Two tags, one with a hostile name, over 50 s, and one point of long ago; returns when the last was taken."""
    now = round(time.time(), 1)
    times = [now - 5000, *(now - 50 + index for index in range(50))]
    bridge.post(
        "api/v1/samples", {"tag": "line/temp", "unit": "°C", "ts": times, "value": [i + 0.5 for i in range(51)]}
    )
    bridge.post("api/v1/samples", {"tag": HOSTILE, "ts": times[:11], "value": list(range(11))})
    return now


async def save(page: Page, button: str, folder: Path) -> Path:
    """Press a button of the export menu and keep what it saves."""
    menu = page.get_by_role("dialog", name="Export")
    if not await menu.is_visible():
        await page.get_by_role("button", name="Export", exact=True).click()
    return await keep_download(page, menu.get_by_role("button", name=button, exact=True), folder)


async def keep_download(page: Page, button: Locator, folder: Path) -> Path:
    """Press a button and keep the file that it saves."""
    async with page.expect_download() as started:
        await button.click()
    download = await started.value
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path


async def open_page(bridge: Bridge, page: Page) -> None:
    publish(bridge)
    await page.goto(f"{bridge.url}?window=600&chart=A&tag=line/temp&chart=B&tag={HOSTILE.replace('+', '%2B')}")
    await expect(page.locator(".legend tbody tr")).to_have_count(2)
    await until_page(page, "document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length === 2")


async def test_csv_holds_what_is_seen_with_comma_or_all_with_semicolon(
    bridge: Bridge, page: Page, tmp_path: Path
) -> None:
    """Raw points from the server, not what the picture was made of."""
    await open_page(bridge, page)
    seen = (await save(page, "CSV", tmp_path)).read_text("utf-8-sig").splitlines()
    assert seen[0] == f"time (local time),line/temp [°C],{HOSTILE}"
    assert len(seen) == 51
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3},1\.5,1", seen[1])
    await expect(page.get_by_role("dialog", name="Export")).to_be_hidden()
    await page.keyboard.press("e")
    await page.get_by_role("combobox", name="Time", exact=True).select_option("all")
    await page.get_by_label("CSV cells").select_option(";")
    await page.get_by_label("CSV numbers").select_option(",")
    await page.get_by_label("CSV times").select_option("seconds")
    everything = (await save(page, "CSV", tmp_path)).read_text("utf-8-sig").splitlines()
    assert len(everything) == 52
    assert re.fullmatch(r"\d+(,\d+)?;0,5;0", everything[1])


async def test_json_and_png_hold_the_charts(bridge: Bridge, page: Page, tmp_path: Path) -> None:
    """Every point by tag; a picture larger than the screen's pixels."""
    await open_page(bridge, page)
    saved = json.loads((await save(page, "JSON", tmp_path)).read_text())
    assert [(series["tag"], len(series["value"])) for series in saved["series"]] == [("line/temp", 50), (HOSTILE, 10)]
    picture = (await save(page, "PNG", tmp_path)).read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    assert width > 1500
    assert height > 1000


async def test_the_report_opens_offline_and_still_holds_the_points(
    bridge: Bridge, page: Page, windows: Windows, tmp_path: Path, faults: Faults
) -> None:
    """From disk, without a network; names of strangers are text in it."""
    await open_page(bridge, page)
    path = await save(page, "HTML report", tmp_path)
    faults.expect("file://")
    report = await windows.open(offline=True)
    said: list[str] = []
    report.on("console", lambda message: said.append(message.text))
    await report.goto(path.as_uri())
    await expect(report.locator("img")).to_have_count(2)
    assert await report.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 300)")
    await expect(report.locator("td").filter(has_text=HOSTILE)).to_be_visible()
    await expect(report.locator("b")).to_have_count(0)
    points = await keep_download(report, report.get_by_role("button", name="Save the points as CSV"), tmp_path)
    assert len(points.read_text().splitlines()) == 51
    assert said == []


async def test_the_link_opens_the_same_view(bridge: Bridge, page: Page) -> None:
    """Charts, names, window; copied to the clipboard."""
    await open_page(bridge, page)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Export", exact=True).click()
    await page.get_by_role("button", name="Copy link to this view").click()
    await expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = await page.evaluate("navigator.clipboard.readText()")
    await page.goto("about:blank")
    await page.goto(link)
    await expect(page.locator(".card h2")).to_have_text(["A", "B"])
    await expect(page.get_by_label("Time window")).to_have_value("600")


async def test_an_export_that_the_server_refuses_says_so(bridge: Bridge, page: Page, faults: Faults) -> None:
    """No half file; the message tells."""
    faults.expect("status of 400")
    await open_page(bridge, page)
    await page.route(
        "**/api/v1/series*",
        lambda route: route.fulfill(status=400, json={"error": {"code": "x", "message": "too many points"}}),
    )
    await page.get_by_role("button", name="Export", exact=True).click()
    await page.get_by_role("dialog", name="Export").get_by_role("button", name="CSV", exact=True).click()
    await expect(page.get_by_text("The server says: too many points.")).to_be_visible()


async def test_what_is_held_in_outline_only_is_exported_as_such(
    start_bridge: StartBridge, page: Page, tmp_path: Path, faults: Faults
) -> None:
    """A window longer than the points: buckets with mean, lowest and highest before them, in CSV, JSON and report, and it is said."""
    bridge = start_bridge("--broker", "none", "--max-points", "100")
    start = int(time.time()) // 60 * 60 - 7200
    times = list(range(start, start + 7200, 2))
    bridge.post("api/v1/samples", {"tag": "level", "unit": "m", "ts": times, "value": [i % 6 for i in range(3600)]})
    await page.goto(f"{bridge.url}?window=28800&tag=level")
    await expect(page.get_by_text("outline, peaks kept")).to_be_visible()
    lines = (await save(page, "CSV", tmp_path)).read_text("utf-8-sig").splitlines()
    assert lines[0] == "time (local time),outline (s),level [m],level min [m],level max [m]"
    buckets = [line.split(",")[1:] for line in lines[1:] if line.split(",")[1]]
    points = [line.split(",")[1:] for line in lines[1:] if not line.split(",")[1]]
    assert (len(points), {len(line) for line in points}) == (100, {4})
    assert sum(int(bucket[0]) for bucket in buckets) == pytest.approx(7000, abs=60)
    await expect(page.get_by_role("alert")).to_contain_text("level: before")
    saved = json.loads((await save(page, "JSON", tmp_path)).read_text())["series"][0]
    assert (len(saved["time"]), sum(saved["outline"]["count"])) == (100, 3500)
    assert max(saved["outline"]["time"]) < min(saved["time"])
    report = await save(page, "HTML report", tmp_path)
    faults.expect("file://")
    await page.goto(report.as_uri())
    await expect(page.get_by_text("their points had to give way")).to_be_visible()
    rows = (await keep_download(page, page.get_by_role("button", name="CSV"), tmp_path)).read_text().splitlines()
    assert (
        rows[0]
        == f"time,level mean of {buckets[0][0]} s,level min of {buckets[0][0]} s,level max of {buckets[0][0]} s,level"
    )


async def test_a_print_is_one_page_with_every_chart_whole_and_light(bridge: Bridge, page: Page, tmp_path: Path) -> None:
    """Also from a dark page: nothing of a picture is cut off, and what cannot be used on paper is not on it."""
    await page.emulate_media(color_scheme="dark")
    await open_page(bridge, page)
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await page.emulate_media(media="print", color_scheme="dark")
    cut = """[...document.querySelectorAll('.plot')].filter((plot) => {
        const picture = plot.querySelector('.main-svg').getBoundingClientRect(), frame = plot.getBoundingClientRect();
        return Math.abs(picture.width - frame.width) > 1 || Math.abs(picture.height - frame.height) > 1;
    }).length"""
    theme = await page.evaluate("document.documentElement.dataset.theme")
    assert (await page.evaluate(cut), theme, await page.locator("button:visible:not(.legend *)").count()) == (
        0,
        "light",
        0,
    )
    await page.emulate_media(media="screen")
    await page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())) == 1
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
