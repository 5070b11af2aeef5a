"""The one door for data: parse, check, store, tell; counts every refusal. Refuses to know which transport a message took."""

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


class Message(NamedTuple):
    """What a broker delivered: topic, payload, time of arrival (POSIX seconds), and whether it is a retained copy."""

    topic: str
    payload: bytes
    time: float
    is_retained: bool = False


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
        self.counters.add("messages_received", n=n)

    def _take_message(self, message: Message) -> None:
        tag = self._topics.tag(message.topic)
        parsed = parse(message.payload, self.rules, message.time)
        for refused in parsed.rejected:
            self.counters.add("samples_rejected", refused.code)
        samples = parsed.samples
        size = len(message.payload)
        now = message.time
        if message.is_retained:
            self._take_retained(tag, samples, now)
            return
        for sample in samples:
            field = sample.field
            self._store(tag if field is None else check_tag(f"{tag}/{field}"), sample, now, size)
            size = 0  # the message counts once, with its first sample

    def take_body(self, body: bytes, now: float, parser: Callable[[bytes, Rules, float], Parsed] = parse) -> Receipt:
        """Store a POST body: one sample or a batch, each naming its tag. Raises PayloadError when the body as a whole is unusable."""
        self.counters.add("messages_received")
        try:
            parsed = parser(body, self.rules, now)
        except PayloadError as error:
            self._refuse("", error)
            raise
        for refused in parsed.rejected:
            self.counters.add("samples_rejected", refused.code)
        return self.take_samples(parsed.samples, now, parsed.rejected, len(body))

    def take_samples(
        self, samples: Sequence[Sample | Columns], now: float, rejected: Iterable[Rejected] = (), size: int = 0
    ) -> Receipt:
        """Store samples that name their own tags; those refused are listed beside `rejected`, by their place in the batch."""
        refused = list(rejected)
        gone = {item.position for item in refused}
        places = (index for index in count() if index not in gone)
        accepted = 0
        for sample, index in zip(samples, places, strict=False):
            try:
                accepted += self._store(
                    check_tag(series_tag(sample.tag, sample.field)), sample, now, size // len(samples)
                )
            except (PayloadError, StoreFullError) as error:
                self._refuse(sample.tag or "", error)
                refused.append(Rejected(index, _code(error), str(error)))
        refused.sort()
        return Receipt(accepted, refused)

    def _store(self, tag: str, sample: Sample | Columns, now: float, size: int) -> int:
        """Store one sample, or columns, under `tag`; return the number of points."""
        store = self.store
        series = store.open(tag)
        if sample.unit is not None and sample.unit != series.unit:
            series.unit = sample.unit
            store.describe(series)
        series.heard(now, size)
        if isinstance(sample, Columns):
            return self._store_columns(series, sample, now)
        time = sample.time
        if time is None:
            time = now
        else:
            series.saw_stamp(time - now)
        store.append(series, time, sample.value)
        self.counters.add("samples_stored")
        return 1

    def _store_columns(self, series: Series, columns: Columns, now: float) -> int:
        n = len(columns.values)
        times = columns.times
        if times is None:
            times = array("d", [now]) * n
        else:
            series.saw_stamp(times[-1] - now)
        self.store.extend(series, times, columns.values)
        self.counters.add("samples_stored", n=n)
        return n

    def _take_retained(self, tag: str, samples: Sequence[Sample | Columns], now: float) -> None:
        """A retained copy with its own time is history, stored once; without one it shows as "last known", never as a fresh point."""
        for sample in samples:
            field = sample.field
            series = self.store.open(tag if field is None else check_tag(f"{tag}/{field}"))
            if sample.unit is not None and sample.unit != series.unit:
                series.unit = sample.unit
                self.store.describe(series)
            if isinstance(sample, Columns):
                if sample.times is not None and min(sample.times) > series.newest:
                    self._store_columns(series, sample, now)
            elif sample.time is None:
                self._keep_last_known(series, sample.value)
            elif sample.time > series.newest:
                self.store.append(series, sample.time, sample.value)
                self.counters.add("samples_stored")

    def _keep_last_known(self, series: Series, value: float | str) -> None:
        self.counters.add("samples_retained")
        if math.isnan(series.arrival):
            series.retained = series.to_number(value)
        self.store.changed.add(series)

    def _refuse(self, topic: str, error: PayloadError | StoreFullError) -> None:
        self.counters.add(
            "messages_refused" if isinstance(error, StoreFullError) else "messages_rejected", _code(error)
        )
        self._on_refused(topic, error)


def _code(error: PayloadError | StoreFullError) -> str:
    return error.code if isinstance(error, PayloadError) else "tags_full"
