"""The page of the `http-plot-server` package, unchanged, with our server behind it."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.conftest import StartBridge
from tests.support.chromium import Faults
from tests.support.old_server import page as old_page
from tests.support.processes import ROOT

PLOTLY = ROOT / "frontend" / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js"
# What the page asks of moment: moment(text).format(), with the text as str() writes a datetime.
MOMENT = "window.moment = (text) => ({ format: () => new Date(text.replace(' ', 'T')).toISOString() });"
POLL_MILLISECONDS = 5_000
TS = 1_649_859_909


async def serve_outside(route: Route) -> None:
    """Answer what the page wants from other hosts, as there is no internet here: plotly and moment; pictures and fonts are empty."""
    url = route.request.url
    if "plotly" in url:
        await route.fulfill(path=PLOTLY, content_type="text/javascript")
    elif "moment" in url:
        await route.fulfill(body=MOMENT, content_type="text/javascript")
    else:
        await route.fulfill(body="", content_type="text/css" if "fonts" in url else "image/png")


@pytest.mark.parametrize("tag", ["Temperature - Room 1", "größe <b>&amp;+%2F ℃"])
async def test_its_own_page_lists_draws_and_follows_a_tag(
    start_bridge: StartBridge, page: Page, faults: Faults, tag: str
) -> None:
    """The old page, served from our address, lists the tags, draws the chosen one with its unit, and follows new points."""
    bridge = start_bridge("--broker", "none")
    for i, value in enumerate([20.3, 20.9, 19.8]):
        bridge.post("/", {"tag": tag, "value": value, "unit": "℃", "ts": TS + i})
    faults.expect("cdn.plot.ly", "cdnjs.cloudflare.com", "fonts.googleapis.com", "qbee.io")
    await page.route(lambda url: not url.startswith(bridge.url), serve_outside)
    await page.route(bridge.url + "old", lambda route: route.fulfill(body=old_page(), content_type="text/html"))
    await page.clock.install()
    await page.goto(bridge.url + "old")

    selector = page.locator("#plotSelector")
    await expect(selector.locator("option")).to_have_text(["Choose a plot", tag])
    await selector.select_option(tag)
    points = page.locator("#myDiv .scatterlayer .trace .points path")
    await expect(points).to_have_count(3)
    drawn = await page.evaluate("document.getElementById('myDiv').data[0]")
    assert drawn["y"] == [20.3, 20.9, 19.8]
    assert drawn["x"] == [f"2022-04-13T14:25:{second:02}.000Z" for second in (9, 10, 11)]
    assert await page.evaluate("document.getElementById('myDiv').layout.yaxis.title.text") == "℃"

    bridge.post("/", {"tag": tag, "value": 25.5, "ts": TS + 3})
    bridge.post("/", {"tag": "another", "value": 1})
    await page.clock.run_for(POLL_MILLISECONDS)
    await expect(points).to_have_count(4)
    await expect(selector.locator("option")).to_have_text(["Choose a plot", tag, "another"])
    await expect(selector).to_have_value(tag)
