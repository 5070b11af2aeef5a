"""A short cut for plain POSTs of samples: the same answer as SamplesHandler gives, without making a handler.

tornado's handler, with its headers, futures and task, takes a third of such a request. Whoever must log in, what comes from a page in a
browser, what goes through the broker, tables, and every refusal go the usual way. Knows nothing of limits of bodies.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
    format_timestamp,
)
from tornado.routing import Matcher, Router

from mqtt_plot.errors import PayloadError
from mqtt_plot.web.api.samples import SamplesHandler
from mqtt_plot.web.base import BODY_TYPE, JSON_TYPE, encode_json, receipt_answer
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services

# With one of these a request says more than "here are samples".
_UNCOMMON = frozenset({"Origin", "Sec-Fetch-Site", "Authorization", "Cookie"})
# Bodies that are read as what they look like; curl calls everything a form.
_PLAIN = frozenset({"", "application/json", "application/x-www-form-urlencoded"})
# Of the length of a body that is taken in one go: 9,999 bytes are a few hundred samples. A long one is taken in steps.
_MOST_DIGITS = 4
_UNKNOWN = 20 * "9"
Refuse = Callable[[HTTPServerRequest, Exception], HTTPMessageDelegate]


class FastSamples(Matcher, Router):
    """The rule for such requests, and what answers them. `refuse` returns what answers a request with an error."""

    def __init__(self, services: Services, refuse: Refuse) -> None:
        self.services = services
        self.refuse = refuse
        self._path = f"{services.base_path}/api/v1/samples"
        self._made_for = (0, 0)
        self._headers = HTTPHeaders()

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return {} for a request that may go this way, None for others; only its head is known."""
        services, headers = self.services, request.headers
        is_plain = (
            request.path == self._path
            and request.method == "POST"
            and request.version == "HTTP/1.1"
            and services.republish is None
            and services.access.users is None
            and services.access.hosts.is_ours(request.host_name)
            and headers[BODY_TYPE] in _PLAIN
            and len(headers.get("Content-Length", _UNKNOWN)) <= _MOST_DIGITS
            and headers.get("Connection", "keep-alive").lower() == "keep-alive"
            and _UNCOMMON.isdisjoint(headers)
        )
        return {} if is_plain else None

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate:  # noqa: ANN401 - tornado's signature
        return SamplesDelegate(self, request)

    def headers(self, length: int) -> HTTPHeaders:
        """Return the head of an answer of `length` bytes, which is not to be changed: it serves for a second."""
        made_for = int(self.services.clock()), length
        if made_for != self._made_for:
            self._made_for = made_for
            self._headers = HTTPHeaders(self.services.headers)
            self._headers["Content-Type"] = JSON_TYPE
            self._headers["Content-Length"] = str(length)
            self._headers["Date"] = format_timestamp(made_for[0])
        return self._headers


class SamplesDelegate(HTTPMessageDelegate):
    """One request on the short way."""

    handler_class = SamplesHandler  # whose limit of a body holds here too

    def __init__(self, express: FastSamples, request: HTTPServerRequest) -> None:
        self._express = express
        self._request = request
        self._body = bytearray()

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        self._head = start_line, headers
        return None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self._body += chunk
        return None

    def finish(self) -> None:
        services = self._express.services
        try:
            receipt = services.ingest.accept_body(bytes(self._body), services.clock())
            status, answer = receipt_answer(receipt)
            self._answer(status, encode_json(answer))
        except PayloadError as error:
            self._refuse(RefusedError(400, error.code, str(error)))
        except Exception as error:  # noqa: BLE001 - outermost frame of a request; where it is answered it is logged, with its traceback
            self._refuse(error)

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        connection = self._request.connection
        assert connection is not None  # noqa: S101 - a request that came has one
        start = ResponseStartLine("HTTP/1.1", status.value, status.phrase)
        connection.write_headers(start, self._express.headers(len(body)), body)
        connection.finish()
        self._express.services.counters.add("http_answers", f"{status // 100}xx")

    def _refuse(self, error: Exception) -> None:
        self._express.refuse(self._request, error).headers_received(*self._head)

    def on_connection_close(self) -> None:
        self._body.clear()
