"""The rows of a recording."""

import io
import math
from datetime import UTC, datetime

import pytest

from mqtt_plot.errors import RecordingError, RowError
from mqtt_plot.recordings.csv_layout import find_layout
from mqtt_plot.recordings.recording import Recording
from mqtt_plot.recordings.row import Row

START = datetime(2018, 4, 12, 9, 55, tzinfo=UTC).timestamp()


def read(text: bytes, *columns: str) -> list[tuple[object, ...] | str]:
    """Return (line, time, value ...) per row with None for a gap, and the words of each error."""
    rows = Recording(io.BytesIO(text), find_layout(text), columns)
    return [str(row) if isinstance(row, RowError) else flat(row) for row in rows]


def flat(row: Row) -> tuple[object, ...]:
    values = [None if isinstance(value, float) and math.isnan(value) else value for value in row.values]
    return (row.line, row.time, *([row.tag] if row.tag is not None else []), *values)


def test_times_and_values_are_read_and_empty_cells_are_gaps() -> None:
    assert read(b"time,a,b\n2018-04-12 09:55:00,1,-2.5e3\n2018-04-12 09:55:01,,0.5\n") == [
        (2, START, 1.0, -2500.0),
        (3, START + 1, None, 0.5),
    ]


def test_decimal_commas_are_read_in_values_and_times() -> None:
    assert read(b"t;a\n1523526900,25;1,5\n1523526901,25;2,5\n") == [(2, START + 0.25, 1.5), (3, START + 1.25, 2.5)]


def test_only_the_chosen_columns_are_read_in_the_order_asked_for() -> None:
    assert read(b"a,b,c\n1,2,3\n", "c", "a") == [(2, None, 3.0, 1.0)]


def test_a_bad_cell_is_told_with_its_line_and_becomes_a_gap() -> None:
    text = b"a,b\n1,2\n3,1_000\n5,x\n7,8\n"
    assert read(text) == [
        (2, None, 1.0, 2.0),
        "line 3: column 'b': expected a number such as 12.5, got '1_000'; shown as a gap",
        (3, None, 3.0, None),
        "line 4: column 'b': expected a number such as 12.5, got 'x'; shown as a gap",
        (4, None, 5.0, None),
        (5, None, 7.0, 8.0),
    ]


def test_a_relative_time_beyond_all_calendars_is_no_time() -> None:
    good = b"time,a\n0,1\n0.5,1\n1,2\n"
    rows = Recording(io.BytesIO(good + b"1e100,3\n"), find_layout(good))
    assert [str(row) if isinstance(row, RowError) else row.time for row in rows] == [
        *(0.0, 0.5, 1.0),
        "line 5: expected a time in column 'time', got '1e100'; row skipped",
    ]


def test_a_row_whose_time_is_bad_is_told_and_skipped() -> None:
    text = b"time,a\n" + b"".join(b"%d,1\n" % (START + i) for i in range(20)) + b"soon,2\n%d,3\n" % (START + 20)
    assert read(text)[20:] == [
        "line 22: expected a time in column 'time', got 'soon'; row skipped",
        (23, START + 20, 3.0),
    ]


def test_rows_of_another_width_are_told_and_read_as_far_as_they_go() -> None:
    assert read(b"a,b\n1,2\n3\n5,6,7\n8,9,\n" + b"1,2\n" * 9)[:6] == [
        (2, None, 1.0, 2.0),
        "line 3: expected 2 cells, got 1",
        (3, None, 3.0, None),
        "line 4: expected 2 cells, got 3",
        (4, None, 5.0, 6.0),
        (5, None, 8.0, 9.0),
    ]


def test_a_number_beyond_float64_is_an_error_and_not_infinity() -> None:
    rows = read(b"a,b\n1,2\n1e999,3\n")
    assert rows[2] == (3, None, None, 3.0)
    assert "64-bit floating point" in str(rows[1])


def test_every_float64_reads_back_exactly() -> None:
    values = [0.1, 1 / 3, 1e-308, 5e-324, 1.7976931348623157e308, -0.0, 123456789.123456789]
    text = b"a,b\n" + b"".join(f"{value!r},1\n".encode() for value in values)
    assert [row[2] for row in read(text)] == values


def test_words_and_two_states_keep_their_kind() -> None:
    assert read(b"s,on\nRUN,true\nSTOP,false\nRUN,true\nRUN,off\n") == [
        (2, None, "RUN", True),
        (3, None, "STOP", False),
        (4, None, "RUN", True),
        (5, None, "RUN", False),
    ]


def test_a_long_file_names_the_tag_and_unit_of_each_row() -> None:
    text = "time,tag,value,unit\n1700000000.5,a b,1.5,°C\n1700000001,'=x,RUN,\n1700000002,a b,,\n".encode()
    rows = list(Recording(io.BytesIO(text), find_layout(text)))
    assert [(row.tag, row.unit) for row in rows if isinstance(row, Row)] == [("a b", "°C"), ("=x", None), ("a b", None)]
    assert read(text, "a b") == [(2, 1700000000.5, "a b", 1.5), (4, 1700000002.0, "a b", None)]


def test_a_column_of_text_is_refused_with_what_it_holds_and_what_there_is() -> None:
    with pytest.raises(RecordingError, match=r"column 'note' holds text, such as 'n1', .*there are 'a', 'b'"):
        read(b"a,note,b\n1,n1,2\n2,n2,3\n", "note")


def test_an_unknown_column_is_refused_with_what_there_is() -> None:
    with pytest.raises(RecordingError, match=r"no column 'c'; there are 'a', 'b'"):
        read(b"a,b\n1,2\n", "c")


def test_a_file_without_numbers_is_refused() -> None:
    with pytest.raises(RecordingError, match="at least one column of numbers"):
        read(b"some\nmore text here\nand here\n")
