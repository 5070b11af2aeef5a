"""What became of the last messages, in words for a person: format, samples, or the reason of a refusal. Reads no clock.

Refused messages and taken ones have a ring each, so that no flood of good ones hides the one that a user is looking for. Sampled: of
each topic and outcome ten verdicts at once, then one every half second, and so many per second altogether; `skipped` counts the rest.
"""

import logging
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from heapq import merge
from itertools import count, filterfalse, islice
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.metrics import Counters
from mqtt_plot.samples import Parsed, Rejected

log = logging.getLogger(__name__)

LIMIT = 500
TOPIC_SECONDS = 0.5
TOPIC_BURST = 10
PER_SECOND = 100
MAX_TOPICS = 1_000
EXCERPT_BYTES = 120
MAX_NOTES = 8
_MOST_AHEAD = TOPIC_BURST * TOPIC_SECONDS

STORED, RETAINED, DESCRIBED, REJECTED, REFUSED = "stored", "retained", "described", "rejected", "refused"


class Verdict(NamedTuple):
    """What became of one message that arrived at `time` (POSIX seconds).

    `outcome` is stored, retained (last known value), described (a tag's meta), rejected (malformed) or refused (no room).
    `samples` were made of it, `rejected` are the parts that could not be used; `code` and `reason` say why not.
    """

    time: float
    topic: str
    size: int
    outcome: str
    format: str = ""
    samples: int = 0
    rejected: int = 0
    code: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    payload: str = ""
    number: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the shape of REST answers and `verdicts` frames (docs/protocol.md)."""
        return {**self._asdict(), "notes": list(self.notes)}


class Verdicts:
    """The newest verdicts, at most LIMIT, numbered from 1."""

    def __init__(self, limit: int = LIMIT, per_second: int = PER_SECOND) -> None:
        self.number = 0
        self._received: Callable[[], int] = lambda: self.number
        self._taken: deque[Verdict] = deque(maxlen=limit - limit // 2)
        self._refused: deque[Verdict] = deque(maxlen=limit // 2)
        self._per_second = per_second
        self._second = 0
        self._left = {True: per_second, False: per_second}
        self._due: dict[tuple[str, str], float] = {}

    def count_against(self, received: Callable[[], int]) -> None:
        """Let `skipped` be known: `received` tells how many messages there were in all."""
        self._received = received

    @property
    def skipped(self) -> int:
        """How many messages have no verdict, because too many came at once."""
        return max(0, self._received() - self.number)

    def has_room(self, now: float) -> bool:
        """Tell whether a verdict on a message that was taken may still be wanted in this second; asking once for a batch is enough."""
        return int(now) != self._second or self._left[True] > 0

    def wants(self, topic: str, outcome: str, now: float) -> bool:
        """Tell whether a verdict on `topic` is to be recorded now; if so it must be."""
        if int(now) != self._second:
            self._second = int(now)
            self._left = {True: self._per_second, False: self._per_second}
        is_good = outcome in (STORED, RETAINED, DESCRIBED)
        if not self._left[is_good]:
            return False
        key = (topic, outcome)
        # The generic cell rate algorithm (ITU-T I.371): when the topic will have paid for the verdicts it had.
        ahead = self._due.get(key, now) - now
        if ahead > _MOST_AHEAD:
            ahead = 0.0  # our clock was set back
        if ahead > _MOST_AHEAD - TOPIC_SECONDS:
            return False
        self._left[is_good] -= 1
        if len(self._due) >= MAX_TOPICS:
            self._due.clear()
        self._due[key] = now + max(ahead, 0.0) + TOPIC_SECONDS
        return True

    def record(self, verdict: Verdict) -> None:
        """Keep a verdict; the oldest of its kind goes."""
        self.number += 1
        ring = self._refused if verdict.outcome in (REJECTED, REFUSED) or verdict.rejected else self._taken
        ring.append(verdict._replace(number=self.number, notes=verdict.notes[:MAX_NOTES]))

    def since(self, number: int, topic: str = "*") -> list[Verdict]:
        """Return the verdicts after `number` on topics that match the pattern `topic`, oldest first."""
        rings: Iterable[Iterable[Verdict]] = (self._taken, self._refused)
        return [
            verdict
            for verdict in merge(*rings, key=lambda verdict: verdict.number)
            if verdict.number > number and fnmatchcase(verdict.topic, topic)
        ]


def excerpt(payload: bytes) -> str:
    """Return the beginning of a payload as text that every page and terminal can show."""
    text = payload[:EXCERPT_BYTES].decode(errors="backslashreplace")
    if not text.isprintable():
        text = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    return text + ("…" if len(payload) > EXCERPT_BYTES else "")


Refusal = PayloadError | StoreFullError


class Reports:
    """Counts what becomes of messages, gives them verdicts, and logs the refusals among these. Times are POSIX seconds."""

    def __init__(self, counters: Counters) -> None:
        self.verdicts = Verdicts()
        self.verdicts.count_against(lambda: counters.get("messages_received"))
        self._counters = counters

    def refused(self, topic: str, payload: bytes, now: float, error: Refusal, *, size: int = 0) -> None:
        """Count a message that is unusable as a whole, and give it a verdict; `size` where it is not that of the payload."""
        _count(self._counters, "messages", error)
        outcome = REFUSED if isinstance(error, StoreFullError) else REJECTED
        if self.verdicts.wants(topic, outcome, now):
            self._record(
                Verdict(
                    now, topic, size or len(payload), outcome, code=error.code, reason=str(error), payload=excerpt(payload)
                )
            )  # fmt: skip

    def read(
        self,
        topic: str,
        payload: bytes,
        now: float,
        parsed: Parsed,
        *,
        taken: int,
        errors: Sequence[Rejected] = (),
        notes: tuple[str, ...] = (),
        is_retained: bool = False,
    ) -> None:
        """Give a message that was read its verdict, if one is wanted: `taken` points are stored, `errors` are the parts that are not."""
        outcome = STORED if taken or not errors else REJECTED
        if is_retained and not taken:
            outcome = RETAINED
        if not self.verdicts.wants(topic, outcome, now):
            return
        code, reason = (errors[0].code, errors[0].reason) if errors else ("", "")
        self._record(
            Verdict(
                now, topic, len(payload), outcome, parsed.format, taken, len(errors), code, reason, (*parsed.notes, *notes),
                excerpt(payload),
            )
        )  # fmt: skip

    def described(self, topic: str, payload: bytes, now: float, kind: str, note: str) -> None:
        """Count a message that says something of tags, and give it a verdict."""
        self._counters.add("messages_described")
        if self.verdicts.wants(topic, DESCRIBED, now):
            self.verdicts.record(
                Verdict(now, topic, len(payload), DESCRIBED, kind, notes=(note,), payload=excerpt(payload))
            )

    def _record(self, verdict: Verdict) -> None:
        self.verdicts.record(verdict)
        if verdict.code:
            what = "a part of " if verdict.samples else ""
            log.warning("refused %s%r: %s: %s", what, verdict.topic[:120], verdict.code, verdict.reason)


def _count(counters: Counters, what: str, error: Refusal) -> None:
    counters.add(f"{what}_refused" if isinstance(error, StoreFullError) else f"{what}_rejected", error.code)


class Refusals:
    """What is refused of the samples of one payload, by its parser or after it: counted, and `listed` by their places in the payload."""

    __slots__ = ("_counters", "_is_batch", "_next", "_places", "listed")

    def __init__(self, counters: Counters, parsed: Parsed) -> None:
        self.listed = rejected = sorted(parsed.rejected)
        self._counters = counters
        self._is_batch = len(parsed.samples) + len(rejected) > 1
        self._next = 0  # the index that belongs to the next of `_places`
        self._places: Iterator[int] | None = None
        if rejected:
            places = {item.position for item in rejected}
            self._places = filterfalse(places.__contains__, count())
            for part in rejected:
                counters.add("samples_rejected", part.code)

    def add(self, index: int, error: Refusal) -> None:
        """Count a sample, and list it: number `index` of those that the parser read. The indexes must ascend.

        It counts as one of several, or as the message that it was alone in.
        """
        place = index
        if self._places is not None:  # between those that the parser rejected
            place = next(islice(self._places, index - self._next, None))
            self._next = index + 1
        _count(self._counters, "samples" if self._is_batch else "messages", error)
        insort(self.listed, Rejected(place, error.code, str(error)))
