"""Waiting for a client to take what is written to it, for a while; refuses to know what that is."""

import asyncio
from collections.abc import Awaitable


async def until_taken(write: Awaitable[None], seconds: float) -> None:
    """Wait for a write to be done. Raises TimeoutError after `seconds`, and what the write raises.

    The write itself is not cancelled, also where the waiting is: it ends with its connection, and tornado logs a traceback for one that is.
    """
    async with asyncio.timeout(seconds):
        await asyncio.shield(write)
