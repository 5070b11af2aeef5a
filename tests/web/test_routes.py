"""The table of routes as a whole: who gets what, and the WebSocket behind the same checks as all else."""

import asyncio
import json
from collections.abc import Callable

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.live.limits import ClientLimits
from tests.support.site import Site
from tests.support.waiting import until


async def connect(site: Site, **headers: str) -> WebSocketClientConnection:
    """Return an open WebSocket to the site."""
    return await websocket_connect(HTTPRequest(f"ws://127.0.0.1:{site.port}/ws", headers=headers))


async def end(connection: WebSocketClientConnection) -> None:
    """Read until the connection is closed."""
    while await connection.read_message() is not None:
        pass
    connection.close()


async def test_a_websocket_is_greeted(site: Site) -> None:
    """A WebSocket is greeted."""
    connection = await connect(site, Origin=f"http://127.0.0.1:{site.port}")
    hello = await connection.read_message()
    assert isinstance(hello, str)
    assert json.loads(hello)["type"] == "hello"
    connection.close()
    await end(connection)


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a_websocket_from_another_site(site: Site, headers: dict[str, str]) -> None:
    """A WebSocket from another site is refused in the one shape."""
    with pytest.raises(HTTPClientError) as refused:
        await connect(site, **headers)
    assert refused.value.code == 403
    assert site.services.live.connections == set()


async def test_a_frame_over_the_limit_closes(site: Site, start_site: Callable[..., Site]) -> None:
    """A frame over the limit, the usual one or one that was set, closes the connection."""
    small = start_site(client_limits=ClientLimits(frame_bytes=100))
    for asked, limit in ((site, 16 * 1024), (small, 100)):
        connection = await connect(asked)
        await connection.write_message(" " * (limit + 1))
        await end(connection)
        assert connection.close_code == 1009


async def test_a_browser_that_answers_no_ping_is_gone(start_site: Callable[..., Site]) -> None:
    """Its machine sleeps, say; closed and counted. One that answers stays."""
    site = start_site(client_limits=ClientLimits(ping_interval=0.4, ping_timeout=0.4))
    answering = await connect(site)
    head = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(head.encode())
    async with asyncio.timeout(10):
        await reader.readuntil(b"ping timed out")
    writer.close()
    await until(lambda: site.counters.total("clients_closed"), "it to be counted")
    assert site.counters.as_dict()["clients_closed.no_pong"] == 1
    assert len(site.live.connections) == 1
    answering.close()


async def test_a_plain_get_of_the_socket(site: Site) -> None:
    """A plain GET of the socket is told what is expected."""
    answer = await site.get("/ws")
    assert answer.code == 400
    assert b"expected a WebSocket connection" in answer.body
