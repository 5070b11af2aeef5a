"""What every HTTP handler shares: access to the Services, one shape of errors, strict JSON, security headers, long answers."""

import asyncio
import json
import logging
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from http import HTTPStatus
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, NoReturn, TypeVar

from tornado.iostream import StreamClosedError
from tornado.web import Finish, HTTPError, RequestHandler

from mqtt_plot.errors import PayloadError, SourceError
from mqtt_plot.ingest.ingest import Steps
from mqtt_plot.samples import Parsed, Receipt
from mqtt_plot.store.series import Series
from mqtt_plot.store.stretch import OvertakenError
from mqtt_plot.tags import check_tag
from mqtt_plot.web.answers import SMALL_BYTES
from mqtt_plot.web.auth.origins import is_cross_site
from mqtt_plot.web.auth.users import Role, User
from mqtt_plot.web.errors import RefusedError, describe_error, error_body
from mqtt_plot.web.services import Services
from mqtt_plot.web.timeouts import until_taken

log = logging.getLogger(__name__)

T = TypeVar("T")

# A client that takes nothing of a long answer for so long is cut off, or it would hold the answer's memory for ever.
STALL_SECONDS = 20.0
# Of an answer that is known whole, so much at a time.
PART_BYTES = 64 * 1024

JSON_TYPE = "application/json; charset=utf-8"
# Strict: no NaN, which no browser could parse. Made once, as making one costs more than a short answer.
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

# Columns of a table named in one answer.
MAX_COLUMNS_TOLD = 1_000
# Where web.application puts the content type, out of tornado's reach.
BODY_TYPE = "Mqtt-Plot-Body-Type"


class BodyLimit(NamedTuple):
    """The largest body that a route takes, in bytes, and the option that says so."""

    size: int
    option: str


