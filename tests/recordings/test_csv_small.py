"""Tables of few rows, empty ones among them: each is read, or refused in words."""

from contextlib import suppress
from datetime import UTC
from itertools import product

import pytest

from mqtt_plot.errors import MqttPlotError
from mqtt_plot.recordings.csv_table import Table

HEADS = [
    "Settlement Date,Settlement Period,v",
    "Date,Hour,v",
    "date,Time,AM/PM,x",
    "Year,Month,Day,v",
    "timestamp [ms],a,b",
    "tag,value,time",
    "Date;Zeit;Wert",
    "t,2024-01-01,x",
    "a,b,c",
    ",,",
]
ROWS = [
    "2024-01-01",
    "2024-01-02",
    ",,",
    "",
    "2024-01-01,,",
    "2024-01-01,,1",
    ",1",
    ",,1",
    ",,,,,",
    "1,2",
    "2024-01-01,1,5,6,7",
    "NaN,NaN,NaN",
]


@pytest.mark.parametrize("head", HEADS)
def test_no_small_table_is_a_fault_of_ours(head: str) -> None:
    """A column without a cell, rows of nothing, rows longer than the names: whatever rules look at has to be there."""
    for count in range(3):
        for rows in product(ROWS, repeat=count):
            with suppress(MqttPlotError):
                table = Table("\n".join([head, *rows]).encode(), UTC, 1_700_000_000.0)
                for piece in table.pieces():
                    table.parse(piece)
