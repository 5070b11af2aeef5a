"""Errors as clients see them: one JSON shape for all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from tornado.web import HTTPError

from mqtt_plot.errors import CodedError, StoreFullError

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


# The status of an error from below, by its code. `…_full` is 503 too; all others are the client's mistake, 400.
_STATUS = {
    "unknown_dashboard": HTTPStatus.NOT_FOUND,
    "no_dashboards": HTTPStatus.NOT_FOUND,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_replays": HTTPStatus.TOO_MANY_REQUESTS,
    "no_broker": HTTPStatus.SERVICE_UNAVAILABLE,
    "no_folder": HTTPStatus.SERVICE_UNAVAILABLE,
    "disk": HTTPStatus.SERVICE_UNAVAILABLE,
}


class RefusedError(HTTPError):
    """A request cannot be served, and the client can do something about it. `code` is one word, the message says what.

    Where trying again helps, `retry_seconds` says when (RFC 9110, section 10.2.3).
    """

    position: int | None = None  # the character of a text in the request, from 0, that is meant
    columns: Sequence[str] = ()  # of a table that is refused, so that a person can say which is the time

    def __init__(self, status: int, code: str, message: str, *, retry_seconds: float | None = None) -> None:
        super().__init__(status, "%s", message)
        self.code = code
        self.text = message
        self.retry_seconds = retry_seconds


@contextmanager
def refusals() -> Iterator[None]:
    """Answer with what the layers below say of a request. Raises RefusedError in place of their errors."""
    try:
        yield
    except (CodedError, StoreFullError) as error:
        status = HTTPStatus.SERVICE_UNAVAILABLE if error.code.endswith("_full") else HTTPStatus.BAD_REQUEST
        refused = RefusedError(_STATUS.get(error.code, status), error.code, str(error))
        refused.position = error.position if isinstance(error, CodedError) else None
        raise refused from None
    except UnicodeDecodeError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "bad_utf8", "expected UTF-8 text") from None


def error_body(
    code: str, message: str, position: int | None = None, columns: Sequence[str] = ()
) -> Mapping[str, object]:
    """Return the one shape of all errors; with the place in a text and the columns of a table, where there are any."""
    more = {**({} if position is None else {"position": position}), **({"columns": list(columns)} if columns else {})}
    return {"error": {"code": code, "message": message, **more}}


def describe_error(status: int, error: BaseException | None) -> tuple[str, str]:
    """Return (code, message) for an error of ours or of tornado's."""
    if isinstance(error, RefusedError):
        return error.code, error.text
    code = _CODES.get(status, "error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    message = error.get_message() if isinstance(error, HTTPError) else None
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        message = "a fault of the server, not of the request; its log says more"
    return code, message or HTTPStatus(status).phrase
