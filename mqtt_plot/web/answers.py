"""Answers being sent: how much memory they may hold together, and which one makes its next slice."""

import asyncio
from contextlib import AbstractContextManager

from mqtt_plot.web.allowance import Allowance

MAX_BYTES = 24 * 2**20
MAX_BYTES_PER_ADDRESS = MAX_BYTES // 2
# What every long answer may hold while its client is slow: a slice of it, once more in the stream, and the kernel's send buffer.
SLOT_BYTES = 256 * 1024
# An answer up to here is not counted: a connection costs about as much.
SMALL_BYTES = 32 * 1024


class Answers:
    """The bytes of all answers, and their turns.

    `turn` is to be held while a slice of a long answer is made, and given back in the next turn of the event loop. However many
    answers are under way, the loop looks at its sockets and timers after each slice.
    """

    def __init__(self, limit: int = MAX_BYTES, limit_per_address: int = MAX_BYTES_PER_ADDRESS) -> None:
        self.turn = asyncio.Lock()
        self._bytes = Allowance(limit, limit_per_address, "busy", "answers are under way, or read too slowly,")

    @property
    def held(self) -> int:
        return self._bytes.held

    def hold(self, address: str, size: int = SLOT_BYTES) -> AbstractContextManager[None]:
        """Count `size` bytes for an answer to `address` until the block ends. Raises RefusedError when there is no room."""
        return self._bytes.hold(address, size)
