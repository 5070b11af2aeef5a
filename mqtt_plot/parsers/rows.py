"""Rows: lists of lists, or an object of lists, that stand for several values or several moments. Refuses to walk into them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.dates import DAY_SECONDS
from mqtt_plot.parsers.name_keys import COMMON_NAMES, NAME_LISTS, VALUE_LISTS
from mqtt_plot.parsers.names import own_name
from mqtt_plot.parsers.records import THIS_CENTURY
from mqtt_plot.parsers.remembered import plain_name
from mqtt_plot.parsers.stamps import has_stamp
from mqtt_plot.parsers.timestamps import cost, to_seconds
from mqtt_plot.parsers.values import is_number
from mqtt_plot.samples import LATEST, MAX_UNIT_LENGTH

_SINCE_SENSORS = 1_262_304_000.0  # 2010; what is smaller may well count something
_EPOCH_LENGTHS = (10, 13)  # figures of seconds and milliseconds since 1970
_SHORTEST_TIME = 12  # 2024-01-02T03:04 and the like
SCALARS = frozenset({bool, float, int, str, type(None)})


def named_rows(items: Sequence[object]) -> list[tuple[str, object, str]]:
    """Return name, value and unit of each row of a table (`["Temperature", "21.5", "°C"]`); [] for any other list."""
    rows = list[tuple[str, object, str]]()
    for item in items:
        if not isinstance(item, list) or len(item) < 2 or type(item[0]) is not str or not item[0][:1].isalpha():  # noqa: PLR2004 - name and value
            return []
        value, unit = item[1], item[2] if len(item) > 2 else ""  # noqa: PLR2004 - and unit
        if type(value) not in (int, float) and not (type(value) is str and is_number(value)):
            return []
        rows.append((item[0], value, unit if type(unit) is str and len(unit) <= MAX_UNIT_LENGTH else ""))
    return rows if len({name for name, _, _ in rows}) == len(rows) else []


def value_of_pair(items: Sequence[object]) -> str | None:
    """Return a number and its unit as one text (`[1.5, "V"]`); None for any other list."""
    if len(items) != 2 or type(items[0]) not in (int, float) or type(items[1]) is not str:  # noqa: PLR2004 - number and unit
        return None
    text = f"{items[0]}{items[1]}"
    return (
        text
        if split_unit(text) is not None and items[1] not in {"d", "h", "s", "t", "l", "L", "F", "T", "S", "C"}
        else None
    )


def titled_rows(items: Sequence[object]) -> list[dict[str, object]]:
    """Return an object for each row of a table with names in the first (`[["ts", "temp"], [1700000000, 21.5]]`); [] for any other list."""
    head, *rows = items
    if not rows or not isinstance(head, list) or not all(type(name) is str and name[:1].isalpha() for name in head):
        return []
    if len(set(head)) != len(head) or not all(isinstance(row, list) and len(row) == len(head) for row in rows):
        return []
    has_numbers = all(any(type(one) in (int, float) for one in row) for row in rows if isinstance(row, list))
    return (
        [dict(zip(head, row, strict=True)) for row in rows if isinstance(row, list)]
        if has_numbers and len(head) > 1
        else []
    )


def timed_rows(items: Sequence[object], context: Context) -> list[tuple[float, str, object]]:
    """Return time, name ("": none) and what is left of rows that have their times in them (`[1700000000, 21.5]`); [] for any other list.

    The time stands first, or of two numbers last, and rises from row to row.
    """
    rows = [row for row in items if isinstance(row, list) and len(row) > 1]
    if len(rows) != len(items):
        return []
    for place in (0, -1) if all(len(row) == 2 for row in rows) else (0,):  # noqa: PLR2004 - value and time
        times = [_moment(row[place], context) for row in rows]
        if None in times or times != sorted(times):  # type: ignore[type-var]  # none is None
            continue
        found = list[tuple[float, str, object]]()
        for time, row in zip(times, rows, strict=True):
            rest = row[1:] if place == 0 else row[:-1]
            is_named = len(rest) == 2 and type(rest[0]) is str and type(rest[1]) is not str  # noqa: PLR2004 - name and value
            name, rest = (rest[0], rest[1:]) if is_named else ("", rest)
            found.append((time or 0.0, name, rest[0] if len(rest) == 1 else rest))
        return found
    return []


def timed_row(items: Sequence[object], context: Context) -> float | None:
    """Return the time that stands first in a list of numbers (`[1493322445, 2.3, 128]`): one up to now, and no other is nearly as large.

    So it is before one number and its unit (`[1493322445, 240, "W"]`).
    """
    if len(items) < 2 or type(items[0]) not in (int, float):  # noqa: PLR2004 - time and value
        return None
    if type(items[-1]) is not str and not all(
        one is None or (isinstance(one, int | float) and abs(one) < THIS_CENTURY) for one in items[1:]
    ):
        return None
    if type(items[-1]) is str and value_of_pair(items[1:]) is None:
        return None
    time = _moment(items[0], context)
    return time if time is not None and _SINCE_SENSORS <= time <= context.now + DAY_SECONDS else None


def moments_by_time(item: Mapping[str, object], context: Context) -> list[tuple[float, object]]:
    """Return the time and the value of each key of an object whose keys are times up to now, written out or as seconds; [] for any other."""
    if all(len(key) in _EPOCH_LENGTHS and key.isdecimal() for key in item):
        return _moments_by_number(item, context)
    if not all(len(key) > _SHORTEST_TIME and ":" in key for key in item):
        return []
    context.spend(sum(map(cost, item)))
    times = [_moment(key, context) for key in item]
    return [] if None in times else [(time or 0.0, raw) for time, raw in zip(times, item.values(), strict=True)]


def _moments_by_number(item: Mapping[str, object], context: Context) -> list[tuple[float, object]]:
    context.spend(len(item))
    times = [_moment(int(key), context) or 0.0 for key in item]
    latest = context.now + DAY_SECONDS if context.now else LATEST
    return (
        list(zip(times, item.values(), strict=True)) if all(_SINCE_SENSORS <= time <= latest for time in times) else []
    )


def have_rows(items: Sequence[object]) -> bool:
    """Tell whether a list holds lists."""
    return any(isinstance(one, list) for one in items)


def _moment(raw: object, context: Context) -> float | None:
    """Return the time that a value in a row surely is: a date written out, or a number of this century."""
    if type(raw) is str and not raw[:4].isdecimal():
        return None
    try:
        seconds = to_seconds(raw, context.rules.zone) if type(raw) in (int, float, str) else 0.0
    except PayloadError:
        return None
    return seconds if THIS_CENTURY <= seconds <= LATEST and not (type(raw) is str and is_number(raw)) else None


def moments_of(item: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the moments of an object whose stamps are a list, with as many values in each other list; [] for any other object."""
    if type(next(iter(item.values()))) is not list:
        return []
    lists = {key: raw for key, raw in item.items() if isinstance(raw, list)}
    if len(lists) < 2 or len(lists) != len(item) or not has_stamp(lists):  # noqa: PLR2004 - times and values
        return []
    lengths = {len(raw) for raw in lists.values()}
    if len(lengths) != 1 or any(type(one) not in SCALARS for raw in lists.values() for one in raw):
        return []
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def are_named(items: Sequence[object]) -> bool:
    """Tell whether each item of a list has a name of its own."""
    have_names = bool(items) and all(isinstance(item, dict) and own_name(item) is not None for item in items)
    return have_names or bool(named_rows(items))


