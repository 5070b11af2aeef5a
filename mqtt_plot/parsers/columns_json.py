"""Columns in JSON: many samples of one tag as lists of equal length, or a list of values taken at a rate."""

import math
import re
from array import array
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import cast

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.records import unit_of
from mqtt_plot.parsers.remembered import plain_name, remembered_of_keys
from mqtt_plot.parsers.stamps import find_stamp, rank
from mqtt_plot.parsers.timestamps import cost, to_seconds
from mqtt_plot.parsers.values import is_number, to_finite, to_unit, to_value
from mqtt_plot.samples import EARLIEST, LATEST, Columns, are_ascending, ends_of
from mqtt_plot.tags import check_tag

_LOOKED_AT = 100  # values of a column that tell whether it is one
LONGEST_STEP = 86_400.0  # seconds between two samples of a rate; a larger "dt" is a date
_ABOUT_RATE = frozenset({"t0", "dt", "fs", "unit"})
# What others call the rate, in Hz, and the step, with its unit.
_RATE = re.compile(r"(?:sampl(?:e|ing))(?:rate|freq|frequency)(?:hz)?|fshz|fsamp|odr(?:hz)?")
_STEP = re.compile(
    r"(?:sampl(?:e|ing))?(?:interval|period|step|dt|delta)(?:in)?(ns|us|ms|sec|seconds|millis|milliseconds)"
)
_BARE_STEP = re.compile(r"(?:sampl(?:e|ing))?(?:interval|period|step|rate)")
_UNITS_OF_STEPS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "millis": 1e-3, "milliseconds": 1e-3, "sec": 1.0, "seconds": 1.0}
_FEWEST = 8  # values of a list
_COMPOUND = frozenset({dict, list})
_OWN = ("value", "values")  # lists under these names are the tag's own
_PLAIN = frozenset({"value", "unit", "tag"})


def find_sampled(item: dict[str, object], context: Context) -> list[Columns]:
    """Return the lists of an object that says at which rate they were taken, a column each; [] where it does not.

    `dt` are the seconds from one value to the next, or `fs` the values per second. `t0`, or any other stamp, is the time of the first value;
    without one the last was taken just now. A single list is the tag's own, others are fields. Raises PayloadError.
    """
    step = _step(item) if "dt" in item or "fs" in item or _rate_key(item) else None
    if step is None:
        return []
    lists = {name: raw for name, raw in item.items() if isinstance(raw, list)}
    if not lists or any(rank(name) is not None or not _are_numbers(raw) for name, raw in lists.items()):
        return []
    for raw in lists.values():
        context.check_batch_size(len(raw))
    context.check_batch_size(sum(map(len, lists.values())))
    tag, unit = item.get("tag"), unit_of(item) if "unit" not in item else to_unit(item["unit"])
    start = _start(item, context)
    is_alone = len(lists) == 1
    if start is not None and "t0" not in item and _rate_key(item):
        context.note("the time is taken as that of the first value")
    found = []
    for name, raw in lists.items():
        values = _column(raw, lambda one: _number(one, context), _all_finite)
        first = context.now - (len(values) - 1) * step if start is None else start
        times = array("d", [first + place * step for place in range(len(values))])
        field = None if is_alone or name in _OWN else name
        found.append(Columns(values, times, None if tag is None else check_tag(tag), unit, field))
    return found


def _step(item: dict[str, object]) -> float | None:
    """Return the seconds from one value to the next, None for an object that does not say.

    Under other names than `dt` and `fs` it counts for lists that are long: few numbers may be axes.
    """
    for name in ("dt", "fs"):
        if (step := _seconds_of(item.get(name), None if name == "fs" else 1.0)) is not None:
            return step
    name = _rate_key(item) or ""
    lists = [raw for raw in item.values() if isinstance(raw, list)] if name else []
    if not lists or min(map(len, lists)) < _FEWEST:
        return None
    return _seconds_of(item[name], _unit_of_step(name))


def _seconds_of(raw: object, size: float | None) -> float | None:
    """Return the seconds of a step of this `size`, or of a rate (None)."""
    if type(raw) not in (int, float) or not 0 < (number := cast("float", raw)) < math.inf:
        return None
    step = 1 / number if size is None else number * size
    return step if 0 < step <= LONGEST_STEP else None


