"""Debian's Chromium, driven by Playwright, and what every visit of a page must hold to."""

import asyncio
import os
import time
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Playwright, Request

from tests.support.processes import find_program

# No sandbox: CI is root in a container. The rest keeps the browser from talking to anyone but us.
_PAUSE_SECONDS = 0.02
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
]


async def launch(playwright: Playwright) -> Browser:
    """Start the browser that the machine has."""
    path = os.environ.get("CHROMIUM") or find_program("chromium")
    return await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


async def until_page(page: Page, expression: str, seconds: float = 10.0) -> None:
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
