"""Replays, as a person sees them: choose, Start, watch, Stop."""

import asyncio
import json
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Windows, until_page
from tests.support.waiting import until

# Points in each trace of the first chart.
LENGTHS = "(document.querySelector('.js-plotly-plot')?.data ?? []).map((trace) => trace.x.length)"
LAYOUT = "document.querySelector('.js-plotly-plot')._fullLayout"
HOSTILE = "<img src=x onerror=alert(1)>.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Recordings: long.csv, of 1,000 rows a second apart, and short.csv, of 8 with one that is broken."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    rows = [f"2018-04-12 {9 + i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}" for i in range(1000)]
    cells = [f"{row},{i % 10 / 10},{i % 7 / 7:.3f},{i % 5 / 5},note {i}" for i, row in enumerate(rows)]
    (folder / "long.csv").write_text("time,red,green,blue,note\n" + "\n".join(cells) + "\n")
    (folder / "short.csv").write_text("a,b\n" + "".join(f"{i},{'x' if i == 4 else i}\n" for i in range(8)))
    (folder / HOSTILE).write_text("a\n1\n2\n")
    (folder / "empty.csv").write_text("")
    return folder


@pytest.fixture
def bridge(folder: Path, start_bridge: StartBridge) -> Bridge:
    """A bridge without a broker, with the folder of recordings."""
    return start_bridge("--broker", "none", "--recordings", str(folder))


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Replay")


def button(page: Page, name: str) -> Locator:
    return panel(page).get_by_role("button", name=name, exact=True)


async def choose(page: Page, file: str, rate: str = "10") -> None:
    """Open the panel, choose a file and a rate."""
    if not await panel(page).is_visible():
        await page.get_by_role("button", name="Replay").first.click()
    await panel(page).get_by_role("combobox", name="Recording").select_option(file)
    await panel(page).get_by_role("textbox", name="Rows per second").fill(rate)


async def lengths(page: Page) -> list[int]:
    found: list[int] = await page.evaluate(LENGTHS)
    return found


def next_seq(bridge: Bridge) -> int:
    return max((int(entry["points"]) for entry in bridge.tags().values()), default=0)


async def test_three_traces_grow_stop_stands_still_and_start_begins_empty(bridge: Bridge, page: Page) -> None:
    await page.goto(bridge.url)
    await choose(page, "long.csv", "50")
    await button(page, "Start").click()
    await expect(button(page, "Start")).to_be_disabled()
    await until_page(page, f"{LENGTHS}.length == 3 && {LENGTHS}.every((n) => n > 60)")
    await button(page, "Stop").click()
    stopped = time.monotonic()
    await expect(button(page, "Start")).to_be_enabled()
    held = await asyncio.to_thread(next_seq, bridge)
    assert time.monotonic() - stopped < 2
    await expect(panel(page).get_by_role("status").first).to_contain_text("stopped")
    assert await asyncio.to_thread(next_seq, bridge) == held
    await button(page, "Start").click()
    await expect(button(page, "Stop")).to_be_enabled()
    await until_page(page, f"{LENGTHS}.length == 3 && {LENGTHS}.every((n) => n > 0 && n < {held})")


async def test_every_start_is_drawn_from_its_first_row_to_its_last(bridge: Bridge, page: Page) -> None:
    """Three times in a row, the tags go and come back: the chart holds what the bridge holds, no more and no less."""
    await page.goto(bridge.url)
    await choose(page, "long.csv", "100")
    for _ in range(3):
        await button(page, "Start").click()
        await expect(button(page, "Stop")).to_be_enabled()
        await until(lambda: next_seq(bridge) > 20, "rows to be played")
        await button(page, "Stop").click()
        await expect(button(page, "Start")).to_be_enabled()
        held = await asyncio.to_thread(next_seq, bridge)
        await until_page(page, f"document.querySelector('.js-plotly-plot').dataset.points == {3 * held}")


async def test_the_end_says_so_and_enables_start_and_bad_rows_are_told(bridge: Bridge, page: Page) -> None:
    await page.goto(bridge.url)
    await choose(page, "short.csv", "20")
    await button(page, "Start").click()
    await expect(panel(page).get_by_role("status").first).to_have_text("finished · 8 rows · 1 with errors")
    await expect(button(page, "Start")).to_be_enabled()
    await expect(button(page, "Stop")).to_be_disabled()
    await expect(panel(page).get_by_role("log")).to_contain_text("line 6: column 'b': expected a number")
    await expect(panel(page).get_by_role("progressbar")).to_have_count(0)


async def test_a_running_replay_is_there_after_a_reload_and_in_other_browsers(
    bridge: Bridge, page: Page, windows: Windows
) -> None:
    await page.goto(bridge.url)
    await choose(page, "long.csv")
    await button(page, "Start").click()
    await expect(panel(page).get_by_role("progressbar")).to_be_visible()
    await page.reload()
    await expect(panel(page).get_by_role("progressbar")).to_be_visible()
    await expect(panel(page).get_by_role("status").first).to_contain_text("left")
    await expect(panel(page).get_by_role("combobox", name="Recording")).to_have_value("long.csv")
    await expect(button(page, "Start")).to_be_disabled()
    other = await windows.open(bridge.url)
    await button(other, "Stop").click()
    await expect(button(page, "Start")).to_be_enabled()


