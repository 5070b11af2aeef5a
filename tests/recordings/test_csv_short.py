"""Tables of one to three rows, as people paste them in reports of bugs: they are read as the whole file would be, or it is said why not."""

import math
from datetime import UTC, datetime

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.samples import Columns

MOMENT = """,_start,_stop,_time,_value,_field
,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,2024-01-01T10:00:00Z,1,t
,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,2024-01-01T10:00:00Z,2,h
"""
FLUX = """,result,table,_start,_time,_value,_field,_measurement
,,0,2024-01-01T00:00:00Z,2024-01-01T10:00:00Z,1,t,air
,,0,2024-01-01T00:00:00Z,2024-01-01T10:01:00Z,2,t,air
"""


def _table(text: str) -> Table:
    return Table(text.encode(), UTC, 1_800_000_000.0)


def _points(text: str) -> dict[str, list[tuple[str, object]]]:
    """Return the points of a table by series, each with its time in UTC; but for gaps."""
    table = _table(text)
    found = dict[str, list[tuple[str, object]]]()
    for piece in table.pieces():
        for sample in table.parse(piece).samples:
            columns = (
                (sample.times or [], sample.values)
                if isinstance(sample, Columns)
                else ([sample.time or 0.0], [sample.value])
            )
            for time, value in zip(*columns, strict=True):
                if isinstance(value, float) and math.isnan(value):
                    continue
                stamp = datetime.fromtimestamp(round(time, 3), UTC).isoformat(timespec="milliseconds")
                found.setdefault(str(sample.tag), []).append((stamp.removesuffix("+00:00").removesuffix(".000"), value))
    return found


@pytest.mark.parametrize(
    ("text", "name", "time"),
    [
        ("Datum;Saat;v\n31.01.2025;22:00;1\n", "v", "2025-01-31T22:00:00"),
        ("Datum;von;bis;v\n02.03.25;23:30;23:45;1\n", "v", "2025-03-02T23:30:00"),
        ("Datum;Zeit von;Zeit bis;v\n26.10.2025;00:00;00:15;1\n", "v", "2025-10-26T00:00:00"),
        (
            "Van (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);v\n21-11-2024;00:00;21-11-2024;00:15;1\n",
            "v",
            "2024-11-21T00:00:00",
        ),
        ("Fecha;Hora;v\n15/01/2025;1;2\n", "v", "2025-01-15T01:00:00"),
        ("Date&Time,ms,v\n2024-01-13 10:00:00,0,1\n2024-01-13 10:00:00,500,1\n", "v", "2024-01-13T10:00:00"),
        ("Date&Time,ms,v\n2024-01-13 10:00:00,500,1\n", "v", "2024-01-13T10:00:00.500"),
        ("a time_s time_us\n1 1332019828 859987\n2 1332019828 909987\n", "a", "2012-03-17T21:30:28.860"),
        ("a time_s time_us\n1 1332019828 859987\n", "a", "2012-03-17T21:30:28.860"),
        ("Kuupäev;Kell;v\n24.01.2024;18:00;78,5\n", "v", "2024-01-24T18:00:00"),
        ("DATE,MST,v\n2019-01-01,00:30,-16.5\n", "v", "2019-01-01T07:30:00"),
        ("Date,Sunrise,v\n2019-01-01,07:30,-16.5\n", "v", "2019-01-01T00:00:00"),
        ("Algus;Lõpp;v\n14.03.2023 00:00;14.03.2023 01:00;0,5\n", "v", "2023-03-14T00:00:00"),
        ("date,zone,v\n2025-11-02 00:00:00,EDT,3\n", "v", "2025-11-02T04:00:00"),
        (
            "Time Stamp,Time Zone,Name,v\n11/22/2025 00:00:00,EDT,A,3\n11/22/2025 00:00:00,EDT,B,4\n",
            "A",
            "2025-11-22T04:00:00",
        ),
        ("local_time,utc_time,v\n2024-01-01 11:00:00,2024-01-01 10:30:00,1\n", "v", "2024-01-01T10:30:00"),
        ("Date,Tmax,Tmax at\n2024-01-13,20,13:30\n", "Tmax", "2024-01-13T00:00:00"),
        (MOMENT, "t", "2024-01-01T10:00:00"),
        ("id;MESS_DATUM;v\n44;2025011900;3\n", "v", "2025-01-19T00:00:00"),
        ("datetime,v\n2023-01-01T01:00:00-07:00,3\n", "v", "2023-01-01T08:00:00"),
        ("Stamp,v\n2024-01-13 10:00-11:00,3\n2024-01-13 11:00-12:00,3\n", "v", "2024-01-13T10:00:00"),
    ],
)
def test_the_time_of_few_rows_is_that_of_many(text: str, name: str, time: str) -> None:
    """A clock beside a date, an hour, thousandths, a zone: a single row, or rows of one moment, show them as well."""
    assert _points(text)[name][0][0] == time


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("time,signal_id,value\n2024-01-01 10:00,a.b,1\n2024-01-01 10:00,c.d,2\n", ["a.b", "c.d"]),
        ("ts;device;signal;val\n1717400000000;A;p;0\n1717400001000;B;t;1\n", ["A/p", "B/t"]),
        ("time,machine,speed,load\n2024-01-01 10:00,M1,1,5\n2024-01-01 10:01,M2,2,6\n", ["M1/speed", "M1/load", "M2/speed", "M2/load"]),
        ("HourUTC;PriceArea;DKK;EUR\n2023-01-13 22:00;DK1;1,5;2\n2023-01-13 22:00;DK2;2,5;3\n", ["DK1/DKK", "DK1/EUR", "DK2/DKK", "DK2/EUR"]),
        ("time;address;pac;pdc\n1762152300;1;8;9\n1762152300;2;7;8\n", ["address 1/pac", "address 1/pdc", "address 2/pac", "address 2/pdc"]),
        ("time,dev_eui,rssi,snr\n2024-01-01 10:00,A8404100,-90,5\n2024-01-01 10:01,A8404101,-91,6\n",
         ["A8404100/rssi", "A8404100/snr", "A8404101/rssi", "A8404101/snr"]),
        ("station,date,tmax,tmin\n10147,2024-01-01,5,1\n10148,2024-01-01,6,2\n",
         ["station 10147/tmax", "station 10147/tmin", "station 10148/tmax", "station 10148/tmin"]),
        ("id,value,feed,created_at\n0F0K1,77.5,12,2022-06-29 16:00\n0F0K2,77.25,12,2022-06-29 16:01\n", ["value", "feed"]),
        ("Row No,time,v\n1,2024-01-01 10:00,5\n2,2024-01-01 10:01,6\n", ["Row No", "v"]),
        ("time,a,state\n2024-01-01 10:00,1,RUN\n2024-01-01 10:01,2,STOP\n", ["a"]),
        (FLUX, ["t"]),
        ("metric_name,time,metric_value,ok,code\nreq,1595325560,2.5,true,200\nvus,1595325560,5.0,,\n",
         ["req/metric_value", "req/ok", "req/code", "vus/metric_value"]),
    ],
)  # fmt: skip
def test_names_tell_series_apart_where_no_name_can_come_again(text: str, names: list[str]) -> None:
    assert list(_points(text)) == names


