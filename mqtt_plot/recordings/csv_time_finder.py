"""Which columns of a CSV file are its time. Each that could be one gets a score; the best is taken, with a reason.

A column that never changes is no time, and a rising temperature called T beats none.
"""

from collections.abc import Sequence
from dataclasses import replace

from mqtt_plot.recordings.csv_numbers import Marks, number_in
from mqtt_plot.recordings.csv_time import NUMBER, RELATIVE, TEXT
from mqtt_plot.recordings.csv_time_candidate import MOST, NAMED, SCORES, STANDING, Candidate, is_no_time
from mqtt_plot.recordings.csv_time_dates import (
    augmented,
    digits_candidate,
    other_candidate,
    pairs,
    parts_candidate,
    text_candidate,
)
from mqtt_plot.recordings.csv_time_finer import with_finer
from mqtt_plot.recordings.csv_time_names import is_begin, is_time_name, names_a_time, order_in
from mqtt_plot.recordings.csv_time_numbers import number_candidate, regular_candidate, with_parts_of_seconds
from mqtt_plot.recordings.csv_time_parts import dates_in_parts
from mqtt_plot.recordings.csv_time_periods import period_candidate


def find_times(
    names: Sequence[str],
    units: Sequence[str],
    columns: Sequence[Sequence[str]],
    marks: Marks,
    *,
    order: str = "",
    step: float = 0.0,
    chosen: str = "",
) -> list[Candidate]:
    """Return all columns that could be the time, the surest first. `order` is that of dates where the user has said it.

    `step` is the interval of samples in seconds where the header tells it, else 0; `chosen` the column that the user has named.
    """
    found = [
        candidate
        for place, cells in enumerate(columns)
        if (candidate := _candidate(place, (names[place], units[place]), cells, marks, order, chosen=chosen))
        is not None
        or (candidate := regular_candidate(place, names[place], cells, marks, step)) is not None
    ]
    found += pairs(names, columns, order)
    found += [
        candidate
        for days, roles in dates_in_parts(names, columns)
        if (candidate := parts_candidate(days, roles, columns)) is not None
    ]
    found = [_moving(one, names, units, columns) if one.score == STANDING else one for one in found]
    found = [one for one in found if one.score != STANDING or _is_called(one, names, units, chosen)]
    if any(
        one.score == STANDING for one in found
    ):  # a real date, though it stands still: no temperature called t is one instead
        found = [one for one in found if not _is_mere_letter(one, names, columns, marks)]
    found.sort(key=lambda candidate: (-candidate.score, -candidate.if_moving))
    if found and found[0].columns.form == NUMBER:
        return [with_parts_of_seconds(found[0], names, units, columns), *found[1:]]
    return with_finer([augmented(found[0], names, columns), *found[1:]], names, columns, marks) if found else []


def _candidate(
    place: int, labels: tuple[str, str], column: Sequence[str], marks: Marks, order: str, *, chosen: str = ""
) -> Candidate | None:
    """Return a column as the time, None where it cannot be. `labels` are its name and unit; one that is `chosen` needs no name of a time."""
    name, unit = labels
    order = order or order_in(name) or order_in(unit)
    cells = [cell.strip() for cell in column if cell.strip() and not is_no_time(cell)]
    if not cells:
        return None
    is_named = name == chosen or is_time_name(name, unit)
    if len(cells) > 1 and len(set(cells)) == 1:
        return _standing_candidate(place, labels, cells[0], marks, order)
    in_digits = digits_candidate(place, name, cells, order, is_named=is_named)
    if in_digits is not None:
        return in_digits
    if (periods := period_candidate(place, name, cells)) is not None:
        return periods
    plain = [marks.plain(cell) for cell in cells]
    numbers = [number_in(cell) for cell in plain]
    if sum(number is not None for number in numbers) >= MOST * len(cells):
        return number_candidate(
            place, name, unit, [number for number in numbers if number is not None], is_named=is_named
        )
    return text_candidate(place, name, cells, order, is_named=is_named) or other_candidate(
        place, name, cells, is_named=is_named
    )


def _moving(one: Candidate, names: Sequence[str], units: Sequence[str], columns: Sequence[Sequence[str]]) -> Candidate:
    """Return a time that stands still together with the column in which it goes on."""
    if one.columns.form != NUMBER:
        return augmented(one, names, columns)
    joined = with_parts_of_seconds(one, names, units, columns)
    return one if joined is one else replace(joined, score=SCORES[NUMBER] + NAMED)


def _is_called(one: Candidate, names: Sequence[str], units: Sequence[str], chosen: str) -> bool:
    return any(
        names[place] == chosen
        or is_time_name(names[place], units[place])
        or is_begin(names[place])
        or (one.columns.form == TEXT and names_a_time(names[place]))
        for place in one.columns.places
    )


def _is_mere_letter(one: Candidate, names: Sequence[str], columns: Sequence[Sequence[str]], marks: Marks) -> bool:
    """Tell whether a column is a time by no more than a letter, and does not begin at zero, as what has passed does."""
    if one.columns.form != RELATIVE or len(names[one.columns.places[0]].strip()) > 1:
        return False
    return number_in(marks.plain(columns[one.columns.places[0]][0])) != 0


def _standing_candidate(place: int, labels: tuple[str, str], cell: str, marks: Marks, order: str) -> Candidate | None:
    """Return a column called time that has one and the same in all rows, as a table of what holds at a moment: better than none."""
    found = _candidate(place, labels, [cell], marks, order)
    if found is None or found.columns.is_relative:
        return None
    reason = f"{found.columns.reason}, the same in all rows looked at"
    return replace(found, columns=replace(found.columns, reason=reason), score=STANDING, if_moving=found.score)
