"""A CSV text as tags: each column one, or a sample a row. It is read piece by piece, so that none holds the event loop for long."""

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from itertools import pairwise

from mqtt_plot.errors import PayloadError, RecordingError, RowError
from mqtt_plot.parsers.dates import DAY_SECONDS
from mqtt_plot.recordings.csv_column import DRAWN, EMPTY, NUMBER, Column, unused
from mqtt_plot.recordings.csv_encoding import encoding_notes, to_utf8
from mqtt_plot.recordings.csv_layout import HEAD_BYTES, Choices, Layout, find_layout
from mqtt_plot.recordings.csv_missing import MissingMarks
from mqtt_plot.recordings.csv_order import later_of
from mqtt_plot.recordings.csv_rows import Piece
from mqtt_plot.recordings.csv_time import CLOCK, PACKED_CLOCK, STEPS, moment_of
from mqtt_plot.recordings.recording import Recording, times_of, times_of_tail
from mqtt_plot.recordings.row import Row
from mqtt_plot.samples import EARLIEST, Columns, Parsed, Rejected, Sample

FORMAT = "csv"
# So many bytes are read at a time: half a millisecond of ordinary rows, five of rows that are all broken.
PIECE_BYTES = 2 * 1024
# A quoted cell may hold line breaks, but one that is never closed must not make the rest of the text a single piece.
_LONGEST_QUOTED = 2 * PIECE_BYTES
# A row that is longer is passed over: a thousand columns, which are more than most bridges have tags, take half of it.
LONGEST_ROW = 32 * 1024
# So many bytes at the begin and at the end show where times begin and end; of rows that are longer, so many.
_END_BYTES, _LONG_END_BYTES = 2 * 1024, 64 * 1024
_AHEAD_SECONDS = 86_400.0  # that clocks and forecasts may go ahead
_TIMES_ACROSS = 3  # columns that begin with a date
_STEPS_NEEDED = 2  # of a float between two times, to tell them apart


