"""Where the rows of a replay go: into this bridge, or to the broker for everybody."""

import math
from array import array
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from mqtt_plot.errors import PayloadError, ReplayError, StoreFullError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.parsers.encoder import encode_point
from mqtt_plot.recordings.replay_tags import ReplayTags
from mqtt_plot.recordings.row import Row
from mqtt_plot.samples import Columns, Sample

Stamped = tuple[float | None, Row]


class Sink(Protocol):
    """Takes rows in their order; returns in words what was refused of them, one text per kind of fault."""

    async def put(self, rows: Sequence[Stamped]) -> list[str]: ...


class IngestSink:
    """Rows into this bridge, through ingest. `columns` are those of a wide file; the rows of a long one name their tags."""

    def __init__(
        self,
        ingest: Ingest,
        tags: ReplayTags,
        columns: Sequence[str],
        clock: Callable[[], float],
        *,
        skips_empty: bool = False,
        has_own_spacing: bool = False,
    ) -> None:
        self._ingest = ingest
        self._tags = tags
        self._columns = columns
        self._clock = clock
        self._skips_empty = skips_empty
        self._has_own_spacing = has_own_spacing
        self._last: dict[str, float] = {}  # tag → newest stamp

    async def put(self, rows: Sequence[Stamped]) -> list[str]:
        samples, refused = self._samples(rows)
        receipt = self._ingest.accept_samples(samples, self._clock())
        refused += [item.reason for item in receipt.rejected]
        if self._has_own_spacing:
            self._note_spacing(samples)
        return list(dict.fromkeys(refused))

    def _samples(self, rows: Sequence[Stamped]) -> tuple[list[Sample | Columns], list[str]]:
        if rows[0][1].tag is not None:
            return self._long(rows)
        tags = [self._tags.open(name) for name in self._columns]
        stamps = [stamp for stamp, _ in rows]
        samples = list[Sample | Columns]()
        for tag, values in zip(tags, zip(*(row.values for _, row in rows), strict=True), strict=True):
            samples += self._column(tag, stamps, values)
        return samples, []

    def _column(
        self, tag: str, stamps: Sequence[float | None], values: Sequence[float | str], unit: str | None = None
    ) -> Sequence[Sample | Columns]:
        if self._skips_empty:
            kept = [(stamp, value) for stamp, value in zip(stamps, values, strict=True) if not is_gap(value)]
            if not kept:
                return []
            stamps, values = zip(*kept, strict=True)
        # Columns are faster, but say nothing of words, and of true and false.
        numbers = [value for value in values if type(value) is float]
        if len(values) == 1 or len(numbers) < len(values):
            return [Sample(value, stamp, tag, unit) for stamp, value in zip(stamps, values, strict=True)]
        times = [stamp for stamp in stamps if stamp is not None]
        return [Columns(array("d", numbers), array("d", times) if times else None, tag, unit)]

    def _long(self, rows: Sequence[Stamped]) -> tuple[list[Sample | Columns], list[str]]:
        refused = list[str]()
        cells: dict[tuple[str, str | None], list[tuple[float | None, float | str]]] = {}  # by tag and unit
        for stamp, row in rows:
            try:
                cells.setdefault((self._tags.open(row.tag or ""), row.unit), []).append((stamp, row.values[0]))
            except (PayloadError, StoreFullError, ReplayError) as error:
                refused.append(str(error))
        samples = list[Sample | Columns]()
        for (tag, unit), points in cells.items():
            stamps, values = zip(*points, strict=True)
            samples += self._column(tag, stamps, values, unit)
        return samples, refused

    def _note_spacing(self, samples: Sequence[Sample | Columns]) -> None:
        """A recording that runs at another pace than it was made: the interval that tells late from usual is that of its stamps."""
        for sample in samples:
            stamps = sample.times if isinstance(sample, Columns) else [sample.time]
            if not stamps or stamps[-1] is None or sample.tag is None:
                continue
            before = self._last.get(sample.tag)
            self._last[sample.tag] = stamps[-1]
            series = self._ingest.store.get(sample.tag)
            if before is not None and series is not None:
                series.spaced((stamps[-1] - before) / len(stamps))


def is_gap(value: float | str) -> bool:
    """Tell whether a value is none: an empty cell."""
    return isinstance(value, float) and math.isnan(value)


# Sends a payload to a topic, and returns when the next may follow.
Publish = Callable[[str, bytes], Awaitable[None]]


class BrokerSink:
    """Rows as messages, one per value: `{"value", "ts"}` with its own time, or the bare value where arrival counts."""

    def __init__(
        self,
        publish: Publish,
        topic: Callable[[str], str],
        columns: Sequence[str],
        *,
        has_stamps: bool,
        skips_empty: bool = False,
    ) -> None:
        self._publish = publish
        self._topic = topic
        self._columns = columns
        self._has_stamps = has_stamps
        self._skips_empty = skips_empty

    async def put(self, rows: Sequence[Stamped]) -> list[str]:
        refused = list[str]()
        for stamp, row in rows:
            names = self._columns if row.tag is None else (row.tag,)
            for name, value in zip(names, row.values, strict=True):
                if self._skips_empty and is_gap(value):
                    continue
                try:
                    topic = self._topic(name)
                except (PayloadError, StoreFullError, ReplayError) as error:
                    refused.append(str(error))
                    continue
                await self._publish(topic, encode_point(value, stamp if self._has_stamps else None, row.unit))
        return list(dict.fromkeys(refused))
