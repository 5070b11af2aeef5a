"""The main job, as a person sees it: a device publishes, an open page shows it."""

import asyncio
import json
import re
import socket
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.chromium import Faults, Windows, until_page
from tests.support.processes import ROOT, find_program

ONE_SECOND = 1_000
HOSTILE_TAGS = [
    "<img src=x onerror=alert(1)>",
    "<a href='https://example.org'>link</a>",
    "__proto__",
    "\u202eabc",
    "🌡 " + "x" * 240,
]


# How many points the first chart draws.
DRAWN = (
    "(document.querySelector('.js-plotly-plot')?.data ?? []).reduce((sum, trace) => sum + (trace.x?.length ?? 0), 0)"
)

# Notes how many points the first picture of all had.
NOTE_FIRST_PICTURE = """new MutationObserver((changes, observer) => {
  window.firstPoints = Number(document.querySelector("[data-draws]").dataset.points);
  observer.disconnect();
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-draws"] })"""

# Its time axis, in ms since 1970.
SHOWN = "document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range.map((end) => new Date(end).getTime())"


GREEN = "rgb(18, 128, 60)"  # --ok, light


def tag_line(page: Page, tag: str) -> Locator:
    """The row of a tag in the list."""
    return page.locator(".row", has=page.get_by_role("checkbox", name=tag, exact=True))


async def shown_range(page: Page) -> list[float]:
    """The first chart's time axis, in ms since 1970."""
    return [float(end) for end in await page.evaluate(SHOWN)]


async def chosen_range(page: Page) -> list[float]:
    """The time axis once the picture shows the range that the address names."""
    await expect(page).to_have_url(re.compile("from="))
    start = float(re.findall(r"from=([\d.]+)", page.url)[0]) * 1000
    await until_page(page, f"Math.abs({SHOWN}[0] - {start:.0f}) <= 1")
    return await shown_range(page)


@pytest.mark.timing
async def test_mosquitto_pub_shows_in_an_open_page_within_a_second(bridge: Bridge, broker: Broker, page: Page) -> None:
    """The empty page teaches the command; running it is enough."""
    await page.goto(bridge.url)
    await expect(page.get_by_text("mosquitto_pub").first).to_be_visible()
    publish = [find_program("mosquitto_pub"), "-p", str(broker.port), "-t", "plot/line1/temp", "-m"]
    await asyncio.to_thread(subprocess.run, [*publish, "21.5"], check=True)
    await expect(tag_line(page, "line1/temp")).to_contain_text("21.5", timeout=ONE_SECOND)
    await asyncio.to_thread(subprocess.run, [*publish, "22.5"], check=True)
    await expect(tag_line(page, "line1/temp")).to_contain_text("22.5", timeout=ONE_SECOND)
    await expect(page.locator(".js-plotly-plot")).to_be_visible()
    await until_page(page, f"{DRAWN} >= 2")


@pytest.mark.timing
async def test_the_readmes_requests_snippet_shows_in_an_open_page_within_a_second(bridge: Bridge, page: Page) -> None:
    """Pasted from docs/connect.md, but for the port."""
    snippet = re.findall(r"```python\n(import requests.*?)```", (ROOT / "docs" / "connect.md").read_text(), re.DOTALL)[
        0
    ]
    await page.goto(bridge.url)
    await expect(page.get_by_text("mosquitto_pub").first).to_be_visible()
    exec(snippet.replace("localhost:8080", f"127.0.0.1:{bridge.port}"), {})  # noqa: S102 - our own text
    line = tag_line(page, "Temperature - Room 1")
    await expect(line).to_contain_text("20.3", timeout=ONE_SECOND)
    await expect(line).to_contain_text("℃")


async def test_a_first_visit_with_data_is_met_by_a_drawn_chart(bridge: Bridge, page: Page) -> None:
    """Nobody is met by an empty chart when there is something to see: the very first picture has the points."""
    for i in range(50):
        bridge.post("api/v1/samples", {"tag": "line1/temp", "value": i})
    await page.add_init_script(NOTE_FIRST_PICTURE)
    await page.goto(bridge.url)
    await expect(page.get_by_role("checkbox", name="line1/temp", exact=True)).to_be_checked()
    await expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(1)
    assert await page.evaluate("window.firstPoints") == 50


