"""The project's own JSON: one sample as an object, an array of such objects, or columns of equal length."""

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import collectd, rtlamr, telegraf_json
from mqtt_plot.parsers.alike import FEWEST, learn
from mqtt_plot.parsers.columns_json import find_columns, find_sampled, is_about_rate, note_rate
from mqtt_plot.parsers.context import Context, Rules
from mqtt_plot.parsers.flatten import Flattener
from mqtt_plot.parsers.names import device_beside, owner_of, point_of, sensor_in
from mqtt_plot.parsers.ordinals import COUNTED, counted_ids, ordinal_of, other_in_each, without_name
from mqtt_plot.parsers.records import find_record, name_among
from mqtt_plot.parsers.speakers import (
    apart_of,
    chosen_speaker,
    in_envelope,
    is_told,
    sources_of,
    speakers_of,
    within_speaker,
)
from mqtt_plot.parsers.stamps import has_stamp, is_moment, rank
from mqtt_plot.parsers.timestamps import quick_seconds, to_seconds
from mqtt_plot.parsers.values import to_unit
from mqtt_plot.samples import (
    EARLIEST,
    LATEST,
    Columns,
    Parsed,
    Rejected,
    Sample,
    SampleRows,
    are_ascending,
    ends_of,
    series_tag,
)
from mqtt_plot.tags import check_tag

ARRAY, TAGGED = "json array", "json with a tag"
# A sample of an array takes a microsecond or more; columns take a tenth of that.
MAX_OBJECTS = 5_000
_LARGEST = 2**1000  # of the whole numbers that a float surely holds
_OVERLOAD = 9e37  # from which on a number may be a mark of no value
_MOST_KEYS = 4  # of a plain object: value, tag, unit, time
_NUMBERS = frozenset({int, float})
_FEWEST_ROWS = 16  # fewer objects are read faster one by one


def plain_sample(item: dict[str, object], rules: Rules) -> Sample | None:
    """Return the sample of a number and perhaps its time, unit and tag, which is what most messages are; None for any other object.

    Raises PayloadError for a unit or tag that cannot be one.
    """
    value = item.get("value")
    if type(value) is int and -_LARGEST < value < _LARGEST:
        value = float(value)
    if type(value) is not float or not -_OVERLOAD < value < _OVERLOAD:  # nor NaN
        return None
    return Sample(value) if len(item) == 1 else _described(item, value, rules)


def _described(item: dict[str, object], value: float, rules: Rules) -> Sample | None:
    """Return the sample with what stands beside its value; None where that is anything else."""
    time = unit = tag = None
    known = 1
    stamp = item.get("ts")
    if stamp is not None:
        time = (
            stamp
            if type(stamp) is float and EARLIEST <= stamp <= LATEST
            else quick_seconds(stamp, rules.zone) or _scaled(stamp, rules)
        )
        known = 2 if time is not None else 0
    raw = item.get("unit")
    if raw is not None:
        unit = _known_unit(raw) if type(raw) is str else to_unit(raw)
        known += 1
    raw = item.get("tag")
    if raw is not None:
        tag = check_tag(raw)
        known += 1
    if known == len(item):
        return Sample(value, time, tag, unit)
    if known + 1 != len(item) or stamp is not None:
        return None  # a quality, or a further value
    time = _time_beside(item, rules)
    return None if time is None else Sample(value, time, tag, unit)


# A device repeats its unit; what is remembered of strangers is bounded.
_known_unit = lru_cache(maxsize=256)(to_unit)
_NO_TAGS = frozenset({list, dict, type(None)})
_PLAIN_KEYS = frozenset({"value", "unit", "tag"})


