"""Time-outs of connections: for the head of a request, and for its body.

tornado's own make a future, a timer and one more turn of the loop for each head and each body, even for one that has arrived already.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol


class Closable(Protocol):
    """A connection, as far as it matters here."""

    def close(self) -> None: ...


class Deadlines:
    """Connections from which something is to come within `seconds`; one that keeps us waiting for longer is closed, and `on_cut_off` called.

    One timer for all: it waits for the oldest, and is set again when it has run.
    """

    def __init__(self, seconds: float, on_cut_off: Callable[[], None]) -> None:
        self._seconds = seconds
        self._on_cut_off = on_cut_off
        self._since: dict[Closable, float] = {}  # loop time; the oldest first, as dicts keep their order
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._since)

    def waiting(self) -> Iterator[Closable]:
        """Yield those that keep us waiting, the longest first."""
        yield from self._since

    def begin(self, connection: Closable) -> None:
        """Begin to wait for `connection`, or begin anew; needs a running event loop."""
        loop = asyncio.get_running_loop()
        self._since.pop(connection, None)  # to the end of the line
        self._since[connection] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look, loop)

    def end(self, connection: Closable) -> None:
        """Wait no longer: it has come, or never will. Safe to call twice."""
        self._since.pop(connection, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        for connection, since in list(self._since.items()):
            due = since + self._seconds
            if due > loop.time():
                self._timer = loop.call_at(due, self._look, loop)
                return
            self.end(connection)
            self._on_cut_off()
            connection.close()


async def until_taken(write: Awaitable[None], seconds: float) -> None:
    """Wait for a write to be done. Raises TimeoutError after `seconds`, and what the write raises.

    The write itself is not cancelled, also where the waiting is: it ends with its connection, and tornado logs a traceback for one that is.
    """
    under_way = asyncio.ensure_future(write)
    under_way.add_done_callback(_notice)
    async with asyncio.timeout(seconds):
        await asyncio.shield(under_way)


def _notice(ended: asyncio.Future[None]) -> None:
    """Ask for what became of a write that nobody waits for any more, or asyncio logs that nobody did."""
    if not ended.cancelled():
        ended.exception()
