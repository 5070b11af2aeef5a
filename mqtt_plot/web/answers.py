"""Answers under way: what all of them together, and those to one address, may hold, and whose turn it is to make the next slice of one.

Knows nothing of what is answered.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from mqtt_plot.web.errors import RefusedError

MAX_BYTES = 24 * 2**20
MAX_BYTES_PER_ADDRESS = MAX_BYTES // 2
# What every long answer may hold while its client is slow: a slice of it, once more in the stream, and the kernel's send buffer.
SLOT_BYTES = 256 * 1024
# An answer up to here is not counted: a connection costs about as much.
SMALL_BYTES = 32 * 1024
RETRY_SECONDS = 5


class Answers:
    """The budget of all answers; what does not fit is refused (503 with Retry-After). An answer that is alone always fits.

    `turn` is to be held while a slice of a long answer is made, and given back in the next turn of the event loop: however many
    answers are under way, the loop looks at its sockets and timers after each slice.
    """

    def __init__(self, limit: int = MAX_BYTES, limit_per_address: int = MAX_BYTES_PER_ADDRESS) -> None:
        self.limit = limit
        self.held = 0  # bytes
        self.turn = asyncio.Lock()
        self._limit_per_address = limit_per_address
        self._by_address: Counter[str] = Counter()

    @contextmanager
    def hold(self, address: str, size: int = SLOT_BYTES) -> Iterator[None]:
        """Count `size` bytes for an answer to `address` until the block ends. Raises RefusedError when there is no room."""
        held = self._by_address[address]
        if held and held + size > self._limit_per_address:
            self._refuse("to this address")
        if self.held and self.held + size > self.limit:
            self._refuse("to all")
        self.held += size
        self._by_address[address] += size
        try:
            yield
        finally:
            self.held -= size
            self._by_address[address] -= size
            if not self._by_address[address]:
                del self._by_address[address]

    def _refuse(self, whom: str) -> None:
        text = f"too many answers {whom} are under way; try again in {RETRY_SECONDS} s, or read them faster"
        raise RefusedError(503, "busy", text, retry_seconds=RETRY_SECONDS)
