"""What the process keeps of memory that is free: told to glibc; elsewhere nothing is done."""

import asyncio
import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # of mallopt(3)
_LARGE_BLOCK = 128 * 1024
EVERY_SECONDS = 10.0


def return_large_blocks() -> None:
    """Have each large block given back to the system when it is freed.

    It begins so, but raises the threshold with the first block that is freed. Then rings that grow and give way leave holes between
    each other: 120 instead of 105 MiB after a day of 100 tags at 10 Hz.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def return_free_pages() -> None:
    """Give the pages back that lie in holes between small blocks, as outlines leave them that grow and give way. It takes a millisecond."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


async def keep_small() -> None:
    """Return free pages every few seconds, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        return_free_pages()
