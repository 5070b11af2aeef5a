"""A smoke of the page in Firefox and WebKit (every iPad); the whole suite runs in Chromium."""

import time
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from tests.support.bridge import Bridge
from tests.support.other_browsers import OtherBrowser, missing, start

LAST = "document.querySelector('.legend td.value').textContent"
HEIGHT = "document.querySelector('.popover:popover-open').getBoundingClientRect().height"
# What is saved goes through a blob; the page's own click on a link is left to the suite in Chromium.
CATCH = (
    "(() => { const make = URL.createObjectURL;"
    " URL.createObjectURL = (blob) => { blob.text().then((text) => { document.body.dataset.saved = text; }); return make.call(URL, blob); };"
    " return true; })()"
)
POINTS = 50


def press(browser: OtherBrowser, name: str) -> None:
    """Click the open popover's button of that name."""
    script = f"[...document.querySelectorAll('.popover:popover-open button')].find((one) => one.textContent.trim() === '{name}').click()"
    browser.run(f"({script}, true)")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")  # between two parts of selenium
@pytest.mark.parametrize("name", ["firefox", "webkit"])
def test_the_page_opens_streams_zooms_and_exports(name: str, bridge: Bridge, tmp_path: Path) -> None:
    """With no error on the console once it is open, and with menus no higher than what is in them."""
    if lacks := missing(name):
        pytest.skip(f"NOT CHECKED in {name}, this machine lacks {lacks}")
    now = time.time()
    times = [now - POINTS + index for index in range(POINTS)]
    bridge.post("api/v1/samples", {"tag": "t", "unit": "V", "ts": times, "value": list(range(POINTS))})
    with start(name, tmp_path) as browser:
        browser.open(f"{bridge.url}?tag=t&window=60")
        browser.until(f"{LAST} === '{POINTS - 1}'")
        bridge.post("api/v1/samples", {"tag": "t", "value": 777})
        browser.until(f"{LAST} === '777'")

        plot = browser.driver.find_element(By.CSS_SELECTOR, ".js-plotly-plot .nsewdrag")
        width = plot.size["width"]
        hand = ActionChains(browser.driver).move_to_element_with_offset(plot, -width // 4, 0).click_and_hold()
        hand.move_by_offset(width // 4, 0).move_by_offset(10, 0).release().perform()
        browser.until("document.body.dataset.mode === 'back'")

        browser.driver.find_element(By.ID, "export").click()
        browser.until(f"{HEIGHT} > 100")
        assert browser.run(f"{HEIGHT} < 400")
        browser.run(CATCH)
        press(browser, "CSV")
        browser.until("document.body.dataset.saved.includes('t [V]')")

        assert browser.errors == []
        browser.run("(console.error('a probe'), true)")
        assert browser.errors == ["a probe"]
