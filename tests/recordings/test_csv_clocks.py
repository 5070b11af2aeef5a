"""Clocks in CSV files: which of two hours a row has in autumn, hours that are counted, and the zone where the file itself says it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mqtt_plot.errors import PayloadError, ReplayError
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.recordings.player import ORIGINAL, Plan, Player, RecordingFacts
from mqtt_plot.samples import Columns

NOW = 1_800_000_000.0
BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2024, 10, 26, 20, tzinfo=ZoneInfo("UTC"))  # before the night in which summer time ends


def times(text: str, choices: Choices | None = None) -> dict[str, list[float]]:
    """Return the times of each tag of a text."""
    table = Table(text.encode(), now=NOW, choices=choices or Choices(BERLIN))
    found: dict[str, list[float]] = {}
    for piece in table.pieces():
        for sample in table.parse(piece).samples:
            some = sample.times if isinstance(sample, Columns) else [sample.time]
            found.setdefault(str(sample.tag), []).extend(time for time in some or () if time is not None)
    return found


def first_of(text: str, choices: Choices | None = None) -> float:
    return next(iter(times(text, choices).values()))[0]


def clocks(minutes: int, count: int) -> list[tuple[float, str]]:
    """Return instants over the night, each with what a clock in Berlin shows."""
    instants = [EVENING + timedelta(minutes=minutes * n) for n in range(count)]
    return [(instant.timestamp(), f"{instant.astimezone(BERLIN):%Y-%m-%d %H:%M}") for instant in instants]


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("is_back", [False, True])
def test_each_row_of_the_long_night_has_its_own_time(minutes: int, is_back: bool) -> None:  # noqa: FBT001
    """Rows a quarter of an hour or an hour apart, oldest or newest first."""
    rows = clocks(minutes, 720 // minutes)[:: -1 if is_back else 1]
    text = "time,a\n" + "".join(f"{clock},{n}\n" for n, (_, clock) in enumerate(rows))
    assert times(text)["a"] == [instant for instant, _ in rows]


def test_several_series_have_the_long_night_each() -> None:
    """Whether their rows come by turns, or those of one after those of the other."""
    night = clocks(60, 12)
    by_turns = "".join(f"{clock},{name},{n}\n" for n, (_, clock) in enumerate(night) for name in ("A1", "B1"))
    in_turn = "".join(f"{clock},{name},{n}\n" for name in ("A1", "B1") for n, (_, clock) in enumerate(night))
    expected = {key: [instant for instant, _ in night] for key in ("A1", "B1")}
    assert times(f"time,sensor,value\n{by_turns}") == times(f"time,sensor,value\n{in_turn}") == expected


def test_a_minute_that_comes_twice_is_no_second_hour() -> None:
    """Stamps in whole minutes, of which each has two rows."""
    text = "time,a\n" + "".join(f"{clock},1\n{clock},2\n" for _, clock in clocks(1, 300))
    assert times(text)["a"] == [instant for instant, _ in clocks(1, 300) for _ in range(2)]


@pytest.mark.parametrize(("day", "hours"), [("27/10/2024", 25), ("31/03/2024", 23), ("15/05/2024", 24)])
def test_hours_from_one_on_are_counted_from_midnight(day: str, hours: int) -> None:
    """Also on the days that have one more, or one less."""
    before = "".join(f"14/03/2024;{hour};0,5\n" for hour in range(1, 25))
    rows = "".join(f"{day};{hour};0,5\n" for hour in range(1, hours + 1))
    midnight = datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=BERLIN).timestamp()
    found = times(f"Fecha;Hora;a\n{before}{rows}")["a"][24:]
    assert found == [midnight + 3600 * hour for hour in range(1, hours + 1)]


def test_an_hour_that_comes_twice_is_a_clocks() -> None:
    """Where hours that end at 1 to 24 are those of a clock, the third comes twice in autumn."""
    hours = [1, 2, 3, 3, *range(4, 25)]
    before = "".join(f"14/03/2024;{hour};0,5\n" for hour in range(1, 25))
    rows = "".join(f"27/10/2024;{hour};0,5\n" for hour in hours)
    midnight = datetime(2024, 10, 27, tzinfo=BERLIN).timestamp()
    assert times(f"Fecha;Hora;a\n{before}{rows}")["a"][24:] == [midnight + 3600 * n for n in range(1, 26)]


@pytest.mark.parametrize(
    ("head", "hours"),
    [
        ("time,a", -2),  # that of --time-zone, in summer
        ("Time Bucket (America/Los_Angeles),a", 7),
        ("Fecha (Etc/GMT-3),a", -3),
        ("Zeit (Nowhere/Land),a", -2),
        ("Zeit (Europe/Nowhere),a", -2),
        ("# Time zone: UTC-5\ntime,a", 5),
        ("# Time reference: Universal time (UT)\ntime,a", 0),
        ("All Data GMT hour ending\ntime,a", 0),
        ("Times are local and not UTC\ntime,a", -2),
        ("All times are UTC+1\ntime,a", -1),
        ("lat,Time Zone,height\n33.4,-7,337\ntime,a,b", 7),
        ("lat,utc_offset_seconds,timezone\n52.5,19800,Asia/Kolkata\ntime,a,b", -5.5),
        ("Timezone,Asia/Tokyo\ntime,a", -9),
        ("Timezone,40\ntime,a", -2),
    ],
)
def test_the_zone_may_stand_in_the_file(head: str, hours: float) -> None:
    """In the name of the times, or above; else it is that of --time-zone."""
    more = ",7" * (head.rsplit("\n", maxsplit=1)[-1].count(",") - 1)
    text = head + "\n" + "".join(f"2024-06-13 10:{n:02},{n}{more}\n" for n in range(10))
    assert first_of(text) == datetime(2024, 6, 13, 10, tzinfo=ZoneInfo("UTC")).timestamp() + hours * 3600


def test_a_person_overrules_the_zone_above() -> None:
    """Words above a table may be wrong."""
    text = "Timezone,Asia/Tokyo\ntime,a\n" + "".join(f"2024-06-13 10:{n:02},{n}\n" for n in range(10))
    assert first_of(text) + 7 * 3600 == first_of(text, Choices(BERLIN, is_zone_said=True))


def test_the_zone_that_was_found_is_told() -> None:
    """In the reason of the time."""
    rows = "".join(f"2024-06-13 10:{n:02},{n}\n" for n in range(10))
    above = Table(f"Timezone,Asia/Tokyo\ntime,a\n{rows}".encode(), now=NOW)
    named = Table(f"time (Asia/Tokyo),a\n{rows}".encode(), now=NOW)
    assert "'Timezone Asia/Tokyo' above" in above.columns[0].reason
    assert "Asia/Tokyo of the name" in named.columns[0].reason


def test_seconds_since_1904_are_read_as_labview_counts_them() -> None:
    """As numbers since 1970 they would be of 2055 at the earliest."""
    text = "Time\ta\n" + "".join(f"{3_650_000_000 + n}\t{n}\n" for n in range(10))
    assert first_of(text) == 3_650_000_000 - 2_082_844_800


@pytest.mark.parametrize(("stamp", "word"), [("1950-01-0{n}", "1980"), ("2085-01-0{n}", "of the past")])
def test_rows_that_no_bridge_keeps_are_rejected_and_never_put_at_their_arrival(stamp: str, word: str) -> None:
    """Times before 1980, and those still to come."""
    table = Table(("time,a\n" + "".join(f"{stamp.format(n=n)},{n}\n" for n in range(1, 9))).encode(), now=NOW)
    parsed = [table.parse(piece) for piece in table.pieces()]
    assert [sample for part in parsed for sample in part.samples] == []
    assert all(word in item.reason for part in parsed for item in part.rejected)
    assert table.columns[1].reason == ""


def test_a_replay_with_stamps_still_to_come_is_refused() -> None:
    """They would count as of their arrival, all at once. A gateway whose clock is not set cannot tell."""
    facts = RecordingFacts(10, has_times=True, first_time=NOW, last_time=NOW + 90_000)
    with pytest.raises(ReplayError, match="still to come"):
        Player(list, facts, Plan(stamps=ORIGINAL), 0.0, NOW)  # type: ignore[arg-type]  # not opened
    Player(list, facts, Plan(stamps=ORIGINAL), 0.0, 60.0)  # type: ignore[arg-type]
    table = Table(b"time,a\n2024-06-13 10:00,1\n2024-06-13 10:01,2\n", now=60.0)
    assert [item for piece in table.pieces() for item in table.parse(piece).rejected] == []


@pytest.mark.parametrize(("clock", "is_taken"), [("0005", True), ("1430", True), ("2400", True), ("0060", False)])
def test_four_digits_behind_a_date_are_a_clock(clock: str, is_taken: bool) -> None:  # noqa: FBT001
    """Padded, and only if all of them can be one."""
    rows = "".join(f"{20240501 + n},{clock},{n}\n" for n in range(9))
    table = Table(f"day,at,a\n{rows}".encode(), now=NOW)
    assert (table.layout.time_names == ("day", "at")) == is_taken


def test_a_table_that_holds_nothing_to_read_is_still_refused() -> None:
    """A clock without a date has no zone to be found in."""
    with pytest.raises(PayloadError):
        Table(b"Timezone,Asia/Tokyo\na,b\n5,6\n", now=NOW)


@pytest.mark.parametrize("name", ["HourUTC", "timeUtc", "DATE_GMT", "Time (UTC)"])
def test_utc_may_end_a_name(name: str) -> None:
    """However it is joined to it."""
    rows = "".join(f"2024-06-13 10:{n:02},{n}\n" for n in range(10))
    assert first_of(f"{name},a\n{rows}") == datetime(2024, 6, 13, 10, tzinfo=ZoneInfo("UTC")).timestamp()


def test_a_date_and_clock_whose_zone_is_known_beat_local_ones() -> None:
    """And each date has its own clock."""
    rows = "".join(f"2024-06-13,{n + 3:02}:00,2024-06-13,{n + 10:02}:00,{n}\n" for n in range(10))
    found = first_of(f"Date Local,Time Local,Date GMT,Time GMT,a\n{rows}")
    assert found == datetime(2024, 6, 13, 10, tzinfo=ZoneInfo("UTC")).timestamp()


def test_fractions_of_a_second_may_have_a_column() -> None:
    """As milliseconds have."""
    rows = "".join(f"2024-06-13,10:00:{n // 4:02},{n % 4 / 4},{n}\n" for n in range(20))
    found = times(f"Date,Time,Fractional Seconds,a\n{rows}")["a"]
    assert [time - found[0] for time in found] == [n / 4 for n in range(20)]


def test_an_hour_without_a_name_goes_with_the_date_before_it() -> None:
    """If with it no date comes twice; and no rows are said to belong to another table."""
    rows = "".join(f"2024-06-{13 + n // 24},{n % 24},{n / 10}\n" for n in range(48))
    table = Table(rows.encode(), now=NOW)
    assert (table.layout.time_names, table.layout.notes) == (("column 1", "column 2"), ())


@pytest.mark.parametrize(("clock", "hour"), [("10:05a", 10.0), ("12:05a", 0.0), ("10:05p", 22.0), ("10時05分", 10.0)])
def test_a_clock_may_have_one_letter_or_signs(clock: str, hour: float) -> None:
    """Behind a date in a column of its own."""
    rows = "".join(f"{n}/6/2024,{clock},{n}\n" for n in range(13, 20))
    found = first_of(f"Date,Time,a\n{rows}")
    assert found == datetime(2024, 6, 13, tzinfo=BERLIN).timestamp() + hour * 3600 + 300


@pytest.mark.parametrize("names", ["V{n:02}", "{n:02}:00-{n:02}:59", "kWh ({n})"])
def test_a_day_a_row_is_told(names: str) -> None:
    """Columns that are, or may be, the hours of a day are not put one behind the other."""
    head = ",".join(["Date", *(names.format(n=n) for n in range(24))])
    rows = "".join(f"2024-06-{day}," + ",".join(str(n) for n in range(24)) + "\n" for day in range(13, 20))
    table = Table(f"{head}\n{rows}".encode(), now=NOW)
    assert "each is a tag of its own at the date of its row" in table.columns[0].reason


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        # A clock of whole seconds, and of minutes; the start of the elapsed times is where all rows agree.
        ("Clock,Time (ms),v\n{d} 10:00:00,700,1\n{d} 10:00:00,800,1\n{d} 10:00:01,1100,1\n", [0.6, 0.7, 1.0]),
        ("Time,v,GPS Date,GPS Time\n0.0,1,2.1.2024,10:00\n0.1,1,2.1.2024,10:00\n0.2,1,2.1.2024,10:00\n", [0, 0.1, 0.2]),
        # The elapsed times begin anew: the clock goes on.
        ("Clock,Time (ms),v\n{d} 10:00:00,0,1\n{d} 10:00:00,500,1\n{d} 10:00:09,0,1\n", [0, 0, 9]),
        ("Start,Elapsed (s),v\n{d} 10:00:00,5,1\n{d} 10:00:00,65,1\n{d} 10:00:00,600,1\n", [5, 65, 600]),
    ],
)
def test_rows_of_one_time_are_told_apart_by_the_time_that_has_passed(text: str, passed: list[float]) -> None:
    """Where both agree."""
    begin = 1_704_186_000.0  # 2024-01-02T10:00+01:00
    found = times(text.format(d="2024-01-02"))["v"]
    assert [time - begin for time in found] == pytest.approx(passed)
