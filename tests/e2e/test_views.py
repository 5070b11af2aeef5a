"""Views: one tag over another, spectrum, histogram, tiles, table, and time per state; in links, files, and for the keyboard."""

import math
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.e2e.test_craft import AXE, PHONE, WIDE, violations
from tests.support.bridge import Bridge
from tests.support.chromium import Faults, until_page

RATE, COUNT = 3200, 16384
# Not multiples of a line of the spectrum.
TONES = ((87.31, 2.0), (243.7, 0.4))


# Views that do not lie below the head of their card, or are lower than a third of it.
MISPLACED = """[...document.querySelectorAll('.card')].map((card) => {
    const boxes = ['.card-head', '.frame'].map((part) => card.querySelector(part).getBoundingClientRect());
    const [head, frame, whole] = [...boxes, card.getBoundingClientRect()];
    const isGood = head.height > 0 && frame.top >= head.bottom - 1 && frame.height > whole.height / 3;
    return isGood && head.top >= whole.top ? '' : card.ariaLabel;
}).filter((name) => name !== '')"""


def fill(bridge: Bridge) -> tuple[float, float]:
    """Post a vibration of two tones, a pump with its states, and a tag that follows another; return the stretch of the latter."""
    now = math.floor(time.time()) - 10
    times = [now - COUNT / RATE + index / RATE for index in range(COUNT)]
    values = [
        sum(amplitude * math.sin(2 * math.pi * hertz * index / RATE) for hertz, amplitude in TONES)
        for index in range(COUNT)
    ]
    for at in range(0, COUNT, 4096):
        part = slice(at, at + 4096)
        assert bridge.post(
            "api/v1/samples", {"tag": "m/vib", "unit": "mm/s", "ts": times[part], "value": values[part]}
        ).ok
    seconds = [now - 60 + index for index in range(61)]
    columns: tuple[tuple[str, str, Sequence[object]], ...] = (
        ("m/speed", "1/min", [1000 + 10 * index for index in range(61)]),
        ("m/power", "kW", [index / 10 for index in range(61)]),
        ("m/state", "", ["RUN" if index < 45 else "FAULT" for index in range(61)]),
        ("m/on", "", [index < 30 or index >= 40 for index in range(61)]),
    )
    for tag, unit, column in columns:
        body = [{"tag": tag, "unit": unit, "ts": at, "value": item} for at, item in zip(seconds, column, strict=True)]
        assert bridge.post("api/v1/samples", body).ok
    return seconds[0], seconds[-1]


def link(bridge: Bridge, stretch: tuple[float, float], *charts: str) -> str:
    return f"{bridge.url}?from={stretch[0]}&to={stretch[1]}&" + "&".join(charts)


async def test_a_spectrum_names_the_tones_and_marks_harmonics(bridge: Bridge, page: Page) -> None:
    """Hz and amplitude within 1 %; a peak's harmonics by a press; the link keeps the view."""
    stretch = fill(bridge)
    await page.goto(link(bridge, (stretch[1] - 5, stretch[1]), "draw=spectrum", "tag=m/vib"))
    rows = page.get_by_role("group", name="Figures").locator("tbody tr")
    await expect(rows.first).to_contain_text("mm/s")
    found = list[object]()
    for row in (rows.nth(0), rows.nth(1)):
        hertz, amplitude = [re.sub(r"[^\d.]", "", text) for text in await row.locator("td").all_inner_texts()]
        found.append((float(hertz), float(amplitude)))
    assert found == [(pytest.approx(hertz, rel=0.01), pytest.approx(height, rel=0.01)) for hertz, height in TONES]
    await rows.first.get_by_role("button").click()
    await expect(page.get_by_label("Harmonics of")).to_have_value("87.31")
    await until_page(page, "document.querySelector('.js-plotly-plot')._fullLayout.shapes.length === 10")
    await page.get_by_role("button", name="None").click()
    await until_page(page, "document.querySelector('.js-plotly-plot')._fullLayout.shapes.length === 0")
    await expect(page).to_have_url(re.compile("draw=spectrum"))


async def test_one_tag_over_another_pairs_by_time(bridge: Bridge, page: Page) -> None:
    """Its menu turns lines into pairs; the newest point is marked; how pairs are made is said."""
    stretch = fill(bridge)
    await page.goto(link(bridge, stretch, "tag=m/speed", "tag=m/power"))
    await page.get_by_role("button", name="Chart options").click()
    await page.get_by_role("combobox", name="Show").select_option("one tag over another")
    await expect(page.locator(".remarks")).to_contain_text("paired by interpolation")
    await expect(page.get_by_role("group", name="Figures").locator("td").first).to_have_text("61")
    ends = "(document.querySelector('.js-plotly-plot').data[1] ?? {})"
    await until_page(page, f"{ends}.x?.[0] === 1600 && {ends}.y?.[0] === 6")
    await page.get_by_label("Pairs").select_option("last known value")
    await expect(page.locator(".remarks")).to_contain_text("last known value")
    await expect(page).to_have_url(re.compile("draw=xy,held"))


async def test_a_histogram_counts_time(bridge: Bridge, page: Page) -> None:
    """A ramp has each value for as long; its percentiles say so."""
    stretch = fill(bridge)
    await page.goto(link(bridge, stretch, "draw=histogram", "tag=m/power"))
    figures = page.get_by_role("group", name="Figures")
    await expect(figures).to_contain_text("kW")
    assert [text.split()[0] for text in await figures.locator("td").all_inner_texts()] == ["0.2", "2.9", "5.6"]


