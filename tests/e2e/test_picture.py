"""The page draws its lines itself, inside plotly's axes: what is seen is what plotly would have drawn of the same traces."""

import base64
import math
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page

from tests.support.bridge import Bridge
from tests.support.chromium import WAIT_SECONDS, Windows, until_page
from tests.support.processes import ROOT

PLOTLY = ROOT / "frontend" / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js"
PLOT = ".js-plotly-plot"
DRAWS = f"document.querySelector('{PLOT}').dataset.draws"
# Where the picture lies, and what plotly is to draw there, as text: Playwright takes numbers one by one. NaN becomes null.
SHOWN = """(() => {
  const plot = document.querySelector(".js-plotly-plot");
  const { x, y, width, height } = plot.getBoundingClientRect();
  const columns = plot.data.map((trace) => ({ ...trace, x: [...trace.x], y: [...trace.y] }));
  const paper = getComputedStyle(document.body).backgroundColor;
  return [{ x, y, width, height }, JSON.stringify({ traces: columns, layout: plot.layout, paper })];
})()"""
PLOTLYS_OWN = """async ([box, text]) => {
  const { traces, layout, paper } = JSON.parse(text);
  document.body.style = `margin:0;background:${paper}`;
  const plot = document.createElement("div");
  const { x: left, y: top, width, height } = box;
  const pixels = Object.entries({ left, top, width, height }).map(([name, size]) => `${name}:${size}px`);
  plot.style = `position:absolute;${pixels.join(";")}`;
  document.body.replaceChildren(plot);
  const unlikeYears = (time) => (time ?? NaN) + 1e-4;
  const value = (one) => one ?? NaN;
  const columns = traces.map((trace) => ({ ...trace, x: Float64Array.from(trace.x, unlikeYears), y: Float64Array.from(trace.y, value) }));
  await Plotly.newPlot(plot, columns, layout, { displayModeBar: false });
}"""
# Of all pixels: how many are of another colour; grid lines are faint.
UNLIKE = """async ([one, other]) => {
  const pixels = async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.length !== b.length) return 1;
  let unlike = 0;
  for (let at = 0; at < a.length; at += 4)
    if ([0, 1, 2].some((channel) => Math.abs(a[at + channel] - b[at + channel]) > 16)) unlike += 1;
  return unlike / (a.length / 4);
}"""
MOST_UNLIKE = 0.001
SECONDS = 600


@pytest.fixture
def rig(bridge: Bridge) -> tuple[Bridge, float]:
    """A bridge with every kind of tag, all of the same ten minutes; and when they began."""
    start = time.time() // 120 * 120 - SECONDS - 160.0  # its first tick is 40 s in

    def send(tag: str, times: list[float], values: list[Any], **more: object) -> None:
        for k in range(0, len(times), 5_000):
            stamps = [start + at for at in times[k : k + 5_000]]
            assert bridge.post("api/v1/samples", {"tag": tag, "ts": stamps, "value": values[k : k + 5_000], **more}).ok

    fine = [0.02 * k for k in range(SECONDS * 50)]
    coarse = [float(k) for k in range(0, SECONDS, 20)]
    seconds = [float(k) for k in range(SECONDS)]
    send("noise", fine, [round(math.sin(k / 900) + ((k * 7919) % 100) / 300, 4) for k in range(len(fine))], unit="bar")
    send("gappy", [at for at in seconds if at % 100 < 60], [at % 37 for at in seconds if at % 100 < 60], unit="A")
    send("spiky", seconds, [1e6 if at == 300 else 1 + at % 2 for at in seconds], unit="rpm")
    send("few", coarse, [2 + at % 3 for at in coarse], unit="bar")
    send("on", coarse, [at % 60 < 40 for at in coarse])
    modes = [{"tag": "mode", "ts": start + 60 * k, "value": ["RUN", "STOP", "FAULT"][k % 3]} for k in range(10)]
    assert bridge.post("api/v1/samples", modes).ok
    for k in range(12):
        send(f"many/{k}", seconds, [k + math.sin(at / (20 + k)) for at in seconds])
    return bridge, start


LINKS = (
    "tag=noise&tag=gappy&tag=few",
    "tag=noise&tag=spiky&tag=on&tag=mode",
    "draw=step&tag=noise&tag=gappy&tag=few",
    "draw=points&tag=gappy&tag=few",
    "draw=log&tag=spiky",
    "draw=own&tag=noise&tag=gappy&tag=few",
    "draw=norm&tag=noise&tag=gappy&tag=spiky",
    "y=1:1.5:rpm&tag=spiky",
    "earlier=120&tag=noise&tag=few",
    "fold=5:on&tag=gappy",
    "&".join(f"tag=many/{k}" for k in range(12)),
)


