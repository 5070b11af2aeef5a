"""Several charts on a page: arranged by hand, filled by drag, measured by cursors."""

import re
import time

from playwright.async_api import Locator, Page, expect

from tests.support.bridge import Bridge
from tests.support.chromium import until_page

CURSORS = ".card .overlay .cursor-line:not([hidden])"


def card(page: Page, name: str) -> Locator:
    """The chart of that name."""
    return page.get_by_role("region", name=f"Chart {name}", exact=True)


def ramp(bridge: Bridge, tag: str, unit: str, count: int = 100, now: float | None = None) -> None:
    """0, 2, 4 … at one point per second up to now."""
    end = time.time() if now is None else now
    times = [end - count + index for index in range(count)]
    bridge.post(
        "api/v1/samples", {"tag": tag, "unit": unit, "ts": times, "value": [2 * index for index in range(count)]}
    )


BOXES = "(...[...document.querySelectorAll('.card')].map((card) => card.getBoundingClientRect()))"


async def boxes(page: Page) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of each chart."""
    found = [await item.bounding_box() for item in await page.locator(".card").all()]
    return [(box["x"], box["y"], box["width"], box["height"]) for box in found if box]


async def test_a_tag_dragged_to_a_chart_is_drawn_there_and_dropped_beside_makes_a_new_one(
    bridge: Bridge, page: Page
) -> None:
    """From the list, with the mouse."""
    for tag in ("one", "two", "three"):
        ramp(bridge, tag, "")
    await page.goto(f"{bridge.url}?tag=one")
    row = page.locator(".row.tag")
    await row.filter(has_text="two").drag_to(card(page, "one"))
    await expect(page.locator(".legend tbody tr")).to_have_count(2)
    source = row.filter(has_text="three")
    await source.hover()
    await page.mouse.down()
    await page.mouse.move(700, 400)
    target = page.locator(".drop-new")
    await expect(target).to_be_visible()
    box = await target.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 50, box["y"] + 20, steps=3)
    await page.mouse.up()
    await expect(card(page, "three")).to_be_visible()
    await expect(page).to_have_url(re.compile("chart=&tag=one&tag=two&chart=&tag=three"))


async def test_a_check_box_adds_to_the_active_chart(bridge: Bridge, page: Page) -> None:
    """The one that was touched last; a new one at once."""
    for tag in ("one", "two", "three"):
        ramp(bridge, tag, "")
    await page.goto(f"{bridge.url}?tag=one")
    await page.keyboard.press("n")
    await page.get_by_role("checkbox", name="two", exact=True).check()
    await expect(card(page, "two")).to_be_visible()
    await card(page, "one").locator("h2").click()
    await page.get_by_role("checkbox", name="three", exact=True).check()
    await expect(page).to_have_url(re.compile("chart=&tag=one&tag=three&chart=&tag=two"))


async def test_charts_are_moved_and_resized_by_hand_and_a_reload_keeps_the_layout(bridge: Bridge, page: Page) -> None:
    """The lower chart goes to the top, gets half as wide, and the link knows."""
    for tag in ("one", "two"):
        ramp(bridge, tag, "")
    await page.goto(f"{bridge.url}?chart=&tag=one&chart=&tag=two")
    head = card(page, "two").locator("h2")
    await head.hover()
    await page.mouse.down()
    await page.mouse.move(800, 70, steps=5)
    await page.mouse.up()
    await until_page(page, "((one, two) => two.y < one.y)" + BOXES)
    before = await boxes(page)
    handle = await card(page, "two").locator(".resize").bounding_box()
    assert handle
    await page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    await page.mouse.down()
    await page.mouse.move(handle["x"] - before[1][2] / 2, handle["y"] + 8, steps=5)
    await page.mouse.up()
    wide = before[1][2]
    await until_page(page, f"((_, two) => Math.abs(two.width - {wide / 2}) < {wide / 12}){BOXES}")
    after = await boxes(page)
    await expect(page).to_have_url(re.compile("at=0,0,6,6"))
    await until_page(page, "document.querySelectorAll('.js-plotly-plot').length === 2")
    await page.reload()
    await expect(page.locator(".card")).to_have_count(2)
    # The strip below the charts comes with its first answer, and takes its room.
    await until_page(
        page,
        f"""[...document.querySelectorAll('.card')].map((card) => card.getBoundingClientRect())
        .flatMap(({{x, y, width, height}}) => [x, y, width, height])
        .every((side, index) => Math.abs(side - {[side for box in after for side in box]}[index]) < 1)""",
    )


async def test_charts_are_moved_by_keys_too(bridge: Bridge, page: Page) -> None:
    """Arrow keys on the grip move, with shift they resize."""
    for tag in ("one", "two"):
        ramp(bridge, tag, "")
    await page.goto(f"{bridge.url}?chart=&tag=one&chart=&tag=two")
    await card(page, "one").get_by_role("button", name="Move chart", exact=True).press("ArrowDown")
    await until_page(page, "((one, two) => two.y < one.y)" + BOXES)
    wide = (await boxes(page))[0][2]
    await card(page, "one").get_by_role("button", name="Move chart", exact=True).press("Shift+ArrowLeft")
    await until_page(page, f"((one) => one.width < {wide}){BOXES}")


async def test_cursors_measure_time_difference_and_slope_while_data_streams(bridge: Bridge, page: Page) -> None:
    """A slope of 2 units per second is read as 2, wherever the cursors stand; new points change nothing of it."""
    ramp(bridge, "t", "V")
    await page.goto(f"{bridge.url}?tag=t&window=60")
    await page.get_by_role("button", name="Cursors", exact=True).click()
    await expect(page.locator(CURSORS)).to_have_count(2)
    last = page.locator(".legend tbody tr td.value").last
    await expect(last).to_have_text("2")
    times = page.locator(".cursor-times strong")
    await expect(times).to_have_text("Δt 20 s")
    line = await page.get_by_role("slider", name="Cursor B").bounding_box()
    assert line
    await page.mouse.move(line["x"] + 1, line["y"] + 60)
    await page.mouse.down()
    await page.mouse.move(line["x"] - 60, line["y"] + 60)
    await page.mouse.up()
    await expect(times).not_to_have_text("Δt 20 s")
    moved = await times.inner_text()
    bridge.post("api/v1/samples", {"tag": "t", "value": 500})
    await expect(page.locator(".row.tag").filter(has_text="t")).to_contain_text("500")
    await expect(times).to_have_text(moved)
    await expect(last).to_have_text("2")
    await page.keyboard.press("c")
    await expect(page.locator(CURSORS)).to_have_count(0)


async def test_the_mouse_on_one_chart_is_seen_on_all(bridge: Bridge, page: Page) -> None:
    """A line at the same instant, and its values in every legend."""
    now = time.time()
    for tag in ("one", "two"):
        ramp(bridge, tag, "", now=now)
    await page.goto(f"{bridge.url}?window=60&chart=&tag=one&chart=&tag=two")
    await expect(card(page, "two").locator(".legend thead")).to_contain_text("last")
    await page.keyboard.press("Space")
    await card(page, "one").locator(".nsewdrag").first.hover()
    await expect(card(page, "two").locator(".hover-line")).to_be_visible()
    await expect(card(page, "two").locator(".legend thead")).to_contain_text("at mouse")
    values = [await card(page, name).locator("td.value").first.inner_text() for name in ("one", "two")]
    assert abs(float(values[0]) - float(values[1])) < 1


async def test_the_legend_sums_up_what_is_seen(bridge: Bridge, page: Page) -> None:
    """Last, min, max, mean and spread of the visible range, which begins with what held before it."""
    now = time.time()
    bridge.post(
        "api/v1/samples",
        {"tag": "t", "ts": [now - 600, now - 500, now - 6, now - 4, now - 2], "value": [1000, 3, 2, 4, 9], "unit": "V"},
    )
    await page.goto(f"{bridge.url}?tag=t&window=60")
    cells = page.locator(".legend tbody td:visible")
    await expect(cells.nth(0)).to_have_text("9")
    await expect(cells.nth(3)).to_have_text(re.compile(r"^[3-8]"))  # 3 held for most of the minute
    assert (await cells.all_inner_texts())[:3] == ["9", "2", "9"]
    await page.get_by_label("Time window").select_option("all")
    await expect(cells.nth(2)).to_have_text("1000")


async def test_scale_range_and_style_are_chosen_and_kept_in_the_link(bridge: Bridge, page: Page) -> None:
    """Logarithmic, between 1 and 1000, as steps."""
    ramp(bridge, "t", "V")
    await page.goto(f"{bridge.url}?tag=t&window=600")
    await page.get_by_role("button", name="Chart options").click()
    await page.get_by_label("Value axis").select_option("log")
    await page.get_by_label("Draw as").select_option("step")
    await page.get_by_label("Lowest value, V").fill("1")
    await page.get_by_label("Highest value, V").fill("1000")
    await page.keyboard.press("Escape")
    axis = "document.querySelector('.js-plotly-plot')._fullLayout.yaxis"
    await until_page(page, f"{axis}.type === 'log' && {axis}.range.join() === '0,3'")
    assert await page.evaluate("document.querySelector('.js-plotly-plot').data[0].line.shape") == "hv"
    await expect(page.get_by_text("values ≤ 0 not shown")).to_be_visible()
    await expect(page).to_have_url(re.compile("draw=log,step&y=1:1000:V"))
    await page.reload()
    await until_page(page, f"{axis}?.type === 'log' && {axis}.range.join() === '0,3'".replace(")._full", ")?._full"))


async def test_a_line_is_hidden_and_taken_off_in_the_legend(bridge: Bridge, page: Page) -> None:
    """A click on its name, and on the cross beside it."""
    for tag in ("one", "two"):
        ramp(bridge, tag, "")
    await page.goto(f"{bridge.url}?tag=one&tag=two")
    traces = page.locator(".js-plotly-plot .scatterlayer .trace")
    await expect(traces).to_have_count(2)
    await page.locator(".legend").get_by_role("button", name="one", exact=True).click()
    await expect(traces).to_have_count(1)
    await page.locator(".legend").get_by_role("button", name="Take one off this chart").click()
    await expect(page.get_by_role("checkbox", name="one", exact=True)).not_to_be_checked()


async def test_the_box_at_a_still_mouse_keeps_up_and_agrees_with_the_legend(bridge: Bridge, page: Page) -> None:
    """The picture slides below the mouse: another instant, another value, in the box and in the legend alike."""
    ramp(bridge, "t", "V")
    await page.goto(f"{bridge.url}?tag=t&window=60")
    await page.locator(".nsewdrag").first.hover()
    value = page.locator(".hover-box strong")
    first = await value.inner_text()
    await expect(value).not_to_have_text(first)
    await page.keyboard.press("Space")
    await expect(page.locator(".legend td.value").first).to_have_text(await value.inner_text())
    box, line = await page.locator(".hover-box").bounding_box(), await page.locator(".hover-line").bounding_box()
    assert box
    assert line
    assert box["x"] > line["x"] + 4 or box["x"] + box["width"] < line["x"] - 4
    await page.mouse.move(5, 5)
    await expect(page.locator(".hover-box")).to_have_count(0)


async def test_a_state_is_not_known_after_its_file_ends(bridge: Bridge, page: Page) -> None:
    """What was loaded of last week says nothing of the time after it; a live state holds until now."""
    last_week = time.time() - 7 * 86400
    ramp(bridge, "t", "V")
    for tag, state, at in (
        ("old", "RUN", last_week),
        ("old", "STOP", last_week + 60),
        ("live", "RUN", time.time() - 50),
    ):
        bridge.post("api/v1/samples", {"tag": tag, "ts": at, "value": state})
    await page.goto(f"{bridge.url}?tag=t&tag=old&tag=live&window=60")
    last = page.locator(".legend td.value")
    await expect(last.nth(2)).to_have_text("RUN")
    await expect(last.nth(1)).to_have_text("\u2013")
    await expect(page.locator(".row.tag").filter(has_text="old").locator(".age")).to_have_text("6 d")


async def test_eight_charts_on_a_small_screen_each_show_a_picture(bridge: Bridge, page: Page) -> None:
    """More than half of each card is its plot, with an axis at either side too; the date is told once, each legend is one line."""
    for index in range(8):
        ramp(bridge, f"line/t{index}", "V")
        ramp(bridge, f"line/u{index}", "A")
    await page.set_viewport_size({"width": 1366, "height": 768})
    await page.goto(
        f"{bridge.url}?window=60&" + "&".join(f"chart=&tag=line/t{index}&tag=line/u{index}" for index in range(8))
    )
    await expect(page.locator(".js-plotly-plot .nsewdrag")).to_have_count(8)
    share = (
        "[...document.querySelectorAll('.card')].every((card) => {"
        " const { w, h } = card.querySelector('.js-plotly-plot')._fullLayout._size;"
        " return (w * h) / (card.clientWidth * card.clientHeight) >= 0.55; })"
    )
    await until_page(page, share)
    assert await page.locator(".date-line").count() == 1
    # No date: the units of its axes are all that stands on a picture.
    assert sorted(await page.locator(".js-plotly-plot .annotation-text").all_text_contents()) == ["A"] * 8 + ["V"] * 8
    assert {
        round(box["height"]) for one in await page.locator(".legend").all() if (box := await one.bounding_box())
    } == {18}


async def test_all_charts_stand_still_below_a_hand_that_selects(bridge: Bridge, page: Page) -> None:
    """What comes meanwhile is drawn once the button is up: a drag moves nothing but the selection, on no chart."""
    ramp(bridge, "a", "V")
    ramp(bridge, "b", "A")
    await page.goto(f"{bridge.url}?window=60&chart=&tag=a&chart=&tag=b")
    draws = "[...document.querySelectorAll('[data-draws]')].map((plot) => Number(plot.dataset.draws))"
    await until_page(page, f"{draws}.filter((count) => count > 1).length === 2")
    box = await page.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 50, box["y"] + 50)
    await page.mouse.down()
    held = await page.evaluate(draws)
    for tag in ("a", "b"):
        bridge.post("api/v1/samples", {"tag": tag, "value": 4711})
    await expect(page.locator(".row.tag .value").filter(has_text="4711")).to_have_count(2)
    assert await page.evaluate(draws) == held
    await page.mouse.up()
    await until_page(page, f"{draws}.every((count, index) => count > {held}[index])")


async def test_a_long_title_is_cut_at_its_end_and_a_long_tag_at_its_front(bridge: Bridge, page: Page) -> None:
    """Each with dots, and each keeps what tells it from others."""
    tag = "plant/hall/line/machine/part/temperature/of/the/bearing"
    title = "The bearing of the second pump beside the door of the hall, at its driven end"
    ramp(bridge, tag, "V")
    await page.set_viewport_size({"width": 820, "height": 700})
    await page.goto(f"{bridge.url}?window=60&chart={title}&tag={tag}&chart=&tag={tag}")
    heads = page.locator(".card-head h2")
    await expect(heads).to_have_count(2)
    cut = """(h2) => {
        const part = h2.querySelector('.cut') ?? h2;
        const { display, textOverflow, direction } = getComputedStyle(part);
        return [part.scrollWidth > part.clientWidth, display, textOverflow, direction];
    }"""
    assert [await head.evaluate(cut) for head in await heads.all()] == [
        [True, "block", "ellipsis", "ltr"],
        [True, "block", "ellipsis", "rtl"],
    ]


# Words of pictures that reach beyond the edge of their picture.
CUT_WORDS = """[...document.querySelectorAll('.js-plotly-plot')].flatMap((plot) => {
    const edge = plot.getBoundingClientRect();
    const words = [...plot.querySelectorAll('g.xtick > text, .annotation-text')];
    return words.filter((word) => getComputedStyle(word).visibility === 'visible').filter((word) => {
        const box = word.getBoundingClientRect();
        return box.left < edge.left - 1 || box.right > edge.right + 1;
    }).map((word) => word.textContent);
})"""


async def test_no_word_of_a_narrow_picture_is_cut(bridge: Bridge, page: Page) -> None:
    """Neither a time that has slid to the edge nor where history begins; most times are there, and most of the card is the plot."""
    now = time.time()
    for index in range(9):
        bridge.post("api/v1/samples", {"tag": f"t{index}", "ts": now - 20 + index, "value": index})
    await page.set_viewport_size({"width": 820, "height": 1180})
    charts = "&".join(f"chart=&tag=t{index}" for index in range(9))
    for age in range(0, 20, 4):
        await page.goto(f"{bridge.url}?from={now - 50 - age}&to={now + 6 - age}&{charts}")
        await until_page(page, "[...document.querySelectorAll('.annotation-text')].length >= 9")
        assert await page.evaluate(CUT_WORDS) == []
        seen = "[...document.querySelectorAll('g.xtick > text')].filter((one) => one.style.visibility === '').length"
        assert await page.evaluate(seen) >= 9
    shares = (
        "[...document.querySelectorAll('.js-plotly-plot')]"
        ".map((plot) => plot._fullLayout._size.w / plot.closest('.card').clientWidth)"
    )
    assert min(await page.evaluate(shares)) >= 0.6