async def test_tiles_show_limits_and_states(bridge: Bridge, page: Page) -> None:
    """The last value in the colour of the limit that it is beyond, its span, and states by name; a table of the same."""
    stretch = fill(bridge)
    bridge.request("PUT", "api/v1/limits?tag=m/power", json={"hi": 5})
    bridge.post("api/v1/samples", {"tag": "m/power", "value": 7})
    await page.goto(f"{bridge.url}?window=3600&draw=tiles&tag=m/power&tag=m/state&chart=T&draw=table&tag=m/power")
    tile = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="m/power"))
    await expect(tile).to_have_class(re.compile(r"\bhi\b"))
    await expect(tile).to_contain_text("beyond hi")
    await expect(tile.locator(".tile-span")).to_have_text(re.compile(r"^0 \u2013 7$"))
    await expect(page.get_by_role("listitem").filter(has_text="FAULT")).to_have_count(1)
    await expect(page.get_by_role("group", name="Figures")).to_contain_text("7 kW")
    assert stretch[0] < stretch[1]


async def test_time_per_state_counts_starts(bridge: Bridge, page: Page, tmp_path: Path) -> None:
    """Seconds, share and starts of states and booleans; the report and the PNG hold it."""
    stretch = fill(bridge)
    await page.goto(link(bridge, stretch, "draw=durations", "tag=m/state", "tag=m/on"))
    figures = page.get_by_role("group", name="Figures")
    await expect(figures.locator("tbody tr")).to_have_count(4)
    rows = [" ".join(text.split()) for text in await figures.locator("tbody tr").all_inner_texts()]
    assert rows == [
        "m/state RUN 45 s 75.0 % 1",
        "m/state FAULT 15 s 25.0 % 1",
        "m/on 1 50 s 83.3 % 2",
        "m/on 0 10 s 16.7 % 1",
    ]
    for button, suffix in (("HTML report", "html"), ("PNG", "png")):
        await page.get_by_role("button", name="Export", exact=True).click()
        async with page.expect_download() as saving:
            await page.get_by_role("dialog", name="Export").get_by_role("button", name=button).click()
        await (await saving.value).save_as(tmp_path / f"file.{suffix}")
        await page.keyboard.press("Escape")
    assert "<td>45 s</td><td>75.0 %</td>" in (tmp_path / "file.html").read_text()
    assert (tmp_path / "file.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_views_hold_nothing_that_axe_minds(
    bridge: Bridge, page: Page, faults: Faults, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """All views on one page, wide and on a phone, in light and dark."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.emulate_media(color_scheme=scheme)
    stretch = fill(bridge)
    charts = (
        *("chart=A&draw=spectrum&tag=m/vib", "chart=B&draw=xy&tag=m/speed&tag=m/power"),
        *("chart=C&draw=histogram&tag=m/power", "chart=D&draw=tiles&tag=m/power&tag=m/state"),
        *("chart=E&draw=table&tag=m/power&tag=m/on", "chart=F&draw=durations&tag=m/state"),
    )
    await page.goto(link(bridge, stretch, *charts))
    await expect(page.get_by_role("group", name="Figures")).to_have_count(5)
    await page.evaluate(AXE.read_text())
    assert await violations(page) == []
    assert faults.unexpected == []


async def test_bars_and_points_are_there_on_a_phone_too(bridge: Bridge, page: Page) -> None:
    """A histogram without bars, and pairs without the newest, say nothing: no style for small cards may hide them."""
    stretch = fill(bridge)
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    charts = ("chart=A&draw=histogram&tag=m/power", "chart=B&draw=xy&tag=m/speed&tag=m/power")
    await page.goto(link(bridge, stretch, *charts))
    await expect(page.locator(".bars .point path").first).to_be_visible()
    await expect(page.locator(".scatter .points path").last).to_be_visible()


async def test_tiles_have_the_minutes_before_the_page_was_opened(bridge: Bridge, page: Page) -> None:
    """Also on a wall display, which has no list of tags to ask for them."""
    fill(bridge)
    await page.goto(f"{bridge.url}?kiosk&draw=tiles&tag=m/power")
    line = page.locator(".tile-line path")
    await expect(line).to_have_attribute("d", re.compile(r"(?:[ML][^ML]+){20}"))


async def test_every_view_lies_below_the_head_of_its_card(bridge: Bridge, page: Page) -> None:
    """And inside its card, on the screen and on paper; the picture or the words take most of it."""
    stretch = fill(bridge)
    views = ("spectrum", "xy", "histogram", "tiles", "table", "durations")
    charts = [f"chart={view}&draw={view}&tag=m/speed&tag=m/power&tag=m/on" for view in views]
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    await page.goto(link(bridge, stretch, *charts))
    await expect(page.get_by_role("list", name="Tiles")).to_be_visible()
    for medium in ("screen", "print"):
        await page.emulate_media(media=medium)
        assert await page.evaluate(MISPLACED) == []


async def test_a_low_card_of_a_view_is_mostly_picture(bridge: Bridge, page: Page) -> None:
    """Six views on a laptop: figures stand beside pairs and spectrum, which would be strips else."""
    stretch = fill(bridge)
    views = ("draw=spectrum&tag=m/vib", "draw=xy&tag=m/speed&tag=m/power") * 3
    charts = [f"chart={index}&{view}" for index, view in enumerate(views)]
    await page.set_viewport_size({"width": 1366, "height": 768})
    await page.goto(link(bridge, stretch, *charts))
    await expect(page.get_by_role("group", name="Figures")).to_have_count(6)
    heights = "[...document.querySelectorAll('.card')].map((card) => card.querySelector('.frame').clientHeight / card.clientHeight)"
    assert min(await page.evaluate(heights)) > 0.7
