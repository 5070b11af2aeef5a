"""The results of the last messages, in words for a person: format and samples, or why it was refused. Reads no clock.

Refused and accepted messages have a ring each, so that a flood of good messages does not hide the bad one that a user looks for. Verdicts
are sampled: ten at once per topic and outcome, then one every half second, and PER_SECOND in all; `skipped` counts the rest.
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
    """The result of one message that arrived at `time` (POSIX seconds).

    `outcome` is stored, retained (last known value), described (a tag's meta), rejected (malformed) or refused (no room).
    It gave `samples` points; `rejected` parts could not be used, and `code` and `reason` say why.
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
        self._accepted: deque[Verdict] = deque(maxlen=limit - limit // 2)
        self._refused: deque[Verdict] = deque(maxlen=limit // 2)
        self._per_second = per_second
        self._second = 0
        self._left = {True: per_second, False: per_second}
        self._due: dict[tuple[str, str], float] = {}

    def count_against(self, received: Callable[[], int]) -> None:
        """Set what `skipped` is counted from: `received` returns the number of all messages."""
        self._received = received

    @property
    def skipped(self) -> int:
        """How many messages have no verdict, because too many came at once."""
        return max(0, self._received() - self.number)

    def has_room(self, now: float) -> bool:
        """Return True if there may be another verdict on an accepted message in this second. Once per batch is enough."""
        return int(now) != self._second or self._left[True] > 0

    def wants(self, topic: str, outcome: str, now: float) -> bool:
        """Return True if the caller must record a verdict on `topic` now."""
        if int(now) != self._second:
            self._second = int(now)
            self._left = {True: self._per_second, False: self._per_second}
        is_good = outcome in (STORED, RETAINED, DESCRIBED)
        if not self._left[is_good]:
            return False
        key = (topic, outcome)
        # The generic cell rate algorithm (ITU-T I.371): how far the topic has used its rate in advance.
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
        """Keep a verdict; it replaces the oldest of its ring."""
        self.number += 1
        ring = self._refused if verdict.outcome in (REJECTED, REFUSED) or verdict.rejected else self._accepted
        ring.append(verdict._replace(number=self.number, notes=verdict.notes[:MAX_NOTES]))

    def since(self, number: int, topic: str = "*") -> list[Verdict]:
        """Return the verdicts after `number` on topics that match the pattern `topic`, oldest first."""
        rings: Iterable[Iterable[Verdict]] = (self._accepted, self._refused)
        return [
            verdict
            for verdict in merge(*rings, key=lambda verdict: verdict.number)
            if verdict.number > number and fnmatchcase(verdict.topic, topic)
        ]


def excerpt(payload: bytes) -> str:
    """Return the beginning of a payload as text that is safe to show on any page or terminal."""
    text = payload[:EXCERPT_BYTES].decode(errors="backslashreplace")
    if not text.isprintable():
        text = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
    return text + ("…" if len(payload) > EXCERPT_BYTES else "")


Refusal = PayloadError | StoreFullError


class Reports:
    """Counts the results of messages, records verdicts, and logs the refusals among them. Times are POSIX seconds."""

    def __init__(self, counters: Counters) -> None:
        self.verdicts = Verdicts()
        self.verdicts.count_against(lambda: counters.get("messages_received"))
        self._counters = counters

    def refused(self, topic: str, payload: bytes, now: float, error: Refusal, *, size: int = 0) -> None:
        """Count a message of which nothing can be used, and give it a verdict; `size` is for one whose payload was not read."""
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
        stored: int,
        errors: Sequence[Rejected] = (),
        notes: tuple[str, ...] = (),
        is_retained: bool = False,
    ) -> None:
        """Give a message its verdict, if one is due: `stored` counts its points, `errors` are the parts that were refused."""
        outcome = STORED if stored or not errors else REJECTED
        if is_retained and not stored:
            outcome = RETAINED
        if not self.verdicts.wants(topic, outcome, now):
            return
        code, reason = (errors[0].code, errors[0].reason) if errors else ("", "")
        self._record(
            Verdict(
                now, topic, len(payload), outcome, parsed.format, stored, len(errors), code, reason, (*parsed.notes, *notes),
                excerpt(payload),
            )
        )  # fmt: skip

    def described(self, topic: str, payload: bytes, now: float, kind: str, note: str) -> None:
        """Count a message that describes tags, and give it a verdict."""
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
    """Counts the samples of one payload that its parser or ingest refuses; `listed` has them by their place in the payload."""

    __slots__ = ("_counters", "_is_batch", "_next", "_places", "listed")

    def __init__(self, counters: Counters, parsed: Parsed) -> None:
        self.listed = rejected = sorted(parsed.rejected)
        self._counters = counters
        self._is_batch = len(parsed.samples) + len(rejected) > 1
        self._next = 0  # the index of the sample at the next of `_places`
        self._places: Iterator[int] | None = None
        if rejected:
            places = {item.position for item in rejected}
            self._places = filterfalse(places.__contains__, count())
            for part in rejected:
                counters.add("samples_rejected", part.code)

    def add(self, index: int, error: Refusal) -> None:
        """Count and list number `index` of the samples that the parser read; indexes must ascend.

        A sample that is alone in its message counts as a refused message.
        """
        place = index
        if self._places is not None:  # between those that the parser rejected
            place = next(islice(self._places, index - self._next, None))
            self._next = index + 1
        _count(self._counters, "samples" if self._is_batch else "messages", error)
        insort(self.listed, Rejected(place, error.code, str(error)))
