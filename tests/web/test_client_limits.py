"""What one WebSocket client may ask for, and what happens to one that asks for more."""

import asyncio
import json

import pytest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.live.limits import FrameRate
from tests.support.site import Site
from tests.support.waiting import until


def test_a_burst_passes_and_a_flood_does_not() -> None:
    """Two seconds' worth at once, then the steady rate."""
    rate = FrameRate(20, 0.0)
    assert [rate.allow(0.0) for _ in range(41)] == [True] * 40 + [False]
    assert [rate.allow(0.1) for _ in range(3)] == [True, True, False]
    assert [rate.allow(100.0) for _ in range(41)] == [True] * 40 + [False]


async def connect(site: Site) -> WebSocketClientConnection:
    return await websocket_connect(f"ws://127.0.0.1:{site.port}/ws")


async def end(connection: WebSocketClientConnection) -> int | None:
    """Read until the connection is closed, and return the code."""
    async with asyncio.timeout(10):
        while await connection.read_message() is not None:
            pass
    connection.close()
    return connection.close_code


async def test_one_address_cannot_take_all_places(site: Site) -> None:
    """The clients of one address are limited; the one too many is told, and a place that comes free can be taken."""
    first = [await connect(site) for _ in range(site.client_limits.clients_per_address)]
    await until(lambda: len(site.services.live.connections) == len(first), "all to be in")
    assert await end(await connect(site)) == 1013
    assert site.counters.get("clients_refused", "address") == 1
    first[0].close()
    await end(first[0])
    await until(lambda: len(site.services.live.connections) < len(first), "one to have left")
    last = await connect(site)
    assert json.loads(str(await last.read_message()))["type"] == "hello"
    for connection in (*first[1:], last):
        connection.close()
        await end(connection)


async def test_a_flood_of_frames_is_closed(site: Site) -> None:
    """A client that asks too often is closed with 1008 and counted."""
    connection = await connect(site)
    for _ in range(3 * site.client_limits.frames_per_second):
        if connection.protocol is None:
            break
        await connection.write_message('{"type": "follow", "tags": []}')
    assert await end(connection) == 1008
    assert site.counters.get("clients_closed", "too_fast") == 1


@pytest.mark.parametrize("frame", ['{"type": "range", "request": 1, "tag": "nothing"}', "{"])
async def test_an_answer_is_made_when_it_is_sent(site: Site, frame: str) -> None:
    """Questions that end in an error are answered in order like all others."""
    await site.post({"tag": "a", "value": 1})
    connection = await connect(site)
    await connection.write_message('{"type": "range", "request": 7, "tag": "a"}')
    await connection.write_message(frame)
    seen: list[str | int] = []
    async with asyncio.timeout(10):
        while "error" not in seen:
            message = await connection.read_message()
            assert message is not None
            seen.append(json.loads(message)["type"] if isinstance(message, str) else message[0])
    range_frame = 3
    assert seen.index(range_frame) < seen.index("error")
    connection.close()
    await end(connection)


@pytest.mark.parametrize(
    ("fields", "answered"), [('"request": 5, "tag": "a", "points": 1', 5), ('"request": -1, "tag": "a"', None)]
)
async def test_a_refused_range_is_named(site: Site, fields: str, answered: int | None) -> None:
    """Whoever waits for the answer to a number hears of it, as far as it is one."""
    connection = await connect(site)
    await connection.write_message(f'{{"type": "range", {fields}}}')
    message: dict[str, object] = {}
    async with asyncio.timeout(10):
        while message.get("type") != "error":
            received = await connection.read_message()
            message = json.loads(received) if isinstance(received, str) else {}
    connection.close()
    await end(connection)
    assert (message["code"], message.get("request")) == ("bad_request", answered)


async def test_unmasked_frames_are_refused(site: Site) -> None:
    """A browser masks every frame (RFC 6455, 5.1); what does not is closed before it is heard."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    follow = b'{"type": "follow", "tags": ["a"]}'
    writer.write(b"\x81" + bytes([len(follow)]) + follow)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    assert (b"\x03\xeaexpected masked frames" in answer, b"following" in answer) == (True, False)
