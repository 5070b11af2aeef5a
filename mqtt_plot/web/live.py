"""The WebSocket edge: connections, the steady tick that wakes them, and one awaited write at a time for each.

What a frame holds is decided by the hub and the directory; this module only moves it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from mqtt_plot.counters import Counters
from mqtt_plot.directory import Directory
from mqtt_plot.errors import ProtocolError, UnknownTagError
from mqtt_plot.histogram import Histogram
from mqtt_plot.hub import Follower, Hub, answer_range
from mqtt_plot.series import Series
from mqtt_plot.store import Store
from mqtt_plot.verdicts import Verdicts
from mqtt_plot.web.quota import FrameRate, Quotas
from mqtt_plot.wire import (
    KIND_DATA,
    MAX_FOLLOW,
    MAX_RANGE_POINTS,
    PROTOCOL,
    Follow,
    Range,
    Watch,
    decode_control,
    encode_control,
)

log = logging.getLogger(__name__)

TICK_SECONDS = 0.05
TABLE_SECONDS = 0.5
STATUS_SECONDS = 1.0
WRITE_SECONDS = 20.0
MAX_FRAME = 16 * 1024
# Answers a client may have waiting: it asks for one range per chart and zoom, so many more mean that it does not read.
MAX_REPLIES = 64
# Verdicts in one frame, twice per second: more than anyone reads.
MAX_VERDICTS = 100

GOING_AWAY, POLICY_VIOLATION, TRY_AGAIN_LATER = 1001, 1008, 1013

Message = str | bytes


class Live:
    """All WebSocket connections, and the clock that wakes them."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        counters: Counters,
        *,
        clock: Callable[[], float],
        status: Callable[[], Mapping[str, object]],
        hello: Mapping[str, object],
        quotas: Quotas,
        verdicts: Verdicts | None = None,
    ) -> None:
        self.store = store
        self.hub = hub
        self.counters = counters
        self.clock = clock
        self.quotas = quotas
        self.delays = Histogram()  # from the arrival of a message to the last byte of its frame given to the kernel
        self._arrived: float | None = None
        self.directory = Directory(store)
        self.connections: set[LiveHandler] = set()
        self.listeners: set[asyncio.Event] = set()  # of event streams: set whenever there is news
        self.verdicts = Verdicts() if verdicts is None else verdicts
        self.verdict_round = 0  # grows twice per second while there are new verdicts
        self.status_frame = ""
        self.status_number = 0
        self._status = status
        self._hello = hello
        self._changed: set[Series] = set()
        self._revision = 0
        self._verdict_number = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to tick; needs a running event loop."""
        self._tasks = [
            asyncio.create_task(self._every(TICK_SECONDS, self.tick), name="live tick"),
            asyncio.create_task(self._every(TABLE_SECONDS, self.measure), name="live table"),
            asyncio.create_task(self._every(STATUS_SECONDS, self.tell_status), name="live status"),
        ]

    async def stop(self) -> None:
        """Close all connections with 1001 and end the ticking. Safe to call twice."""
        for connection in list(self.connections):
            connection.close(GOING_AWAY, "server stops")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _every(self, seconds: float, act: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + seconds, loop.time())
            await asyncio.sleep(due - loop.time())
            try:
                act()
            except Exception:
                log.exception("fault in the live update; it goes on")

    def tick(self) -> None:
        """Wake the connections if there is news."""
        changed = self.store.changed
        if not changed and self.store.revision == self._revision:
            return
        self._changed |= changed
        changed.clear()
        self._revision = self.store.revision
        self.hub.tick()
        since, self._arrived = self._arrived or self.clock(), None
        for connection in self.connections:
            connection.since = connection.since or since
        self.wake()

    def arrived(self, time: float) -> None:
        """Note when the oldest message of a batch came, for the delay until browsers have it."""
        if self._arrived is None:
            self._arrived = time

    def measure(self) -> None:
        """Bring the table of tags up to date, twice per second."""
        version = self.directory.version
        self.tick()
        self.directory.measure(self._changed, self.clock())
        self._changed.clear()
        if self.verdicts.number != self._verdict_number:
            self._verdict_number = self.verdicts.number
            self.verdict_round += 1
        if self.directory.version != version:
            self.wake()

    def tell_status(self) -> None:
        """Make the status frame, once per second."""
        self.store.expire(self.clock())
        status = self._status()  # also when nobody looks: its rate is measured from one second to the next
        if self.connections:
            self.status_frame = encode_control("status", status)
            self.status_number += 1
            self.wake()

    def wake(self) -> None:
        for connection in self.connections:
            connection.news.set()
        for news in self.listeners:
            news.set()

    def followed(self) -> Iterator[str]:
        """Yield every tag that somebody follows, or waits for; some more than once."""
        for connection in self.connections:
            yield from connection.followed()

    def hello(self) -> str:
        return encode_control(
            "hello",
            {
                "protocol": PROTOCOL,
                "epoch": self.hub.epoch,
                "time": self.clock(),
                **self._hello,
            },
        )

    def broadcast_event(self, kind: str, fields: Mapping[str, object]) -> None:
        """Tell every client that something happened; a client too slow to take it misses it, as it is no state."""
        frame = encode_control("event", {"time": self.clock(), "kind": kind, **fields})
        for news in self.listeners:
            news.set()
        for connection in self.connections:
            connection.reply(frame)


def hello_limits(max_points: int, max_age: float | None, max_tags: int, max_memory: int) -> dict[str, object]:
    """Return the `limits` of the hello frame."""
    return {
        "max_points": max_points,
        "max_age": max_age,
        "max_tags": max_tags,
        "max_memory": max_memory,
        "max_follow": MAX_FOLLOW,
        "max_frame": MAX_FRAME,
        "max_range_points": MAX_RANGE_POINTS,
    }


class LiveHandler(WebSocketHandler):
    """One browser. Its writer task sends the next message only when the one before has left."""

    def initialize(self, live: Live) -> None:
        self.live = live
        self.news = asyncio.Event()
        self._follower = Follower()
        self.address = self.request.remote_ip or ""
        self.since: float | None = None  # when the oldest news came that this client has not been sent
        self._rate = FrameRate(live.quotas.frames_per_second, time.monotonic())
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

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Greet, unless the house is full."""
        live = self.live
        if len(live.connections) >= live.quotas.clients:
            self._turn_away("full", f"{live.quotas.clients} browsers are connected already (--max-clients)")
            return
        neighbours = sum(other.address == self.address for other in live.connections)
        if neighbours >= live.quotas.clients_per_address:
            self._turn_away("address", f"{neighbours} from this address already (--max-clients-per-address)")
            return
        self.set_nodelay(value=True)
        live.connections.add(self)
        self.reply(live.hello())
        if not live.status_frame or len(live.connections) == 1:
            live.tell_status()
        self._writer = asyncio.create_task(self._write_news(), name="live writer")
        self.news.set()

    def _turn_away(self, reason: str, text: str) -> None:
        self.live.counters.add("clients_refused", reason)
        self.close(TRY_AGAIN_LATER, text)

    def on_message(self, message: str | bytes) -> None:
        """Carry out what the client asks for; a mistake of its gets an `error` frame."""
        if self._is_given_up:
            return  # what was on its way already
        if not self._rate.take(time.monotonic()):
            self._give_up("too_fast", f"more than {self.live.quotas.frames_per_second} frames per second")
            return
        try:
            match decode_control(message):
                case Follow() as wish:
                    self._follow(wish)
                case Range() as wish:
                    self.reply(wish)
                case Watch() as wish:
                    self._watch = wish if wish.is_on else None
                    self._watched, self._verdict_round = 0, -1
                    self.news.set()
                case None:
                    pass  # a type of a later version of the protocol
        except ProtocolError as error:
            self.reply(encode_control("error", {"code": "bad_request", "message": str(error)}))

    def _follow(self, wish: Follow) -> None:
        self.live.hub.follow(self._follower, wish)
        self.reply(self._following())

    def _following(self) -> str:
        ids = [series.id for series in self._follower.cursors]
        return encode_control("following", {"ids": ids, "unknown": sorted(self._follower.waiting)})

    def followed(self) -> Iterator[str]:
        """Yield the tags that this browser follows or waits for."""
        yield from (series.tag for series in self._follower.cursors)
        yield from self._follower.waiting

    def _answer(self, wish: Range) -> Message:
        """Return the answer to a wish, made when it can be sent, so that wishes cost no memory while they wait."""
        try:
            series = self.live.store.find(wish.tag)
        except UnknownTagError as error:
            return encode_control("error", {"code": "unknown_tag", "message": str(error), "request": wish.request})
        return answer_range(series, wish, self.live.clock())

    def reply(self, message: Message | Range) -> None:
        """Queue an answer; a client that asks without reading the answers is closed."""
        size = 0 if isinstance(message, Range) else len(message)
        if len(self._replies) >= MAX_REPLIES or self._unsent + size > self.live.quotas.unsent_bytes:
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
                    async with asyncio.timeout(WRITE_SECONDS):
                        await self.write_message(message, binary=isinstance(message, bytes))
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
            self.close(1011, "internal error")

    def on_close(self) -> None:
        """Forget the connection."""
        self.live.connections.discard(self)
        if self._writer is not None:
            self._writer.cancel()
