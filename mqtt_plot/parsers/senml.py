"""SenML packs (RFC 8428), from JSON or CBOR: base fields resolved, times made absolute. Knows nothing of bytes."""

import math

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import cbor
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.values import text_to_value, to_finite, to_unit
from mqtt_plot.samples import FARTHEST, Parsed, Sample
from mqtt_plot.tags import check_tag

# RFC 8428 section 4.4: below this a time counts from now.
_RELATIVE = 2**28
_VERSION = 10
# A record takes about three microseconds.
MAX_RECORDS = 2_500
# RFC 8428 section 6, table 4.
_CBOR_LABELS: dict[object, str] = {
    -1: "bver", -2: "bn", -3: "bt", -4: "bu", -5: "bv", -6: "bs",
    0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb", 5: "s", 6: "t", 7: "ut", 8: "vd",
}  # fmt: skip
_VALUES = ("v", "vs", "vb", "vd")
_BASES = frozenset({"bn", "bt", "bu", "bv", "bs", "bver"})
_MARKS = frozenset({"bn", "bt", "bu", "bv", "bs", "bver"})


def is_pack(items: list[object]) -> bool:
    """Tell whether a decoded array is a SenML pack, by its first record."""
    first = items[0] if items else None
    if not isinstance(first, dict) or "value" in first:
        return False
    return not _MARKS.isdisjoint(first) or ("n" in first and any(name in first for name in (*_VALUES, "s")))


def as_pack(item: dict[str, object]) -> list[object]:
    """Return the pack of an object as drafts of SenML had it (`{"bn": "dev1/", "e": [{"n": "temp", "v": 21.5}]}`); [] for any other object."""
    entries = item.get("e")
    if not isinstance(entries, list) or _MARKS.isdisjoint(item):
        return []
    return [{key: raw for key, raw in item.items() if key != "e"}, *entries]


def parse_cbor(payload: bytes, context: Context) -> Parsed:
    """Return the samples of SenML in CBOR. Raises PayloadError when it is none."""
    pack = cbor.loads(payload)
    if not isinstance(pack, list) or not pack or not all(isinstance(record, dict) for record in pack):
        raise PayloadError("not_a_sample", "expected a SenML pack (an array of maps) in CBOR, got something else")
    records: list[object] = [
        {_CBOR_LABELS.get(key, str(key)): value for key, value in record.items()} for record in pack
    ]
    return parse_pack(records, context, "senml cbor")


def parse_pack(records: list[object], context: Context, name: str = "senml json") -> Parsed:
    """Return the samples of a pack, each with the resolved name as its field; refused records are listed by their place."""
    context.check_batch_size(len(records))
    if len(records) > MAX_RECORDS:
        raise PayloadError(
            "batch_too_large", f"expected at most {MAX_RECORDS} SenML records, got {len(records)}; send several"
        )
    base = _Base(context)
    samples: list[Sample] = []
    for position, record in enumerate(records):
        try:
            samples += base.resolve(record)
        except PayloadError as error:
            context.reject(position, error)
    return Parsed(name, samples, context.rejected, context.notes)


