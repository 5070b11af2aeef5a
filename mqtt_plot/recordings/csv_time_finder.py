"""Which columns of a CSV file are its time. Each that could be one gets a score; the best is taken, with a reason.

A column that never changes is no time, and a rising temperature called T beats none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.dates import Moment
from mqtt_plot.parsers.timestamps import to_believable_seconds
from mqtt_plot.recordings.csv_numbers import Marks, number_in
from mqtt_plot.recordings.csv_time import (
    CLOCK,
    EXCEL,
    HOURS,
    NUMBER,
    PACKED_CLOCK,
    RELATIVE,
    TEXT,
    TimeColumns,
    clock_of,
    hours_of,
    moment_in_parts,
    moment_of,
    packed_clock,
    seconds_in,
)
from mqtt_plot.recordings.csv_time_names import is_end, is_time_name, offset_in, order_in, unit_of_time, zone_letters
from mqtt_plot.recordings.csv_time_parts import dates_in_parts, finer_parts

_MOST = 0.9  # of the cells must agree; the rest may be broken
PARTS = "parts"
# How sure each form is, before names and order.
_SCORES = {TEXT: 100.0, PARTS: 85.0, NUMBER: 80.0, EXCEL: 70.0, RELATIVE: 50.0, CLOCK: 45.0}
_NAMED, _NAMED_NUMBER, _ZONED, _PASSED_ON = 15.0, 40.0, 10.0, -12.0
STANDING = 10.0  # a time that never changes, which is one only for a table with one sample per row
_FIRST_DAY, _LAST_DAY = 20_000.0, 80_000.0  # of a spreadsheet: 1954 to 2119

_STEP_AGREES = 0.02  # of the interval that stands above, as times are printed in few digits
_DIGITS_OF_A_DATE = 8
_FEWEST_HOURS = 3  # stamps of ten digits that must all be dates


@dataclass(frozen=True)
class Candidate:
    """Columns that could be the time, how sure that is, and whether the order of their dates is open (then they cannot be taken)."""

    columns: TimeColumns
    score: float
    open_orders: tuple[str, ...] = ()


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
        or (candidate := _regular_candidate(place, names[place], cells, marks, step)) is not None
    ]
    found += _pairs(names, columns, order)
    found += [
        candidate
        for days, roles in dates_in_parts(names, columns)
        if (candidate := _parts_candidate(days, roles, columns)) is not None
    ]
    found = [_augmented(one, names, columns) if one.score == STANDING else one for one in found]
    found.sort(key=lambda candidate: -candidate.score)
    return [_augmented(found[0], names, columns), *found[1:]] if found else []


def _parts_candidate(
    places: tuple[int, ...], roles: tuple[str, ...], columns: Sequence[Sequence[str]]
) -> Candidate | None:
    """Return columns of which each holds a part of the time, None where most rows do not make a date or do not rise or fall."""
    parts = TimeColumns(places, TEXT, order="ymd", roles=roles, reason="a part of the time in each")
    times = list(_times_in_parts(parts, columns))
    known = [time for time in times if time is not None]
    rises, falls = _shares(known)
    if len(known) < _MOST * len(times) or max(rises, falls) < _MOST or len(set(known)) <= min(1, len(times) - 1):
        return None
    return Candidate(replace(parts, is_descending=falls > rises), _SCORES[PARTS] + 10 * max(rises, falls))


def _times_in_parts(parts: TimeColumns, columns: Sequence[Sequence[str]]) -> Iterator[float | None]:
    width = max(parts.places) + 1
    for cells in zip(*columns[:width], strict=False):
        try:
            moment = moment_in_parts(parts, cells)
        except (ValueError, OverflowError):
            moment = None
        yield None if moment is None else _instant(moment, parts.order or moment.orders[0])


def _augmented(best: Candidate, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Candidate:
    """Return dates together with the columns that go on from them: the hour, milliseconds, the zone."""
    time = best.columns
    if time.form != TEXT or best.open_orders:
        return best
    more = list(finer_parts(time, names, columns))
    if not more:
        return best
    roles = (time.roles or ("",) * len(time.places)) + tuple(role for _, role in more)
    joined = replace(
        time,
        places=(*time.places, *(place for place, _ in more)),
        roles=roles,
        reason=f"{time.reason}, with the {' and the '.join(role for _, role in more)} in a column of its own",
    )
    known = [second for second in _times_in_parts(joined, columns) if second is not None]
    rises, falls = _shares(known)
    is_steady = max(rises, falls) >= _MOST and len(known) >= _MOST * min(len(columns[place]) for place in joined.places)
    if not is_steady or len(set(known)) == 1:
        return best
    return replace(best, columns=replace(joined, is_descending=falls > rises), score=max(best.score, _SCORES[TEXT]))


def _regular_candidate(place: int, name: str, column: Sequence[str], marks: Marks, step: float) -> Candidate | None:
    """Return a column that has no name of a time, but rises from row to row by the interval that stands above."""
    if step <= 0:
        return None
    numbers = [number for cell in column if (number := number_in(marks.plain(cell))) is not None]
    steps = [after - before for before, after in pairwise(numbers)]
    if len(steps) < _FEWEST_HOURS or len(numbers) < _MOST * len(column):
        return None
    middle = sorted(steps)[len(steps) // 2]
    divisor = next((unit for unit in (1.0, 1e3, 1e6, 1e9) if abs(middle / unit - step) <= _STEP_AGREES * step), 0.0)
    if not divisor or sum(abs(one - middle) <= _STEP_AGREES * middle for one in steps) < _MOST * len(steps):
        return None
    reason = "numbers that rise by the interval of samples that stands above"
    return Candidate(
        TimeColumns((place,), RELATIVE, divisor, reason=reason), _score(RELATIVE, name, place, 1.0, _NAMED)
    )


def _candidate(
    place: int, labels: tuple[str, str], column: Sequence[str], marks: Marks, order: str, *, chosen: str = ""
) -> Candidate | None:
    """Return a column as the time, None where it cannot be. `labels` are its name and unit; one that is `chosen` needs no name of a time."""
    name, unit = labels
    order = order or order_in(name) or order_in(unit)
    cells = [cell.strip() for cell in column if cell.strip()]
    if not cells:
        return None
    is_named = name == chosen or is_time_name(name, unit)
    if len(cells) > 1 and len(set(cells)) == 1:
        return _standing_candidate(place, labels, cells[0], marks, order) if is_named else None
    in_digits = _digits_candidate(place, name, cells, order, is_named=is_named)
    if in_digits is not None:
        return in_digits
    plain = [marks.plain(cell) for cell in cells]
    numbers = [number_in(cell) for cell in plain]
    if sum(number is not None for number in numbers) >= _MOST * len(cells):
        return _number_candidate(
            place, name, unit, [number for number in numbers if number is not None], is_named=is_named
        )
    return _text_candidate(place, name, cells, order, is_named=is_named) or _other_candidate(
        place, name, cells, is_named=is_named
    )


def _digits_candidate(place: int, name: str, cells: Sequence[str], order: str, *, is_named: bool) -> Candidate | None:
    """Return a column whose dates or clocks are digits without marks, which would else be numbers."""
    hours = [hour for cell in cells if (hour := hours_of(cell)) is not None]
    if len(hours) == len(cells) and len(set(cells)) >= _FEWEST_HOURS:
        found = _of_moments((place,), name, hours, "ymd", bonus=0.0)
        return replace(found, columns=replace(found.columns, form=HOURS, reason="dates and hours in ten digits"))
    if all(len(cell) == _DIGITS_OF_A_DATE and cell.isdigit() and moment_of(cell) for cell in cells):
        return _text_candidate(place, name, cells, order, is_named=is_named)
    if is_named and all("." in cell and packed_clock(cell) is not None for cell in cells):
        reason = "clocks of six digits, of a day that is not said"
        return Candidate(TimeColumns((place,), PACKED_CLOCK, reason=reason), _score(CLOCK, name, place, 1.0, _NAMED))
    return None


def _standing_candidate(place: int, labels: tuple[str, str], cell: str, marks: Marks, order: str) -> Candidate | None:
    """Return a column called time that has one and the same in all rows, as a table of what holds at a moment: better than none."""
    found = _candidate(place, labels, [cell], marks, order)
    if found is None or found.columns.is_relative:
        return None
    reason = f"{found.columns.reason}, the same in all rows looked at"
    return replace(found, columns=replace(found.columns, reason=reason), score=STANDING)


def _number_candidate(
    place: int, name: str, unit: str, numbers: Sequence[float], *, is_named: bool
) -> Candidate | None:
    rises, falls = _shares(numbers)
    is_descending = falls > rises
    steady = max(rises, falls) >= _MOST
    if not steady and not is_named:
        return None
    seconds = [_believable(number) for number in numbers]
    if sum(second is not None for second in seconds) >= _MOST * len(numbers) and (steady or is_named):
        score = _score(NUMBER, name, place, max(rises, falls), bonus=_NAMED_NUMBER if is_named else 0.0)
        return Candidate(TimeColumns((place,), NUMBER, reason="numbers since 1970", is_descending=is_descending), score)
    if (
        is_named
        and steady
        and all(_FIRST_DAY <= number <= _LAST_DAY for number in numbers)
        and unit_of_time(name, unit) is None
    ):
        reason = "days as spreadsheets count them"
        return Candidate(
            TimeColumns((place,), EXCEL, reason=reason, is_descending=is_descending), _score(EXCEL, name, place, rises)
        )
    if is_named and rises >= _MOST:
        divisor = unit_of_time(name, unit)
        reason = f"numbers that rise from the file's own start{'' if divisor else ', taken as seconds'}"
        is_letter = len(name.strip()) == 1
        score = _score(RELATIVE, name, place, rises, bonus=-_NAMED if is_letter else 0.0)
        return Candidate(TimeColumns((place,), RELATIVE, divisor or 1.0, reason=reason), score)
    return None


def _text_candidate(place: int, name: str, cells: Sequence[str], order: str, *, is_named: bool) -> Candidate | None:
    moments = [moment_of(cell) for cell in cells]
    known = [moment for moment in moments if moment is not None]
    if len(known) < _MOST * len(cells):
        seconds = [second for cell in cells if (second := _iso(cell)) is not None]
        if len(seconds) < _MOST * len(cells):
            return None
        rises, falls = _shares(seconds)
        columns = TimeColumns((place,), TEXT, reason="times in text", is_descending=falls > rises)
        return Candidate(columns, _score(TEXT, name, place, max(rises, falls), bonus=_NAMED if is_named else 0.0))
    return _of_moments((place,), name, known, order, bonus=_NAMED if is_named else 0.0)


def _of_moments(
    places: tuple[int, ...], name: str, moments: Sequence[Moment], order: str, *, bonus: float
) -> Candidate:
    orders = set(moments[0].orders)
    for moment in moments:
        orders &= set(moment.orders)
    if not orders:  # each can be read, but not all in one order
        orders = set(max(moments, key=lambda moment: -len(moment.orders)).orders)
    if order in orders:
        orders = {order}
    usable = [known for known in sorted(orders) if _is_steady(moments, known)] or sorted(orders)
    chosen = order if order in usable else usable[0]
    is_open = len(usable) > 1 and order not in usable and len({_instant(moments[0], known) for known in usable}) > 1
    rises, falls = _shares([_instant(moment, chosen) for moment in moments if chosen in moment.orders])
    has_zone = all(moment.offset is not None for moment in moments[:20])
    has_clock = any(moment.seconds for moment in moments)
    score = _score(
        TEXT,
        name,
        places[0],
        max(rises, falls),
        bonus=bonus + (_ZONED * 3 if has_zone else 0.0) + (0.0 if has_clock else -_ZONED),
    )
    reason = "dates and times of day" if has_clock else "dates"
    letters = zone_letters(name)
    if letters and offset_in(name) is None and not has_zone:
        reason += f", in the zone of --time-zone, as {letters} in the name is not one offset to UTC"
    columns = TimeColumns(
        places, TEXT, order=chosen, reason=reason, is_descending=falls > rises, offset=offset_in(name)
    )
    return Candidate(columns, score, tuple(usable) if is_open else ())


def _other_candidate(place: int, name: str, cells: Sequence[str], *, is_named: bool) -> Candidate | None:
    clocks = [second for cell in cells if (second := clock_of(cell)) is not None]
    if len(clocks) >= _MOST * len(cells):
        rises, falls = _shares(clocks)
        columns = TimeColumns((place,), CLOCK, reason="times of a day that is not said", is_descending=falls > rises)
        return Candidate(columns, _score(CLOCK, name, place, max(rises, falls)))
    seconds = [second for cell in cells if (second := seconds_in(cell, 1.0)) is not None]
    if is_named and len(seconds) >= _MOST * len(cells) and _shares(seconds)[0] >= _MOST:
        return Candidate(
            TimeColumns((place,), RELATIVE, reason="times with their unit"), _score(RELATIVE, name, place, 1.0)
        )
    return None


def _pairs(names: Sequence[str], columns: Sequence[Sequence[str]], order: str) -> list[Candidate]:
    """Return dates in one column with times of day in another."""
    dates = [place for place, cells in enumerate(columns) if _share(cells, _is_date) >= _MOST]
    clocks = [place for place, cells in enumerate(columns) if _share(cells, _is_clock) >= _MOST]
    # Six digits are a clock only right behind a date.
    clocks += [date + 1 for date in dates if date + 1 < len(columns) and _share(columns[date + 1], _is_packed) >= 1]
    found = list[Candidate]()
    for date in dates:
        for clock in clocks:
            if clock == date:
                continue
            rows = zip(columns[date], columns[clock], strict=False)
            moments = [
                moment for day, hour in rows if (moment := moment_of(f"{day.strip()} {hour.strip()}")) is not None
            ]
            distance = abs(date - clock)
            said = order or order_in(names[date])
            candidate = (
                _of_moments((date, clock), f"{names[date]} {names[clock]}", moments, said, bonus=_NAMED * 2 - distance)
                if moments
                else None
            )
            if candidate is not None:
                found.append(candidate)
    return found


def _share(cells: Sequence[str], is_one: Callable[[str], bool]) -> float:
    """Return which share of the cells that hold something are of a kind, 0 as soon as too few can be."""
    full = [cell for cell in cells if cell.strip()]
    others = 0
    for cell in full:
        if not is_one(cell):
            others += 1
            if others > (1 - _MOST) * len(full):
                return 0.0
    return 1 - others / len(full) if full else 0.0


def _is_date(cell: str) -> bool:
    moment = None if ":" in cell else moment_of(cell)
    return moment is not None and not moment.seconds


def _is_clock(cell: str) -> bool:
    return clock_of(cell) is not None


def _is_packed(cell: str) -> bool:
    return packed_clock(cell) is not None


def _score(form: str, name: str, place: int, steadiness: float, bonus: float = 0.0) -> float:
    passed_on = _PASSED_ON if is_end(name) else 0.0
    return _SCORES[form] + bonus + passed_on + 10 * steadiness - place / 1_000


def _shares(numbers: Sequence[float]) -> tuple[float, float]:
    """Return which share of steps goes up, and which goes down; steps that stay count for both."""
    steps = len(numbers) - 1
    if steps < 1:
        return 1.0, 0.0
    ups = sum(a <= b for a, b in pairwise(numbers))
    downs = sum(a >= b for a, b in pairwise(numbers))
    return ups / steps, downs / steps


def _is_steady(moments: Sequence[Moment], order: str) -> bool:
    instants = [_instant(moment, order) for moment in moments if order in moment.orders]
    return max(_shares(instants)) >= _MOST


def _instant(moment: Moment, order: str) -> float:
    try:
        return moment.to_seconds(order if order in moment.orders else moment.orders[0])
    except (ValueError, OverflowError):
        return 0.0


def _believable(number: float) -> float | None:
    try:
        return to_believable_seconds(number)
    except PayloadError:
        return None


def _iso(cell: str) -> float | None:
    try:
        datetime.fromisoformat(cell)
        return to_believable_seconds(cell)
    except (PayloadError, ValueError):
        return None
