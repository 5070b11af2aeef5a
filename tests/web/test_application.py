"""What one request may cost: over-long bodies get a 413 that the client gets to read, and memory stays as it was."""

import asyncio
import json
import tracemalloc
from collections.abc import Callable

import pytest

from mqtt_plot.web.application import UNREAD_BYTES
from mqtt_plot.web.timeouts import Deadlines
from tests.support.site import Site, error_code

LIMIT = 256 * 1024
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"


def head(*lines: str, path: str = "/api/v1/samples") -> bytes:
    """Return the head of a POST; the connection is to be closed after it."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""]).encode()


async def send_for_ever(writer: asyncio.StreamWriter) -> None:
    """Send chunk after chunk, as fast as they are taken."""
    while True:
        writer.write(CHUNK)
        await writer.drain()


def assert_is_413(answer: bytes) -> None:
    """Check status and shape of a raw answer."""
    top, _, body = answer.partition(b"\r\n\r\n")
    assert top.startswith(b"HTTP/1.1 413 ")
    assert b"Content-Security-Policy" in top
    assert json.loads(body) == {
        "error": {
            "code": "too_large",
            "message": "expected a body of at most 262144 bytes, got more; send several (--max-payload)",
        }
    }


@pytest.mark.parametrize("path", ["/api/v1/samples", "/", "/anything", "/api/v1/tags", "/metrics", "/ws", "/nothing"])
async def test_a_body_over_the_limit(site: Site, path: str) -> None:
    """A body over the limit is 413 on every route."""
    answer = await site.request("POST", path, b" " * (LIMIT + 1))
    assert (answer.code, error_code(answer)) == (413, "too_large")


async def test_a_body_of_exactly_the_limit(site: Site) -> None:
    """A body of exactly the limit is taken."""
    answer = await site.post(b'{"tag": "a", "value": 1}'.ljust(LIMIT))
    assert answer.code == 200


async def test_a_chunked_body_over_the_limit(site: Site) -> None:
    """A chunked body over the limit is 413."""
    assert_is_413(await site.exchange(head("Transfer-Encoding: chunked") + CHUNK * 5 + b"0\r\n\r\n"))


async def test_a_chunked_body_within_the_limit(site: Site) -> None:
    """A chunked body within the limit is taken."""
    body = b'{"tag": "a", "value": 1}'
    data = head("Transfer-Encoding: chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert b'{"accepted":1,"rejected":[]}' in await site.exchange(data)


async def test_a_client_that_waits_for_leave(site: Site) -> None:
    """A client that waits for leave to send is refused before it sends."""
    answer = await site.exchange(head(f"Content-Length: {LIMIT + 1}", "Expect: 100-continue"))
    assert_is_413(answer)


@pytest.mark.parametrize("length", [str(UNREAD_BYTES + 1), "9" * 18, "9" * 5000])
async def test_an_absurd_length_is_refused_before(site: Site, length: str) -> None:
    """An absurd length is refused before the body is read."""
    assert_is_413(await site.exchange(head(f"Content-Length: {length}")))


async def test_the_connection_is_of_use_after(site: Site) -> None:
    """The connection is of use after a 413."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode() + b" " * (LIMIT + 1)
    )
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 413")
    await reader.readuntil(b'(--max-payload)"}}')
    writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 200 OK\r\n"
    writer.close()


async def test_a_body_without_end_is_cut(site: Site) -> None:
    """A body without end is cut off and never held in memory."""
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(head("Transfer-Encoding: chunked"))
    tracemalloc.start()
    try:
        with pytest.raises(ConnectionError):
            await send_for_ever(writer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        writer.close()
    assert peak < 4 * 1024 * 1024
    assert site.counters.get("http_refused", "too_large") == 1


@pytest.mark.parametrize("length", ["-1", "abc", "5, 6", "٣"])
async def test_a_length_that_is_no_number(site: Site, length: str, caplog: pytest.LogCaptureFixture) -> None:
    """A length that is no number gets 400 and no traceback."""
    answer = await site.exchange(head(f"Content-Length: {length}") + b"12345")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "Traceback" not in caplog.text


class Connection:
    """A connection that notes whether it was closed."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    def close(self) -> None:
        self.closed.set()


async def test_a_body_that_does_not_come_in_time() -> None:
    """The connection of a body that takes too long is closed, and counted; one that has come in time stays."""
    cut_off = []
    bodies = Deadlines(0.05, lambda: cut_off.append(1))
    slow, quick = Connection(), Connection()
    bodies.begin(slow)
    bodies.begin(quick)
    bodies.end(quick)
    async with asyncio.timeout(5):
        await slow.closed.wait()
    assert (quick.closed.is_set(), len(cut_off), len(bodies)) == (False, 1, 0)


async def test_each_body_has_its_full_time() -> None:
    """A body that began later is not cut off with the one before it, but when its own time is over."""
    bodies = Deadlines(0.05, lambda: None)
    first, second = Connection(), Connection()
    begun = asyncio.get_running_loop().time()
    bodies.begin(first)
    async with asyncio.timeout(5):
        await first.closed.wait()
        bodies.begin(second)
        await second.closed.wait()
    assert asyncio.get_running_loop().time() - begun >= 0.1


async def test_a_slow_body_closes_the_connection(start_site: Callable[..., Site]) -> None:
    """A POST whose body stops coming is cut off after 10 s, without an answer."""
    site = start_site(body_timeout=0.05)
    assert await site.exchange(head("Content-Length: 100")) == b""
    assert site.counters.get("http_cut_off", "slow_body") == 1


@pytest.mark.parametrize("sent", [b"", b"GET /-/healthy HTTP/1.1\r\nHost: loc"])
async def test_a_connection_that_asks_for_nothing_is_closed_and_counted(
    start_site: Callable[..., Site], sent: bytes
) -> None:
    """After a minute, whether it says nothing or never comes to the end of a head."""
    site = start_site(idle_timeout=0.05)
    assert await site.exchange(sent) == b""
    assert site.counters.get("http_cut_off", "idle") == 1


async def test_an_answered_request_is_not_idle(start_site: Callable[..., Site]) -> None:
    """Only what was waited for counts: who closes in time, or was answered, was not cut off."""
    site = start_site(idle_timeout=30.0)
    for _ in range(3):
        assert (await site.request("GET", "/-/healthy")).code == 200
    assert site.counters.get("http_cut_off", "idle") == 0
