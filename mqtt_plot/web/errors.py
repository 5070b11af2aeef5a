"""Errors as clients see them: one JSON shape for all."""

from collections.abc import Mapping
from http import HTTPStatus

from tornado.web import HTTPError

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many_requests",
    503: "unavailable",
}


class RefusedError(HTTPError):
    """A request cannot be served, and the client can do something about it. `code` is one word, the message says what.

    Where trying again helps, `retry_seconds` says when (RFC 9110, section 10.2.3).
    """

    def __init__(self, status: int, code: str, message: str, *, retry_seconds: float | None = None) -> None:
        super().__init__(status, "%s", message)
        self.code = code
        self.text = message
        self.retry_seconds = retry_seconds


def error_body(code: str, message: str) -> Mapping[str, object]:
    """Return the one shape of all errors."""
    return {"error": {"code": code, "message": message}}


def describe_error(status: int, error: BaseException | None) -> tuple[str, str]:
    """Return (code, message) for an error of ours or of tornado's."""
    if isinstance(error, RefusedError):
        return error.code, error.text
    code = _CODES.get(status, "error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    message = error.get_message() if isinstance(error, HTTPError) else None
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        message = "a fault of the server, not of the request; its log says more"
    return code, message or HTTPStatus(status).phrase
