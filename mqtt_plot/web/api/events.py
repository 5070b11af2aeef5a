"""Server-sent events for simple clients (WHATWG HTML, section 9.2): `update` per tag with news, `jobfinished` when a replay ends.

A stream is a set of cursors, like every follower: it has no queue, awaits each write, and a slow client gets longer, fewer
updates. What the ring has overwritten before it could be sent is told as `lost`.
"""

import asyncio
import json
import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from tornado.iostream import StreamClosedError

from mqtt_plot.recordings.replays import RUNNING, Replay
from mqtt_plot.store.series import Series
from mqtt_plot.web.base import STALL_SECONDS, BaseHandler
from mqtt_plot.web.errors import RefusedError
from mqtt_plot.web.services import Services
from mqtt_plot.web.timeouts import until_taken

# Tags in one stream, points in one update.
MAX_TAGS = 100
MAX_POINTS = 1_000
# A comment now and then, so that proxies and the client see that the stream lives.
HEARTBEAT_SECONDS = 15.0
# Updates come at most so often: what arrives meanwhile is told together.
SHORTEST_SECONDS = 0.05


class Cursors:
    """How far a stream is: the next seq for each tag. As text they are the event id: `epoch~series:seq~…` in the order of the tags."""

    def __init__(self, epoch: str, tags: list[str]) -> None:
        self.epoch = epoch
        self.tags = tags
        self._next: dict[str, tuple[int, int]] = {}  # tag → (series id, next seq)

    def resume(self, text: str) -> None:
        """Take over the id of the last event a client got; one of another life of the server, or of other tags, is passed over."""
        epoch, *parts = text.split("~")
        if epoch != self.epoch or len(parts) != len(self.tags):
            return
        for tag, part in zip(self.tags, parts, strict=True):
            series, _, seq = part.partition(":")
            if series.isdecimal() and seq.isdecimal() and len(part) < 40:  # noqa: PLR2004 - two whole numbers of 18 digits
                self._next[tag] = int(series), int(seq)

    def __str__(self) -> str:
        known = (self._next.get(tag) for tag in self.tags)
        return "~".join([self.epoch, *("-" if item is None else f"{item[0]}:{item[1]}" for item in known)])

    def advance(self, series: Series) -> tuple[int, int, int] | None:
        """Return (first, stop, lost) of the points to send next and move past them; None when there are none."""
        ring = series.ring
        known = self._next.get(series.tag)
        if known is None:
            wanted = max(ring.first, ring.next - 1)  # a new stream begins with the newest point
        elif known[0] != series.id:
            wanted = ring.first  # deleted and begun again
        else:
            wanted = min(known[1], ring.next)
        first = max(wanted, ring.first)
        stop = min(ring.next, first + MAX_POINTS)
        if first == stop:
            return None
        self._next[series.tag] = series.id, stop
        return first, stop, first - wanted


class EventsHandler(BaseHandler):
    """GET: an endless stream of the named tags, and of the end of a named replay."""

    queries = frozenset(("replay", "tag"))

    def initialize(self, services: Services) -> None:
        super().initialize(services)
        self.news = asyncio.Event()
        self.has_left = False

    def on_connection_close(self) -> None:
        """End the stream of a client that left."""
        self.has_left = True
        self.news.set()

    async def get(self) -> None:
        replay = self.replay()
        tags = self.tags(replay)
        with self.services.streams.hold(self.address):
            await self.run(tags, replay)

    async def run(self, tags: list[str], replay: Replay | None) -> None:
        """Send what there is until the client leaves."""
        listeners = self.services.live.listeners
        cursors = Cursors(self.services.epoch, tags)
        cursors.resume(self.request.headers.get("Last-Event-ID", ""))
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")  # nginx would hold events back
        listeners.add(self.news)
        try:
            await self.send("retry: 2000\n\n")
            await self.send_updates(cursors, replay)
        except StreamClosedError:
            pass  # the client left
        except TimeoutError:
            self.services.counters.add("http_cut_off", "slow")
            self.request.connection.close()  # type: ignore[union-attr]  # HTTP1Connection has it, its base class does not
        finally:
            listeners.discard(self.news)

    def head(self, *_args: str) -> None:
        """Tell the type; a HEAD must not wait for events."""
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")

    def replay(self) -> Replay | None:
        replay_id = self.get_query_argument("replay", None)
        if replay_id is None:
            return None
        replay = self.services.replays.get(replay_id)
        if replay is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND, "unknown_replay", f"no replay {replay_id!r:.20}; GET /api/v1/replays lists them"
            )
        return replay

    def tags(self, replay: Replay | None) -> list[str]:
        """Return the tags asked for, which need not exist yet; of a replay all, where none is named."""
        tags = [tag for tag in dict.fromkeys(self.get_query_arguments("tag", strip=False)) if tag]
        if not tags and replay is not None:
            tags = list(replay.tags.names)
        if not tags and replay is None:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "bad_query", "expected ?tag=NAME or ?replay=ID; GET /api/v1/tags lists the tags"
            )
        if len(tags) > MAX_TAGS:
            raise RefusedError(
                HTTPStatus.BAD_REQUEST, "bad_query", f"expected at most {MAX_TAGS} tags, got {len(tags)}"
            )
        return tags

    async def send_updates(self, cursors: Cursors, replay: Replay | None) -> None:
        has_ended = False
        while not self.has_left and self.is_welcome():
            self.news.clear()
            is_over = replay is not None and replay.state != RUNNING  # asked before its last points are sent
            for event in self.updates(cursors):
                await self.send(event)
            if replay is not None and is_over and not has_ended:
                has_ended = True
                await self.send(encode_event("jobfinished", describe_end(replay), str(cursors)))
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self.news.wait()
            except TimeoutError:
                await self.send(": still here\n\n")
            await asyncio.sleep(SHORTEST_SECONDS)

    def updates(self, cursors: Cursors) -> Iterator[str]:
        """Yield an event for each stretch of points not yet sent."""
        store = self.services.store
        for tag in cursors.tags:
            while (series := store.get(tag)) is not None and (stretch := cursors.advance(series)) is not None:
                yield encode_event("update", describe_points(series, *stretch), str(cursors))

    async def send(self, text: str) -> None:
        self.write(text)
        await until_taken(self.flush(), STALL_SECONDS)


def describe_points(series: Series, first: int, stop: int, lost: int) -> dict[str, object]:
    """Return the data of an `update`: times in POSIX seconds; a gap is null, a state its word."""
    times, values = series.ring.read(first, stop)
    return {
        "tag": series.tag,
        "unit": series.unit or None,
        "time": list(times),
        "value": [_told(series, value) for value in values],
        **({"lost": lost} if lost else {}),
    }


def _told(series: Series, value: float) -> float | str | None:
    if not math.isfinite(value):
        return None
    if series.kind == "state" and 0 <= value < len(series.states):
        return series.states[int(value)]
    return value


def describe_end(replay: Replay) -> dict[str, object]:
    """Return the data of a `jobfinished`."""
    return {
        "replay": replay.id,
        "file": replay.request.file,
        "state": replay.state,
        "text": replay.text,
        "rows": replay.player.rows_played,
        "errors": replay.errors,
    }


def encode_event(kind: str, data: Mapping[str, object], event_id: str) -> str:
    """Return one event. The JSON is ASCII: many a client takes U+2028 and its like in a tag's name for the end of a line."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return f"event: {kind}\nid: {event_id}\ndata: {text}\n\n"
