"""What the words above a table say of its times: when the recording began, and how far apart its samples are. Knows no columns.

Instruments write `Log Date,15/03/2024` and `Log Time,14:30:00`, `Sample Interval,4e-10`, `Delta_X 0.000250`, `Sample Rate,20,Hz`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import NamedTuple

from mqtt_plot.parsers.date_forms import clock_of
from mqtt_plot.parsers.dates import Moment, find_moment
from mqtt_plot.recordings.csv_numbers import number_in
from mqtt_plot.recordings.csv_time import divisor_of
from mqtt_plot.recordings.csv_time_names import order_in, since_in

_OF_A_START = (
    r"(?:(?:log|recording|capture|session|measure(?:ment)?|acquisition|start(?:ing)?|trigger|test|mess|aufnahme|"
    r"aufzeichnungs)[ _-]*)?"
)
_DATE = re.compile(rf"(?i){_OF_A_START}(?:date|datum|fecha|data|date[ _]?(?:and|&|/)?[ _]?time)")
_TIME = re.compile(rf"(?i){_OF_A_START}(?:time|zeit|uhrzeit|hora|heure)")
_START = re.compile(
    r"(?i)(?:acquisition|recording|measurement|logging|log|test|capture)?[ _]?"
    r"(?:started|start|begun|begin|began|beginn)(?:[ _](?:at|on|time|date|datetime))?|"
    r"startzeit(?:punkt)?|messbeginn|beginn|timestamp|recorded(?:[ _](?:at|on))?"
)
_STEP = re.compile(
    r"(?i)sampl(?:e|ing)[ _]?time|(?:sampl(?:e|ing)|scan|log(?:ging)?|recording|measure(?:ment|ing)?)[ _]?(?:interval|period|step)|"
    r"(?:time[ _]?)?(?:interval|increment|step)|"
    r"delta[ _]?(?:x|t)?|[xt][ _]?inc(?:rement)?|[ht][ _]?resolution|dt|(?:abtast|mess)[ _-]?(?:intervall|zeit)|sampletime"
)
_RATE = re.compile(r"(?i)(?:sampl(?:e|ing)|scan)[ _]?(?:rate|frequency)|abtastrate|sample[ _]?clock|fs")
_UNIT = re.compile(r"\s*[\[(]([^\[\]()]{1,10})[\])]\s*$")
_NUMBER = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*([^\W\d_µμ]{0,7}|[µμ]s|[^\W\d_]{1,2}/s|\w{1,4}\.)")
_RATES = {"": 1.0, "hz": 1.0, "hertz": 1.0, "s/s": 1.0, "sa/s": 1.0, "khz": 1e3, "ks/s": 1e3, "mhz": 1e6, "ms/s": 1e6}
_LONG_FRACTION = re.compile(r"([.,]\d{9})\d+")
_SPACED_SLASH = re.compile(r"\s*/\s*")
_DIGITS = re.compile(r"\d+")
_GROUPS_OF_A_DATE = 3
_MISSING = re.compile(
    r"(?i)(?:.*\b(?:missing|no[ _-]?data|fill|invalid|fehl\w*|null|undefined)[ _-]?(?:values?|data|werte?)?\b[^\d+-]{0,40})([+-]?\d[\d.]*)\W*"
)
_LEAST_MISSING = 99.0
_LONGEST_STEP = 366 * 86_400.0  # from one sample to the next
_LONGEST_KEY, _LONGEST_VALUE = 40, 64
_MOST_KEYS = 64  # cells of a row


class Preamble(NamedTuple):
    """The seconds from one sample to the next, 0 where nothing says it; when t = 0 was (POSIX seconds), None where nothing certain does.

    `unread` is what stands there as a start and is of no certain meaning, "" for nothing.
    """

    step: float = 0.0
    step_key: str = ""
    start: float | None = None
    day: float | None = None  # midnight of a date without a time of day
    unread: str = ""
    start_key: str = ""


def find_preamble(rows: Sequence[Sequence[str]], zone: tzinfo, order: str = "") -> Preamble:
    """Return what rows of words say; `order` is that of dates where the user has said it. The last that is said counts."""
    step, key_of_step = 0.0, ""
    date: tuple[str, str, Moment] | None = None
    clock: float | None = None
    before: float | None = None
    unread = ""
    for key, value, unit in _pairs(rows):
        if 0 < (seconds := _step_of(key, value, unit)) < _LONGEST_STEP:
            step, key_of_step = seconds, key
        elif _DATE.fullmatch(key) or _START.fullmatch(key):
            moment = _moment(value)
            if moment is not None:
                date, clock, unread = (key, value, moment), before, ""
            elif date is None and (of_day := clock_of(value)) is not None:
                before = of_day  # the date follows
            elif len(_DIGITS.findall(value)) >= _GROUPS_OF_A_DATE:
                unread = value
        elif (
            date is not None
            and _TIME.fullmatch(key)
            and (of_day := clock_of(_LONG_FRACTION.sub(r"\1", value))) is not None
        ):
            clock = of_day
    if date is None:
        date = _lone_start(rows)
    found = Preamble(step, key_of_step, unread=unread)
    return found if date is None else _with_start(found, date, clock, zone, order)


def _lone_start(rows: Sequence[Sequence[str]]) -> tuple[str, str, Moment] | None:
    """Return the date that stands in a line of its own, as its own key: one with a time of day, else the last."""
    found = None
    for row in rows:
        full = [cell.strip() for cell in row if cell.strip()]
        moment = _moment(full[0]) if len(full) == 1 else None
        if moment is not None:
            found = full[0], full[0], moment
            if moment.seconds:
                break
    return found


def order_above(rows: Sequence[Sequence[str]]) -> str:
    """Return the order of dates that words above the table have as a form (`date format M/d/yyyy`), "" where there is none."""
    lines = (" ".join(row) for row in rows)
    return next((order for line in lines if "date" in line.lower() and (order := order_in(line))), "")


def find_since(name: str, rows: Sequence[Sequence[str]], zone: tzinfo) -> tuple[float, str] | None:
    """Return the POSIX seconds since which times count, as the name of their column or words above say, and these; None for neither."""
    for line in (name, *(" ".join(row) for row in rows)):
        moment = find_moment(since_in(line))
        if moment is not None:
            return moment.to_seconds(moment.orders[0], zone), line.lstrip("# ")[:_LONGEST_VALUE]
    return None


def find_missing(rows: Sequence[Sequence[str]]) -> dict[float, str]:
    """Return the numbers that stand for no value, with the words above the table that say so."""
    found = dict[float, str]()
    for row in rows:
        line = " ".join(cell.strip() for cell in row if cell.strip()).lstrip("#; ")[:_LONGEST_VALUE]
        said = _MISSING.fullmatch(line)
        number = number_in(said[1]) if said else None
        if number is not None and (number < 0 or number >= _LEAST_MISSING):
            found[number] = line
    return found


def _with_start(
    found: Preamble, date: tuple[str, str, Moment], clock: float | None, zone: tzinfo, order: str
) -> Preamble:
    """Return what was found, with the start that a date says, by its key and text, and the clock behind it."""
    key, text, moment = date
    instants = {
        moment.to_seconds(known, zone) for known in moment.orders if order in ("", known) or order not in moment.orders
    }
    if len(instants) > 1:
        return found._replace(unread=text)
    day = instants.pop()
    if clock is not None and not moment.seconds:
        start = moment._replace(seconds=clock).to_seconds(_order(moment, order), zone)
        return found._replace(start=start, unread="", start_key=key)
    is_whole = bool(moment.seconds)
    return found._replace(start=day if is_whole else None, day=None if is_whole else day, unread="", start_key=key)


def _order(moment: Moment, order: str) -> str:
    return order if order in moment.orders else moment.orders[0]


def _moment(text: str) -> Moment | None:
    return find_moment(_LONG_FRACTION.sub(r"\1", _SPACED_SLASH.sub("/", text)))


def _pairs(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each key with its value and what stands behind that: `key,value,unit` or `key: value` in a cell."""
    for row in rows:
        cells = [cell.strip().lstrip("#;").strip() for cell in row[:_MOST_KEYS]]
        for place, cell in enumerate(cells):
            key, mark, value = cell.partition(":")
            if not mark and "=" in cell:
                key, mark, value = cell.partition("=")
            if mark and value.strip():
                value = ",".join([value, *cells[place + 1 :]]).strip(" ,") if len(cells) - place <= 2 else value.strip()  # noqa: PLR2004
                yield key.strip()[:_LONGEST_KEY], value[:_LONGEST_VALUE], ""
            else:
                behind = [other for other in cells[place + 1 :] if other][:2]
                if behind:
                    yield cell.rstrip(" :=")[:_LONGEST_KEY], behind[0][:_LONGEST_VALUE], (*behind, "")[1]


def _step_of(key: str, value: str, unit: str) -> float:
    """Return the seconds between samples that a key with its value says, 0 for any other."""
    named = _UNIT.search(key)
    key = key[: named.start()] if named else key
    is_rate = _RATE.fullmatch(key) is not None
    if not is_rate and not _STEP.fullmatch(key):
        return 0.0
    if not is_rate and (seconds := clock_of(value)) is not None:
        return seconds
    parts = _NUMBER.fullmatch(value)
    number = number_in(parts[1].replace(",", ".")) if parts else None
    if parts is None or number is None or number <= 0:
        return 0.0
    text = (parts[2] or (named[1] if named else "") or unit).strip(" .").lower()
    if is_rate:
        scale = _RATES.get(text) if parts[2] or named or text in _RATES else 1.0
        return 1 / (number * scale) if scale else 0.0
    divisor = divisor_of(text)
    return number / divisor if divisor else number if not parts[2] and not named else 0.0
