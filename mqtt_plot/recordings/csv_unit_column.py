"""A column that holds nothing but the unit of the one value beside it: `date;time;value;unit`, kWh in every row."""

from collections.abc import Sequence
from dataclasses import replace

from mqtt_plot.recordings.csv_column import NUMBER, TEXT, WORDS, Column
from mqtt_plot.recordings.csv_long_names import UNITS, VALUES
from mqtt_plot.samples import MAX_UNIT_LENGTH


def with_unit(columns: tuple[Column, ...], cells: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Return the columns, the value with its unit where a column of one word says it; several units are of several series."""
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