def zipped(names: object, rows: object) -> object:
    """Return an object of names and values for each time; None for the names themselves."""
    if not isinstance(rows, dict):
        return {}
    return {time: dict(zip(cast("list[object]", names), row, strict=False)) for time, row in rows.items()}


class Lists(NamedTuple):
    """Which lists of an object belong together, None for each kind that it has not; and how many it has."""

    pairs: tuple[str, str] | None
    common: tuple[str, list[str]] | None
    timed: tuple[str, str] | None
    n: int


def lists_of(item: Mapping[str, object]) -> Lists:
    """Return which lists of an object belong together: names and values, names and several lists of numbers, names and rows over time."""
    pairs = _pairs_of(item)
    common = _names_in_list(item) if pairs is None else None
    return Lists(pairs, common, _names_of_moments(item), sum(isinstance(raw, list) for raw in item.values()))


def _names_in_list(item: Mapping[str, object]) -> tuple[str, list[str]] | None:
    """Return the key of a list of names, and those of the lists with a number for each; None where there are none.

    So has ROS the joints of an arm: `{"name": ["a", "b"], "position": [1, 2], "effort": [3, 4]}`.
    """
    names = next((key for key, raw in item.items() if plain_name(key) in COMMON_NAMES and _are_names(raw)), None)
    if names is None:
        return None
    wanted: list[object] = item[names]  # type: ignore[assignment]  # _are_names has looked
    others = {key: raw for key, raw in item.items() if isinstance(raw, list) and raw and key != names}
    are_numbers = all(
        len(raw) == len(wanted) and all(type(one) in (int, float, type(None)) for one in raw) for raw in others.values()
    )
    return (names, list(others)) if others and are_numbers else None


def _names_of_moments(item: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the key of a list of names, and that of an object with a list of as many values for each time; None where there are none."""
    names = next((key for key, raw in item.items() if plain_name(key).endswith("names") and _are_names(raw)), None)
    if names is None:
        return None
    wanted: list[object] = item[names]  # type: ignore[assignment]  # _are_names has looked
    for key, raw in item.items():
        if (
            isinstance(raw, dict)
            and raw
            and all(isinstance(row, list) and len(row) == len(wanted) for row in raw.values())
        ):
            return names, key
    return None


def _pairs_of(item: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the keys of two lists that belong together, names and values (`{"fields": [...], "values": [...]}`), None if there are none."""
    names = next((key for key, raw in item.items() if plain_name(key) in NAME_LISTS and _are_names(raw)), None)
    values = next(
        (key for key, raw in item.items() if plain_name(key) in VALUE_LISTS and isinstance(raw, list) and key != names),
        None,
    )
    if names is None or values is None:
        return None
    wanted, rows = item[names], item[values]
    if not isinstance(wanted, list) or not isinstance(rows, list) or not rows:
        return None
    are_rows = all(isinstance(row, list) and len(row) == len(wanted) for row in rows)
    return (
        (names, values)
        if are_rows or (len(rows) == len(wanted) and not any(isinstance(row, list) for row in rows))
        else None
    )


def _are_names(raw: object) -> bool:
    return (
        isinstance(raw, list)
        and bool(raw)
        and all(isinstance(name, str) and name for name in raw)
        and len(set(raw)) == len(raw)
    )
