"""The file that a recording grows in."""

import errno
import io
import math
from pathlib import Path

import pytest

from mqtt_plot.errors import SourceError
from mqtt_plot.recordings import csv_writer
from mqtt_plot.recordings.csv_layout import find_layout
from mqtt_plot.recordings.csv_writer import Logbook
from mqtt_plot.recordings.recording import Recording
from mqtt_plot.recordings.row import Row

TRICKY = ["a", "Temperature - Room 1", "=SUM(A1)", "@x", "semi;colon", 'quo"te', "comma, here", "ä/ö/℃", "two  spaces"]


def read(path: Path) -> list[Row]:
    data = path.read_bytes()
    return [row for row in Recording(io.BytesIO(data), find_layout(data)) if isinstance(row, Row)]


def test_what_is_written_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    values: list[float | str] = [1.5, 0.1, -2e-300, 1 / 3, True, False, "RUN", "=x", 12345678901234567.0]
    with Logbook(path) as book:
        for i, (tag, value) in enumerate(zip(TRICKY, values, strict=True)):
            book.write(1_700_000_000 + i / 7, tag, value, "°C" if i % 2 else None)
    assert [(row.time, row.tag, row.values[0], row.unit) for row in read(path)] == [
        (1_700_000_000 + i / 7, tag, value, "°C" if i % 2 else None)
        for i, (tag, value) in enumerate(zip(TRICKY, values, strict=True))
    ]


def test_a_gap_reads_back_as_a_gap(tmp_path: Path) -> None:
    with Logbook(tmp_path / "log.csv") as book:
        book.write(1_700_000_000.0, "a", 1.0, None)
        book.write(1_700_000_001.0, "a", math.nan, None)
    assert [math.isnan(float(row.values[0])) for row in read(tmp_path / "log.csv")] == [False, True]


def test_a_cell_that_a_spreadsheet_would_run_is_defused(tmp_path: Path) -> None:
    with Logbook(tmp_path / "log.csv") as book:
        book.write(1_700_000_000.0, "=cmd()", 1.0, None)
    assert ",'=cmd()," in (tmp_path / "log.csv").read_text()


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("precious")
    with pytest.raises(SourceError, match="exists already"):
        Logbook(tmp_path / "log.csv")
    assert (tmp_path / "log.csv").read_text() == "precious"


def test_appending_goes_on_below_with_one_header(tmp_path: Path) -> None:
    for time in (1_700_000_000.0, 1_700_000_001.0):
        with Logbook(tmp_path / "log.csv", appends=True) as book:
            book.write(time, "a", 1.0, None)
    assert [row.time for row in read(tmp_path / "log.csv")] == [1_700_000_000.0, 1_700_000_001.0]


def test_a_full_file_makes_way_and_only_so_many_are_kept(tmp_path: Path) -> None:
    with Logbook(tmp_path / "log.csv", max_bytes=1, keep=2) as book:
        for i in range(5):
            book.write(1_700_000_000.0 + i, "a", float(i), None)
            book.flush()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.1.csv", "log.2.csv", "log.csv"]
    assert [read(tmp_path / name)[0].values[0] for name in ("log.1.csv", "log.2.csv")] == [4.0, 3.0]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot write"):
        Logbook(tmp_path / "gone" / "log.csv")


def test_two_programs_do_not_write_one_file(tmp_path: Path) -> None:
    """Rows of both would be mixed, and one would take the other's file away when it is full."""
    with Logbook(tmp_path / "log.csv"), pytest.raises(SourceError, match="another program writes to it"):
        Logbook(tmp_path / "log.csv", appends=True)


def test_a_full_disk_leaves_whole_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row for which there was no room is not there at all, and the fault is one that is told in a line."""
    path = tmp_path / "log.csv"
    room = 59

    class Disk(io.FileIO):
        def write(self, data: bytes) -> int:  # type: ignore[override]  # it is handed bytes
            free = room - path.stat().st_size
            if not free:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data[:free])

    monkeypatch.setattr(csv_writer, "FileIO", Disk)
    book = Logbook(path)
    for n in range(10):
        book.write(1_700_000_000.0 + n, "a", 1.5, None)
    with pytest.raises(SourceError, match="No space left on device"):
        book.__exit__(None, None, None)
    assert path.read_text() == "time,tag,value,unit\n1700000000.0,a,1.5,\n"
    monkeypatch.undo()
    with Logbook(path, appends=True) as book:
        book.write(1_700_000_100.0, "a", 2.5, None)
    assert [row.values for row in read(path)] == [[1.5], [2.5]]


def test_appending_begins_at_a_rows_begin(tmp_path: Path) -> None:
    """Of a row that was cut off by a power failure nobody knows whether 12 was 123.4."""
    path = tmp_path / "log.csv"
    path.write_text("time,tag,value,unit\n1700000000.0,a,1.5,\n1700000001.0,a,12")
    with Logbook(path, appends=True) as book:
        book.write(1_700_000_002.0, "a", 2.5, None)
    assert path.read_text() == "time,tag,value,unit\n1700000000.0,a,1.5,\n1700000002.0,a,2.5,\n"
