"""The same table in another dress, as programs and people write it, gives the same series."""

import pytest

from mqtt_plot.errors import PayloadError
from tests.support.tables import NOW, read

MARCH = 1_709_287_200.0  # 2024-03-01T10:00Z


def test_dates_whose_first_is_the_same_in_any_order_are_open_where_others_differ() -> None:
    """4 April is 04/04 for everybody, the day after it is not."""
    with pytest.raises(PayloadError, match="--date-order"):
        read("time,temp\n" + "".join(f"04/0{4 + n // 3}/2024 0{n % 3}:00,{n}\n" for n in range(4)))


def test_names_that_come_again_are_no_data() -> None:
    """Of eight rows one is a ninth, which is more than a tenth."""
    data = [f"2024-03-01 10:0{n}:00,2{n},RUN\n" for n in range(8)]
    table, points, rejected = read("time,temp,mode\n" + "".join([*data[:4], "time,temp,mode\n", *data[4:]]))
    assert [value for _, value in points["temp"]] == [20.0 + n for n in range(8)]
    assert not rejected
    assert "names stand in 2 places" in table.notes[0]


@pytest.mark.parametrize("text", ["Mar 01, 2024 10:0{n}:00|1,{n}\n", "2024-03-01 10:0{n}:00|a, b|1,{n}\n"])
def test_bars_that_split_the_names_too_are_delimiters(text: str) -> None:
    """Though commas split the rows into as many cells or more."""
    names = "time|note|temp\n" if "a, b" in text else "time|temp\n"
    _, points, _ = read(names + "".join(text.format(n=n) for n in range(8)))
    assert points["temp"][:2] == [(MARCH, 1.0), (MARCH + 60, 1.1)]


def test_a_short_file_has_states_though_few_words_come_again() -> None:
    """Of three rows two may have words of their own."""
    _, points, _ = read(
        "time,mode\n" + "".join(f"2024-03-01 10:0{n}:00,{word}\n" for n, word in enumerate(("auto", "manual", "off")))
    )
    assert [value for _, value in points["mode"]] == ["auto", "manual", "off"]


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("count", [40, 10_000])
def test_clocks_go_on_over_midnights(way: int, count: int) -> None:
    """Also where the newest row is first, and in a file that is too long to be looked at twice; the last one is now."""
    data = [f"{n % 24:02}:00:00,{n}.25\n" for n in range(count)][::way]
    _, points, rejected = read("time,temp\n" + "".join(data))
    assert sorted(points["temp"]) == [(NOW - 3600 * (count - 1 - n), n + 0.25) for n in range(count)]
    assert not rejected


def test_groups_of_three_behind_points_and_behind_commas_are_told() -> None:
    """One of them is the decimal mark, nothing else tells which."""
    table, _, _ = read("time;a;b\n" + "".join(f"2024-03-01 10:0{n}:00;4.11{n};21,42{n}\n" for n in range(5)))
    assert any("nothing tells what the mark" in note for note in table.notes)


def test_tables_below_each_other_are_named_by_what_stands_above_them() -> None:
    """One for each sensor, of the same names."""
    parts = "".join(
        f"Sensor: {name}\ntime,temp,flow\n"
        + "".join(f"2024-03-01 10:0{n}:00,{start + n},1.5\n" for n in range(4))
        + "\n"
        for name, start in (("supply", 60), ("return", 40))
    )
    table, points, rejected = read(parts)
    assert points["supply/temp"] == [(MARCH + 60 * n, 60.0 + n) for n in range(4)]
    assert points["return/temp"] == [(MARCH + 60 * n, 40.0 + n) for n in range(4)]
    assert "one for each of 'supply', 'return'" in " ".join(table.notes)
    assert not rejected


def test_a_date_above_each_table_is_that_of_its_clocks() -> None:
    parts = "".join(
        f"Date: 2024-03-0{day}\ntime,temp,flow\n10:00:00,2{day},1\n11:00:00,3{day},1\n12:00:00,4{day},1\n"
        for day in (1, 2)
    )
    _, points, _ = read(parts)
    assert [time for time, _ in points["temp"]] == [MARCH + 3600 * n for n in (0, 1, 2, 24, 25, 26)]


