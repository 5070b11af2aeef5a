"""Several tables one below the other in a CSV file: sensor by sensor, day by day, or a recording that was begun anew with further columns.

Those whose names are mostly the same are one table. What stands above each (`Sensor: supply`) tells them apart. Others are left out, and told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mqtt_plot.parsers.date_forms import clock_of
from mqtt_plot.recordings.csv_column import DRAWN, NUMBER, Column
from mqtt_plot.recordings.csv_head import FirstRows
from mqtt_plot.recordings.csv_long import LongColumns, is_value_name
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.recordings.csv_time import moment_of
from mqtt_plot.recordings.csv_time_names import is_time_name
from mqtt_plot.recordings.csv_time_numbers import believable

_DATA = tuple("0123456789+-.")
_FEWEST_NAMES = 2
_MOST_TABLES = 24  # whose names are compared
_MOST_OF_A_TITLE = 2  # cells
_LONGEST_TITLE = 60
_KEY = re.compile(r"[^:=]{1,30}[:=]\s*(?=\S)")
_RULES = "#*=-[]; \t"
_TITLE, _DATE = "Table", "Date"
_SHOWN = 4


@dataclass(frozen=True)
class Blocks:
    """Tables below each other. `names` are those of all of them, `key` the place of the cell that tells names, as `key_name`, from data.

    `title` is the name of the column that what stands above each table makes, "" for none; `others` are the names of tables that are left out.
    """

    names: tuple[str, ...]
    key: int
    key_name: str
    count: int = 1
    title: str = ""
    titles: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    late: frozenset[str] = frozenset()  # names that only later tables have

    def long(self, columns: Sequence[Column]) -> LongColumns | None:
        """Return the columns of a table whose rows are named by what stands above them; None where nothing tells them apart."""
        tags = (len(columns) - 1,) if self.title == _TITLE else ()
        if not tags and not self.late:
            return None
        values = [place for place, column in enumerate(columns) if column.kind in DRAWN and place not in tags]
        is_alone = len(values) == 1
        return LongColumns(
            tags,
            (None,) * len(tags),
            tuple(values),
            tuple(
                "" if tags and is_alone and is_value_name(columns[place].name) else columns[place].name
                for place in values
            ),
            tuple(columns[place].unit if columns[place].kind == NUMBER else "" for place in values),
            reason="what stands above each table",
        )

    def notes(self) -> Iterator[str]:
        """Yield words on what is joined, and on what is left out."""
        if self.title:
            yield f"several tables are read, one for each of {_listed(self.titles)}"
        elif self.count > 1:
            yield f"the names stand in {self.count} places; the rows below each go on in the same series"
        for names in self.others:
            yield f"another table, with {_listed(names)}, is not read"


class BlockRows:
    """Reads rows one after the other, and knows in which table they are."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._places: list[int] | None = list(range(len(blocks.names)))
        self._title = self._next = ""
        self._is_named = False
        self._is_told = True  # that a table is left out
        self._is_as_first = True
        self.lacking: frozenset[int] = frozenset()  # places of columns that the table in hand has not

    def row(self, cells: list[str]) -> list[str] | None:
        """Return a row with the cells of all tables, none for words among the data, None for names and rows of tables that are left out."""
        blocks = self._blocks
        key = cells[blocks.key].strip() if blocks.key < len(cells) else ""
        if key == blocks.key_name:
            self._begin(cells)
            return None
        if _is_data(cells):
            self._is_named = False
            return self._placed(cells) if self._places is not None else None if self._is_told else []
        names = _names(cells)
        if names in blocks.others:
            self._places, self._is_told = None, True
        elif len(names) <= _MOST_OF_A_TITLE and blocks.title:
            self._next = _title(cells)
        elif not self._is_named and self._places is not None:
            return self._placed(cells) if len(names) > _MOST_OF_A_TITLE else []
        return None

    def _begin(self, cells: Sequence[str]) -> None:
        names = [cell.strip() for cell in cells]
        is_same = _are_alike(names, self._blocks.names) or set(filter(None, names)) <= set(self._blocks.names)
        self._is_told = is_same or tuple(filter(None, names)) in self._blocks.others
        self._places = [names.index(name) if name in names else -1 for name in self._blocks.names] if is_same else None
        self._is_as_first = tuple(filter(None, names)) == self._blocks.names and names[
            : len(self._blocks.names)
        ] == list(self._blocks.names)
        self.lacking = frozenset(place for place, own in enumerate(self._places or ()) if own < 0)
        self._title, self._next, self._is_named = self._next or self._title, "", True

    def _placed(self, cells: Sequence[str]) -> list[str]:
        assert self._places is not None  # noqa: S101 - the caller has looked
        count = len(cells)
        if self._is_as_first and not self._blocks.title:
            return list(cells)  # with what stands behind the names
        row = [cells[place] if 0 <= place < count else "" for place in self._places]
        if self._blocks.title:
            row.append(self._title)
        return row