@remembered_of_keys
def _rate_key(keys: tuple[str, ...]) -> str | None:
    """Return the key of a rate in Hz, or of a step whose name says its unit."""
    return next((key for key in keys if _RATE.fullmatch(plain_name(key)) or _STEP.fullmatch(plain_name(key))), None)


def _unit_of_step(key: str) -> float | None:
    """Return the seconds of a unit of time at the end of a key, None for a rate."""
    found = _STEP.fullmatch(plain_name(key))
    return _UNITS_OF_STEPS[found[1]] if found else None


def is_about_rate(key: str) -> bool:
    """Tell whether a key says how values were taken, and is none."""
    return key in _ABOUT_RATE or _rate_key({key: None}) is not None


def note_rate(item: Mapping[str, object], context: Context) -> None:
    """Note numbers that are drawn by their places where something says that they follow each other in time."""
    lists = [
        key for key, raw in item.items() if type(raw) is list and len(raw) > 1 and type(raw[0]) in (int, float, list)
    ]
    if not lists:
        return
    told = _rate_key(item) or _step_key(item)
    for part in item.values() if told is None else ():
        told = told or (_rate_key(part) if isinstance(part, dict) else None)
    if told is not None:
        context.note(f"{told!r:.40} may say when each of {lists[0]!r:.40} was taken: they are drawn by their places")


@remembered_of_keys
def _step_key(keys: tuple[str, ...]) -> str | None:
    """Return the key of a step whose unit nobody tells."""
    return next((key for key in keys if _BARE_STEP.fullmatch(plain_name(key))), None)


def _are_numbers(raw: list[object]) -> bool:
    return bool(raw) and not any(isinstance(one, str | list | dict) for one in raw[:_LOOKED_AT])


def _start(item: dict[str, object], context: Context) -> float | None:
    """Return the time of the first value, None where nothing says it."""
    stamp = item.get("t0")
    if not isinstance(stamp, int | float | str):
        return find_stamp({name: raw for name, raw in item.items() if name != "dt"}, context)[1]
    try:
        return to_seconds(stamp, context.rules.zone, context.rules.date_order)
    except PayloadError as error:
        context.note(f"time of arrival used: {error}")
        return None


def find_columns(item: dict[str, object], context: Context) -> Columns | None:
    """Return the columns that an object has under 'value', None where that is something else."""
    raw = item.get("value")
    if type(raw) is not list or not _COMPOUND.isdisjoint(map(type, raw[:_LOOKED_AT])):
        return None
    stamps = next((item[key] for key in item if rank(key) is not None and isinstance(item[key], list)), None)
    if stamps is None and not all(key in _PLAIN or rank(key) is not None for key in item):
        return None  # an object of somebody else, whose array is no row of samples
    tag = item.get("tag")
    return _parse_columns(item, raw, stamps, None if tag is None else check_tag(tag), context)


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
        values,
        times,
        tag,
        unit_of(item) if "unit" not in item else to_unit(item["unit"]),
        are_booleans=are_booleans,
        ascends=times is None or are_ascending(times.tolist()),
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
    return times if _plain_seconds(times.tolist()) else None


def _column(
    raw: list[object], convert: Callable[[object], float], is_plain: Callable[[list[float]], bool]
) -> "array[float]":
    """Convert a list to a column: at C speed where all are plain numbers already (`is_plain`), else one by one."""
    numbers = cast("list[float]", raw)
    try:
        column = array("d", numbers)  # TypeError is how a non-number shows itself
    except (TypeError, OverflowError):
        return array("d", map(convert, raw))
    return column if is_plain(numbers) else array("d", map(convert, raw))


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


def _all_finite(numbers: list[float]) -> bool:
    return math.isfinite(sum(numbers, 0.0)) or all(map(math.isfinite, numbers))


def _plain_seconds(stamps: list[float]) -> bool:
    """Tell whether all stamps are seconds within this world, so that none needs scaling."""
    if math.isnan(sum(stamps, 0.0)):
        return False
    first, last = ends_of(stamps)
    return first >= EARLIEST and last <= LATEST