def test_a_recording_that_goes_on_with_further_columns_or_others_first_is_one_table() -> None:
    """As after a restart with a new sensor."""
    head = "time,temp,hum\n2024-03-01 10:00:00,1,2\n2024-03-01 10:01:00,3,4\n"
    table, points, _ = read(f"{head}time,hum,temp,co2\n2024-03-01 10:02:00,6,5,400\n2024-03-01 10:03:00,8,7,401\n")
    assert [value for _, value in points["temp"]] == [1, 3, 5, 7]
    assert points["co2"] == [(MARCH + 120, 400.0), (MARCH + 180, 401.0)]
    assert "names stand in 2 places" in " ".join(table.notes)


def test_a_table_of_means_below_is_left_out_and_told() -> None:
    head = "date,time,temp,hum\n" + "".join(f"2024-03-01,10:0{n}:00,{n},4\n" for n in range(3))
    table, points, _ = read(f"{head}\nStatistics\nChannel,Min,Max,Mean\ntemp,0,2,1\nhum,4,4,4\n")
    assert points["temp"] == [(MARCH + 60 * n, float(n)) for n in range(3)]
    assert "another table, with 'Channel', 'Min', 'Max', 'Mean', is not read" in table.notes


def test_totals_below_the_days_are_no_days() -> None:
    _, points, rejected = read(
        "date,energy,cost\n2024-03-01,12,3\n2024-03-02,13,3\n2024-03-03,11,3\nTotal,36,9\nAverage,12,3\n"
    )
    assert [value for _, value in points["energy"]] == [12, 13, 11]
    assert len(rejected) == 2


def test_tables_side_by_side_have_times_of_their_own() -> None:
    """Which need not be equally many."""
    rows_of_both = "".join(f"2024-03-01 10:0{n}:00,{n},,2024-03-01 10:0{n}:05,3{n}\n" for n in range(4))
    table, points, _ = read(f"time,flow,,time,level\n{rows_of_both}2024-03-01 10:04:00,4,,,\n")
    assert points["flow"] == [(MARCH + 60 * n, float(n)) for n in range(5)]
    assert points["level"] == [(MARCH + 60 * n + 5, 30.0 + n) for n in range(4)]
    assert "2 tables stand side by side, each with its own times" in table.notes


@pytest.mark.parametrize(
    ("names", "units", "row", "unit"),
    [
        (
            "time,Ux,co2",
            '"TS","m/s","mg/m^3"\n"","Smp","Avg"',
            "2024-03-01 10:0{n}:00,1,2",
            {"Ux": "m/s", "co2": "mg/m^3"},
        ),
        ("year month tmax rain", "degC mm", "2024 {n} 8.5 1.25", {"tmax": "degC", "rain": "mm"}),
        ("time,AirT_C(1),AirT_C(2)", ",Deg C,Deg C", "2024-03-01 10:0{n}:00,1,2", {"AirT_C(1)": "Deg C"}),
    ],
)
def test_units_stand_below_the_names(names: str, units: str, row: str, unit: dict[str, str]) -> None:
    """Whatever a logger writes about its samples, and though blanks leave no cell where there is none."""
    table, _, _ = read(f"{names}\n{units}\n" + "".join(row.format(n=n) + "\n" for n in range(1, 8)))
    assert {column.name: column.unit for column in table.columns if column.name in unit} == unit


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("950 W", "1.02 kW", "-1.5 kW"), [950.0, 1020.0, -1500.0]),
        (("0x00", "0x0A", "0xFF"), [0.0, 10.0, 255.0]),
        (("running", "stopped", "idle"), ["running", "stopped", "idle"]),
    ],
)
def test_cells_are_read_as_their_writer_means_them(cells: tuple[str, ...], values: list[object]) -> None:
    """Multiples of the column's unit, hexadecimal numbers with their mark, states of which two are usual words."""
    text = "".join(f"2024-03-01 10:0{n}:00,{n},{cell}\n" for n, cell in enumerate(cells))
    _, points, _ = read(f"time,n,x\n{text}")
    assert [value for _, value in points["x"]] == values


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("čas;průtok;napětí", "cp1250", "průtok"),
        ("Dátum;Hőmérséklet;Páratartalom", "cp1250", "Hőmérséklet"),
        ("Datum;Razina (°C);čišćenje", "cp1250", "Razina (°C)"),
        ("Дата;Влажност (°C);час", "cp1251", "Влажност (°C)"),
        ("Päivämäärä;Lämpötila (°C);Kosteus", "cp1252", "Lämpötila (°C)"),
        ("Zeit;Rücklauf;Übergabe", "cp1252", "Rücklauf"),
        ("Date;Température;Débit", "cp1252", "Température"),
        ("時間;溫度;壓力\n2024/3/1 上午 09:59;1;2", "big5", "溫度"),
    ],
)
def test_names_are_in_the_letters_of_their_country(text: str, encoding: str, name: str) -> None:
    rows_of_all = "".join(f"2024/3/1 {'上午 ' if encoding == 'big5' else ''}10:0{n};{n};4\n" for n in range(4))
    _, points, _ = read(f"{text}\n{rows_of_all}".encode(encoding))
    assert points[name][-1] == (MARCH + 180, 3.0)


