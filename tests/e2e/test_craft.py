"""The page for everybody: screen readers, keyboards, thumbs, hostile names, dark and light."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.chromium import Windows, until_page
from tests.support.processes import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = (1440, 900), (390, 844)
OpenPage = Callable[..., Awaitable[Page]]

# What axe calls serious or worse, one line each.
VIOLATIONS = """axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .flatMap(({id, nodes}) => nodes.map(({target, any}) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`)))"""

# Whatever a thumb may hit and is smaller than it needs, by the box of its label, itself or what it puts around itself.
SMALL = """[...document.querySelectorAll('button, a[href], select, textarea, input, [role=slider]')]
    .filter((element) => element.checkVisibility({visibilityProperty: true}) && !element.closest('.off-screen'))
    .map((element) => {
        const {width, height} = (element.closest('label') ?? element).getBoundingClientRect();
        const around = getComputedStyle(element, '::after');
        const size = [Math.max(width, parseFloat(around.width) || 0), Math.max(height, parseFloat(around.height) || 0)];
        return {what: element.ariaLabel || element.textContent || element.name, size, isThere: width > 0 && height > 0};
    })
    .filter(({size, isThere}) => isThere && Math.min(...size) < 40)
    .map(({what, size}) => `${what}: ${size.join(' x ')}`)"""

HOSTILE = [
    *("<img src=x onerror=alert(1)>", "<a href='https://example.org'>link</a>", "__proto__", "constructor/toString"),
    *("\u202etfel ot thgir", "🌡🏭/👩‍🔧", "%{y}<br><b>%{x}", "&lt;b&gt;", "'\"`${1}", "x" * 256, "ä/" * 15 + "z"),
]


@pytest.fixture
def open_page(windows: Windows) -> OpenPage:
    """A function that opens an address in a browser of a size and a taste."""

    async def open_page(address: str, size: tuple[int, int] = WIDE, scheme: str = "light") -> Page:
        return await windows.open(address, size, color_scheme=scheme, has_touch=size == PHONE)

    return open_page


def publish(bridge: Bridge) -> None:
    """Numbers, a two-state tag and words; two units; one limit."""
    for value in (1.5, 2.5, 3.5):
        bridge.post(
            "api/v1/samples", [{"tag": "line/temp", "value": value, "unit": "°C"}, {"tag": "line/flow", "value": value}]
        )
    bridge.post("api/v1/samples", [{"tag": "line/on", "value": True}, {"tag": "line/state", "value": "RUN"}])
    bridge.request("PUT", "api/v1/meta?tag=line/temp", json={"hi": 3})


async def violations(page: Page) -> list[str]:
    """What axe finds, after the page has come to rest."""
    await page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
    found: list[str] = await page.evaluate(VIOLATIONS)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_axe_finds_no_serious_violation(
    bridge: Bridge, open_page: OpenPage, size: tuple[int, int], scheme: str
) -> None:
    """Nowhere a person gets to: empty page, charts, paused with cursors, every tool, every menu, help."""
    page = await open_page(bridge.url, size, scheme)
    await expect(page.get_by_text("mosquitto_pub").first).to_be_visible()
    await page.evaluate(AXE.read_text())
    assert {"welcome": await violations(page)} == {"welcome": []}
    publish(bridge)
    await expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_visible()
    found = {"charts": await violations(page)}
    for key, what in (("c", "cursors"), (" ", "paused"), ("m", "limits"), ("t", "trigger"), ("i", "diagnostics")):
        await page.keyboard.press(key)
        found[what] = await violations(page)
    await page.get_by_role("tab", name="Signals").click()
    await page.get_by_label("Expression").fill("{line1/a} ^ 2")
    await expect(page.get_by_role("alert")).to_be_visible()
    found["signals"] = await violations(page)
    await page.get_by_role("tab", name="Diagnostics").click()
    await page.keyboard.press("i")
    if size == PHONE:
        await page.get_by_role("button", name="More actions").click()
    for name in ("Export", "Dashboards", "Chart options"):
        await page.get_by_role("button", name=name, exact=True).first.click()
        await expect(page.get_by_role("dialog", name=name)).to_be_visible()
        found[name] = await violations(page)
        await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Replay").click()
    found["replay"] = await violations(page)
    if size == PHONE:
        await page.get_by_role("button", name="Tags", exact=True).click()
        found["tags"] = await violations(page)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    found["help"] = await violations(page)
    assert {what: lines for what, lines in found.items() if lines} == {}


async def test_every_key_that_the_help_lists_does_something(bridge: Bridge, open_page: OpenPage) -> None:
    """`?` lists them, and none acts while something is being typed."""
    publish(bridge)
    page = await open_page(bridge.url)
    await expect(page.locator(".card")).to_have_count(1)
    await page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Help").locator("dt")
    await expect(listed.first).to_have_text("Space")
    for key in "LCNEZOK/DMTI?":
        await expect(listed.filter(has_text=re.compile(rf"^\{key}$" if key in "/?" else f"^{key}$"))).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(listed.first).to_be_hidden()
    await page.keyboard.press("Space")
    await expect(page.locator("body")).to_have_attribute("data-mode", "paused")
    await page.keyboard.press("l")
    await expect(page.locator("body")).to_have_attribute("data-mode", "live")
    theme = await page.evaluate("document.documentElement.dataset.theme")
    await page.keyboard.press("d")
    await expect(page.locator("html")).not_to_have_attribute("data-theme", theme)
    await page.keyboard.press("n")
    await expect(page.locator(".card")).to_have_count(2)
    await page.keyboard.press("/")
    await page.keyboard.type("nnd k")
    await expect(page.get_by_role("searchbox", name="Search tags")).to_have_value("nnd k")
    await expect(page.locator(".card")).to_have_count(2)


async def test_a_key_right_after_the_help_was_shut_is_for_the_page(bridge: Bridge, open_page: OpenPage) -> None:
    """The browser leaves the focus on a button inside the help for a frame; the space bar is not for that any more."""
    publish(bridge)
    page = await open_page(bridge.url)
    await expect(page.locator(".card")).to_have_count(1)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    await page.evaluate("""() => {
        document.querySelector("dialog.help").close();
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));
    }""")
    await expect(page.locator("body")).to_have_attribute("data-mode", "paused")


async def test_the_choice_of_dark_or_light_stays(bridge: Bridge, open_page: OpenPage) -> None:
    """The system's until a person switches."""
    page = await open_page(bridge.url, scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.emulate_media(color_scheme="light")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await page.get_by_role("button", name="Dark colours").click()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_empty_page_teaches_the_exact_command_and_copies_it(bridge: Bridge, open_page: OpenPage) -> None:
    """With the address by which this host was reached, ready to paste."""
    page = await open_page(bridge.url)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy the mosquitto_pub command").click()
    await expect(page.get_by_role("button", name="Copy the mosquitto_pub command")).to_contain_text("Copied")
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"mosquitto_pub -h 127\.0\.0\.1 -p \d+ -t 'plot/line1/temp' -m 21\.5", copied)


async def test_on_a_phone_a_thumb_hits_everything(
    start_bridge: StartBridge, open_page: OpenPage, tmp_path: Path
) -> None:
    """Controls are 40 px and more: on the page, behind the dots, in the sheet of tags, in every tool and menu."""
    (tmp_path / "run.csv").write_text("a,b\n1,2\n")
    bridge = start_bridge("--broker", "none", "--recordings", str(tmp_path))
    publish(bridge)
    bridge.post("api/v1/notes", {"text": "Filter changed"})
    bridge.post("api/v1/triggers", {"condition": "rises", "tag": "line/temp", "level": 2, "before": 1, "after": 1})
    page = await open_page(f"{bridge.url}?tag=line/temp&tag=line/state", PHONE)
    await expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_visible()
    found = {"page": await page.evaluate(SMALL)}
    for tool in ("m", "t", "w", "r", "i"):
        await page.keyboard.press(tool)
        await expect(page.get_by_role("tabpanel")).to_be_visible()
        found[f"tool {tool}"] = await page.evaluate(SMALL)
        await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Tags", exact=True).tap()
    await page.get_by_role("checkbox", name="line/flow", exact=True).tap()
    found["tags"] = await page.evaluate(SMALL)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="More actions").tap()
    found["actions"] = await page.evaluate(SMALL)
    for menu in ("Go to", "Export", "Dashboards", "Chart options"):
        await page.get_by_role("button", name=menu, exact=True).first.tap()
        await expect(page.get_by_role("dialog", name=menu)).to_be_visible()
        found[menu] = await page.evaluate(SMALL)
        await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Replay").tap()
    await page.get_by_role("combobox", name="Recording").select_option("run.csv")
    await expect(
        page.get_by_role("region", name="Replay").get_by_role("checkbox", name="b", exact=True)
    ).to_be_checked()
    found["replay"] = await page.evaluate(SMALL)
    assert {where: small for where, small in found.items() if small} == {}
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_browsers_way_back_closes_a_sheet_and_stays_on_the_page(bridge: Bridge, open_page: OpenPage) -> None:
    """Then it undoes a zoom; a sheet that was closed by hand leaves nothing behind to go back to."""
    publish(bridge)
    page = await open_page(f"{bridge.url}?tag=line/temp", PHONE)
    await expect(page.locator(".legend tbody tr")).to_have_count(1)
    await page.get_by_role("button", name="Tags", exact=True).tap()
    await page.get_by_role("checkbox", name="line/flow", exact=True).tap()
    await page.go_back()
    await expect(page.locator(".tags.open")).to_have_count(0)
    await expect(page.locator(".legend tbody tr")).to_have_count(2)
    await expect(page).to_have_url(re.compile("line/flow"))
    await page.keyboard.press("g")
    await page.get_by_role("button", name="Go", exact=True).tap()
    await expect(page.get_by_role("button", name="Back", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Tools").tap()
    await expect(page.get_by_role("tabpanel")).to_be_visible()
    await page.get_by_role("button", name="Close tools").tap()
    await expect(page.get_by_role("tabpanel")).to_have_count(0)
    await page.go_back()  # the actions, which the key has opened
    await expect(page.get_by_role("group", name="Actions")).to_be_hidden()
    await page.go_back()
    await expect(page.get_by_role("button", name="Back", exact=True)).to_have_count(0)


@pytest.mark.parametrize(("key", "name"), [("o", "Dashboards"), ("e", "Export")])
async def test_keys_open_what_a_narrow_window_hides(bridge: Bridge, open_page: OpenPage, key: str, name: str) -> None:
    """The page beside another program on one screen is as narrow as a phone, but has a keyboard."""
    page = await open_page(f"{bridge.url}?tag=line/temp", PHONE)
    await expect(page.locator(".legend tbody tr")).to_have_count(1)
    await page.keyboard.press(key)
    sheet = page.get_by_role("dialog", name=name)
    await expect(sheet).to_be_visible()
    box = await sheet.bounding_box()
    assert box
    assert (box["x"] >= 0, box["x"] + box["width"] <= PHONE[0], box["y"] > 40) == (True, True, True)


async def test_one_finger_moves_through_time_and_two_zoom(bridge: Bridge, open_page: OpenPage) -> None:
    """As the mouse does; the picture leaves Live by it."""
    publish(bridge)
    page = await open_page(f"{bridge.url}?tag=line/temp", PHONE)
    box = await page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box
    y, middle = box["y"] + box["height"] / 2, box["x"] + box["width"] / 2
    session = await page.context.new_cdp_session(page)

    async def touch(kind: str, *x: float) -> None:
        points = [{"x": at, "y": y, "id": index} for index, at in enumerate(x)]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    async def width() -> float:
        await expect(page).to_have_url(re.compile("from="))
        start, end = (float(re.findall(rf"{key}=([\d.]+)", page.url)[0]) for key in ("from", "to"))
        return end - start

    for step in (0, 30, 60, 90):
        await touch("touchMove" if step else "touchStart", middle + step)
    await touch("touchEnd")
    await expect(page.locator("body")).to_have_attribute("data-mode", "back")
    before = await width()
    address = page.url
    for step in (20, 40, 60, 80):
        await touch("touchStart" if step == 20 else "touchMove", middle - step, middle + step)
    await touch("touchEnd")
    await expect(page).not_to_have_url(address)
    assert abs(before - 60) < 0.1
    assert await width() < before / 2


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_hostile_names_and_units_leave_the_layout_whole(
    bridge: Bridge, open_page: OpenPage, size: tuple[int, int]
) -> None:
    """They are text: no element, no link, no dialog, no report of the policy; nothing is pushed off the screen."""
    for tag in HOSTILE:
        bridge.post("api/v1/samples", [{"tag": tag, "value": value, "unit": HOSTILE[0]} for value in (1, 2)])
    tags = "&".join(f"tag={tag}" for tag in ("__proto__",))
    page = await open_page(f"{bridge.url}?{tags}", size)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    if size == PHONE:
        await page.get_by_role("button", name="Tags", exact=True).click()
    for tag in HOSTILE:
        await page.get_by_role("checkbox", name=tag, exact=True).check()
    await expect(page.locator(".legend tbody tr")).to_have_count(len(HOSTILE))
    await until_page(
        page, f"document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length === {len(HOSTILE)}"
    )
    assert await page.locator(".tags img, .tags a, .card a[href], .card b, .card img").count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plot, card = await page.locator(".plot").bounding_box(), await page.locator(".card").bounding_box()
    assert plot
    assert card
    assert plot["x"] + plot["width"] <= card["x"] + card["width"] <= size[0]
    assert plot["height"] > 100
    assert dialogs == []


def test_the_page_stays_small(bridge: Bridge) -> None:
    """At most 500 kB on the wire, plotly included: a phone in a cabinet loads it over whatever there is."""
    page = bridge.get("").text
    names = set(re.findall(r'(?:src|href)="\.?/?(assets/[^"]+)"', page))
    sizes = [
        int(bridge.request("HEAD", name, headers={"Accept-Encoding": "gzip"}).headers["Content-Length"])
        for name in names
    ]
    assert len(sizes) >= 3
    assert sum(sizes) <= 500_000


async def test_a_finger_that_rests_sets_a_cursor_and_escape_closes_the_sheet(
    bridge: Bridge, open_page: OpenPage
) -> None:
    """First A, then B."""
    publish(bridge)
    page = await open_page(bridge.url, PHONE)
    plot = await page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert plot
    hand = await page.context.new_cdp_session(page)
    for index, name in enumerate("ab"):
        at = {"x": plot["x"] + 60 + 80 * index, "y": plot["y"] + 50}
        await hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
        await expect(page.locator(f".cursor-line.{name}").first).to_be_visible()
        await hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await page.get_by_role("button", name="Tags", exact=True).tap()
    await expect(page.locator(".tags.open")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".tags.open")).to_have_count(0)


CUT = "[...document.querySelectorAll('.legend')].filter((legend) => legend.scrollWidth > legend.clientWidth).length"


@pytest.mark.parametrize(("size", "charts"), [(PHONE, 1), ((820, 1180), 8)], ids=["phone", "tablet"])
async def test_no_figure_of_a_legend_is_cut(
    bridge: Bridge, open_page: OpenPage, size: tuple[int, int], charts: int
) -> None:
    """A number that is cut reads as another number: columns without room are left out, and names give way."""
    tags = [f"hall/line1/station{index}/temperature" for index in range(3)]
    bridge.post("api/v1/samples", [{"tag": tag, "value": -976.018, "unit": "m³/h"} for tag in tags])
    for state in ("FILL", "HEAT", "DRAIN", "MAINTENANCE", "FAULT"):
        bridge.post("api/v1/samples", {"tag": "hall/line1/station1/state", "value": state})
    tags.append("hall/line1/station1/state")
    query = "&".join(f"chart=C{number}&" + "&".join(f"tag={tag}" for tag in tags) for number in range(charts))
    page = await open_page(f"{bridge.url}?{query}", size)
    rows = page.get_by_role("group", name="Legend").first.locator("tbody tr")
    await expect(rows).to_have_count(4)
    await expect(rows.first).to_contain_text("976.018")
    assert await page.evaluate(CUT) == 0
