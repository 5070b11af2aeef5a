"""The heartbeat of the event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mqtt_plot.notify import Notifier
from mqtt_plot.pulse import Pulse


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
    pulse = Pulse(manager.notifier, lambda: (True, "ok"))
    pulse.start()
    assert [await manager.hears() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert pulse.lag.count >= 2
    await pulse.stop()
    await pulse.stop()
    assert await manager.hears() == "STOPPING=1"
    assert manager.heard_nothing()


async def test_who_is_not_healthy_does_not_say_that_he_lives(manager: Manager) -> None:
    """With a dead network thread the watchdog is left to bite; once it lives again, so is the word."""
    asked = asyncio.Event()
    healthy = False

    def is_healthy() -> tuple[bool, str]:
        asked.set()
        return healthy, "the MQTT thread has died"

    pulse = Pulse(manager.notifier, is_healthy)
    pulse.start()
    assert await manager.hears() == "READY=1"
    async with asyncio.timeout(5):
        await asked.wait()
    assert manager.heard_nothing()
    healthy = True
    assert await manager.hears() == "WATCHDOG=1"
    await pulse.stop()
