"""A CSV text as tags."""

import time

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.recordings.csv_table import LONGEST_ROW, PIECE_BYTES, Table
from mqtt_plot.samples import Columns, Rejected, Sample
from tests.support.slowness import slowness

NOW = 1_700_000_000.0
WIDE = b"time,temp,mode\n1699999990,21.5,RUN\n1699999991,21.6,RUN\n1699999992,,STOP\n1699999993,21.7,STOP\n"


def read(body: bytes, prefix: str = "", start: float | None = None) -> tuple[list[Sample | Columns], list[Rejected]]:
    """Return what came of a CSV body, all pieces together."""
    table = Table(body, now=NOW, prefix=prefix, start=start)
    samples, rejected = list[Sample | Columns](), list[Rejected]()
    for piece in table.pieces():
        parsed = table.parse(piece)
        samples += parsed.samples
        rejected += parsed.rejected
    return samples, rejected


def columns(body: bytes, prefix: str = "", start: float | None = None) -> dict[str, list[tuple[float, float | str]]]:
    """Return the points of a CSV body by tag."""
    found: dict[str, list[tuple[float, float | str]]] = {}
    for sample in read(body, prefix, start)[0]:
        points = found.setdefault(str(sample.tag), [])
        if isinstance(sample, Columns):
            assert sample.times is not None
            points += zip(sample.times, sample.values, strict=True)
        else:
            assert sample.time is not None
            points.append((sample.time, sample.value))
    return found


def test_columns_of_a_table_become_tags() -> None:
    """Numbers and words; an empty cell is a gap."""
    found = columns(WIDE)
    assert found["temp"][:2] == [(NOW - 10, 21.5), (NOW - 9, 21.6)]
    assert str(found["temp"][2][1]) == "nan"
    assert [value for _, value in found["mode"]] == ["RUN", "RUN", "STOP", "STOP"]


def test_a_german_spreadsheet_is_read() -> None:
    """Semicolons, decimal commas, days first."""
    assert columns(b"Zeit;Druck\n14.11.2023 22:13:10;1,5\n14.11.2023 22:13:11;1,75\n") == {
        "Druck": [(NOW - 10, 1.5), (NOW - 9, 1.75)]
    }


def test_a_unit_behind_a_name_is_the_columns_unit() -> None:
    """As loggers write it; the name stays as it is."""
    samples, _ = read(b"time,Pressure [bar],Flow,Empty []\n1699999990,1,2,3\n1699999991,3,4,5\n")
    assert [(sample.tag, sample.unit) for sample in samples] == [
        ("Pressure [bar]", "bar"), ("Flow", None), ("Empty []", None),
    ]  # fmt: skip


def test_one_sample_a_row_names_its_tag() -> None:
    """What `mqtt-plot record` writes."""
    samples, _ = read(b"time,tag,value,unit\n1699999990,a/b,1.5,bar\n1699999991,c,2,\n")
    assert samples == [Sample(1.5, NOW - 10, "a/b", "bar"), Sample(2.0, NOW - 9, "c")]


def test_times_from_the_files_own_start_end_now() -> None:
    """A recording that has just been taken."""
    assert columns(b"time,a\n0,1\n0.5,2\n1,3\n")["a"] == [(NOW - 1, 1.0), (NOW - 0.5, 2.0), (NOW, 3.0)]


def test_a_row_that_cannot_be_used_is_named_and_the_others_stay() -> None:
    """By its line."""
    rows = "".join(f"{1_699_999_900 + n},{n}\n" for n in range(20))
    samples, rejected = read(f"time,a\n1699999800,1\nsoon,2\n{rows}".encode())
    assert [(item.position, item.code) for item in rejected] == [(3, "bad_row")]
    assert [len(sample.values) for sample in samples if isinstance(sample, Columns)] == [21]


