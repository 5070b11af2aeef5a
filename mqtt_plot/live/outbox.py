"""What to send to one browser next: its requests, what it has already, and its cursors. Knows nothing of sockets.

It holds state, not a queue. Only answers wait, up to a limit; all other frames are made when they can be sent, from the newest data.
"""

from collections import deque
from collections.abc import Iterator

from mqtt_plot.errors import UnknownTagError
from mqtt_plot.live.broadcaster import Broadcaster
from mqtt_plot.live.directory import TagsKnown
from mqtt_plot.live.hub import Follower, answer_range
from mqtt_plot.live.protocol import Follow, Range, Watch, decode_control, encode_control
from mqtt_plot.store.series import Series

# Answers that may wait for a client. It requests one range per chart and zoom, so this many mean that it does not read.
MAX_REPLIES = 64
# Verdicts in one frame, twice per second: more than anyone reads.
MAX_VERDICTS = 100

Message = str | bytes


class Outbox:
    """What one browser has requested, and what it has been sent."""

    def __init__(self, live: Broadcaster) -> None:
        self._live = live
        self._follower = Follower()
        self._owes_following = False
        self._owes_history = False  # snapshots may be to come
        self._owes_list = True  # of the list or the table of tags there may be more to come
        self._replies: deque[Message | Range] = deque()
        self._unsent = 0  # bytes of the replies that wait
        self._known = TagsKnown()
        self._status_number = 0
        self._table_version = 0
        self._ledger_round = 0
        self._ledgers_sent: dict[str, int] = {}
        self._watch: Watch | None = None
        self._watched = 0  # number of the last verdict sent
        self._verdict_round = 0

    def ask(self, message: Message) -> bool:
        """Accept a request of the client; return False if too many answers wait already. Raises ProtocolError for its mistakes."""
        match decode_control(message):
            case Follow() as request:
                self._live.hub.follow(self._follower, request)
                self._owes_following = self._owes_history = True
            case Range() as request:
                return self.reply(request)
            case Watch() as request:
                self._watch = request if request.is_on else None
                self._watched, self._verdict_round = 0, -1
            case None:
                pass  # a frame type of a later protocol version
        return True

    def reply(self, message: Message | Range) -> bool:
        """Queue an answer; return False if too many wait already, because the client does not read them."""
        size = 0 if isinstance(message, Range) else len(message)
        if len(self._replies) >= MAX_REPLIES or self._unsent + size > self._live.client_limits.unsent_bytes:
            return False
        self._replies.append(message)
        self._unsent += size
        return True

    def followed(self) -> Iterator[str]:
        """Yield the tags that this browser follows or waits for."""
        yield from self._follower.tags

    @property
    def is_costly(self) -> bool:
        """True while the next frame may hold history or many tags, which takes milliseconds to make."""
        return self._owes_history or self._owes_list or (len(self._replies) > 0 and isinstance(self._replies[0], Range))

    def next_message(self) -> Message | None:
        """Return the next frame to send, the most urgent first, or None if the client has all."""
        news = self.next_news()
        return news if news is not None else self.next_data()

    def read_by_news(self) -> Iterator[Series]:
        """Yield what `next_news` reads in order of time."""
        if self._replies and isinstance(reply := self._replies[0], Range) and reply.tag in self._live.store:
            yield self._live.store.find(reply.tag)

    def read_by_data(self) -> Iterator[Series]:
        """Yield what `next_data` reads in order of time."""
        return self._live.hub.read_by_frame(self._follower)

    def next_data(self) -> bytes | None:
        """Return the next points of what the client follows, or None if it has all."""
        frame = self._live.hub.collect(self._follower, self._live.clock())
        self._owes_history &= frame is not None
        return frame

    def next_news(self) -> Message | None:
        """Return the next frame of all else, or None."""
        live = self._live
        if self._replies:
            return self._next_reply()
        tags = live.directory.tags_since(self._known)
        if tags is not None:
            self._known = tags.known
            self._owes_list |= tags.has_more
            has_changed = live.hub.settle(self._follower)
            self._owes_following |= has_changed
            self._owes_history |= has_changed
            return tags.frame
        if self._owes_following:  # after all tags, so that the client knows every id in it
            self._owes_following = False
            return self._following()
        if self._status_number != live.status_number:
            self._status_number = live.status_number
            return live.status_frame
        frame = self._news_of_lists()
        if frame is not None:
            return frame
        table, self._table_version, self._owes_list = live.directory.table_since(self._table_version, live.clock())
        return table

    def _news_of_lists(self) -> str | None:
        """Return what is new among verdicts, if they are wanted, and in the ledgers: both grow twice per second at most."""
        live, watch = self._live, self._watch
        if watch is not None and self._verdict_round != live.verdict_round:
            self._verdict_round = live.verdict_round
            frame = self._news_of_verdicts(watch)
            if frame is not None:
                return frame
        if self._ledger_round != live.ledger_round:
            frame = live.ledger_news(self._ledgers_sent)
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
        """Return the answer to a request. It is made when it can be sent, so that waiting requests cost no memory."""
        try:
            series = self._live.store.find(request.tag)
        except UnknownTagError as error:
            return encode_control("error", {"code": "unknown_tag", "message": str(error), "request": request.request})
        return answer_range(series, request, self._live.clock())

    def _following(self) -> str:
        ids = [series.id for series in self._follower.cursors]
        return encode_control("following", {"ids": ids, "unknown": sorted(self._follower.waiting)})

    def _news_of_verdicts(self, watch: Watch) -> str | None:
        """Return the newest verdicts not sent yet. If there are too many, REST still has those left out."""
        verdicts = self._live.verdicts
        news = verdicts.since(self._watched, watch.topic)[-MAX_VERDICTS:]
        self._watched = verdicts.number
        if not news:
            return None
        return encode_control(
            "verdicts", {"verdicts": [verdict.to_json() for verdict in news], "skipped": verdicts.skipped}
        )
