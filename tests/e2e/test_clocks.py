"""Devices whose clocks are wrong: the axis stays that of the time in which people live."""

import time

import pytest
from playwright.async_api import Page, expect

from tests.support.bridge import Bridge

HOUR, DAY = 3600.0, 86400.0
# What the device says the time is, against the truth, for ten points of one second each.
CLOCKS = {
    "ahead": [DAY - 600 + second for second in range(10)],
    "behind": [-DAY + second for second in range(10)],
    "back": [-10.0 + second - (HOUR if second >= 5 else 0) for second in range(10)],
    "shuffled": [-10.0 + second for second in (3, 0, 9, 1, 7, 2, 8, 5, 4, 6)],
}
RANGE = "document.querySelector('.js-plotly-plot').layout.xaxis.range.map(t => typeof t === 'number' ? t : Date.parse(t + 'Z'))"


async def axis(page: Page) -> tuple[float, float]:
    """Return the range of the time axis in POSIX seconds (the page's clock is UTC)."""
    start, end = await page.evaluate(RANGE)
    return start / 1000, end / 1000


@pytest.mark.parametrize("clock", [*CLOCKS, "1970"])
async def test_the_live_axis_is_ours(bridge: Bridge, page: Page, clock: str) -> None:
    """Beside a device whose clock is right the live window is the last minute, whatever another one says."""
    now = time.time()
    stamps = [now + ahead for ahead in CLOCKS.get(clock, [])] or [float(second) for second in range(10)]
    bridge.post("api/v1/samples", {"tag": "wrong", "ts": stamps, "value": list(range(10))})
    bridge.post("api/v1/samples", {"tag": "right", "ts": [now - 5, now - 1], "value": [1, 2]})
    assert sorted(bridge.series("wrong")["value"]) == list(range(10))
    await page.goto(f"{bridge.url}?window=60&zone=utc&tag=wrong&tag=right")
    await expect(page.locator(".legend tbody tr")).to_have_count(2)
    start, end = await axis(page)
    assert 55 <= end - start <= 65
    assert abs(end - time.time()) < 10