async def test_each_unit_has_an_axis_and_the_legend_names_the_tags(bridge: Bridge, page: Page) -> None:
    """Two units, two axes, three names."""
    for tag, unit in [("a", "°C"), ("b", "°C"), ("c", "bar")]:
        for value in (1, 2, 3):
            bridge.post("api/v1/samples", {"tag": tag, "value": value, "unit": unit})
    await page.goto(f"{bridge.url}?tag=a&tag=b&tag=c")
    chart = page.locator(".js-plotly-plot")
    await expect(page.locator(".legend .name .text")).to_have_text(["a", "b", "c"])
    await expect(chart.locator(".ytitle")).to_have_text("°C")
    await expect(chart.locator(".y2title")).to_have_text("bar")


async def test_chosen_tags_are_in_the_address_and_open_again(bridge: Bridge, page: Page) -> None:
    """A link is a view."""
    for tag in ("one", "two", "größe <b>"):
        bridge.post("api/v1/samples", {"tag": tag, "value": 1})
    await page.goto(bridge.url)
    for tag in ("one", "two", "größe <b>"):  # the page has chosen; before that a choice would be its, not ours
        await expect(page.get_by_role("checkbox", name=tag, exact=True)).to_be_checked()
    await page.get_by_role("checkbox", name="one", exact=True).uncheck()
    await page.get_by_label("Time window").select_option("600")
    await expect(page).to_have_url(re.compile("window=600&tag=.*&tag="))
    await page.reload()
    await expect(page.get_by_role("checkbox", name="one", exact=True)).not_to_be_checked()
    await expect(page.get_by_role("checkbox", name="two", exact=True)).to_be_checked()
    await expect(page.get_by_role("checkbox", name="größe <b>", exact=True)).to_be_checked()
    await expect(page.get_by_label("Time window")).to_have_value("600")


async def test_search_narrows_the_list(bridge: Bridge, page: Page) -> None:
    """By any part of a name."""
    for tag in ("line1/temp", "line1/flow", "line2/temp"):
        bridge.post("api/v1/samples", {"tag": tag, "value": 1})
    await page.goto(bridge.url)
    await expect(page.get_by_role("checkbox", name="line2/temp", exact=True)).to_be_visible()
    await page.get_by_role("searchbox", name="Search tags").fill("flow")
    await expect(page.get_by_role("checkbox", name="line1/flow", exact=True)).to_be_visible()
    await expect(page.get_by_role("checkbox", name="line2/temp", exact=True)).to_be_hidden()


async def test_a_zoom_stays_while_data_streams_and_live_returns(bridge: Bridge, page: Page) -> None:
    """Zooming leaves Live; the trace goes on growing; one button returns."""
    for i in range(20):
        bridge.post("api/v1/samples", {"tag": "t", "value": i})
    await page.goto(bridge.url)
    plot = page.locator(".js-plotly-plot .nsewdrag").first
    await plot.hover()
    await page.mouse.wheel(0, -400)
    await expect(page.locator("body")).to_have_attribute("data-mode", "back")
    before = await chosen_range(page)
    for i in range(20):
        bridge.post("api/v1/samples", {"tag": "t", "value": 100 + i})
    await expect(tag_line(page, "t")).to_contain_text("119")
    assert await shown_range(page) == before
    await page.get_by_role("button", name="Live").click()
    await expect(page.locator("body")).to_have_attribute("data-mode", "live")
    drawn = "document.querySelector('.js-plotly-plot').data.some((trace) => [...trace.y].includes(119))"
    await until_page(page, drawn)


async def test_pause_freezes_the_picture_and_live_shows_what_came_meanwhile(bridge: Bridge, page: Page) -> None:
    """The numbers in the list go on."""
    bridge.post("api/v1/samples", {"tag": "t", "value": 1})
    await page.goto(bridge.url)
    await expect(page.locator(".js-plotly-plot")).to_be_visible()
    await page.get_by_role("button", name="Pause").click()
    before = await chosen_range(page)
    bridge.post("api/v1/samples", {"tag": "t", "value": 42})
    await expect(tag_line(page, "t")).to_contain_text("42")
    assert await shown_range(page) == before
    await page.get_by_role("button", name="Live").click()
    await until_page(page, "document.querySelector('.js-plotly-plot').data.some((trace) => [...trace.y].includes(42))")


