"""Columns of dates and clocks that could be the time of a CSV file: in one column, in two, in digits, or a part in each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.date_forms import SHORT_CLOCK, clock_of, packed_clock
from mqtt_plot.parsers.dates import DAY_SECONDS, Moment, offset_of
from mqtt_plot.parsers.timestamps import to_believable_seconds
from mqtt_plot.recordings.csv_elapsed import are_minutes, elapsed_of
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.recordings.csv_order import over_midnight
from mqtt_plot.recordings.csv_time import (
    CLOCK,
    ELAPSED,
    HOUR,
    HOURS,
    MINUTES,
    MONTH_OF,
    MONTH_OF_YEAR,
    PACKED_CLOCK,
    RELATIVE,
    SHORT,
    SPAN,
    SPAN_END,
    TEXT,
    TimeColumns,
    hours_of,
    moment_in_parts,
    moment_of,
    seconds_in,
)
from mqtt_plot.recordings.csv_time_candidate import (
    MOST,
    NAMED,
    PARTS,
    SCORES,
    STANDING,
    ZONED,
    Candidate,
    instant,
    score_of,
    share,
    shares,
)
from mqtt_plot.recordings.csv_time_names import (
    is_another_clock,
    is_begin,
    is_clock_name,
    is_end,
    is_time_name,
    names_a_time,
    offset_in,
    order_in,
    zone_letters,
)
from mqtt_plot.recordings.csv_time_parts import are_short, finer_parts, half_place
from mqtt_plot.recordings.csv_zone import called_zone

MONTHS_NAME = re.compile(r"(?i)(?:year[ _-]?)?(?:month|monat|mois|mes|date|time|period|yyyymm|yearmonth)")
_DOTTED_CLOCK = re.compile(r"\s*(?:[01]?\d|2[0-3])\.[0-5]\d\s*")
_WITH_COLONS = re.compile(r"\d\d:\d\d:\d{4}|\d{4}:\d\d:\d\d")
_SIX = re.compile(r"[0-3]\d[0-3]\d[0-3]\d")  # the year, or the day, first
_DATE_NAME = re.compile(
    r"(?i)(?:utc[ _]?|gps[ _]?|local[ _]?)?(?:date|datum|fecha|data)(?:[ _]?(?:utc|local))?|yymmdd|ddmmyy|mmddyy"
)
_DIGITS_OF_A_DATE = 8
_LAST_HOUR = 24
_FEWEST_ROWS = 3  # that show whether dates come again
_FEWEST_ENDS = 3  # of spans, which are no zones as there are too many
_FEWEST_HOURS = 3  # stamps of ten digits that must all be dates


def digits_candidate(place: int, name: str, cells: Sequence[str], order: str, *, is_named: bool) -> Candidate | None:
    """Return a column whose dates or clocks are digits without marks, which would else be numbers."""
    hours = [hour for cell in cells if (hour := hours_of(cell)) is not None]
    if len(hours) == len(cells) and (len(set(cells)) >= _FEWEST_HOURS or names_a_time(name)):
        found = _of_moments((place,), name, hours, "ymd", bonus=0.0)
        return replace(found, columns=replace(found.columns, form=HOURS, reason="dates and hours in ten digits"))
    if MONTHS_NAME.fullmatch(name.strip()) and all(map(MONTH_OF.fullmatch, cells)) and len(set(cells)) == len(cells):
        return parts_candidate((place,), (MONTH_OF_YEAR,), [cells] * (place + 1))
    if all(len(cell) == _DIGITS_OF_A_DATE and cell.isdecimal() and moment_of(cell) for cell in cells):
        return text_candidate(place, name, cells, order, is_named=is_named)
    if is_named and all("." in cell and packed_clock(cell) is not None for cell in cells):
        reason = "clocks of six digits, of a day that is not said"
        return Candidate(TimeColumns((place,), PACKED_CLOCK, reason=reason), score_of(CLOCK, name, place, 1.0, NAMED))
    return None


def text_candidate(place: int, name: str, cells: Sequence[str], order: str, *, is_named: bool) -> Candidate | None:
    """Return a column of dates, or of other times in text; None for any other."""
    ends = {found[0] for cell in cells if (found := SPAN_END.search(cell))}
    if len(ends) >= min(_FEWEST_ENDS, max(2, len(cells))) and share(cells, _is_span) >= 1:
        return _with_spans((place,), (SPAN,), [cells] * (place + 1))
    moments = [moment_of(cell) for cell in cells]
    known = [moment for moment in moments if moment is not None]
    if len(known) < MOST * len(cells):
        seconds = [second for cell in cells if (second := _iso(cell)) is not None]
        if len(seconds) < MOST * len(cells):
            return None
        rises, falls = shares(seconds)
        columns = TimeColumns((place,), TEXT, reason="times in text", is_descending=falls > rises)
        return Candidate(columns, score_of(TEXT, name, place, max(rises, falls), bonus=NAMED if is_named else 0.0))
    is_at_midnight = len(cells) < _FEWEST_ROWS and any(":" in cell for cell in cells)
    return _of_moments((place,), name, known, order, bonus=NAMED if is_named else 0.0, has_clock=is_at_midnight)


def other_candidate(place: int, name: str, cells: Sequence[str], *, is_named: bool) -> Candidate | None:
    """Return a column of times of day, or of seconds with their unit; None for any other."""
    elapsed = _elapsed_candidate(place, name, cells)
    if elapsed is not None:
        return elapsed
    clocks = [second for cell in cells if (second := clock_of(cell)) is not None]
    if len(clocks) >= MOST * len(cells):
        rises, falls = shares(clocks)
        columns = TimeColumns((place,), CLOCK, reason="times of a day that is not said", is_descending=falls > rises)
        return Candidate(columns, score_of(CLOCK, name, place, max(rises, falls)))
    seconds = [second for cell in cells if (second := seconds_in(cell, 1.0)) is not None]
    if is_named and len(seconds) >= MOST * len(cells) and shares(seconds)[0] >= MOST:
        return Candidate(
            TimeColumns((place,), RELATIVE, reason="times with their unit"), score_of(RELATIVE, name, place, 1.0)
        )
    return None


def _elapsed_candidate(place: int, name: str, cells: Sequence[str]) -> Candidate | None:
    """Return a column of times since a start that are no times of a day; None for any other."""
    form = MINUTES if are_minutes(name, cells) else ELAPSED
    passed = [second for cell in cells if (second := elapsed_of(cell, is_short=form == MINUTES)) is not None]
    if len(passed) < MOST * len(cells) or shares(passed)[0] < MOST:
        return None
    if form == ELAPSED and max(passed) <= DAY_SECONDS and share(cells, _is_a_clock) >= MOST:
        return None
    reason = "minutes and seconds" if form == MINUTES else "times that have passed since the start"
    return Candidate(TimeColumns((place,), form, reason=reason), score_of(CLOCK, name, place, 1.0))


def _of_moments(
    places: tuple[int, ...], name: str, moments: Sequence[Moment], order: str, *, bonus: float, has_clock: bool = False
) -> Candidate:
    orders = set(moments[0].orders)
    for moment in moments:
        orders &= set(moment.orders)
    if not orders:  # each can be read, but not all in one order
        orders = set(max(moments, key=lambda moment: -len(moment.orders)).orders)
    if order in orders:
        orders = {order}
    steps = {known: _steps(moments, known) for known in sorted(orders)}
    usable = [known for known in steps if max(steps[known]) >= MOST] or list(steps)
    midnight = over_midnight(moments, usable) if len(usable) > 1 and order not in usable else ""
    usable = [midnight] if midnight else usable
    chosen = order if order in usable else usable[0]
    is_open = (
        len(usable) > 1
        and order not in usable
        and any(len({instant(moment, known) for known in usable}) > 1 for moment in moments)
    )
    rises, falls = steps[chosen]
    has_zone = all(moment.offset is not None for moment in moments[:20])
    has_clock = has_clock or len(places) > 1 or any(moment.seconds for moment in moments)
    score = score_of(
        TEXT,
        name,
        places[0],
        max(rises, falls),
        bonus=bonus
        + (ZONED * 3 if has_zone else ZONED / 2 if offset_in(name) is not None else 0.0)
        + (0.0 if has_clock else -ZONED),
    )
    reason = "dates and times of day" if has_clock else "dates"
    if midnight:
        reason += f", in the order {midnight}, as rows then go on over midnight"
    letters, zone = zone_letters(name), called_zone(name)
    if letters and offset_in(name) is None and not has_zone:
        reason += f", in the zone of --time-zone, as {letters} in the name is not one offset to UTC"
    elif zone is not None and not has_zone:
        reason += f", in the zone {zone} of the name"
    columns = TimeColumns(
        places, TEXT, order=chosen, reason=reason, is_descending=falls > rises, offset=offset_in(name), zone=zone
    )
    return Candidate(columns, score, tuple(usable) if is_open else ())


def pairs(names: Sequence[str], columns: Sequence[Sequence[str]], order: str) -> list[Candidate]:
    """Return dates in one column with times of day in another."""
    dates = [
        place
        for place, cells in enumerate(columns)
        if share(cells, _is_date) >= MOST
        or (_DATE_NAME.fullmatch(names[place].strip()) and share(cells, _is_short_date) >= 1)
    ]
    clocks = [place for place, cells in enumerate(columns) if share(cells, _is_clock) >= MOST]
    # Four or six digits are a clock only right behind a date, and by their name.
    behind = [
        date + 1 for date in dates if date + 1 < len(columns) and is_clock_name(_given(names[date + 1], date + 1))
    ]
    clocks += [
        place
        for place in behind
        if is_time_name(names[place], "") and all(map(_DOTTED_CLOCK.fullmatch, columns[place]))
    ]
    clocks += [place for place in behind if any(share(columns[place], kind) >= 1 for kind in (_is_packed, _is_short))]
    short = [place for place in behind if place not in clocks and are_short(columns[place])]
    found = list[Candidate]()
    for date in dates:
        for clock in clocks:
            candidate = _pair(date, clock, names, columns, order)
            if candidate is not None:
                found.append(candidate)
        if date + 1 in short:
            candidate = parts_candidate((date, date + 1), ("", SHORT), columns)
            if candidate is not None:
                found.append(replace(candidate, score=SCORES[TEXT] + NAMED * 2))
    return found


def _pair(
    date: int, clock: int, names: Sequence[str], columns: Sequence[Sequence[str]], order: str
) -> Candidate | None:
    if clock == date:
        return None
    if share(columns[clock], _is_span) >= 1:
        return _with_spans((date, clock), ("", SPAN), columns)
    rows = list(zip(columns[date], columns[clock], strict=False))
    moments = [moment for day, hour in rows if (moment := moment_of(f"{day.strip()} {hour.strip()}")) is not None]
    if not moments:
        return None
    # A clock before its date is rarer, and mostly that of another one.
    distance = clock - date if clock > date else date - clock + 0.5
    name = _given(names[clock], clock)
    is_of_row = (
        (clock == date + 1 and len(rows) < _FEWEST_ROWS and not is_another_clock(name))
        or is_clock_name(name)
        or is_time_name(name, "")
        or is_begin(name)
        or len({day for day, _ in rows}) < len(rows)
    )
    return _of_moments(
        (date, clock),
        f"{names[date]} {names[clock]}",
        moments,
        order or order_in(names[date]),
        bonus=(NAMED * 2 - distance if is_of_row else -NAMED) - (NAMED if is_end(names[clock]) else 0.0),
    )


def _with_spans(places: tuple[int, ...], roles: tuple[str, ...], columns: Sequence[Sequence[str]]) -> Candidate | None:
    """Return times that are the begins of spans, 21:00-22:00, of which the ends look like the zone of a clock."""
    found = parts_candidate(places, roles, columns)
    if found is None:
        return None
    reason = "dates and times of day at which spans begin"
    return replace(found, columns=replace(found.columns, reason=reason), score=SCORES[TEXT] + NAMED * 2)


def _is_span(cell: str) -> bool:
    return SPAN_END.search(cell.strip()) is not None


def _given(name: str, place: int) -> str:
    """Return the name that a file gives a column, "" where it gives none."""
    return "" if name == f"column {place + 1}" else name


def parts_candidate(
    places: tuple[int, ...], roles: tuple[str, ...], columns: Sequence[Sequence[str]]
) -> Candidate | None:
    """Return columns of which each holds a part of the time, None where most rows do not make a date or do not rise or fall."""
    reason = "a part of the time in each" if len(places) > 1 else f"the {roles[0]} in each"
    parts = TimeColumns(places, TEXT, order="ymd", roles=roles, reason=reason)
    parts = _counting_hours(parts, columns)
    times = list(_times_in_parts(parts, columns))
    known = [time for time in times if time is not None]
    rises, falls = shares(known)
    if len(known) < MOST * len(times) or max(rises, falls) < MOST or len(set(known)) <= min(1, len(times) - 1):
        return None
    return Candidate(replace(parts, is_descending=falls > rises), SCORES[PARTS] + 10 * max(rises, falls))


def augmented(best: Candidate, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Candidate:
    """Return dates together with the columns that go on from them: the hour, milliseconds, the zone."""
    time = best.columns
    if time.form != TEXT:
        return best
    if best.open_orders:
        return _ordered_by_hours(best, names, columns)
    half = half_place(time, columns)
    if half is not None:
        time = replace(time, places=(*time.places, half), roles=(*time.roles, "") if time.roles else ())
        best = replace(best, columns=replace(time, reason=f"{time.reason}, with AM and PM in a column of its own"))
        time = best.columns
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
    joined = _counting_hours(joined, columns)
    known = [second for second in _times_in_parts(joined, columns) if second is not None]
    rises, falls = shares(known)
    dated = sum(
        1 for cells in zip(*(columns[place] for place in time.places), strict=False) if any(map(str.strip, cells))
    )
    if max(rises, falls) < MOST or len(known) < MOST * dated or not known:
        return best
    is_standing = best.score == STANDING and len(set(known)) == 1 < len(known)
    score = best.score if is_standing else max(best.score, SCORES[TEXT])
    return replace(best, columns=replace(joined, is_descending=falls > rises), score=score)


def _ordered_by_hours(best: Candidate, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Candidate:
    """Return dates of an open order with their hours in a column of its own, where these tell the order as they go on over midnight."""
    time = best.columns
    more = list(finer_parts(time, names, columns))
    if not more:
        return best
    places = (*time.places, *(place for place, _ in more))
    parts = replace(time, places=places, roles=(*("",) * len(time.places), *(role for _, role in more)))
    moments = [
        moment for cells in zip(*columns[: max(places) + 1], strict=False) if (moment := _in_parts(parts, cells))
    ]
    order = over_midnight(moments, best.open_orders)
    if not order:  # and no other column is the time instead
        return replace(best, score=max(best.score, SCORES[TEXT]))
    reason = f"{time.reason}, in the order {order}, as rows then go on over midnight"
    return augmented(replace(best, columns=replace(time, order=order, reason=reason), open_orders=()), names, columns)


def _in_parts(parts: TimeColumns, cells: Sequence[str]) -> Moment | None:
    try:
        return moment_in_parts(parts, cells)
    except (ValueError, OverflowError):
        return None


def _counting_hours(time: TimeColumns, columns: Sequence[Sequence[str]]) -> TimeColumns:
    """Return a time in parts; where its hours go from 1 to 24 they are the first to the last of a day, which may have 23 or 25."""
    if HOUR not in time.roles:
        return time
    hours = [number for cell in columns[time.places[time.roles.index(HOUR)]] if (number := number_in(cell)) is not None]
    if not hours or min(hours) < 1 or max(hours) < _LAST_HOUR:
        return time
    reason = f"{time.reason}; hours 1 to 24 are counted from midnight, also on the days on which clocks change"
    return replace(time, counts_hours=True, reason=reason)


def _times_in_parts(parts: TimeColumns, columns: Sequence[Sequence[str]]) -> Iterator[float | None]:
    width = max(parts.places) + 1
    for cells in zip(*columns[:width], strict=False):
        moment = _in_parts(parts, cells)
        yield None if moment is None else instant(moment, parts.order or moment.orders[0])


def _steps(moments: Sequence[Moment], order: str) -> tuple[float, float]:
    """Return which share of the steps between dates of an order goes up, and which down."""
    return shares([instant(moment, order) for moment in moments if order in moment.orders])


def _is_date(cell: str) -> bool:
    moment = None if ":" in cell and not _WITH_COLONS.fullmatch(cell.strip()) else moment_of(cell)
    return moment is not None and not moment.seconds


def _is_short_date(cell: str) -> bool:
    return _SIX.fullmatch(cell.strip()) is not None


def _is_clock(cell: str) -> bool:
    text, _, zone = cell.strip().rpartition(" ")
    if text and zone.isalpha() and offset_of(zone) is not None:
        return clock_of(text) is not None or SHORT_CLOCK.fullmatch(text) is not None
    return clock_of(cell) is not None


def _is_a_clock(cell: str) -> bool:
    return clock_of(cell) is not None


def _is_packed(cell: str) -> bool:
    return packed_clock(cell) is not None


def _is_short(cell: str) -> bool:
    return SHORT_CLOCK.fullmatch(cell.strip()) is not None


def _iso(cell: str) -> float | None:
    try:
        datetime.fromisoformat(cell)
        return to_believable_seconds(cell)
    except (PayloadError, ValueError):
        return None
