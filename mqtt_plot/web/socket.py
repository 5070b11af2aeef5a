"""The WebSocket of one browser. It reads requests and writes one message at a time; live.outbox decides which."""

import asyncio
import logging
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol, WebSocketProtocol13

from mqtt_plot.errors import ProtocolError
from mqtt_plot.live.limits import FrameRate
from mqtt_plot.live.outbox import Message, Outbox
from mqtt_plot.live.protocol import KIND_DATA, encode_control
from mqtt_plot.web.auth.users import EVERYBODY, Role
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services
from mqtt_plot.web.timeouts import until_taken

log = logging.getLogger(__name__)

WRITE_SECONDS = 20.0

PROTOCOL_ERROR, POLICY_VIOLATION, INTERNAL_ERROR, TRY_AGAIN_LATER = 1002, 1008, 1011, 1013  # RFC 6455, 7.4.1


class MaskedProtocol(WebSocketProtocol13):
    """Closes the connection of a client whose frames are not masked (RFC 6455, section 5.1), which tornado takes.

    Masks keep a page from writing bytes of its choice through a proxy that does not know WebSockets.
    """

    async def _receive_frame(self) -> None:
        self._frame_mask = None
        await super()._receive_frame()
        self._refuse_unmasked()

    def _handle_message(self, opcode: int, data: bytes) -> asyncio.Future[None] | None:
        return None if self._refuse_unmasked() else super()._handle_message(opcode, data)

    def _refuse_unmasked(self) -> bool:
        is_refused = self._frame_mask is None
        if is_refused and not self.client_terminated:
            self.close(PROTOCOL_ERROR, "expected masked frames")
            self._abort()
        return is_refused


class SocketHandler(BaseHandler, WebSocketHandler):
    """One browser, behind the same checks and with the same headers as every other route.

    Its writer task sends the next message only when the one before has left.
    """

    queries = None

    def initialize(self, services: Services) -> None:
        super().initialize(services)
        live = self.live = services.live
        self.news = asyncio.Event()
        self._outbox = Outbox(live)
        self.since: float | None = None  # when the oldest news came that this client has not been sent
        self._rate = FrameRate(live.client_limits.frames_per_second, time.monotonic())
        self._is_given_up = False
        self._writer: asyncio.Task[None] | None = None
        self._heard = time.monotonic()  # when it was last known to be there

    async def get(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's signature
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "bad_request", "expected a WebSocket connection; see docs/protocol.md"
            )
        await super().get(*args, **kwargs)

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 - tornado's signature
        return True  # BaseHandler.prepare has looked

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Return tornado's protocol, made to refuse what RFC 6455 forbids."""
        protocol = super().get_websocket_protocol()
        return MaskedProtocol(self, False, protocol.params) if isinstance(protocol, WebSocketProtocol13) else protocol  # noqa: FBT003

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Send the hello, unless too many clients are connected."""
        live = self.live
        if len(live.connections) >= live.client_limits.clients:
            self._turn_away("full", f"{live.client_limits.clients} browsers are connected already (--max-clients)")
            return
        neighbours = sum(other.address == self.address for other in live.connections)
        if neighbours >= live.client_limits.clients_per_address:
            self._turn_away("address", f"{neighbours} from this address already (--max-clients-per-address)")
            return
        self.set_nodelay(value=True)
        live.connections.add(self)
        self.reply(live.hello(self._describe_user()))
        if not live.status_frame or len(live.connections) == 1:
            live.announce_status()
        self._writer = asyncio.create_task(self._write_news(), name="live writer")
        self.news.set()

    def _describe_user(self) -> dict[str, object]:
        """Return what the page offers by; the server decides all the same, at every request."""
        user = self.user
        name = "" if user is None or user.name == EVERYBODY else user.name
        role = Role.VIEW if user is None else user.role
        return {"name": name, "role": role.name.lower(), "login": self.services.access.users is not None}

    def _turn_away(self, reason: str, text: str) -> None:
        self.live.counters.add("clients_refused", reason)
        self.close(TRY_AGAIN_LATER, text)

    def on_message(self, message: str | bytes) -> None:
        """Carry out what the client asks for. A mistake is answered with an `error` frame."""
        if self._is_given_up:
            return  # what was on its way already
        if not self._rate.allow(time.monotonic()):
            self._give_up("too_fast", f"more than {self.live.client_limits.frames_per_second} frames per second")
            return
        try:
            is_queued = self._outbox.ask(message)
        except ProtocolError as error:
            answered = {} if error.request is None else {"request": error.request}
            self.reply(encode_control("error", {"code": "bad_request", "message": str(error), **answered}))
        else:
            self._note_queued(is_queued)

    def followed(self) -> Iterator[str]:
        """Yield the tags that this browser follows or waits for."""
        return self._outbox.followed()

    def reply(self, message: Message) -> None:
        """Queue an answer; a client that asks without reading the answers is closed."""
        self._note_queued(self._outbox.reply(message))

    def _note_queued(self, is_queued: bool) -> None:  # noqa: FBT001 - what the outbox answers
        if is_queued:
            self.news.set()
        else:
            self._give_up("unread_replies", "too many unread answers")

    def _give_up(self, reason: str, text: str) -> None:
        self._is_given_up = True
        self.live.counters.add("clients_closed", reason)
        self.close(POLICY_VIOLATION, text)

    async def _write_news(self) -> None:
        try:
            while True:
                await self.news.wait()
                self.news.clear()
                since, self.since = self.since, None
                while (message := await self._next_message()) is not None:
                    await until_taken(self.write_message(message, binary=isinstance(message, bytes)), WRITE_SECONDS)
                    if since is not None and isinstance(message, bytes) and message[0] == KIND_DATA:
                        self.live.delays.add(self.live.clock() - since)
                        since = None
        except (WebSocketClosedError, StreamClosedError):
            pass  # on_close follows, or has been
        except TimeoutError:
            self.live.counters.add("clients_closed", "slow")
            log.info("browser at %s took nothing for %.0f s; closed", self.address, WRITE_SECONDS)
            self.close(TRY_AGAIN_LATER, "took nothing for too long")
        except Exception:
            log.exception("fault while writing to a browser; closed")
            self.close(INTERNAL_ERROR, "internal error")

    async def _next_message(self) -> Message | None:
        outbox = self._outbox
        if not outbox.is_costly:
            return outbox.next_message()
        news = await self.in_turn(outbox.next_news, outbox.read_by_news())
        return news if news is not None else await self.in_turn(outbox.next_data, outbox.read_by_data())

    def on_pong(self, data: bytes) -> None:  # noqa: ARG002 - tornado's signature
        self._heard = time.monotonic()

    def on_close(self) -> None:
        """Forget the connection."""
        client_limits = self.live.client_limits
        # tornado closes what does not answer its ping, and tells nobody.
        if time.monotonic() - self._heard > client_limits.ping_interval + client_limits.ping_timeout / 2:
            self.live.counters.add("clients_closed", "no_pong")
        self.live.connections.discard(self)
        if self._writer is not None:
            self._writer.cancel()
