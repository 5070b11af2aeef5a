"""The table of routes as a whole: who gets what, and the WebSocket behind the same checks as all else."""

import json

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.web.live import MAX_FRAME
from tests.support.site import Site


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
    assert site.bridge.live.connections == set()


async def test_a_frame_over_the_limit_closes(site: Site) -> None:
    """A frame over the limit closes the connection."""
    connection = await connect(site)
    await connection.write_message(" " * (MAX_FRAME + 1))
    await end(connection)
    assert connection.close_code == 1009


async def test_a_plain_get_of_the_socket(site: Site) -> None:
    """A plain GET of the socket is told what is expected."""
    answer = await site.get("/ws")
    assert answer.code == 400
    assert b"expected a WebSocket connection" in answer.body
