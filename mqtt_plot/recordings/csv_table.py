"""A CSV text as tags: each column one, or a sample a row. It is read piece by piece, so that none holds the event loop for long."""

import re
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from mqtt_plot.errors import PayloadError, RecordingError, RowError
from mqtt_plot.recordings.csv_layout import HEAD_BYTES, find_layout
from mqtt_plot.recordings.csv_rows import Piece
from mqtt_plot.recordings.recording import Recording, Row, times_of, times_of_tail
from mqtt_plot.samples import MAX_UNIT_LENGTH, Columns, Parsed, Rejected, Sample

FORMAT = "csv"
# So many bytes are read at a time: half a millisecond of ordinary rows, five of rows that are all broken.
PIECE_BYTES = 2 * 1024
# A quoted cell may hold line breaks, but one that is never closed must not make the rest of the text a single piece.
_LONGEST_QUOTED = 2 * PIECE_BYTES
# A row that is longer is passed over: a thousand columns, which are more than most bridges have tags, take half of it.
LONGEST_ROW = 32 * 1024
_TAIL_BYTES = 64 * 1024
_UNIT = re.compile(rf"\[([^\[\]]{{1,{MAX_UNIT_LENGTH}}})\]\s*$")


class Table:
    """One CSV text. Delimiter, decimal mark, header and time column are found out; PayloadError says where that fails.

    The first row is taken to be at `start` (POSIX seconds) where that is given; else times relative to the text's own zero end at `now`.
    `prefix` goes before the names of all columns.
    """

    def __init__(
        self, text: bytes, zone: tzinfo = UTC, now: float = 0.0, *, prefix: str = "", start: float | None = None
    ) -> None:
        self._text = text
        self._prefix = prefix
        self._piece = Piece()
        try:
            layout = find_layout(text[:HEAD_BYTES], zone)
            self._rows = Recording(self._piece, layout)
        except RecordingError as error:
            raise PayloadError("not_csv", str(error)) from None
        if layout.time_column is None:
            raise PayloadError(
                "not_csv",
                "expected a column of times, such as one called 'time' with seconds since 1970 or ISO 8601, got none",
            )
        self._shift = 0.0
        if start is not None:
            self._shift = start - min(times_of(Piece(text[:_TAIL_BYTES]), layout), default=start)
        elif layout.is_relative:
            tail = times_of_tail(text[-_TAIL_BYTES:], layout) or times_of(Piece(text[:_TAIL_BYTES]), layout)
            self._shift = now - max(tail, default=now)

    def pieces(self) -> Iterator[bytes]:
        """Yield the text in parts of whole rows, each to be handed to `parse` in turn."""
        text, start = self._text, 0
        while start < len(text):
            stop = _end_of_rows(text, start)
            yield text[start:stop]
            start = stop

    def parse(self, piece: bytes) -> Parsed:
        """Return the samples of the next piece; rows that cannot be used are rejected by their line."""
        if len(piece) > PIECE_BYTES + LONGEST_ROW:
            line = self._rows.pass_by(piece.count(b"\n"))
            return Parsed(
                FORMAT,
                [],
                [
                    Rejected(
                        line, "bad_row", f"line {line}: expected a row of at most {LONGEST_ROW} bytes, got {len(piece)}"
                    )
                ],
            )
        self._piece.go_on(piece)
        rows, rejected = list[Row](), list[Rejected]()
        for item in self._rows:
            if isinstance(item, RowError):
                rejected.append(Rejected(item.line, "bad_row", str(item)))
            else:
                rows.append(item)
        times = [(row.time or 0.0) + self._shift for row in rows]
        samples = self._long(rows, times) if self._rows.layout.is_long else self._wide(rows, times)
        return Parsed(FORMAT, samples, rejected)

    def _wide(self, rows: Sequence[Row], times: Sequence[float]) -> list[Sample | Columns]:
        samples = list[Sample | Columns]()
        columns = zip(*(row.values for row in rows), strict=True) if rows else ()
        for name, values in zip(self._rows.columns, columns, strict=bool(rows)):
            tag, unit = self._prefix + name, unit_in(name)
            if all(type(value) is float for value in values):
                samples.append(Columns(array("d", values), array("d", times), tag, unit))
            else:
                samples += [Sample(value, time, tag, unit) for value, time in zip(values, times, strict=True)]
        return samples

    def _long(self, rows: Sequence[Row], times: Sequence[float]) -> list[Sample | Columns]:
        return [
            Sample(row.values[0], time, f"{self._prefix}{row.tag}", row.unit)
            for row, time in zip(rows, times, strict=True)
        ]


def unit_in(name: str) -> str | None:
    """Return the unit that loggers write behind a column's name: bar of `Pressure [bar]`."""
    found = _UNIT.search(name)
    return found[1].strip() or None if found else None


def _end_of_rows(text: bytes, start: int) -> int:
    """Return the end of the first line, PIECE_BYTES or more behind `start`, at which no quote is open."""
    stop = _end_of_line(text, start + PIECE_BYTES)
    quotes = text.count(b'"', start, stop)
    while quotes % 2 and stop < len(text) and stop - start < _LONGEST_QUOTED:
        after = _end_of_line(text, stop)
        quotes += text.count(b'"', stop, after)
        stop = after
    return stop


def _end_of_line(text: bytes, position: int) -> int:
    return text.find(b"\n", position) + 1 or len(text)