def plain_rows(items: list[Any]) -> SampleRows | None:
    """Return the samples of an array of objects alike, each of which `plain_sample` takes; None for any other array.

    Numbers, times and tags are looked at a column at a time, which takes half as long as one by one.
    """
    first = items[0]
    if len(items) < _FEWEST_ROWS or type(first) is not dict or not 1 < len(first) <= _MOST_KEYS:
        return None
    try:
        if set(map(len, items)) != {len(first)}:
            return None
        columns: dict[str, list[Any]] = {key: list(map(itemgetter(key), items)) for key in first}
        values, _ = _numbers(columns.pop("value"), -_OVERLOAD, _OVERLOAD)
        tags, (unit, *other_units) = columns.pop("tag", None), set(columns.pop("unit", ("",)))
        times, ascends = None, True
        if columns:
            ((key, stamps),) = columns.items()
            times, ascends = _numbers(stamps, EARLIEST, LATEST if key == "ts" or is_moment(key) else -LATEST)
        if other_units or type(unit) is not str:
            return None
        for tag in set(tags or ()):
            check_tag(tag)
        return SampleRows(values, times, tags, _known_unit(unit), ascends=ascends)
    except (KeyError, TypeError, ValueError, OverflowError, PayloadError):
        return None  # one by one it turns out which of them it is


def _numbers(numbers: list[float], lowest: float, highest: float) -> "tuple[array[float], bool]":
    """Return a column of plain numbers between these, and whether they ascend. Raises ValueError and TypeError for any other."""
    if not set(map(type, numbers)) <= _NUMBERS or math.isnan(sum(numbers, 0.0)):
        raise ValueError
    ascend = are_ascending(numbers)
    least, greatest = ends_of(numbers, ascends=ascend)
    if not lowest <= least <= greatest <= highest:
        raise ValueError
    return array("d", numbers), ascend


def _scaled(stamp: object, rules: Rules) -> float | None:
    """Return the time of a number that is none in seconds; one out of this world is for ingest to put aside, which counts it."""
    if type(stamp) is not float and type(stamp) is not int:
        return None
    try:
        return to_seconds(stamp, rules.zone)
    except PayloadError:
        return None


def _time_beside(item: dict[str, object], rules: Rules) -> float | None:
    """Return the time under the one key that is neither value nor unit nor tag; None where it is, or may be, anything else."""
    key = next((key for key in item if key not in _PLAIN_KEYS), "")  # none where a tag is null
    return quick_seconds(item[key], rules.zone) if is_moment(key) else None


def parse_any_object(item: dict[str, object], context: Context) -> Parsed:
    """Return what one object says: a sample, columns, or the values inside it. Raises PayloadError if that is nothing."""
    sample = plain_sample(item, context.rules)
    if sample is not None:
        return Parsed("json", [sample], notes=context.notes)
    context.foresee(len(item))  # each of its names is looked up in many tables
    item = rtlamr.by_meter(item)
    has_lists = list in map(type, item.values())
    sampled = find_sampled(item, context) if has_lists else []
    if sampled:
        found = _with_others(sampled, item, Flattener(context))
        return Parsed("json", found, context.rejected, context.notes)
    columns = find_columns(item, context) if has_lists else None
    if columns is not None:
        return Parsed("json", [columns], notes=context.notes)
    if telegraf_json.is_metric(item):
        return telegraf_json.parse_metrics(item, context)
    if collectd.is_value_list(item):
        return Parsed(collectd.NAME, collectd.parse_value_list(item, context), context.rejected, context.notes)
    if has_lists:
        note_rate(item, context)
    is_tagged = "tag" in item and type(item["tag"]) not in _NO_TAGS and not _is_own(item)
    whole = in_envelope(item)
    speakers = () if is_tagged and find_record(item) is not None else _speakers(whole)
    sensor = sensor_beside(whole, speakers)
    samples = Flattener(context, told=(*speakers, sensor)).find_one(item)
    if not samples:
        raise _nothing_in(item, context)
    is_one = len(samples) == 1 and samples[0].field is None and not context.rejected
    return Parsed(
        TAGGED if is_tagged else "json" if is_one else "json object",
        samples,
        context.rejected,
        context.notes,
        speakers=speakers,
        sensor=sensor,
        doubted=context.doubted,
        is_classic=context.is_classic,
        apart=() if samples[0].tag else _apart_of(whole, (*speakers[:1], sensor) if speakers else ()),
    )


