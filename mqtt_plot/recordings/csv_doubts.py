"""What is doubtful in the rows of a CSV file as they are read, counted: times that stand still or go back, cells that are no numbers."""

from collections.abc import Iterator
from itertools import islice

_MOST_COLUMNS = 1_000
_MOST_TOLD = 8


class Doubts:
    """Is told each row's time, and each cell that became a gap though it holds something; `notes` says what was strange."""

    def __init__(self, *, is_descending: bool = False) -> None:
        self._sign = -1.0 if is_descending else 1.0
        self._last: float | None = None
        self._equal = self._back = 0
        self._first_equal = self._first_back = 0
        self._names: dict[str, None] = {}
        self._bad: dict[
            str, tuple[int, str, int]
        ] = {}  # by the column that says so: how many, the first word, its line
        self._cells: dict[str, tuple[int, int, str]] = {}  # by column how many, the first line, the first cell

    def time(self, line: int, time: float) -> None:
        """Count a row by its time."""
        last, self._last = self._last, time
        if last is None:
            return
        step = (time - last) * self._sign
        if step > 0:
            return
        if step == 0:
            self._first_equal = self._first_equal or line
            self._equal += 1
        else:
            self._first_back = self._first_back or line
            self._back += 1

    def cell(self, line: int, name: str, cell: str) -> None:
        """Count a cell that is no number."""
        count, first, text = self._cells.get(name, (0, line, cell))
        if count or len(self._cells) < _MOST_COLUMNS:
            self._cells[name] = (count + 1, first, text)

    def bad(self, line: int, name: str, word: str) -> None:
        """Count a value that is a gap, as a column says that it is not to be believed."""
        count, first, begin = self._bad.get(name, (0, word, line))
        if count or len(self._bad) < _MOST_COLUMNS:
            self._bad[name] = (count + 1, first, begin)

    def name(self, name: str) -> None:
        """Keep the name of a value that the first lines of a log do not have."""
        if len(self._names) < _MOST_COLUMNS:
            self._names[name] = None

    def notes(self) -> Iterator[str]:
        """Yield words on each kind of doubt."""
        if self._back:
            way = "back" if self._sign > 0 else "forth, though the newest row is first"
            yield (
                f"times go {way} at {_rows(self._back)}, first in line {self._first_back}; is that another table, or a clock that was set?"
            )
        if self._equal:
            verb = "has" if self._equal == 1 else "have"
            yield f"{_rows(self._equal)} {verb} the time of the row before, first in line {self._first_equal}"
        for name, (count, word, line) in islice(self._bad.items(), _MOST_TOLD):
            gaps = "1 value is a gap" if count == 1 else f"{count} values are gaps"
            yield f"{gaps}, as {name!r:.60} says, first {word.strip()!r:.40} in line {line}"
        if self._names:
            names = ", ".join(f"{name!r:.40}" for name in islice(self._names, _MOST_TOLD))
            yield f"left out, as the first lines do not name them: {names}"
        columns = [(name, found) for name, found in self._cells.items() if found[0] > 1]
        for name, (count, line, cell) in columns[:_MOST_TOLD]:
            yield f"column {name!r:.60}: {count} cells are no numbers and shown as gaps, first {cell!r:.40} in line {line}"
        if len(columns) > _MOST_TOLD:
            yield f"and {len(columns) - _MOST_TOLD} more columns have such cells"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
