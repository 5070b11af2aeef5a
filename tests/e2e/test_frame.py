"""The page inside another page: only where the options allow it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Faults


class Hmi(RequestHandler):
    """A page of another origin that shows the one at `?url=` in a frame."""

    def get(self) -> None:
        self.write(
            f'<link rel="icon" href="data:,"><iframe src="{self.get_query_argument("url")}" width="1000" height="700"></iframe>'
        )


@pytest.fixture
async def hmi() -> AsyncIterator[str]:
    """The origin of an HMI."""
    sock, port = bind_unused_port()
    server = HTTPServer(Application([("/", Hmi)]))
    server.add_sockets([sock])
    yield f"http://127.0.0.1:{port}"
    server.stop()


def start(start_bridge: StartBridge, *framers: str) -> Bridge:
    options = [option for framer in framers for option in ("--allow-frame", framer)]
    bridge = start_bridge("--broker", "none", *options)
    bridge.post("api/v1/samples", {"tag": "t", "value": 1})
    return bridge


async def test_a_page_that_is_named_may_frame_ours(start_bridge: StartBridge, page: Page, hmi: str) -> None:
    """Inside an HMI it is as live as it is by itself."""
    bridge = start(start_bridge, "https://other.example", hmi)
    await page.goto(f"{hmi}/?url={bridge.url}")
    inside = page.frame_locator("iframe")
    await expect(inside.locator(".js-plotly-plot")).to_be_visible()
    bridge.post("api/v1/samples", {"tag": "t", "value": 42})
    await expect(inside.locator(".tags")).to_contain_text("42")


async def test_no_other_page_may(start_bridge: StartBridge, page: Page, faults: Faults, hmi: str) -> None:
    """Or it could lay something over our buttons and have people press them."""
    faults.expect("frame-ancestors")
    bridge = start(start_bridge, "https://other.example", "self")
    async with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        await page.goto(f"{hmi}/?url={bridge.url}")
    await expect(page.frame_locator("iframe").locator(".js-plotly-plot")).to_have_count(0)
