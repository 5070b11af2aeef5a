"""The one door for data: parse, check, store, tell; counts every refusal. Refuses to know which transport a message took."""

import logging
import math
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import NamedTuple

from mqtt_plot.counters import Counters
from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Columns, Parsed, Rejected, Sample, series_tag
from mqtt_plot.series import Series
from mqtt_plot.store import Store
from mqtt_plot.tags import TopicMap, check_tag

log = logging.getLogger(__name__)


class Message(NamedTuple):
    """What a broker delivered: topic, payload, time of arrival (POSIX seconds), and whether it is a retained copy."""

    topic: str
    payload: bytes
    time: float
    is_retained: bool = False
    excess: int = 0  # bytes of a payload over the limit, which was passed by unread


class Receipt(NamedTuple):
    """What became of a batch: points stored, and the samples refused."""

    accepted: int
    rejected: list[Rejected]


def _ignore(topic: str, error: PayloadError | StoreFullError) -> None:
    pass


class Ingest:
    """Turns messages into stored samples. `on_refused` is told of every refusal, for verdicts and the log."""

    def __init__(
        self,
        store: Store,
        topics: TopicMap,
        rules: Rules,
        counters: Counters,
        on_refused: Callable[[str, PayloadError | StoreFullError], None] = _ignore,
    ) -> None:
        self.store = store
        self.rules = rules
        self.counters = counters
        self._topics = topics
        self._on_refused = on_refused

    def take_messages(self, messages: Iterable[Message]) -> None:
        """Store what a broker delivered. Never raises for what a message holds."""
        n = 0
        for message in messages:
            n += 1
            try:
                self._take_message(message)
            except (PayloadError, StoreFullError) as error:
                self._refuse(message.topic, error)
            except Exception:
                # Outermost frame of a message: a fault of ours costs this one, and not the flow of all that follow.
                if not self.counters.get("messages_rejected", "fault"):
                    log.exception(
                        "fault of ours with a message on %r; further ones are only counted", message.topic[:120]
                    )
                self.counters.add("messages_rejected", "fault")
        self.counters.add("messages_received", n=n)

    def _take_message(self, message: Message) -> None:
        tag = self._topics.tag(message.topic)
        if message.excess:
            raise PayloadError("too_large", f"expected at most {self.rules.max_payload} bytes, got {message.excess}")
        parsed = parse(message.payload, self.rules, message.time)
        if parsed.rejected:
            self._tell_rejected(message.topic, parsed.rejected)
        samples = parsed.samples
        take = self._take_retained if message.is_retained else self._store
        share = len(message.payload) // max(1, len(samples))
        is_batch = len(samples) + len(parsed.rejected) > 1
        heard: set[Series] = set()
        for sample in samples:
            field = sample.field
            try:
                take(tag if field is None else check_tag(f"{tag}/{field}"), sample, message.time, share, heard)
            except (PayloadError, StoreFullError) as error:
                self._refuse(message.topic, error, is_batch=is_batch)

    def take_body(self, body: bytes, now: float, parser: Callable[[bytes, Rules, float], Parsed] = parse) -> Receipt:
        """Store a POST body: one sample or a batch, each naming its tag. Raises PayloadError when the body as a whole is unusable."""
        self.counters.add("messages_received")
        try:
            parsed = parser(body, self.rules, now)
        except PayloadError as error:
            self._refuse("", error)
            raise
        self._tell_rejected("", parsed.rejected)
        return self.take_samples(parsed.samples, now, parsed.rejected, len(body))

    def take_samples(
        self, samples: Sequence[Sample | Columns], now: float, rejected: Iterable[Rejected] = (), size: int = 0
    ) -> Receipt:
        """Store samples that name their own tags; those refused are listed beside `rejected`, by their place in the batch."""
        refused = list(rejected)
        gone = {item.position for item in refused}
        places = (index for index in count() if index not in gone)
        accepted = 0
        share = size // max(1, len(samples))
        is_batch = len(samples) + len(gone) > 1
        heard: set[Series] = set()
        for sample, index in zip(samples, places, strict=False):
            try:
                accepted += self._store(check_tag(series_tag(sample.tag, sample.field)), sample, now, share, heard)
            except (PayloadError, StoreFullError) as error:
                self._refuse(sample.tag or "", error, is_batch=is_batch)
                refused.append(Rejected(index, _code(error), str(error)))
        refused.sort()
        return Receipt(accepted, refused)

    def _store(self, tag: str, sample: Sample | Columns, now: float, size: int, heard: set[Series]) -> int:
        """Store one sample, or columns, under `tag`; return the number of points.

        `size` is the sample's part of the message, `heard` the series that this message has spoken of: it counts once for each.
        """
        series = self._open(tag, sample)
        if series in heard:
            series.bytes += size
        else:
            heard.add(series)
            series.heard(now, size)
        stamp = _last_stamp(sample)
        if stamp is not None:
            series.saw_stamp(stamp - now)
        return self._append(series, sample, now)

    def _append(self, series: Series, sample: Sample | Columns, now: float) -> int:
        if isinstance(sample, Columns):
            n = len(sample.values)
            times = array("d", [now]) * n if sample.times is None else sample.times
            self.store.extend(series, times, sample.values)
        else:
            n = 1
            self.store.append(series, now if sample.time is None else sample.time, sample.value)
        self.counters.add("samples_stored", n=n)
        return n

    def _open(self, tag: str, sample: Sample | Columns) -> Series:
        series = self.store.open(tag)
        if sample.unit is not None and sample.unit != series.unit:
            series.unit = sample.unit
            self.store.describe(series)
        return series

    def _take_retained(self, tag: str, sample: Sample | Columns, now: float, _size: int, _heard: set[Series]) -> int:
        """A retained copy with its own time is history, stored once; without one it shows as "last known", never as a fresh point.

        Nothing of it counts as heard: it says when the broker spoke, not the device. What is not stored is counted
        (`samples_retained`: "last_known", or "held" for what the series has, or has newer).
        """
        series = self._open(tag, sample)
        last: float | str
        if isinstance(sample, Columns):
            oldest = None if sample.times is None else min(sample.times)
            last, n = sample.values[-1], len(sample.values)
        else:
            oldest, last, n = sample.time, sample.value, 1
        if oldest is not None and oldest > series.newest:
            return self._append(series, sample, now)
        if oldest is None and math.isnan(series.arrival):
            self.store.retain(series, last)
        self.counters.add("samples_retained", "last_known" if oldest is None else "held", n)
        return 0

    def _tell_rejected(self, topic: str, rejected: Iterable[Rejected]) -> None:
        for item in rejected:
            self._refuse(topic, PayloadError(item.code, item.reason), is_batch=True)

    def _refuse(self, topic: str, error: PayloadError | StoreFullError, *, is_batch: bool = False) -> None:
        """Count and tell a refusal: of a sample where others of the same message may be good, else of the message."""
        what = "samples" if is_batch else "messages"
        how = "refused" if isinstance(error, StoreFullError) else "rejected"
        self.counters.add(f"{what}_{how}", _code(error))
        self._on_refused(topic, error)


def _code(error: PayloadError | StoreFullError) -> str:
    return error.code if isinstance(error, PayloadError) else "tags_full"


def _last_stamp(sample: Sample | Columns) -> float | None:
    if isinstance(sample, Sample):
        return sample.time
    return None if sample.times is None else sample.times[-1]
