"""A client by somebody who has read docs/protocol.md and nothing else: it imports nothing of ours."""

import asyncio
import contextlib
import json
import struct
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.conftest import StartBridge
from tests.support.ports import free_port
from tests.support.waiting import until

HEADER, BLOCK = struct.Struct("<BBHIdII"), struct.Struct("<IIIIdd")
DATA = 1
SNAPSHOT, OUTLINE = 1, 16


class Line:
    """One tag's points as a page would draw them; goes on over lost connections and restarts of the server."""

    def __init__(self, url: str, tag: str) -> None:
        self.points: list[tuple[float, float]] = []
        self.resumed = self.begun = 0  # connections with the epoch that was known, and with another
        self.is_over = False
        self._url, self._tag = url, tag
        self._epoch = ""
        self._id: int | None = None
        self._next: float | None = None
        self._socket: WebSocketClientConnection | None = None

    async def run(self) -> None:
        """Stay connected until `is_over`."""
        while not self.is_over:
            with contextlib.suppress(OSError, TimeoutError):
                self._socket = await websocket_connect(self._url)
                try:
                    await self._listen(self._socket)
                finally:
                    self._socket.close()
            await asyncio.sleep(0.2)

    def hang_up(self) -> None:
        """Close the connection, as a network that fails does."""
        if self._socket is not None:
            self._socket.close()

    async def _listen(self, socket: WebSocketClientConnection) -> None:
        while (message := await asyncio.wait_for(socket.read_message(), 5)) is not None:
            if isinstance(message, bytes):
                self._take(socket, message)
            else:
                self._hear(socket, json.loads(message))

    def _hear(self, socket: WebSocketClientConnection, message: dict[str, Any]) -> None:
        if message["type"] == "hello":
            if message["epoch"] == self._epoch:
                self.resumed += 1
            else:
                self.begun += 1
                self._epoch, self._id, self._next, self.points = message["epoch"], None, None, []
            self._follow(socket)
        elif message["type"] == "tags":
            for entry in message["tags"]:
                if entry["tag"] == self._tag:
                    self._id = entry["id"]

    def _follow(self, socket: WebSocketClientConnection) -> None:
        wish: dict[str, Any] = {"type": "follow", "tags": [self._tag]}
        if self._next is not None:
            wish |= {"epoch": self._epoch, "next": {self._tag: self._next}}
        socket.write_message(json.dumps(wish))

    def _take(self, socket: WebSocketClientConnection, frame: bytes) -> None:
        kind, _, _, blocks, *_ = HEADER.unpack_from(frame)
        if kind != DATA:
            return
        offset = HEADER.size
        for _ in range(blocks):
            series, n, flags, _, first, following = BLOCK.unpack_from(frame, offset)
            offset += BLOCK.size
            times, values = (
                struct.unpack_from(f"<{n}d", frame, offset),
                struct.unpack_from(f"<{n}d", frame, offset + 8 * n),
            )
            offset += 8 * n * (3 if flags & OUTLINE else 2)
            if series != self._id:
                continue
            if flags & SNAPSHOT:
                self.points = []
            elif first != self._next:  # something was missed
                self._next = None
                socket.close()
                return
            self.points += zip(times, values, strict=True)
            self._next = following


async def test_a_live_line_survives_a_lost_connection_and_a_restart(start_bridge: StartBridge, tmp_path: Path) -> None:
    """Every point once and in order: at first, after the connection was lost, and after another life of the server."""
    options = ["--broker", "none", "--port", str(free_port()), "--state", str(tmp_path / "points")]
    bridge = start_bridge(*options)
    line = Line(bridge.url.replace("http", "ws", 1) + "ws", "line1/temp")
    task = asyncio.create_task(line.run())
    sent: list[tuple[float, float]] = []

    async def send(count: int) -> None:
        for _ in range(count):
            point = (1.7e9 + len(sent), float(len(sent)))
            sent.append(point)
            await asyncio.to_thread(
                bridge.post, "api/v1/samples", {"tag": "line1/temp", "ts": point[0], "value": point[1]}
            )

    await send(5)
    await until(lambda: line.points == sent, "the first points")
    line.hang_up()
    await send(5)
    await until(lambda: line.points == sent and line.resumed == 1, "the points of the lost connection")
    await asyncio.to_thread(bridge.stop)
    bridge = start_bridge(*options)
    await send(5)
    await until(lambda: line.points == sent, "all points from another life")
    line.is_over = True
    line.hang_up()
    await task
    assert (line.begun, line.resumed) == (2, 1)
