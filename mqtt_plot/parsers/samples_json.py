"""The project's own JSON: one sample as an object, an array of such objects, or columns of equal length."""

import math
from array import array
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import telegraf_json
from mqtt_plot.parsers.context import Context, Rules
from mqtt_plot.parsers.flatten import Leaves
from mqtt_plot.parsers.records import find_record, own_name, speakers_of, unit_of
from mqtt_plot.parsers.stamps import has_stamp, rank
from mqtt_plot.parsers.timestamps import cost, to_seconds
from mqtt_plot.parsers.values import is_number, to_finite, to_unit, to_value
from mqtt_plot.samples import EARLIEST, LATEST, Columns, Parsed, Rejected, Sample
from mqtt_plot.tags import check_tag

ARRAY = "json array"
# A sample of an array takes a microsecond or more; columns take a tenth of that.
MAX_OBJECTS = 5_000
_LARGEST = 2**1000  # of the whole numbers that a float surely holds
_LOOKED_AT = 100  # values of a column that tell whether it is one


def plain_sample(item: dict[str, object], rules: Rules) -> Sample | None:
    """Return the sample of a number and perhaps its time, unit and tag, which is what most messages are; None for any other object.

    Raises PayloadError for a unit or tag that cannot be one.
    """
    value = item.get("value")
    if type(value) is int and -_LARGEST < value < _LARGEST:
        value = float(value)
    if type(value) is not float or value - value != 0:
        return None
    return Sample(value) if len(item) == 1 else _described(item, value, rules)


def _described(item: dict[str, object], value: float, rules: Rules) -> Sample | None:
    """Return the sample with what stands beside its value; None where that is anything else."""
    time = unit = tag = None
    known = 1
    stamp = item.get("ts")
    if stamp is not None:
        if type(stamp) is not float and type(stamp) is not int:
            return None
        time = float(stamp) if EARLIEST <= stamp <= LATEST else _scaled(stamp, rules)
        known = 2 if time is not None else 0
    raw = item.get("unit")
    if raw is not None:
        unit = to_unit(raw)
        known += 1
    raw = item.get("tag")
    if raw is not None:
        tag = check_tag(raw)
        known += 1
    return Sample(value, time, tag, unit) if known == len(item) else None


def _scaled(stamp: float, rules: Rules) -> float | None:
    """Return the time of a number that is none in seconds; one out of this world is for ingest to put aside, which counts it."""
    try:
        return to_seconds(stamp, rules.zone)
    except PayloadError:
        return None


def parse_any_object(item: dict[str, object], context: Context) -> Parsed:
    """Return what one object says: a sample, columns, or the values inside it. Raises PayloadError if that is nothing."""
    sample = plain_sample(item, context.rules) or _columns(item, context)
    if sample is not None:
        return Parsed("json", [sample], notes=context.notes)
    if telegraf_json.is_metric(item):
        return telegraf_json.parse_metrics(item, context)
    samples = Leaves(context).find_one(item)
    if not samples:
        raise _nothing_in(item, context)
    is_one = len(samples) == 1 and samples[0].field is None and not context.rejected
    speakers = () if "value" in item else speakers_of(item)
    if speakers and find_record(item) is not None:
        speakers = ()  # its name is in the field already
    return Parsed("json" if is_one else "json object", samples, context.rejected, context.notes, speakers=speakers)


def _columns(item: dict[str, object], context: Context) -> Columns | None:
    """Return the columns that an object has under 'value', None where that is something else."""
    raw = item.get("value")
    if type(raw) is not list or any(type(one) in (dict, list) for one in raw[:_LOOKED_AT]):
        return None
    stamps = next((item[key] for key in item if rank(key) is not None and isinstance(item[key], list)), None)
    tag = item.get("tag")
    return _parse_columns(item, raw, stamps, None if tag is None else check_tag(tag), context)


def _nothing_in(item: dict[str, object], context: Context) -> PayloadError:
    if context.rejected:
        return PayloadError(context.rejected[0].code, context.rejected[0].reason)
    if context.notes:
        return PayloadError("no_value", f"expected a number in the object, got none: {context.notes[0]}")
    return PayloadError("no_value", f"expected a number in 'value', got an object with {names_of(item)}")


def parse_array(items: list[object], context: Context) -> Parsed:
    """Return what an array says: a batch of samples over time or of several tags, or values named by their place.

    A batch keeps its good samples and lists the bad ones.
    """
    if not items:
        raise PayloadError("empty", "expected at least one sample in the array, got none")
    context.check_batch_size(len(items))
    if _is_batch(items):
        return _parse_batch(items, context)
    samples = Leaves(context).find(items)
    if not samples:
        first = context.rejected[0] if context.rejected else Rejected(0, "not_a_sample", "")
        raise PayloadError(first.code, first.reason or f"expected samples or numbers in the array, got {shown(items)}")
    return Parsed(ARRAY, samples, context.rejected, context.notes)


def _is_batch(items: list[object]) -> bool:
    """Tell whether objects are samples by themselves: with a value, a tag, or a time of their own."""
    first = next((item for item in items if isinstance(item, dict)), None)
    return first is not None and (
        "value" in first or "tag" in first or find_record(first) is not None or has_stamp(first)
    )


