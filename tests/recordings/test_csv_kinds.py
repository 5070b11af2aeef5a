"""Kinds of CSV files beyond one column of time and some of numbers: neighbours of what the corpus holds."""

from datetime import UTC

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_encoding import guessed, to_utf8
from mqtt_plot.recordings.csv_preamble import find_preamble
from mqtt_plot.recordings.csv_table import Table

NOW = 1_800_000_000.0
MAY = 1_714_557_600.0  # 2024-05-01T10:00Z


def read(text: str, choices: Choices | None = None) -> tuple[Table, dict[str, int]]:
    """Return a text as a table that has been read to its end, and its points by tag."""
    table = Table(text.encode(), now=NOW, choices=choices)
    for piece in table.pieces():
        table.parse(piece)
    return table, dict(table.counts)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("year,month,day,hour,minute,a", "2024,5,1,{hour},0,{n}"),
        ("a,YY,MM,DD,hh,mm", "{n},24,5,1,{hour},0"),
        ("Jahr;Monat;Tag;Uhrzeit;a", "2024;5;1;{hour}:00;{n}"),
        ("date,hour,a", "2024-05-01,{hour},{n}"),
        ("date,time,tz,a", "2024-05-01,{later}:00,+02:00,{n}"),
        ("stamp,a", "20240501{hour},{n}"),
        ("von;a", "01.05.2024 {hour}:00 - 01.05.2024 {next}:00;{n}"),
        ("日時,a", "2024年5月1日 {hour}時00分,{n}"),
        ("date,clock,a", "20240501,{hour}0000,{n}"),
        ("zeit;a", "01.05.2024 {hour}.00.00;{n}"),
    ],
)
def test_a_time_is_read_however_it_is_apart_or_packed(head: str, row: str) -> None:
    """Ten hours, from ten o'clock on."""
    rows = [row.format(hour=10 + n, next=11 + n, later=12 + n, n=n) for n in range(10)]
    table, points = read("\n".join([head, *rows]))
    assert (table.first, table.last, points["a"]) == (MAY, MAY + 9 * 3600, 10)


@pytest.mark.parametrize(
    ("above", "start", "step"),
    [
        ("Log Date,01.05.2024\nLog Time,10:00:00", MAY, 0.0),
        ("Recording date: 2024/05/01,  10:00:00 AM", MAY, 0.0),
        ("Start,2024-05-01 10:00\nSample Rate,20,Hz", MAY, 0.05),
        ("Date,04/05/2024\nTime,10:00", None, 0.0),
        ("Sampling interval [ms],10", None, 0.01),
        ("Interval,00:00:10", None, 10.0),
        ("Interval,5,parsecs", None, 5.0),
        ("Exported,2024-05-01 10:00", None, 0.0),
    ],
)
def test_words_above_say_when_times_begin_and_how_far_apart_they_are(
    above: str, start: float | None, step: float
) -> None:
    """What has two meanings, or is no beginning, is not used."""
    found = find_preamble([line.split(",") for line in above.split("\n")], UTC)
    assert (found.start, found.step) == (start, step)


@pytest.mark.parametrize(("head", "day"), [("Time(dd/mm/yyyy)", 1_714_816_800), ("Date (MM/DD/YYYY)", 1_712_311_200)])
def test_the_order_of_dates_may_stand_in_the_name(head: str, day: int) -> None:
    """And a clock needs no leading zeros."""
    assert read(f"{head},a\n" + "".join(f"04/05/2024 10:{n}:5,{n}\n" for n in range(9)))[0].first == day + 5


def test_rows_without_a_time_are_as_far_apart_as_is_said_above() -> None:
    """And that is told; without an interval the file is refused."""
    rows = "".join(f"{n};{n % 3}\n" for n in range(5, 25))
    table, points = read(f"Sample Interval;0.5;s\nForce;Valve\n{rows}")
    assert (points, (table.last or 0) - (table.first or 0)) == ({"Force": 20, "Valve": 20}, 9.5)
    assert any("rows are 0.5 s apart" in note for note in table.notes)
    with pytest.raises(PayloadError, match="column of times"):
        read(f"Force;Valve\n{rows}")


