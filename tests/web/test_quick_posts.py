"""The short way of plain POSTs: nobody can tell it from the usual one by the answer."""

import asyncio
from collections.abc import Callable

import pytest

from mqtt_plot.web.api.samples import SamplesHandler
from tests.support.site import Site

GOOD = b'{"tag": "a", "value": 1.5, "ts": 1700000000}'
USUAL = "Cookie: theme=dark"  # a header that sends a request the usual way, and changes nothing else
BODIES = {
    "one sample": GOOD,
    "a batch": b'[{"tag": "a", "value": 1}, {"tag": "b", "value": 2}]',
    "a batch with a bad one": b'[{"tag": "a", "value": 1}, {"tag": "b"}]',
    "a batch of bad ones": b'[{"tag": "a"}, {"tag": "b"}]',
    "columns": b'{"tag": "a", "value": [1, 2]}',
    "a time out of this world": b'{"tag": "a", "value": 1, "ts": 9999999999}',
    "no JSON": b"{",
    "nothing": b"",
    "no UTF-8": b"\xff\xfe",
    "half a surrogate pair": b'{"tag": "\\ud83d", "value": 1}',
    "too much": b" " * (256 * 1024 + 1),
}


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that went the usual way."""
    paths: list[str] = []
    post = SamplesHandler.post

    async def noting(handler: SamplesHandler) -> None:
        paths.append(handler.request.path)
        await post(handler)

    monkeypatch.setattr(SamplesHandler, "post", noting)
    return paths


async def ask(site: Site, body: bytes, *lines: str, top: str = "POST /api/v1/samples HTTP/1.1") -> tuple[str, ...]:
    """Return the lines of the answer's head in order of the alphabet, and its body; unlike tornado's client, keep the connection."""
    head = "\r\n".join([top, "Host: localhost", f"Content-Length: {len(body)}", *lines, "", ""])
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        writer.write(head.encode() + body)
        async with asyncio.timeout(10):
            status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            length = next(int(line.split(": ")[1]) for line in headers if line.startswith("Content-Length"))
            return status, *sorted(headers), (await reader.readexactly(length)).decode()
    finally:
        writer.close()


def undated(answer: tuple[str, ...]) -> list[str]:
    """Return an answer without its date: the usual way asks tornado's clock."""
    return [line for line in answer if not line.startswith("Date: ")]


@pytest.mark.parametrize("lines", [[], ["Connection: keep-alive"], ["Content-Type: application/json"]])
async def test_a_plain_post(site: Site, usual: list[str], lines: list[str]) -> None:
    """A plain POST is stored and answered without a handler."""
    answer = await ask(site, GOOD, *lines)
    assert (answer[0], answer[-1]) == ("HTTP/1.1 200 OK", '{"accepted":1,"rejected":[]}')
    assert (site.store.points, usual) == (1, [])


@pytest.mark.parametrize(
    "lines",
    [
        [USUAL],
        ["Origin: http://localhost"],
        ["Sec-Fetch-Site: same-origin"],
        ["Authorization: Bearer x"],
        ["Connection: close"],
        ["Content-Type: application/senml+json"],
    ],
)
async def test_what_is_not_plain(site: Site, usual: list[str], lines: list[str]) -> None:
    """What says more than "here are samples" goes the usual way."""
    await ask(site, GOOD, *lines)
    assert usual == ["/api/v1/samples"]


async def test_with_users_nobody_gets_round_the_login(start_site: Callable[..., Site]) -> None:
    """With users nobody gets round the login."""
    site = start_site(users="anna:write:$token$" + "0" * 64)
    assert (await ask(site, GOOD))[0] == "HTTP/1.1 401 Unauthorized"
    assert site.store.points == 0


async def test_a_strangers_name(site: Site) -> None:
    """A name that is not ours is refused here too."""
    head = f"POST /api/v1/samples HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: {len(GOOD)}\r\n\r\n"
    plain = head.replace("Connection: close\r\n", "")
    answer = await site.exchange(plain.encode() + GOOD + head.encode() + GOOD)
    assert answer.count(b"HTTP/1.1 403 Forbidden") == 2
    assert site.store.points == 0


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_both_ways_answer_alike(start_site: Callable[..., Site], body: bytes) -> None:
    """Both ways give the same answer, to the byte but for the date, and count the same."""
    short, long = start_site(), start_site()
    assert undated(await ask(short, body)) == undated(await ask(long, body, USUAL))
    assert short.counters.as_dict() == long.counters.as_dict()


async def test_a_fault_of_ours(
    site: Site, usual: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is a 500 in the one shape, logged with its traceback; the next request is served."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the test's own")

    with monkeypatch.context() as patch:
        patch.setattr(site.services.ingest, "accept_parsed", fail)
        answer = await ask(site, GOOD)
    assert answer[0] == "HTTP/1.1 500 Internal Server Error"
    assert '"code":"internal"' in answer[-1]
    assert "ZeroDivisionError: the test's own" in caplog.text
    assert (await ask(site, GOOD))[0] == "HTTP/1.1 200 OK"
    assert usual == []


