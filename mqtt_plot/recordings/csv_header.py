"""What stands above the data of a CSV file: preamble, names, units; and where the data begin. Knows nothing of times and kinds of columns.

Loggers write several rows there (TOA5, Keysight, LabVIEW, TwinCAT Scope): the names are the row with most different words that are no units.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from mqtt_plot.parsers.dates import find_clock, find_moment
from mqtt_plot.recordings.csv_head import usual_width
from mqtt_plot.recordings.csv_names import in_groups, one_a_line, parted
from mqtt_plot.recordings.csv_numbers import Marks, is_number_or_gap, number_in, undefused
from mqtt_plot.recordings.csv_units import find_units, is_row_of_types, is_row_of_units, is_unit

# Rows of a header; a file whose first rows all look like one has none.
_MOST_HEADER_ROWS = 60
_LOOKED_AT = 40  # rows at the end of the head, which are data
_LONGEST_DATUM = 96
_KEY_AND_VALUE = 2  # cells of a line of the preamble
_LAST = 3  # rows that decide what data look like
_CODE = re.compile(r"[A-Z]{1,4}\d{1,6}")  # of a register
_WITH_A_DIGIT = re.compile(r"[1-9]\d{0,3}[A-Za-z]+\d+(?:\s|$)|\d{1,2}(?:st|nd|rd|th)\b")  # a name: 5RT101 pv
_KEY_OF_NAMES = re.compile(r"(?i)headings?|headers?|(?:column|field|channel)[ _]?names?")
_ONE_NAME = re.compile(r"(?i)(?:source|channel|signal|trace)[ _]?name")  # of a single column
_SAID = re.compile(r"[^:]{1,16}:\s*[+-]?\d[\d.eE+-]*")  # CH1:0.0000, what is said of a channel
_OF_TIMES = re.compile(r"(?i)(?:time|seconds?|zeit|temps|tiempo)(?:\s*[\[(].*)?")
_NO_NAMES = frozenset(["Value", "value", "VALUE"])  # where another row has as many words
_END_OF_HEADER = "***End_of_Header***"
_SCOPE = "TwinCAT Scope"  # of whose exports those with commas do not say that times are in milliseconds
_MARKUP = re.compile(r"</?(?:br|p|b|td|tr) ?/?>")
# The row in which TwinCAT Scope has the interval of its time columns.
_SAMPLE_TIME = re.compile(r"SampleTime\s*\[(\w+)\]")


class Header(NamedTuple):
    """Rows above the data: how many, and the names (made distinct) and units ("" for none) of the columns.

    `time_unit` is that of times if a row says it, `time_step` the seconds from one sample to the next, 0 for both where nothing is said.
    `passed` are rows of another table above, of other columns.
    """

    rows: int
    names: list[str]
    units: list[str]
    time_unit: str = ""
    time_step: float = 0.0
    passed: int = 0


def find_header(rows: Sequence[Sequence[str]], marks: Marks, *, is_aligned: bool = False) -> Header:
    """Return what stands above the data in the first rows of a file; `is_aligned` where blanks split the cells, so that none is empty."""
    data, sure = _data_at_the_end(rows, marks)
    width = usual_width(data)
    are_data = [_is_column_of_data([row[place] for row in data if place < len(row)], marks) for place in range(width)]
    behind = _behind_end(rows)
    begin = behind + _first_row(rows[behind:], are_data, width, marks, rows[-sure:])
    first = _behind_other_names(rows, begin, are_data, marks)
    while first < len(rows) - sure and not _holds_data(rows[first], are_data, marks):
        first += 1
    above = rows[:first]
    is_one = sum(are_data) == 1 and width <= 2 and not any(len(row) > 2 for row in data)  # noqa: PLR2004 - a column, and what stands behind it
    time_unit = next((found[1] for row in above if row and (found := _SAMPLE_TIME.fullmatch(row[0].strip()))), "")
    if not time_unit and above and above[0][0].startswith(_SCOPE):
        time_unit = "ms"
    named = _last_words(above) if is_one and above else _row_of_names(above, width, marks)
    if time_unit:
        named = max((index for index, row in enumerate(above) if row[0].strip() == "Name"), default=named)
    called = above[named] if above and _can_be_names(above[named]) else []
    others = [row for index, row in enumerate(above) if index != named]
    filled = sum(any(place < len(row) and row[place].strip() for row in data) for place in range(width))
    words = [cell for cell in called if cell.strip() and (len(called) >= width or not _is_datum(cell, marks))]
    if width > 2 and 2 * len(words) < filled:  # noqa: PLR2004 - a line of words
        called = one_a_line(above, width)
    elif called and not is_one:
        called = _completed(called, above, named)
    if is_one:
        said = next(
            (row[1] for row in above if len(row) > 1 and _ONE_NAME.fullmatch(row[0].strip()) and row[1].strip()), ""
        )
        called = [said] if said else called
    called, own_units = parted(in_groups(called, others))
    names = distinct_names(called, max(width, len(called)))
    known = [tag_text(called[place]) if place < len(called) else name for place, name in enumerate(names)]
    units = find_units(known, others, is_aligned=is_aligned)
    units = [own_units.get(place, unit) for place, unit in enumerate(units)]
    passed = sum(
        all(not cell.strip() or _is_datum(cell, marks, is_strict=True) for cell in row)
        for row in rows[begin : max(begin, first - 1)]
    )
    return Header(first, names, units, time_unit, _time_step(names, above[named + 1 :] if above else []), passed)


def _behind_end(rows: Sequence[Sequence[str]]) -> int:
    """Return the first row behind the last mark of the end of a header, which LabVIEW writes; 0 where there is none."""
    marks = [index for index, row in enumerate(rows[:_MOST_HEADER_ROWS]) if row and row[0].strip() == _END_OF_HEADER]
    return marks[-1] + 1 if marks and marks[-1] + 1 < len(rows) else 0


def _completed(called: Sequence[str], above: Sequence[Sequence[str]], named: int) -> list[str]:
    """Return names, those that are missing from a row of names above; that of a time is what stands right above it."""
    names = list(called)
    for row in reversed(above[:named]):
        if 2 * sum(map(bool, map(str.strip, row))) > len(names):
            names = [
                name if name.strip() else row[place] if place < len(row) else "" for place, name in enumerate(names)
            ]
    if (
        named < len(above) - 1
        and _OF_TIMES.fullmatch(above[-1][0].strip())
        and not _OF_TIMES.fullmatch(names[0].strip())
    ):
        names[0] = above[-1][0]
    return names


def _time_step(names: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """Return the seconds between samples that an oscilloscope writes under `Increment` (Rigol), 0 where there are none."""
    place = next((place for place, name in enumerate(names) if name.lower() == "increment"), None)
    for row in below:
        step = number_in(row[place].strip()) if place is not None and place < len(row) else None
        if step is not None and step > 0:
            return step
    return 0.0


def _data_at_the_end(rows: Sequence[Sequence[str]], marks: Marks) -> tuple[Sequence[Sequence[str]], int]:
    """Return the last rows as far as they are alike: where most of the very last have a number or a time, so has each of them.

    And how many are data for sure, up to three.
    """
    last = [row for row in rows[-_LAST:] if not is_row_of_types(row)] or rows[-_LAST:]
    width = usual_width(last)
    alike = [row for row in last if len(row) == width]
    last = alike if len(alike) > 1 else last
    places = [
        place
        for place in range(width)
        if 2 * sum(place < len(row) and _is_datum(row[place], marks) for row in last) > len(last)
    ]
    most_strange = 1
    alone = [place for place, cell in enumerate(rows[-1]) if cell.strip() and _is_datum(cell, marks)]
    if not places or (alone and _are_all_words(rows[-2:-1], marks)):  # a single row of data
        places, most_strange = alone, 0
    first = strange = sure = 0
    for index in range(len(rows) - 1, max(-1, len(rows) - _LOOKED_AT - 1), -1):
        row = rows[index]
        is_alike = all(
            place < len(row) and (not row[place].strip() or _is_datum(row[place], marks)) for place in places
        ) and not is_row_of_types(row)
        strange = 0 if is_alike else strange + 1
        sure += is_alike and sure == len(rows) - 1 - index
        if strange > most_strange:
            first = index + strange
            break
    data = rows[first if first < len(rows) else -_LAST :][-_LOOKED_AT:]
    return data, min(sure, _LAST) or _LAST


def _are_all_words(rows: Sequence[Sequence[str]], marks: Marks) -> bool:
    """Tell whether nothing but words stands in each cell of rows, as in those of names."""
    return any(len(row) > 1 and not any(not cell.strip() or _is_datum(cell, marks) for cell in row) for row in rows)


def _is_column_of_data(cells: Sequence[str], marks: Marks) -> bool:
    full = [cell for cell in cells if cell.strip()]
    is_filled = len(full) > 1 or (bool(full) and len(cells) <= _LAST)
    return is_filled and 2 * sum(_is_datum(cell, marks) for cell in full) >= len(full)


def _is_datum(cell: str, marks: Marks, *, is_strict: bool = False) -> bool:
    """Tell whether a cell is a number, a gap or a time; unless `is_strict`, also whether it is one of two states (on, false)."""
    return is_short_datum(cell, marks, is_strict) if len(cell) <= _LONGEST_DATUM else cell.strip()[:1].isdecimal()


# Each cell of a file's first rows is looked at several times; who finds a layout forgets them when that is done.
@lru_cache(maxsize=4096)
def is_short_datum(cell: str, marks: Marks, is_strict: bool) -> bool:  # noqa: FBT001 - as the cache has it
    """Tell as `_is_datum` does of a short cell."""
    text = marks.plain(cell)
    if is_number_or_gap(text, is_strict=is_strict):
        return True
    if find_moment(cell) is not None or (":" in cell and find_clock(cell) is not None):
        return True
    return text[:1].isdecimal() and _WITH_A_DIGIT.match(text) is None


def _first_row(
    rows: Sequence[Sequence[str]], are_data: Sequence[bool], width: int, marks: Marks, last: Sequence[Sequence[str]]
) -> int:
    """Return the first row with no word above a column of data; 0 or 1 where there are no such columns, or no such row."""
    if not any(are_data):
        first, below = rows[0], rows[1:]
        is_new = all(
            cell.strip() not in [row[place].strip() for row in below if place < len(row)]
            for place, cell in enumerate(first)
        )
        return int(is_new)
    timed = [
        place
        for place in range(width)
        if all(place < len(row) and find_moment(row[place].strip()) is not None for row in last)
    ]
    for index, row in enumerate(rows[:_MOST_HEADER_ROWS]):
        if any(place >= len(row) or _is_mere_number(row[place].strip(), marks) for place in timed):
            continue  # a number where data have dates
        if is_row_of_types(row):
            continue
        holds_data = any(cell.strip() and place < width and are_data[place] for place, cell in enumerate(row))
        others = [place for place in range(width) if are_data[place] and place not in timed]
        numbers = sum(place < len(row) and _is_datum(row[place], marks, is_strict=True) for place in others)
        wordy = [
            place
            for place, cell in enumerate(row)
            if cell.strip()
            and (are_data[place] if place < width else not numbers)
            and not _is_datum(cell, marks, is_strict=True)
            and not (
                _is_datum(cell, marks)
                and (
                    0 < len(others) <= 2 * numbers
                    or any(place < len(other) and other[place] == cell for other in rows[index + 1 :])
                )
            )
        ]
        # A short row above the names is a line of the preamble, even where it is a number.
        is_short = 2 * sum(bool(cell.strip()) for cell in row) < width and _has_names_below(
            rows, index, are_data, marks
        )
        if holds_data and not wordy and not is_short:
            return index
        if (
            wordy
            and 0 < len(others) <= 2 * numbers
            and _is_timed(row, timed)
            and not _has_names_below(rows, index, are_data, marks)
        ):
            return index  # a word among numbers, at its time
    return 1 if len(rows) > 1 else 0


def _is_mere_number(cell: str, marks: Marks) -> bool:
    return number_in(marks.plain(cell)) is not None and find_moment(cell) is None


def _is_timed(row: Sequence[str], places: Sequence[int]) -> bool:
    return any(place < len(row) and find_moment(row[place].strip()) is not None for place in places)


def _holds_data(row: Sequence[str], are_data: Sequence[bool], marks: Marks) -> bool:
    """Tell whether a row has a datum in a column of data, or all of them are words, or it is blank there."""
    own = [cell for place, cell in enumerate(row) if place < len(are_data) and are_data[place] and cell.strip()]
    return not own or any(_is_datum(cell, marks) for cell in own)


def _behind_other_names(rows: Sequence[Sequence[str]], first: int, are_data: Sequence[bool], marks: Marks) -> int:
    """Return the first row behind the names of another table, where a short one stands above; else `first`.

    Names that come again are those of a recording that was begun anew.
    """
    for index in range(first + 1, min(len(rows) - 1, _MOST_HEADER_ROWS)):
        own = [cell.strip() for place, cell in enumerate(rows[index]) if place < len(are_data) and are_data[place]]
        is_named = (
            all(own)
            and len(own) == sum(are_data) > 1
            and not any(_is_datum(cell, marks, is_strict=True) for cell in own)
        )
        if (
            is_named
            and len(set(own)) == len(own)
            and rows[index] not in rows[:first]
            and index - first < len(rows) - index
        ):
            return _behind_other_names(rows, index + 1, are_data, marks)
    return first


def _has_names_below(rows: Sequence[Sequence[str]], index: int, are_data: Sequence[bool], marks: Marks) -> bool:
    for row in rows[index + 1 : index + _MOST_HEADER_ROWS]:
        cells = [cell for place, cell in enumerate(row) if cell.strip() and place < len(are_data) and are_data[place]]
        if len(cells) * 2 > len(are_data) and not any(_is_datum(cell, marks, is_strict=True) for cell in cells):
            return True
    return False


def _row_of_names(above: Sequence[Sequence[str]], width: int, marks: Marks) -> int:
    """Return which row above the data has the names: of those that are no units that with most different words.

    Of equals it is the last, unless it has more than one unit more.
    """
    best, most, units = 0, 0, 0
    called = [
        index for index, row in enumerate(above) if _KEY_OF_NAMES.fullmatch(row[0].strip()) and 2 * len(row) > width
    ]
    if called:
        return called[-1]
    whole = [index for index, row in enumerate(above) if _is_whole(row, width, marks)]
    for index, row in enumerate(above):
        if whole and index not in whole:
            continue
        own = {cell.strip() for cell in row[:width] if cell.strip() and not _is_datum(cell, marks, is_strict=True)}
        own = {cell for cell in own if not _SAID.fullmatch(cell)}
        own_units = sum(map(is_unit, own))
        is_better = len(own) > most or (
            len(own) == most
            and own_units <= units + 1
            and not all(map(_CODE.fullmatch, own))
            and own.isdisjoint(_NO_NAMES)
        )
        if (
            is_better
            and len(own) == most
            and index == best + 1
            and _are_sentences(own)
            and not _are_sentences(above[best])
        ):
            continue  # what the names above mean
        is_alone = len(own) == width >= 2 * most and index == len(above) - 1 and not is_row_of_types(row)
        are_types = is_row_of_types(row) and most >= len(own)
        is_of_units = index and not is_alone and (is_row_of_units(row) or are_types)
        if is_better and _length(row) <= width + 1 and not is_of_units:
            best, most, units = index, len(own), own_units
    return best


def _length(row: Sequence[str]) -> int:
    """Return how many cells a row has, without the empty ones at its end."""
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)


def _are_sentences(cells: Iterable[str]) -> bool:
    """Tell whether what cells hold are several words each, as descriptions are."""
    full = [cell.strip() for cell in cells if cell.strip()]
    return len(full) > 1 and all(" " in cell for cell in full)


def _is_whole(row: Sequence[str], width: int, marks: Marks) -> bool:
    """Tell whether a row has a word in each column, so is rather that of the names than a line of words above them."""
    full = row[:width]
    return (
        len(row) == width > _LAST
        and 4 * len(set(row)) > 3 * width
        and all(cell.strip() and not _is_datum(cell, marks, is_strict=True) for cell in full)
        and not is_row_of_units(row)
        and not is_row_of_types(row)
    )


def _can_be_names(row: Sequence[str]) -> bool:
    """Tell whether a row can have the names: not where numbers in it come again, as channels have a number each."""
    full = [cell.strip() for cell in row if cell.strip()]
    if full and full[0].endswith(":") and len(full) <= _KEY_AND_VALUE:
        return False
    numbers = [cell for cell in full if number_in(cell) is not None]
    return len(set(numbers)) == len(numbers) or 2 * len(numbers) < len(full)


def _last_words(above: Sequence[Sequence[str]]) -> int:
    """Return the last row above a single column: rows with two words there are keys and values."""
    return max(index for index, row in enumerate(above) if any(cell.strip() for cell in row) or not index)


def distinct_names(header: Sequence[str], width: int) -> list[str]:
    """Return a name for each column: the header's, made distinct, or `column N`."""
    names = list[str]()
    taken = set[str]()
    for i in range(width):
        name = tag_text(header[i]) if i < len(header) else ""
        name = base = name or f"column {i + 1}"
        copy = 2
        while name in taken:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
        taken.add(name)
    return names


def tag_text(cell: str) -> str:
    """Return a cell that names a tag: trimmed, on one line, and without the apostrophe that defused a formula."""
    return undefused(" ".join(_MARKUP.sub("", cell).split()))
