"""The project's own JSON: one sample as an object, an array of such objects, or columns of equal length."""

import math
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import cast

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context, Rules
from mqtt_plot.parsers.flatten import Leaves
from mqtt_plot.parsers.timestamps import NAMES, cost, find_stamp, to_seconds
from mqtt_plot.parsers.values import is_number, to_finite, to_unit, to_value
from mqtt_plot.samples import EARLIEST, LATEST, Columns, Parsed, Rejected, Sample
from mqtt_plot.tags import check_tag

# A sample of an array takes a microsecond or more; columns take a tenth of that.
MAX_OBJECTS = 5_000


def parse_object(item: dict[str, object], rules: Rules, context: Context | None = None) -> Sample | Columns:
    """Return the sample, or the columns, that one object with a 'value' describes."""
    if "value" not in item:
        raise PayloadError("no_value", f"expected a number in 'value', got an object with {names_of(item)}")
    raw = item["value"]
    tag = item.get("tag")
    if tag is not None:
        tag = check_tag(tag)
    if type(raw) is list:
        return _parse_columns(item, raw, tag, context or Context(rules))
    # The common case, in the order of how often each key is there.
    value = raw if type(raw) is float and raw - raw == 0 else to_value(raw, context or Context(rules))
    stamp = item.get("ts")
    if stamp is None:
        time = _other_stamp(item, rules) if len(item) > 1 else None
    elif (type(stamp) is float or type(stamp) is int) and EARLIEST <= stamp <= LATEST:
        time = float(stamp)
    else:
        if context is not None and type(stamp) is str:
            context.spend(cost(stamp))
        time = to_seconds(stamp, rules.zone)
    unit = item.get("unit")
    return Sample(value, time, tag, None if unit is None else to_unit(unit))


def _other_stamp(item: dict[str, object], rules: Rules) -> float | None:
    """Return the time under one of the other names devices give it."""
    for name in NAMES:
        stamp = item.get(name)
        if stamp is not None:
            return to_seconds(stamp, rules.zone)
    return None


def parse_any_object(item: dict[str, object], context: Context) -> Parsed:
    """Return what one object says: a sample, columns, or the values inside it. Raises PayloadError if that is nothing."""
    if "value" in item and not isinstance(item["value"], dict):
        return Parsed("json", [parse_object(item, context.rules, context)], notes=context.notes)
    samples = _parse_leaves(item, Leaves(context), context, 0)
    if not samples:
        raise _nothing_in(item, context.rejected)
    return Parsed("json object", samples, context.rejected, context.notes)


def _parse_leaves(item: dict[str, object], leaves: Leaves, context: Context, position: int) -> list[Sample]:
    tag = item.get("tag")
    inner = item.get("value")
    name, time = find_stamp(item, context)
    rest = inner if isinstance(inner, dict) else {key: raw for key, raw in item.items() if key not in ("tag", name)}
    return leaves.find(rest, position, None if tag is None else check_tag(tag), time)


def _nothing_in(item: dict[str, object], rejected: list[Rejected]) -> PayloadError:
    if rejected:
        return PayloadError(rejected[0].code, rejected[0].reason)
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
    return Parsed("json array", samples, context.rejected, context.notes)


def _is_batch(items: list[object]) -> bool:
    """Tell whether objects are samples by themselves: with a value, a tag, or a time of their own."""
    first = next((item for item in items if isinstance(item, dict)), None)
    return first is not None and not {"value", "tag", *NAMES}.isdisjoint(first)


def _parse_batch(items: list[object], context: Context) -> Parsed:
    if len(items) > MAX_OBJECTS:
        raise PayloadError(
            "batch_too_large",
            f"expected at most {MAX_OBJECTS} samples in one array, got {len(items)}; send several, or columns",
        )
    samples: list[Sample | Columns] = []
    rules = context.rules
    leaves = Leaves(context)
    for index, item in enumerate(items):
        try:
            if isinstance(item, dict) and "value" in item and not isinstance(item["value"], dict):
                samples.append(parse_object(item, rules, context))
            else:
                samples += _parse_item(item, leaves, context, index)
        except PayloadError as error:
            context.reject(index, error)
    return Parsed("json array", samples, context.rejected, context.notes)


def _parse_item(item: object, leaves: Leaves, context: Context, index: int) -> list[Sample]:
    if not isinstance(item, dict):
        raise PayloadError("not_a_sample", f"expected an object with 'value' in the array, got {shown(item)}")
    refused = len(context.rejected)
    found = _parse_leaves(item, leaves, context, index)
    if not found and len(context.rejected) == refused:
        raise _nothing_in(item, [])
    return found


def _parse_columns(item: dict[str, object], raw: list[object], tag: str | None, context: Context) -> Columns:
    context.check_batch_size(len(raw))
    if not raw:
        raise PayloadError("empty", "expected at least one number in 'value', got an empty array")
    stamps = next((item[name] for name in NAMES if item.get(name) is not None), None)
    times = None
    if stamps is not None:
        if not isinstance(stamps, list) or len(stamps) != len(raw):
            got = len(stamps) if isinstance(stamps, list) else shown(stamps)
            raise PayloadError("bad_columns", f"expected 'ts' and 'value' of equal length, got {got} and {len(raw)}")
        zone = context.rules.zone
        times = _iso_column(stamps) or _column(stamps, lambda stamp: _stamp(stamp, zone, context), _plain_seconds)
    values = _column(raw, lambda one: _number(one, context), _all_finite)
    are_booleans = type(raw[0]) is bool and set(map(type, raw)) == {bool}
    return Columns(values, times, tag, to_unit(item.get("unit")), are_booleans=are_booleans)


def _stamp(stamp: object, zone: tzinfo, context: Context) -> float:
    if type(stamp) is str:
        context.spend(cost(stamp))
    return to_seconds(stamp, zone)


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
