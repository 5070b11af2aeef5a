"""Parts of a time that stand in columns of their own: year, month, day, hour, … the milliseconds and the zone. Knows nothing of scores.

Weather services and controllers write them. A column is a part by its name, in several languages, and only if its cells are in range.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from mqtt_plot.parsers.date_forms import clock_of
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.recordings.csv_time import (
    DAY,
    DAY_OF_YEAR,
    FRACTION,
    HOUR,
    MILLISECOND,
    MINUTE,
    MONTH,
    PERIODS,
    SECOND,
    SHORT,
    YEAR,
    ZONE,
    TimeColumns,
    moment_of,
    short_clock,
    zone_of,
)

_FEW = 9
_MOST = 0.9  # of the cells must be in range; the rest may be broken
_NAMES = {
    YEAR: r"(?i)#?(years?|yyyy|yy|yr|jahr|ann[ée]e|an|a[ñn]o|anno|vuosi|år|rok|jaar|год|年|年份)",
    MONTH: r"(?i)#?(months?|mon|mo|monat|mois|mes|mese|kk|kuukausi|månad|maand|miesi[ąa]c|месяц|月|月份)|MM|mm",
    DAY: r"(?i)#?(days?|dd|dy|da|dom|tag|jour|d[ií]a|giorno|pv|päivä|dag|dzie[ńn]|день|日)",
    HOUR: r"(?i)#?(hours?|hh|hr|stunde|heure|hora|ora|klo|tunti|uur|timme|time|godz(?:ina)?|hod(?:ina)?|óra|ώρα|час|时|小时|時)\.?",
    MINUTE: r"(?i)#?(minutes?|min|mn|mi|minuten?|minutos?|minuti|минута|分)|mm",
    SECOND: r"(?i)#?(seconds?|sec|ss|sekunden?|segundos?|secondi|секунда|秒)",
    MILLISECOND: r"(?i)#?(milli[ _]?s(ec(ond)?s?)?|milli?tm|ms|msecs?|millisecs?)",
    FRACTION: r"(?i)#?(frac(tion(al)?)?[ _]?(of[ _]a[ _])?sec(ond)?s?|sub[ _-]?sec(ond)?s?)",
    DAY_OF_YEAR: r"(?i)#?(doy|day[ _]?of[ _]?(the[ _])?year|jday|julian([ _]?day)?|yday|yearday|jul)",
    ZONE: r"(?i)#?(tz|tz_?cd|time[ _]?zone|zone|utc[ _]?of+se?t|utcofst|(gmt|tz)[ _]?offset|zeitzone|aikavyöhyke|fuseau([ _]horaire)?|huso)",
}
_PATTERNS = {role: re.compile(pattern) for role, pattern in _NAMES.items()}
_PERIOD = re.compile(
    r"(?i)(?:settlement|trading|delivery|time)?[ _]?(?:period|interval|slot|quarter|viertelstunde|block|mtu|pos(?:ition)?|periodo|sp)"
    r"(?:[ _]?(?:no|nr|number|id))?\.?"
)
_SHORT_NAME = re.compile(r"(?i)hh:?mm|hr:?mn|hhmn|time|(?:utc|gmt|local)?[ _]?time|utc|gmt")
_ONE_HOUR = 3600.0
_HALF_HOURS = 48.0
_LENGTHS = dict(
    zip(
        PERIODS,
        [{23.0, 24.0, 25.0}, {46.0, 48.0, 50.0}, {92.0, 96.0, 100.0}, {276.0, 288.0, 300.0}, {1440.0}],
        strict=True,
    )
)
_RANGES = {
    YEAR: (0, 2100),
    MONTH: (1, 12),
    DAY: (1, 31),
    DAY_OF_YEAR: (1, 366),
    HOUR: (0, 25),  # the day on which clocks go back, counted
    MINUTE: (0, 59),
    SECOND: (0, 60),
    MILLISECOND: (0, 999),
}
_HALVES = frozenset({"am", "pm", "a.m.", "p.m.", "a. m.", "p. m."})
_SMALL = (HOUR, MINUTE, SECOND)


def dates_in_parts(
    names: Sequence[str], columns: Sequence[Sequence[str]]
) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
    """Yield the places and roles of a date whose year, month and day are apart, with the clock or the hour and so on that follow."""
    found = list[tuple[int, str]]()
    for role in (YEAR, MONTH, DAY):
        place = _place_of(role, names, columns, [place for place, _ in found])
        if place is not None:
            found.append((place, role))
    roles = [role for _, role in found]
    if roles[:1] != [YEAR]:
        return
    day = _place_of(DAY_OF_YEAR, names, columns, [place for place, _ in found])
    if MONTH not in roles and day is not None:
        found = [found[0], (day, DAY_OF_YEAR)]
    elif roles == [YEAR, MONTH]:
        yield tuple(place for place, _ in found), tuple(roles)
        return
    elif roles != [YEAR, MONTH, DAY]:
        return
    last = max(place for place, _ in found)
    clock = next(
        (place for place in range(last + 1, min(len(names), last + 3)) if _holds(columns[place], clock_of)), None
    )
    short = next(
        (place for place in range(last + 1, min(len(names), last + 3)) if _is_short(names[place], columns[place])), None
    )
    if clock is not None:
        found.append((clock, ""))
    elif short is not None:
        found.append((short, SHORT))
    else:
        found += _clock_in_parts(names, columns, found)
    yield tuple(place for place, _ in found), tuple(role for _, role in found)


def _is_short(name: str, cells: Sequence[str]) -> bool:
    """Tell whether a column is called as one of hours and minutes in a row, and holds such."""
    return _SHORT_NAME.fullmatch(name.strip()) is not None and are_short(cells)


def are_short(cells: Sequence[str]) -> bool:
    """Tell whether cells are hours and minutes as one number each, from 0 to 2400, and more than mere hours."""
    try:
        return max([short_clock(cell) for cell in cells if cell.strip()], default=0.0) >= _ONE_HOUR
    except ValueError:
        return False


def half_place(time: TimeColumns, columns: Sequence[Sequence[str]]) -> int | None:
    """Return the column that says of each clock whether it is before or after noon; None where there is none."""
    return next(
        (
            place
            for place, cells in enumerate(columns)
            if place > max(time.places, default=-1)
            and any(cell.strip() for cell in cells)
            and all(cell.strip().lower() in _HALVES for cell in cells if cell.strip())
        ),
        None,
    )


def finer_parts(time: TimeColumns, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Yield the places and roles of columns that go on from a date: hour, minute, second, milliseconds, and its zone."""
    texts = [place for place, role in zip(time.places, time.roles or ("",) * len(time.places), strict=True) if not role]
    moments = [moment_of(" ".join(cells)) for cells in zip(*(columns[place] for place in texts), strict=False)]
    known = [moment for moment in moments if moment is not None] if texts else []
    if texts and not time.roles:
        if not any(moment.seconds for moment in known):
            period = list(_period_beside(time.places, names, columns))
            if period:
                yield from period
                return
            clock = _clock_in_parts(names, columns, [(place, "") for place in time.places])
            yield from clock or _hour_behind(time.places[-1], names, columns)
        elif all(moment.seconds == int(moment.seconds) for moment in known):
            place = _place_of(MILLISECOND, names, columns, time.places)
            fraction = next(
                (place for place, name in enumerate(names) if _PATTERNS[FRACTION].fullmatch(name.strip())), None
            )
            if place is not None:
                yield place, MILLISECOND
            elif fraction is not None and _holds(columns[fraction], _fraction):
                yield fraction, FRACTION
    if all(moment.offset is None for moment in known) and time.offset is None:
        place = next((place for place, name in enumerate(names) if _PATTERNS[ZONE].fullmatch(name.strip())), None)
        if place is not None and place not in time.places and _holds(columns[place], zone_of):
            yield place, ZONE