class Table:
    """One CSV text. Delimiter, decimal mark, header and time column are found out; PayloadError says where that fails.

    The first row is taken to be at `start` (POSIX seconds) where that is given; else times relative to the text's own zero end at `now`.
    `prefix` goes before the names of all columns.
    """

    def __init__(
        self,
        text: bytes,
        zone: tzinfo = UTC,
        now: float = 0.0,
        *,
        prefix: str = "",
        start: float | None = None,
        choices: Choices | None = None,
    ) -> None:
        of_encoding = encoding_notes(text[:HEAD_BYTES])
        self._text = text = to_utf8(text)
        self._prefix = prefix
        self._piece = Piece()
        names: tuple[str, ...] = ()
        try:
            layout = find_layout(text[:HEAD_BYTES], zone, choices, later_of(text))
            names = tuple(column.name for column in layout.columns)
            self._rows = Recording(self._piece, layout)
        except RecordingError as error:
            raise _refused(str(error), names or error.names) from None
        if layout.time is None and _lies_on_its_side(layout):
            raise _refused(
                "expected times one below the other, got them in a row, as names of columns; turn the table", names
            )
        if layout.time is None:
            raise _refused(
                "expected a column of times, such as one called 'time' with seconds since 1970 or ISO 8601, got none that changes",
                names,
            )
        self._shift = 0.0
        self._now = now
        self._notes: tuple[str, ...] = layout.notes
        self._missing = MissingMarks()
        self._seen: set[str] = set()  # columns of which a value has come
        self.counts: Counter[str] = Counter()  # points by tag
        self.first: float | None = None  # the times of all rows so far
        self.last: float | None = None
        if start is not None:
            self._shift = start - min(self._first_times, default=start)
        elif layout.is_relative:
            self._shift = now - _last_of(text, layout, self._first_times, now)
        if not layout.time.places:
            self._notes += (layout.time.reason,)
        self._notes += of_encoding
        if layout.is_relative:
            self._notes += _rounded(self._first_times, start or now)

    @cached_property
    def _first_times(self) -> list[float]:
        """The times at the begin of the text."""
        text = self._text
        size = (
            _END_BYTES if text.count(b"\n", 0, _END_BYTES) > self.layout.first_row + _STEPS_NEEDED else _LONG_END_BYTES
        )
        return times_of(Piece(text[:size]), self.layout)

    @property
    def layout(self) -> Layout:
        """How the text is read."""
        return self._rows.layout

    @property
    def notes(self) -> tuple[str, ...]:
        """Words on what is doubtful in the text, as far as it has been read."""
        return (*self._notes, *self._rows.doubts.notes(), *self._missing.notes())

    @property
    def columns(self) -> list[Column]:
        """All columns, each with its reason where it is not drawn; of one that was empty to the end that shows only when all is read."""
        return [
            replace(column, kind=EMPTY, reason="no cell holds anything")
            if column.kind == NUMBER and self._is_known_empty(column.name)
            else column
            for column in self.layout.columns
        ]

    def _is_known_empty(self, name: str) -> bool:
        return self.first is not None and not self.layout.is_long and name not in self._seen

    def tag_of(self, column: Column) -> str | None:
        """Return what a column is called as a tag; None for one that is not drawn, and in a table with one sample per row."""
        return self._prefix + column.name if column.kind in DRAWN and not self.layout.is_long else None

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
        rows = self._of_the_past(rows, rejected)
        times = [(row.time or 0.0) + self._shift for row in rows]
        if times:
            self.first = min(times) if self.first is None else min(self.first, *times)
            self.last = max(times) if self.last is None else max(self.last, *times)
        samples = self._long(rows, times) if self._rows.layout.is_long else self._wide(rows, times)
        if MissingMarks.may_hold(piece):
            self._look_for_marks(rows)
        return Parsed(FORMAT, samples, rejected)

    def left_out(self) -> Iterator[str]:
        """Yield words on each column that is not drawn, but for what is time or names a row's sample."""
        for column in unused(self.columns) if not self.layout.is_long else ():
            yield f"column {column.name!r:.60} is left out: {column.reason}"

    def not_kept(self, limit: int, *, in_outline: bool) -> Iterator[str]:
        """Yield words where a tag got more points than the `limit` that it can hold; with `in_outline` the others leave their outline."""
        longer = [tag for tag, count in self.counts.items() if count > limit]
        if longer:
            others = f" and {len(longer) - 1} more" if len(longer) > 1 else ""
            most = max(self.counts.values())
            rest = ", those before in outline" if in_outline else ""
            yield f"of up to {most} points of {longer[0]!r:.60}{others} the newest {limit} are kept{rest} (--max-points)"

    def _wide(self, rows: Sequence[Row], times: Sequence[float]) -> list[Sample | Columns]:
        samples = list[Sample | Columns]()
        columns = zip(*(row.values for row in rows), strict=True) if rows else ()
        for name, values in zip(self._rows.columns, columns, strict=bool(rows)):
            if name not in self._seen:
                if all(value != value for value in values):  # noqa: PLR0124 - a sensor that is plugged in later
                    continue
                self._seen.add(name)
            tag, unit = self._prefix + name, self._units[name] or None
            self.counts[tag] += len(values)
            if all(type(value) is float for value in values):
                samples.append(Columns(array("d", values), array("d", times), tag, unit))
            else:
                samples += [Sample(value, time, tag, unit) for value, time in zip(values, times, strict=True)]
        return samples

    def _of_the_past(self, rows: Sequence[Row], rejected: list[Rejected]) -> list[Row]:
        """Return the rows but for those of a time that is still to come, which no bridge keeps: they are rejected.

        A gateway whose clock is not set yet cannot tell.
        """
        latest = self._now + _AHEAD_SECONDS - self._shift
        if self._now < EARLIEST or all((row.time or 0.0) <= latest for row in rows):
            return list(rows)
        for row in rows:
            if (row.time or 0.0) > latest:
                text = datetime.fromtimestamp((row.time or 0.0) + self._shift, UTC).isoformat(timespec="seconds")
                reason = f"line {row.line}: expected a time of the past, got {text}; row skipped"
                rejected.append(Rejected(row.line, "bad_row", reason))
        return [row for row in rows if (row.time or 0.0) <= latest]

    def _look_for_marks(self, rows: Sequence[Row]) -> None:
        by_name = dict[str, list[object]]()
        for row in rows:
            for name, value in zip(self._rows.columns if row.tag is None else (row.tag,), row.values, strict=True):
                by_name.setdefault(name, []).append(value)
        for name, values in by_name.items():
            self._missing.look(name, values)

    @cached_property
    def _units(self) -> dict[str, str]:
        return {column.name: column.unit for column in self.layout.columns}

    def _long(self, rows: Sequence[Row], times: Sequence[float]) -> list[Sample | Columns]:
        samples = list[Sample | Columns]()
        for row, time in zip(rows, times, strict=True):
            tag = f"{self._prefix}{row.tag}"
            self.counts[tag] += 1
            samples.append(Sample(row.values[0], time, tag, row.unit))
        return samples


def _last_of(text: bytes, layout: Layout, first: Sequence[float], now: float) -> float:
    """Return the last of the relative times of a text, `now` where it has none; `first` are the times at its begin.

    The last rows of a long text do not show the midnights and the rows before them: these are estimated.
    """
    if len(text) <= _END_BYTES or layout.is_descending or len(first) < _STEPS_NEEDED:
        return max(first, default=now)
    time = layout.time
    rows = text.count(b"\n")
    if time is not None and time.form == STEPS:
        return rows / time.divisor
    size = _END_BYTES if text.count(b"\n", len(text) - _END_BYTES) > _STEPS_NEEDED else _LONG_END_BYTES
    last = max(times_of_tail(text[-size:], layout), default=first[-1])
    if time is not None and time.form in (CLOCK, PACKED_CLOCK):
        about = first[0] + (first[-1] - first[0]) / (len(first) - 1) * rows
        last += max(0, round((about - last) / DAY_SECONDS)) * DAY_SECONDS
    return last


def _lies_on_its_side(layout: Layout) -> bool:
    """Tell whether times stand in a row."""
    return (
        sum(moment_of(one.name) is not None or moment_of(one.example) is not None for one in layout.columns)
        >= _TIMES_ACROSS
    )


def _refused(text: str, names: tuple[str, ...]) -> PayloadError:
    error = PayloadError("not_csv", text)
    error.names = names
    return error


def _rounded(times: Sequence[float], now: float) -> tuple[str, ...]:
    """Return words where times are finer than those of today can be told apart, as of an oscilloscope that samples in nanoseconds."""
    steps = [after - before for before, after in pairwise(times) if after > before]
    finest = math.ulp(now)
    if not steps or min(steps) >= _STEPS_NEEDED * finest:
        return ()
    return (
        f"times {min(steps):.3g} s apart are rounded to {finest:.2g} s, which is as fine as a date of today can be",
    )


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