def _apart_of(item: dict[str, object], speakers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what may tell two senders on one topic apart; a record has a name of its own, and may come from several."""
    apart = apart_of(item)
    record = find_record(item) if apart else None
    if record is not None:
        return sources_of(apart, record.name)
    return within_speaker(apart, speakers) if speakers else apart


def _is_own(item: dict[str, object]) -> bool:
    """Tell whether an object is a sample of our own form, whose tag over MQTT is its topic; of any other `tag` is a name of a record."""
    return all(key in _PLAIN_KEYS or rank(key) is not None for key in item)


def sensor_beside(item: dict[str, object], speakers: Sequence[str]) -> str:
    """Return the sensor whose fields an object has, where it names its device as well; a record has it in its name already."""
    return (sensor_in(item) or "") if speakers and device_beside(item) in speakers and find_record(item) is None else ""


def _speakers(item: dict[str, object]) -> tuple[str, ...]:
    """Return who an object says it is from; of a record, whose name is in the field, only an owner that the name leaves to the topic."""
    speakers = speakers_of(item)
    if not speakers or find_record(item) is None:
        return speakers
    owner = owner_of(item)[1]
    device = device_beside(item)
    if device is not None:
        return (device,)
    return () if owner is None or point_of(item)[1] is None else (owner,)


def _with_others(
    sampled: list[Columns], item: dict[str, object], flattener: Flattener, position: int = 0
) -> list[Sample | Columns]:
    """Return what was taken at a rate, and the single values beside it."""
    beside = {name: raw for name, raw in item.items() if not is_about_rate(name) and not isinstance(raw, list)}
    has_more = any(isinstance(raw, int | float | dict) and rank(name) is None for name, raw in beside.items())
    return [*sampled, *(flattener.find_one(beside, position) if has_more else ())]


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
    samples = Flattener(context).find(items)
    if not samples:
        first = context.rejected[0] if context.rejected else Rejected(0, "not_a_sample", "")
        raise PayloadError(first.code, first.reason or f"expected samples or numbers in the array, got {shown(items)}")
    return Parsed(
        ARRAY, samples, context.rejected, context.notes, doubted=context.doubted, is_classic=context.is_classic
    )


def _is_batch(items: list[object]) -> bool:
    """Tell whether objects are samples by themselves: with a value, a tag, or a time of their own."""
    first = next((item for item in items if isinstance(item, dict)), None)
    return first is not None and (
        "value" in first
        or "fs" in first
        or "t0" in first
        or "tag" in first
        or find_record(first) is not None
        or has_stamp(first)
        or telegraf_json.is_metric(first)
        or collectd.is_value_list(first)
    )


def _parse_batch(items: list[object], context: Context) -> Parsed:
    if len(items) > MAX_OBJECTS:
        raise PayloadError(
            "batch_too_large",
            f"expected at most {MAX_OBJECTS} samples in one array, got {len(items)}; send several, or columns",
        )
    rows = plain_rows(items)
    if rows is not None:
        return Parsed(ARRAY, rows)
    samples: list[Sample | Columns] = []
    flattener = Flattener(context)
    repeated: frozenset[str] | None = None
    ordinal, alike = "", None
    for index, item in enumerate(items):
        try:
            sample = plain_sample(item, context.rules) if isinstance(item, dict) else None
            if sample is None and alike is not None:
                sample = alike.read(item, context)
            if sample is not None:
                samples.append(sample)
                continue
            columns = _find_all_columns(item, flattener, context, index) if isinstance(item, dict) else []
            if columns:
                samples += columns
                continue
            if repeated is None:
                repeated = _repeated_names(items)
                ordinal = _ordinal_among(items, context)
            context.spend(bool(ordinal))
            part = _by_ordinal(item, ordinal) if ordinal else item
            samples += (found := _parse_item(part, flattener, context, index, repeated))
            if alike is None and len(items) >= FEWEST and not (ordinal or repeated) and isinstance(item, dict):
                alike = learn(item, found, context)
        except PayloadError as error:
            context.reject(index, error)
    return Parsed(
        ARRAY, samples, context.rejected, context.notes, doubted=context.doubted, is_classic=context.is_classic
    )


def _ordinal_among(items: list[object], context: Context) -> str:
    """Return the key that tells nameless samples over time apart, "" where none does; note where they may be of several things all the same."""
    if key := counted_ids(items):
        context.note(COUNTED.format(key))
    if not all(isinstance(item, dict) and has_stamp(item) and name_among(item) is None for item in items[:2]):
        return ""
    ordinal = ordinal_of(items)
    if ordinal is not None and len({str(item.get(ordinal)) for item in items if isinstance(item, dict)}) > 1:
        return ordinal
    if key := other_in_each(items):
        context.note(f"{key!r:.40} is another in each of the samples over time: are they of one thing?")
    return ""


def _by_ordinal(item: object, ordinal: str) -> object:
    """Return an object below what tells it from the others."""
    if not isinstance(item, dict) or ordinal not in item:
        return item
    name = str(item[ordinal])
    return {name: without_name(item, name, ordinal)}


def _find_all_columns(
    item: dict[str, object], flattener: Flattener, context: Context, index: int
) -> list[Sample | Columns]:
    sampled = find_sampled(item, context)
    if sampled:
        return _with_others(sampled, item, flattener, index)
    columns = find_columns(item, context)
    return [] if columns is None else [columns]


def _repeated_names(items: list[object]) -> frozenset[str]:
    """Return the names of several objects that have no time of their own: these need their place beside, or they would mix."""
    names = Counter(
        name
        for item in items[:MAX_OBJECTS]
        if isinstance(item, dict) and not has_stamp(item) and (name := name_among(item)) is not None
    )
    return frozenset(name for name, n in names.items() if n > 1)


def _parse_item(
    item: object, flattener: Flattener, context: Context, index: int, repeated: frozenset[str]
) -> Sequence[Sample | Columns]:
    if not isinstance(item, dict):
        raise PayloadError("not_a_sample", f"expected an object with 'value' in the array, got {shown(item)}")
    refused = len(context.rejected)
    if telegraf_json.is_metric(item):
        return telegraf_json.parse_metrics(item, context).samples  # which lists what it refuses in the context
    if collectd.is_value_list(item):
        return collectd.parse_value_list(item, context)
    found = flattener.find_one(item, index, is_unique=not repeated or name_among(item) not in repeated)
    if not found and len(context.rejected) == refused:
        raise _nothing_in(item, context)
    return found


def names_of(item: dict[str, object]) -> str:
    """Return the first keys of an object, for an error message."""
    names = ", ".join(repr(name)[:24] for name in list(item)[:5])
    return f"the keys {names}" if names else "no keys"


def name_fields(parsed: Parsed, tag: str, topic: str) -> None:
    """Put a name before the fields of a message whose topic several devices share: the device's, or in an array the tags in it."""
    if parsed.format in (ARRAY, TAGGED):
        for sample in parsed.samples:
            sample.field = series_tag(field_of(sample.tag, tag), sample.field)
    elif parsed.samples and (passed := field_of(parsed.samples[0].tag, tag)) is not None and not parsed.is_named:
        parsed.notes = (*parsed.notes, f"tag {passed!r:.60} is passed over: over MQTT the topic is the tag")
    if parsed.speakers:
        names = [chosen_speaker(parsed.speakers, topic), "" if is_told(parsed.sensor, topic) else parsed.sensor]
        speaker = "/".join(filter(None, names))
        for sample in parsed.samples if speaker else ():
            sample.field = series_tag(speaker, sample.field)


def field_of(named: str | None, tag: str) -> str | None:
    """Return what goes behind the `tag` of a message for a sample in its array that names a tag of its own."""
    return None if named is None or f"/{tag}".endswith(f"/{named}") else named
