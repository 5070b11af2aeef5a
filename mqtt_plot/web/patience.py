"""Waiting for a client to take what is written to it, for a while; refuses to know what that is."""

import asyncio
from collections.abc import Awaitable


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
