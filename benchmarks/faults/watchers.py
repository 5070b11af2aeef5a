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
from typing import Any

from benchmarks.faults import frames

_HEAD, _BLOCK = 24, 32
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10  # RFC 6455, 5.2: opcodes
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
    """The parent's end: what the watchers have noted. Raises EOFError where one of them failed."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def _ask(self, question: str) -> Any:  # noqa: ANN401 - each question has its own answer
        self._pipe.send(question)
        return self._pipe.recv()

    def delays(self) -> list[float]:
        """Return the age of each delta's newest point on arrival, in seconds, since this was asked last."""
        found: list[float] = self._ask("delays")
        return found

    def p99(self) -> float:
        """Return the 99th percentile of `delays`."""
        return statistics.quantiles(self.delays(), n=100)[98]

    def codes(self) -> list[int]:
        """Return the codes (RFC 6455, 7.4) with which the server has closed connections."""
        found: list[int] = self._ask("codes")
        return found

    def broker_state(self) -> str:
        """Return what the server said last of its broker."""
        return str(self._ask("broker"))

    def checked(self) -> tuple[int, list[str]]:
        """Return how many frames were looked at closely, and what was wrong with them."""
        count, faults = self._ask("checked")
        return int(count), list(faults)


@contextlib.contextmanager
def running(port: int, tags: list[str], count: int, *, is_strict: bool = False) -> Iterator[Watchers]:
    """Run `count` watchers of `tags`; strict ones look at every byte of every frame, which makes them slow."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_main, args=(port, tags, count, theirs, is_strict), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(60) or ours.recv() != "ready":
            raise TimeoutError("the watchers do not come in")
        yield Watchers(ours)
    finally:
        process.terminate()
        process.join()


def _main(port: int, tags: list[str], count: int, pipe: Connection, is_strict: bool) -> None:  # noqa: FBT001 - by place
    asyncio.run(_Crowd(port, tags, is_strict=is_strict).run(count, pipe))


class _Crowd:
    """All watchers of the process, and what they note."""

    def __init__(self, port: int, tags: list[str], *, is_strict: bool) -> None:
        self._port = port
        self._tags = tags
        self._is_strict = is_strict
        self._delays: list[float] = []
        self._broker = ""
        self._checked = 0
        self._faults: list[str] = []

    async def run(self, count: int, pipe: Connection) -> None:
        """Answer the parent until it ends the process, or until a watcher fails."""
        started = [asyncio.Event() for _ in range(count)]
        tasks = [asyncio.create_task(self._watch(event)) for event in started]
        for event in started:
            await event.wait()
        pipe.send("ready")
        while True:
            codes = [task.result() for task in tasks if task.done()]  # raises what a watcher raised
            if pipe.poll():
                pipe.send(self._answer(pipe.recv(), codes))
            await asyncio.sleep(0.02)

    def _answer(self, question: str, codes: list[int]) -> object:
        match question:
            case "delays":
                delays, self._delays = self._delays, []
                return delays
            case "codes":
                return codes
            case "broker":
                return self._broker
            case _:
                return self._checked, self._faults

    async def _watch(self, started: asyncio.Event) -> int:
        """Follow until the server says goodbye; return its code."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(handshake(self._port))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(follow(self._tags))
        while True:
            opcode, payload = await _frame(reader)
            started.set()
            if opcode == _PING:
                writer.write(client_frame(payload.decode("latin-1"), _PONG))
            elif opcode == _CLOSE:
                return int(struct.unpack(">H", payload[:2])[0])
            else:
                self._count(payload, is_text=opcode == _TEXT)

    def _count(self, payload: bytes, *, is_text: bool) -> None:
        now = time.time()
        if self._is_strict:
            self._checked += 1
            self._faults += frames.faults(payload, is_text=is_text)
        if not is_text and payload[0] == frames.DATA:
            self._delays += [now - newest for newest in _newest(payload)]
        elif payload[:16] == b'{"type":"status"':
            self._broker = json.loads(payload)["broker"]["state"]


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
