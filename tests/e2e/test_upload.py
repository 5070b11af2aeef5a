"""A CSV file of one's own: dropped on the page or chosen, and all of it is seen at once."""

import json

from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Faults, until_page

ROWS = "".join(f"2024-05-01 12:00:{n:02d};{n},5;{n % 2}\n" for n in range(60))
RUN = f"time;force;valve\n{ROWS}"
DRAWN = "[...document.querySelectorAll('.js-plotly-plot')].flatMap((plot) => plot.data)"

DROP = """(content) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], "press 7.csv"));
  const event = (type) => document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  event("dragover");
  const hint = document.body.dataset.dragging;
  event("drop");
  return hint;
}"""


async def test_a_dropped_file_is_drawn_whole(bridge: Bridge, page: Page) -> None:
    """With its own times, years ago, beside what is live; semicolons and decimal commas are read."""
    bridge.post("api/v1/samples", {"tag": "live", "value": 1})
    await page.goto(f"{bridge.url}?tag=live")
    await until_page(page, f"{DRAWN}.length > 0")
    assert await page.evaluate(DROP, RUN) == "file"
    await expect(page.locator(".card")).to_have_count(2)
    await expect(page.locator(".card").last).to_contain_text("press 7.csv")
    await until_page(page, f"{DRAWN}.some((trace) => [...trace.y].includes(59.5) && [...trace.y].includes(0.5))")
    await expect(page.get_by_role("checkbox", name="press 7/force")).to_be_checked()
    await expect(page.locator("body")).to_have_attribute("data-mode", "back")
    assert await page.evaluate("'dragging' in document.body.dataset") is False


async def test_a_chosen_file_that_cannot_be_read_says_why(bridge: Bridge, page: Page, faults: Faults) -> None:
    """And the page is as it was; afterwards one with a single bad cell is taken, and that cell said."""
    faults.expect("status of 400")
    await page.goto(bridge.url)
    await page.get_by_role("button", name="Replay").click()
    chooser = page.get_by_label("Plot a CSV file")
    await chooser.set_input_files({"name": "picture.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\x00\x01"})
    await expect(page.get_by_text("picture.csv: expected")).to_be_visible()
    await chooser.set_input_files(
        {"name": "good.csv", "mimeType": "text/csv", "buffer": RUN.replace(";7,5;", ";x;").encode()}
    )
    await expect(page.get_by_text("good.csv: 120 points; left out: line 9")).to_be_visible()
    answer = json.loads(bridge.request("GET", "api/v1/tags").text)
    assert {item["tag"] for item in answer} == {"good/force", "good/valve"}


async def test_a_file_of_200_000_rows_is_seen_whole(start_bridge: StartBridge, page: Page) -> None:
    """Its newest points and all before them in outline: the one spike near its beginning too; the page says so."""
    bridge = start_bridge("--broker", "none", "--max-points", "10000")
    bridge.post("api/v1/samples", {"tag": "live", "value": 1})
    await page.goto(f"{bridge.url}?tag=live")
    await until_page(page, f"{DRAWN}.length > 0")
    start = 1_714_557_600
    rows = "".join(f"{start + n};{99 if n == 30_000 else n % 7}\n" for n in range(200_000))
    assert await page.evaluate(DROP, f"time;force\n{rows}") == "file"
    await expect(page.get_by_text("those before in outline")).to_be_visible(timeout=30_000)
    await until_page(page, f"{DRAWN}.some(({{y}}) => [...y].includes(99))", 20)
    span = "((x) => (x.at(-1) - x[0]) / 1000)([...document.querySelectorAll('.js-plotly-plot')].at(-1).data[0].x)"
    assert await page.evaluate(span) > 199_000
