"""Logs as tables: what a line says by name becomes a row."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.recordings.csv_table import Table
from mqtt_plot.recordings.log_lines import find_log
from mqtt_plot.samples import Columns, Sample

NOW = 1_800_000_000.0
START = 1_704_164_645.0  # 2024-01-02T03:04:05Z


def points_of(text: str) -> tuple[dict[str, list[tuple[float, object]]], list[str]]:
    """Return the points that an upload of a text makes, by tag, and the words on it."""
    table = Table(text.encode(), now=NOW)
    points, words = dict[str, list[tuple[float, object]]](), list[str]()
    for piece in table.pieces():
        parsed = table.parse(piece)
        words += [item.reason for item in parsed.rejected]
        for sample in parsed.samples:
            if isinstance(sample, Sample):
                points.setdefault(sample.tag or "", []).append((sample.time or math.nan, sample.value))
            elif isinstance(sample, Columns):
                points.setdefault(sample.tag or "", []).extend(zip(sample.times or [], sample.values, strict=True))
    return points, [*words, *table.notes]


@pytest.mark.parametrize(
    "line",
    [
        "2024-01-02T03:04:{0:02}Z level=info temp={1} hum={2}",
        "2024-01-02 03:04:{0:02},000 INFO Temp sensor - temp: {1}, hum: {2}",
        "[2024-01-02 03:04:{0:02}] temp={1}; hum={2}",
        '{{"ts": "2024-01-02T03:04:{0:02}Z", "temp": {1}, "hum": {2}, "list": null}}',
        'Jan 2 2024 03:04:{0:02} {{"temp": {1}, "hum": {2}}}',
        "time=17041646{3:02} temp={1} hum={2}",
        "2024-01-02,03:04:{0:02},temp={1},hum={2}",
    ],
)
def test_names_and_values_in_lines_become_series(line: str) -> None:
    """Whatever stands around them; the time stands first or has a name."""
    points, words = points_of("".join(line.format(5 + n, 20.5 + n, 40 + n, 45 + n) + "\n" for n in range(4)))
    assert points["temp"] == [(START + n, 20.5 + n) for n in range(4)]
    assert points["hum"] == [(START + n, 40.0 + n) for n in range(4)]
    assert "a log, read as a table" in words[0]


def test_what_stands_before_the_values_tells_whose_they_are() -> None:
    """A topic, as `mosquitto_sub` shows it, or the name of a device: the values of two are never one series."""
    rows = [f'170416464{5 + n}.5 plot/{"ab"[n % 2]} {{"value": {n}}}' for n in range(4)]
    points, _ = points_of("\n".join(rows))
    assert points == {
        "plot/a": [(START + 0.5, 0.0), (START + 2.5, 2.0)],
        "plot/b": [(START + 1.5, 1.0), (START + 3.5, 3.0)],
    }


@pytest.mark.parametrize(
    "form",
    [
        "[2024-01-02 03:04:{0:02}.000] {1},{2}",
        "2024-01-02 03:04:{0:02} -> {1};{2}",
        "[2024-01-02 03:04:{0:02}] {1} {2}",
    ],
)
def test_a_serial_monitor_puts_a_time_before_each_line(form: str) -> None:
    """In brackets or before an arrow; the rest keeps its cells."""
    points, _ = points_of("".join(form.format(5 + n, 20.5 + n, 40 + n) + "\n" for n in range(4)))
    assert points["column 2"] == [(START + n, 20.5 + n) for n in range(4)]
    assert points["column 3"] == [(START + n, 40.0 + n) for n in range(4)]


def test_a_decimal_comma_stays_in_its_value() -> None:
    """And is no end of it."""
    points, _ = points_of("".join(f"2024-01-02 03:04:0{n} T=21,{n} H=40,5\n" for n in range(4)))
    assert [value for _, value in points["T"]] == [21.0, 21.1, 21.2, 21.3]


def test_a_line_of_another_kind_is_told_by_its_number() -> None:
    """And so is a name that comes later; no value moves to another name."""
    lines = [f"2024-01-02T03:{n // 60:02}:{n % 60:02}Z a={n} b={-n}" for n in range(240)]
    lines[19] = "-- restarted --"
    lines.append("2024-01-02T03:30:00Z b=7 c=8")
    points, words = points_of("\n".join(lines))
    assert (len(points["a"]), points["b"][-1][1]) == (240, 7.0)
    assert math.isnan(float(str(points["a"][-1][1])))
    assert any("line 20" in text and "restarted" in text for text in words)
    assert any("do not name them: 'c'" in text for text in words)


@pytest.mark.parametrize(
    "text",
    [
        "time,a\n2024-01-02 03:04:05,1\n2024-01-02 03:04:06,2\n",
        "Start: 2024-01-02\nRate: 5\ntime;a\n0;1\n1;2\n2;3\n",
        'time,a\n2024-01-02 03:04:05,"x=1"\n2024-01-02 03:04:06,"x=2"\n',
        "a=1 b=2\na=2 b=3\n",  # no time
        "",
    ],
)
def test_a_table_is_no_log(text: str) -> None:
    """Nor are names and values without a time."""
    assert find_log(text.encode()) is None


@given(st.text(alphabet='aB1.,;:={}[]->" \t\n\\2024-01T', max_size=200))
def test_any_text_is_a_log_or_none(text: str) -> None:
    """Nothing is raised, and each row has as many cells as there are names."""
    found = find_log((text + "\n").encode() * 3)
    if found is not None and found[0].names:
        assert {line.count("\t") for line in found[1].decode().splitlines()} == {len(found[0].names) - 1}


def test_a_line_that_does_not_tell_a_value_makes_no_gap_in_it() -> None:
    """Each line has what it has; a unit behind a number is its unit."""
    lines = [
        f"2024-01-02 03:04:{n:02} {'temp: 2' if n % 2 else 'load: 4'}{n} {'°C' if n % 2 else '%'}" for n in range(10)
    ]
    table = Table("\n".join(lines).encode(), now=NOW)
    samples = [sample for piece in table.pieces() for sample in table.parse(piece).samples]
    assert [(one.tag, one.unit) for one in samples[:2]] == [("load", "%"), ("temp", "°C")]
    assert len(samples) == 10


def test_a_second_device_in_a_log_has_its_own_series() -> None:
    """Also one that comes after the first lines, which had only the other."""
    lines = [f"2024-01-02 03:{n // 60:02}:{n % 60:02} kitchen temp: {n}" for n in range(210)]
    lines.append("2024-01-02 03:30:00 cellar temp: 7")
    points, _ = points_of("\n".join(lines))
    assert {tag: len(found) for tag, found in points.items()} == {"temp": 210, "cellar/temp": 1}


def test_a_log_may_have_other_lines_and_its_time_behind_the_values() -> None:
    """As sketches for microcontrollers write it, which begin anew each time."""
    lines = ["Card initialized."] + [f"Temp: {n}, Time: 03:04:{n:02}" for n in range(8)] + ["", "Card initialized."]
    points, words = points_of("\n".join(lines))
    assert [value for _, value in points["Temp"]] == [float(n) for n in range(8)]
    assert any("line 11" in text and "Card initialized" in text for text in words)


def test_times_without_a_year_are_refused() -> None:
    """As syslog writes them by default: they would be guessed."""
    with pytest.raises(PayloadError, match="expected times with their year, got 'Jun  3 08:00:00'"):
        points_of("".join(f"Jun  3 08:00:0{n} gw sensord[1]: temp={n} hum=40\n" for n in range(6)))
