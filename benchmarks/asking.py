"""An HTTP client as thin as can be, so that it is the server that is measured: one thread, one request under way per connection."""

import itertools
import json
import multiprocessing
import selectors
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

TIMEOUT_SECONDS = 30.0
WARM_REQUESTS = 50  # asked before the clock runs


class UnansweredError(RuntimeError):
    """A server that let a request lie for TIMEOUT_SECONDS."""


class Load(NamedTuple):
    """Who is asked, over how many connections, how often, with what: one body, or several in turn."""

    port: int
    path: str
    connections: int
    requests: int
    body: bytes | Sequence[bytes]
    is_kept_alive: bool = (
        True  # else each request has a connection of its own, which ends with the answer, whoever ends it
    )
    headers: str = "Content-Type: application/json\r\n"
    is_split: bool = False  # head and body are sent one after the other, as Python's http.client does


def rate(load: Load) -> float:
    """Return requests/s, from a process of its own. Raises UnansweredError, and RuntimeError for an answer that is not 200."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_rate, (load,))


def _rate(load: Load) -> float:
    bodies = [load.body] if isinstance(load.body, bytes) else load.body
    _ask(load._replace(requests=WARM_REQUESTS), bodies)
    begun = time.perf_counter()
    _ask(load, bodies[WARM_REQUESTS:] or bodies)
    return load.requests / (time.perf_counter() - begun)


def decoding_rate(bodies: Sequence[bytes]) -> float:
    """Return bodies/s that `json.loads` reads here: the floor of whoever is asked."""
    begun = time.perf_counter()
    for body in bodies:
        json.loads(body)
    return len(bodies) / (time.perf_counter() - begun)


def _ask(load: Load, bodies: Sequence[bytes]) -> None:
    with selectors.DefaultSelector() as selector:
        crowd = _Crowd(load, [_request(load, body) for body in bodies], selector)
        for _ in range(min(load.connections, load.requests)):
            crowd.connect()
        while crowd.answered < load.requests:
            events = selector.select(TIMEOUT_SECONDS)
            if not events:
                raise UnansweredError(f"no answer in {TIMEOUT_SECONDS:.0f} s")
            for key, _ in events:
                crowd.go_on(key)
        crowd.close()


def _request(load: Load, body: bytes) -> tuple[bytes, ...]:
    """Return a request, in the parts in which it is sent."""
    head = f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{load.headers}Content-Length: {len(body)}\r\n\r\n".encode()
    return (head, body) if load.is_split else (head + body,)


class _Crowd:
    """The connections of a load. In the selector, each waits to be written to, or for an answer of which so much has come."""

    def __init__(self, load: Load, requests: Sequence[tuple[bytes, ...]], selector: selectors.BaseSelector) -> None:
        self.answered = 0
        self._asked = 0
        self._load = load
        self._requests = itertools.cycle(requests)
        self._selector = selector

    def connect(self) -> None:
        connection = socket.socket()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(0)
        connection.connect_ex(("127.0.0.1", self._load.port))
        self._selector.register(connection, selectors.EVENT_WRITE, b"")
        self._asked += 1

    def go_on(self, key: selectors.SelectorKey) -> None:
        """Send where a connection stands now, else read."""
        connection = key.fileobj
        assert isinstance(connection, socket.socket)  # noqa: S101 - nothing else is registered
        if key.events == selectors.EVENT_WRITE:
            self._send(connection)
            self._selector.modify(connection, selectors.EVENT_READ, b"")
            return
        chunk = connection.recv(65536)
        answer = key.data + chunk
        if chunk and not _is_whole(answer):
            self._selector.modify(connection, selectors.EVENT_READ, answer)
            return
        if b" 200 " not in answer[:16]:
            raise RuntimeError(f"expected 200, got {answer[:200]!r}")
        self.answered += 1
        self._next(connection)

    def _next(self, connection: socket.socket) -> None:
        has_more = self._asked < self._load.requests
        if has_more and self._load.is_kept_alive:
            self._asked += 1
            self._send(connection)
            return
        self._selector.unregister(connection)
        connection.close()
        if has_more:
            self.connect()

    def _send(self, connection: socket.socket) -> None:
        """Send a request; what the socket's buffer does not take at once is waited for."""
        connection.settimeout(TIMEOUT_SECONDS)
        for part in next(self._requests):
            connection.sendall(part)
        connection.settimeout(0)

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)  # noqa: S101 - the same
            key.fileobj.close()


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return bool(end and length) and len(body) >= int(length)  # without a length it ends with the connection
