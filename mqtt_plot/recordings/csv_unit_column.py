"""A column that holds nothing but the unit of the one value beside it: `date;time;value;unit`, kWh in every row."""

import re
from collections.abc import Sequence
from dataclasses import replace

from mqtt_plot.recordings.csv_column import NUMBER, TEXT, WORDS, Column
from mqtt_plot.recordings.csv_long_names import UNITS, VALUES
from mqtt_plot.samples import MAX_UNIT_LENGTH

_OF_UNIT = re.compile(r"(?i)(.+?)[ _.-]+units?")
_OF_VALUE = re.compile(r"(?i)[ _.-]+(?:value|val|reading)$")


def with_unit(columns: tuple[Column, ...], cells: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Return the columns, each value with its unit where a column of one word says it; several units are of several series."""
    columns = _with_own_units(columns, cells)
    place = next((place for place, column in enumerate(columns) if UNITS.fullmatch(column.name.strip())), None)
    if place is None or columns[place].kind not in (WORDS, TEXT):
        return columns
    units = {cell.strip() for cell in cells[place]}
    numbers = [place for place, column in enumerate(columns) if column.kind == NUMBER]
    called = [place for place in numbers if VALUES.fullmatch(columns[place].name.strip())]
    values = called if len(called) == 1 else numbers
    unit = units.pop() if len(units) == 1 else ""
    if len(values) != 1 or columns[values[0]].unit or not 0 < len(unit) <= MAX_UNIT_LENGTH:
        return columns
    told = list(columns)
    told[values[0]] = replace(columns[values[0]], unit=unit)
    told[place] = replace(columns[place], kind=TEXT, reason=f"the unit of {columns[values[0]].name!r:.40}")
    return tuple(told)


def _with_own_units(columns: tuple[Column, ...], cells: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Return the columns, of which each may have its unit in another that is called as it is: `Ch1_Value` and `Ch1_Unit`."""
    places = {_OF_VALUE.sub("", column.name.strip()).lower(): place for place, column in enumerate(columns)}
    told = list(columns)
    for place, column in enumerate(columns):
        found = _OF_UNIT.fullmatch(column.name.strip())
        value = places.get(found[1].lower()) if found else None
        units = {cell.strip() for cell in cells[place]}
        if value is None or columns[value].kind != NUMBER or columns[value].unit or len(units) != 1:
            continue
        unit = units.pop()
        if 0 < len(unit) <= MAX_UNIT_LENGTH:
            told[value] = replace(columns[value], unit=unit)
            told[place] = replace(column, kind=TEXT, reason=f"the unit of {columns[value].name!r:.40}")
    return tuple(told)
