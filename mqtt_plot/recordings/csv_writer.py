"""A CSV file that grows by rows of samples and is begun anew at a size; what it writes, replay reads.

One sample per row: `time,tag,value,unit`. Numbers are written so that they read back as the same float64; a gap is an empty cell.
"""

import csv
import io
import logging
import math
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from mqtt_plot.errors import SourceError
from mqtt_plot.samples import TwoState
from mqtt_plot.store.files import lock

log = logging.getLogger(__name__)

_BLOCK = 64 * 1024

HEADER = ("time", "tag", "value", "unit")
_FORMULA = ("=", "+", "-", "@")


class Logbook:
    """`with Logbook(path) as book: book.write(...)`. Past `max_bytes` the file becomes `NAME.1.csv`, that one `NAME.2.csv`, and so on.

    `keep` such files stay, the oldest goes. Without `max_bytes` the file grows as long as it is written to. Raises SourceError
    when the file cannot be written, or another program writes to it.
    """

    def __init__(self, path: Path, max_bytes: int | None = None, keep: int = 9, *, appends: bool = False) -> None:
        self.path = path
        self.rows = 0
        self._max_bytes = max_bytes
        self._keep = keep
        if not appends and path.exists() and path.stat().st_size:
            raise SourceError(f"{path} exists already; choose another name, or --append to it")
        self._rows = io.StringIO()  # not in the file yet
        self._writer = csv.writer(self._rows, lineterminator="\n")
        self._file = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._write_rows()
        except OSError as fault:
            raise self._fault(fault) from None
        finally:
            self._file.close()

    def _open(self) -> FileIO:
        try:
            file = FileIO(self.path, "a+")
        except OSError as error:
            raise self._fault(error) from None
        try:
            lock(file)
            _cut_unfinished_row(file)
            if not os.fstat(file.fileno()).st_size:
                file.write(",".join(HEADER).encode() + b"\n")
        except BlockingIOError:
            file.close()
            raise SourceError(f"cannot write {self.path}: another program writes to it") from None
        except OSError as error:
            file.close()
            raise self._fault(error) from None
        return file

    def _fault(self, error: OSError) -> SourceError:
        return SourceError(f"cannot write {self.path}: {error.strerror or error}")

    def write(self, time: float, tag: str, value: float | str, unit: str | None) -> None:
        """Add one row; `time` is POSIX seconds."""
        self._writer.writerow((repr(time), _defused(tag), _cell(value), unit or ""))
        self.rows += 1

    def flush(self) -> None:
        """Bring what was written to the disk's view of the file, whole rows or none, and begin a new one where it is full."""
        try:
            self._write_rows()
            if self._max_bytes is not None and os.fstat(self._file.fileno()).st_size >= self._max_bytes:
                self._file.close()
                self._rotate()
                self._file = self._open()
        except OSError as error:
            raise self._fault(error) from None

    def _write_rows(self) -> None:
        rows = self._rows.getvalue().encode()
        self._rows.seek(0)
        self._rows.truncate()
        _write_whole_rows(self._file, rows)

    def _rotate(self) -> None:
        names = [self.path, *(self.path.with_suffix(f".{n}{self.path.suffix}") for n in range(1, self._keep + 1))]
        names[-1].unlink(missing_ok=True)
        for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
            if newer.exists():
                newer.rename(older)


def _write_whole_rows(file: FileIO, rows: bytes) -> None:
    """Write all of `rows`, or as many whole ones as there is room for. Raises OSError."""
    begin = os.fstat(file.fileno()).st_size
    written = 0
    try:
        while written < len(rows):
            written += file.write(rows[written:])
    except OSError:
        with suppress(OSError):
            file.truncate(begin + rows.rfind(b"\n", 0, written) + 1)
        raise


def _cut_unfinished_row(file: FileIO) -> None:
    """Cut off a last row that was never written to its end: the machine lost power, or another program left it so."""
    end = os.fstat(file.fileno()).st_size
    begin = end
    while begin:
        start = max(0, begin - _BLOCK)
        file.seek(start)
        newline = file.read(begin - start).rfind(b"\n")
        if newline >= 0:
            begin = start + newline + 1
            break
        begin = start
    if begin < end:
        log.warning("the last row of %s was not whole; cut off", file.name)
        file.truncate(begin)


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
