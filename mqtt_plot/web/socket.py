"""The WebSocket of one browser: what it asks for, what it is sent next, and one awaited write at a time.

What a frame holds is decided by the hub and the directory; this module only moves it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from mqtt_plot.errors import ProtocolError, UnknownTagError
from mqtt_plot.live.hub import Follower, answer_range
from mqtt_plot.live.limits import FrameRate
from mqtt_plot.live.protocol import KIND_DATA, Follow, Range, Watch, decode_control, encode_control
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services
from mqtt_plot.web.timeouts import until_taken

log = logging.getLogger(__name__)

WRITE_SECONDS = 20.0
# Answers a client may have waiting: it asks for one range per chart and zoom, so many more mean that it does not read.
MAX_REPLIES = 64
# Verdicts in one frame, twice per second: more than anyone reads.
MAX_VERDICTS = 100

POLICY_VIOLATION, INTERNAL_ERROR, TRY_AGAIN_LATER = 1008, 1011, 1013  # RFC 6455, 7.4.1

Message = str | bytes


class SocketHandler(BaseHandler, WebSocketHandler):
    """One browser, behind the same checks and with the same headers as every other route.

    Its writer task sends the next message only when the one before has left.
    """

    def initialize(self, services: Services) -> None:
        super().initialize(services)
        live = self.live = services.live
        self.address = services.access.address_of(self.request)
        self.news = asyncio.Event()
        self._follower = Follower()
        self.since: float | None = None  # when the oldest news came that this client has not been sent
        self._rate = FrameRate(live.client_limits.frames_per_second, time.monotonic())
        self._replies: deque[Message | Range] = deque()
        self._is_given_up = False
        self._unsent = 0  # bytes of the replies that wait
        self._revision = 0
        self._status_number = 0
        self._table_version = 0
        self._watch: Watch | None = None
        self._watched = 0  # number of the verdict told last
        self._verdict_round = 0
        self._writer: asyncio.Task[None] | None = None
        self._heard = time.monotonic()  # when it was last known to be there

    async def get(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - tornado's signature
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "bad_request", "expected a WebSocket connection; see docs/protocol.md"
            )
        await super().get(*args, **kwargs)

    def check_origin(self, origin: str) -> bool:
        if not super().check_origin(origin):
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "forbidden", f"expected our own page as origin, got {origin!r:.80}"
            )
        return True

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Greet, unless the house is full."""
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
        self.reply(live.hello())
        if not live.status_frame or len(live.connections) == 1:
            live.announce_status()
        self._writer = asyncio.create_task(self._write_news(), name="live writer")
        self.news.set()

    def _turn_away(self, reason: str, text: str) -> None:
        self.live.counters.add("clients_refused", reason)
        self.close(TRY_AGAIN_LATER, text)

    def on_message(self, message: str | bytes) -> None:
        """Carry out what the client asks for; a mistake of its gets an `error` frame."""
        if self._is_given_up:
            return  # what was on its way already
        if not self._rate.allow(time.monotonic()):
            self._give_up("too_fast", f"more than {self.live.client_limits.frames_per_second} frames per second")
            return
        try:
            match decode_control(message):
                case Follow() as request:
                    self._follow(request)
                case Range() as request:
                    self.reply(request)
                case Watch() as request:
                    self._watch = request if request.is_on else None
                    self._watched, self._verdict_round = 0, -1
                    self.news.set()
                case None:
                    pass  # a type of a later version of the protocol
        except ProtocolError as error:
            self.reply(encode_control("error", {"code": "bad_request", "message": str(error)}))

    def _follow(self, request: Follow) -> None:
        self.live.hub.follow(self._follower, request)
        self.reply(self._following())

    def _following(self) -> str:
        ids = [series.id for series in self._follower.cursors]
        return encode_control("following", {"ids": ids, "unknown": sorted(self._follower.waiting)})

    def followed(self) -> Iterator[str]:
        """Yield the tags that this browser follows or waits for."""
        yield from (series.tag for series in self._follower.cursors)
        yield from self._follower.waiting

    def _answer(self, request: Range) -> Message:
        """Return the answer to a request, made when it can be sent, so that wishes cost no memory while they wait."""
        try:
            series = self.live.store.find(request.tag)
        except UnknownTagError as error:
            return encode_control("error", {"code": "unknown_tag", "message": str(error), "request": request.request})
        return answer_range(series, request, self.live.clock())

    def reply(self, message: Message | Range) -> None:
        """Queue an answer; a client that asks without reading the answers is closed."""
        size = 0 if isinstance(message, Range) else len(message)
        if len(self._replies) >= MAX_REPLIES or self._unsent + size > self.live.client_limits.unsent_bytes:
            self._give_up("unread_replies", "too many unread answers")
            return
        self._replies.append(message)
        self._unsent += size
        self.news.set()

    def _give_up(self, reason: str, text: str) -> None:
        self._is_given_up = True
        self.live.counters.add("clients_closed", reason)
        self.close(POLICY_VIOLATION, text)

    def _next_reply(self) -> Message:
        reply = self._replies.popleft()
        if isinstance(reply, Range):
            return self._answer(reply)
        self._unsent -= len(reply)
        return reply

    def _next_message(self) -> Message | None:
        """Return what to send next, the most urgent first, or None when the client knows all."""
        live = self.live
        if self._replies:
            return self._next_reply()
        tags = live.directory.tags_since(self._revision)
        if tags is not None:
            self._revision = live.store.revision
            if live.hub.settle(self._follower):
                self.reply(self._following())
            return tags
        if self._status_number != live.status_number:
            self._status_number = live.status_number
            return live.status_frame
        if self._watch is not None and self._verdict_round != live.verdict_round:
            self._verdict_round = live.verdict_round
            frame = self._news_of_verdicts(self._watch)
            if frame is not None:
                return frame
        version = live.directory.version
        table = live.directory.table_since(self._table_version, live.clock())
        self._table_version = version
        return table or live.hub.collect(self._follower, live.clock())

    def _news_of_verdicts(self, watch: Watch) -> str | None:
        """Return the newest verdicts not told yet; those passed over because they are too many stay to be had by REST."""
        verdicts = self.live.verdicts
        news = verdicts.since(self._watched, watch.topic)[-MAX_VERDICTS:]
        self._watched = verdicts.number
        if not news:
            return None
        return encode_control(
            "verdicts", {"verdicts": [verdict.to_json() for verdict in news], "skipped": verdicts.skipped}
        )

    async def _write_news(self) -> None:
        try:
            while True:
                await self.news.wait()
                self.news.clear()
                since, self.since = self.since, None
                while (message := self._next_message()) is not None:
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