async def test_answers_of_the_same_second(site: Site) -> None:
    """Two answers in one connection, of different lengths, each have their own; the date follows the clock."""
    first = await ask(site, GOOD)
    second = await ask(site, BODIES["a batch with a bad one"])
    site.now += 1
    third = await ask(site, GOOD)
    assert len({line for answer in (first, second, third) for line in answer if line.startswith("Content-Length")}) == 2
    assert [line for line in first if line.startswith("Date")] != [line for line in third if line.startswith("Date")]


OLD = b'{"tag": "a", "value": "2.5", "unit": "C"}'
OLD_BODIES = {
    "a number in quotes": OLD,
    "a number": b'{"tag": "a", "value": 1, "ts": 1700000000.5}',
    "no tag": b'{"value": 1}',
    "no JSON": b"{",
    "a name too long": b'{"tag": "' + b"a" * 600 + b'", "value": 1}',
}


@pytest.mark.parametrize("body", OLD_BODIES.values(), ids=OLD_BODIES.keys())
async def test_both_ways_answer_old_clients_alike(start_site: Callable[..., Site], body: bytes) -> None:
    """On the route of http-plot-server too the answer is the same to the byte, and so is what is counted."""
    short, long = start_site(), start_site()
    top = "POST / HTTP/1.1"
    assert undated(await ask(short, body, top=top)) == undated(await ask(long, body, USUAL, top=top))
    assert short.counters.as_dict() == long.counters.as_dict()


async def read_answer(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Return the status line and the body of the next answer."""
    async with asyncio.timeout(10):
        status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        length = next(int(line.split(": ")[1]) for line in headers if line.startswith("Content-Length"))
        return status, await reader.readexactly(length)


def post_of(body: bytes, target: str = "/") -> bytes:
    """Return a request as Python's `requests` writes it."""
    lines = [
        f"POST {target} HTTP/1.1",
        "Host: 127.0.0.1:8080",
        "User-Agent: python-requests/2.32.3",
        "Accept-Encoding: gzip, deflate",
        "Accept: */*",
        "Connection: keep-alive",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.mark.parametrize("size", [1, 7, 100, 10_000], ids="{} bytes at a time".format)
async def test_requests_that_come_in_pieces(site: Site, size: int) -> None:
    """However the network cuts what comes, and whatever follows on the same connection, each request gets its answer, in order."""
    stream = (
        post_of(OLD)
        + post_of(GOOD, "/api/v1/samples")
        + b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
        + post_of(OLD)
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for start in range(0, len(stream), size):
        writer.write(stream[start : start + size])
        await writer.drain()
        await asyncio.sleep(0)
    answers = [await read_answer(reader) for _ in range(4)]
    writer.close()
    old = (b"path: /received value: 2.5", b'{"accepted":1,"rejected":[]}')
    assert [status for status, _ in answers] == ["HTTP/1.1 200 OK"] * 4
    assert [body for _, body in (answers[0], answers[1], answers[3])] == [*old, old[0]]
    assert site.store.points == 3


@pytest.mark.parametrize(
    "head",
    [
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 41\r\nContent-Length: 41\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nContent-Length: 41\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 41\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +41\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length : 41\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 41\r\n folded: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 41\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 41\r\n\r\n",
        "POST /?x=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 41\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 41\r\nSec-Fetch-Site: cross-site\r\n\r\n",
    ],
)
async def test_heads_that_are_not_plain(site: Site, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    """What could be read in two ways, or says more than "here are samples", is for tornado to read: the short way stores nothing of it."""
    stored: list[object] = []
    monkeypatch.setattr("mqtt_plot.web.quick_posts.parse_old", lambda *given: stored.append(given))
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(head.encode() + OLD)
    async with asyncio.timeout(10):
        await reader.readline()  # nothing, where tornado does not even answer
    writer.close()
    assert stored == []


async def test_a_body_that_does_not_come(start_site: Callable[..., Site]) -> None:
    """Whoever sends a head and no body is cut off after the usual time, and counted."""
    site = start_site(body_timeout=0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(post_of(OLD)[:-5])
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()
    assert site.counters.get("http_cut_off", "slow_body") == 1


async def test_a_connection_that_says_nothing(start_site: Callable[..., Site]) -> None:
    """It is closed after the time for idle connections, before its first request and after it."""
    site = start_site(idle_timeout=0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(post_of(OLD))
    assert (await read_answer(reader))[0] == "HTTP/1.1 200 OK"
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()
    assert site.counters.get("http_cut_off", "idle") == 1


async def test_a_client_that_sends_without_reading(site: Site) -> None:
    """Answers that the client does not take wait in tornado's stream; all come, in order, once it reads."""
    count = 3_000  # of half a kilobyte each: more than the buffers of both sockets hold
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=2**16)
    writer.write(post_of(OLD) * count)
    answers = [await read_answer(reader) for _ in range(count)]
    writer.close()
    assert answers == [("HTTP/1.1 200 OK", b"path: /received value: 2.5")] * count
