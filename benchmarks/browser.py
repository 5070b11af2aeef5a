"""The machine's Chromium, its pages, and what its DevTools tell of them."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

WIDTH, HEIGHT = 1_440, 900
# How often the page's busiest chart was drawn.
DRAWS = "Math.max(0, ...[...document.querySelectorAll('[data-draws]')].map((chart) => Number(chart.dataset.draws)))"


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's Chromium. Raises RuntimeError where there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextlib.contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """Open an empty page without cache or storage."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    try:
        yield context.new_page()
    finally:
        context.close()


def stopwatch(page: Page) -> Callable[[], float]:
    """Return a function that tells how many seconds of processor time the page's main thread has taken since now."""
    session = devtools(page)
    begun = metrics(session)["TaskDuration"]
    return lambda: metrics(session)["TaskDuration"] - begun


def devtools(page: Page) -> CDPSession:
    """Return a session of Chrome's DevTools protocol whose `metrics` count."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return session


def metrics(session: CDPSession) -> dict[str, float]:
    """Return Chrome's figures of the page by name: nodes, listeners, seconds of its tasks and more."""
    return {figure["name"]: figure["value"] for figure in session.send("Performance.getMetrics")["metrics"]}
