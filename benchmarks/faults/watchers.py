"""Browsers without a browser, in a process of their own: each follows tags and notes how old each point is when its frame is there."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import statistics
import struct
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

_HEAD, _BLOCK = 24, 32
_SMALL, _MEDIUM = 126, 127  # RFC 6455, 5.2: lengths told by 2 and by 8 further bytes


def handshake(port: int) -> bytes:
    """Return the request that opens a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def client_frame(text: str, opcode: int = 1) -> bytes:
    """Return a masked frame, as clients must send them; the mask of zeros leaves the text as it is."""
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < _SMALL else bytes([0x80 | _SMALL]) + struct.pack(">H", len(data))
    return bytes([0x80 | opcode]) + length + bytes(4) + data


def follow(tags: list[str]) -> bytes:
    """Return the frame that asks for `tags`, without what lies in the past."""
    return client_frame(json.dumps({"type": "follow", "tags": tags, "window": 0.001}))


def stuck(port: int, tags: list[str]) -> socket.socket:
    """Return the socket of a browser that follows and then never reads; its kernel takes little for it."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    sock.sendall(handshake(port))
    sock.recv(1024)
    sock.sendall(follow(tags))
    return sock


class Watchers:
    """The parent's end: `ready` once all follow, `delays` in seconds since it was asked last."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def delays(self) -> list[float]:
        """Return the age of each delta's newest point on arrival, and begin anew."""
        self._pipe.send("delays")
        found: list[float] = self._pipe.recv()
        return found

    def p99(self) -> float:
        """Return the 99th percentile of `delays`."""
        return statistics.quantiles(self.delays(), n=100)[98]


@contextlib.contextmanager
def running(port: int, tags: list[str], count: int) -> Iterator[Watchers]:
    """Run `count` watchers of `tags`."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_main, args=(port, tags, count, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(60) or ours.recv() != "ready":
            raise TimeoutError("the watchers do not come in")
        yield Watchers(ours)
    finally:
        process.terminate()
        process.join()


def _main(port: int, tags: list[str], count: int, pipe: Connection) -> None:
    asyncio.run(_watch_all(port, tags, count, pipe))


async def _watch_all(port: int, tags: list[str], count: int, pipe: Connection) -> None:
    delays: list[float] = []
    started = [asyncio.Event() for _ in range(count)]
    tasks = [asyncio.create_task(_watch(port, tags, delays, event)) for event in started]
    for event in started:
        await event.wait()
    pipe.send("ready")
    while not any(task.done() for task in tasks):
        if pipe.poll():
            pipe.recv()
            pipe.send(list(delays))
            delays.clear()
        await asyncio.sleep(0.05)


async def _watch(port: int, tags: list[str], delays: list[float], started: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(handshake(port))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(follow(tags))
    while True:
        opcode, payload = await _frame(reader)
        now = time.time()
        started.set()
        if opcode == 9:  # a ping wants its pong
            writer.write(client_frame(payload.decode("latin-1"), 10))
        elif opcode == 2 and payload[0] == 1:
            delays += [now - newest for newest in _newest(payload)]


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, length = await reader.readexactly(2)
    if length == _SMALL:
        (length,) = struct.unpack(">H", await reader.readexactly(2))
    elif length == _MEDIUM:
        (length,) = struct.unpack(">Q", await reader.readexactly(8))
    return first & 15, await reader.readexactly(length)


def _newest(frame: bytes) -> Iterator[float]:
    """Yield the time of the newest point of the first block, if it is a delta: one look per frame, or the watchers would be the load."""
    points, flags = struct.unpack_from("<II", frame, _HEAD + 4)
    if points and not flags & 1:
        yield struct.unpack_from("<d", frame, _HEAD + _BLOCK + 8 * (points - 1))[0]