def _period_beside(
    dates: Sequence[int], names: Sequence[str], columns: Sequence[Sequence[str]]
) -> Iterator[tuple[int, str]]:
    """Yield the column that counts the parts of a day from 1: how long each is tells the last before the day changes."""
    for place, name in enumerate(names):
        if place in dates or not _PERIOD.fullmatch(name.strip()):
            continue
        counts = [number_in(cell.strip()) for cell in columns[place]]
        days = ["".join(cells) for cells in zip(*(columns[date] for date in dates), strict=False)]
        rows = list(zip(days, counts, strict=False))
        lasts = {last for (day, last), (later, first) in pairwise(rows) if day != later and first == 1}
        lasts |= (
            {_HALF_HOURS}
            if "settlement" in name.lower() and counts and max(n or 0 for n in counts) <= _HALF_HOURS + 2
            else set()
        )
        role = next((role for role, numbers in _LENGTHS.items() if lasts and lasts <= numbers), None)
        if role is not None and all(number is not None for number in counts):
            yield place, role
            return


def _hour_behind(date: int, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Yield the column behind a date if it has no name and is the hour: with it no date comes twice, which else do."""
    place = date + 1
    if place >= len(names) or names[place] != f"column {place + 1}" or not _holds(columns[place], _hour):
        return
    stamps = list(zip(columns[date], columns[place], strict=False))
    if len(set(stamps)) == len(stamps) > 2 * len({day for day, _ in stamps}):
        yield place, HOUR


def _hour(cell: str) -> int | None:
    return _in_range(cell, *_RANGES[HOUR])


def _clock_in_parts(
    names: Sequence[str], columns: Sequence[Sequence[str]], taken: Sequence[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Return the hour that follows a date, with the minute, second and milliseconds where they are there."""
    found = list[tuple[int, str]]()
    for role in (*_SMALL, MILLISECOND):
        place = _place_of(role, names, columns, [place for place, _ in (*taken, *found)])
        if place is None:
            break
        found.append((place, role))
    return found


def _place_of(role: str, names: Sequence[str], columns: Sequence[Sequence[str]], taken: Sequence[int]) -> int | None:
    least, most = _RANGES[role]
    return next(
        (
            place
            for place, name in enumerate(names)
            if place not in taken
            and _PATTERNS[role].fullmatch(name.strip())
            and _holds(columns[place], lambda cell: _in_range(cell, least, most))
        ),
        None,
    )


def _holds(cells: Sequence[str], read: Callable[[str], object]) -> bool:
    """Tell whether most cells of a column can be read as a part."""
    full = [cell.strip() for cell in cells if cell.strip()]
    few = [cell for cell in full[:_FEW] if read(cell) is not None]
    if 2 * len(few) < len(full[:_FEW]):  # most columns are of another kind
        return False
    return bool(full) and sum(read(cell) is not None for cell in full) >= _MOST * len(full)


def _fraction(cell: str) -> float | None:
    number = number_in(cell)
    return number if number is not None and 0 <= number < 1 else None


def _in_range(cell: str, least: int, most: int) -> int | None:
    number = number_in(cell)
    return int(number) if number is not None and number == int(number) and least <= number <= most else None