@pytest.mark.parametrize("scale", [1, 2])
async def test_it_looks_as_plotly_draws_it(rig: tuple[Bridge, float], windows: Windows, scale: int) -> None:
    """Every kind of line, mark, band and axis, the whole stretch or a part of it, on screens of either fineness."""
    bridge, start = rig
    page, other = [await windows.open(size=(900, 600), device_scale_factor=scale) for _ in range(2)]
    await other.add_script_tag(path=PLOTLY)
    parts = {}
    # On the finer screen a few stand for all.
    for index, link in enumerate(LINKS if scale == 1 else LINKS[:3]):
        begin, end = (start, start + SECONDS) if (index + scale) % 2 else (start + 130.3, start + 245.7)
        await page.goto(f"{bridge.url}?from={begin}&to={end}&{link}")
        await until_page(page, f"document.querySelector('{PLOT}').data.some(({{ x }}) => x.length > 2)")
        parts[link] = await unlike(page, other)
        if index > 1:
            continue
        await page.locator(".nsewdrag").first.hover()
        await page.keyboard.down("Shift")
        for pixels in (9, 90, 9):  # moved, drawn in two parts, these moved
            shown = await page.evaluate(DRAWS)
            await page.mouse.wheel(0, pixels)
            await until_page(page, f"{DRAWS} > {shown}")
        await page.keyboard.up("Shift")
        parts[f"{link}, a few pixels on"] = await unlike(page, other)
    assert {link: part for link, part in parts.items() if part > MOST_UNLIKE} == {}


async def look(page: Page) -> tuple[list[Any], bytes]:
    """Return what the page has drawn, and its picture, once a second look finds the same: points may still be coming, and the legend."""
    seen: tuple[list[Any], bytes] | None = None
    while True:
        shown = await page.evaluate(SHOWN)
        again = shown, await page.screenshot(clip=shown[0])
        if seen == again:
            return again
        seen = again


async def unlike(page: Page, other: Page) -> float:
    """Return which part of the picture's pixels differ from plotly's own picture, drawn on the `other` page."""
    await page.mouse.move(0, 0)
    shown, ours = await look(page)
    await other.evaluate(PLOTLYS_OWN, shown)
    plotlys = await other.screenshot(clip=shown[0])
    return float(await other.evaluate(UNLIKE, [base64.b64encode(picture).decode() for picture in (ours, plotlys)]))


async def test_it_looks_so_while_it_slides(bridge: Bridge, windows: Windows) -> None:
    """What has settled of live lines is moved and only the rest drawn: together they are the picture that plotly draws."""
    now = time.time()
    past = [now - SECONDS + k for k in range(SECONDS)]
    shapes: list[Callable[[float], float]] = [lambda at: at % 7, lambda at: math.sin(at / 30), lambda at: at % 60 < 20]
    for k, shape in enumerate(shapes):
        assert bridge.post("api/v1/samples", {"tag": f"t{k}", "ts": past, "value": [shape(at - now) for at in past]}).ok
    page, other = [await windows.open(size=(900, 600)) for _ in range(2)]
    await other.add_script_tag(path=PLOTLY)
    await page.goto(f"{bridge.url}?tag=t0&tag=t1&tag=t2&window={SECONDS}")
    slid = "parseFloat(document.querySelector('.scatterlayer [style*=will-change]').style.transform.slice('translate('.length))"
    await until_page(page, f"document.querySelector('{PLOT}')?.data?.some(({{ x }}) => x.length > 2)")
    deadline = time.monotonic() + WAIT_SECONDS
    while await page.evaluate(slid) > -3:  # a pixel is most of a second
        assert time.monotonic() < deadline
        moment = time.time()
        samples = [{"tag": f"t{k}", "ts": moment, "value": value} for k, value in enumerate([1, 0.5, True])]
        assert bridge.post("api/v1/samples", samples).ok
        before = await page.evaluate(DRAWS)
        await until_page(page, f"{DRAWS} > {before}")
    assert await unlike(page, other) <= MOST_UNLIKE


async def test_a_hand_finds_the_axis_where_it_is_seen(rig: tuple[Bridge, float], page: Page) -> None:
    """The time axis has slid without plotly; what is then selected by dragging is what lay under the hand."""
    bridge, start = rig
    await page.goto(f"{bridge.url}?from={start}&to={start + SECONDS}&tag=few")
    await until_page(page, f"document.querySelector('{PLOT}').data.some(({{ x }}) => x.length > 2)")
    drag = page.locator(".nsewdrag").first
    box = await drag.bounding_box()
    assert box is not None
    await drag.hover()
    draws = await page.evaluate(DRAWS)
    await page.keyboard.down("Shift")
    await page.mouse.wheel(0, 20)
    await page.keyboard.up("Shift")
    await until_page(page, f"{DRAWS} > {draws} && document.querySelector('.gridlayer > .x').hasAttribute('transform')")
    middle = box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] / 4, middle)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2, middle)
    await page.mouse.up()
    shown = "document.querySelector('.js-plotly-plot').layout.xaxis.range.map((end) => new Date(end).getTime() / 1000)"
    await until_page(page, f"{shown}[1] - {shown}[0] < {SECONDS / 2}")
    slid = start + 20 * SECONDS / box["width"]
    assert await page.evaluate(shown) == pytest.approx([slid + SECONDS / 4, slid + SECONDS / 2], abs=1.5)