def find_blocks(head: FirstRows) -> tuple[Blocks, FirstRows] | None:
    """Return the tables below each other, and the first rows as those of one table; None for a file with one table only."""
    rows = head.rows
    are_data = [_is_data(row) for row in rows]
    starts = list(islice(_starts(rows, are_data), _MOST_TABLES))
    if len(starts) < _FEWEST_NAMES:
        return None
    main = _main(rows, are_data, starts)
    if main is None:
        return None
    own = [start for start in starts if _are_alike(_names(rows[start]), _names(rows[main]))]
    times = _name_of_dates(rows, are_data, main)
    if times:  # other columns at further times
        own = [
            start
            for start in starts
            if start in own or (start > main and _name_of_dates(rows, are_data, start) == times)
        ]
    key = next(place for place, cell in enumerate(rows[main]) if cell.strip())
    others = [
        start for start in starts if start not in own and start > main and _is_other(rows, are_data, start, main, key)
    ]
    if len(own) == 1 and not others:
        return None
    names = list(dict.fromkeys(name for start in own for name in _names(rows[start])))
    if any(len(set(_names(rows[start]))) < len(_names(rows[start])) for start in own):
        return None  # names that come twice in a table have no place of their own
    titles = [_title_above(rows, are_data, start) for start in own]
    is_titled = len(own) > 1 and all(titles) and len(set(titles)) > 1
    title = (_DATE if all(_is_day(text) for text in titles) else _TITLE) if is_titled else ""
    blocks = Blocks(
        tuple(names),
        key,
        rows[main][key].strip(),
        len(own),
        title,
        tuple(titles) if title else (),
        tuple(_names(rows[start]) for start in others),
        frozenset(names) - set(_names(rows[own[0]])),
    )
    return blocks, _joined(head, blocks, own[0], are_data)


def _name_of_dates(rows: Sequence[Sequence[str]], are_data: Sequence[bool], start: int) -> str:
    """Return the name of the first column of a table that is called a time and has dates, or numbers since 1970; "" for none."""
    for name, cell in zip(rows[start], rows[_below(are_data, start)], strict=False):
        text = cell.strip()
        if is_time_name(name.strip(), "") and (
            moment_of(text) is not None or believable(number_in(text) or 0.0) is not None
        ):
            return name.strip()
    return ""


def _joined(head: FirstRows, blocks: Blocks, first: int, are_data: Sequence[bool]) -> FirstRows:
    reader = BlockRows(blocks)
    begin = _below(are_data, first)
    kept, places = list[list[str]](), list[int]()
    for index, (row, place) in enumerate(zip(head.rows, head.places, strict=True)):
        found = reader.row(row)
        if index < begin:
            found = [*blocks.names, *([blocks.title] if blocks.title else [])] if index == first else row
        if found:
            kept.append(found)
            places.append(place)
    return head._replace(rows=kept, places=places)