def _parse_batch(items: list[object], context: Context) -> Parsed:
    if len(items) > MAX_OBJECTS:
        raise PayloadError(
            "batch_too_large",
            f"expected at most {MAX_OBJECTS} samples in one array, got {len(items)}; send several, or columns",
        )
    samples: list[Sample | Columns] = []
    leaves = Leaves(context)
    names: Counter[str] | None = None
    for index, item in enumerate(items):
        try:
            sample = (plain_sample(item, context.rules) or _columns(item, context)) if isinstance(item, dict) else None
            if sample is not None:
                samples.append(sample)
                continue
            names = _names_of(items) if names is None else names
            samples += _parse_item(item, leaves, context, index, names)
        except PayloadError as error:
            context.reject(index, error)
    return Parsed(ARRAY, samples, context.rejected, context.notes)


def _names_of(items: list[object]) -> Counter[str]:
    """Count the names of objects that have no time of their own: equal ones need their place beside, or they would mix."""
    return Counter(
        name
        for item in items[:MAX_OBJECTS]
        if isinstance(item, dict) and not has_stamp(item) and (name := own_name(item)) is not None
    )


def _parse_item(item: object, leaves: Leaves, context: Context, index: int, names: Counter[str]) -> list[Sample]:
    if not isinstance(item, dict):
        raise PayloadError("not_a_sample", f"expected an object with 'value' in the array, got {shown(item)}")
    refused = len(context.rejected)
    if telegraf_json.is_metric(item):
        return list(telegraf_json.parse_metric(item, context))
    found = leaves.find_one(item, index, is_unique=names.get(own_name(item) or "", 1) == 1)
    if not found and len(context.rejected) == refused:
        raise _nothing_in(item, context)
    return found


def _parse_columns(
    item: dict[str, object], raw: list[object], stamps: object, tag: str | None, context: Context
) -> Columns:
    context.check_batch_size(len(raw))
    if not raw:
        raise PayloadError("empty", "expected at least one number in 'value', got an empty array")
    times = None
    if stamps is None and (name := next((key for key in item if rank(key) is not None and item[key] is not None), "")):
        raise PayloadError(
            "bad_columns", f"expected {name!r} and 'value' of equal length, got one time and {len(raw)} values"
        )
    if isinstance(stamps, list):
        if len(stamps) != len(raw):
            raise PayloadError(
                "bad_columns", f"expected 'ts' and 'value' of equal length, got {len(stamps)} and {len(raw)}"
            )
        times = _iso_column(stamps) or _column(stamps, lambda stamp: _stamp(stamp, context), _plain_seconds)
    values = _column(raw, lambda one: _number(one, context), _all_finite)
    are_booleans = type(raw[0]) is bool and set(map(type, raw)) == {bool}
    return Columns(
        values, times, tag, unit_of(item) if "unit" not in item else to_unit(item["unit"]), are_booleans=are_booleans
    )


def _stamp(stamp: object, context: Context) -> float:
    """Return the time of one value of a column; one that cannot be read costs no value, as arrival counts then."""
    if type(stamp) is str:
        context.spend(cost(stamp))
    try:
        return to_seconds(stamp, context.rules.zone, context.rules.date_order)
    except PayloadError as error:
        context.note(f"time of arrival used: {error}")
        return context.now


def _iso_column(stamps: list[object]) -> "array[float] | None":
    """Return the times of a column of plain ISO stamps with a zone, the fast way; None for any other."""
    if type(stamps[0]) is not str:
        return None
    try:
        moments = list(map(datetime.fromisoformat, cast("list[str]", stamps)))
    except (TypeError, ValueError):
        return None
    if any(moment.tzinfo is not UTC for moment in moments):
        return None
    times = array("d", [moment.timestamp() for moment in moments])
    return times if _plain_seconds(times) else None


def _column(
    raw: list[object], convert: Callable[[object], float], is_plain: Callable[["array[float]"], bool]
) -> "array[float]":
    """Convert a list to a column: at C speed where all are plain numbers already (`is_plain`), else one by one."""
    try:
        column = array("d", cast("list[float]", raw))  # TypeError is how a non-number shows itself
    except (TypeError, OverflowError):
        return array("d", map(convert, raw))
    return column if is_plain(column) else array("d", map(convert, raw))


def _number(raw: object, context: Context) -> float:
    if type(raw) is str and is_number(raw):
        context.note("numbers in quotes")
        return to_finite(raw)
    value = to_value(raw, context)
    if isinstance(value, str):
        raise PayloadError(
            "not_a_number", f"expected numbers in 'value', got the word {shown(value)}; send states one by one"
        )
    return value


def _all_finite(column: "array[float]") -> bool:
    return math.isfinite(sum(column)) or all(map(math.isfinite, column))


def _plain_seconds(column: "array[float]") -> bool:
    """Tell whether all stamps are seconds within this world, so that none needs scaling."""
    return min(column) >= EARLIEST and max(column) <= LATEST and not math.isnan(sum(column))


def names_of(item: dict[str, object]) -> str:
    """Return the first keys of an object, for an error message."""
    names = ", ".join(repr(name)[:24] for name in list(item)[:5])
    return f"the keys {names}" if names else "no keys"
