"""What systemd is told (sd_notify(3)): ready, stopping, and that we live; refuses to know how that is found out."""

import contextlib
import os
import socket
from collections.abc import Mapping


class Notifier:
    """A datagram socket to the service manager; without one (`NOTIFY_SOCKET`) everything does nothing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A name that begins with @ lies in the abstract namespace of Linux.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = _watchdog(environment) if address else None

    def tell(self, state: str) -> None:
        """Send one state, such as READY=1. A manager that cannot be reached is no reason to stop."""
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.connect(self._address)
                sender.send(state.encode())


def _watchdog(environment: Mapping[str, str]) -> float | None:
    """Return within how many seconds we must say that we live, None where nobody asks."""
    microseconds = environment.get("WATCHDOG_USEC", "")
    is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 1e6 if microseconds.isdecimal() and is_ours and int(microseconds) else None