_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class BaseHandler(RequestHandler):
    """One request. Subclasses translate: parse, call, write."""

    services: Services
    user: User | None = None
    # Whether it answers also who has not logged in, where the others want a login.
    is_public: ClassVar[bool] = False
    # What may stand behind the question mark; anything else is refused, as a name that is misspelt would be passed over. None: anything.
    queries: ClassVar[frozenset[str] | None] = frozenset()
    roles: ClassVar[Mapping[str, Role]] = {"GET": Role.VIEW, "HEAD": Role.VIEW, "POST": Role.WRITE}

    @classmethod
    def body_limit(cls, services: Services) -> BodyLimit:
        """Return how large a body may be; web.application refuses others before the handler sees them."""
        return BodyLimit(services.max_body, "--max-payload")

    def initialize(self, services: Services) -> None:
        self.services = services
        self._kept = ExitStack()  # room in the budget of answers, until the client has taken this one

    def set_default_headers(self) -> None:
        """Put the security headers on every answer; tornado calls this again before an error."""
        self.clear_header("Server")
        for name, value in self.settings["headers"].items():  # tornado calls this before `initialize`
            self.set_header(name, value)

    def prepare(self) -> None:
        """Let in only who calls us by a name of ours and may do what is asked; runs before every method."""
        access = self.services.access
        name = self.request.host_name
        if not access.hosts.is_ours(name):
            raise RefusedError(
                403, "bad_host", f"{name[:120]!r} is no name of ours; allow it with --allow-host, or use the address"
            )
        if is_cross_site(self.request):
            origin = self.request.headers.get("Origin", "another site")
            raise RefusedError(403, "forbidden", f"expected our own page as origin, got {origin!r:.80}")
        self.user = access.who(self.request)
        if not self.is_public:
            self.check_role()
        if self.queries is not None and (unknown := self.request.query_arguments.keys() - self.queries):
            known = ", ".join(sorted(self.queries)) or "none"
            raise RefusedError(
                400, "bad_query", f"expected no parameter {min(unknown)!r:.40}; this route knows: {known}"
            )

    def named_tag(self) -> str:
        """Return the tag that ?tag= names."""
        self.refuse_control_characters()
        try:
            return check_tag(self.get_query_argument("tag", "", strip=False))
        except PayloadError as error:
            raise RefusedError(400, "bad_query", f"expected ?tag=NAME: {error}") from None

    def refuse_control_characters(self) -> None:
        """Refuse them in the names of tags: tornado would make blanks of them, and so other tags."""
        if any(_CONTROL.search(value) for value in self.request.query_arguments.get("tag", ())):
            raise RefusedError(400, "bad_query", "expected no control characters in 'tag'")

    def check_role(self) -> None:
        """Refuse who has not logged in, or may not do this; what is not in `roles` wants an admin."""
        self.need(self.roles.get(self.request.method or "", Role.ADMIN))

    def need(self, needed: Role) -> None:
        """Refuse who has not logged in, or has less than this role."""
        if self.user is None:
            raise RefusedError(401, "unauthorized", "expected a login, or a token in the header Authorization: Bearer")
        if self.user.role < needed:
            raise RefusedError(
                403,
                "forbidden",
                f"expected a user with the role {needed.name.lower()}, got {self.user.role.name.lower()}",
            )

    def is_welcome(self) -> bool:
        """Tell whether who sent this request may look, and is who it was then; for answers that last."""
        user = self.services.access.who(self.request)
        return user is not None and user.role >= Role.VIEW and user == self.user

    def head(self, *args: str) -> Any:  # noqa: ANN401 - what get() returns; tornado awaits it if it must be
        """Answer as GET does; tornado leaves the body away."""
        return self.get(*args)

    async def accept(self, parsed: Parsed, body: bytes, *, is_recording: bool = False) -> Receipt:
        """Store what was read from `body`, or publish it where --republish is set."""
        services = self.services
        if services.republish is None:
            return await self._in_turns(
                services.ingest.accept_parsed(parsed, body, services.clock(), is_recording=is_recording)
            )
        try:
            return await services.republish(parsed, services.clock())
        except SourceError as error:
            raise RefusedError(503, "broker_lost", str(error)) from None

    def refuse_body(self, body: bytes, error: PayloadError, *, is_counted: bool = True) -> RefusedError:
        """Count a body of which nothing can be used, unless somebody only asked; return the answer to it."""
        if is_counted:
            self.services.ingest.refuse_body(body, self.services.clock(), error)
        refused = RefusedError(400, error.code, str(error))
        refused.columns = error.names[:MAX_COLUMNS_TOLD]
        return refused

    async def in_turn(self, work: Callable[[], T], reads: Iterable[Series] = ()) -> T:
        """Do work of some milliseconds in a turn of the loop in which nobody else does such work.

        What it reads in order of time is put in order before, in turns of their own.
        """
        known = list[Series]()
        async with self.services.answers.turn:
            try:
                for series in reads:
                    known.append(series)
                    for _ in series.find_order():
                        await asyncio.sleep(0)
                return work()
            finally:
                for series in known:
                    series.forget_order()
                await asyncio.sleep(0)

    async def _in_turns(self, steps: Steps) -> Receipt:
        """Do one step in a turn of the loop, whoever else has work to do."""
        while True:
            async with self.services.answers.turn:
                try:
                    next(steps)
                except StopIteration as ended:
                    receipt: Receipt = ended.value
                    return receipt
                await asyncio.sleep(0)

    def compute_etag(self) -> str | None:
        """Return none: live answers are never the same twice, and hashing them costs."""
        return None

    def write_json(self, value: object) -> None:
        """Answer with strict JSON. Raises ValueError for NaN, which no browser could parse."""
        self.write_text(encode_json(value), JSON_TYPE)

    def write_receipt(self, receipt: Receipt) -> None:
        """Answer what became of a body: 400 where nothing of it was accepted."""
        status, answer = receipt_answer(receipt)
        self.set_status(status)
        self.write_json(answer)

    def write_text(self, text: str | bytes, content_type: str = "text/plain; charset=utf-8") -> None:
        """Answer with `text`, which stands in memory until it is taken. Raises RefusedError when too many do."""
        if len(text) > SMALL_BYTES:
            self._kept.enter_context(self.services.answers.hold(self.address, len(text)))
        self.set_header("Content-Type", content_type)
        self.write(text)

    async def stream(self, parts: Iterable[str | bytes]) -> None:
        """Write a long answer part by part, so that it never stands in memory whole and the loop runs in between.

        Raises RefusedError when too many are under way.
        """
        answers = self.services.answers
        remaining = iter(parts)
        with answers.hold(self.address):
            try:
                while await self._write_next(remaining, answers.turn):
                    await until_taken(self.flush(), STALL_SECONDS)
            except StreamClosedError:
                raise Finish from None  # the client left
            except TimeoutError:
                self.cut_off("slow")
            except OvertakenError:  # the client sees that the answer is not whole: its end does not come
                self.cut_off("overtaken")

    async def _write_next(self, remaining: Iterator[str | bytes], turn: asyncio.Lock) -> bool:
        async with turn:
            part = next(remaining, None)
            if part is not None:
                self.write(part)
            await asyncio.sleep(0)
        return part is not None

    def cut_off(self, reason: str) -> NoReturn:
        """Close the connection in the middle of an answer, counted."""
        self.services.counters.add("http_cut_off", reason)
        self._close()
        raise Finish from None

    def _close(self) -> None:
        self.request.connection.close()  # type: ignore[union-attr]  # HTTP1Connection has it, its base class does not

    @cached_property
    def address(self) -> str:
        """Where the request comes from, as far as our proxies can be believed."""
        return self.services.access.address_of(self.request)

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> asyncio.Future[None]:
        """End the answer; one that was written whole counts until the client has taken it, and is cut off when it does not."""
        done = super().finish(chunk)
        if done.done():
            self._kept.close()
            return done
        kept = self._kept.pop_all()
        kept.callback(asyncio.get_running_loop().call_later(STALL_SECONDS, self._cut_off_slow).cancel)
        done.add_done_callback(lambda _: kept.close())
        return done

    def _cut_off_slow(self) -> None:
        self.services.counters.add("http_cut_off", "slow")
        self._close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's signature
        """Answer every error in the one shape: `{"error": {"code", "message"}}`."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        code, message = describe_error(status_code, error)
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(allowed_methods(type(self)))
            self.set_header("Allow", allowed)
            message = f"expected {allowed} here, got {self.request.method}"
        if isinstance(error, RefusedError) and error.retry_seconds is not None:
            self.set_header("Retry-After", str(math.ceil(error.retry_seconds)))
        if status_code == HTTPStatus.UNAUTHORIZED:
            self.set_header("WWW-Authenticate", 'Bearer realm="mqtt_plot"')
        told = (error.position, error.columns) if isinstance(error, RefusedError) else (None, ())
        self.write_json(error_body(code, message, *told))

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log a client's mistake in one line; a fault of ours with its traceback, always."""
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)
            return
        self.note_refusal(*describe_error(value.status_code, value))

    def note_refusal(self, code: str, message: str) -> None:
        """Count and log a refusal; config.logs holds back what repeats."""
        self.services.counters.add("http_refused", code)
        method, path = self.request.method, self.request.path[:120]
        log.warning("%s %r from %s: %s: %s", method, path, self.address, code, message[:240])


