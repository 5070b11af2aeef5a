"""What of a CSV file can be misread in silence: names that do not fit, words among numbers, counters as times, marks that may be either."""

from zoneinfo import ZoneInfo

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.date_forms import find_any_moment
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.samples import Sample
from tests.support.tables import NOW, read

JANUARY = 1_705_140_000.0  # 2024-01-13T10:00Z


def rows(form: str, count: int = 12) -> str:
    """Return rows ten minutes apart, with {t} as the time of day, {n} as a number."""
    return "".join(f"{form.format(t=f'{10 + n // 6}:{n % 6}0', n=n)}\n" for n in range(count))


@pytest.mark.parametrize(
    ("head", "row", "first"),
    [
        ('"time" "temp" "hum"', '"{n}" "2024-01-13 {t}:00" 2{n} 4', {"temp": 20.0, "hum": 4.0}),
        ("time,temp (°C, indoors),hum", "2024-01-13 {t},2{n},4", {"temp (°C, indoors)": 20.0, "hum": 4.0}),
        ("time,temp,hum", "2024-01-13 {t},2,{n},4,5", {"temp": 2.0, "hum": 4.5}),
        ("time,level,temp", "2024-01-13 {t}:00,000,INFO,2{n}", {"level": "INFO", "temp": 20.0}),
        (
            ",Pump 1,,Pump 2,\ntime,flow,temp,flow,temp",
            "2024-01-13 {t},1,2,3,4{n}",
            {"Pump 1/flow": 1.0, "Pump 2/temp": 40.0},
        ),
    ],
)
def test_values_stand_below_their_own_names(head: str, row: str, first: dict[str, object]) -> None:
    """Though names and cells are not equally many, or names come twice."""
    _, points, _ = read(f"{head}\n{rows(row)}")
    assert {tag: points[tag][0] for tag in first} == {tag: (JANUARY, value) for tag, value in first.items()}


def test_names_that_cannot_be_matched_are_told() -> None:
    """Two names above three cells of numbers."""
    table, _, _ = read(f"time,temp\n{rows('2024-01-13 {t},0.5,{n}')}")
    assert table.notes == ("2 names stand above rows of 3 cells; a value may stand below the name of another one",)


def test_words_among_numbers_are_gaps_that_are_told() -> None:
    """Low is no 0 where others are measured; on and off alone are states."""
    _, points, rejected = read(f"time,glucose\n{rows('2024-01-13 {t},10{n}')}2024-01-13 12:00,Low\n")
    assert ([value for _, value in points["glucose"]][-1] != 0, len(rejected)) == (True, 1)
    assert read(f"time,valve\n{rows('2024-01-13 {t},on')}")[2] == []


@pytest.mark.parametrize(
    ("cells", "values"), [("0,123 0,124 0,125", [0.123, 0.124]), ("1,250.5 2,000 3,000", [1250.5, 2000.0])]
)
def test_a_comma_in_quotes_is_what_the_other_cells_tell(cells: str, values: list[float]) -> None:
    """A group of thousands never begins with a zero."""
    text = "".join(f'2024-01-13 10:0{n},"{cell}"\n' for n, cell in enumerate(cells.split()))
    table, points, _ = read(f"time,a\n{text}")
    assert ([value for _, value in points["a"]][:2], table.notes) == (values, ())


@pytest.mark.parametrize(
    ("cells", "unit", "values"),
    [
        ("1.355,90 W;999,20 W", "W", [1355.9, 999.2]),
        ("1,355 kWh;2,350,000 kWh", "kWh", [1355.0, 2350000.0]),
        ("1 355 W;999 W", "W", [1355.0, 999.0]),
        ("12,5%;13,25%", "%", [12.5, 13.25]),
    ],
)
def test_marks_are_found_in_cells_with_a_unit(cells: str, unit: str, values: list[float]) -> None:
    """As in the cell alone."""
    text = "".join(f'2024-01-13 10:0{n};"{cell}"\n' for n, cell in enumerate(cells.split(";")))
    table, points, _ = read(f"time;a\n{text}")
    assert ([value for _, value in points["a"]], table.layout.columns[1].unit) == (values, unit)


