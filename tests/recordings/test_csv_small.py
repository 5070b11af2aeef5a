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


@pytest.mark.parametrize("cell", ["133201\u00b9829", "13320\u00b2", "\u2460", "\u0661\u0662"])
@pytest.mark.parametrize(
    "table",
    [
        "time_s,time_us,a\n{0},859987,1\n1332019828,909987,2\n1332019829,909987,3\n",
        "time_s,time_us,a\n1332019828,{0},1\n1332019828,909987,2\n1332019829,909987,3\n",
        "date,time,a\n2024-01-02,{0},1\n2024-01-02,133202,2\n2024-01-02,133203,3\n",
        "year,month,day,hour,a\n2024,1,{0},1,1\n2024,1,2,{0},1\n2024,1,2,3,1\n",
        "time,H{0},H2\n2024-01-02,1,2\n2024-01-03,1,2\n",
    ],
)
def test_a_raised_digit_is_no_fault(table: str, cell: str) -> None:
    """It is one for Unicode, and no number: the file is read without it, or refused."""
    with suppress(MqttPlotError):
        found = Table(table.format(cell).encode(), now=1_800_000_000.0)
        for piece in found.pieces():
            found.parse(piece)