def test_rows_of_several_sensors_are_told_apart() -> None:
    """By a column that is called so, or without which a time comes twice; a state is no name of a series."""
    rows = [f"{MAY + n // 2:.0f},{'AB'[n % 2]},{n},{n / 2}" for n in range(20)]
    assert read("\n".join(["time,wing,temp,hum", *rows]))[1] == dict.fromkeys(
        ["A/temp", "A/hum", "B/temp", "B/hum"], 10
    )
    rows = [f"{MAY + n:.0f},{['run', 'stop'][n // 10]},{n},{n / 2}" for n in range(20)]
    assert read("\n".join(["time,mode,temp,hum", *rows]))[1] == dict.fromkeys(["mode", "temp", "hum"], 20)


def test_numbers_that_may_mean_nothing_are_told_and_drawn() -> None:
    """Where they lie far from all else, and not where they are among it."""
    rows = "".join(f"{MAY + n:.0f},{-999 if n == 7 else n},{995 + n}\n" for n in range(20))
    table, points = read(f"time,level,height\n{rows}")
    assert points == {"level": 20, "height": 20}
    assert [note.split(" holds ")[0] for note in table.notes] == ["'level'"]


@pytest.mark.parametrize("encoding", ["cp932", "gb18030", "cp1251"])
def test_encodings_are_guessed(encoding: str) -> None:
    """From runs of bytes above ASCII; what western Europe writes stays."""
    word = {"cp932": "気温と湿度の記録", "gb18030": "温度和湿度记录", "cp1251": "Температура воздуха"}[encoding]
    text = f"time,{word}\n1,2\n"
    assert to_utf8(text.encode(encoding)) == text.encode()
    assert guessed("Größe;Öl °C;µA\n1;2;3\n".encode("cp1252")) == ""


def test_a_file_begun_anew_keeps_its_first_rows() -> None:
    """Names that come again are no other table; of another table above is told how much is not read."""
    rows = "".join(f"{MAY + n:.0f};{n}\n" for n in range(10))
    assert read(f"time;a\n{rows}time;a\n{rows}")[1] == {"a": 20}
    table, points = read(f"time;height\n{MAY:.0f};7\n\ntime;a\n{rows}")
    assert (points, table.notes) == ({"a": 10}, ("1 rows above the names belong to another table and are not read",))


def test_a_ramp_is_no_time_where_a_column_is_called_so() -> None:
    """Though it rises by the interval of samples that stands above."""
    rows = "".join(f"{n / 10 - 1:.1f},{n / 10 + 20:.1f}\n" for n in range(20))
    table, points = read(f"Sample Interval,0.1\nTIME,Force\n{rows}")
    assert (table.layout.time_names, points) == (("TIME",), {"Force": 20})


def test_words_that_have_a_unit_each_name_the_series() -> None:
    """Whatever their column is called, if units vary; a mode beside one unit does not."""
    rows = [f"{MAY + n:.0f},{'xy'[n % 2]},{n},{['rpm', 'V'][n % 2]}" for n in range(20)]
    assert read("\n".join(["time,pid,value,units", *rows]))[1] == {"x": 10, "y": 10}
    rows = [f"{MAY + n:.0f},{'xy'[n // 10]},{n},rpm" for n in range(20)]
    assert read("\n".join(["time,mode,value,units", *rows]))[1] == {"mode": 20, "value": 20}


def test_without_names_words_that_look_like_tags_are_tags() -> None:
    """And what stands above the first sample is not read."""
    rows = [f"{['R1.Temp', 'R1.Level'][n % 2]}|2024/05/01|10:00:{n:02}|{n}" for n in range(20)]
    assert read("\n".join(["ASCII", "|", "user|1|here|1", *rows]))[1] == {"R1.Temp": 10, "R1.Level": 10}


