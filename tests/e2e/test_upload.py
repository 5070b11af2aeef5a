"""A CSV file of one's own: dropped on the page or chosen, and all of it is seen at once."""

import json

from playwright.async_api import FilePayload, Page, expect

from tests.conftest import StartBridge
from tests.e2e.test_craft import AXE, VIOLATIONS
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


async def plot_it(page: Page) -> None:
    """Press the button of the dialog."""
    await page.get_by_role("button", name="Plot it").click()


async def test_a_dropped_file_is_drawn_whole(bridge: Bridge, page: Page) -> None:
    """With its own times, years ago, beside what is live; semicolons and decimal commas are read."""
    bridge.post("api/v1/samples", {"tag": "live", "value": 1})
    await page.goto(f"{bridge.url}?tag=live")
    await until_page(page, f"{DRAWN}.length > 0")
    assert await page.evaluate(DROP, RUN) == "file"
    await plot_it(page)
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
    await expect(page.get_by_role("alert")).to_contain_text("expected")
    await expect(page.get_by_role("button", name="Plot it")).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="What becomes of the file")).to_be_hidden()
    await chooser.set_input_files(
        {"name": "good.csv", "mimeType": "text/csv", "buffer": RUN.replace(";7,5;", ";x;").encode()}
    )
    await expect(page.get_by_role("dialog", name="What becomes of the file")).to_contain_text("line 9")
    await plot_it(page)
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
    await plot_it(page)
    await expect(page.get_by_text("those before in outline")).to_be_visible(timeout=30_000)
    await until_page(page, f"{DRAWN}.some(({{y}}) => [...y].includes(99))")
    span = "((x) => (x.at(-1) - x[0]) / 1000)([...document.querySelectorAll('.js-plotly-plot')].at(-1).data[0].x)"
    assert await page.evaluate(span) > 199_000


AMBIGUOUS = "Datum;Druck [bar];Notiz;leer\n" + "".join(
    f"0{day}/02/2023 10:00:00;{day}.5;Text Nummer {day} von Hand;\n" for day in range(1, 9)
)


async def choose(page: Page, name: str, text: str) -> None:
    """Choose a file in the replay panel."""
    await page.get_by_role("button", name="Replay").click()
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    await page.get_by_label("Plot a CSV file").set_input_files(file)


async def test_what_a_file_would_become_is_shown_before_anything_is_stored(bridge: Bridge, page: Page) -> None:
    """Which column is the time and why, what each became, what is not drawn and why; Escape leaves all as it was."""
    await page.goto(bridge.url)
    await choose(page, "druck.csv", AMBIGUOUS.replace("/02/2023", ".02.2023"))
    dialog = page.get_by_role("dialog", name="What becomes of the file")
    await expect(dialog.get_by_role("status")).to_contain_text("8 points of 1 tag")
    rows = dialog.get_by_role("row")
    await expect(rows.nth(0)).to_contain_text("Datum")
    await expect(rows.nth(1)).to_contain_text("drawn as druck/Druck [bar], bar")
    await expect(rows.nth(2)).to_contain_text("not drawn: text")
    await expect(rows.nth(3)).to_contain_text("not drawn: no cell holds anything")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert json.loads(bridge.request("GET", "api/v1/tags").text) == []


async def test_of_a_log_the_tags_are_shown(bridge: Bridge, page: Page) -> None:
    """With the points of each, before anything is stored."""
    lines = "".join(f"2024-01-02 03:04:{n:02} INFO line{n % 2 + 1}/press - pressure: {n} bar\n" for n in range(10))
    await page.goto(bridge.url)
    await choose(page, "press.log", lines)
    rows = page.get_by_role("dialog", name="What becomes of the file").get_by_role("row")
    await expect(rows.filter(has_text="line1/press/pressure")).to_contain_text("tag with 5 points")
    await expect(rows.filter(has_text="line2/press/pressure")).to_contain_text("tag with 5 points")


async def test_a_person_overrules_what_was_found_out(bridge: Bridge, page: Page, faults: Faults) -> None:
    """Dates that leave their order open are refused in words; told the order and the zone, the file is read so, by keys alone."""
    faults.expect("status of 400")
    await page.goto(bridge.url)
    await choose(page, "druck.csv", AMBIGUOUS)
    dialog = page.get_by_role("dialog", name="What becomes of the file")
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await dialog.get_by_label("Dates are").select_option("dmy")
    await expect(dialog.get_by_role("status")).to_contain_text("8 points of 1 tag")
    await dialog.get_by_label("Zone of its times").fill("Asia/Tokyo")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("button", name="Plot it")).to_be_enabled()
    await dialog.get_by_role("button", name="Plot it").focus()
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    answer = bridge.series("druck/Druck [bar]")
    assert (answer["time"][0], answer["value"][0], answer["unit"]) == (1_675_213_200.0, 1.5, "bar")


async def test_the_dialog_fits_a_phone_and_has_no_serious_violation(bridge: Bridge, page: Page) -> None:
    """Nothing sticks out at 390 pixels, and its buttons are in sight."""
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(bridge.url)
    assert await page.evaluate(DROP, RUN) == "file"
    dialog = page.get_by_role("dialog", name="What becomes of the file")
    await expect(dialog.get_by_role("status")).to_contain_text("120 points of 2 tags")
    assert await page.evaluate(
        "document.querySelector('.upload').scrollWidth <= document.querySelector('.upload').clientWidth"
    )
    await expect(dialog.get_by_role("button", name="Plot it")).to_be_in_viewport()
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(VIOLATIONS) == []


async def test_where_no_time_is_found_a_person_names_it(bridge: Bridge, page: Page, faults: Faults) -> None:
    """The dialog offers the columns that the server did find; the one that is chosen counts from its own start."""
    faults.expect("status of 400")
    rows = "".join(f"{n};{n % 7}\n" for n in range(60))
    await page.goto(bridge.url)
    await page.get_by_role("button", name="Replay").click()
    file: FilePayload = {"name": "trace.csv", "mimeType": "text/csv", "buffer": f"Cycle;Level\n{rows}".encode()}
    await page.get_by_label("Plot a CSV file").set_input_files(file)
    dialog = page.get_by_role("dialog", name="What becomes of the file")
    await expect(dialog.get_by_role("alert")).to_contain_text("column of times")
    column = dialog.get_by_label("Time column")
    offered = f"#{await column.get_attribute('list')} option"
    assert await page.locator(offered).evaluate_all("(all) => all.map(({ value }) => value)") == ["Cycle", "Level"]
    await column.fill("Cycle")
    await column.press("Tab")
    await expect(dialog).to_contain_text("Time: Cycle")
    await plot_it(page)
    await until_page(page, f"{DRAWN}.some(({{y}}) => [...y].length >= 60)")
    assert [item["tag"] for item in json.loads(bridge.request("GET", "api/v1/tags").text)] == ["trace/Level"]
