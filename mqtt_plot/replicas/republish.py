"""Samples that came over HTTP as messages for the broker, each with its time, so that every replica holds the same points.

The bridge stores them when they come back over its own subscription, as every other replica does. Knows nothing of the broker.
"""

import json
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, SettingsError, StoreFullError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Columns, Parsed, Receipt, Rejected, Sample, TwoState, series_tag
from mqtt_plot.store.store import Store
from mqtt_plot.tags import check_tag

# Points in one message: at most 45 bytes each with 17 digits of time and value, so it stays below the 256 KiB that brokers are set to.
MAX_POINTS = 4_000


class Note(NamedTuple):
    """One message for the broker."""

    topic: str
    payload: bytes


Publish = Callable[[Sequence[Note]], Awaitable[None]]


def topic_prefix(filters: Iterable[str]) -> str:
    """Return what comes before the tag in a topic: the fixed part of the first filter such as plot/#. Raises SettingsError."""
    for text in filters:
        prefix, wild, rest = text.partition("#")
        if wild and not rest and "+" not in prefix and not prefix.startswith("$"):
            return prefix
    raise SettingsError(
        f"expected a --topic such as plot/# to make topics from tags, got {' '.join(filters)} (--republish, --follow-on-demand)"
    )


def to_topic(prefix: str, tag: str) -> str:
    """Return the topic of `tag`. Raises PayloadError for a tag that no topic can carry (MQTT 5.0, 4.7.1)."""
    if "#" in tag or "+" in tag:
        raise PayloadError("bad_tag", f"expected a tag without + and #, which no topic can hold, got {tag!r:.80}")
    return prefix + tag


class Republisher:
    """The door for POST bodies where `--republish` is set: parse, give each sample its time, hand it to the broker."""

    def __init__(self, ingest: Ingest, prefix: str, publish: Publish) -> None:
        self._ingest = ingest
        self._prefix = prefix
        self._publish = publish

    async def accept_body(
        self, body: bytes, now: float, parser: Callable[[bytes, Rules, float], Parsed] = parse
    ) -> Receipt:
        """Publish a POST body and return when the broker has it. Raises PayloadError as Ingest does, and what `publish` raises."""
        ingest = self._ingest
        try:
            parsed = parser(body, ingest.rules, now)
        except PayloadError:
            return ingest.accept_body(body, now, parser)  # which counts the refusal, and raises
        refused = list(parsed.rejected)
        gone = {item.position for item in refused}
        places = (place for place in count() if place not in gone)
        by_tag: dict[str, list[Sample | Columns]] = {}
        for sample, place in zip(parsed.samples, places, strict=False):
            try:
                tag = _allowed(check_tag(series_tag(sample.tag, sample.field)), ingest.store, by_tag)
                to_topic(self._prefix, tag)
                by_tag.setdefault(tag, []).append(sample)
            except (PayloadError, StoreFullError) as error:
                refused.append(Rejected(place, error.code, str(error)))
        _count(ingest.counters, refused)
        notes = [
            Note(to_topic(self._prefix, tag), payload)
            for tag, samples in by_tag.items()
            for payload in payloads(samples, now)
        ]
        if notes:
            await self._publish(notes)
        accepted = sum(len(s.values) if isinstance(s, Columns) else 1 for samples in by_tag.values() for s in samples)
        ingest.counters.add("samples_republished", n=accepted)
        return Receipt(accepted, sorted(refused))


def _allowed(tag: str, store: Store, coming: Iterable[str]) -> str:
    """Return `tag`, or raise StoreFullError now for what would be refused when it comes back."""
    known = set(coming)
    if tag not in store and tag not in known and len(store) + len(known) >= store.limits.max_tags:
        raise StoreFullError(f"expected at most {store.limits.max_tags} tags (--max-tags), so {tag!r:.80} is refused")
    return tag


def _count(counters: Counters, refused: Iterable[Rejected]) -> None:
    for item in refused:
        counters.add("samples_rejected", item.code)


def payloads(samples: Sequence[Sample | Columns], now: float) -> list[bytes]:
    """Return the payloads that carry samples of one tag, in order; those without a time get `now`."""
    made = []
    single: list[dict[str, object]] = []
    for sample in samples:
        if isinstance(sample, Columns):
            made += [*_batches(single), *_columns(sample, now)]
            single = []
        else:
            single.append(_object(sample, now))
    return [*made, *_batches(single)]


def _object(sample: Sample, now: float) -> dict[str, object]:
    value = sample.value
    item: dict[str, object] = {"value": _or_gap(value), "ts": now if sample.time is None else sample.time}
    if sample.unit is not None:
        item["unit"] = sample.unit
    return item


def _batches(items: list[dict[str, object]]) -> list[bytes]:
    if len(items) == 1:
        return [_encoded(items[0])]
    return [_encoded(items[start : start + MAX_POINTS]) for start in range(0, len(items), MAX_POINTS)]


def _columns(columns: Columns, now: float) -> list[bytes]:
    times = [now] * len(columns.values) if columns.times is None else columns.times.tolist()
    unit = {} if columns.unit is None else {"unit": columns.unit}
    meant = bool if columns.are_booleans else _or_gap
    parts = range(0, len(times), MAX_POINTS)
    return [
        _encoded(
            {
                "value": [meant(value) for value in columns.values[start : start + MAX_POINTS]],
                "ts": times[start : start + MAX_POINTS],
                **unit,
            }
        )
        for start in parts
    ]


def _or_gap(value: float | str) -> float | str | None:
    if isinstance(value, TwoState):
        return value.word
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _encoded(item: object) -> bytes:
    return json.dumps(item, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
