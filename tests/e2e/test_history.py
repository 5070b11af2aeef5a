"""Last night: a window longer than the points that are held shows their outline, and statistics are true."""

import asyncio
import re
import time

import pytest
from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import until_page

TRACES = "(document.querySelector('.js-plotly-plot')?.data ?? [])"
SECONDS = 12 * 3600
PUMP, SPIKE = 11.0, 60.0


@pytest.fixture
async def night(start_bridge: StartBridge) -> tuple[Bridge, float]:
    """A bridge that keeps 1,000 points, and was told 12 h of a pump with 5 % duty, once a second, with one spike 8 h ago; and that time."""
    bridge = start_bridge("--broker", "none", "--max-points", "1000")
    start = int(time.time()) - SECONDS

    def fill() -> None:
        for first in range(0, SECONDS, 7_200):
            times = list(range(start + first, start + first + 7_200))
            column = [SPIKE if t == start + 4 * 3600 else PUMP if t % 20 == 0 else 0.0 for t in times]
            bridge.post("api/v1/samples", {"tag": "pump", "unit": "kW", "ts": times, "value": column})

    await asyncio.to_thread(fill)
    return bridge, float(start + 4 * 3600)


async def test_a_long_window_shows_the_outline_and_a_zoom_what_is_finer(
    night: tuple[Bridge, float], page: Page
) -> None:
    """A band from lowest to highest with the mean as line, up to the newest point; the spike of one sample is seen, and found."""
    bridge, spike = night
    await page.goto(f"{bridge.url}?window=86400&tag=pump")
    await expect(page.get_by_text("outline, peaks kept")).to_be_visible()
    band = f"{TRACES}.find(({{uid}}) => uid.endsWith('-band'))"
    await until_page(page, f"Math.max(...({band}?.y ?? [0])) === {SPIKE}")
    line = f"{TRACES}.find(({{uid}}) => !uid.includes('-band'))"
    assert await page.evaluate(f"Math.max(...[...{line}.y].filter((y) => y < {PUMP})) < 4")
    assert await page.evaluate(f"{line}.x.at(-1) / 1000") == spike + 8 * 3600 - 1
    await expect(page.get_by_label("Time window").get_by_role("option", name="24 h")).to_have_count(1)
    await page.goto(f"{bridge.url}?window=86400&from={spike - 60}&to={spike + 60}&tag=pump")
    await until_page(page, f"Math.max(...({band}?.y ?? [0])) === {SPIKE}")
    await expect(page.get_by_text("outline, peaks kept")).to_have_text("1 min outline, peaks kept")


async def test_the_legend_tells_the_true_mean(night: tuple[Bridge, float], page: Page) -> None:
    """5 % of 11 kW is 0.55 kW, shown to one decimal, also from 12 h of which 17 min are held; decimated points would say 5."""
    bridge, _ = night
    await page.goto(f"{bridge.url}?window=86400&tag=pump")
    mean = page.locator(".legend tbody td.roomy").first
    await expect(mean).to_have_text("0.6")


async def test_legend_and_copied_figures_are_true_of_the_stretch_between_the_cursors(
    night: tuple[Bridge, float], page: Page
) -> None:
    """Of what is known in outline only: last, min, max, mean and deviation of what is seen, then of A to B; and a spreadsheet gets the same."""
    bridge, spike = night
    await page.goto(f"{bridge.url}?window=86400&tag=pump")
    cells = page.locator(".legend tbody td")
    for place, text in ((3, "0.6"), (0, "0")):  # the points may come after what the server says of them
        await expect(cells.nth(place)).to_have_text(text)
    assert (await cells.all_text_contents())[:5] == ["0", "0", str(int(SPIKE)), "0.6", "2.4"]
    await page.goto(f"{bridge.url}?window=86400&from={spike - 3600}&to={spike + 7200}&tag=pump")
    await expect(cells.nth(3)).to_have_text("0.6")
    whole = await cells.nth(4).text_content()
    plot = await page.locator(".js-plotly-plot .draglayer .nsewdrag").first.bounding_box()
    assert plot is not None
    for key, at in (("a", 0.3), ("b", 0.6)):  # the spike is at a third
        await page.mouse.move(plot["x"] + at * plot["width"], plot["y"] + 60)
        await page.keyboard.press(key)
    await page.mouse.move(5, 300)
    await expect(page.get_by_role("slider", name="Cursor B")).to_be_visible()
    # The server is asked for the deviation between the cursors, which is another one.
    await expect(cells.nth(4)).not_to_have_text(re.compile(rf"^(\u2013|{re.escape(str(whole))})$"))
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy figures").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    head, line, *facts = (await page.evaluate("navigator.clipboard.readText()")).splitlines()
    told = dict(zip(head.split("\t"), line.split("\t"), strict=True))
    assert (told["Tag"], told["Unit"], told["min"], told["max"], told["mean"]) == ("pump", "kW", "0", "60", "0.6")
    assert [fact.split()[0] for fact in facts] == ["Cursor", "Cursor", "Δt"]
    shown = (await page.locator(".legend tbody td").all_text_contents())[:5]
    assert list(told.values())[2:7] == shown