def test_a_unit_may_end_a_name() -> None:
    """One of a letter only beside others."""
    rows = "".join(f"{MAY + n:.0f},{n},{n},{n}\n" for n in range(9))
    table, _ = read(f"time,Import T1 kWh,L1 max W,T min\n{rows}")
    assert [column.unit for column in table.columns] == ["", "kWh", "W", ""]
    more = "".join(f"{MAY + n:.0f},{n},{n},{n}\n" for n in range(9))
    table, _ = read(f"time,Energy kWh,Phase A,Phase V\n{more}")
    assert [column.unit for column in table.columns] == ["", "kWh", "", ""]
    table, _ = read(f"time,Team A,L1 max W,T min\n{rows}")
    assert [column.unit for column in table.columns] == ["", "", "", ""]


def test_comments_may_begin_with_a_semicolon_and_have_the_names() -> None:
    """As those of sigrok, with the sample rate."""
    rows = "".join(f"{n % 2},{n // 2 % 2}\n" for n in range(20))
    table, points = read(
        f"; CSV generated by libsigrok\n; Channels (2/8): D1, D3\n; Samplerate: 1 kHz\nlogic,logic\n{rows}"
    )
    assert (points, round((table.last or 0) - (table.first or 0), 6)) == ({"D1": 20, "D3": 20}, 0.019)


@pytest.mark.parametrize(("number", "is_told"), [("-888.88", True), ("7777", True), ("88.8", False), ("-77", False)])
def test_one_digit_three_times_may_mean_nothing(number: str, is_told: bool) -> None:  # noqa: FBT001
    """Told where it lies far from all else."""
    rows = "".join(f"{MAY + n:.0f},{number if n == 7 else n}\n" for n in range(20))
    assert bool(read(f"time,level\n{rows}")[0].notes) == is_told


def test_a_start_that_is_taken_from_above_is_told() -> None:
    """It may be when the file was exported."""
    table, _ = read("Date,01.05.2024 10:00\nTime [s],a\n" + "".join(f"{n},{n % 3}\n" for n in range(9)))
    assert table.first == MAY
    assert any("'Date' above" in note and "exported" in note for note in table.notes)


def test_a_number_with_its_unit_is_finite_or_a_gap() -> None:
    """Also in a table with one sample per row."""
    rows = "".join(f"{MAY + n:.0f},{'ab'[n % 2]},{'9' * 400 if n == 7 else n} N\n" for n in range(20))
    table = Table(f"time,sensor,value\n{rows}".encode(), now=NOW)
    parsed = [table.parse(piece) for piece in table.pieces()]
    assert sum(len(part.samples) for part in parsed) == 19
    assert ["line 9: expected" in item.reason for part in parsed for item in part.rejected] == [True]


def test_a_number_of_a_row_may_be_missing_for_the_sum_of_all() -> None:
    """As - is the sum over all processors."""
    rows = "".join(f"{MAY + n // 3:.0f},{['-', '0', '1'][n % 3]},{n}\n" for n in range(30))
    assert read(f"time,core,load\n{rows}")[1] == {"core -": 10, "core 0": 10, "core 1": 10}


def test_two_states_are_data_from_the_first_row_on() -> None:
    """Below three rows of names; types of values are no names."""
    rows = "".join(f"{MAY + n:.0f},{['Closed', 'Open'][n % 2]},{n}\n" for n in range(20))
    assert read(f"timestamp,Gateway [0],System [0]\nstamp,Relay,Power\n,,W\n{rows}")[1] == {"Relay": 20, "Power": 20}
    assert read(f"t_stamp,Pump,Tank\ndate,B,D\n{rows}")[1] == {"Pump": 20, "Tank": 20}


def test_a_unit_of_time_that_nothing_says_is_told() -> None:
    """Numbers under timestamp may be seconds, or microseconds of a clock of its own."""
    table, _ = read("timestamp,z\n" + "".join(f"{312_456_789 + n * 4000},{n % 7}\n" for n in range(20)))
    assert any("in what unit 'timestamp' counts" in note for note in table.notes)


def test_a_row_with_more_cells_than_names_says_no_interval() -> None:
    """Only what stands under Increment does."""
    rows = "".join(f"80,{n + 13}-06-2024 10:00:00,{n}\n" for n in range(9))
    assert read(f"02,13-06-2024 10:00:00,Load\n03,13-06-2024 10:00:00,0,%,0.0,100\n{rows}")[0].layout.time_column == 1