@pytest.mark.parametrize("name", ["temp_quality", "tempQuality", "temp valid", "temp_is_good"])
def test_what_a_column_calls_bad_is_a_gap_and_told(name: str) -> None:
    """The column is found by the name of the other one."""
    rows_ = "".join(f"2024-01-13 10:0{n},{n},{word}\n" for n, word in enumerate(["true", "false", "true"]))
    table, points, _ = read(f"time,temp,{name}\n{rows_}")
    assert [repr(value) for _, value in points["temp"]] == ["0.0", "nan", "2.0"]
    assert table.notes[0] == f"1 value is a gap, as {name!r} says, first 'false' in line 3"


def test_a_mark_that_may_be_either_is_told() -> None:
    """12,123 in quotes is twelve thousand, unless a person says else."""
    table, points, _ = read('time,a\n2024-01-13 10:00,"12,123"\n2024-01-13 10:01,"12,124"\n')
    assert (points["a"][0][1], table.notes[0][:43]) == (12123.0, "nothing tells what the mark in '12,123' is;")


def test_a_large_counter_is_no_time() -> None:
    """Where another column is called a time; alone it is none either."""
    counters = "".join(f"{n},{1_500_000_000 + n * n * 777 % 4_000 + n * 4_000}\n" for n in range(30))
    assert read(f"Time (s),Rx bytes\n{counters}")[0].layout.time_names == ("Time (s)",)


def test_clocks_of_a_dial_have_their_half_in_another_column() -> None:
    """And a clock may be digits without leading zeros."""
    text = "".join(f"01/13/2024,{(hour - 1) % 12 + 1}:00,{'AM' if hour < 12 else 'PM'},{hour}\n" for hour in range(24))
    table, points, _ = read(f"Date,Time,AMPM,Temp\n{text}")
    assert [(time - (table.first or 0)) / 3600 for time, _ in points["Temp"]] == list(range(24))
    text = "".join(f"2024-01-13,{hour}{half},{hour}\n" for hour in range(24) for half in ("00", "30"))
    table, points, _ = read(f"Date,Time,Temp\n{text}")
    assert [time - (table.first or 0) for time, _ in points["Temp"]] == [1800 * n for n in range(48)]


@pytest.mark.parametrize(
    "text",
    [
        "13JAN2024:10:00:00",
        "13-JAN-24 10.00.00.000000 AM",
        "January 13, 2024 at 10:00AM",
        "13 janv. 2024 10:00",
        "samedi 13 janvier 2024 10h00",
        "13 ene 2024 10:00",
        "13 gen 2024 10.00",
        "13. Jan. 2024, 10:00 Uhr",
        "10:00 13/01/2024",
        "2024-01-13-10.00.00.000000",
        "2024-01-13_10-00-00",
        "2024-01-13T11:00:00+01:00[Europe/Berlin]",
        "2024/1/13 上午 10:00",
        "2024-013T10:00:00",
        "2024-W02-6 10:00",
        "2024_01_13_10_00_00",
        "2024-Jan-13 10:00",
        "13th January 2024 10:00",
        "1/13/2024 10 AM",
        "2024. 1. 13. 오전 10:00",
        "[13/Jan/2024:10:00:00 +0000]",
        "2024-01-13 10",
    ],
)
def test_dates_of_unusual_forms_are_rewritten(text: str) -> None:
    """All of them are the same moment."""
    moment = find_any_moment(text)
    assert moment is not None
    assert moment.to_seconds(moment.orders[0]) == JANUARY


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("13 févr. 2024", 2),
        ("13 mrt 2024", 3),
        ("13 abr 2024", 4),
        ("13 maj 2024", 5),
        ("13 juin 2024", 6),
        ("13 juillet 2024", 7),
        ("13 août 2024", 8),
        ("13 września 2024", 9),
        ("13 ottobre 2024", 10),
        ("13 nov. 2024", 11),
        ("13 dic 2024", 12),
        ("2024-Q3", 7),
        ("03/2024", 3),
        ("May 2024", 5),
    ],
)
def test_months_are_read_in_ten_languages(text: str, month: int) -> None:
    """By their first letters; a quarter is its first day."""
    moment = find_any_moment(text)
    assert moment is not None
    assert moment.parts[1] == month


