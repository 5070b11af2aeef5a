"""A recording: the rows of a CSV file as times and values, one after the other.

Nothing is loaded: a row is read when it is asked for. A row that cannot be used comes as a RowError in its place.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter

from mqtt_plot.errors import PayloadError, RecordingError, RowError
from mqtt_plot.parsers.values import OVERLOAD, OVERLOADS, text_to_value, to_unit
from mqtt_plot.recordings.csv_blocks import BlockRows
from mqtt_plot.recordings.csv_column import NUMBER, TEXT, WORDS
from mqtt_plot.recordings.csv_doubts import Doubts
from mqtt_plot.recordings.csv_layout import Layout
from mqtt_plot.recordings.csv_numbers import number_of
from mqtt_plot.recordings.csv_qualities import find_qualities, is_bad
from mqtt_plot.recordings.csv_row_times import RowTimes
from mqtt_plot.recordings.csv_rows import BinaryFile, CsvRows, Piece, is_comment
from mqtt_plot.recordings.csv_time import STEPS
from mqtt_plot.recordings.row import Row
from mqtt_plot.samples import EARLIEST, LATEST, TwoState

# CsvRows of nothing but such numbers take the fast path; float() alone would also read "1_000" and "infinity".
_PLAIN = re.compile(r"[0-9eE+.;-]+")


class Recording:
    """The rows of one file from the start, for the chosen columns (all that can be drawn, where none are named)."""

    def __init__(self, file: BinaryFile, layout: Layout, columns: Sequence[str] = ()) -> None:
        self.layout = layout
        self.columns = choose(layout, columns)
        self._units = {column.name: column.unit for column in layout.columns}
        self._has_words = {column.name for column in layout.columns if column.kind == WORDS}
        self._times = None if layout.time is None else RowTimes(layout.time, layout.marks, layout.zone)
        self._skip = layout.first_row
        self._blocks = None if layout.blocks is None else BlockRows(layout.blocks)
        self.doubts = Doubts(is_descending=layout.is_descending)
        rewrite = None if layout.log is None else layout.log.rewriter(self.doubts.name)
        self._rows = CsvRows(file, layout.delimiter, rewrite)
        long = layout.long
        self._long_values = tuple(zip(long.values, long.names, long.units, strict=True)) if long else ()

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._rows.lines.position

    def __iter__(self) -> Iterator[Row | RowError]:
        """Yield a Row per row; where only a part of it can be used, a RowError before it.

        Of a file that has grown since, the next iteration yields the further rows.
        """
        long = self.layout.long
        convert = self._wide() if long is None else self._grouped() if long.times else self._long
        fit, blocks = self.layout.fit, self._blocks
        for item in self._rows:
            if isinstance(item, RowError):
                yield item
            elif self._skip:
                self._skip -= 1
                if blocks is not None:
                    blocks.row(item[1])
            elif is_comment(item[1]) or not (item[1][0].strip() or any(map(str.strip, item[1]))):
                continue
            elif blocks is not None:
                cells = blocks.row(item[1])
                if cells:
                    yield from convert(item[0], cells)
                elif cells is not None:
                    yield RowError(
                        item[0], f"expected a row of the table, got {' '.join(item[1]).strip()!r:.60}; row skipped"
                    )
            elif fit.fits(item[1]):
                yield from convert(item[0], fit.row(item[1]))
            else:
                yield RowError(item[0], f"expected {fit.width} cells, got {len(item[1])}; row skipped")

    def pass_by(self, lines: int) -> int:
        """Count lines that are not read; return the number of the last one."""
        self._rows.lines.number += lines
        return self._rows.lines.number

    def _wide(self) -> Callable[[int, list[str]], Iterator[Row | RowError]]:
        layout = self.layout
        places = {column.name: index for index, column in enumerate(layout.columns)}
        indexes = [places[name] for name in self.columns]
        width, least = len(places), min(layout.width, len(places))
        # Picking a list, also where there is but one column.
        pick: Callable[[list[str]], Sequence[str]]
        pick = itemgetter(*indexes) if len(indexes) > 1 else itemgetter(slice(indexes[0], indexes[0] + 1))
        numbers = [place for place, column in enumerate(layout.columns) if column.kind == NUMBER]
        qualities = find_qualities([column.name for column in layout.columns], numbers)
        own = find_qualities([column.name for column in layout.columns])
        doubted = [(index, qualities[place]) for index, place in enumerate(indexes) if place in qualities]
        are_floats = layout.marks.thousands != "."  # else 1.000 is a thousand

        def convert(line: int, cells: list[str]) -> Iterator[Row | RowError]:
            is_short = len(cells) < least
            if len(cells) != width:
                if is_short or any(cell.strip() for cell in cells[width:]):
                    yield RowError(line, f"expected {width} cells, got {len(cells)}")
                cells += [""] * (width - len(cells))
            try:
                time = self._time(line, cells)
            except RowError as error:
                yield error
                return
            values, error_text = self._values(line, pick(cells), are_floats=are_floats)
            if error_text:
                yield RowError(line, error_text)
            if error_text and is_short and layout.is_relative:
                return  # words below the table, in which any number would be a time
            for index, quality in doubted:
                if is_bad(cells[quality], is_word=indexes[index] not in own):
                    values[index] = math.nan
                    self.doubts.bad(line, layout.columns[quality].name, cells[quality])
            yield Row(line, time, values)

        return convert

    def _long(self, line: int, cells: list[str]) -> Iterator[Row | RowError]:
        long = self.layout.long
        assert long is not None  # noqa: S101 - the caller has looked
        if not long.is_of_a_series(cells):
            return
        try:
            tag = long.tag_of(cells)
            time = self._time(line, cells, tag) if not long.ahead or long.is_counted else None
            told = to_unit(cells[long.unit].strip()) if long.unit is not None else None
            is_gap = long.is_bad(cells)
            if is_gap and long.quality is not None:
                self.doubts.bad(line, self.layout.columns[long.quality].name, cells[long.quality])
        except RowError as error:
            yield error
            return
        except IndexError:
            yield RowError(line, f"expected {len(self.layout.columns)} cells, got {len(cells)}")
            return
        for index, (place, name, unit) in enumerate(self._long_values):
            if self._blocks is not None and place in self._blocks.lacking:
                continue
            full = f"{tag}/{name}" if tag and name else tag or name
            if self.columns and full not in self.columns:
                continue
            try:
                cell = cells[place] if place < len(cells) else ""
                number = number_of(self.layout.marks.plain(cell), unit) if unit else None
                value = math.nan if is_gap else self._value(cell) if number is None else number
                value = math.nan if value in self.layout.missing else value
            except PayloadError as error:
                yield RowError(line, str(error))
                continue
            try:
                moment = self._ahead(line, cells, tag, time, index) if long.ahead else time
            except RowError as error:
                yield error
                return
            yield Row(line, moment, [value], full, told or unit or None)

    def _grouped(self) -> Callable[[int, list[str]], Iterator[Row | RowError]]:
        """Return what makes samples of the rows of tables that stand side by side."""
        layout = self.layout
        assert layout.long is not None and layout.time is not None  # noqa: S101, PT018 - the caller has looked
        own = {
            place: RowTimes(replace(layout.time, places=(place,)), layout.marks, layout.zone)
            for place in dict.fromkeys(layout.long.times)
        }
        values = tuple(zip(self._long_values, layout.long.times, layout.long.later, strict=True))

        def convert(line: int, cells: list[str]) -> Iterator[Row | RowError]:
            times = {place: reader.read(cells) for place, reader in own.items()}
            for (place, name, unit), time_place, later in values:
                cell = cells[place].strip() if place < len(cells) else ""
                stamp = cells[time_place].strip() if time_place < len(cells) else ""
                if (not cell and not stamp) or (self.columns and name not in self.columns):
                    continue  # below the end of a shorter table
                time = times[time_place]
                if time is None or not (layout.is_relative or EARLIEST <= time <= LATEST):
                    column = layout.columns[time_place].name
                    yield RowError(line, f"expected a time in column {column!r:.40}, got {stamp!r:.40}; cell skipped")
                    continue
                try:
                    number = number_of(layout.marks.plain(cell), unit) if unit else None
                    value = self._value(cell) if number is None else number
                except PayloadError as error:
                    yield RowError(line, str(error))
                    continue
                yield Row(line, time + later, [math.nan if value in layout.missing else value], name, unit or None)

        return convert

    def _ahead(self, line: int, cells: Sequence[str], tag: str, time: float | None, index: int) -> float | None:
        """Return the time of a value of a day."""
        long = self.layout.long
        assert long is not None  # noqa: S101 - the caller has looked
        return self._time(line, cells, tag, long.ahead[index]) if time is None else time + long.ahead[index]

    def _time(self, line: int, cells: Sequence[str], series: str = "", ahead: float = 0.0) -> float | None:
        layout = self.layout
        if layout.time is None or self._times is None:
            return None
        time = self._times.read(cells, series, ahead)
        if time is not None:
            if not layout.is_relative and not EARLIEST <= time <= LATEST:
                raise RowError(
                    line, f"expected a time from 1980 to 2100, got {self._time_cells(cells)!r:.40}; row skipped"
                )
            if not layout.is_long:
                self.doubts.time(line, time)
            return time
        names = " and ".join(repr(name[:40]) for name in layout.time_names)
        raise RowError(line, f"expected a time in column {names}, got {self._time_cells(cells)!r:.40}; row skipped")

    def _time_cells(self, cells: Sequence[str]) -> str:
        places = self.layout.time.places if self.layout.time is not None else ()
        return " ".join(cells[place] for place in places if place < len(cells))

    def _values(self, line: int, cells: Sequence[str], *, are_floats: bool) -> tuple[list[float | str], str]:
        """Return the values, gaps where a cell has none, and what was wrong with the first bad cell ("": nothing)."""
        plain = _plain(cells) if are_floats else None
        values, wrong = (plain, "") if plain is not None else self._unusual(line, cells)
        missing = self.layout.missing
        return ([math.nan if value in missing else value for value in values] if missing else values), wrong

    def _unusual(self, line: int, cells: Sequence[str]) -> tuple[list[float | str], str]:
        wrong = ""
        values = list[float | str]()
        for name, cell in zip(self.columns, cells, strict=True):
            try:
                values.append(self._wide_value(name, cell))
            except PayloadError as error:
                values.append(math.nan)
                self.doubts.cell(line, name, cell)
                wrong = wrong or f"column {name!r:.40}: {error}; shown as a gap"
        return values, wrong

    def _wide_value(self, name: str, cell: str) -> float | str:
        number = number_of(self.layout.marks.plain(cell), self._units[name]) if self._units[name] else None
        if number is not None:
            return number
        value = self._value(cell)
        if name in self._has_words and isinstance(value, bool | TwoState):
            return cell.strip()
        is_word = isinstance(value, str) and name not in self._has_words
        if is_word or (isinstance(value, bool | TwoState) and name in self.layout.measured):
            raise PayloadError("not_a_number", f"expected a number such as 12.5, got {cell!r:.40}")
        return value

    def _value(self, cell: str) -> float | str:
        value = text_to_value(self.layout.marks.plain(cell)) if cell.strip() else math.nan
        if value in OVERLOADS:
            raise PayloadError("not_a_number", f"expected a number such as 12.5, got {cell.strip()!r:.40}, {OVERLOAD}")
        return value


def times_of(file: BinaryFile, layout: Layout, *, has_header: bool = True) -> list[float]:
    """Return the times, as in the file, of the rows in a piece of one."""
    if not has_header:
        layout = replace(layout, first_row=0)
    columns = () if layout.is_long else layout.playable[:1]  # the others cost time
    return [row.time for row in Recording(file, layout, columns) if isinstance(row, Row) and row.time is not None]


def times_of_tail(tail: bytes, layout: Layout) -> list[float]:
    """Return the times of the rows in the last bytes of a file, which begin in the middle of a row; none where rows must be counted."""
    if layout.time is not None and layout.time.form == STEPS:
        return []
    return times_of(Piece(tail[tail.find(b"\n") + 1 :]), layout, has_header=False)


def _plain(cells: Sequence[str]) -> list[float | str] | None:
    """Return the values of a row of ordinary numbers, or None for any other row."""
    text = ";".join(cells)
    if not _PLAIN.fullmatch(text) or "+37" in text or "E37" in text:  # as overloads have it
        return None
    try:
        values: list[float | str] = [float(cell) for cell in cells]
    except ValueError:
        return None
    return values if math.inf not in values and -math.inf not in values else None


def choose(layout: Layout, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to read. Raises RecordingError for one that is not there or cannot be drawn."""
    if layout.is_long:
        return tuple(columns)  # tags; which ones the file holds shows only as it is read
    if not columns:
        if not layout.playable:
            why = next(
                (f": column {one.name!r:.40} holds {one.reason}" for one in layout.columns if one.kind == TEXT), ""
            )
            raise RecordingError(
                f"expected at least one column of numbers, got none{why or '; is the delimiter , ; or tab?'}"
            )
        return layout.playable
    kinds = {column.name: column for column in layout.columns}
    for name in columns:
        column = kinds.get(name)
        if column is None:
            raise RecordingError(f"no column {name!r:.80}; there are {_listed(layout.playable)}")
        if column.name not in layout.playable:
            held = f"holds {column.kind}, such as {column.example!r}" if column.example else "is empty"
            raise RecordingError(
                f"column {name!r:.80} {held}, which cannot be drawn as numbers; there are {_listed(layout.playable)}"
            )
    return tuple(dict.fromkeys(columns))


def _listed(names: Sequence[str], limit: int = 10) -> str:
    return ", ".join(repr(name[:40]) for name in names[:limit]) + (
        f" and {len(names) - limit} more" * (len(names) > limit)
    )
