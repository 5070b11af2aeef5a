"""From the raw values of a tag to those that are stored, as its meta says: counters unwrapped, counts scaled, bits split off. Pure.

Tags without any of it have no Shaping, and pay nothing. Gaps, words, true and false pass through unchanged.
"""

import math
from array import array
from collections.abc import Sequence

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.tag_metadata import LINEAR_FIELDS, SHAPE_FIELDS, Meta
from mqtt_plot.samples import Columns, Sample
from mqtt_plot.store.series import Series

RAW = "raw"  # the name below a tag where its raw values are kept


class Scale:
    """A straight line from raw to engineering values: value * gain + offset, or from one range to another."""

    __slots__ = ("_gain", "_high", "_low", "_offset", "_span", "_start")

    def __init__(self, meta: Meta) -> None:
        ends = meta.get("range")
        self._gain, self._offset = _number(meta, "gain", 1.0), _number(meta, "offset", 0.0)
        self._start, self._span, self._low, self._high = 0.0, 0.0, 0.0, 0.0
        if isinstance(ends, list):
            self._start, raw_high, self._low, self._high = map(float, ends)
            self._span = raw_high - self._start

    def __call__(self, raw: float) -> float:
        """Return the engineering value; both ends of a range come out exactly."""
        if self._span:
            part = (raw - self._start) / self._span
            return self._low * (1 - part) + self._high * part
        return raw * self._gain + self._offset

    def back(self, value: float) -> float:
        """Return the raw value."""
        if self._span:
            return self._start + (value - self._low) / (self._high - self._low) * self._span
        return (value - self._offset) / self._gain


class Unwrap:
    """A counter that begins anew after `turn`: of two ways from one value to the next the shorter one counts, forward or back."""

    __slots__ = ("_last", "turn")

    def __init__(self, turn: float, last: float = math.nan) -> None:
        self.turn = turn
        self._last = last

    def __call__(self, raw: float) -> float:
        """Return the count with all its turns; it begins where the counter stands."""
        if not math.isfinite(raw):
            return raw
        last = self._last
        total = raw if math.isnan(last) else raw + round((last - raw) / self.turn) * self.turn
        self._last = total
        return total


class Shaping:
    """What becomes of one tag's values; `bits` are those that have names, each a tag of its own below it."""

    __slots__ = ("_scale", "_unwrap", "asked", "bits", "keeps_raw")

    def __init__(self, meta: Meta) -> None:
        self.asked = asked_of(meta)
        bits = meta.get("bits")
        self.bits: Sequence[tuple[int, str]] = (
            [(int(bit), name) for bit, name in bits.items()] if isinstance(bits, dict) else ()
        )
        self._scale = None if LINEAR_FIELDS.isdisjoint(meta) else Scale(meta)
        self._unwrap = Unwrap(_number(meta, "wrap", 0.0)) if "wrap" in meta else None
        self.keeps_raw = meta.get("raw") is True and (self._scale is not None or self._unwrap is not None)

    def resume(self, value: float) -> None:
        """Go on counting from a stored value."""
        if self._unwrap is not None and math.isfinite(value):
            self._unwrap = Unwrap(self._unwrap.turn, value if self._scale is None else self._scale.back(value))

    def shape(self, sample: Sample | Columns) -> Sample | Columns:
        """Return the sample, or the columns, as they are stored. Raises PayloadError("bad_scaling") where that is no number."""
        if self._scale is None and self._unwrap is None:
            return sample
        if isinstance(sample, Columns):
            if sample.are_booleans:
                return sample
            values = array("d", map(self._shaped, sample.values))
            return Columns(values, sample.times, sample.tag, sample.unit, sample.field)
        if type(sample.value) is not float:
            return sample
        return Sample(self._shaped(sample.value), sample.time, sample.tag, sample.unit, sample.field)

    def _shaped(self, raw: float) -> float:
        value = raw if self._unwrap is None else self._unwrap(raw)
        if self._scale is not None:
            value = self._scale(value)
        if math.isinf(value):
            raise PayloadError(
                "bad_scaling", f"expected a number after scaling, got {value} from {raw:g}; see the tag's $meta"
            )
        return value


def shaping_of(meta: Meta, before: Shaping | None, series: Series) -> Shaping | None:
    """Return what `meta` asks for, None for nothing. What is asked for `before` stays as it is; a counter goes on from the last value stored.

    The values held by `series` are those of its own meta, which `meta` has not replaced yet.
    """
    asked = asked_of(meta)
    if not asked:
        return None
    if before is not None and before.asked == asked:
        return before
    shaping = Shaping(meta)
    if len(series.ring) and asked_of(series.meta) == asked:
        shaping.resume(series.ring.last()[1])
    return shaping


def asked_of(meta: Meta) -> dict[str, object]:
    """Return what a tag's meta says about shaping."""
    return {name: meta[name] for name in SHAPE_FIELDS if name in meta}


def _number(meta: Meta, name: str, default: float) -> float:
    raw = meta.get(name)
    return raw if isinstance(raw, float) else default


class _Computed(Shaping):
    """A tag that is computed here: no device may send it."""

    __slots__ = ()

    def shape(self, _sample: Sample | Columns) -> Sample | Columns:
        raise PayloadError(
            "computed_tag", "expected no samples of a tag that is computed here; send them under another name"
        )


COMPUTED = _Computed({})
