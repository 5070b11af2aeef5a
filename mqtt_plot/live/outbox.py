"""What one browser is sent next: what it asked for, what it was told already, and its cursors. Knows nothing of sockets.

It holds state, not a queue: only answers wait, up to a limit; all else is made when it can be sent, from what is true then.
"""

from collections import deque
from collections.abc import Iterator

from mqtt_plot.errors import UnknownTagError
from mqtt_plot.live.broadcaster import Broadcaster
from mqtt_plot.live.hub import Follower, answer_range
from mqtt_plot.live.protocol import Follow, Range, Watch, decode_control, encode_control

# Answers a client may have waiting: it asks for one range per chart and zoom, so many more mean that it does not read.
MAX_REPLIES = 64
# Verdicts in one frame, twice per second: more than anyone reads.
MAX_VERDICTS = 100

Message = str | bytes


class Outbox:
    """One browser's view of the bridge, and how much of it the browser has been told."""

    def __init__(self, live: Broadcaster) -> None:
        self._live = live
        self._follower = Follower()
        self._owes_following = False
        self._replies: deque[Message | Range] = deque()
        self._unsent = 0  # bytes of the replies that wait
        self._revision = 0
        self._status_number = 0
        self._table_version = 0
        self._ledger_round = 0
        self._ledgers_told: dict[str, int] = {}
        self._watch: Watch | None = None
        self._watched = 0  # number of the verdict told last
        self._verdict_round = 0

    def ask(self, message: Message) -> bool:
        """Take what the client asks for; False when too many answers wait already. Raises ProtocolError for its mistakes."""
        match decode_control(message):
            case Follow() as request:
                self._live.hub.follow(self._follower, request)
                self._owes_following = True
            case Range() as request:
                return self.reply(request)
            case Watch() as request:
                self._watch = request if request.is_on else None
                self._watched, self._verdict_round = 0, -1
            case None:
                pass  # a type of a later version of the protocol
        return True

    def reply(self, message: Message | Range) -> bool:
        """Queue an answer; False when too many wait already, as the client does not read them."""
        size = 0 if isinstance(message, Range) else len(message)
        if len(self._replies) >= MAX_REPLIES or self._unsent + size > self._live.client_limits.unsent_bytes:
            return False
        self._replies.append(message)
        self._unsent += size
        return True

    def followed(self) -> Iterator[str]:
        """Yield the tags that this browser follows or waits for."""
        yield from self._follower.tags

    def next_message(self) -> Message | None:
        """Return what to send next, the most urgent first, or None when the client knows all."""
        live = self._live
        if self._replies:
            return self._next_reply()
        tags = live.directory.tags_since(self._revision)
        if tags is not None:
            self._revision = live.store.revision
            self._owes_following |= live.hub.settle(self._follower)
            return tags
        if self._owes_following:  # after the tags, so that the client knows every id in it
            self._owes_following = False
            return self._following()
        if self._status_number != live.status_number:
            self._status_number = live.status_number
            return live.status_frame
        frame = self._news_of_lists()
        if frame is not None:
            return frame
        version = live.directory.version
        table = live.directory.table_since(self._table_version, live.clock())
        self._table_version = version
        return table or live.hub.collect(self._follower, live.clock())

    def _news_of_lists(self) -> str | None:
        """Return what is new among verdicts, if they are wanted, and in the ledgers: both grow twice per second at most."""
        live, watch = self._live, self._watch
        if watch is not None and self._verdict_round != live.verdict_round:
            self._verdict_round = live.verdict_round
            frame = self._news_of_verdicts(watch)
            if frame is not None:
                return frame
        if self._ledger_round != live.ledger_round:
            frame = live.ledger_news(self._ledgers_told)
            if frame is not None:
                return frame
            self._ledger_round = live.ledger_round
        return None

    def _next_reply(self) -> Message:
        reply = self._replies.popleft()
        if isinstance(reply, Range):
            return self._answer(reply)
        self._unsent -= len(reply)
        return reply

    def _answer(self, request: Range) -> Message:
        """Return the answer to a request, made when it can be sent, so that wishes cost no memory while they wait."""
        try:
            series = self._live.store.find(request.tag)
        except UnknownTagError as error:
            return encode_control("error", {"code": "unknown_tag", "message": str(error), "request": request.request})
        return answer_range(series, request, self._live.clock())

    def _following(self) -> str:
        ids = [series.id for series in self._follower.cursors]
        return encode_control("following", {"ids": ids, "unknown": sorted(self._follower.waiting)})

    def _news_of_verdicts(self, watch: Watch) -> str | None:
        """Return the newest verdicts not told yet; those passed over because they are too many stay to be had by REST."""
        verdicts = self._live.verdicts
        news = verdicts.since(self._watched, watch.topic)[-MAX_VERDICTS:]
        self._watched = verdicts.number
        if not news:
            return None
        return encode_control(
            "verdicts", {"verdicts": [verdict.to_json() for verdict in news], "skipped": verdicts.skipped}
        )