def test_lines_that_end_as_on_old_macintoshes_are_lines() -> None:
    _, points, _ = read(
        "".join(f"{line}\r" for line in ("time,temp", *(f"2024-03-01 10:0{n}:00,{n}" for n in range(4))))
    )
    assert len(points["temp"]) == 4


@pytest.mark.parametrize(
    ("names", "row", "first"),
    [
        ("DATE TIME temp", "24022024 {n} 2{n}.5", 1_708_732_800.0),
        ("DATE,TIME,temp", "240224,23595{n},2{n}.5", 1_708_819_190.0),
        ("Date,temp", "24/2/2567 0:0{n},2{n}.5", 1_708_732_800.0),
        ("Date,temp", "24/2/2024 8:0{n} μμ,2{n}.5", 1_708_804_800.0),
        ("Date,temp", "24. 2. 2024 0:0{n},2{n}.5", 1_708_732_800.0),
        ("Date,temp", "24.2.2024. 0:0{n},2{n}.5", 1_708_732_800.0),
        ("Date,temp", "24.2.2024 \u0433. 0:0{n},2{n}.5", 1_708_732_800.0),
        ("Date,temp", "Sat Feb 24 2024 01:0{n}:00 GMT+0100 (Central European Standard Time),2{n}.5", 1_708_732_800.0),
        ("Date-Time (ADT),temp", "2024-02-23 21:0{n}:00,2{n}.5", 1_708_732_800.0),
    ],
)
def test_dates_are_read_as_their_country_or_logger_writes_them(names: str, row: str, first: float) -> None:
    """Day first in digits, two digits of a year before a clock, the years of Buddha, Greek halves, Atlantic summer time."""
    _, points, _ = read(
        f"{names}\n"
        + "".join(row.format(n=n) + "\n" for n in range(8))
        + ("240225,000000,9\n" if "DATE," in names else "")
    )
    assert points["temp"][0] == (first, 20.5)


def test_what_was_measured_names_a_sample_rather_than_what_measured_it() -> None:
    rows_of_both = "".join(
        f"s1,2024-03-01 10:0{n}:00,{name},{n}\n" for n in range(4) for name in ("temperature", "humidity")
    )
    _, points, _ = read(f"sensor_id,time,observed_property,value\n{rows_of_both}")
    assert set(points) == {"temperature", "humidity"}


def test_numbers_without_names_have_the_unit_behind_them() -> None:
    """The first of them are times."""
    table, points, _ = read("".join(f"{n}.5, s, 24.{n}, degC\n" for n in range(8)))
    assert [value for _, value in points["column 3"]] == [24 + n / 10 for n in range(8)]
    assert {column.name: column.unit for column in table.columns}["column 3"] == "degC"


