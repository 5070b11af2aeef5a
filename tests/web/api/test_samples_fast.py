"""The short way of a plain POST of samples: nobody can tell it from the usual one by the answer."""

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
        patch.setattr(site.services.ingest, "accept_body", fail)
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
