"""CsvRows of cells from a binary file."""

import io

from mqtt_plot.errors import RowError
from mqtt_plot.recordings.csv_rows import MAX_LINE, MAX_ROW_LINES, CsvRows


def read(text: bytes, delimiter: str = ",") -> list[tuple[int, list[str]] | str]:
    return [str(row) if isinstance(row, RowError) else row for row in CsvRows(io.BytesIO(text), delimiter)]


def test_rows_come_with_their_line_numbers_and_blank_lines_are_passed_over() -> None:
    assert read(b"a,b\r\n\r\n1,2\n3,4") == [(1, ["a", "b"]), (3, ["1", "2"]), (4, ["3", "4"])]


def test_a_quoted_cell_may_hold_the_delimiter_quotes_and_line_breaks() -> None:
    assert read(b'"x, ""y""\nz",1\n2,3\n') == [(2, ['x, "y"\nz', "1"]), (3, ["2", "3"])]


def test_a_byte_order_mark_is_no_part_of_the_first_cell() -> None:
    assert read(b"\xef\xbb\xbftime,a\n") == [(1, ["time", "a"])]


def test_bytes_that_are_not_utf8_are_read_as_latin1() -> None:
    assert read("Höhe;µm\n".encode("latin-1"), ";") == [(1, ["Höhe", "µm"])]


def test_utf8_and_latin1_lines_may_be_mixed() -> None:
    assert read("°C\n".encode() + "°C\n".encode("latin-1")) == [(1, ["°C"]), (2, ["°C"])]


def test_a_huge_line_is_skipped_with_its_number_and_the_next_row_follows() -> None:
    huge = b"9" * (3 * MAX_LINE)
    assert read(b"1\n" + huge + b"\n2\n") == [
        (1, ["1"]),
        f"line 2: expected a line of at most {MAX_LINE} bytes, got a longer one; skipped",
        (3, ["2"]),
    ]


def test_a_line_of_exactly_the_limit_is_taken() -> None:
    line = (b"9," * MAX_LINE)[: MAX_LINE - 1]
    assert [row[0] for row in read(line + b"\n2\n")] == [1, 2]


def test_a_huge_last_line_without_an_end_is_skipped_too() -> None:
    assert [row for row in read(b"1\n" + b"9" * (2 * MAX_LINE)) if isinstance(row, tuple)] == [(1, ["1"])]


def test_a_quote_that_is_never_closed_costs_a_bounded_number_of_lines() -> None:
    rows = read(b'1,"open\n' + b"2,3\n" * (MAX_ROW_LINES + 5))
    assert rows[0] == f"line 1: expected the quote to be closed within {MAX_ROW_LINES} lines; those are skipped"
    assert rows[1:] == [(MAX_ROW_LINES + 2 + i, ["2", "3"]) for i in range(5)]


def test_the_position_counts_all_bytes_read() -> None:
    text = b"\xef\xbb\xbfa,b\n1,2\n" + b"9" * (2 * MAX_LINE) + b"\n"
    rows = CsvRows(io.BytesIO(text), ",")
    assert len(list(rows)) == 3
    assert rows.lines.position == len(text)
