"""The heartbeat of the event loop: how late it comes to its work, and the word to the service manager that it still does.

A loop that hangs sends no word, and a service manager with a watchdog then starts us anew. So does a dead network thread. Knows
nothing of what the loop is busy with.
"""

import asyncio
import contextlib
import math
import os
import socket
import time
from collections.abc import Callable, Mapping

from mqtt_plot.metrics import Histogram

BEAT_SECONDS = 0.25
LEAST_STEP_SECONDS = 0.5
# A bridge that stays unhealthy so long does not get well by itself.
ILL_SECONDS = 5.0
# How many words go to the manager within the time it allows for one.
_WORDS = 3


class Notifier:
    """A datagram socket to the service manager; without one (`NOTIFY_SOCKET`) everything does nothing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A name that begins with @ lies in the abstract namespace of Linux.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = _watchdog(environment) if address else None

    def notify(self, state: str) -> None:
        """Send one state, such as READY=1. A manager that cannot be reached is no reason to stop."""
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.connect(self._address)
                sender.send(state.encode())


class ClockWatch:
    """Tells when the wall clock was set. Ages and intervals must not change by that: what was noted by it moves with it."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._ahead = wall() - steady()

    def step(self) -> float:
        """Return by how many seconds the wall clock was set since the last look, 0 if it was not; slewing is no step."""
        ahead = self._wall() - self._steady()
        step, self._ahead = ahead - self._ahead, ahead
        return step if abs(step) >= LEAST_STEP_SECONDS else 0.0


class Watchdog:
    """Beats while it runs; `lag` holds how many seconds late each beat came.

    `end` is called, with the reason, once `is_healthy` has said no for ILL_SECONDS.
    """

    def __init__(
        self,
        notifier: Notifier,
        is_healthy: Callable[[], tuple[bool, str]],
        end: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.lag = Histogram()
        self._notifier = notifier
        self._is_healthy = is_healthy
        self._end = end
        self._ill_since: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Say that the service is ready and begin to beat; needs a running event loop."""
        self._notifier.notify("READY=1")
        self._task = asyncio.create_task(self._beat(), name="watchdog")

    async def stop(self) -> None:
        """Say that the service stops and end the beat. Safe to call twice."""
        if self._task is None:
            return
        self._notifier.notify("STOPPING=1")
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        allowed = self._notifier.watchdog_seconds
        next_word = loop.time()
        while True:
            due = loop.time() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            now = loop.time()
            self.lag.add(now - due)
            is_healthy, reason = self._is_healthy()
            if allowed is not None and now >= next_word and is_healthy:
                self._notifier.notify("WATCHDOG=1")
                next_word = now + allowed / _WORDS
            if is_healthy:
                self._ill_since = None
            elif self._ill_since is None:
                self._ill_since = now
            elif now - self._ill_since >= ILL_SECONDS:
                self._ill_since = math.inf
                self._end(reason)


def _watchdog(environment: Mapping[str, str]) -> float | None:
    """Return within how many seconds we must say that we live, None where nobody asks."""
    microseconds = environment.get("WATCHDOG_USEC", "")
    is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 1e6 if microseconds.isdecimal() and is_ours and int(microseconds) else None
