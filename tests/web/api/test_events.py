"""Server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from mqtt_plot.web.api import events
from tests.support.bodies import accept_body
from tests.support.site import Site, decoded, error_code


class Event(NamedTuple):
    """One event as a client gets it."""

    kind: str
    id: str
    data: dict[str, Any]


class Stream:
    """An open event stream, read as a browser reads it."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.type = ""

    async def open(self) -> None:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        assert head.startswith("HTTP/1.1 200"), head
        self.type = next(line for line in head.splitlines() if line.startswith("Content-Type"))

    async def chunk(self) -> str:
        size = int(await self._reader.readline(), 16)
        return (await self._reader.readexactly(size + 2))[:-2].decode()

    async def event(self) -> Event:
        """Return the next event; comments and `retry` are passed over."""
        async with asyncio.timeout(10):
            while True:
                fields = dict(line.split(": ", 1) for line in (await self.chunk()).splitlines() if ": " in line)
                if "event" in fields:
                    return Event(fields["event"], fields["id"], json.loads(fields["data"]))


@asynccontextmanager
async def listen(site: Site, query: list[tuple[str, str]], last_id: str = "") -> AsyncIterator[Stream]:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    last = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
    writer.write(f"GET /api/v1/events?{urlencode(query)} HTTP/1.1\r\nHost: localhost\r\n{last}\r\n".encode())
    stream = Stream(reader)
    await stream.open()
    assert await stream.chunk() == "retry: 2000\n\n"
    try:
        yield stream
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def site(start_site: Callable[..., Site], tmp_path: Path) -> AsyncIterator[Site]:
    rows = "".join(f"{1_523_526_900 + i},{i}.5\n" for i in range(20))
    (tmp_path / "run.csv").write_text("time,a\n" + rows)
    site = start_site(recordings=tmp_path)
    site.live.start()
    yield site
    await site.live.stop()


async def feed(site: Site, tag: str, *values: float | str | None) -> None:
    for value in values:
        site.now += 1
        await site.post({"tag": tag, "value": value})


async def test_a_stream_begins_with_the_newest_point_and_goes_on_with_news(site: Site) -> None:
    await feed(site, "a", 1, 2)
    async with listen(site, [("tag", "a")]) as stream:
        assert (await stream.event())[::2] == ("update", {"tag": "a", "unit": None, "time": [site.now], "value": [2.0]})
        await feed(site, "a", 3)
        assert (await stream.event()).data["value"] == [3.0]
        assert stream.type == "Content-Type: text/event-stream; charset=utf-8"


async def test_a_gap_is_null_and_a_state_its_word(site: Site) -> None:
    await feed(site, "a", 1)
    await feed(site, "s", "RUN")
    async with listen(site, [("tag", "a"), ("tag", "s")]) as stream:
        assert [(await stream.event()).data["value"] for _ in range(2)] == [[1.0], ["RUN"]]
        await feed(site, "a", None)
        assert (await stream.event()).data["value"] == [None]


async def test_a_tag_may_come_later_and_its_name_may_hold_anything(site: Site) -> None:
    tag = "Zürich <b>\u2028 & 100 %"
    async with listen(site, [("tag", tag)]) as stream:
        await feed(site, tag, 7)
        assert (await stream.event()).data["tag"] == tag


async def test_a_client_that_comes_back_goes_on_where_it_was(site: Site) -> None:
    query = [("tag", "a"), ("tag", "b")]
    await feed(site, "a", 1)
    await feed(site, "b", 10)
    async with listen(site, query) as stream:
        await stream.event()
        last = (await stream.event()).id
    await feed(site, "a", 2, 3)
    async with listen(site, query, last) as stream:
        event = await stream.event()
        assert (event.data["tag"], event.data["value"]) == ("a", [2.0, 3.0])


@pytest.mark.parametrize(
    "last", ["other~1:1", "epoch", "epoch~1:1~2:2", "epoch~x:y", "epoch~1:" + "9" * 99, "~~~", "epoch~-1:5"]
)
async def test_an_id_of_another_life_or_of_nonsense_begins_anew(site: Site, last: str) -> None:
    await feed(site, "a", 1, 2)
    async with listen(site, [("tag", "a")], last) as stream:
        assert (await stream.event()).data["value"] == [2.0]


async def test_what_was_overwritten_before_it_could_be_sent_is_told(site: Site) -> None:
    await feed(site, "a", 1)
    async with listen(site, [("tag", "a")]) as stream:
        last = (await stream.event()).id
    ring = site.store.find("a").ring
    for n in (10_000, 500):
        accept_body(site.services.ingest, json.dumps({"tag": "a", "value": list(range(n))}).encode(), site.now)
    async with listen(site, [("tag", "a")], last) as stream:
        event = await stream.event()
        assert event.data["lost"] == ring.first - 1
        assert len(event.data["value"]) == events.MAX_POINTS
        total = event.data["lost"] + len(event.data["value"])
        while total < ring.next - 1:
            total += len((await stream.event()).data["value"])
        assert total == 10_500


async def test_a_tag_deleted_and_begun_again_is_followed(site: Site) -> None:
    await feed(site, "a", 1)
    async with listen(site, [("tag", "a")]) as stream:
        await stream.event()
        await site.request("DELETE", "/api/v1/series?tag=a")
        await feed(site, "a", 5)
        assert (await stream.event()).data["value"] == [5.0]


async def test_a_replay_is_streamed_to_its_end_and_then_jobfinished_comes(site: Site) -> None:
    begun = decoded(await site.post({"file": "run.csv", "rate": 100, "stamps": "original"}, "/api/v1/replays"))
    values: list[float] = []
    async with listen(site, [("replay", begun["id"])]) as stream:
        while (event := await stream.event()).kind == "update":
            values += event.data["value"]
    assert values[-1] == 19.5
    assert values == [i + 0.5 for i in range(20)][20 - len(values) :]
    assert event.kind == "jobfinished"
    assert {"replay": begun["id"], "file": "run.csv", "state": "finished", "rows": 20}.items() <= event.data.items()


async def test_a_replay_that_is_stopped_finishes_the_job_too(site: Site) -> None:
    begun = decoded(await site.post({"file": "run.csv", "rate": 1}, "/api/v1/replays"))
    async with listen(site, [("tag", "other"), ("replay", begun["id"])]) as stream:
        await site.post(b"", f"/api/v1/replays/{begun['id']}/stop")
        event = await stream.event()
        assert (event.kind, event.data["state"]) == ("jobfinished", "stopped")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ([], "bad_query"),
        ([("tag", "")], "bad_query"),
        ([("tag", f"{i}") for i in range(events.MAX_TAGS + 1)], "bad_query"),
        ([("replay", "99")], "unknown_replay"),
        ([("replay", "x")], "unknown_replay"),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(site: Site, query: list[tuple[str, str]], code: str) -> None:
    assert error_code(await site.get("/api/v1/events", query)) == code


async def test_streams_are_limited_and_one_that_closes_makes_room(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.services.streams, "_limit_per_address", 1)
    async with listen(site, [("tag", "a")]):
        answer = await site.get("/api/v1/events", [("tag", "a")])
        assert (answer.code, error_code(answer)) == (503, "too_many_streams")
    async with asyncio.timeout(10):
        while site.live.listeners:
            await site.get("/api/v1/status")
    async with listen(site, [("tag", "a")]):
        pass


async def test_a_quiet_stream_shows_that_it_lives(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.01)
    async with listen(site, [("tag", "a")]) as stream:
        assert await stream.chunk() == ": still here\n\n"
