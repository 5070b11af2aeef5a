"""What all answers together may hold, and what happens to a client that does not read its own."""

import asyncio
import socket
from array import array
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from mqtt_plot.store.store import Limits
from mqtt_plot.web.answers import SLOT_BYTES, Answers
from tests.support.site import NOW, Site, decoded, error_code
from tests.support.waiting import until

TAGS, POINTS = 20, 5_000
ALL = "/api/v1/series?format=csv&" + urlencode([("tag", f"t{i}") for i in range(TAGS)])


def fill(site: Site) -> None:
    for i in range(TAGS):
        times = array("d", [NOW - POINTS + n for n in range(POINTS)])
        site.store.extend(site.store.open(f"t{i}"), times, times)


async def ask(site: Site, path: str) -> socket.socket:
    """Ask for something over a connection with a small buffer, and read nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)  # noqa: FBT003 - the socket's own signature
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", site.port))
    await loop.sock_sendall(client, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return client


async def test_slow_readers_are_refused_before_they_take_the_memory(start_site: Callable[..., Site]) -> None:
    """Clients that ask for everything and read nothing: so many of an address, then 503, and others are served."""
    answers = Answers(limit=10 * SLOT_BYTES, limit_per_address=5 * SLOT_BYTES)
    site = start_site(answers=answers)
    fill(site)
    slow = [await ask(site, ALL) for _ in range(3)]
    await until(lambda: answers.held >= 3 * SLOT_BYTES, "all to be answered")
    refused = await site.get(ALL)
    assert (refused.code, refused.headers["Retry-After"], error_code(refused)) == (503, "5", "busy")
    assert decoded(await site.get("/api/v1/status"))["tags"] == TAGS
    for client in slow:
        client.close()
    await until(lambda: answers.held == 0, "the room to be given back")
    assert (await site.get(ALL)).code == 200


@pytest.mark.timing
async def test_an_answer_that_was_overtaken_is_cut_off(start_site: Callable[..., Site]) -> None:
    """A client too slow for the ring sees that its answer has no end, instead of a hole in the middle."""
    site = start_site(limits=Limits(max_points=POINTS))
    fill(site)
    slow = await ask(site, ALL)
    await until(lambda: site.services.answers.held > 0, "the answer to begin")
    fill(site)
    loop, got = asyncio.get_running_loop(), b""
    while part := await loop.sock_recv(slow, 1 << 20):
        got += part
    slow.close()
    assert (got.endswith(b"\r\n0\r\n\r\n"), site.counters.get("http_cut_off", "overtaken")) == (False, 1)


async def test_a_short_answer_that_nobody_reads_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the route: an answer that was made whole counts, and goes when its client does not take it."""
    monkeypatch.setattr("mqtt_plot.web.base.STALL_SECONDS", 0.2)
    body = b"x" * 200_000
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport has it
    request = b"POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    for _ in range(30):  # the kernel takes the first ones
        writer.write(request + body)
    await until(lambda: site.services.answers.held > 0, "an answer to wait")
    await until(lambda: site.counters.get("http_cut_off", "slow") == 1, "it to be cut off")
    await until(lambda: site.services.answers.held == 0, "its room to be given back")
    writer.close()
    assert reader.at_eof() is False