def test_pieces_are_whole_rows_and_lines_are_counted_through() -> None:
    """A quoted line break is no end of a row; a bad row far on has the line of the file."""
    rows = [f'{1_699_900_000 + n},{n},"two\nlines"' for n in range(2_000)]
    rows.append("1699999999,7")
    body = ("time,a,note\n" + "\n".join(rows)).encode()
    table = Table(body, now=NOW)
    pieces = list(table.pieces())
    assert b"".join(pieces) == body
    assert max(map(len, pieces)) < PIECE_BYTES + 100
    samples, rejected = read(body)
    assert [value for sample in samples if isinstance(sample, Columns) for value in sample.values] == [*range(2_000), 7]
    assert [(item.position, item.reason) for item in rejected] == [(4_002, "line 4002: expected 3 cells, got 2")]


def test_a_row_too_long_is_passed_over() -> None:
    """It would keep the event loop from all others; the rows around it are read, and lines are counted through."""
    rows = [f"{1_699_900_000 + n},{n}" for n in range(500)]
    rows[300] += "," * 2 * LONGEST_ROW
    rows.append("1699999999,7,8")
    samples, rejected = read(("time,a\n" + "\n".join(rows)).encode())
    assert [item.position for item in rejected] == [302, 502]
    assert "expected a row of at most 32768 bytes" in rejected[0].reason
    assert sum(len(sample.values) for sample in samples if isinstance(sample, Columns)) > 400


def test_a_quote_that_is_never_closed_costs_few_rows() -> None:
    """Not all of the text that follows."""
    rows = [f"{1_699_900_000 + n},{n}" for n in range(2_000)]
    rows[1_000] = '1699901000,"7'
    samples, _ = read(("time,a\n" + "\n".join(rows)).encode())
    assert sum(len(sample.values) for sample in samples if isinstance(sample, Columns)) > 1_700


GOOD = b"".join(b"%d,1\n" % (1_700_000_000 + n) for n in range(200))
WORST = {
    "rows without a time": b"time,a\n" + GOOD + b"x,1\n" * 60_000,
    "rows too short": b"time,a,b,c\n" + GOOD.replace(b",1\n", b",1,1,1\n") + b"1,\n" * 80_000,
    "rows of commas": b"time,a\n" + GOOD + (b"," * 200 + b"\n") * 1_000,
    "a row of commas": b"time,a\n" + GOOD + b"," * 200_000,
    "an open quote": b"time,a\n" + GOOD + b'1700000000,"1\n' + b"1,\n" * 80_000,
    "quotes": b"time,a\n" + GOOD + b'1,"\n' * 60_000,
    "blank lines": b"time,a\n" + GOOD + b"\n" * 200_000,
    "words": b"time,a\n" + b"".join(b"%d,RUN\n" % (1_700_000_000 + n) for n in range(17_000)),
}


@pytest.mark.parametrize("name", WORST)
def test_no_piece_keeps_the_event_loop_for_long(name: str) -> None:
    """Whatever 256 KiB repeat; the aim is 10 ms on an idle machine, and the tests share theirs with others."""
    table = Table(WORST[name], now=NOW)
    pieces = list(table.pieces())
    assert max(map(len, pieces)) <= max(2 * PIECE_BYTES + 1_000, len(WORST[name].splitlines()[-1]) + PIECE_BYTES)
    before = time.process_time()
    for piece in pieces:
        table.parse(piece)
    assert (time.process_time() - before) / len(pieces) < 0.040 * slowness()


def test_a_prefix_and_a_start_may_be_given() -> None:
    """So that a run does not mix with what is live, and lies where it is wanted; also for times of a day long ago."""
    assert columns(b"time,a\n0,1\n1,2\n", "run7/", 1_600_000_000.0) == {
        "run7/a": [(1_600_000_000.0, 1.0), (1_600_000_001.0, 2.0)]
    }
    assert columns(b"time,a\n1699999990,1\n1699999991,2\n", start=NOW)["a"] == [(NOW, 1.0), (NOW + 1, 2.0)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_csv"),
        (b"a,b\n1,2\n3,4\n", "not_csv"),
        (b"\x00\x01\x02", "not_csv"),
    ],
)
def test_what_is_no_table_with_times_is_refused(body: bytes, code: str) -> None:
    """With the reason."""
    with pytest.raises(PayloadError) as caught:
        Table(body)
    assert caught.value.code == code
