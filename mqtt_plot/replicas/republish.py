"""Publishes samples that came over HTTP, each with its time, so that every replica holds the same points.

This bridge stores them when they come back over its own subscription, as every other replica does. Knows nothing of the broker.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.verdicts import Refusals
from mqtt_plot.parsers.encoder import encode_samples
from mqtt_plot.samples import Columns, Parsed, Receipt, Sample, series_tag
from mqtt_plot.store.store import Store
from mqtt_plot.tags import check_tag, to_topic


class Publication(NamedTuple):
    """One message for the broker."""

    topic: str
    payload: bytes


Publish = Callable[[Sequence[Publication]], Awaitable[None]]


class Republisher:
    """Accepts samples for `--republish`: gives each a time and publishes it. `base` is the part of a topic before the tag."""

    def __init__(self, ingest: Ingest, base: str, publish: Publish) -> None:
        self._ingest = ingest
        self._base = base
        self._publish = publish

    async def accept(self, parsed: Parsed, now: float) -> Receipt:
        """Publish the samples of a POST body and return when the broker has them. Raises what `publish` raises."""
        store = self._ingest.store
        refused = Refusals(self._ingest.counters, parsed)
        by_tag: dict[str, list[Sample | Columns]] = {}
        new: set[str] = set()  # tags that the store does not have yet
        accepted = 0
        for index, sample in enumerate(parsed.samples):
            try:
                tag = check_tag(series_tag(sample.tag, sample.field))
                to_topic(self._base, tag)
                if tag not in store and tag not in new:
                    _check_room(store, len(new), tag)
                    new.add(tag)
            except (PayloadError, StoreFullError) as error:
                refused.add(index, error)
            else:
                by_tag.setdefault(tag, []).append(sample)
                accepted += len(sample.values) if isinstance(sample, Columns) else 1
        notes = [
            Publication(to_topic(self._base, tag), payload)
            for tag, samples in by_tag.items()
            for payload in encode_samples(samples, now)
        ]
        if notes:
            await self._publish(notes)
        self._ingest.counters.add("samples_republished", n=accepted)
        return Receipt(accepted, refused.listed, parsed.notes)


def _check_room(store: Store, coming: int, tag: str) -> None:
    """Refuse a tag now that the store would refuse when it comes back. Raises StoreFullError."""
    limit = store.limits.max_tags
    if len(store) + coming >= limit:
        raise StoreFullError(f"expected at most {limit} tags (--max-tags), so the new tag {tag!r:.80} is refused")
