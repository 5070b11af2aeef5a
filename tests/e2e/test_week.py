"""A simulated week with one spike of 100 ms on Tuesday night: seen at 7 days, found by zooming, and the same after a restart in the middle."""

import asyncio
import math
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import until_page

DAY = 86_400
WEEK = 7 * DAY
TUESDAY = 5 * DAY  # 1970 began on a Thursday
NIGHT = 2 * 3600 + 17 * 60 + 33.4
SPIKE, USUAL = 9.5, 3.0
COLUMN = 7_200
BAND = "[...document.querySelector('.js-plotly-plot').data].find(({uid}) => uid.endsWith('-band'))"


class Week:
    """Seven days up to now: a pressure once a second with one spike, a temperature that goes with the day, a machine of two shifts."""

    def __init__(self) -> None:
        self.end = int(time.time())
        self.start = self.end - WEEK
        tuesday = (self.start - TUESDAY + 7 * DAY - 1) // (7 * DAY) * 7 * DAY + TUESDAY
        self.spike = min(tuesday + NIGHT, self.end - DAY)

    def send(self, bridge: Bridge, start: int, end: int) -> None:
        for first in range(start, end, COLUMN):
            times = [float(t) for t in range(first, min(first + COLUMN, end))]
            column = [USUAL + 0.2 * math.sin(t / 5_000) for t in times]
            if times[0] <= self.spike < times[-1]:
                at = int(self.spike - times[0]) + 1
                times[at:at] = [self.spike, self.spike + 0.1]
                column[at:at] = [SPIKE, USUAL]
            bridge.post("api/v1/samples", {"tag": "press/pressure", "unit": "bar", "ts": times, "value": column})
        slow = list(range(start, end, 120))
        warm = [21 + 4 * math.sin(2 * math.pi * t / DAY) for t in slow]
        bridge.post("api/v1/samples", {"tag": "press/oven", "unit": "°C", "ts": slow, "value": warm})
        shifts = [
            {"tag": "press/mode", "ts": t, "value": "RUN" if t // 3600 % 24 in range(6, 22) else "STOP"}
            for t in range(start, end, 1_800)
        ]
        bridge.post("api/v1/samples", shifts)


@pytest.fixture
async def week(start_bridge: StartBridge, tmp_path: Path) -> tuple[Bridge, Week]:
    """A bridge that was restarted on the fourth day of seven, and kept what it had in its state file."""
    week, state = Week(), ("--broker", "none", "--max-points", "20000", "--state", str(tmp_path / "state"))
    middle = week.start + WEEK // 2
    bridge = start_bridge(*state)
    await asyncio.to_thread(week.send, bridge, week.start, middle)
    await asyncio.to_thread(bridge.stop)
    bridge = start_bridge(*state)
    await asyncio.to_thread(week.send, bridge, middle, week.end)
    return bridge, week


async def test_a_spike_of_100_ms_is_seen_in_a_week_and_found_by_zooming(
    week: tuple[Bridge, Week], page: Page, tmp_path: Path
) -> None:
    """It stands out of the band at 7 days; a drag around it, again and again, ends at the bucket that it lies in."""
    bridge, said = week
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(f"{bridge.url}?window={WEEK}&tag=press/pressure&tag=press/oven&tag=press/mode")
    await until_page(page, f"Math.max(...{BAND}.y) === {SPIKE}")
    await page.screenshot(path=tmp_path / "week.png")
    window = page.get_by_role("slider", name="Shown stretch", exact=True)
    for _ in range(4):
        shown = await page.evaluate("document.querySelector('.js-plotly-plot').layout.xaxis.range.map((t) => t / 1000)")
        if shown[1] - shown[0] < 4 * 3600:
            break
        top = await page.evaluate(f"{BAND}.x[{BAND}.y.indexOf({SPIKE})] / 1000")
        plot = await page.locator(".js-plotly-plot .draglayer .nsewdrag").first.bounding_box()
        assert plot is not None
        x = plot["x"] + (top - shown[0]) / (shown[1] - shown[0]) * plot["width"]
        await page.mouse.move(x - 40, plot["y"] + plot["height"] / 2)
        await page.mouse.down()
        await page.mouse.move(x + 40, plot["y"] + plot["height"] / 2, steps=5)
        await page.mouse.up()
        await until_page(
            page,
            "((range) => (range[1] - range[0]) / 1000)(document.querySelector('.js-plotly-plot').layout.xaxis.range)"
            f" < {(shown[1] - shown[0]) / 4}",
        )
        await until_page(page, f"Math.max(...{BAND}.y) === {SPIKE}")
    await expect(page.get_by_text("10 min outline, peaks kept")).to_be_visible()
    await page.screenshot(path=tmp_path / "spike.png")
    found = await page.evaluate(f"{BAND}.x[{BAND}.y.indexOf({SPIKE})] / 1000")
    assert abs(found - said.spike) <= 600
    await expect(window).to_be_visible()


async def test_a_restart_in_the_middle_gives_the_same_week(
    week: tuple[Bridge, Week], start_bridge: StartBridge
) -> None:
    """Hour by hour every lowest, highest and count equals that of a bridge that ran through; means to what 32 bits round."""
    bridge, said = week
    other = start_bridge("--broker", "none", "--max-points", "20000")
    await asyncio.to_thread(said.send, other, said.start, said.end)

    def hours(of: Bridge, tag: str) -> tuple[list[tuple[float, ...]], list[float]]:
        answer = of.get("api/v1/series", tag=tag, step=3600).json()
        names = ("time", "min", "max", "count")
        return list(zip(*(answer[name] for name in names), strict=True)), answer["mean"]

    for tag in ("press/pressure", "press/oven"):
        (one, means), (two, others) = hours(bridge, tag), hours(other, tag)
        assert one == two
        assert means == pytest.approx(others, abs=1e-3)
    states = [of.get("api/v1/statistics", tag="press/mode").json()["states"] for of in (bridge, other)]
    assert states[0] == states[1]