class _Base:
    """The base fields so far, and the unit that each name was first seen with."""

    def __init__(self, context: Context) -> None:
        self._reading = context
        self._name = ""
        self._time = 0.0
        self._unit: object = None
        self._value: float | None = None
        self._sum: float | None = None
        self._fields: dict[str, str | None] = {}  # a name that passed check_tag, and its unit

    def resolve(self, record: object) -> list[Sample]:
        """Return the samples of one record: none where it only sets base fields."""
        if not isinstance(record, dict):
            raise PayloadError("not_a_sample", f"expected a SenML record, got {shown(record)}")
        self._rebase(record)
        values = [name for name in _VALUES if name in record]
        if len(values) > 1:
            raise PayloadError("not_a_sample", f"expected one value in a SenML record, got {' and '.join(values)}")
        total = self._total(record)
        if not values and total is None and (self._value is None or not ("n" in record or "t" in record)):
            if "n" in record and _BASES.isdisjoint(record):
                raise PayloadError(
                    "no_value", f"expected v, vs, vb or s in a SenML record, got only a name, {shown(record['n'])}"
                )
            return []
        field, unit = self._field(record)
        time = self._seconds(record)
        samples = []
        if values or total is None:
            value = self._plain(record, values[0] if values else "v", field)
            if value is not None:
                samples.append(Sample(value, time, None, unit, field))
        if total is not None:
            samples.append(Sample(total, time, None, None, f"{field}/sum"))
        return samples

    def _rebase(self, record: dict[str, object]) -> None:
        for label in record:
            if label[-1:] == "_":
                raise PayloadError(
                    "not_a_sample", f"expected SenML fields of RFC 8428, got {label!r:.40}, which must be understood"
                )
        if _MARKS.isdisjoint(record):
            return
        version = record.get("bver", _VERSION)
        if not isinstance(version, int) or version > _VERSION:
            raise PayloadError("not_a_sample", f"expected SenML of version {_VERSION} at most, got {shown(version)}")
        if "bn" in record:
            self._name = _text(record["bn"], "bn")
        if "bt" in record:
            self._time = _number(record["bt"], "bt")
        self._unit = record.get("bu", self._unit)
        if "bv" in record:
            self._value = _number(record["bv"], "bv")
        if "bs" in record:
            self._sum = _number(record["bs"], "bs")

    def _field(self, record: dict[str, object]) -> tuple[str, str | None]:
        """Return the resolved name and the unit. A name that comes with several units is several series: name/unit."""
        name = (self._name + _text(record.get("n", ""), "n")).strip("/")
        raw = record.get("u", self._unit)
        unit = to_unit(raw) if raw is not None else None
        if name not in self._fields:
            if not name:
                raise PayloadError("bad_tag", "expected a name in 'n' or 'bn' of a SenML record, got none")
            self._fields[check_tag(name)] = unit
        if unit is not None and unit != self._fields[name]:
            if self._fields[name] is not None:
                return f"{name}/{unit}", unit
            self._fields[name] = unit
        return name, unit

    def _plain(self, record: dict[str, object], label: str, field: str) -> float | str | None:
        match label:
            case "v":
                return to_finite(_number(record.get("v", 0.0), "v") + (self._value or 0.0))
            case "vs":
                return text_to_value(_text(record["vs"], "vs"), self._reading)
            case "vb":
                if not isinstance(record["vb"], bool):
                    raise PayloadError("no_value", f"expected true or false in 'vb', got {shown(record['vb'])}")
                return record["vb"]
            case _:
                self._reading.note(f"{field}: binary data in 'vd' is not plotted")
                return None

    def _total(self, record: dict[str, object]) -> float | None:
        if "s" not in record:
            return None
        return to_finite(_number(record["s"], "s") + (self._sum or 0.0))

    def _seconds(self, record: dict[str, object]) -> float | None:
        """Return absolute seconds; None, the time of arrival, where the pack says nothing of time."""
        seconds = self._time + (_number(record["t"], "t") if "t" in record else 0.0)
        if seconds == 0:
            return None
        if seconds < _RELATIVE:
            seconds += self._reading.now
        if not abs(seconds) < FARTHEST:  # also what is no number
            raise PayloadError(
                "bad_time", f"expected seconds since 1970 from 'bt' and 't' of a SenML record, got {seconds:g}"
            )
        return seconds


def _number(raw: object, label: str) -> float:
    if type(raw) is float and math.isfinite(raw):
        return raw
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return math.nan
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise PayloadError("not_a_number", f"expected a number in {label!r} of a SenML record, got {shown(raw)}")
    return to_finite(raw)


def _text(raw: object, label: str) -> str:
    if not isinstance(raw, str):
        raise PayloadError("not_a_sample", f"expected a text in {label!r} of a SenML record, got {shown(raw)}")
    return raw
