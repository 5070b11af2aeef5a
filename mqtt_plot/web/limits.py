"""What one request may cost: the size of its body, whatever its route; answers 413 in the one error shape.

tornado's own limit answers 400 without a body, so it is set out of reach (SERVER_MAX_BODY) and the look at the size happens here.
"""

from collections.abc import Awaitable
from typing import Any

from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest, RequestStartLine, ResponseStartLine
from tornado.web import Application, stream_request_body

from mqtt_plot.web.base import BaseHandler, Bridge, RefusedError

SERVER_MAX_BODY = 1 << 62
# An answer sent while the client still sends is lost to most clients (the kernel resets the connection), so the rest of an
# over-long body is read and thrown away first; beyond this it is cut off.
UNREAD_BYTES = 32 * 1024 * 1024
_LONGEST_NUMBER = 18  # digits of a length worth reading


@stream_request_body
class TooLargeHandler(BaseHandler):
    """Answers a body over the limit, at once: that is what streaming means to tornado."""

    def prepare(self) -> None:
        limit = self.bridge.max_body
        raise RefusedError(
            413, "too_large", f"expected a body of at most {limit} bytes, got more; send several (--max-payload)"
        )


class LimitedApplication(Application):
    """An application that hands no handler more than `bridge.max_body` bytes of body."""

    def __init__(self, bridge: Bridge, *args: Any, **settings: Any) -> None:  # noqa: ANN401 - tornado's signature
        super().__init__(*args, **settings)
        self._bridge = bridge

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:  # noqa: ANN401 - tornado's signature
        """Return the delegate for `request`, behind the limit."""
        # No route reads forms, and bodies are JSON whatever their type says: tornado must not try to parse them as forms.
        request.headers.pop("Content-Type", None)
        delegate = super().find_handler(request, **kwargs)
        refusing = self.get_handler_delegate(request, TooLargeHandler, {"bridge": self._bridge})
        return _LimitedBody(delegate, refusing, self._bridge.max_body)


class _LimitedBody(HTTPMessageDelegate):
    """Passes a message on to `inner`; one that grows over `limit` is read to its end and then answered by `refusing`."""

    def __init__(self, inner: HTTPMessageDelegate, refusing: HTTPMessageDelegate, limit: int) -> None:
        self._inner = inner
        self._refusing = refusing
        self._limit = limit
        self._size = 0
        self._head: tuple[RequestStartLine | ResponseStartLine, HTTPHeaders]

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._head = start_line, headers
        declared = _declared(headers)
        if declared > UNREAD_BYTES or (declared > self._limit and headers.get("Expect", "").lower() == "100-continue"):
            return self._answer()  # now: it is too much to read, or the client waits for leave to send
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._size += len(chunk)
        if self._size <= self._limit:
            return self._inner.data_received(chunk)
        return self._answer() if self._size > UNREAD_BYTES else None

    def finish(self) -> None:
        if self._size <= self._limit:
            self._inner.finish()
        else:
            self._answer()

    def on_connection_close(self) -> None:
        self._inner.on_connection_close()

    def _answer(self) -> Awaitable[None] | None:
        """Refuse; once that is done, tornado passes no more of the message on."""
        self._inner.on_connection_close()  # lets go of what it has gathered
        return self._refusing.headers_received(*self._head)


def _declared(headers: HTTPHeaders) -> int:
    """Return the Content-Length, 0 where there is none; one that is no number is tornado's to refuse."""
    text = headers.get("Content-Length", "")
    if not text.isdecimal():
        return 0
    return int(text) if len(text) <= _LONGEST_NUMBER else SERVER_MAX_BODY
