"""Debian's Chromium, driven by Playwright, and what every visit of a page must hold to."""

import asyncio
import os
import time
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, expect

from tests.support.processes import find_program

_PAUSE_SECONDS = 0.02
# How long a page may take for what it is expected to show; a test that asks for less says so, and is marked `timing`.
WAIT_SECONDS = 30.0
expect.set_options(timeout=WAIT_SECONDS * 1000)

# How many times slower than this machine the pages are to be, to find what nobody has awaited: CONTRIBUTING.md.
SLOWNESS = float(os.environ.get("MQTT_PLOT_SLOW", "1"))
_ANSWER_MILLISECONDS = 150
# With the page's own clock: a test may have stopped the one that the page sees, or be waiting outside of the event loop.
_ANSWER_LATE = """(() => {
  const [ask, wait] = [window.fetch, window.setTimeout.bind(window)];
  const pass = () => new Promise((done) => wait(done, Math.random() * %d));
  window.fetch = async (...request) => {
    await pass();
    const answer = await ask(...request);
    await pass();
    return answer;
  };
})()"""

SIZE = (1280, 800)
# The address bar of each window holds two pages for its list of suggestions: half the work of opening a window, and nobody looks at it.
# The browser takes the last list of features only, so those that Playwright leaves out stand here again.
_WITHOUT = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
# No sandbox: CI is root in a container. The rest keeps the browser from talking to anyone but us.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    f"--disable-features={','.join(_WITHOUT)}",
]


async def launch(playwright: Playwright) -> Browser:
    """Start the browser that the machine has."""
    path = os.environ.get("CHROMIUM") or find_program("chromium")
    return await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


class Windows:
    """Browser windows, each in a profile of its own, that collect faults. Two pages of one window are tabs: the one behind gets no frames."""

    def __init__(self, browser: Browser, faults: "Faults") -> None:
        self._browser = browser
        self._faults = faults
        self._contexts: list[BrowserContext] = []

    async def open(self, address: str = "", size: tuple[int, int] = SIZE, **options: Any) -> Page:  # noqa: ANN401 - what new_context takes
        """Open a window of that size, in CSS pixels, and go to the address if there is one."""
        context = await self._browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        self._contexts.append(context)
        page = await context.new_page()
        self._faults.watch(page)
        await slow_down(page)
        if address:
            await page.goto(address)
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


async def slow_down(page: Page) -> None:
    """Make the page as slow as `MQTT_PLOT_SLOW` says: its processor, and the server's answers, which then may overtake each other."""
    if SLOWNESS <= 1:
        return
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWNESS})

    await page.add_init_script(_ANSWER_LATE % (SLOWNESS * _ANSWER_MILLISECONDS))


async def until_page(page: Page, expression: str, seconds: float = WAIT_SECONDS) -> None:
    """Wait until a script expression is true on the page. Playwright's own wait would need eval, which the page's policy forbids."""
    deadline = time.monotonic() + seconds
    # What it asks for may not be there at all yet.
    asked = (
        f"(() => {{ try {{ return ({expression}) ? '' : 'not so'; }} catch (error) {{ return String(error); }} }})()"
    )
    while answer := await page.evaluate(asked):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for the page: {expression}: {answer}"
        await asyncio.sleep(_PAUSE_SECONDS)


class Faults:
    """What went wrong on the watched pages while nobody looked: script errors, errors on the console, requests to other hosts."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: tuple[str, ...] = ()

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def expect(self, *texts: str) -> None:
        """Name parts of faults that this test provokes, such as the console's line when the server is stopped."""
        self.expected += texts

    @property
    def unexpected(self) -> list[str]:
        return [fault for fault in self.found if not any(text in fault for text in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != "127.0.0.1":
            self.found.append(f"request to another host: {request.url}")