@pytest.mark.parametrize("encoding", ["cp932", "gb18030"])
def test_dates_with_signs_tell_the_encoding(encoding: str) -> None:
    """Where hardly any other letter does."""
    assert guessed("2024年1月13日,21.5\n".encode(encoding)) == encoding


def test_the_begin_of_a_row_is_its_time_rather_than_its_end() -> None:
    """Whatever the end is called."""
    rows = "".join(f"2024-05-01 {10 + n}:00,2024-05-01 {11 + n}:00,{n}\n" for n in range(9))
    assert read(f"Start,Finish,a\n{rows}")[0].first == MAY
    assert read(f"End,From,a\n{rows}")[0].first == MAY + 3600


@pytest.mark.parametrize(("name", "unit"), [("V(out)", ""), ("I(R1)", ""), ("I(mA)", "mA"), ("Vac1(V)", "V")])
def test_a_node_in_brackets_is_no_unit(name: str, unit: str) -> None:
    """As simulators of circuits write where a voltage is."""
    rows = "".join(f"{MAY + n:.0f}\t{n}\n" for n in range(9))
    assert read(f"time\t{name}\n{rows}")[0].columns[1].unit == unit


def test_units_may_stand_behind_the_word_in() -> None:
    """Of the time too."""
    table, points = read("in s,C1 in V\n" + "".join(f"{n / 10:.1f},{n % 3}\n" for n in range(20)))
    assert (points, table.columns[1].unit, table.layout.is_relative) == ({"C1 in V": 20}, "V", True)


def test_the_clock_of_a_start_may_stand_above_its_date() -> None:
    """And a start that is called so needs no doubt."""
    rows = "".join(f"{n},{n % 3}\n" for n in range(9))
    table, _ = read(
        f"Test Start Time,10:00:00 AM\nTest Start Date,05/01/2024\nElapsed Time [s],a\n{rows}",
        Choices(date_order="mdy"),
    )
    assert (table.first, table.notes) == (MAY, ("times begin when 'Test Start Date' above says",))


def test_a_clock_may_stand_beside_a_date_of_eight_digits() -> None:
    """Though that is the same in all rows."""
    assert read("".join(f"20240501,10:{n:02},{n}\n" for n in range(9)))[0].first == MAY


@pytest.mark.parametrize(
    ("name", "cells", "days"),
    [
        ("Week", "1/2024 2/2024", [0, 7]),
        ("KW", "KW_1_2024 KW_2_2024", [0, 7]),
        ("Woche", "2024-1 2024-2", [0, 7]),
        ("Month", "Jan-24 Feb-24", [0, 31]),
        ("Monat", "Januar_24 März_24", [0, 60]),
        ("Label", "Jan_24 Feb_24 Mar_24", [0, 31, 60]),
    ],
)
def test_weeks_and_short_months_are_what_their_column_tells(name: str, cells: str, days: list[int]) -> None:
    """By its name, or as they follow each other."""
    first = 1_704_067_200.0  # 2024-01-01
    rows = [f"{cell.replace('_', ' ')},{n}" for n, cell in enumerate(cells.split())]
    table, points = read("\n".join([f"{name},a", *rows]))
    assert (table.first, table.last, points["a"]) == (first, first + days[-1] * 86_400, len(days))


def test_days_without_a_year_are_no_months() -> None:
    """Nor a time: nothing says of which year they are."""
    with pytest.raises(PayloadError, match="expected a column of times"):
        read("Label,a\nJan 24,1\nJan 25,2\nJan 27,3\n")


def test_a_sign_may_stand_apart_from_its_number() -> None:
    """As Graphtec writes it."""
    points = read("Date&Time,CH1\n2019-05-14 10:12:33,+   23.4\n2019-05-14 10:12:34,-   1.5\n")[1]
    assert points == {"CH1": 2}


def test_samples_ages_apart_are_no_times() -> None:
    """An interval that no logger has is none."""
    with pytest.raises(PayloadError, match="expected a column of times"):
        read("Sample Interval,1700000000250700000000\nHeight,Width\n1,2\n3,1\n2,5\n")
