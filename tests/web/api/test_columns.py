"""Columns as text: CSV and JSON read back as what they were made of."""

import csv
import io
import json
import math
from array import array
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.metrics import Counters
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.stretch import Copied
from mqtt_plot.web.api.columns import SLICE, SeriesColumn, csv_table, json_list, json_with_columns

finite = st.floats(allow_nan=False, allow_infinity=False)
points = st.lists(st.tuples(st.integers(0, 20).map(float), finite), max_size=30)


def column(tag: str, rows: list[tuple[float, float]], states: tuple[str, ...] = ()) -> SeriesColumn:
    """Return a column of (time, value) rows, sorted by time."""
    rows = sorted(rows, key=lambda row: row[0])
    return SeriesColumn(tag, Copied(array("d", [t for t, _ in rows]), array("d", [v for _, v in rows])), states)


def read(columns: list[SeriesColumn]) -> list[list[str]]:
    """Return the rows of the CSV text as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO("".join(csv_table(columns)), newline="")))


@given(st.lists(points, min_size=1, max_size=4))
def test_a_merged_table_holds_every_point(tables: list[list[tuple[float, float]]]) -> None:
    """A merged table holds every point once in order of time."""
    rows = read([column(f"t{i}", table) for i, table in enumerate(tables)])
    assert rows[0] == ["time", *(f"t{i}" for i in range(len(tables)))]
    times = [float(row[0]) for row in rows[1:]]
    assert times == sorted(times)
    for i, table in enumerate(tables):
        found = [(float(row[0]), float(row[1 + i])) for row in rows[1:] if row[1 + i]]
        assert Counter(found) == Counter(table)


def test_points_of_one_time_share() -> None:
    """Points of one time share a line."""
    assert read([column("a", [(1.0, 1.0), (2.0, 2.0)]), column("b", [(2.0, 3.0)])])[1:] == [
        ["1.0", "1.0", ""],
        ["2.0", "2.0", "3.0"],
    ]


def test_a_table_longer_than_a_slice() -> None:
    """A table longer than a slice is whole."""
    rows = [(float(i), i / 7) for i in range(SLICE * 2 + 1)]
    assert [(float(t), float(v)) for t, v in read([column("a", rows)])[1:]] == rows


def test_gaps_are_empty_cells_and_states() -> None:
    """Gaps are empty cells and states are words."""
    assert read([column("a", [(1.0, math.nan), (2.0, 1.0)], ("RUN", "STOP"))])[1:] == [["1.0", ""], ["2.0", "STOP"]]


def test_a_tag_that_a_spreadsheet_would() -> None:
    """A tag that a spreadsheet would run as a formula is defused, and quotes are kept."""
    tags = ['=HYPERLINK("http://evil.example")', "+1", "-1", "@x", 'say "hi", you', "line1/temp"]
    assert read([column(tag, []) for tag in tags])[0] == [
        "time",
        '\'=HYPERLINK("http://evil.example")',
        "'+1",
        "'-1",
        "'@x",
        'say "hi", you',
        "line1/temp",
    ]


@given(st.lists(st.floats(), max_size=40))
def test_json_columns_read_back(values: list[float]) -> None:
    """JSON columns read back as the same numbers, and what is no number as null."""
    text = "".join(json_with_columns({"tag": "ä"}, {"value": array("d", values)}))
    expected = [value if math.isfinite(value) else None for value in values]
    assert json.loads(text) == {"tag": "ä", "value": expected}


def test_json_columns_longer_than_a_slice() -> None:
    """JSON columns longer than a slice are whole."""
    values = array("d", range(SLICE * 2 + 1))
    assert json.loads("".join(json_with_columns({"n": 1}, {"v": values})))["v"] == list(values)


@given(st.lists(st.integers(), max_size=12), st.integers(1, 5))
def test_a_list_made_in_slices(items: list[int], per_slice: int) -> None:
    """A list made in slices is the list."""
    slices = (items[start : start + per_slice] for start in range(0, len(items), per_slice))
    assert json.loads("".join(json_list(slices))) == items


def test_a_column_whose_turn_comes_late_begins_with_what_it_holds_then() -> None:
    """A quick tag beside a slow one: its oldest points are overwritten before the table has come to its time."""
    store = Store(Limits(max_points=100), Counters())
    for tag, begin, count in (("slow", 0.0, 5), ("quick", 10.0, 100)):
        times = array("d", [begin + n for n in range(count)])
        store.extend(store.open(tag), times, times)
    table = csv_table([SeriesColumn(series.tag, series.stretch(None, None)) for series in store])
    text = next(table)
    for n in range(30):
        store.append(store.find("quick"), 110.0 + n, 0.0)
    found = [float(row[0]) for row in csv.reader(io.StringIO(text + "".join(table), newline="")) if row[0] != "time"]
    assert found == [0, 1, 2, 3, 4, *range(40, 110)]
