"""What the columns of a CSV file are."""

from datetime import timedelta, timezone

import pytest

from mqtt_plot.errors import RecordingError
from mqtt_plot.recordings.csv_layout import HEAD_BYTES, Layout, find_layout


def kinds(layout: Layout) -> list[tuple[str, str]]:
    return [(column.name, column.kind) for column in layout.columns]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "time,a,b\n2018-04-12 09:55:00,1,2\n2018-04-12 09:55:01,3,4\n".replace(",", delimiter)
    layout = find_layout(text.encode())
    assert layout.delimiter == delimiter
    assert kinds(layout) == [("time", "time"), ("a", "number"), ("b", "number")]


def test_a_semicolon_wins_over_commas_that_are_decimal_marks() -> None:
    layout = find_layout(b"t;a;b\n1523526900;1,5;2,5\n1523526901;1,6;2,6\n")
    assert (layout.delimiter, layout.has_decimal_comma) == (";", True)


def test_a_quoted_decimal_comma_is_found_where_the_comma_delimits_too() -> None:
    layout = find_layout(b'x,y\n"1,5","2,5"\n"1,6","2,6"\n')
    assert (layout.delimiter, layout.has_decimal_comma, kinds(layout)) == (
        ",",
        True,
        [("x", "number"), ("y", "number")],
    )


def test_excels_sep_line_is_obeyed() -> None:
    layout = find_layout(b"sep=;\na;b\n1;2\n")
    assert (layout.delimiter, layout.first_row, kinds(layout)) == (";", 2, [("a", "number"), ("b", "number")])


def test_a_file_without_a_header_gets_numbered_columns() -> None:
    layout = find_layout(b"1523526900,1,2\n1523526901,3,4\n")
    assert layout.first_row == 0
    assert kinds(layout) == [("column 1", "time"), ("column 2", "number"), ("column 3", "number")]


def test_names_are_made_distinct_and_blank_ones_numbered() -> None:
    assert kinds(find_layout(b"a,a,,a\n1,2,3,4\n5,6,7,8\n")) == [
        ("a", "number"), ("a (2)", "number"), ("column 3", "number"), ("a (3)", "number"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "stamps",
    [
        ("1523526900", "1523526901"),
        ("1523526900.25", "1523526901.25"),
        ("1523526900250", "1523526901250"),
        ("2018-04-12T09:55:00Z", "2018-04-12T09:55:01Z"),
        ("2018-04-12 09:55:00", "2018-04-12 09:55:01"),
        ("12.04.2018 09:55:00", "12.04.2018 09:55:01"),
    ],
)
def test_the_time_column_is_found_by_its_cells_wherever_it_stands(stamps: tuple[str, str]) -> None:
    layout = find_layout(f"a,when,b\n1,{stamps[0]},2\n2,{stamps[1]},3\n".encode())
    assert (layout.time_column, layout.is_relative) == (1, False)


def test_a_column_named_like_a_time_wins_over_one_that_could_be_one() -> None:
    layout = find_layout(b"counter,timestamp\n1600000000,1523526900\n1600000001,1523526901\n")
    assert layout.time_column == 1


def test_seconds_from_the_files_own_start_are_a_relative_time() -> None:
    layout = find_layout(b"Time (s),a\n0,1\n0.1,2\n0.2,3\n")
    assert (layout.time_column, layout.is_relative) == (0, True)


def test_a_file_may_have_no_time() -> None:
    assert find_layout(b"a,b\n1,2\n9,4\n3,4\n").time_column is None


def test_words_that_repeat_are_states_and_those_that_do_not_are_text() -> None:
    layout = find_layout(
        b"a,state,note,none\n" + b"".join(b"%d,%s,note %d,\n" % (i, (b"RUN", b"STOP")[i % 2], i) for i in range(9))
    )
    assert kinds(layout) == [("a", "number"), ("state", "words"), ("note", "text"), ("none", "empty")]
    assert layout.playable == ("a", "state")


def test_a_few_bad_cells_do_not_make_a_column_text() -> None:
    assert kinds(find_layout(b"a\n1\n2\nERR\n4\n-\n6\n")) == [("a", "number")]


def test_a_long_file_is_known_by_its_columns() -> None:
    assert find_layout(b"time,tag,value\n1523526900,x,1\n1523526901,y,2\n").is_long
    assert find_layout(b"Zeit;Messstelle;Wert\n1523526900;x;1\n1523526900;y;2\n").is_long
    assert not find_layout(b"time,note,other\n1523526900,x,1\n1523526901,y,2\n").is_long


def test_the_zone_goes_with_the_layout() -> None:
    zone = timezone(timedelta(hours=2))
    assert find_layout(b"t,a\n2018-04-12 09:55:00,1\n", zone).zone == zone


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"", "expected CSV rows, got an empty file"),
        (b" \r\n\n", "expected CSV rows, got an empty file"),
        (b"\x7fELF\x00\x00\x01", "expected CSV text, got a binary file"),
        (b"PK\x03\x04abc", "workbook"),
        (b"a,b\n", "below the header"),
        (b"x" * HEAD_BYTES, "longer first line"),
        (b"a\r1\r2\r", "\\r alone"),
        (b"a," * 20_000 + b"\n1\n", "at most 10000 columns, got 20001"),
    ],
)
def test_what_is_no_recording_is_refused_with_the_reason(head: bytes, message: str) -> None:
    with pytest.raises(RecordingError, match=message.replace("\\", "\\\\")):
        find_layout(head)
