"""Limits on every request, whatever its route: the size of its body, and the time until head and body have come.

tornado's own limit on bodies answers 400 without a message. So it is set out of reach (SERVER_MAX_BODY), and this module answers 413.
"""

from collections.abc import Awaitable, Iterator
from typing import Any

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.web import stream_request_body

from mqtt_plot.web.base import BODY_TYPE, BaseHandler, BodyLimit
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.quick_posts import QuickPosts, Stream
from mqtt_plot.web.services import Services
from mqtt_plot.web.timeouts import Deadlines

SERVER_MAX_BODY = 1 << 62
# An answer sent while the client still sends is lost to most clients (the kernel resets the connection). So the rest of an
# over-long body is read and thrown away first; beyond this it is cut off.
UNREAD_BYTES = 32 * 1024 * 1024
_LONGEST_NUMBER = 18  # digits of a length worth reading


@stream_request_body
class RefusalHandler(BaseHandler):
    """Answers with an error that is known already, without waiting for a body: that is what streaming means to tornado."""

    queries = None

    def initialize(self, services: Services, error: Exception) -> None:  # type: ignore[override]  # knows the error
        super().initialize(services)
        self._error = error

    def prepare(self) -> None:
        raise self._error


def too_large(limit: BodyLimit) -> RefusedError:
    """Return the error for a body beyond `limit`."""
    return RefusedError(
        413, "too_large", f"expected a body of at most {limit.size} bytes, got more; send several ({limit.option})"
    )


class Application(web.Application):
    """An application that hands no handler a larger body than it takes; `services.max_body` bytes come within `services.body_timeout` seconds,
    the head of a request within `services.idle_timeout`.
    """

    def __init__(self, services: Services, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - tornado's signature
        super().__init__(*args, **settings)
        self.services = services
        self.heads = Deadlines(services.idle_timeout, lambda: services.counters.add("http_cut_off", "idle"))
        self.bodies = Deadlines(services.body_timeout, lambda: services.counters.add("http_cut_off", "slow_body"))

    def start_request(self, server_conn: Any, request_conn: HTTPConnection) -> HTTPMessageDelegate:  # noqa: ANN401 - tornado's own type is object
        """Begin to wait for the head of a request: on a new connection, or on one that is kept open after an answer."""
        self.heads.begin(server_conn.stream)
        return super().start_request(server_conn, request_conn)

    def idle_streams(self) -> Iterator[object]:
        """Yield the streams on which no request is under way, the idlest first."""
        yield from self.heads.waiting()

    def ended(self, server_conn: Any) -> None:  # noqa: ANN401 - the same
        """Note that a connection has ended; to be told by the server."""
        self.heads.end(server_conn.stream)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:  # noqa: ANN401 - tornado's signature
        """Return the delegate for `request`, behind the limits."""
        self.heads.end(request.server_connection.stream)  # type: ignore[attr-defined]  # the same
        # No route reads forms, and curl calls JSON a form: tornado must not try to parse one. The type is kept where handlers find it.
        request.headers[BODY_TYPE] = request.headers.pop("Content-Type", "")
        inner: Any = super().find_handler(request, **kwargs)
        return _LimitedBody(inner, self, request, inner.handler_class.body_limit(self.services), self.services.max_body)

    def refuse(self, request: HTTPServerRequest, error: Exception) -> HTTPMessageDelegate:
        """Return the delegate that answers with `error`, as soon as it receives the head."""
        return self.get_handler_delegate(request, RefusalHandler, {"services": self.services, "error": error})

    def begin_body(self, request: HTTPServerRequest) -> None:
        self.bodies.begin(request.connection)  # type: ignore[arg-type]  # HTTP1Connection has close(), its base class does not

    def end_body(self, request: HTTPServerRequest) -> None:
        self.bodies.end(request.connection)  # type: ignore[arg-type]  # the same


class _LimitedBody(HTTPMessageDelegate):
    """Passes a message on to `inner`; one that grows over `limit` is read to its end and then answered with 413.

    With each `stretch` bytes that have come its time begins anew.
    """

    def __init__(
        self,
        inner: HTTPMessageDelegate,
        application: Application,
        request: HTTPServerRequest,
        limit: BodyLimit,
        stretch: int,
    ) -> None:
        self._inner = inner
        self._application = application
        self._request = request
        self._limit = limit
        self._stretch = stretch
        self._size = 0
        self._has_begun = False  # `inner` knows of the message
        self._head: tuple[RequestStartLine | ResponseStartLine, HTTPHeaders]

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._head = start_line, headers
        if "Content-Length" in headers or "Transfer-Encoding" in headers:
            self._application.begin_body(self._request)
        declared = _declared(headers)
        if declared > self._limit.size and (
            declared > UNREAD_BYTES or headers.get("Expect", "").lower() == "100-continue"
        ):
            return self._answer()  # now: it is too much to read, or the client waits for leave to send
        self._has_begun = True
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        stretches = self._size // self._stretch
        self._size += len(chunk)
        if self._size <= self._limit.size:
            if self._size // self._stretch > stretches:
                self._application.begin_body(self._request)
            return self._inner.data_received(chunk)
        return self._answer() if self._size > UNREAD_BYTES else None

    def finish(self) -> None:
        self._application.end_body(self._request)
        if self._size <= self._limit.size:
            self._inner.finish()
        else:
            self._answer()

    def on_connection_close(self) -> None:
        self._application.end_body(self._request)
        if self._has_begun:
            self._inner.on_connection_close()

    def _answer(self) -> Awaitable[None] | None:
        """Refuse; once that is done, tornado passes no more of the message on."""
        self.on_connection_close()  # `inner` lets go of what it has gathered
        return self._application.refuse(self._request, too_large(self._limit)).headers_received(*self._head)


def _declared(headers: HTTPHeaders) -> int:
    """Return the Content-Length, 0 where there is none; one that is no number is tornado's to refuse."""
    text = headers.get("Content-Length", "")
    if not text.isdecimal():
        return 0
    return int(text) if len(text) <= _LONGEST_NUMBER else SERVER_MAX_BODY


class Server(HTTPServer):
    """Leaves every limit on requests to `application`, and tells it of connections that end."""

    def initialize(self, application: Application, **settings: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - tornado's
        super().initialize(application, max_body_size=SERVER_MAX_BODY, **settings)
        self.conn_params.header_timeout = None  # see web.timeouts
        self._application = application
        self._quick = QuickPosts(application.services, application.heads, application.bodies, super().handle_stream)

    def handle_stream(self, stream: IOStream, address: Any) -> None:  # noqa: ANN401 - the same
        """Serve a new connection, as long as it can be on the short way."""
        if isinstance(stream, Stream) and self._quick.is_open:
            self._quick.serve(stream, address)
        else:
            super().handle_stream(stream, address)

    async def close_all_connections(self) -> None:
        self._quick.close()
        await super().close_all_connections()

    def on_close(self, server_conn: object) -> None:
        super().on_close(server_conn)
        self._application.ended(server_conn)
