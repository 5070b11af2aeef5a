"""A client that takes nothing: given up after a while, and no line in the log but one."""

import asyncio
import gc
import json
import socket
from array import array
from urllib.parse import quote

import pytest
from tornado.iostream import StreamClosedError

from mqtt_plot.web import base
from mqtt_plot.web import socket as web_socket
from mqtt_plot.web.timeouts import until_taken
from tests.support.site import Site
from tests.support.waiting import until

TAGS, POINTS = 60, 10_000  # 9.6 MB: more than kernels take for a client
HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture
def full(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that holds more than can lie on the way, and waits for little time."""
    monkeypatch.setattr(web_socket, "WRITE_SECONDS", 0.2)
    monkeypatch.setattr(base, "STALL_SECONDS", 0.2)
    column = array("d", range(POINTS))
    for tag in range(TAGS):
        site.store.extend(site.store.open(str(tag)), column, column)
    return site


def deaf(site: Site, request: str) -> socket.socket:
    """Send a request and never read the answer; the kernel takes little for it."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", site.port))
    sock.sendall(request.encode())
    return sock


async def test_a_write_that_fails_when_nobody_waits_any_more(caplog: pytest.LogCaptureFixture) -> None:
    """It is let go: no line about an exception that was never asked for."""
    gone, tried = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        await gone.wait()
        tried.set()
        raise StreamClosedError

    with pytest.raises(TimeoutError):
        await until_taken(write(), 0.01)
    gone.set()
    await tried.wait()
    await asyncio.sleep(0)  # its callbacks
    gc.collect()
    assert caplog.records == []


async def test_a_browser_that_takes_nothing(full: Site, caplog: pytest.LogCaptureFixture) -> None:
    """It is closed and counted; that its write did not end is no fault of ours."""
    caplog.set_level("INFO", "mqtt_plot")
    with deaf(full, HANDSHAKE) as sock:
        follow = json.dumps({"type": "follow", "tags": [str(tag) for tag in range(TAGS)]})
        sock.sendall(bytes([0x81, 0xFE]) + len(follow).to_bytes(2, "big") + bytes(4) + follow.encode())
        await until(lambda: full.counters.get("clients_closed", "slow"), "the browser to be closed")
    await until(lambda: not full.live.connections, "its end")
    assert [record.getMessage() for record in caplog.records] == ["browser at 127.0.0.1 took nothing for 0 s; closed"]


async def test_a_reader_of_a_long_answer_that_takes_nothing(full: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The connection is cut off, and counted."""
    tags = "&".join(f"tag={quote(str(tag))}" for tag in range(TAGS))
    with deaf(full, f"GET /api/v1/series?format=csv&{tags} HTTP/1.1\r\nHost: localhost\r\n\r\n"):
        await until(lambda: full.counters.get("http_cut_off", "slow"), "the reader to be cut off")
    assert caplog.records == []
