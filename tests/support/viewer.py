"""A browser's half of the WebSocket without the browser: follows tags, keeps their points, and comes back when it is cut off."""

import asyncio
import json
import ssl
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.live.protocol import FLAG_SNAPSHOT, KIND_DATA
from tests.support.frames import decode_blocks

_PAUSE_SECONDS = 0.1


class Viewer:
    """Does what docs/protocol.md tells a client: another epoch voids all it holds, a snapshot replaces, a delta continues.

    `points` are the (time, value) held per tag; `connections` counts how often it got through; `faults` tells of deltas that did not
    continue what was held.
    """

    def __init__(self, url: str, tags: list[str], authority: str | None = None) -> None:
        self.url = url
        self.tags = tags
        self.points: dict[str, list[tuple[float, float]]] = {}
        self.hello: dict[str, Any] = {}
        self.connections = 0
        self.epochs: list[str] = []
        self.faults: list[str] = []
        self._context = None if authority is None else ssl.create_default_context(cafile=authority)
        self._names: dict[int, str] = {}
        self._next: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="viewer")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def values(self, tag: str) -> list[float]:
        """Return the values held of `tag` in order of time."""
        return [value for _, value in sorted(self.points.get(tag, []))]

    async def _run(self) -> None:
        while True:
            try:
                await self._talk(await websocket_connect(HTTPRequest(self.url, ssl_options=self._context)))
            except OSError:
                pass  # nobody there; try again
            except Exception as error:  # noqa: BLE001 - a proxy's 502 while its upstream is gone
                if "502" not in str(error) and "503" not in str(error):
                    self.faults.append(repr(error))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _talk(self, connection: WebSocketClientConnection) -> None:
        try:
            while (message := await connection.read_message()) is not None:
                if isinstance(message, bytes):
                    self._decode(message)
                else:
                    await self._heed(connection, json.loads(message))
        finally:
            connection.close()

    async def _heed(self, connection: WebSocketClientConnection, control: dict[str, Any]) -> None:
        if control["type"] == "tags":
            self._names.update((entry["id"], entry["tag"]) for entry in control["tags"])
        if control["type"] != "hello":
            return
        self.connections += 1
        resume: dict[str, object] = {}
        if control["epoch"] == self.hello.get("epoch"):
            following = {self._names[series]: seq for series, seq in self._next.items()}
            resume = {"epoch": control["epoch"], "next": following}
        else:
            self.points.clear()
            self._names.clear()
            self._next.clear()
            self.epochs.append(control["epoch"])
        self.hello = control
        await connection.write_message(json.dumps({"type": "follow", "tags": self.tags, **resume}))

    def _decode(self, frame: bytes) -> None:
        if frame[0] != KIND_DATA:
            return
        for block in decode_blocks(frame)[3]:
            tag = self._names[block.series]
            new = list(zip(block.times, block.values, strict=True))
            if block.flags & FLAG_SNAPSHOT:
                self.points[tag] = new
            elif block.first == self._next.get(block.series):
                self.points[tag].extend(new)
            else:
                self.faults.append(f"{tag}: expected seq {self._next.get(block.series)}, got {block.first}")
            self._next[block.series] = block.next
