"""The heartbeat of the event loop."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mqtt_plot.watchdog import ClockWatch, Notifier, Watchdog


class Manager:
    """A service manager that listens."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(path))
        self.notifier = Notifier({"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "600000"})

    async def hears(self) -> str:
        """Return the next word."""
        async with asyncio.timeout(5):
            return (await asyncio.get_running_loop().sock_recv(self._socket, 100)).decode()

    def heard_nothing(self) -> bool:
        try:
            self._socket.recv(100)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
async def manager(tmp_path: Path) -> AsyncIterator[Manager]:
    """A service manager with a watchdog of 0.6 s."""
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


async def test_ready_alive_stopping(manager: Manager) -> None:
    """The manager hears that the service is ready, again and again that it lives, and that it stops; each beat is measured."""
    watchdog = Watchdog(manager.notifier, lambda: (True, "ok"))
    watchdog.start()
    assert [await manager.hears() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert watchdog.lag.count >= 2
    await watchdog.stop()
    await watchdog.stop()
    assert await manager.hears() == "STOPPING=1"
    assert manager.heard_nothing()


async def test_who_is_not_healthy_does_not_say_that_he_lives(manager: Manager) -> None:
    """With a dead network thread the watchdog is left to bite; once it lives again, so is the word."""
    asked = asyncio.Event()
    healthy = False

    def is_healthy() -> tuple[bool, str]:
        asked.set()
        return healthy, "the MQTT thread has died"

    watchdog = Watchdog(manager.notifier, is_healthy)
    watchdog.start()
    assert await manager.hears() == "READY=1"
    async with asyncio.timeout(5):
        await asked.wait()
    assert manager.heard_nothing()
    healthy = True
    assert await manager.hears() == "WATCHDOG=1"
    await watchdog.stop()


def test_the_manager_hears_what_is_told(tmp_path: Path) -> None:
    """One datagram per state, to the socket that the environment names."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}).notify("READY=1")
        assert manager.recv(100) == b"READY=1"


def test_an_abstract_address_is_reached() -> None:
    """Systemd may give a name that begins with @."""
    name = f"mqtt-plot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name)
        manager.settimeout(5)
        Notifier({"NOTIFY_SOCKET": "@" + name}).notify("WATCHDOG=1")
        assert manager.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_without_a_manager_nothing_happens(environment: dict[str, str]) -> None:
    """On a terminal, in a container, or after the manager has gone."""
    Notifier(environment).notify("READY=1")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_ours_or_nobodys(environment: dict[str, str], expected: float | None) -> None:
    """A watchdog meant for another process is none."""
    assert Notifier({"NOTIFY_SOCKET": "/x", **environment}).watchdog_seconds == expected


def test_a_clock_that_is_set_is_noticed_and_one_that_is_slewed_is_not() -> None:
    """Time servers set a clock by a step at the start, and bring it up to date bit by bit afterwards."""
    wall, steady = 1000.0, 5.0
    watch = ClockWatch(lambda: wall, lambda: steady)
    wall, steady = 1001.001, 6.0
    assert watch.step() == 0.0
    wall, steady = 1002.0 - 7200.0, 7.0
    assert round(watch.step()) == -7200
    wall, steady = wall + 1.0, 8.0
    assert watch.step() == 0.0
