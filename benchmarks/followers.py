"""WebSocket clients for benchmarks: follow tags, count points and measure delays, in a process of their own."""

import asyncio
import contextlib
import json
import multiprocessing
import struct
import sys
import time
from array import array
from collections.abc import Iterator
from multiprocessing.connection import Connection

from tornado.websocket import websocket_connect

READY_SECONDS = 30.0
# Delays are taken from one data frame in so many: taking them from all would make the clients what is measured.
EVERY = 5
_FLAG_SNAPSHOT = 1


class Followers:
    """The process of followers, as the benchmark sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def points(self) -> int:
        """Return the points that all followers together were sent so far."""
        self._pipe.send("points")
        return int(self._pipe.recv())

    def delays(self) -> tuple[float, float]:
        """Return (median, 99th percentile) of the seconds from a point's time to its frame, since the last call; 0 without points."""
        self._pipe.send("delays")
        middle, late = self._pipe.recv()
        return float(middle), float(late)


@contextlib.contextmanager
def running(port: int, tags: list[str], n: int) -> Iterator[Followers]:
    """Run n followers of `tags` for the time of a `with` block, which begins when all are followed."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_main, args=(port, tags, n, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(READY_SECONDS):
            raise TimeoutError(f"waited {READY_SECONDS:.0f} s for {n} followers")
        ours.recv()
        yield Followers(ours)
    finally:
        process.terminate()
        process.join()


class _Group:
    """All followers of the process."""

    def __init__(self, pipe: Connection) -> None:
        self.points = 0
        self.ready = 0
        self.frames = 0
        self.delays = array("d")
        self._pipe = pipe

    def answer(self) -> None:
        """Answer a question of the benchmark."""
        if self._pipe.recv() == "points":
            self._pipe.send(self.points)
            return
        delays, self.delays = sorted(self.delays), array("d")
        n = len(delays)
        self._pipe.send((delays[n // 2], delays[n * 99 // 100]) if n else (0.0, 0.0))

    async def follow(self, port: int, tags: list[str]) -> None:
        """Follow `tags` until the connection ends."""
        connection = await websocket_connect(f"ws://127.0.0.1:{port}/ws", max_message_size=64 * 2**20)
        await connection.write_message(json.dumps({"type": "follow", "tags": tags}))
        while (message := await connection.read_message()) is not None:
            if isinstance(message, bytes):
                if message[0] == 1:
                    self.count(message)
            elif '"following"' in message[:40]:
                self.ready += 1

    def count(self, frame: bytes) -> None:
        """Count the points of a data frame, and see how old they are."""
        now = time.time()
        self.frames += 1
        (blocks,) = struct.unpack_from("<I", frame, 4)
        offset = 24
        for _ in range(blocks):
            _, n, flags = struct.unpack_from("<III", frame, offset)
            self.points += n
            if self.frames % EVERY == 0 and not flags & _FLAG_SNAPSHOT:
                self.delays.extend([now - moment for moment in struct.unpack_from(f"<{n}d", frame, offset + 32)])
            offset += 32 + 16 * n


def _main(port: int, tags: list[str], n: int, pipe: Connection) -> None:
    asyncio.run(_all(port, tags, n, pipe))


async def _all(port: int, tags: list[str], n: int, pipe: Connection) -> None:
    group = _Group(pipe)
    tasks = [asyncio.create_task(group.follow(port, tags)) for _ in range(n)]
    while group.ready < n:
        if any(task.done() for task in tasks):
            sys.exit("a follower was turned away")
        await asyncio.sleep(0.02)
    pipe.send("ready")
    asyncio.get_running_loop().add_reader(pipe.fileno(), group.answer)
    await asyncio.gather(*tasks)
