"""The folder of recordings."""

import os
from pathlib import Path

import pytest

from mqtt_plot.errors import RecordingError
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.open_file import OpenFile

CSV = "time,a\n2018-04-12 09:55:00,1\n2018-04-12 09:55:02,2\n"


def names(folder: Path) -> list[str]:
    return [entry.file for entry in Folder(folder).entries()]


def test_csv_files_are_listed_newest_first(tmp_path: Path) -> None:
    for age, name in enumerate(["new.csv", "middle.TSV", "old.txt"]):
        (tmp_path / name).write_text(CSV)
        os.utime(tmp_path / name, (1_700_000_000 - age, 1_700_000_000 - age))
    (tmp_path / "notes.pdf").write_text("no")
    assert names(tmp_path) == ["new.csv", "middle.TSV", "old.txt"]


def test_subfolders_links_and_hidden_files_are_not_listed(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    (folder / "sub.csv").mkdir(parents=True)
    (folder / "sub.csv" / "in.csv").write_text(CSV)
    (folder / ".hidden.csv").write_text(CSV)
    (tmp_path / "outside.csv").write_text(CSV)
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    os.mkfifo(folder / "pipe.csv")
    assert names(folder) == []


@pytest.mark.parametrize(
    "name",
    [
        "../outside.csv",
        "/etc/hostname.csv",
        "link.csv",
        "sub/in.csv",
        "sub\\in.csv",
        "..",
        "",
        "no\x00.csv",
        "sub.csv",
        "pipe.csv",
    ],
)
def test_nothing_that_is_not_listed_can_be_opened(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "recordings"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub.csv").mkdir()
    (folder / "sub" / "in.csv").write_text(CSV)
    (tmp_path / "outside.csv").write_text(CSV)
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(RecordingError):
        Folder(folder).open(name)


def test_names_with_markup_are_names_like_others(tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>.csv"
    (tmp_path / name).write_text(CSV)
    assert names(tmp_path) == [name]
    Folder(tmp_path).open(name).close()


def test_without_a_folder_nothing_is_listed_and_opening_says_what_to_do() -> None:
    assert Folder(None).entries() == []
    with pytest.raises(RecordingError, match="--recordings"):
        Folder(None).open("a.csv")


def test_a_missing_file_and_a_missing_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"no recording called 'gone\.csv'"):
        Folder(tmp_path).open("gone.csv")
    with pytest.raises(RecordingError, match="cannot be read"):
        Folder(tmp_path / "gone").entries()


def test_a_file_that_is_no_csv_is_named_in_the_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x00\x01\x02")
    with pytest.raises(RecordingError, match=r"^a\.csv: expected CSV text, got a binary file"):
        Folder(tmp_path).open("a.csv")


def test_the_first_and_last_time_are_known_before_it_is_played(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("time,a\n" + "".join(f"{1_523_526_900 + i}.25,{i}\n" for i in range(30_000)))
    file = OpenFile(path)
    assert (file.facts.first_time, file.facts.last_time) == (1_523_526_900.25, 1_523_556_899.25)
    assert (file.facts.size, file.facts.has_times) == (path.stat().st_size, True)
    file.close()


def test_a_file_without_times_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n3,4\n1,2\n")
    file = OpenFile(tmp_path / "a.csv")
    assert (file.facts.has_times, file.facts.first_time, file.facts.last_time) == (False, None, None)
    file.close()


def test_a_file_that_changes_while_it_is_open_tells_so_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV)
    file = OpenFile(path)
    assert file.change() == ""
    with path.open("a") as more:
        more.write("2018-04-12 09:55:04,3\n")
    assert (
        file.change()
        == f"a.csv went from {len(CSV)} to {len(CSV) + 22} bytes while it is played; rows may be missing or mixed"
    )
    assert file.change() == ""
    file.close()


def test_a_file_of_utf_16_and_one_with_its_newest_row_first_are_read(tmp_path: Path) -> None:
    """As Excel and loggers write them."""
    (tmp_path / "wide.csv").write_text(
        "Zeit\tDruck [°C]\n14.11.2023 22:13:11\t1,5\n14.11.2023 22:13:10\t2,5\n", "utf-16"
    )
    file = OpenFile(tmp_path / "wide.csv")
    assert [getattr(row, "values", row) for row in file.rows()] == [[1.5], [2.5]]
    assert (file.layout.playable, file.facts.is_descending) == (("Druck [°C]",), True)
    assert (file.facts.first_time, file.facts.last_time) == (1_699_999_990.0, 1_699_999_991.0)
    file.close()


def test_a_folder_opens_dates_in_the_order_that_was_said(tmp_path: Path) -> None:
    """Else a file whose dates have two meanings cannot be played."""
    (tmp_path / "a.csv").write_text("date,a\n" + "".join(f"0{n}/05/2024,{n}\n" for n in range(1, 9)))
    with pytest.raises(RecordingError, match="--date-order"):
        Folder(tmp_path).open("a.csv")
    file = Folder(tmp_path, Choices(date_order="dmy")).open("a.csv")
    assert (file.facts.last_time or 0) - (file.facts.first_time or 0) == 7 * 86_400
    file.close()