def test_channels_begin_when_the_words_above_each_say() -> None:
    """As LabVIEW's, of which the second is a second later."""
    above = "Date\t2024/03/01\t\t2024/03/01\nTime\t10:00:00\t\t10:00:01\nX0\t0\t\t0\n***End_of_Header***\n"
    rows_of_both = "".join(f"{n / 2}\t{n}\t{n}\t2{n}\n" for n in range(8))
    _, points, _ = read(f"{above}X_Value\tflow\tX_Value\ttemp\n{rows_of_both}")
    assert points["flow"][1] == (MARCH + 0.5, 1.0)
    assert points["temp"][1] == (MARCH + 2, 21.0)


def test_rows_without_a_date_are_of_the_day_above() -> None:
    """As spreadsheets save joined cells."""
    table, points, _ = read("date,time,temp\n2024-03-01,10:00,1\n,11:00,2\n,12:00,3\n2024-03-02,10:00,4\n,11:00,5\n")
    assert [time for time, _ in points["temp"]] == [MARCH + 3600 * n for n in (0, 1, 2, 24, 25)]
    assert "rows without a date are taken as of the day of the row above" in table.notes


def test_cells_behind_names_that_come_again_are_kept() -> None:
    """One name stands above the date and the clock behind it."""
    part = "r free UTC\n" + "".join(f"{n} 81{n} 2024-03-01 10:00:0{n}\n" for n in range(5))
    _, points, _ = read(part + part)
    assert points["free"][1] == (MARCH + 1, 811.0)


def test_tables_of_other_columns_at_further_times_are_read() -> None:
    """Each column has the times of its own table only."""
    first = "".join(f"2024-03-01 10:0{n}:00,{n},2{n}\n" for n in range(4))
    second = "".join(f"2024-03-01 11:0{n}:00,40{n}\n" for n in range(4))
    _, points, _ = read(f"time,temp,flow\n{first}time,co2\n{second}")
    assert points["co2"] == [(MARCH + 3600 + 60 * n, 400.0 + n) for n in range(4)]
    assert points["temp"] == [(MARCH + 60 * n, float(n)) for n in range(4)]


def test_parts_of_a_second_may_stand_beside_whole_ones() -> None:
    _, points, _ = read(
        "time_s time_us temp\n" + "".join(f"{1_709_287_200 + n // 4} {n % 4 * 250_000} {n}\n" for n in range(12))
    )
    assert points["temp"][5] == (MARCH + 1.25, 5.0)


def test_letters_that_may_be_others_are_told() -> None:
    """Mo\u010d in Slovenia would be Mo\u00e8 in western Europe."""
    table, _, _ = read("Datum;Mo\u010d\n24.1.2024 10:00;1,5\n24.1.2024 11:00;2,5\n".encode("cp1250"))
    assert "Windows-1252" in " ".join(table.notes)


@pytest.mark.parametrize(
    ("cell", "value"), [("(12.50)", -12.5), ("$1234.50", 1234.5), ("($5.25)", -5.25), ("€2.76", 2.76)]
)
def test_accounts_have_their_own_way_to_write_numbers(cell: str, value: float) -> None:
    """Brackets are below nought."""
    _, points, _ = read("time,n,x\n" + "".join(f"2024-03-01 10:0{n}:00,{n},{cell}\n" for n in range(4)))
    assert points["x"][0] == (MARCH, value)


def test_clocks_may_have_the_h_of_hours_in_french() -> None:
    _, points, _ = read("Date;Heure;x\n" + "".join(f"01/03/2024;{n}h45;{n}\n13/03/2024;{n}h50;{n}\n" for n in (8, 9)))
    assert (MARCH - 2 * 3600 + 45 * 60, 8.0) in points["x"]


def test_a_day_begins_when_it_starts_not_when_it_ends() -> None:
    _, points, _ = read(
        "date,start time,end time,x\n" + "".join(f"2024-03-0{n},00:00,23:59,{n}\n" for n in range(1, 6))
    )
    assert points["x"][0] == (MARCH - 10 * 3600, 1.0)
