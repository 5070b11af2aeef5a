"""Columns of numbers that could be the time of a CSV file: since 1970, of a spreadsheet, from the file's own start."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.timestamps import to_believable_seconds
from mqtt_plot.recordings.csv_numbers import Marks, number_in
from mqtt_plot.recordings.csv_time import EXCEL, NUMBER, RELATIVE, YEARS, TimeColumns
from mqtt_plot.recordings.csv_time_candidate import MOST, NAMED, Candidate, score_of, shares
from mqtt_plot.recordings.csv_time_names import is_quantity_name, is_time_name, unit_of_time
from mqtt_plot.samples import EARLIEST

_NAMED_NUMBER = 40.0
_UNNAMED = (
    -10.0
)  # a ramp may rise by the interval of samples too; it is less sure than any column called a time, but a mere letter
# Seconds since 1904 are those of 1990 to 2030; since 1970 they would be of 2055 at the earliest.
_FROM_1904_TO_1970 = 2_082_844_800.0
_LEAST_SINCE_1904, _MOST_SINCE_1904 = 2_713_996_800.0, 3_976_300_800.0
_FIRST_YEAR, _LAST_YEAR = 1900.0, 2101.0
_YEAR_NAME = re.compile(
    r"(?i)#?(?:decimal|frac(?:tional)?)?[ _-]*(?:years?|yr|jahr|année|año|anno|date|time|t)(?:[ _-]*(?:decimal|frac\w*))?"
)
_FIRST_DAY, _LAST_DAY = 20_000.0, 80_000.0  # of a spreadsheet: 1954 to 2119
_STEP_AGREES = 0.02  # of the interval that stands above, as times are printed in few digits
_LEAST_PARTS = 1000  # of a second
_FEWEST_STEPS = 3


def number_candidate(place: int, name: str, unit: str, numbers: Sequence[float], *, is_named: bool) -> Candidate | None:
    """Return a column of numbers that are times by their size or their name; None for any other."""
    rises, falls = shares(numbers)
    is_descending = falls > rises
    steady = max(rises, falls) >= MOST
    if not steady and not is_named:
        return None
    if (
        is_named
        and steady
        and unit_of_time(name, unit) is None
        and all(_LEAST_SINCE_1904 <= number <= _MOST_SINCE_1904 for number in numbers)
    ):
        columns = TimeColumns(
            (place,), RELATIVE, start=-_FROM_1904_TO_1970, reason="seconds since 1904, as LabVIEW counts them"
        )
        return Candidate(columns, score_of(NUMBER, name, place, rises))
    seconds = [believable(number) for number in numbers]
    if (
        sum(second is not None for second in seconds) >= MOST * len(numbers)
        and (steady or is_named)
        and (is_named or not (is_quantity_name(name) or _are_irregular(numbers)))
    ):
        score = score_of(NUMBER, name, place, max(rises, falls), bonus=_NAMED_NUMBER if is_named else 0.0)
        return Candidate(TimeColumns((place,), NUMBER, reason="numbers since 1970", is_descending=is_descending), score)
    if (
        is_named
        and steady
        and all(_FIRST_DAY <= number <= _LAST_DAY for number in numbers)
        and unit_of_time(name, unit) is None
    ):
        reason = "days as spreadsheets count them"
        return Candidate(
            TimeColumns((place,), EXCEL, reason=reason, is_descending=is_descending),
            score_of(EXCEL, name, place, rises),
        )
    return _years(place, name, numbers) or _from_the_start(place, name, unit, numbers, is_named=is_named)


def _years(place: int, name: str, numbers: Sequence[float]) -> Candidate | None:
    if not _are_years(name, numbers):
        return None
    reason = "years, with their parts as a fraction" if any(number % 1 for number in numbers) else "years"
    return Candidate(TimeColumns((place,), YEARS, reason=reason), score_of(RELATIVE, name, place, 1.0))


def _from_the_start(place: int, name: str, unit: str, numbers: Sequence[float], *, is_named: bool) -> Candidate | None:
    """Return numbers that rise in a column called a time, or at least with a unit of one, and then in steps that are alike."""
    divisor = unit_of_time(name, unit)
    if shares(numbers)[0] < MOST or not (
        is_named or (divisor and not _are_irregular(numbers) and numbers[0] < numbers[-1])
    ):
        return None
    reason = f"numbers that rise from the file's own start{'' if divisor else ', taken as seconds'}"
    bonus = (-NAMED if len(name.strip()) == 1 else 0.0) + (0.0 if is_named else 2 * _UNNAMED)
    return Candidate(
        TimeColumns((place,), RELATIVE, divisor or 1.0, reason=reason),
        score_of(RELATIVE, name, place, 1.0, bonus=bonus),
    )


def with_parts_of_seconds(
    best: Candidate, names: Sequence[str], units: Sequence[str], columns: Sequence[Sequence[str]]
) -> Candidate:
    """Return whole seconds since 1970 together with the column of their thousandths, millionths or billionths, where there is one."""
    place = best.columns.places[0]
    seconds = [cell.strip() for cell in columns[place]]
    if len(best.columns.places) > 1 or not all(map(str.isdecimal, seconds)):
        return best
    for other, cells in enumerate(columns):
        divisor = unit_of_time(names[other], units[other]) or 0.0
        parts = [cell.strip() for cell in cells]
        if (
            other == place
            or divisor < _LEAST_PARTS
            or not all(part.isdecimal() and int(part) < divisor for part in parts)
        ):
            continue
        pairs = [(int(second), int(part)) for second, part in zip(seconds, parts, strict=False)]
        is_told = len(set(pairs)) > len(set(seconds)) or (len(pairs) == 1 and is_time_name(names[other], units[other]))
        if is_told and (pairs == sorted(pairs) or pairs == sorted(pairs, reverse=True)):
            reason = f"{best.columns.reason}, with parts of a second in a column of their own"
            time = replace(best.columns, places=(place, other), divisor=divisor, reason=reason)
            return replace(best, columns=time)
    return best


def regular_candidate(place: int, name: str, column: Sequence[str], marks: Marks, step: float) -> Candidate | None:
    """Return a column that has no name of a time, but rises from row to row by the interval that stands above."""
    if step <= 0:
        return None
    numbers = [number for cell in column if (number := number_in(marks.plain(cell))) is not None]
    steps = [after - before for before, after in pairwise(numbers)]
    if len(steps) < _FEWEST_STEPS or len(numbers) < MOST * len(column):
        return None
    middle = sorted(steps)[len(steps) // 2]
    divisor = next((unit for unit in (1.0, 1e3, 1e6, 1e9) if abs(middle / unit - step) <= _STEP_AGREES * step), 0.0)
    if not divisor or sum(abs(one - middle) <= _STEP_AGREES * middle for one in steps) < MOST * len(steps):
        return None
    reason = "numbers that rise by the interval of samples that stands above"
    return Candidate(
        TimeColumns((place,), RELATIVE, divisor, reason=reason), score_of(RELATIVE, name, place, 1.0, _UNNAMED)
    )


def _are_irregular(numbers: Sequence[float]) -> bool:
    """Tell whether hardly a step is like the usual one, as of a counter that happens to be as large as a time."""
    steps = sorted(abs(after - before) for before, after in pairwise(numbers))
    middle = steps[len(steps) // 2] if steps else 0.0
    return sum(abs(step - middle) <= middle / 2 for step in steps) < len(steps) / 2


def _are_years(name: str, numbers: Sequence[float]) -> bool:
    """Tell whether numbers are years: each another, and later than the one before."""
    return (
        _YEAR_NAME.fullmatch(name.strip()) is not None
        and len(numbers) > 1
        and all(_FIRST_YEAR <= number < _LAST_YEAR for number in numbers)
        and all(before < after for before, after in pairwise(numbers))
    )


def believable(number: float) -> float | None:
    """Return the POSIX seconds that a number says which counts since 1970 or another usual date, None where it says none."""
    if number < EARLIEST:  # most columns of numbers are no times
        return None
    try:
        return to_believable_seconds(number)
    except PayloadError:
        return None
