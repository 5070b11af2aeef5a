"""Tables in which a row says whose samples it has: in which columns that stands, the values, and how good they are.

`mqtt-plot record` writes `time,tag,value,unit`; others call these VarName and VarValue (WinCC), Series and Value (Grafana),
`_field` and `_value` (InfluxDB), entity_id and state (Home Assistant). Others have several values a row, and a sensor, a station or a
register: that is found by its name, or because only with it each time comes but once.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from mqtt_plot.parsers.values import two_state
from mqtt_plot.recordings.csv_column import EMPTY, NUMBER, TEXT, TIME, WORDS, Column
from mqtt_plot.recordings.csv_long_cells import (
    FEWEST,
    are_ids,
    are_ids_again,
    are_words,
    can_name,
    repeated,
    words_that_name,
)
from mqtt_plot.recordings.csv_long_names import (
    CONSTANTS,
    DESCRIPTIONS,
    IDS,
    KEYS,
    LABELS,
    MEASURANDS,
    NAMES,
    QUALITIES,
    STATES,
    TAGS,
    UNITS,
    VALUES,
    WHOSE,
)
from mqtt_plot.recordings.csv_mixed import are_mixed
from mqtt_plot.recordings.csv_numbers import undefused
from mqtt_plot.recordings.csv_qualities import is_bad
from mqtt_plot.recordings.csv_time import TimeColumns

_OF_THE_SYSTEM = "$RT_"  # what WinCC's logs say of themselves
_TAG = re.compile(r"[^\W\d_]\w*(?:[./\\:_-]\w+)+")  # Reactor1.Temp, plant/line/speed
_HOUR_SECONDS = 3600.0
_MOST_OTHERS = (16, 12, 6)  # columns that are tried alone, in pairs, and three together
# How it is known which columns tell rows apart.
BY_NAME, BY_TIME, BY_VALUE, AT_LAST = "by name", "by time", "by value", "at last"
_HOW = {
    BY_TIME: ", as several rows have the same time",
    AT_LAST: ", as several rows have the same time",
    BY_VALUE: ", as its values lie apart",
}
_SHARED = 0.3  # of the rows must have their time in common with others
_FEW = 0.05  # of the rows may have the same time and key
_FLUX = frozenset({"_value", "_time"})
_FLUX_OWN = frozenset({"result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement", ""})


@dataclass(frozen=True)
class LongColumns:
    """Places of the columns of a row's tag (several are levels of it), values, unit and quality; None for those that are not there.

    `names` come behind the tag where a row has several values, each with one of `units`. `label` comes before a tag that is a mere number.

    A level that was the same in all rows looked at is left out of the tag as long as it is so: `usual` has what it was, None where it varied.
    """

    tags: tuple[int, ...]
    usual: tuple[str | None, ...]
    values: tuple[int, ...]
    names: tuple[str, ...] = ("",)
    units: tuple[str, ...] = ("",)
    unit: int | None = None
    quality: int | None = None
    label: str = ""
    reason: str = "the tag of each row"
    ahead: tuple[float, ...] = ()  # seconds by which each value is behind the time of its row, where a row is a day
    times: tuple[int, ...] = ()  # the place of the time of each value, where tables stand side by side
    later: tuple[float, ...] = ()  # seconds by which the table of each value begins later than the first
    is_counted: bool = False  # from midnight, whatever clocks show

    def tag_of(self, cells: Sequence[str]) -> str:
        """Return whose sample a row is. Raises IndexError for a row that is too short."""
        parts = [undefused(cells[place].strip()) for place in self.tags]
        named = [part for part, usual in zip(parts, self.usual, strict=True) if part and part != usual]
        return self.label + "/".join(named or parts[-1:]).rstrip(":=")

    def is_of_a_series(self, cells: Sequence[str]) -> bool:
        """Tell whether a row is a sample, not what the system logs of itself."""
        return not any(place < len(cells) and cells[place].startswith(_OF_THE_SYSTEM) for place in self.tags)

    def is_bad(self, cells: Sequence[str]) -> bool:
        """Tell whether a row says that its value is not to be believed."""
        if self.quality is None or self.quality >= len(cells):
            return False
        return is_bad(cells[self.quality])

    def notes(self) -> Iterator[str]:
        """Yield words on rows that are days, and on tables side by side."""
        if self.times:
            yield f"{len(set(self.times))} tables stand side by side, each with its own times"
        if self.ahead:
            first = self.ahead[0] / _HOUR_SECONDS
            yield f"each row is a day of {len(self.ahead)} values, the first {first:g} h after midnight"

    def told(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        """Return the columns with what they are in such a table, as their reasons."""
        is_left = "left out of a table in which each row says whose sample it is"
        if self.times:
            is_left = "stands in none of the tables side by side"
        roles: dict[int | None, str] = {
            **dict.fromkeys(self.tags, self.reason),
            self.unit: "the unit of each row",
            self.quality: "the quality of each row",
        }
        told = list[Column]()
        for place, column in enumerate(columns):
            if place in self.values:
                told.append(replace(column, kind=NUMBER if column.kind == TEXT else column.kind, reason=""))
            elif place in roles:
                told.append(replace(column, kind=TEXT, reason=roles[place]))
            elif place in self.times:
                told.append(replace(column, kind=TIME, reason="the time of the columns behind it"))
            elif column.kind in (TIME, EMPTY) and (self.times or column.kind == TIME):
                told.append(column)
            else:
                told.append(replace(column, kind=TEXT, reason=is_left))
        return tuple(told)


def is_value_name(name: str) -> bool:
    """Tell whether a column is called a value, so that its name says nothing of what was measured."""
    return VALUES.fullmatch(name.strip()) is not None


def find_long(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], time: TimeColumns | None
) -> LongColumns | None:
    """Return the columns of a table in which each row says whose samples it has, None for any other table."""
    if time is None:
        return None
    found = _find_single(columns, cells, time) or _find_keyed(columns, cells, time)
    return found if found is None else _completed(found, columns, cells, time)


def _completed(
    long: LongColumns, columns: Sequence[Column], cells: Sequence[Sequence[str]], time: TimeColumns
) -> LongColumns:
    """Return the columns with further ones in the tag, without which several samples of one tag would have the same time."""
    used = {*time.places, *long.tags, *long.values, long.unit, long.quality}
    others = [
        place for place, column in enumerate(columns) if place not in used and _can_tell_apart(column, cells[place])
    ]
    others.sort(key=lambda place: columns[place].kind == NUMBER)  # words say more
    more = telling_apart(_moments(cells, time), long.tags, others, cells)
    if not more:
        return long
    levels = sorted(
        [*zip(long.tags, long.usual, strict=True), *((place, None) for place in more)], key=lambda level: level[0]
    )
    return replace(long, tags=tuple(place for place, _ in levels), usual=tuple(usual for _, usual in levels))


def _can_tell_apart(column: Column, cells: Sequence[str]) -> bool:
    is_one = column.kind in (WORDS, TEXT) or (column.kind == NUMBER and IDS.fullmatch(column.name.strip()) is not None)
    return (
        is_one
        and len(words_that_name(column, cells)) > 1
        and not any(one.fullmatch(column.name.strip()) for one in (UNITS, QUALITIES))
    )


def telling_apart(
    moments: Sequence[object], tags: Sequence[int], others: Sequence[int], cells: Sequence[Sequence[str]]
) -> tuple[int, ...]:
    """Return the fewest of the `others`, up to three, with which no time comes twice for a tag; () where none does, or one still does."""
    keys = list(zip(moments, *(cells[place] for place in tags), strict=False))
    if len(keys) - len(set(keys)) <= _FEW * len(keys):
        return ()
    for count, most in enumerate(_MOST_OTHERS, start=1):
        for places in combinations(others[:most], count):
            fuller = set(zip(keys, *(cells[place] for place in places), strict=False))
            if len(fuller) == len(keys):
                return places
    return ()


def _find_single(kinds: Sequence[Column], columns: Sequence[Sequence[str]], time: TimeColumns) -> LongColumns | None:
    """Return the columns of a table with one sample per row, whose columns are called so."""
    names = [column.name for column in kinds]
    lower = [name.strip().lower() for name in names]
    called = [place for place, name in enumerate(names) if VALUES.fullmatch(name.strip()) and place not in time.places]
    value = next((place for place in called if kinds[place].kind == NUMBER), next(iter(called), None))
    if value is None:
        return None
    if kinds[value].kind != NUMBER and any(
        column.kind == NUMBER
        and place not in time.places
        and (len(set(columns[place])) > 1 or len(columns[place]) == 1)
        and not IDS.fullmatch(column.name)
        for place, column in enumerate(kinds)
    ):
        return None  # a state beside numbers
    others = [place for place in range(len(names)) if place != value and place not in time.places]
    if set(lower) >= _FLUX:
        tags = _flux_tags(lower, time)
    else:
        moments = _moments(columns, time)
        called = [
            place
            for pattern in (MEASURANDS, TAGS, LABELS, NAMES, DESCRIPTIONS)
            for place in others
            if pattern.fullmatch(names[place].strip())
            and (pattern is not DESCRIPTIONS or len(repeated(columns[place])) > 1)
            and (pattern in (TAGS, MEASURANDS) or can_name(names[place], columns[place], moments))
        ]
        by_words = sorted(called, key=lambda place: not are_words(columns[place]))  # which say more than numbers
        tags = next(([place] for place in by_words if len(set(columns[place])) > 1), called[:1])
        # Whose a sample is may stand in several columns; without one of them the samples of two would be one series.
        tags = sorted({*tags, *_further_names(kinds, columns, [place for place in others if place not in tags])})
    unit = next((place for place, name in enumerate(names) if UNITS.fullmatch(name.strip())), None)
    if not tags and unit is not None:
        tags = _tags_by_unit([place for place in others if place != unit], columns, unit)
    if not tags or not (are_words(columns[tags[-1]]) or are_ids_again(names[tags[-1]], columns[tags[-1]])):
        return None
    varies = len(tags) == 1 or (len(columns[value]) < FEWEST and not set(lower) >= _FLUX)
    usual = tuple(None if varies else _usual(columns[place]) for place in tags)
    quality = next(
        (place for place, name in enumerate(names) if QUALITIES.fullmatch(name.strip()) and place != value), None
    )
    return LongColumns(tuple(tags), usual, (value,), units=(kinds[value].unit,), unit=unit, quality=quality)


def _further_names(kinds: Sequence[Column], columns: Sequence[Sequence[str]], others: Sequence[int]) -> list[int]:
    """Return the columns that are called as names of things are, and hold several words which come again."""
    return [
        place
        for place in others
        if kinds[place].kind in (WORDS, TEXT)
        and any(one.fullmatch(kinds[place].name.strip()) for one in (MEASURANDS, TAGS, NAMES, KEYS, VALUES, WHOSE))
        and not any(one.fullmatch(kinds[place].name.strip()) for one in (UNITS, QUALITIES))
        and len(words_that_name(kinds[place], columns[place])) > 1
        and are_words(columns[place])
    ]


def _tags_by_unit(places: Sequence[int], columns: Sequence[Sequence[str]], unit: int) -> list[int]:
    """Return the first column of words of which each has one unit in all its rows, where rows have several units."""
    units = [cell.strip() for cell in columns[unit]]
    for place in places:
        words = [cell.strip() for cell in columns[place]]
        kinds = set(zip(words, units, strict=False))
        if 1 < len(set(units)) <= len(kinds) == len(set(words)) < len(words) and are_words(words):
            return [place]
    return []


def _find_keyed(columns: Sequence[Column], cells: Sequence[Sequence[str]], time: TimeColumns) -> LongColumns | None:
    """Return the columns of a table in which some tell rows apart: by a name, or since times that come several times come once with them."""
    moments = _moments(cells, time)
    keys, how = _keys(columns, cells, time, moments)
    if not keys:
        return None
    key = keys[-1]
    values = [
        place
        for place, column in enumerate(columns)
        if place not in keys
        and place not in time.places
        and (column.kind == NUMBER or (column.kind == WORDS and STATES.fullmatch(column.name.strip())))
        and (len({cell.strip() for cell in cells[place]}) > 1 or not CONSTANTS.fullmatch(column.name.strip()))
    ]
    if not values:
        return None
    unit = next((place for place, column in enumerate(columns) if UNITS.fullmatch(column.name.strip())), None)
    is_one = len(values) == 1
    return LongColumns(
        keys,
        (None,) * len(keys),
        tuple(values),
        ("",) if is_one and how != AT_LAST else tuple(columns[place].name for place in values),
        tuple(columns[place].unit for place in values),
        unit if is_one else None,
        None,
        f"{columns[key].name} " if columns[key].kind == NUMBER else "",
        "the tag of each row" + _HOW.get(how, ""),
    )


def _keys(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], time: TimeColumns, moments: Sequence[str]
) -> tuple[tuple[int, ...], str]:
    """Return the columns that tell rows apart, and how that is known."""
    counts = Counter(moments)
    is_named = any(column.name != f"column {place + 1}" for place, column in enumerate(columns))
    could = [
        place
        for place, column in enumerate(columns)
        if place not in time.places
        and len(words_that_name(column, cells[place])) > 1
        and (
            column.kind in (WORDS, TEXT)
            or (column.kind == NUMBER and are_ids(column, cells[place], max(counts.values(), default=1)))
        )
        and not any(is_other.fullmatch(column.name.strip()) for is_other in (UNITS, QUALITIES))
    ]
    could.sort(key=lambda place: len(moments) < FEWEST and columns[place].kind == NUMBER)  # few numbers tell little
    named = [place for place in could if KEYS.fullmatch(columns[place].name.strip())]
    are_shared = len(counts) <= len(moments) / 2 or len(counts) < len(moments) < FEWEST
    needed = [place for place in could if are_shared and _tells_apart(moments, cells[place])]
    # Without names above, words that look like tags are tags.
    unnamed = {} if is_named else {place: repeated(cells[place]) for place in could}
    tags = [place for place, found in unnamed.items() if found and all(map(_TAG.fullmatch, found))]
    varied = [place for place, column in enumerate(cells) if place not in time.places and len(set(column)) > 1]
    if not is_named and len(varied) == 2 and len(could) == 1 and len(moments) < FEWEST:  # noqa: PLR2004 - a name and a value
        tags = tags or [
            place for place in could if not any(two_state(cell.strip()) is not None for cell in cells[place])
        ]
    marked = [place for place in could if all(cell.strip().endswith((":", "=")) for cell in cells[place])]
    both = [place for place in named if place in needed]
    key = next(iter([*both, *marked, *needed, *named, *tags]), None)
    if key is not None:
        return (key,), BY_TIME if key in needed else BY_NAME
    mixed = [place for place in could if _parts_values(columns, cells, time, place)]
    if len(mixed) == 1:
        return (mixed[0],), BY_VALUE
    shared = sum(counts[moment] > 1 for moment in moments)
    words = [place for place in could if _can_tell_apart(columns[place], cells[place])]
    return telling_apart(moments, (), words, cells) if shared >= _SHARED * len(moments) else (), AT_LAST


def _parts_values(columns: Sequence[Column], cells: Sequence[Sequence[str]], time: TimeColumns, words: int) -> bool:
    """Tell whether the one column of numbers that changes holds a series for each word of another."""
    numbers = [
        place
        for place, column in enumerate(columns)
        if column.kind == NUMBER and place not in time.places and len(set(cells[place])) > 1
    ]
    return len(numbers) == 1 and columns[words].kind in (WORDS, TEXT) and are_mixed(cells[words], cells[numbers[0]])


def _moments(columns: Sequence[Sequence[str]], time: TimeColumns) -> list[str]:
    """Return the text of the time of each row."""
    return [" ".join(cells) for cells in zip(*(columns[place] for place in time.places), strict=False)]


def _tells_apart(moments: Sequence[str], cells: Sequence[str]) -> bool:
    """Tell whether nearly no time comes twice with the same cell."""
    pairs = list(zip(moments, cells, strict=False))
    return len(pairs) - len(set(pairs)) <= _FEW * len(pairs)


def _flux_tags(lower: Sequence[str], time: TimeColumns) -> list[int]:
    """Return InfluxDB's columns that name a series: the measurement, its tags, and last the field."""
    own = [lower.index(name) for name in ("_measurement",) if name in lower]
    tags = [
        place
        for place, name in enumerate(lower)
        if name not in _FLUX_OWN and not name.startswith("column ") and place not in time.places
    ]
    return [*own, *tags, *(lower.index(name) for name in ("_field",) if name in lower)]


def _usual(cells: Sequence[str]) -> str | None:
    """Return what all cells hold, None where they differ."""
    found = {undefused(cell.strip()) for cell in cells}
    return found.pop() if len(found) == 1 else None
