"""The folder of recordings: lists its files and opens one. Nothing outside the folder is ever read.

Sub-folders are not walked; links, devices and pipes are no recordings.
"""

import os
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, NamedTuple

from mqtt_plot.errors import PayloadError, RecordingError
from mqtt_plot.parsers.values import check_text
from mqtt_plot.recordings.csv_choices import Choices

if TYPE_CHECKING:
    from mqtt_plot.recordings.open_file import OpenFile

# As instruments call files of text; a binary one of the same name is refused when it is opened.
SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".log", ".lvm", ".asc", ".prn", ".mpt", ".msl", ".rdb", ".jsonl", ".ndjson")
# Files listed; a folder with more shows the newest.
MAX_FILES = 1_000


class RecordingEntry(NamedTuple):
    """A file in the folder: its name, bytes, and when it was last written (POSIX seconds)."""

    file: str
    size: int
    modified: float


class Folder:
    """The CSV files directly in one folder; `path` None means there is no such folder."""

    def __init__(self, path: Path | None, choices: Choices | None = None) -> None:
        self.path = path
        self.choices = choices

    def entries(self) -> list[RecordingEntry]:
        """Return the files, newest first. Raises RecordingError when the folder cannot be read."""
        if self.path is None:
            return []
        try:
            with os.scandir(self.path) as scan:
                found = [_entry(item) for item in scan]
        except OSError as error:
            raise RecordingError(f"the folder of recordings cannot be read: {error.strerror}") from None
        entries = sorted(
            (entry for entry in found if entry is not None), key=lambda entry: (-entry.modified, entry.file)
        )
        return entries[:MAX_FILES]

    def open(self, name: str) -> "OpenFile":
        """Open the file called `name`. Raises RecordingError for any that `entries` would not list."""
        if self.path is None:
            raise RecordingError("there is no folder of recordings; start the bridge with --recordings FOLDER")
        if not _is_name(name):
            raise RecordingError(f"expected the name of a .csv file in the folder of recordings, got {name!r:.80}")
        # The readers come with the first file: most bridges play none.
        file: OpenFile = resolve_name("mqtt_plot.recordings.open_file:OpenFile")(self.path / name, self.choices)
        return file


def _entry(item: os.DirEntry[str]) -> RecordingEntry | None:
    try:
        if not _is_name(item.name) or not item.is_file(follow_symlinks=False):
            return None
        info = item.stat(follow_symlinks=False)
    except OSError:  # gone since
        return None
    return RecordingEntry(item.name, info.st_size, info.st_mtime)


def _is_name(name: str) -> bool:
    """Tell whether `name` can be a recording's: one path component, text that every page can show."""
    try:
        check_text(name, "a file name")
    except PayloadError:
        return False
    return not any(mark in name for mark in "/\\") and not name.startswith(".") and name.lower().endswith(SUFFIXES)
