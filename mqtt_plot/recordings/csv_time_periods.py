"""Columns of weeks, and of months with a year of two digits, that could be the time of a CSV file: what a cell is only its column tells."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from mqtt_plot.recordings.csv_time import MONTH_AND_YEAR, MONTH_OF_YEAR, WEEK_OF, WEEK_OF_YEAR, moment_of
from mqtt_plot.recordings.csv_time_candidate import Candidate, share
from mqtt_plot.recordings.csv_time_dates import MONTHS_NAME, parts_candidate

_WEEKS_NAME = re.compile(
    r"(?i)(?:calendar|iso)?[ _-]?(?:week|weeks|kw|cw|woche|kalenderwoche|semaine|semana|settimana|uke|uge|vecka|tydzień|week_?nr)"
)


def period_candidate(place: int, name: str, cells: Sequence[str]) -> Candidate | None:
    """Return a column of weeks (1/2024, KW 1/2024) that is called so, or of months that follow each other (Jan-24, Feb-24); None for others."""
    if _WEEKS_NAME.fullmatch(name.strip()) and share(cells, _is_week) >= 1:
        return parts_candidate((place,), (WEEK_OF_YEAR,), [cells] * (place + 1))
    return parts_candidate((place,), (MONTH_OF_YEAR,), [cells] * (place + 1)) if _are_months(name, cells) else None


def _is_week(cell: str) -> bool:
    return WEEK_OF.fullmatch(cell) is not None


def _are_months(name: str, cells: Sequence[str]) -> bool:
    """Tell whether cells such as Jan-24 are months of years and no days: by the column's name, or as they follow each other in equal steps."""
    found = [MONTH_AND_YEAR.fullmatch(cell) for cell in cells]
    days = [moment_of(f"1 {month[1]} 20{month[2]}") for month in found if month is not None]
    if None in days or len(days) < len(cells):
        return False
    dates = [datetime.fromtimestamp(day.to_seconds("dmy"), UTC) for day in days if day is not None]
    months = [date.year * 12 + date.month for date in dates]
    return MONTHS_NAME.fullmatch(name.strip()) is not None or len({b - a for a, b in pairwise(months)}) == 1