@pytest.mark.parametrize("text", ["12:30 = 5", "2024-400", "Room 12 34 56", "1.2.3.4"])
def test_what_is_like_a_date_is_none(text: str) -> None:
    """A clock among other things, a day beyond the year, numbers of anything."""
    assert find_any_moment(text) is None


@pytest.mark.parametrize(
    ("head", "row", "steps"),
    [
        ("Year,Month,a", "{y},{m},{n}", [0, 31 * 86400, 60 * 86400]),
        ("Year,DOY,Hour,a", "2024,13,{n},{n}", [0, 3600, 7200]),
        ("Month,a", "{y}0{m},{n}", [0, 31 * 86400, 60 * 86400]),
        ("Year,a", "{later},{n}", [0, 366 * 86400, 731 * 86400]),
        ("decimal_year,a", "2023.{n},{n}", [0, 36.5 * 86400, 73 * 86400]),
        ("Date,Settlement Period,a", "2024-01-13,{p},{n}", [0, 1800, 3600]),
        ("Elapsed,a", "{n}:00.5,{n}", [0, 60, 120]),
        ("Elapsed,a", "{n}.10:00:00,{n}", [0, 86400, 172800]),
        ("Elapsed,a", "{n}h 5m,{n}", [0, 3600, 7200]),
        ("TimeInSeconds,a", "1{n}.5,{n}", [0, 1, 2]),
        ("Offset,a\ns,V", "0.{n},{n}", [0, 0.1, 0.2]),
    ],
)
def test_times_of_other_units_are_read(head: str, row: str, steps: list[float]) -> None:
    """Months, days of the year, years with fractions, half hours of a day, and what has passed since a start."""
    text = "".join(f"{row.format(y=2024, m=n + 1, n=n, later=2024 + n, p=n + 1)}\n" for n in range(8))
    table, points, _ = read(f"{head}\n{text}")
    assert [time - (table.first or 0) for time, _ in points["a"]][:3] == pytest.approx(steps, abs=1e-3)


def test_words_around_a_table_are_no_rows() -> None:
    """Nor blank ones, nor marks of HTML."""
    text = f"Report;;\n;;\nDate;Time;a\n{rows('13.01.2024;{t};{n}', 6)}<br>\n;;\nMade with love;;\nhttps://example.org/a?b;;\n"
    assert [len(found) for found in read(text)[1].values()] == [6]


def test_a_number_that_is_declared_as_missing_is_a_gap() -> None:
    """And that is told; so is a zone behind an equals sign."""
    table, points, _ = read(
        f"nodata = -777\ntz = +01\nfields = time,a\n{rows('2024-01-13 {t},-777', 6)}{rows('2024-01-14 {t},5', 6)}"
    )
    assert (table.first, [value for _, value in points["a"]].count(5.0), points["a"][0][1] == -777) == (
        JANUARY - 3600,
        6,
        False,
    )
    assert table.notes == ("-777 is a gap, as 'nodata = -777' above says",)


def test_what_rows_do_in_time_is_counted() -> None:
    """Rows of one time, rows that go back, and cells that are no numbers, each with its first line."""
    table, _, _ = read(
        "time,a\n2024-01-13 10:00,1\n2024-01-13 10:00,x1\n2024-01-13 10:02,x1\n2024-01-13 10:01,1\n2024-01-13 10:03,1\n2024-01-13 10:04,1\n"
    )
    assert [note.split(",")[0] for note in table.notes] == [
        "times go back at 1 row",
        "1 row has the time of the row before",
        "column 'a': 2 cells are no numbers and shown as gaps",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "time,a,b,c\n2024-01-13 10:00,1,5,2,3\n2024-01-13 10:01,1,2,5,3,5\n2024-01-13 10:02,1,2,3,5\n2024-01-13 10:03,1,5,2,5,3,5\n",
            "got 5 to 7",
        ),
        ("time,a\n10:00:00,0A\n10:00:01,10\n10:00:02,1F\n", "hexadecimal"),
        ("K,interval,300\nC,T1,5\nM,T1,6\nC,T2,5\nM,T2,6\nC,T3,5\nM,T3,6\n", "rows of several kinds"),
    ],
)
def test_what_would_be_misread_is_refused(text: str, words: str) -> None:
    """With what was found."""
    with pytest.raises(PayloadError, match=words):
        read(text)


