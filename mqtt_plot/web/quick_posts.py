"""A fast way for plain POSTs of samples, on our route and on that of old clients: read from the socket, stored, answered.

tornado takes three times as long for such a request, and old clients make a connection for each. All other requests go the usual way:
logins, pages in a browser, the broker, TLS, tables, long bodies, and every payload that is refused. For these the stream gets back what
was read of it, and tornado does the rest of the connection.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

from tornado.httputil import format_timestamp
from tornado.iostream import IOStream

from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.ingest import finished
from mqtt_plot.parsers.formats import parse
from mqtt_plot.web.api.legacy import TEXT_TYPE, old_answer, parse_old
from mqtt_plot.web.base import JSON_TYPE, encode_json, receipt_answer
from mqtt_plot.web.errors import describe_error, error_body
from mqtt_plot.web.services import Services
from mqtt_plot.web.timeouts import Deadlines

log = logging.getLogger(__name__)

# A head is plain when it is written as programs do, and says nothing but these: each once, with these values.
_REQUEST = re.compile(
    rb"POST (/[\w./-]{0,200}) HTTP/1\.1\r\n((?:[A-Za-z-]{1,20}: ?[!-~]{1,200}(?: [!-~]{1,80}){0,20}\r\n){1,8})\r\n"
)
_LENGTH = re.compile(
    r"[1-9]\d{0,3}", re.ASCII
)  # 9,999 bytes are a few hundred samples; a longer body is taken in steps
_ANYTHING = re.compile(r".*")
_KNOWN = {
    "host": re.compile(r"[\w.-]{1,120}(?::\d{1,5})?", re.ASCII),
    "user-agent": _ANYTHING,
    "accept": _ANYTHING,
    "accept-encoding": _ANYTHING,
    "accept-language": _ANYTHING,
    "connection": re.compile(r"keep-alive", re.IGNORECASE),
    # Bodies that are read as what they look like; curl calls everything a form.
    "content-type": re.compile(r"application/(?:json|x-www-form-urlencoded)"),
    "content-length": _LENGTH,
}
_LONGEST, _LONGEST_HEAD = 16 * 1024, 1_024  # bytes of a head with its body, and without
_HEADS = 256  # remembered; clients repeat theirs
_NOT_PLAIN = -1


class Head(NamedTuple):
    """What a plain head asks for: whether on the route of old clients, its target, and the bytes of its body."""

    is_old: bool
    target: str
    length: int


class Stream(IOStream):
    """A stream that takes back what was read from its socket. `before_close` is called while the socket is still open."""

    before_close: Callable[[], object] | None = None
    _returned = b""

    def take_back(self, data: bytes) -> None:
        self._returned = data

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        if not self._returned:
            return super().read_from_fd(buf)
        n = min(len(buf), len(self._returned))
        buf[:n], self._returned = self._returned[:n], self._returned[n:]
        return n

    def close_fd(self) -> None:
        if self.before_close is not None:
            self.before_close()
        super().close_fd()


class QuickPosts:
    """Serves new streams as long as they bring plain POSTs; `hand_over` gets each one that brings anything else."""

    def __init__(
        self, services: Services, heads: Deadlines, bodies: Deadlines, hand_over: Callable[[Stream, Any], object]
    ) -> None:
        self.heads = heads
        self.bodies = bodies
        self.hand_over = hand_over
        self.streams: set[Stream] = set()
        # Where logins or the broker are in the way of all, nothing is plain.
        self.is_open = services.republish is None and services.access.users is None
        self._services = services
        self._known: dict[bytes, Head | None] = {}
        self._paths = {f"{services.base_path}/api/v1/samples": False, f"{services.base_path}/": True}
        self._made_at = 0
        self._answers: dict[tuple[HTTPStatus, str], bytes] = {}  # their heads, up to the length, for a second

    def serve(self, stream: Stream, address: Any) -> None:  # noqa: ANN401 - tornado's address
        _Caller(self, stream, address).begin()

    def close(self) -> None:
        for stream in list(self.streams):
            stream.close()

    def answer(self, request: bytearray) -> tuple[int, bytes]:
        """Return (bytes of the request, answer) once it is there; (0, b"") before, (-1, b"") for one that is to go the usual way."""
        end = request.find(b"\r\n\r\n") + 4
        if end < 4:  # noqa: PLR2004 - find() has found nothing
            return (0 if b"POST /".startswith(request[:6]) and len(request) <= _LONGEST_HEAD else _NOT_PLAIN), b""
        if end > _LONGEST_HEAD:
            return _NOT_PLAIN, b""
        raw = bytes(request[:end])
        head = self._known[raw] if raw in self._known else self._read(raw)
        if head is None:
            return _NOT_PLAIN, b""
        if len(request) < end + head.length:
            return 0, b""
        body = bytes(request[end : end + head.length])
        try:
            status, kind, content = self._store(head, body)
        except PayloadError:  # nothing was done yet
            return _NOT_PLAIN, b""
        except Exception as error:
            log.exception("fault of ours with a POST")
            status, kind = HTTPStatus.INTERNAL_SERVER_ERROR, JSON_TYPE
            content = encode_json(error_body(*describe_error(status, error)))
        self._services.counters.add("http_answers", f"{status // 100}xx")
        return end + head.length, b"%b%d\r\n\r\n%b" % (self._answer_head(status, kind), len(content), content)

    def _store(self, head: Head, body: bytes) -> tuple[HTTPStatus, str, bytes]:
        ingest, now = self._services.ingest, self._services.clock()
        parsed = parse_old(body, ingest.rules) if head.is_old else parse(body, ingest.rules, now)
        receipt = finished(ingest.accept_parsed(parsed, body, now))
        if head.is_old:
            status, content = old_answer(head.target, body, receipt)
            return status, TEXT_TYPE, content
        status, fields = receipt_answer(receipt)
        return status, JSON_TYPE, encode_json(fields)

    def _read(self, raw: bytes) -> Head | None:
        """Return what a head asks for, None for one that is not plain; it is remembered."""
        if len(self._known) >= _HEADS:
            self._known.clear()
        head = self._known[raw] = self._parse(raw)
        return head

    def _parse(self, raw: bytes) -> Head | None:
        found = _REQUEST.fullmatch(raw)
        if found is None:
            return None
        target, lines = found[1].decode(), found[2].decode().splitlines()
        pairs = [line.split(":", 1) for line in lines]
        fields = {name.lower(): value.strip() for name, value in pairs}
        is_plain = (
            target in self._paths
            and len(fields) == len(pairs)
            and all(name in _KNOWN and _KNOWN[name].fullmatch(value) for name, value in fields.items())
            and "content-length" in fields
            and self._services.access.hosts.is_ours(fields.get("host", "").partition(":")[0])
        )
        return Head(self._paths[target], target, int(fields["content-length"])) if is_plain else None

    def _answer_head(self, status: HTTPStatus, kind: str) -> bytes:
        second = int(self._services.clock())
        if second != self._made_at:
            self._made_at = second
            self._answers.clear()
        made = self._answers.get((status, kind))
        if made is None:
            fields = {**self._services.headers, "Content-Type": kind, "Date": format_timestamp(second)}
            lines = [
                f"HTTP/1.1 {status.value} {status.phrase}",
                *(f"{name}: {value}" for name, value in fields.items()),
            ]
            made = self._answers[status, kind] = "\r\n".join([*lines, "Content-Length: "]).encode()
        return made


class _Caller:
    """One connection on the short way."""

    def __init__(self, posts: QuickPosts, stream: Stream, address: Any) -> None:  # noqa: ANN401 - tornado's address
        self._posts = posts
        self._stream = stream
        self._address = address
        self._request = bytearray()
        self._loop = asyncio.get_running_loop()
        self._has_head = False  # of a request whose body is still to come
        self._is_waiting = False  # for the socket to become readable

    def begin(self) -> None:
        self._posts.streams.add(self._stream)
        self._stream.before_close = self._let_go
        self._posts.heads.begin(self._stream)
        self._read()

    def _read(self) -> None:
        """Read what is there, answer it, and wait for more."""
        try:
            chunk = self._stream.socket.recv(_LONGEST)
        except BlockingIOError:
            self._wait()
            return
        except OSError:
            chunk = b""
        if not chunk:
            self._stream.close()
            return
        self._request += chunk
        while self._request:
            size, answer = self._posts.answer(self._request)
            if size < 0:
                self._hand_over()
                return
            if not size:
                if not self._has_head and b"\r\n\r\n" in self._request:
                    self._has_head = True
                    self._posts.heads.end(self._stream)
                    self._posts.bodies.begin(self._stream)
                break
            del self._request[:size]
            self._has_head = False
            self._posts.bodies.end(self._stream)
            self._posts.heads.begin(self._stream)
            if not self._send(answer):
                return
        self._wait()

    def _send(self, answer: bytes) -> bool:
        """Send an answer; return False where the client does not take it, and the connection goes the usual way."""
        try:
            sent = self._stream.socket.send(answer)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._stream.close()
            return False
        if sent < len(answer):
            rest = answer[sent:]
            self._hand_over()
            self._stream.write(rest)
            return False
        return True

    def _wait(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._loop.add_reader(self._stream.fileno(), self._read)

    def _let_go(self) -> None:
        """Forget the stream, which is closed, or goes on the usual way."""
        if self._is_waiting:
            self._is_waiting = False
            self._loop.remove_reader(self._stream.fileno())
        self._stream.before_close = None
        self._posts.streams.discard(self._stream)
        self._posts.heads.end(self._stream)
        self._posts.bodies.end(self._stream)

    def _hand_over(self) -> None:
        self._let_go()
        self._stream.take_back(bytes(self._request))
        self._posts.hand_over(self._stream, self._address)
