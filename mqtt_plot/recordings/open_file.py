"""A recording that is open: how it is read, what is known of it, its rows."""

import os
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from mqtt_plot.errors import RecordingError
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.csv_encoding import UTF16_MARKS, encoding_notes, guessed, is_strange, to_utf8
from mqtt_plot.recordings.csv_layout import HEAD_BYTES, Layout, find_layout
from mqtt_plot.recordings.csv_order import later_of
from mqtt_plot.recordings.csv_rows import Piece
from mqtt_plot.recordings.player import RecordingFacts
from mqtt_plot.recordings.recording import Recording, choose, times_of, times_of_tail
from mqtt_plot.store.files import open_plain

_TAIL_BYTES = 64 * 1024
_MAX_WIDE = 64 * 1024 * 1024  # bytes of a file that is not UTF-8, which is held in memory as UTF-8


class OpenFile:
    """An open recording, and what it was when it was opened; `close` when done."""

    def __init__(self, path: Path, choices: Choices | None = None) -> None:
        self.name = path.name
        self._last: Recording | None = None
        self._file = _open(path)
        try:
            self._was = os.fstat(self._file.fileno())
            self._text = self._utf8()
            head = self._read(0, HEAD_BYTES)
            size = self._text.seek(0, os.SEEK_END)
            later = later_of(head) + later_of(self._read(max(0, size - _TAIL_BYTES), _TAIL_BYTES))
            layout = find_layout(head, choices=choices, later=later)
            self.layout: Layout = replace(layout, notes=(*layout.notes, *self._of_encoding))
            self.facts = self._find_facts(head)
        except RecordingError as error:
            self._file.close()
            raise RecordingError(f"{self.name}: {error}") from None
        except OSError as error:
            self._file.close()
            raise RecordingError(f"{self.name}: cannot be read: {error.strerror}") from None

    def choose(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the columns to play, all that can be drawn where none is named. Raises RecordingError for any other."""
        return choose(self.layout, columns)

    def rows(self, columns: Sequence[str] = ()) -> Recording:
        """Return the rows from the start. Raises RecordingError for columns that cannot be played."""
        self._text.seek(0)
        self._last = Recording(self._text, self.layout, columns)
        return self._last

    def doubts(self) -> tuple[str, ...]:
        """Return words on what is doubtful in the rows that have been read since they were begun last."""
        return () if self._last is None else tuple(self._last.doubts.notes())

    def change(self) -> str:
        """Return in words how the file has changed since it was opened, "" where it has not."""
        now, was = os.fstat(self._file.fileno()), self._was
        if (now.st_size, now.st_mtime_ns) == (was.st_size, was.st_mtime_ns):
            return ""
        self._was = now
        how = "was written to" if now.st_size == was.st_size else f"went from {was.st_size} to {now.st_size} bytes"
        return f"{self.name} {how} while it is played; rows may be missing or mixed"

    def close(self) -> None:
        self._file.close()

    def _utf8(self) -> BinaryIO:
        """Return the file, or one in memory where it is in another encoding, as Excel and instruments write it."""
        head = self._file.read(HEAD_BYTES)
        self._of_encoding = encoding_notes(head)
        encoding = "UTF-16" if head[:2] in UTF16_MARKS else guessed(head)
        is_wide = bool(encoding) or is_strange(head)
        if is_wide and self._was.st_size > _MAX_WIDE:
            raise RecordingError(
                f"expected UTF-8, got {self._was.st_size} bytes of {encoding or 'lines or cells of a strange form'}; save it as 'CSV UTF-8'"
            )
        self._file.seek(0)
        return BytesIO(to_utf8(self._file.read())) if is_wide else self._file

    def _read(self, start: int, size: int) -> bytes:
        self._text.seek(start)
        return self._text.read(size)

    def _find_facts(self, head: bytes) -> RecordingFacts:
        layout, size = self.layout, self._text.seek(0, os.SEEK_END)
        has_times = layout.time is not None
        if not has_times:
            return RecordingFacts(size, has_times)
        times = times_of(Piece(head), layout)
        if size > len(head):
            times += times_of_tail(self._read(max(0, size - _TAIL_BYTES), _TAIL_BYTES), layout)
        first, last = min(times, default=None), max(times, default=None)
        return RecordingFacts(size, has_times, layout.is_relative, first, last, layout.is_descending)


def _open(path: Path) -> BinaryIO:
    """Open a recording. Raises RecordingError."""
    try:
        return open_plain(path)
    except FileNotFoundError:
        raise RecordingError(f"no recording called {path.name!r:.80}") from None
    except OSError as error:
        raise RecordingError(f"{path.name}: cannot be opened: {error.strerror}") from None
