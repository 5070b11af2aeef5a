"""Tables side by side in one CSV file, each with its own column of times, as scopes and exports of several channels have them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC

from mqtt_plot.recordings.csv_column import DRAWN, Column
from mqtt_plot.recordings.csv_long import LongColumns
from mqtt_plot.recordings.csv_numbers import Marks, number_in
from mqtt_plot.recordings.csv_preamble import find_preamble
from mqtt_plot.recordings.csv_time import TimeColumns, moment_of
from mqtt_plot.recordings.csv_time_candidate import MOST, share

_COPY = re.compile(r" \(\d+\)$|\[\d+\]$|[ _.]?\d{1,3}$")  # what tells names of several times apart
_COLUMN = re.compile(r"column \d+")


def find_groups(
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    time: TimeColumns | None,
    marks: Marks,
    words: Sequence[Sequence[str]],
) -> LongColumns | None:
    """Return the columns of tables that stand side by side, each value with the place of its time; None for any other file.

    `words` are the rows above, which may have a start for each table.
    """
    if time is None or len(time.places) != 1 or time.roles:
        return None
    first = time.places[0]
    base = _base(columns[first].name)
    times = [
        place
        for place, column in enumerate(columns)
        if place == first
        or (place > first and _base(column.name) == base and share(cells[place], _is_time(marks)) >= MOST)
    ]
    if len(times) < 2 or not base or all(cells[place] == cells[first] for place in times):  # noqa: PLR2004 - one is that of all
        return None
    values, own = list[int](), list[int]()
    for place, column in enumerate(columns):
        if place > first and place not in times and column.kind in DRAWN:
            values.append(place)
            own.append(max(one for one in times if one < place))
    if set(own) != set(times):
        return None
    return LongColumns(
        (),
        (),
        tuple(values),
        tuple(columns[place].name for place in values),
        tuple(columns[place].unit for place in values),
        times=tuple(own),
        later=_later(values, own, words) if time.is_relative or time.start is not None else (0.0,) * len(own),
    )


def _later(values: Sequence[int], own: Sequence[int], words: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Return by how many seconds each value's table begins later than the first, as the words above its first value say."""
    starts = dict[int, float | None]()
    for value, time in zip(values, own, strict=True):
        if time not in starts:
            column = [[row[0], row[value]] for row in words if value < len(row)]
            starts[time] = find_preamble(column, UTC).start
    first = starts[own[0]]
    return tuple(0.0 if (start := starts[time]) is None or first is None else start - first for time in own)


def _base(name: str) -> str:
    """Return what several columns of times have in common in their names, "" for columns without one."""
    text = re.split(r"[/:]", name)[-1].strip()
    return "" if _COLUMN.fullmatch(text) else _COPY.sub("", text).lower()


def _is_time(marks: Marks) -> Callable[[str], bool]:
    return lambda cell: number_in(marks.plain(cell)) is not None or moment_of(cell.strip()) is not None
