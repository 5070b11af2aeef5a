"""One message, or body, on its way into the series of its tags. Knows nothing of topics and formats."""

from collections.abc import Callable, Sequence

from mqtt_plot.ingest.routing import Routing, TagState
from mqtt_plot.ingest.shaping import RAW, Shaping
from mqtt_plot.ingest.writer import SampleWriter
from mqtt_plot.samples import Columns, Sample, SampleRows, bit_of
from mqtt_plot.store.series import Series
from mqtt_plot.tags import check_tag


class Delivery:
    """The samples of a message of `size` bytes that came at `now`. It counts once for each series in it."""

    __slots__ = ("_heard", "_now", "_routing", "_share", "_writer")

    def __init__(self, routing: Routing, writer: SampleWriter, now: float, size: int, samples: int) -> None:
        self._routing = routing
        self._writer = writer
        self._now = now
        self._share = size // max(1, samples)  # bytes per sample
        self._heard: dict[Series, Sample | Columns] = {}  # the last sample of each

    def write(self, state: TagState, sample: Sample | Columns, *, is_shaped: bool = False) -> int:
        """Store a sample, or a column of them; return how many were stored."""
        series = state.series
        before = self._heard.get(series)
        if before is not None:
            series.bytes += self._share
            if _are_twins(before, sample):
                self._writer.doubt_twins(series)
        else:
            series.heard(self._now, self._share)
        self._heard[series] = sample
        if state.shaping is not None and not is_shaped:
            return self._write_shaped(state, state.shaping, sample)
        return self._writer.write(state, sample, self._now)

    def _write_shaped(self, state: TagState, shaping: Shaping, sample: Sample | Columns) -> int:
        """Store what becomes of a sample; on wish its raw value, and the bits that have names, each as a tag of its own below."""
        stored = self._writer.write(state, shaping.shape(sample), self._now)
        parts = [(name, bit_of(sample, bit)) for bit, name in shaping.bits]
        if shaping.keeps_raw:
            parts.append((RAW, sample))
        for name, part in parts:
            if part is not None:
                below = self._routing.open(check_tag(f"{state.series.tag}/{name}"))
                below.series.heard(self._now, 0)
                self._writer.write(below, part, self._now)
        return stored

    def write_rows(self, samples: Sequence[Sample | Columns], find: Callable[[str | None], TagState | None]) -> int:
        """Store rows tag by tag, which takes a tenth of the time; return 0 where that is not the same as one by one."""
        if not isinstance(samples, SampleRows):
            return 0
        found: dict[TagState, Columns] = {}
        for tag, columns in samples.columns().items():
            state = find(tag)
            if state is None or state in found or not self._writer.takes_at_once(state, columns, self._now):
                return 0
            found[state] = columns
        for state, columns in found.items():
            state.series.heard(self._now, self._share * len(columns.values))
            self._writer.write_at_once(state, columns, self._now)
        return len(samples)


def _are_twins(one: Sample | Columns, other: Sample | Columns) -> bool:
    """Tell whether two samples of one series, which were named here and not by their sender, contradict each other."""
    return (
        type(one) is type(other) is Sample
        and one.field is not None
        and one.tag is None
        and one.time == other.time
        and one.value != other.value
        and (one.value == one.value or other.value == other.value)
    )
