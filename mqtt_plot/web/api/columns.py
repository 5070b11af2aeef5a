"""Stored columns as JSON or CSV text, made slice by slice. Knows nothing of HTTP.

In JSON a gap is null, in CSV (RFC 4180) an empty cell. Numbers are written so that they read back as the same float64.
"""

import json
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heapreplace
from itertools import islice
from typing import NamedTuple

from mqtt_plot.store.stretch import Points

# Numbers per slice: about 1 ms of work.
SLICE = 2_000
_MERGED_CELLS = 1_000


class SeriesColumn(NamedTuple):
    """One tag's points, sorted by time; `states` names the values of a state series."""

    tag: str
    points: Points
    states: Sequence[str] = ()


def json_with_columns(fields: Mapping[str, object], columns: Mapping[str, "array[float]"]) -> Iterator[str]:
    """Yield a JSON object of `fields` (at least one) and then of `columns`, whose NaNs become null."""
    yield json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[:-1]
    for name, column in columns.items():
        yield f',"{name}":['
        for start in range(0, len(column), SLICE):
            yield ("," if start else "") + numbers(column[start : start + SLICE])
        yield "]"
    yield "}"


def numbers(column: "array[float]") -> str:
    """Return numbers as the inside of a JSON array."""
    return ",".join([repr(number) if number - number == 0 else "null" for number in column])


def json_list(slices: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a JSON array of what is in `slices`, none of which is empty."""
    mark = "["
    for part in slices:
        yield mark + json.dumps(part, ensure_ascii=False, allow_nan=False, separators=(",", ":"))[1:-1]
        mark = ","
    yield "[]" if mark == "[" else "]"


def csv_table(columns: Sequence[SeriesColumn]) -> Iterator[str]:
    """Yield a CSV table: a line of names, then a line per time with a cell per tag."""
    yield ",".join(["time", *(_cell(column.tag) for column in columns)]) + "\r\n"
    lines = _lines_of_one(columns[0]) if len(columns) == 1 else _lines_merged(columns)
    lines_per_slice = max(1, (SLICE if len(columns) == 1 else _MERGED_CELLS) // len(columns))
    while part := "".join(islice(lines, lines_per_slice)):
        yield part


def csv_of_columns(columns: Mapping[str, "array[float]"]) -> Iterator[str]:
    """Yield a CSV table of columns of equal length."""
    yield ",".join(columns) + "\r\n"
    rows = zip(*columns.values(), strict=True)
    while part := list(islice(rows, SLICE // len(columns))):
        yield "".join([",".join([_value(number, ()) for number in row]) + "\r\n" for row in part])


def _lines_of_one(column: SeriesColumn) -> Iterator[str]:
    for time, value in _cells(column.points):
        yield f"{time!r},{_value(value, column.states)}\r\n"


def _cells(points: Points) -> Iterator[tuple[float, float]]:
    for times, values in points.pieces():
        yield from zip(times, values, strict=True)


def _lines_merged(columns: Sequence[SeriesColumn]) -> Iterator[str]:
    """Points of one time share a line; several points of one tag at one time get a line each."""
    cells: list[str | None] = [None] * len(columns)
    now = math.nan
    for time, place, value in _merged([column.points for column in columns]):
        if cells[place] is not None or (time != now and now == now):  # noqa: PLR0124 - NaN: no line begun yet
            yield _line(now, cells)
            cells = [None] * len(columns)
        now = time
        cells[place] = _value(value, columns[place].states)
    if now == now:  # noqa: PLR0124
        yield _line(now, cells)


def _merged(sources: Sequence[Points]) -> Iterator[tuple[float, int, float]]:
    """Yield (time, place, value) of all, in order of time. One whose turn comes when its oldest points have gone begins with what it holds."""
    streams = [_cells(points) for points in sources]
    heads = [(first[0], place, first[1]) for place, stream in enumerate(streams) if (first := next(stream, None))]
    heapify(heads)
    waiting = set(range(len(sources)))
    while heads:
        head = heads[0]
        place = head[1]
        if place in waiting:
            waiting.remove(place)
            if sources[place].is_late:
                streams[place] = _cells(sources[place])
                _replace(heads, place, streams[place])
                continue
        yield head
        _replace(heads, place, streams[place])


def _replace(heads: list[tuple[float, int, float]], place: int, stream: Iterator[tuple[float, float]]) -> None:
    """Put the next point of `stream` in place of the first head."""
    following = next(stream, None)
    if following is None:
        heappop(heads)
    else:
        heapreplace(heads, (following[0], place, following[1]))


def _line(time: float, cells: Sequence[str | None]) -> str:
    return f"{time!r},{','.join([cell or '' for cell in cells])}\r\n"


def _value(value: float, states: Sequence[str]) -> str:
    if value - value != 0:
        return ""
    return _cell(states[int(value)]) if 0 <= value < len(states) else repr(value)


def _cell(text: str) -> str:
    """Return `text` as one cell. What a spreadsheet would run as a formula is defused by an apostrophe: tags come from strangers."""
    if text[:1] in ("=", "+", "-", "@"):
        text = "'" + text
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
