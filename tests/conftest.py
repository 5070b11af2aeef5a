"""Fixtures: a real broker, the real bridge, a real browser. What they are made of is in tests/support."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, Page, async_playwright

from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.certificates import make_certificates, make_passwords
from tests.support.chromium import Faults, Windows, launch

StartBridge = Callable[..., Bridge]

# How long one example takes says more of the machine that day than of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def own_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command sets up the log of its process; one that runs inside a test would do so for all other tests."""
    monkeypatch.setattr("mqtt_plot.cli.start_logging", lambda: None)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Mosquitto with the lab configuration."""
    broker = Broker(tmp_path / "mosquitto")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def secure_broker(tmp_path: Path) -> Iterator[Broker]:
    """Mosquitto with the secure configuration: users bridge/bridge-secret and device/device-secret, authority in certs/ca.crt."""
    broker = Broker(tmp_path / "secure", "secure.conf")
    make_certificates(broker.folder / "certs")
    make_passwords(broker.folder / "secrets" / "passwords", {"bridge": "bridge-secret", "device": "device-secret"})
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def start_bridge() -> Iterator[StartBridge]:
    """A function that starts a bridge with the given options; all are stopped after the test, and none may have logged a traceback."""
    bridges: list[Bridge] = []

    def start(*arguments: str, environment: dict[str, str] | None = None) -> Bridge:
        bridge = Bridge(list(arguments), environment)
        bridges.append(bridge)
        return bridge

    yield start
    for bridge in bridges:
        bridge.stop()
    logs = [bridge.log for bridge in bridges if "Traceback" in bridge.log]
    assert logs == []


@pytest.fixture
def bridge(broker: Broker, start_bridge: StartBridge) -> Bridge:
    """A bridge that is connected to `broker` and has subscribed."""
    bridge = start_bridge("--broker", broker.url)
    bridge.wait_ready()
    return bridge


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, started once."""
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture
def faults() -> Faults:
    """The faults that `windows` collect; a test that provokes some says so with `faults.expect`."""
    return Faults()


@pytest.fixture
async def windows(browser: Browser, faults: Faults) -> AsyncIterator[Windows]:
    """Windows of the browser. After the test: no script error, no error on the console, no request elsewhere."""
    windows = Windows(browser, faults)
    yield windows
    await windows.close()
    assert faults.unexpected == []


@pytest.fixture
async def page(windows: Windows) -> Page:
    """An empty page in a window of its own."""
    return await windows.open()
