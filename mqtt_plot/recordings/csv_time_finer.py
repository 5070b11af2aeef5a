"""Dates and clocks that stand still from row to row, together with a column of times since a start that goes on between them.

Loggers of cars and drones write a clock in whole seconds, or minutes, beside `Time (sec)` in thousandths.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mqtt_plot.parsers.dates import DAY_SECONDS
from mqtt_plot.recordings.csv_numbers import Marks
from mqtt_plot.recordings.csv_row_times import RowTimes
from mqtt_plot.recordings.csv_time import RELATIVE, TEXT
from mqtt_plot.recordings.csv_time_candidate import STANDING, Candidate
from mqtt_plot.recordings.csv_time_names import is_begin

_RESOLUTIONS = (60.0, 1.0)  # of clocks
_SAME = 0.5  # of the steps, from which on rows of one time are the rule


def with_finer(
    candidates: list[Candidate], names: Sequence[str], columns: Sequence[Sequence[str]], marks: Marks
) -> list[Candidate]:
    """Return the candidates, the first with the column of another that tells its rows of one time apart, where that agrees with it."""
    best = candidates[0]
    if best.columns.form == RELATIVE:  # a clock that stands still in all rows that are looked at is no surer
        best = next((other for other in candidates if other.score == STANDING), best)
    if best.columns.form != TEXT or best.open_orders or best.columns.is_descending:
        return candidates
    rows = list(zip(*columns, strict=False))
    times = _times(best, rows, marks)
    if len(times) < len(rows) or sum(a == b for a, b in pairwise(times)) < _SAME * (len(times) - 1):
        return candidates
    is_begin_of_all = is_begin(names[best.columns.places[0]])
    resolution = next((size for size in _RESOLUTIONS if all(time % size == 0 for time in times)), 0.0)
    resolution = math.inf if is_begin_of_all else resolution
    if not any(time % DAY_SECONDS for time in times):
        return candidates  # a date alone
    for other in candidates:
        finer = _times(other, rows, marks) if other.columns.form == RELATIVE else []
        if len(finer) < len(rows) or not all(a < b for a, b in pairwise(finer)):
            continue
        # One start must make each of the finer times lie between its coarse one and the next.
        starts = [time - fine for time, fine in zip(times, finer, strict=True)]
        if max(starts) - min(starts) < resolution:
            name = names[other.columns.places[0]]
            reason = f"{best.columns.reason}; rows of one time are told apart by {name!r:.40}"
            lead = replace(other.columns, start=finer[0] if is_begin_of_all else max(starts) - starts[0])
            time = replace(best.columns, finer=lead, resolution=resolution, reason=reason)
            first = replace(best, columns=time, score=candidates[0].score)
            return [first, *(one for one in candidates if one is not best)]
    return candidates


def _times(candidate: Candidate, rows: Sequence[Sequence[str]], marks: Marks) -> list[float]:
    reader = RowTimes(candidate.columns, marks)
    return [time for row in rows if (time := reader.read(row)) is not None]