def _starts(rows: Sequence[Sequence[str]], are_data: Sequence[bool]) -> Iterator[int]:
    """Yield the rows of names: of each run of rows of words above data the first with the most of them."""
    run = list[int]()
    for index, is_data in enumerate(are_data):
        if not is_data:
            run.append(index)
            continue
        if run:
            widest = max(run, key=lambda place: len(_names(rows[place])))
            if len(_names(rows[widest])) >= _FEWEST_NAMES:
                yield widest
        run = []


def _main(rows: Sequence[Sequence[str]], are_data: Sequence[bool], starts: Sequence[int]) -> int | None:
    """Return the first row of names of the table that has times and the most rows; None where it is the last of the file, with none like it."""
    best, most = None, (False, 0)
    for start in starts:
        own = [other for other in starts if _are_alike(_names(rows[other]), _names(rows[start]))]
        if not own or own[0] != start:
            continue
        below = rows[_below(are_data, start)]
        has_time = any(is_time_name(name, "") for name in _names(rows[start])) and any(
            moment_of(cell.strip()) is not None or clock_of(cell) is not None or cell.strip()[:1].isdecimal()
            for cell in below[:3]
        )
        count = sum(_count(are_data, other) for other in own)
        if (has_time, count) > most:
            best, most = start, (has_time, count)
    return best if most[0] and best is not None else None


def _below(are_data: Sequence[bool], start: int) -> int:
    """Return the first row of data below a row of names."""
    return next(index for index in range(start + 1, len(are_data)) if are_data[index])


def _count(are_data: Sequence[bool], start: int) -> int:
    begin = _below(are_data, start)
    end = next((index for index in range(begin, len(are_data)) if not are_data[index]), len(are_data))
    return end - begin


def _is_other(rows: Sequence[Sequence[str]], are_data: Sequence[bool], start: int, main: int, key: int) -> bool:
    """Tell whether a row of words is that of the names of another table, and not a remark among data that go on below it."""
    names, below = rows[start], rows[_below(are_data, start)]
    if key < len(names) and names[key].strip() == rows[main][key].strip():
        return True
    usual = rows[_below(are_data, main)]
    same = key < len(below) and _form(below[key]) == _form(usual[key])
    return not same or len(_names(names)) == len(_names(below)) != len(_names(usual))


def _form(cell: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


def _is_data(row: Sequence[str]) -> bool:
    """Tell whether a row has numbers or times, and is no line such as `Serial,1234` or a mere date."""
    if row[0].startswith(_DATA) and any(map(str.strip, row[1:])):
        return True  # as most rows are
    full = _names(row)
    if len(full) <= _MOST_OF_A_TITLE:
        return bool(full) and full[0].startswith(_DATA) and not (len(full) == 1 and _is_day(full[0]))
    return any(cell.startswith(_DATA) or moment_of(cell) is not None for cell in full)


def _names(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row if cell.strip())


def _are_alike(names: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether most names of the shorter of two rows are in the other one."""
    common = len(set(names) & set(others))
    return 2 * common > min(len(set(names)), len(set(others))) and common >= _FEWEST_NAMES


def _title_above(rows: Sequence[Sequence[str]], are_data: Sequence[bool], start: int) -> str:
    """Return the title next above a row of names, "" for none."""
    for index in range(start - 1, -1, -1):
        if are_data[index]:
            return ""
        if len(_names(rows[index])) <= _MOST_OF_A_TITLE:
            return _title(rows[index])
    return ""


def _title(row: Sequence[str]) -> str:
    """Return what a line says whose a table is: what stands behind its key, or all of it."""
    cells = _names(row)
    text = cells[-1] if len(cells) > 1 else "".join(cells)
    text = text.strip(_RULES)
    return _KEY.sub("", text, count=1).strip(_RULES)[:_LONGEST_TITLE] if not _is_day(text) else text


def _is_day(text: str) -> bool:
    moment = moment_of(text)
    return moment is not None and not moment.seconds


def _listed(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
    return ", ".join(repr(name[:40]) for name in distinct[:_SHOWN]) + more
