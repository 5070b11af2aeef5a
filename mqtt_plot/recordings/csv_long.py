"""Tables with one sample per row: which columns say whose it is, what it is, and how good. Knows nothing of wide tables.

`mqtt-plot record` writes `time,tag,value,unit`; others call these VarName and VarValue (WinCC), Series and Value (Grafana),
`_field` and `_value` (InfluxDB), entity_id and state (Home Assistant).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mqtt_plot.recordings.csv_column import NUMBER, TEXT, TIME, Column
from mqtt_plot.recordings.csv_numbers import undefused
from mqtt_plot.recordings.csv_time import TimeColumns

_TAGS = re.compile(
    r"(?i)_field|tag[ _]?(name)?|var[ _]?name|series|metric|entity[ _]id|sensor([ _]?(name|id))?|signal([ _]?name)?|"
    r"point([ _]?name)?|channel|parameter|variable|item([ _]?name)?|messstelle|kanal"
)
_NAMES = re.compile(
    r"(?i)name|id|device|source|instance|host|topic|node|station|location|asset|machine"
)  # these name a sample only beside a column that is called its value
_VALUES = re.compile(r"(?i)_?value|var[ _]?value|val|wert|messwert|state|reading|valeur|valor")
_UNITS = re.compile(r"(?i)units?|einheit|unit_of_measurement")
_QUALITIES = re.compile(r"(?i)validity|quality|status|statuscode|q")
_QUALITY_OF = re.compile(r"(.+?)[ _./-]*[\[(]?(?<![^\W_])(?i:quality|validity|qualität)[\])]?")
_FLUX = frozenset({"_value", "_time"})
_FLUX_OWN = frozenset({"result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement", ""})
_BAD = ("bad", "invalid", "error", "fail", "uncertain")


@dataclass(frozen=True)
class LongColumns:
    """Places of the columns of a row's tag (several are levels of it), value, unit and quality; None for those that are not there.

    A level that was the same in all rows looked at is left out of the tag as long as it is so: `usual` has what it was, None where it varied.
    """

    tags: tuple[int, ...]
    usual: tuple[str | None, ...]
    value: int
    unit: int | None = None
    quality: int | None = None

    def tag_of(self, cells: Sequence[str]) -> str:
        """Return whose sample a row is. Raises IndexError for a row that is too short."""
        parts = [undefused(cells[place].strip()) for place in self.tags]
        named = [part for part, usual in zip(parts, self.usual, strict=True) if part and part != usual]
        return "/".join(named or parts[-1:])

    def is_bad(self, cells: Sequence[str]) -> bool:
        """Tell whether a row says that its value is not to be believed."""
        if self.quality is None or self.quality >= len(cells):
            return False
        return is_bad(cells[self.quality])

    def told(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        """Return the columns with what they are in such a table, as their reasons."""
        roles: dict[int | None, str] = {
            **dict.fromkeys(self.tags, "the tag of each row"),
            self.unit: "the unit of each row",
            self.quality: "the quality of each row",
        }
        told = list[Column]()
        for place, column in enumerate(columns):
            if place == self.value:
                told.append(replace(column, kind=NUMBER if column.kind == TEXT else column.kind, reason=""))
            elif place in roles:
                told.append(replace(column, kind=TEXT, reason=roles[place]))
            elif column.kind == TIME:
                told.append(column)
            else:
                told.append(replace(column, kind=TEXT, reason="left out of a table with one sample per row"))
        return tuple(told)


def is_bad(quality: str) -> bool:
    """Tell whether what a cell says of a value is that it is not to be believed."""
    text = quality.strip().lower()
    return text in {"0", "false", "2"} or text.startswith(_BAD)


def find_qualities(names: Sequence[str]) -> dict[int, int]:
    """Return the places of the columns that say how good another one is (`Temp` and `Temp Quality`), by the place of that one."""
    places = {name.strip().lower(): place for place, name in enumerate(names)}
    found = dict[int, int]()
    for place, name in enumerate(names):
        match = _QUALITY_OF.fullmatch(name.strip())
        of = places.get(match[1].lower()) if match else None
        if of is not None:
            found[of] = place
    return found


def find_long(names: Sequence[str], columns: Sequence[Sequence[str]], time: TimeColumns | None) -> LongColumns | None:
    """Return the columns of a table with one sample per row, None for any other table."""
    if time is None:
        return None
    lower = [name.strip().lower() for name in names]
    value = next((place for place, name in enumerate(names) if _VALUES.fullmatch(name.strip())), None)
    if value is None or value in time.places:
        return None
    if set(lower) >= _FLUX:
        tags = _flux_tags(lower, time)
    else:
        tags = [
            place
            for place, name in enumerate(names)
            if _TAGS.fullmatch(name.strip()) and place != value and place not in time.places
        ][:1]
        tags = (
            tags
            or [
                place for place, name in enumerate(names) if _NAMES.fullmatch(name.strip()) and place not in time.places
            ][:1]
        )
    if not tags or not _are_words(columns[tags[-1]]):
        return None
    usual = tuple(_usual(columns[place]) if place != tags[-1] or len(tags) > 1 else None for place in tags)
    unit = next((place for place, name in enumerate(names) if _UNITS.fullmatch(name.strip())), None)
    quality = next(
        (place for place, name in enumerate(names) if _QUALITIES.fullmatch(name.strip()) and place != value), None
    )
    return LongColumns(tuple(tags), usual, value, unit, quality)


def _flux_tags(lower: Sequence[str], time: TimeColumns) -> list[int]:
    """Return InfluxDB's columns that name a series: the measurement, its tags, and last the field."""
    own = [lower.index(name) for name in ("_measurement",) if name in lower]
    tags = [
        place
        for place, name in enumerate(lower)
        if name not in _FLUX_OWN and not name.startswith("column ") and place not in time.places
    ]
    return [*own, *tags, *(lower.index(name) for name in ("_field",) if name in lower)]


def _are_words(cells: Sequence[str]) -> bool:
    """Tell whether cells can name series: they repeat, or are few, and are not all numbers."""
    full = [cell.strip() for cell in cells if cell.strip()]
    return bool(full) and not all(cell.replace(".", "", 1).replace("-", "", 1).isdigit() for cell in full)


def _usual(cells: Sequence[str]) -> str | None:
    """Return what all cells hold, None where they differ."""
    found = {undefused(cell.strip()) for cell in cells}
    return found.pop() if len(found) == 1 else None
