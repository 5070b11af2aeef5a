"""When charts are drawn, and when not."""

import struct

from playwright.async_api import Page

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import until_page

# The page asks the document whether it is seen; a headless browser never hides a tab by itself.
HIDE = "Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => window.isAway ? 'hidden' : 'visible' })"
DRAWS = "Number(document.querySelector('.js-plotly-plot')?.dataset.draws ?? 0)"
LAST = "[...(document.querySelector('.js-plotly-plot')?.data?.[0]?.y ?? [])].at(-1)"

# Time enough for several pictures.
FRAMES = """new Promise((done) => {
  let left = 20;
  const step = () => (left-- > 0 ? requestAnimationFrame(step) : done());
  step();
})"""


async def go(page: Page, *, away: bool) -> None:
    """Hide the tab, or show it again."""
    await page.evaluate(f"window.isAway = {str(away).lower()}; document.dispatchEvent(new Event('visibilitychange'))")


async def test_a_hidden_tab_draws_nothing_and_has_it_all_when_it_is_seen_again(
    bridge: Bridge, broker: Broker, page: Page
) -> None:
    """A live window slides, so a picture that is seen is drawn again and again; one that is not costs nothing, but its data comes."""
    await page.add_init_script(HIDE)
    async with page.expect_websocket() as opening:
        await page.goto(f"{bridge.url}?window=10&tag=t")
    socket = await opening.value
    broker.publish("plot/t", "1")
    await until_page(page, f"{LAST} === 1 && {DRAWS} > 3")
    await go(page, away=True)
    await page.evaluate(FRAMES)
    before = await page.evaluate(DRAWS)
    async with socket.expect_event(
        "framereceived", lambda frame: not isinstance(frame, str) and struct.pack("<d", 39.0) in frame
    ):
        broker.publish_many([("plot/t", str(value)) for value in range(2, 40)])
    await page.evaluate(FRAMES)
    assert await page.evaluate(f"[{DRAWS}, {LAST}]") == [before, 1]
    await go(page, away=False)
    await until_page(page, f"{LAST} === 39")
    assert await page.evaluate(DRAWS) > before
