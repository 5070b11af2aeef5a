"""The listening sockets: a limit on connections, and what happens where descriptors run out."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tornado.iostream import IOStream
from tornado.testing import bind_unused_port

from mqtt_plot.metrics import Counters
from mqtt_plot.web.listener import FEWEST_CONNECTIONS, RESERVED_DESCRIPTORS, Listener, connection_limit

Address = tuple[Any, ...]


class House:
    """A listener and the streams that came through it."""

    def __init__(self, limit: int) -> None:
        self.streams: list[IOStream] = []
        self.counters = Counters()
        self.came = asyncio.Event()
        self.listener = Listener(self._enter, self.counters, limit=limit, max_buffer=65536)
        self.socket, self.port = bind_unused_port()
        self.listener.open([self.socket])

    def _enter(self, stream: IOStream, _address: Address) -> None:
        self.streams.append(stream)
        self.came.set()

    async def until(self, count: int) -> None:
        """Return when `count` streams have come in."""
        async with asyncio.timeout(5):
            while len(self.streams) < count:
                self.came.clear()
                await self.came.wait()

    def close(self) -> None:
        self.listener.close()
        for stream in self.streams:
            stream.close()


@pytest.fixture
async def open_house() -> AsyncIterator[Callable[[int], House]]:
    """A function that opens a House with a limit."""
    houses: list[House] = []

    def make(limit: int) -> House:
        houses.append(House(limit))
        return houses[-1]

    yield make
    for house in houses:
        house.close()


async def test_at_the_limit_others_wait_until_one_leaves(open_house: Callable[[int], House]) -> None:
    """The kernel holds a connection over the limit; it is served as soon as another has gone."""
    house = open_house(2)
    callers = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(3)]
    await house.until(2)
    assert house.counters.get("connections_delayed", "full") >= 1
    assert house.listener.connections == 2
    house.streams[0].close()
    await house.until(3)
    assert house.listener.connections == 2
    for _, writer in callers:
        writer.close()


async def test_at_the_limit_the_idlest_of_the_greediest_gives_way(open_house: Callable[[int], House]) -> None:
    """Connections that do nothing keep nobody out; those of who has few, and those at work, stay."""
    house = open_house(3)
    house.listener._idle_streams = lambda: house.streams[1:]  # the first is at work
    callers = []
    for number, source in enumerate(("127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3")):
        callers.append(await asyncio.open_connection("127.0.0.1", house.port, local_addr=(source, 0)))
        await house.until(number + 1)
    assert [stream.closed() for stream in house.streams] == [False, True, False, False]
    assert house.counters.get("connections_closed", "greedy") == 1
    for _, writer in callers:
        writer.close()


async def test_no_descriptors_left_is_one_line_and_passes(
    open_house: Callable[[int], House], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Accept fails, the listener rests instead of spinning, and then goes on."""
    house = open_house(8)
    faults = 0
    accept = socket.socket.accept

    def failing(sock: socket.socket) -> tuple[socket.socket, Any]:
        nonlocal faults
        if faults == 0:
            faults += 1
            raise OSError(errno.EMFILE, "Too many open files")
        return accept(sock)

    monkeypatch.setattr(socket.socket, "accept", failing)
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    await house.until(1)
    assert faults == 1
    assert [record.getMessage() for record in caplog.records] == [
        "cannot accept connections: Too many open files; trying again"
    ]
    assert house.counters.get("connections_delayed", "fault") == 1
    writer.close()


async def test_a_closed_door_accepts_nobody(open_house: Callable[[int], House]) -> None:
    """Closing twice is safe; the port is free afterwards."""
    house = open_house(2)
    house.listener.close()
    house.listener.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", house.port)


@pytest.mark.parametrize(
    ("wanted", "descriptors", "expected"),
    [(512, 1024, 512), (512, 64, 64 - RESERVED_DESCRIPTORS), (512, 16, FEWEST_CONNECTIONS), (512, -1, 512)],
)
def test_the_limit_lies_below_the_descriptors(wanted: int, descriptors: int, expected: int) -> None:
    """Some descriptors stay for all else."""
    assert connection_limit(wanted, descriptors) == expected