class NotFoundHandler(BaseHandler):
    """Everything that is in no other route."""

    queries = None

    is_public = True  # there is nothing to see

    def prepare(self) -> None:
        super().prepare()
        raise RefusedError(
            404, "not_found", f"nothing at {self.request.path[:120]!r}; docs/payloads.md lists what there is"
        )


def encode_json(value: object) -> bytes:
    """Return strict JSON. Raises ValueError for NaN."""
    return _JSON.encode(value).encode("utf-8", "backslashreplace")


def receipt_answer(receipt: Receipt) -> tuple[HTTPStatus, dict[str, object]]:
    """Return (status, fields) that say what became of a body: 400 where nothing of it was accepted."""
    rejected = [{"index": item.position, "reason": item.reason} for item in receipt.rejected]
    answer: dict[str, object] = {"accepted": receipt.accepted, "rejected": rejected}
    if receipt.notes:
        answer["notes"] = list(receipt.notes)
    if receipt.accepted:
        return HTTPStatus.OK, answer
    first = receipt.rejected[0]
    return HTTPStatus.BAD_REQUEST, {**answer, **error_body(first.code, first.reason)}


def allowed_methods(handler: type[RequestHandler]) -> list[str]:
    """Return the methods that `handler` answers, for the Allow header (RFC 9110, section 15.5.6)."""
    methods = [
        name
        for name in RequestHandler.SUPPORTED_METHODS
        if getattr(handler, name.lower()) is not getattr(RequestHandler, name.lower())
    ]
    return methods if "GET" in methods else [name for name in methods if name != "HEAD"]