async def test_a_restarted_server_is_found_again_and_the_stale_points_are_gone(
    broker: Broker, start_bridge: StartBridge, page: Page, faults: Faults
) -> None:
    """Another epoch: nothing of the life before is trusted."""
    faults.expect("WebSocket connection to", "net::ERR_")
    first = start_bridge("--broker", broker.url)
    first.post("api/v1/samples", {"tag": "t", "value": 1})
    await page.goto(first.url)
    await expect(page.locator("body")).to_have_attribute("data-link", "open")
    first.stop()
    await expect(page.get_by_role("alert").filter(has_text="Server lost")).to_be_visible()
    second = start_bridge("--broker", broker.url, "--port", str(first.port))
    second.post("api/v1/samples", {"tag": "t", "value": 7})
    await expect(tag_line(page, "t")).to_contain_text("7")
    await expect(page.get_by_role("alert")).to_be_hidden()
    drawn = "JSON.stringify(document.querySelector('.js-plotly-plot').data.flatMap((trace) => [...trace.y]))"
    await until_page(page, f"{drawn} === '[7]'")


async def test_the_page_says_that_the_broker_is_lost_and_heals(bridge: Bridge, broker: Broker, page: Page) -> None:
    """A stopped broker must not look like a silent machine."""
    await page.goto(bridge.url)
    await expect(page.locator("body")).to_have_attribute("data-broker", "connected")
    broker.stop()
    await expect(page.get_by_role("alert").filter(has_text="Broker lost")).to_be_visible()
    await expect(page.get_by_role("button", name="Live")).not_to_have_css("color", GREEN)
    broker.start()
    await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.get_by_role("button", name="Live")).to_have_css("color", GREEN)


async def test_hostile_names_are_text(bridge: Bridge, page: Page) -> None:
    """No markup, no link, no script; the page fixture fails on any report of the policy or request elsewhere."""
    bridge.post("api/v1/samples", [{"tag": tag, "value": 1, "unit": "<b>u</b>"} for tag in HOSTILE_TAGS])
    await page.goto(bridge.url)
    # The page ticks its first picks by itself; a click at that moment would take one back.
    await expect(page.locator(".legend tbody tr").first).to_be_visible()
    for tag in HOSTILE_TAGS:
        await page.get_by_role("checkbox", name=tag, exact=True).check()
    await expect(page.locator(".legend tbody tr")).to_have_count(len(HOSTILE_TAGS))
    assert await page.locator(".js-plotly-plot a[href], .tags a, .tags img").count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def follow_without_reading(port: int, tags: list[str]) -> socket.socket:
    """Open a WebSocket (RFC 6455) that follows tags and never reads a byte."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    text = json.dumps({"type": "follow", "tags": tags}).encode()
    assert len(text) < 126
    connection.sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)
    return connection


def resident(pid: int) -> int:
    """Bytes of RAM a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def wait_received(bridge: Bridge, n: int) -> None:
    """Wait until the bridge has received n messages."""
    bridge.wait_status(lambda status: status["counters"]["messages_received"] >= n, f"{n} messages", 30)


@pytest.mark.timing
async def test_two_browsers_are_undisturbed_by_a_client_that_never_reads(
    broker: Broker, start_bridge: StartBridge, windows: Windows
) -> None:
    """A slow client costs nothing but itself: the bridge's memory stays flat, the pages stay live."""
    bridge = start_bridge("--broker", broker.url, "--max-points", "2000")
    bridge.wait_ready()
    broker.publish_many([(f"plot/t{i % 4}", str(i)) for i in range(10_000)], qos=0)
    bridge.wait_status(lambda status: status["points"] >= 8_000, "full rings")
    pages = [await windows.open(bridge.url) for _ in range(2)]
    for page in pages:
        await expect(page.locator("body")).to_have_attribute("data-link", "open")
    with follow_without_reading(bridge.port, ["t0", "t1", "t2", "t3"]):
        bridge.wait_status(lambda status: status["clients"] == 3, "three clients")
        before = resident(bridge.pid)
        for batch in range(5):
            broker.publish_many([(f"plot/t{i % 4}", str(batch)) for i in range(20_000)], qos=0)
            wait_received(bridge, 10_000 + 20_000 * (batch + 1))
        broker.publish("plot/t0", "777")
        for page in pages:
            await expect(tag_line(page, "t0")).to_contain_text("777", timeout=2 * ONE_SECOND)
        assert resident(bridge.pid) - before < 8 * 2**20
