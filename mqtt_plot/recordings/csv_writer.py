"""A CSV file that grows by rows of samples and is begun anew at a size; what it writes, replay reads.

One sample per row: `time,tag,value,unit`. Numbers are written so that they read back as the same float64; a gap is an empty cell.
"""

import csv
import math
import os
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from mqtt_plot.errors import SourceError
from mqtt_plot.samples import TwoState

HEADER = ("time", "tag", "value", "unit")
_FORMULA = ("=", "+", "-", "@")


class Logbook:
    """`with Logbook(path) as book: book.write(...)`. Past `max_bytes` the file becomes `NAME.1.csv`, that one `NAME.2.csv`, and so on.

    `keep` such files stay, the oldest goes. Without `max_bytes` the file grows as long as it is written to. Raises SourceError
    when the file cannot be written.
    """

    def __init__(self, path: Path, max_bytes: int | None = None, keep: int = 9, *, appends: bool = False) -> None:
        self.path = path
        self.rows = 0
        self._max_bytes = max_bytes
        self._keep = keep
        if not appends and path.exists() and path.stat().st_size:
            raise SourceError(f"{path} exists already; choose another name, or --append to it")
        self._file = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def _open(self) -> TextIO:
        try:
            file = self.path.open("a", encoding="utf-8", newline="")
            self._writer = csv.writer(file, lineterminator="\n")
            if not os.fstat(file.fileno()).st_size:
                self._writer.writerow(HEADER)
                file.flush()
        except OSError as error:
            raise SourceError(f"cannot write {self.path}: {error.strerror}") from None
        return file

    def write(self, time: float, tag: str, value: float | str, unit: str | None) -> None:
        """Add one row; `time` is POSIX seconds."""
        self._writer.writerow((repr(time), _defused(tag), _cell(value), unit or ""))
        self.rows += 1

    def flush(self) -> None:
        """Bring what was written to the disk's view of the file, and begin a new one where it is full."""
        try:
            self._file.flush()
            if self._max_bytes is not None and os.fstat(self._file.fileno()).st_size >= self._max_bytes:
                self._file.close()
                self._rotate()
                self._file = self._open()
        except OSError as error:
            raise SourceError(f"cannot write {self.path}: {error.strerror}") from None

    def _rotate(self) -> None:
        names = [self.path, *(self.path.with_suffix(f".{n}{self.path.suffix}") for n in range(1, self._keep + 1))]
        names[-1].unlink(missing_ok=True)
        for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
            if newer.exists():
                newer.rename(older)


def _cell(value: float | str) -> str:
    match value:
        case str():
            return _defused(value)
        case TwoState():
            return value.word
        case bool():
            return "true" if value else "false"
        case _:
            return "" if math.isnan(value) else repr(value)


def _defused(text: str) -> str:
    """Return text that no spreadsheet runs as a formula; replay takes the apostrophe off again."""
    return "'" + text if text.startswith(_FORMULA) else text