async def test_names_with_markup_are_shown_as_they_are(bridge: Bridge, page: Page) -> None:
    await page.goto(bridge.url)
    await choose(page, HOSTILE, "20")
    await button(page, "Start").click()
    await expect(panel(page).locator(".name")).to_have_text(HOSTILE)
    await expect(panel(page).get_by_role("status").first).to_contain_text("finished")
    assert await page.locator("img").count() == 0


async def test_a_file_that_is_no_recording_says_why(bridge: Bridge, page: Page, faults: object) -> None:
    faults.expect("400")  # type: ignore[attr-defined]
    await page.goto(bridge.url)
    await choose(page, "empty.csv")
    await expect(panel(page).get_by_role("alert")).to_have_text("empty.csv: expected CSV rows, got an empty file")
    await expect(button(page, "Start")).to_be_disabled()


async def test_text_cannot_be_chosen_and_says_so(bridge: Bridge, page: Page) -> None:
    await page.goto(bridge.url)
    await choose(page, "long.csv")
    await expect(panel(page).get_by_role("checkbox", name="note")).to_be_disabled()
    await expect(panel(page).get_by_role("checkbox", name="red")).to_be_checked()


async def test_without_a_folder_the_panel_says_how_to_get_one(start_bridge: StartBridge, page: Page) -> None:
    await page.goto(start_bridge("--broker", "none").url)
    await page.get_by_role("button", name="Replay").first.click()
    await expect(panel(page)).to_contain_text("--recordings FOLDER")


async def test_a_link_opens_the_older_programs_look(bridge: Bridge, page: Page) -> None:
    """One chart with a title, red, green and blue between 0 and 1, a legend, and the last 120 points."""
    await page.goto(f"{bridge.url}?replay=long.csv&rate=100&title={quote('Press 1 <b>')}")
    await expect(page.get_by_role("heading", name="Press 1 <b>")).to_be_visible()
    await button(page, "Start").click()
    await until_page(page, f"{LENGTHS}.length == 3 && {LENGTHS}.every((n) => n == 120)")
    colours = await page.evaluate("document.querySelector('.js-plotly-plot').data.map((trace) => trace.line.color)")
    assert colours == ["#e00000", "#008a00", "#0000e0"]
    await expect(page.locator(".legend .name .text")).to_have_text(["long/red", "long/green", "long/blue"])
    assert await page.evaluate(f"[{LAYOUT}.yaxis.range, {LAYOUT}.xaxis.type]") == [[0, 1], "date"]
    await until_page(page, f"{LENGTHS}.every((n) => n == 120)")


@pytest.mark.timing
async def test_ten_rows_per_second_for_fifteen_seconds_and_stop_within_a_fifth_of_one(
    bridge: Bridge, page: Page
) -> None:
    """Measured at the page: what its three traces hold, against its own clock."""
    await page.goto(f"{bridge.url}?replay=long.csv")
    await button(page, "Start").click()
    await until_page(page, f"{LENGTHS}.length == 3 && {LENGTHS}.every((n) => n > 0)")
    first, begun = await lengths(page), time.monotonic()
    await until_page(page, f"{LENGTHS}.every((n) => n >= 100)")
    grown = [n - m for n, m in zip(await lengths(page), first, strict=True)]
    seconds = time.monotonic() - begun
    assert all(0.9 <= n / seconds / 10 <= 1.1 for n in grown), (grown, seconds)
    await until(lambda: time.monotonic() - begun >= 15, "15 s to pass", 20)
    rows = await asyncio.to_thread(lambda: bridge.get("api/v1/replays").json()[0]["rows"])
    assert 0.9 <= (rows - first[0]) / (time.monotonic() - begun) / 10 <= 1.1
    assert await lengths(page) == [120, 120, 120]

    stop = """async () => {
        const before = performance.now();
        const buttons = [...document.querySelectorAll('.replay button')];
        buttons.find((button) => button.textContent === 'Stop').click();
        while (!document.querySelector('.replay .replays li.stopped')) await new Promise(requestAnimationFrame);
        return performance.now() - before;
    }"""
    assert await page.evaluate(stop) < 200
    held = await asyncio.to_thread(next_seq, bridge)
    await until_page(page, "new Promise((resolve) => setTimeout(() => resolve(true), 500))")
    assert await asyncio.to_thread(next_seq, bridge) == held


async def test_curl_shows_updates_and_the_end_of_the_job(bridge: Bridge) -> None:
    """`curl -N`, as a simple client would."""
    begun = bridge.post("api/v1/replays", {"file": "short.csv", "rate": 50}).json()
    command = ["curl", "-sN", "--max-time", "3", f"{bridge.url}api/v1/events?replay={begun['id']}"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    kinds = [line for line in done.stdout.splitlines() if line.startswith("event:")]
    assert "event: update" in kinds
    assert kinds[-1] == "event: jobfinished"
    last = next(line for line in reversed(done.stdout.splitlines()) if line.startswith("data:"))
    assert json.loads(last.removeprefix("data:"))["rows"] == 8