def test_a_reading_a_line_is_a_series_a_name() -> None:
    """As FHEM logs: names end with a colon."""
    text = "".join(f"2024-01-13_10:{n:02}:00 wz {'temp' if n % 2 else 'valve'}: {n}\n" for n in range(20))
    assert {tag: len(found) for tag, found in read(text)[1].items()} == {"temp": 10, "valve": 10}


def test_the_order_of_dates_may_stand_above() -> None:
    """As a form."""
    table, _, _ = read(f"date format M/d/yyyy at 40 Hz\ntime,a\n{rows('11/05/2024 {t},{n}')}")
    assert table.first == 1_730_800_800.0


@pytest.mark.parametrize(
    ("names", "first"),
    [
        ([f"{hour:02}:00" for hour in range(24)], 0),
        ([f"{hour:02}:00" for hour in range(1, 25)], 3600),
        ([f"{hour:02}:00" for hour in (*range(1, 24), 0)], 3600),
        ([f"H{hour}" for hour in range(1, 25)], 0),
        ([f"HE{hour:02}" for hour in range(1, 25)], 3600),
        ([f"{n // 2:02}:{n % 2 * 3}0 - {(n + 1) // 2:02}:{(n + 1) % 2 * 3}0" for n in range(48)], 0),
    ],
)
def test_a_day_a_row_is_read_one_value_behind_the_other(names: list[str], first: int) -> None:
    """By the clock of its names, or by their numbers, for each meter; and that is told."""
    days = "".join(
        f"{meter},2024-01-{day},{','.join(map(str, range(len(names))))}\n" for day in (13, 14, 15) for meter in "AB"
    )
    table, points, _ = read(f"meter,date,{','.join(names)}\n{days}")
    step = 86400 / len(names)
    assert points["A"][: len(names)] == [(JANUARY - 36000 + first + n * step, float(n)) for n in range(len(names))]
    assert ([len(found) for found in points.values()], table.notes[0][:16]) == (
        [3 * len(names)] * 2,
        "each row is a da",
    )


def test_a_day_of_clocks_has_its_own_length() -> None:
    """On the day on which clocks go forward, 03:00 comes an hour after 01:00."""
    head = ",".join(f"{hour:02}:00" for hour in range(24) if hour != 2)
    text = f"date,{head}\n" + "".join(f"2024-03-{day},{','.join(['1'] * 23)}\n" for day in (30, 31))
    table = Table(text.encode(), ZoneInfo("Europe/Berlin"), now=NOW)
    times = [
        sample.time for piece in table.pieces() for sample in table.parse(piece).samples if isinstance(sample, Sample)
    ]
    assert (times[25] or 0) - (times[24] or 0) == 3600


