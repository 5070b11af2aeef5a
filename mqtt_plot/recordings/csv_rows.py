"""CSV as rows of cells with line numbers, from a binary file in bounded memory. Knows nothing of what the cells mean.

The csv module does the quoting; this module feeds it one bounded line at a time and mends it after a broken one. Bytes that are not
UTF-8 are read as Windows-1252, which has Latin-1's letters at Latin-1's places.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from mqtt_plot.errors import RowError

# Ten thousand columns fit; a longer line is a file of another kind, or a broken one.
MAX_LINE = 256 * 1024
# A quoted cell may hold line breaks, but a quote that is never closed must not swallow the file.
MAX_ROW_LINES = 100

# What keeps a spreadsheet from reading a cell as a number or a date.
_FORMULA = re.compile(r'(^|[,;\t])="([^"]*)"(?=[,;\t\r\n]|$)')
_BLANKS_BEFORE_QUOTE = re.compile(r'(?<=[,;\t]) +(?="(?!"[^,;\t\r\n]))')
_BOM = b"\xef\xbb\xbf"


class BinaryFile(Protocol):
    """What is needed of a file: `readline` as io.BufferedIOBase has it."""

    def readline(self, size: int = -1, /) -> bytes: ...


class Piece:
    """A piece of a file that is in memory already, as a file; `go_on` with the next one when it is read."""

    def __init__(self, data: bytes = b"") -> None:
        self.go_on(data)

    def go_on(self, data: bytes) -> None:
        """Let `data` follow."""
        self._data = data
        self._position = 0

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line with its end, at most `size` bytes of it; b"" at the end."""
        start = self._position
        stop = self._data.find(b"\n", start) + 1 or len(self._data)
        self._position = min(stop, start + size) if size >= 0 else stop
        return self._data[start : self._position]


class Lines:
    """Decoded lines. `number` is that of the line read last, from 1; `position` the bytes read so far."""

    def __init__(self, file: BinaryFile, rewrite: Callable[[str], list[str]] | None = None) -> None:
        self._rewrite = rewrite  # makes rows of a line that is none
        self._rows = list[str]()  # of the line read last, that last which comes next
        self.number = 0
        self.position = 0
        self.row_lines = 0  # read since the reader of rows last reset it
        self._file = file

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        """Return the next line. Raises RowError for one that is too long, having skipped it."""
        if self._rows:
            return self._rows.pop()
        line = self._file.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self.row_lines += 1
        self.position += len(line)
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            self._skip_rest()
            raise RowError(self.number, f"expected a line of at most {MAX_LINE} bytes, got a longer one; skipped")
        if self.row_lines > MAX_ROW_LINES:
            raise RowError(
                self.number - MAX_ROW_LINES,
                f"expected the quote to be closed within {MAX_ROW_LINES} lines; those are skipped",
            )
        if self.number == 1 and line.startswith(_BOM):
            line = line[len(_BOM) :]
        text = decode(line)
        if self._rewrite is not None and text.strip():
            self._rows = self._rewrite(text)[::-1]
            return self._rows.pop()
        if ' "' in text:
            text = _BLANKS_BEFORE_QUOTE.sub("", text)
        return _FORMULA.sub(r'\1"\2"', text) if '="' in text else text

    def _skip_rest(self) -> None:
        while part := self._file.readline(MAX_LINE):
            self.position += len(part)
            if part.endswith(b"\n"):
                return


def decode(line: bytes) -> str:
    """Return the text of a line, UTF-8 or else Windows-1252."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


# Rows that InfluxDB's annotated CSV has above each of its tables.
_ANNOTATIONS = frozenset({"#datatype", "#group", "#default", "#constant", "#timezone", "#concat"})


def is_comment(cells: Sequence[str]) -> bool:
    """Tell whether a row of any place is a comment: one cell that begins with #, or an annotation, or a mark of HTML."""
    return cells[0] in _ANNOTATIONS or (len(cells) == 1 and cells[0].lstrip().startswith(("#", "<br", "<p")))


class CsvRows:
    """CsvRows of cells; a line that is no row comes as a RowError instead, and the next row follows. Blank lines are passed over."""

    def __init__(self, file: BinaryFile, delimiter: str, rewrite: Callable[[str], list[str]] | None = None) -> None:
        self.lines = Lines(file, rewrite)
        self._delimiter = delimiter

    def _reader(self) -> Iterator[list[str]]:
        # Several blanks in a row are one delimiter, as in tables that are aligned with them.
        return csv.reader(self.lines, delimiter=self._delimiter, skipinitialspace=self._delimiter == " ")

    def __iter__(self) -> Iterator[tuple[int, list[str]] | RowError]:
        """Yield (number of the row's last line, cells)."""
        lines = self.lines
        reader = self._reader()
        while True:
            try:
                for cells in reader:
                    lines.row_lines = 0
                    if cells:
                        yield lines.number, cells
            except RowError as error:
                yield error
            except csv.Error as error:
                yield RowError(lines.number, f"not CSV: {error}")
            else:
                return
            # What the reader holds of the broken row is dropped with it.
            lines.row_lines = 0
            reader = self._reader()