@pytest.mark.parametrize(
    "above",
    [
        "latitude,longitude,elevation,timezone\n52.52,13.4,38.0,GMT\n\n",
        "[Channels]\nwords with blanks between them\nand more of them, in long lines\nand again\nand again\n[Data]\n",
        "Serial,12345678\nRate,4 S/s\n",
        "Serial No.,240112345\nSTART,2024-01-13 10:00:00\nINTERVAL,1min\n",
        "Report\nUNIT: kPa\n\n",
        "Device,X1,,\nFirmware,1.2,,\n",
        "Station;7\nName of a longer line, with a comma\n",
    ],
)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_header_is_found_above_few_rows(above: str, count: int) -> None:
    rows = [f"2024-01-13 10:0{minute}:00,1.5,ok,2{minute}\n" for minute in range(count)]
    points = _points(above + "Date Time,Level,Flag,Temp\n" + "".join(rows))
    assert {"Level": count, "Temp": count}.items() <= {name: len(found) for name, found in points.items()}.items()


def test_values_without_a_name_for_their_times_keep_their_names() -> None:
    """As of rrdtool fetch: names stand above all columns but the first."""
    points = _points("            load_1min load_5min\n\n1334860500: 1.5 2.5\n1334860800: 1.25 2.25\n")
    assert [value for _, value in points["load_1min"]] == [1.5, 1.25]


@pytest.mark.parametrize("name", ["MPRN", "EAN-code", "Meter Serial Number", "device_id", "Meter nummer"])
def test_a_long_number_that_names_a_thing_is_no_series(name: str) -> None:
    table = _table(f"time,{name},v\n2024-01-01 10:00,10306000000,1\n2024-01-01 10:15,10306000000,2\n")
    assert "10306000000" in next(iter(table.left_out()))
    assert "v" in _points(f"time,{name},v\n2024-01-01 10:00,10306000000,1\n2024-01-01 10:15,10306000000,2\n")


@pytest.mark.parametrize("name", ["mode", "Wind Direction", "event", "comment", "Record No", "status"])
def test_what_changes_from_row_to_row_names_no_series(name: str) -> None:
    """Two rows of one minute are two points at one time, which is said."""
    table = _table(
        text := f"time,{name},v,w\n2024-01-01 10:00,5,1,2\n2024-01-01 10:00,6,3,4\n".replace("5", "ab").replace(
            "6", "cd"
        )
    )
    assert [value for _, value in _points(text)["v"]] == [1.0, 3.0]
    assert [len(table.parse(piece).samples) for piece in table.pieces()] == [2]
    assert "has the time of the row before" in table.notes[0]


def test_lines_between_the_header_and_few_rows_are_no_data() -> None:
    """A row of units, a count of rows."""
    rdb = "agency_cd\tdatetime\tflow\n5s\t20d\t14n\nUSGS\t2013-06-06 00:00\t1.5\n"
    assert _points(rdb)["flow"] == [("2013-06-06T00:00:00", 1.5)]
    assert _points("Time\tR\ns\tΩ\n0\t4712,5\n0,5\t4713,5\n")["R"][1][1] == 4713.5
    found = _points(
        "Station;7\nEinheit:;cm\nWerte:\n29.11.1998 07:00:00   ;     0,5\n30.11.1998 07:00:00   ;     0,25\n"
    )
    assert [value for _, value in next(iter(found.values()))] == [0.5, 0.25]


def test_a_date_of_open_order_is_not_passed_over_for_the_hour_beside_it() -> None:
    with pytest.raises(PayloadError, match="dates of one meaning"):
        _table("Fecha,Hora,v\n7/6/2021,20,5\n7/6/2021,21,6\n")
