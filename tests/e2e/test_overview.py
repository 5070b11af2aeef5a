"""The strip below the charts shows all that is held; a hand or keys move the shown stretch over it, and charts say where history begins."""

import asyncio
import re
import time

import pytest
from playwright.async_api import Locator, Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Faults, until_page

HOUR = 3600
HELD = 12 * HOUR
MODE = "document.body.dataset.mode"
MARKS = "(document.querySelector('.js-plotly-plot')?.layout.annotations ?? []).map(({text}) => text)"


def fill(bridge: Bridge, seconds: int = HELD) -> int:
    """Send a ramp, a point every 4 s, up to now; return its first time."""
    start = int(time.time()) - seconds
    for first in range(start, start + seconds, 8 * HOUR):
        times = list(range(first, min(first + 8 * HOUR, start + seconds), 4))
        bridge.post("api/v1/samples", {"tag": "level", "unit": "m", "ts": times, "value": [t - start for t in times]})
    return start


@pytest.fixture
async def shown(start_bridge: StartBridge, page: Page) -> tuple[Bridge, int, Page]:
    """A bridge that holds 12 h, most of it in outline, the first time, and a page that shows the last hour."""
    bridge = start_bridge("--broker", "none", "--max-points", "1000")
    start = await asyncio.to_thread(fill, bridge)
    await page.goto(f"{bridge.url}?window=3600&tag=level")
    await until_page(page, f"Number({_slider(page, 'Start')[1]}) > 0")
    # What is held is said beside the strip, which gets narrower by it.
    await expect(page.locator(".overview .held")).to_contain_text("outline")
    return bridge, start, page


def _slider(page: Page, end: str) -> tuple[Locator, str]:
    """An edge of the shown stretch, and a script expression of its time."""
    name = f"{end} of the shown stretch"
    return page.get_by_role("slider", name=name), f"document.querySelector('[aria-label=\"{name}\"]').ariaValueNow"


async def shown_range(page: Page) -> tuple[int, int]:
    """The shown stretch in POSIX seconds, as far as it is held."""
    first, last = [int(await page.evaluate(_slider(page, end)[1])) for end in ("Start", "End")]
    return first, last


async def test_the_strip_shows_all_that_is_held_and_a_drag_moves_the_stretch(shown: tuple[Bridge, int, Page]) -> None:
    """From the first bucket of the outline to now; dragged back by 6 h the window shows the hour of then, and its points come."""
    _, start, page = shown
    window = page.get_by_role("slider", name="Shown stretch", exact=True)
    assert int(await window.get_attribute("aria-valuemin") or 0) == pytest.approx(start, abs=200)
    strip = await page.locator(".overview .strip").bounding_box()
    place = await window.bounding_box()
    assert strip is not None
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    before = await shown_range(page)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - strip["width"] / 4, y, steps=3)
    await page.mouse.move(x - strip["width"] / 2, y, steps=3)
    await page.mouse.up()
    await until_page(page, f"{MODE} === 'back' && {_slider(page, 'Start')[1]} < {before[0] - HELD / 3}")
    after = await shown_range(page)
    moved = [old - new for old, new in zip(before, after, strict=True)]
    assert moved == pytest.approx([HELD / 2, HELD / 2], abs=HELD / 50)
    line = "document.querySelector('.js-plotly-plot').data.find(({uid}) => !uid.includes('-band'))"
    await until_page(page, f"{line}.y.length > 20 && Math.abs({line}.y[5] - {after[0] - start}) < 600")


async def test_an_edge_makes_the_stretch_longer_and_it_stays_live(shown: tuple[Bridge, int, Page]) -> None:
    """Dragging the left edge of a live picture back gives a longer live window."""
    _, _, page = shown
    edge = await _slider(page, "Start")[0].bounding_box()
    assert edge is not None
    x, y = edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 300, y, steps=4)
    await page.mouse.up()
    await until_page(page, f"{_slider(page, 'End')[1]} - {_slider(page, 'Start')[1]} > {2 * HOUR}")
    assert await page.evaluate(MODE) == "live"


async def test_keys_move_the_stretch(shown: tuple[Bridge, int, Page]) -> None:
    """Arrows by a tenth, with shift by all of it, Home and End to the ends; at the end it is live again."""
    _, start, page = shown
    window = page.get_by_role("slider", name="Shown stretch", exact=True)
    await window.focus()
    for key, expected in (("Shift+ArrowLeft", None), ("ArrowLeft", None), ("Home", start)):
        before = await shown_range(page)
        await page.keyboard.press(key)
        await until_page(page, f"Number({_slider(page, 'Start')[1]}) < {before[0] - 300}")
        if expected is not None:
            assert (await shown_range(page))[0] == pytest.approx(expected, abs=200)
    await page.keyboard.press("End")
    await until_page(page, f"{MODE} === 'live'")


async def test_what_is_held_now_is_said_where_the_stretch_is_chosen(shown: tuple[Bridge, int, Page]) -> None:
    """Points and outline are told apart: 1,000 points at 4 s are a little more than 1 h."""
    _, _, page = shown
    await expect(page.locator(".overview .held")).to_have_text(
        re.compile(r"every point 1 h [678] min outline 12 h( [12] min)?")
    )


async def test_charts_say_where_the_history_begins(shown: tuple[Bridge, int, Page]) -> None:
    """Not at an edge of the picture; a window longer than what is held has the mark at its first point."""
    bridge, start, page = shown
    assert await page.evaluate(f"{MARKS}.length") == 1  # the date alone
    await page.goto(f"{bridge.url}?window=86400&tag=level")
    await until_page(page, f"{MARKS}.includes('history begins here')")
    place = await page.evaluate(
        "document.querySelector('.js-plotly-plot').layout.annotations.find(({text}) => text === 'history begins here').x"
    )
    assert place == pytest.approx((start - (time.time() - 86400)) / 86400, abs=0.01)


async def test_a_past_that_a_restart_took_is_marked_where_it_ended(
    start_bridge: StartBridge, page: Page, faults: Faults
) -> None:
    """Without --state: the page was open, the server began anew; what was before is said to be gone, not silently missing."""
    faults.expect("WebSocket connection", "ERR_CONNECTION_REFUSED")
    bridge = start_bridge("--broker", "none")
    now = time.time()
    sample = {"tag": "level", "unit": "m"}
    bridge.post("api/v1/samples", {**sample, "ts": [now - 200, now - 190, now - 180], "value": [1, 2, 3]})
    await page.goto(f"{bridge.url}?window=600&tag=level")
    await until_page(page, f"{MARKS}.includes('history begins here')")
    assert not await page.evaluate(f"{MARKS}.some((text) => text.startsWith('past gone'))")
    port = bridge.port
    await asyncio.to_thread(bridge.stop)
    other = start_bridge("--broker", "none", "--port", str(port))
    other.post("api/v1/samples", {**sample, "ts": [now - 60, now - 50], "value": [4, 5]})
    await until_page(page, f"{MARKS}.includes('past gone: server restarted')")
    await until_page(page, f"{MARKS}.includes('history begins here')")
    places = await page.evaluate(
        "document.querySelector('.js-plotly-plot').layout.annotations"
        ".filter(({text}) => /gone|begins/.test(text)).map(({x}) => x * 600)"
    )
    assert places[1] - places[0] == pytest.approx(120, abs=2)
