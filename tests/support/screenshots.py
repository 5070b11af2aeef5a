"""`make screenshots`: the pictures of docs/, taken of the running demo. About six minutes, most of it waiting for the plant.

docs/screenshot.png is README's; docs/screenshots/ holds what a person meets without a hand on anything, wide and on a phone, light and dark.
"""

import asyncio
import sys
import time
from urllib.parse import urlencode

import requests
from playwright.async_api import Browser, async_playwright

from tests.support.chromium import ARGUMENTS
from tests.support.processes import ROOT, Program, find_program
from tests.support.waiting import wait_until

DOCS = ROOT / "docs"
WIDE, PHONE = (1440, 900), (390, 844)
HOST = "plot.line1.local"
WINDOW = 120  # seconds shown
HISTORY = 310  # seconds of data, so that the small lines of the tag list are full
LARGEST_BYTES = 230_000
LARGEST_FIRST_BYTES = 300_000

# README's view: what belongs together side by side.
CHARTS = [
    ("chart", "Pump 1"),
    ("at", "0,0,7,7"),
    *(("tag", f"pump1/{name}") for name in ("flow", "pressure", "state")),
    ("chart", "Vibration"),
    ("at", "0,7,7,5"),
    ("tag", "pump1/vibration"),
    ("chart", "Tank 1"),
    ("at", "7,0,5,12"),
    *(("tag", f"tank1/{name}") for name in ("level", "temperature", "heater", "state")),
]
VIEW = urlencode([("window", WINDOW), *CHARTS])
LIMITS = {"pump1/vibration": {"hi": 4, "hihi": 7}, "tank1/temperature": {"hi": 60}}


def main() -> None:
    """Take all pictures; ends with status 1 where one is larger than it may be."""
    demo = Program(
        [
            *(sys.executable, "-m", "mqtt_plot", "demo", "--host", "127.0.0.1", "--port", "0"),
            *("--embedded-broker-listen", "127.0.0.1:0", "--allow-host", HOST),
        ]
    )
    try:
        url = demo.wait_for(r"page on (https?://\S+)")[1]
        wait_until(lambda: oldest(url) < time.time() - HISTORY, "minutes of data", HISTORY + 60)
        asyncio.run(capture_all(int(url.split(":")[2].split("/")[0])))
    finally:
        demo.stop()
    sys.exit("\n".join(too_large()) or 0)


def oldest(url: str) -> float:
    """Return when the first point of any tag was, in POSIX seconds; limits are declared on the way, as a device would."""
    session = requests.Session()
    session.trust_env = False
    for tag, limits in LIMITS.items():
        session.put(f"{url}api/v1/meta", params={"tag": tag}, json=limits, timeout=10)
    times = [entry["first"] for entry in session.get(f"{url}api/v1/tags", timeout=10).json() if entry["first"]]
    return min(times, default=time.time())


async def capture_all(port: int) -> None:
    """Take every picture, in a browser that finds the demo by a name."""
    (DOCS / "screenshots").mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_program("chromium"),
            args=[*ARGUMENTS, f"--host-resolver-rules=MAP {HOST}:80 127.0.0.1:{port}"],
        )
        await capture(browser, "screenshot", WIDE, "dark", VIEW)
        for scheme in ("light", "dark"):
            await capture(browser, f"screenshots/wide-{scheme}", WIDE, scheme, f"window={WINDOW}")
            await capture(browser, f"screenshots/phone-{scheme}", PHONE, scheme, f"window={WINDOW}")
        await browser.close()


async def capture(browser: Browser, name: str, size: tuple[int, int], scheme: str, query: str) -> None:
    """Take one picture of the page as it stands three seconds after it is opened: charts, legends and small lines are there."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    await page.goto(f"http://{HOST}/?{query}")
    await page.wait_for_selector(".js-plotly-plot .scatterlayer .trace")
    await asyncio.sleep(3)
    await page.screenshot(path=DOCS / f"{name}.png")
    await context.close()


def too_large() -> list[str]:
    """Return the pictures that would make a clone heavy, each with its size in bytes."""
    pictures = [DOCS / "screenshot.png", *sorted((DOCS / "screenshots").glob("*.png"))]
    sizes = {path: path.stat().st_size for path in pictures}
    return [
        f"{path.relative_to(ROOT)}: {size} bytes"
        for path, size in sizes.items()
        if size > (LARGEST_FIRST_BYTES if path.parent == DOCS else LARGEST_BYTES)
    ]


if __name__ == "__main__":
    main()
