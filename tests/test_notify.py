"""What systemd is told."""

import os
import socket
from pathlib import Path

import pytest

from mqtt_plot.notify import Notifier


def test_the_manager_hears_what_is_told(tmp_path: Path) -> None:
    """One datagram per state, to the socket that the environment names."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}).tell("READY=1")
        assert manager.recv(100) == b"READY=1"


def test_an_abstract_address_is_reached() -> None:
    """Systemd may give a name that begins with @."""
    name = f"mqtt-plot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name)
        manager.settimeout(5)
        Notifier({"NOTIFY_SOCKET": "@" + name}).tell("WATCHDOG=1")
        assert manager.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_without_a_manager_nothing_happens(environment: dict[str, str]) -> None:
    """On a terminal, in a container, or after the manager has gone."""
    Notifier(environment).tell("READY=1")


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