def test_columns_that_only_have_numbers_are_no_hours() -> None:
    """24 sensors stay 24 tags."""
    text = "".join(f"2024-01-{day},{','.join(['1'] * 24)}\n" for day in (13, 14, 15))
    assert len(read(f"date,{','.join(f'T{n}' for n in range(1, 25))}\n{text}")[1]) == 24


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("{d:02}/05/2024 {h:02}:{m:02}", "dmy"),
        ("05/{d:02}/2024 {h:02}:{m:02}", "mdy"),
        ("24/05/{d:02} {h:02}:{m:02}", "ymd"),
    ],
)
def test_the_order_of_dates_is_told_by_midnight_and_by_later_rows(form: str, words: str) -> None:
    """A month does not pass between two rows that are minutes apart."""
    few = [(4 + n // 144, n // 6 % 24, n % 6 * 10) for n in range(180)]
    many = [(4 + n // 1440, n // 60 % 24, n % 60) for n in range(3000)]
    for moments in (few, many):
        text = "".join(f"{form.format(d=d, h=h, m=m)},{m}\n" for d, h, m in moments)
        assert read(f"time,a\n{text}")[0].first == JANUARY - 36000 + 112 * 86400
    days = [(4 + n // 288, n // 12 % 24, n % 12 * 5) for n in range(100)]
    with pytest.raises(PayloadError, match=words):
        read("time,a\n" + "".join(f"{form.format(d=d, h=h, m=m)},{m}\n" for d, h, m in days))


def test_dates_that_contradict_the_order_of_the_others_are_left_out() -> None:
    """And told: where the first rows are day first, 05/13/2024 is no date."""
    text = "".join(f"{day}/05/2024,{day}\n" for day in range(10, 25))
    table, points, rejected = read(f"time,a\n{text}05/28/2024,7\n")
    assert (len(points["a"]), len(rejected), table.notes) == (15, 1, ())


def test_one_column_of_decimal_commas_is_one() -> None:
    """Though commas split the words above it."""
    _, points, _ = read('Device,"Watch7,11"\nSample Rate,2 hertz\n\n-265,868\n-271,819\n-268,4\n-240,113\n12\n0,5\n')
    assert [[value for _, value in found] for found in points.values()] == [
        [-265.868, -271.819, -268.4, -240.113, 12.0, 0.5]
    ]


@pytest.mark.parametrize(
    ("head", "row", "tags"),
    [
        ("station,type,time,value,unit", "{s},{k},2024-01-13 10:0{m},1,V", {"a/level", "a/flow", "b/level", "b/flow"}),
    ],
)
def test_no_two_series_become_one(head: str, row: str, tags: set[str]) -> None:
    """What is needed to tell samples of one time apart goes into the tag."""
    text = "".join(f"{row.format(s=s, k=k, m=m)}\n" for m in range(5) for s in "ab" for k in ("level", "flow"))
    assert set(read(f"{head}\n{text}")[1]) == tags
    text = "".join(f"2024-01-13 10:0{n // 2},{n},My {'Tracker' if n % 2 else 'Phone'}\n" for n in range(7))
    assert set(read(f"time,steps,data source\n{text}")[1]) == {"My Tracker/steps", "My Phone/steps"}


def test_names_stand_one_a_line_or_with_their_units_behind_bars() -> None:
    """As data loggers of cars write them."""
    text = "".join(f"11:27:25.{n}00,85{n},2\n" for n in range(8))
    assert set(
        read(f"%Log%\nVersion : 1.1\nChannel : RPM\nID : 1\nChannel : Gear\nID : 2\nLog : 20240113 11:27:25\n{text}")[1]
    ) == {"RPM", "Gear"}
    text = "".join(f"{400 + 40 * n},12,9{n}\n" for n in range(8))
    table, points, _ = read(f'"Interval"|"ms"|0|0|1,"Battery"|"Volts"|0.0|50.0|1,"RPM"|"rpm"|0|9|1\n{text}')
    assert [column.unit for column in table.columns] == ["", "Volts", "rpm"]
    assert points["RPM"][1][0] - points["RPM"][0][0] == pytest.approx(0.04)


def test_a_date_in_parts_has_its_clock_in_digits() -> None:
    """Below names that stand in a comment, with words above them."""
    text = "".join(f"2024 01 13 {1000 + n} {n} 5 6\n" for n in range(8))
    table, points, _ = read(f"# Prepared by the Dept. of Commerce,\n# YR MO DA HHMM S Bx By\n#-----\n{text}")
    assert (table.first, table.last, set(points)) == (JANUARY, JANUARY + 420, {"S", "Bx", "By"})


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("date,hour,a", "2024-01-13,{t}-{later}:00,{n}"),
        ("span,a", "2024-01-13 {t} - {later}:00,{n}"),
        ("Dato;Tid;a", "13.1.2024;{dotted};{n}"),
        ("date;hour;a", '="13.01.2024";="{t}";="{n},5"'),
    ],
)
def test_spans_points_and_formulas_are_clocks_and_numbers(head: str, row: str) -> None:
    """The end of a span is no zone."""
    text = "".join(f"{row.format(t=f'{h}:00', later=h + 1, dotted=f'{h}.00', n=h)}\n" for h in range(10, 18))
    table, points, _ = read(f"{head}\n{text}")
    assert (table.first, table.last, len(points["a"])) == (JANUARY, JANUARY + 7 * 3600, 8)


def test_rows_that_are_longer_than_their_names_are_left_out() -> None:
    """Where others fit; each is told."""
    text = "".join(f"2024-01-13 10:0{n},1,2{',3' if n % 2 else ''}\n" for n in range(8))
    _, points, rejected = read(f"time,a,b\n{text}")
    assert ([len(found) for found in points.values()], len(rejected)) == ([4, 4], 4)


def test_turkish_letters_are_no_cyrillic_ones() -> None:
    """In Windows-1254, a few among many others."""
    table = Table("Tarih;Gerçekleşen;KGÜP\n2024-01-13 10:00;1;2\n2024-01-13 10:01;1;2\n".encode("cp1254"), now=NOW)
    assert [column.name for column in table.columns] == ["Tarih", "Gerçekleşen", "KGÜP"]


def test_where_the_mark_is_a_comma_the_day_is_first() -> None:
    """Nobody who writes the month first writes 19,5; that is told."""
    table, _, _ = read("Date;Heure;a\n" + "".join(f"05/02/2026;08:{n}0:12;19,5{n}\n" for n in range(6)))
    assert (table.first, table.notes[0][:20]) == (1_770_278_412.0, "the day is taken as ")


def test_a_zone_stands_in_words_and_names_behind_a_slash() -> None:
    """As in heads of other languages, and of SeaBASS."""
    table, _, _ = read(
        "すべての時間は UTC+9 です\n日付,時刻,a\n" + "".join(f"2024-01-13,19:0{n}:00,{n}\n" for n in range(6))
    )
    assert table.first == JANUARY
    table, points, _ = read(
        "/delimiter=space\n/fields=date,time,depth,ad\n/end_header\n"
        + "".join(f"20240113 10:0{n}:00 0.{n} 1.03{n}0\n" for n in range(6))
    )
    assert (table.first, set(points)) == (JANUARY, {"depth", "ad"})


def test_levels_are_series_of_their_own() -> None:
    """Numbers that come once at each time, as depths do; a value that is measured does not."""
    text = "".join(f"2024-01-13 10:{n}0,{depth},{n}\n" for n in range(4) for depth in (0.5, 1.5, 9.35))
    assert {tag.split("/")[-1].split(" ")[-1] for tag in read(f"time,depth,speed\n{text}")[1]} == {"0.5", "1.5", "9.35"}


def test_a_column_beside_hexadecimal_ones_is_hexadecimal_too() -> None:
    """Where it has as many digits, with zeros before them; other numbers are none."""
    text = (
        "".join(f"2024-01-13 10:0{n},0{n:X},0{n % 2},{n}\n" for n in range(6, 13) if n < 10)
        + "2024-01-13 10:10,0A,10,5\n"
    )
    assert set(read(f"time,a,b,c\n{text}")[1]) == {"c"}


def test_lines_in_quotes_as_a_whole_are_split() -> None:
    """As a spreadsheet writes a column of lines."""
    text = "".join(f'"2024-01-13 10:0{n},2{n}.5,4{n}"\n' for n in range(6))
    table, points, _ = read(f'"time,temp,hum"\n{text}')
    assert (table.first, [len(found) for found in points.values()]) == (JANUARY, [6, 6])


def test_times_in_a_row_are_told() -> None:
    """A table that lies on its side."""
    with pytest.raises(PayloadError, match="turn the table"):
        read("Sensor,2024-01-13 10:00,2024-01-13 10:10,2024-01-13 10:20\ntemp,21.5,21.6,21.7\nhum,40,41,42\n")


@pytest.mark.parametrize(
    "head",
    [
        "seconds since 2024-01-13 10:00:00,a",
        "# time in s since 2024-01-13T10:00Z\ntime,a",
        "time (min since 2024-01-13 10:00),a",
    ],
)
def test_times_count_since_a_date_that_is_named(head: str) -> None:
    """In the name of the column, or above it."""
    table, _, _ = read(f"{head}\n" + "".join(f"{n},{n % 3}\n" for n in range(9)))
    assert (table.first, table.last) == (JANUARY, JANUARY + (480 if "min" in head else 8))
