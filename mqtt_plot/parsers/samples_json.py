"""The project's own JSON: one sample as an object, an array of such objects, or columns of equal length."""

import math
from array import array
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import cast

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.timestamps import EARLIEST, LATEST, to_seconds
from mqtt_plot.parsers.values import to_unit, to_value
from mqtt_plot.samples import Columns, Parsed, Rejected, Sample
from mqtt_plot.tags import check_tag

MAX_BATCH = 10_000


def parse_decoded(decoded: object, zone: tzinfo = UTC, max_batch: int = MAX_BATCH) -> Parsed:
    """Return what came of decoded JSON of any of the three shapes, or for a bare scalar.

    A batch keeps its good samples and lists the bad ones; a single sample, or columns of unequal length, raise PayloadError.
    """
    match decoded:
        case dict():
            return Parsed("json", [parse_object(decoded, zone, max_batch)])
        case list():
            return _parse_batch(decoded, zone, max_batch)
        case _:
            return Parsed("json", [Sample(to_value(decoded))])


def parse_object(item: dict[str, object], zone: tzinfo = UTC, max_batch: int = MAX_BATCH) -> Sample | Columns:
    """Return the sample, or the columns, that one object describes."""
    if "value" not in item:
        raise PayloadError("no_value", f"expected a number in 'value', got an object with {_names(item)}")
    raw = item["value"]
    tag = item.get("tag")
    if tag is not None:
        tag = check_tag(tag)
    if type(raw) is list:
        return _parse_columns(item, raw, tag, zone, max_batch)
    # The common case, in the order of how often each key is there.
    value = raw if type(raw) is float and raw - raw == 0 else to_value(raw)
    stamp = item.get("ts")
    unit = item.get("unit")
    return Sample(
        value,
        None if stamp is None else to_seconds(stamp, zone),
        tag,
        None if unit is None else to_unit(unit),
    )


def _parse_batch(items: list[object], zone: tzinfo, max_batch: int) -> Parsed:
    if not items:
        raise PayloadError("empty", "expected at least one sample in the array, got none")
    check_batch_size(len(items), max_batch)
    samples: list[Sample | Columns] = []
    rejected: list[Rejected] = []
    for index, item in enumerate(items):
        try:
            samples.append(_parse_item(item, zone, max_batch))
        except PayloadError as error:
            rejected.append(Rejected(index, error.code, str(error)))
    return Parsed("json array", samples, rejected)


def _parse_item(item: object, zone: tzinfo, max_batch: int) -> Sample | Columns:
    if not isinstance(item, dict):
        raise PayloadError("not_a_sample", f"expected an object with 'value' in the array, got {shown(item)}")
    return parse_object(item, zone, max_batch)


def _parse_columns(
    item: dict[str, object], raw: list[object], tag: str | None, zone: tzinfo, max_batch: int
) -> Columns:
    check_batch_size(len(raw), max_batch)
    if not raw:
        raise PayloadError("empty", "expected at least one number in 'value', got an empty array")
    stamps = item.get("ts")
    times = None
    if stamps is not None:
        if not isinstance(stamps, list) or len(stamps) != len(raw):
            got = len(stamps) if isinstance(stamps, list) else shown(stamps)
            raise PayloadError("bad_columns", f"expected 'ts' and 'value' of equal length, got {got} and {len(raw)}")
        times = _column(stamps, lambda stamp: to_seconds(stamp, zone), _plain_seconds)
    return Columns(_column(raw, _number, _all_finite), times, tag, to_unit(item.get("unit")))


def _column(
    raw: list[object], convert: Callable[[object], float], is_plain: Callable[["array[float]"], bool]
) -> "array[float]":
    """Convert a list to a column: at C speed where all are plain numbers already (`is_plain`), else one by one."""
    try:
        column = array("d", cast("list[float]", raw))  # TypeError is how a non-number shows itself
    except (TypeError, OverflowError):
        return array("d", map(convert, raw))
    return column if is_plain(column) else array("d", map(convert, raw))


def _number(raw: object) -> float:
    value = to_value(raw)
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


def check_batch_size(n: int, max_batch: int) -> None:
    """Raise PayloadError("batch_too_large") for a batch of more than `max_batch` points."""
    if n > max_batch:
        raise PayloadError(
            "batch_too_large", f"expected at most {max_batch} points in one batch, got {n}; send several"
        )


def _names(item: dict[str, object]) -> str:
    names = ", ".join(repr(name)[:24] for name in list(item)[:5])
    return f"the keys {names}" if names else "no keys"
