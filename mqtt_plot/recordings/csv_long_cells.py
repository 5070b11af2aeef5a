"""Whether the cells of a column can name series in a table in which each row says whose its values are. Knows no other columns."""

import re
from collections import Counter
from collections.abc import Sequence

from mqtt_plot.recordings.csv_column import NUMBER, Column
from mqtt_plot.recordings.csv_long_names import IDS, NO_NAMES

_HAS_DIGIT = re.compile(r"\d")
FEWEST = 6  # rows from which on a name in each that comes but once is none


def words_that_name(column: Column, cells: Sequence[str]) -> list[str]:
    """Return the words that can name series: those that come again, and where rows are so few that none can, each but a number of the row."""
    is_other = any(one.fullmatch(column.name.strip()) for one in NO_NAMES)
    if len(cells) >= FEWEST or is_other or not (column.kind == NUMBER or are_words(cells)):
        return repeated(cells)
    return list({cell.strip() for cell in cells if cell.strip()})


def can_name(name: str, cells: Sequence[str], moments: Sequence[str]) -> bool:
    """Tell whether cells can name series: not where each row has another, unless all rows are of one time, or are few."""
    is_few = len(cells) < FEWEST and not any(one.fullmatch(name.strip()) for one in NO_NAMES)
    return len(set(cells)) < len(cells) or len(set(moments)) < len(moments) or is_few


def are_ids_again(name: str, cells: Sequence[str]) -> bool:
    """Tell whether whole numbers that come again name series: an id or a register, but no number of the row."""
    full = [cell.strip() for cell in cells if cell.strip()]
    return (
        IDS.fullmatch(name.strip()) is not None
        and all(map(str.isdecimal, full))
        and 1 < len(set(full)) <= len(full) / 2
    )


def are_ids(column: Column, cells: Sequence[str], most: int) -> bool:
    """Tell whether whole numbers can name series: by their column's name, or since there are as many as a time has rows."""
    if are_levels(cells, most):
        return True
    # One may be no number, as that of a sum over all of them.
    full = [cell.strip() for cell in cells if cell.strip()]
    others = {cell for cell in full if not cell.isdecimal()}
    are_whole = len(others) <= (len(set(full)) > 2 and not any(map(_HAS_DIGIT.search, others)))  # noqa: PLR2004 - one, and two more
    if not are_whole or IDS.fullmatch(column.name.strip()) is not None:
        return are_whole
    return 1 < len(set(cells)) <= most and len(cells) >= FEWEST


def are_levels(cells: Sequence[str], most: int) -> bool:
    """Tell whether numbers are as many as a time has rows, and come equally often: depths, heights, bins."""
    counts = Counter(cell.strip() for cell in cells)
    return len(counts) == most > 1 and min(counts.values()) > 1 and max(counts.values()) - min(counts.values()) <= 1


def repeated(cells: Sequence[str]) -> list[str]:
    """Return the words that come more than once."""
    return [cell for cell, count in Counter(cell.strip() for cell in cells).items() if cell and count > 1]


def are_words(cells: Sequence[str]) -> bool:
    """Tell whether cells can name series: they repeat, or are few, and are not all numbers."""
    full = [cell.strip() for cell in cells if cell.strip()]
    return bool(full) and not all(cell.replace(".", "", 1).replace("-", "", 1).isdecimal() for cell in full)
