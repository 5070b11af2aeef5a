"""Samples that came over HTTP as messages for the broker, each with its time, so that every replica holds the same points.

The bridge stores them when they come back over its own subscription, as every other replica does. Knows nothing of the broker.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import count
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.encoder import encode_samples
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Columns, Parsed, Receipt, Rejected, Sample, series_tag
from mqtt_plot.store.store import Store
from mqtt_plot.tags import check_tag, to_topic


class Note(NamedTuple):
    """One message for the broker."""

    topic: str
    payload: bytes


Publish = Callable[[Sequence[Note]], Awaitable[None]]


class Republisher:
    """The door for POST bodies where `--republish` is set: parse, give each sample its time, hand it to the broker."""

    def __init__(self, ingest: Ingest, base: str, publish: Publish) -> None:
        self._ingest = ingest
        self._base = base
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
                to_topic(self._base, tag)
                by_tag.setdefault(tag, []).append(sample)
            except (PayloadError, StoreFullError) as error:
                refused.append(Rejected(place, error.code, str(error)))
        _count(ingest.counters, refused)
        notes = [
            Note(to_topic(self._base, tag), payload)
            for tag, samples in by_tag.items()
            for payload in encode_samples(samples, now)
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
