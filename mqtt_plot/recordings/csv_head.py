"""The first rows of a CSV file: its delimiter, which rows are comments, and words below a short table. Knows nothing of what cells mean."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from mqtt_plot.errors import RecordingError
from mqtt_plot.recordings.csv_rows import MAX_LINE, CsvRows, Piece, is_comment

# So many bytes and rows are looked at.
HEAD_BYTES = MAX_LINE
HEAD_ROWS = 200

# A semicolon or tab that splits all rows alike wins over a comma, which may be the decimal mark.
_DELIMITERS = "\t;,| "
_MOST = 0.9  # of the rows must agree; the rest may be broken
# Channels (4/8): D1, fields = timestamp, # column_names: time.
_KEY_OF_NAMES = re.compile(r"(?i)[#;/ ]*(?:channels|columns|fields|names|column[ _]?names?)\b[^:=]{0,20}[:=]\s*")
_SOME = 0.3  # of the rows, which no blank splits if another delimiter does
_FEWEST = 3  # rows that are no comments
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x20)])
# Rows have more cells together only where that makes too few rows: each is looked at many times.
_MOST_LINES = 2_000
_MOST_CELLS, _FEWEST_ROWS = 1_800, 50


class FirstRows(NamedTuple):
    """The first rows of a file without comments, and the place of each among all rows.

    `above` are the comments above them that have as many cells, so may be names, and `comments` all of those. `is_whole`: there are no more.
    """

    delimiter: str
    rows: list[list[str]]
    places: list[int]
    above: list[list[str]]
    comments: list[list[str]]
    is_whole: bool


def read_head(head: bytes) -> FirstRows:
    """Return the rows of the file that begins with `head` (up to HEAD_BYTES, UTF-8 or Windows-1252). Raises RecordingError."""
    _check_text(head)
    is_whole = len(head) < HEAD_BYTES
    if not is_whole:
        head = head[: head.rindex(b"\n") + 1]
    lines = head.split(b"\n", _MOST_LINES)
    if len(lines) > _MOST_LINES:  # most of them are blank, or comments
        head, is_whole = b"\n".join([*lines[:-1], b""]), False
    hinted = re.match(rb"(?:\xef\xbb\xbf)?sep=(.)\r?\n", head)
    delimiter = hinted[1].decode("latin-1") if hinted else _find_delimiter(head)
    rows = [_without_key(row, delimiter) for row in _read(head, delimiter)[1 if hinted else 0 :]]
    kept = _without_words_below(rows, _without_comments(rows, "#" if delimiter == ";" else "#;"))
    if not kept:
        raise RecordingError("expected CSV rows, got only blank lines and comments")
    return FirstRows(
        delimiter,
        [rows[place] for place in kept],
        [place + bool(hinted) for place in kept],
        _commented_names(rows, kept),
        rows[: kept[0]],
        is_whole and len(rows) < HEAD_ROWS and sum(map(len, rows)) <= _MOST_CELLS,
    )


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0]


def _check_text(head: bytes) -> None:
    if not head or head.isspace():
        raise RecordingError("expected CSV rows, got an empty file")
    if head[:4] == b"PK\x03\x04":
        raise RecordingError("expected CSV, got a workbook or zip archive; export the sheet as CSV")
    if len(head.translate(None, _CONTROLS)) < len(head):
        raise RecordingError("expected CSV text, got a binary file")
    if b"\n" not in head:
        if len(head) >= HEAD_BYTES:
            raise RecordingError(f"expected lines of at most {MAX_LINE} bytes, got a longer first line; is it CSV?")
        if b"\r" in head.rstrip():
            raise RecordingError("expected lines that end in \\n or \\r\\n, got \\r alone; save it as 'CSV UTF-8'")


def _read(head: bytes, delimiter: str) -> list[list[str]]:
    rows = list[list[str]]()
    cells = 0
    for row in CsvRows(Piece(head), delimiter):
        if isinstance(row, tuple):
            rows.append(row[1])
            cells += len(row[1])
        if len(rows) >= HEAD_ROWS or (cells > _MOST_CELLS and len(rows) >= _FEWEST_ROWS):
            break
    return rows


def _without_key(row: list[str], delimiter: str) -> list[str]:
    """Return the names in a row without the word before them that says so."""
    if delimiter == " " and row[0] == "#" and len(row) > 1:
        row = row[1:]
    key = _KEY_OF_NAMES.match(delimiter.join(row[:3]))
    if key is None:
        return row
    cells = delimiter.join(row[:3])[key.end() :].split(delimiter) + row[3:]
    if len(cells) == 1:
        cells = cells[0].split(",")
    return cells if len(cells) > 1 else row


def _find_delimiter(head: bytes) -> str:
    """Return the first delimiter that splits nearly all rows below the header into the same number of cells, more than one.

    A bar wins over a comma where it makes as many cells; blanks are delimiters where nothing else is.
    """
    best, best_share, best_width, most = ",", 0.0, 1, 0
    ends_alike = False
    for delimiter in _DELIMITERS:
        if delimiter.encode() not in head:
            continue
        try:
            rows = _read(head, delimiter)
        except csv.Error:
            continue
        plain = [row for row in rows if row[0].lstrip()[:1] not in ("#", "<")]
        every = plain if len(plain) >= _FEWEST else rows
        rows = every[len(every) // 2 :]  # what stands above the data may be split otherwise
        if delimiter == "\t" and all(len(row) > 1 and row[0].endswith(",") for row in rows):
            continue  # before a cell, as Arbin does that a spreadsheet takes no date for one
        if not rows or (delimiter == " " and (best_share >= _SOME or ends_alike)):
            continue
        widths = Counter(
            len(row) for row in rows if len(row) > 1 and (delimiter != "|" or any(map(str.strip, row[1:])))
        )  # others may be words below the table
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        share = count / len(rows)
        ends_alike = ends_alike or len({len(row) for row in every[-_FEWEST:]}) == 1 < len(
            every[-1]
        )  # names, and two rows
        if share >= _MOST and delimiter in "\t;":
            return delimiter
        alike = sum(len(row) == width for row in every)  # the row of names is, too
        if (min(share, _MOST), width) > (min(best_share, _MOST), best_width) or (
            delimiter == "|" and share >= _MOST and (width >= best_width or alike > most)
        ):
            best, best_share, best_width, most = delimiter, share, width, alike
    return best


def _without_comments(rows: Sequence[Sequence[str]], marks: str) -> list[int]:
    """Return the places of the rows that are no comments: those above the data that begin with a mark, and annotations anywhere."""
    kept = list[int]()
    for place, row in enumerate(rows):
        is_above = not kept and row[0].lstrip()[:1] in tuple(marks) and row[0].strip() != "#"
        if not is_above and not is_comment(row):
            kept.append(place)
    return kept


def _without_words_below(rows: Sequence[Sequence[str]], kept: list[int]) -> list[int]:
    """Return the places but for the last ones, where these rows are narrower than most: words below a table."""
    widths = Counter(len(rows[place]) for place in kept if len(rows[place]) > 1)
    width = widths.most_common(1)[0][0] if widths else 0
    last = len(kept)
    firsts = [rows[place][0].strip()[:1] for place in kept]
    is_numbered = 2 * sum(map(str.isdecimal, firsts)) >= len(firsts)  # so that Total and Average stand below the data
    while last and (
        len(rows[kept[last - 1]]) < width
        or _is_a_word(rows[kept[last - 1]])
        or (is_numbered and firsts[last - 1].isalpha())
    ):
        last -= 1
    return kept[:last] if width and last > len(kept) - last else kept


def _is_a_word(row: Sequence[str]) -> bool:
    """Tell whether nothing but a word, or nothing at all, stands in the cells of a row."""
    return not row[0].strip()[:1].isdecimal() and not any(cell.strip() for cell in row[1:])


def _commented_names(rows: Sequence[Sequence[str]], kept: Sequence[int]) -> list[list[str]]:
    """Return the comments above the first row that have as many cells as it: they may be the names, or the units."""
    if not kept:
        return []
    width = len(rows[kept[0]])
    return [
        [row[0].lstrip("#; "), *row[1:]] for row in rows[: kept[0]] if len(row) == width > 1 and not is_comment(row)
    ]
