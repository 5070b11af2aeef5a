"""WebSocket clients for benchmarks: follow tags, count points and measure delays, in a process of their own."""

import asyncio
import contextlib
import json
import multiprocessing
import struct
import time
from collections.abc import Iterator
from multiprocessing.sharedctypes import Synchronized

from tornado.websocket import websocket_connect


class Followers:
    """What the process of followers shares with the benchmark."""

    def __init__(self, count: "Synchronized[int]", ready: "Synchronized[int]") -> None:
        self._count = count
        self.ready = ready

    def points(self) -> int:
        """Return the points that all followers together were sent."""
        return int(self._count.value)


@contextlib.contextmanager
def running(port: int, tags: list[str], n: int) -> Iterator[Followers]:
    """Run n followers of `tags` for the time of a `with` block."""
    context = multiprocessing.get_context("spawn")
    count = context.Value("q", 0)
    ready = context.Value("i", 0)
    process = context.Process(target=_main, args=(port, tags, n, count, ready), daemon=True)
    process.start()
    deadline = time.monotonic() + 15
    while ready.value < n and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield Followers(count, ready)
    finally:
        process.terminate()
        process.join()


def _main(port: int, tags: list[str], n: int, count: "Synchronized[int]", ready: "Synchronized[int]") -> None:
    asyncio.run(_all(port, tags, n, count, ready))


async def _all(port: int, tags: list[str], n: int, count: "Synchronized[int]", ready: "Synchronized[int]") -> None:
    await asyncio.gather(*(_follow(port, tags, count, ready) for _ in range(n)))


async def _follow(port: int, tags: list[str], count: "Synchronized[int]", ready: "Synchronized[int]") -> None:
    connection = await websocket_connect(f"ws://127.0.0.1:{port}/ws", max_message_size=64 * 2**20)
    await connection.write_message(json.dumps({"type": "follow", "tags": tags}))
    while (message := await connection.read_message()) is not None:
        if isinstance(message, str):
            if '"following"' in message:
                ready.value += 1
            continue
        if message[0] == 1:
            count.value += points(message)


def points(frame: bytes) -> int:
    """Return the number of points in a data frame."""
    (blocks,) = struct.unpack_from("<I", frame, 4)
    offset, total = 24, 0
    for _ in range(blocks):
        (n,) = struct.unpack_from("<I", frame, offset + 4)
        total += n
        offset += 32 + 16 * n
    return total
