"""What the name of a column says of a time in it: that it is one, its unit, and its zone. Knows no cells."""

import re

from mqtt_plot.parsers.dates import ORDERS, offset_of
from mqtt_plot.recordings.csv_time import divisor_of

_TIME_NAMES = re.compile(
    r"(?i)(?!t(?:min|h)$)[_#]*(time|timestamp|time[ _-]?stamp|tmstamp|ts|date|datetime|date[ _/-]?time|date[ _]and[ _]time|"
    r"zeit|zeitstempel|zeitpunkt|datum|uhrzeit|datum[ /_-]*(uhr)?zeit|heure|fecha|hora|horodatage|"
    r"tempo|temps|tiempo|czas|čas|idő|saat|zaman|vrijeme|vreme|время|дата|aika|aeg|laikas|laiks|ώρα|χρόνος|waktu|thời gian|"
    r"時刻|日時|時間|时间|日期|시간|일시|tid|tijd|dato|datum[ ]?tid|"
    r"time[ _]?string|unix[ _]?time(stamp)?|epoch|t|x[ _-]?(value|axis)|elapsed([ _-]?time)?|(abs|rel)[ _]?time|"
    r"start[ _]time|sample[ _]?time|minutes|hours|"
    r"[mun]?secs?|seconds?|millis(econds?)?|micros(econds?)?|created[ _]?at|last[ _]changed|received[ _]?at|"
    r"(?:ms|millis|secs?|seconds)[ _](?:today|elapsed|since[ _]\w+)|date[ _]?utc|"
    r"time[ _]?in[ _]?(?:milli|micro|nano)?(?:s|sec|seconds|ms|minutes|hours)|"
    r"time[ _]utc|utc|in(?= [mnuµ]?s$))"
    r"( *[,\[(/].*| - .*|[_ -]*(s|sec|ms|us|µs|ns|min|h|utc|local))?"
)
_SHORTEST_IN_A_GROUP = 4
_TIME_OF_SOMETHING = re.compile(r"(?i)[a-z]{1,12}[ _-]?(?:time|zeit)\b")  # of a test or a run, with its unit behind it
_DATE_FORM = re.compile(r"(?i)(?<![a-z])(d{1,2}|m{1,2}|y{2,4})[/.:-](d{1,2}|m{1,2})[/.:-](d{1,2}|y{2,4})(?![a-z])")
_DATE_IN_DIGITS = re.compile(r"(?i)(?<![a-z])(dd|mm|yy(?:yy)?)(dd|mm)(dd|yy(?:yy)?)(?![a-z])")  # YYMMDD
_CLOCK_NAME = re.compile(
    r"(?i)time|zeit|uhr|\bat\b|heure|hora\b|\bora\b|hour|stunde|clock|utc|gmt|\bh+\b|h+[: ]?m+(?:[: ]?s+)?\b|hr|tijd|klo|tid\b|godz|"
    r"время|час|时|時|시"
)
_OTHER_CLOCK = re.compile(
    r"(?i)\b(?:of|\w*max|\w*min|sun\w*|duration|dauer|lauf\w*|run\w*|dur|elapsed|hours of"
    r"|sonne\w*|aufgang|untergang|lever|coucher|alba|tramonto|amanecer|ocaso|durée|duración|durata|duur|czas trwania|sleep|schlaf|bed\w*)\b"
)
_QUANTITY = re.compile(
    r"(?i)byte|count|total|packet|energy|wh\b|serial|number|\bid\b|volume|index|pulse|impuls|zähl|octets|size|freq|hz\b|\bno\b|nr\b|seq"
)
# Seconds since 2024-01-13 10:00:00, as in files of climate models.
_SINCE = re.compile(
    r"(?i)(?:\b(ms|s|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?)\s+)?since\s+(\d{4}-\d\d-\d\d(?:[T ][\d:.]+)?Z?)"
)
_ENDS = re.compile(
    r"(?i)_?(stop|end|finish(ed)?|created|updated|expires|last[ _]?(?:seen|updated?|contact)|received|to|until)([ _]?(time|at|date))?"
    r"|((zeit|datum|cas|čas)[ _])?(bis|tot|do|hasta)( *\(.*\))?"
)
_BEGINS = re.compile(
    r"(?i)_?(start|begin|from)([ _]?(time|at|date))?|((zeit|datum|cas|čas)[ _])?(von|van|od|desde)( *\(.*\))?"
)
_DATED = re.compile(r"(?i)date|datum|fecha|일자|날짜")
_UNIT_IN_NAME = re.compile(
    r"[\[(,/ _-]+(ns|[uµμ]s|ms|(?:milli|micro|nano)seconds?|s|secs?|seconds?|min|minutes?|h|hrs?|hours?|d|days?)[\])]?\s*$",
    re.IGNORECASE,
)
# The zone in a name, such as `Date Time, GMT+01:00` (HOBO), `time_utc`, `Date-Time (EST)`, and with the bias to UTC in minutes that of
# Windows' performance monitor.
_ZONE_IN_NAME = re.compile(
    r"(?i:(?<!/)(?:\b|_)(?:GMT|UTC)|(?<=[a-z])(?:UTC|GMT|Utc|Gmt)(?![a-z]))\s?(?:([+-])(\d{1,2})(?::?(\d{2}))?)?(?![^\W_])"
)
_ZONE_LETTERS = re.compile(r"\(([A-Z]{1,4}T(?:/[A-Z]{1,4}T)?)\)|(?:^|\s)([A-Z]{1,3}[SD]T)$")
_BIAS = re.compile(r"\(PDH-CSV [\d.]+\).*\((-?\d{1,4})\)")
# What columns are called that are their unit, and how many of it are a second.
_WHOLE_NAMES = (
    (re.compile(r"(?i)(?:ms|msecs?|millis|milliseconds?)(?:[ _](?:today|elapsed|since[ _]\w+))?"), 1e3),
    (re.compile(r"(?i)[uµμ]s|usecs?|micros|microseconds?"), 1e6),
    (re.compile(r"(?i)time[ _]?in[ _]?(?:ms|milliseconds)"), 1e3),
    (re.compile(r"(?i)time[ _]?in[ _]?(?:s|sec|seconds)"), 1.0),
    (re.compile(r"(?i)minutes"), 1 / 60),
    (re.compile(r"(?i)hours"), 1 / 3600),
    (re.compile(r"(?i)ns|nsecs?|nanos|nanoseconds?"), 1e9),
    (re.compile(r"(?i)s|secs?|seconds?"), 1.0),
)


def is_time_name(name: str, unit: str) -> bool:
    """Tell whether a column is called as a time is, in several languages, or as the time of something with its unit."""
    text = name.strip()
    last = text.rpartition("/")[2].strip()
    if len(last) >= _SHORTEST_IN_A_GROUP:  # Group A/TIME, but not kg/t
        text = last
    if _TIME_NAMES.fullmatch(text) is not None or _SINCE.search(text) is not None:
        return True
    if _DATE_IN_DIGITS.fullmatch(text) is not None and order_in(text):
        return True
    return _TIME_OF_SOMETHING.match(text) is not None and unit_of_time(name, unit) is not None


def is_clock_name(name: str) -> bool:
    """Tell whether a column has no name or is called as a time of day, so may go on from a date beside it; not as a sunrise or a duration."""
    return not name or (_CLOCK_NAME.search(name) is not None and _OTHER_CLOCK.search(name) is None)


def is_another_clock(name: str) -> bool:
    """Tell whether a column is called as a clock that is not that of its row: of a sunrise, a duration."""
    return _OTHER_CLOCK.search(name) is not None


def names_a_time(name: str) -> bool:
    """Tell whether a word for a date or a time of day stands anywhere in a name: `MESS_DATUM`, `Date&Time`."""
    return _DATED.search(name) is not None or (
        _CLOCK_NAME.search(name) is not None and _OTHER_CLOCK.search(name) is None
    )


def is_quantity_name(name: str) -> bool:
    """Tell whether a column is called as something that is counted, so that large numbers in it are hardly times."""
    return _QUANTITY.search(name) is not None


def order_in(name: str) -> str:
    """Return the order of dates that a column's name or unit has (`Date (MM/DD/YYYY)`), "" where it has none."""
    found = _DATE_FORM.search(name) or _DATE_IN_DIGITS.search(name)
    order = "".join(part[0].lower() for part in found.groups()) if found else ""
    return order if order in ORDERS else ""


def since_in(name: str) -> str:
    """Return the date since which a text says that times count (`seconds since 2024-01-13 10:00:00`), "" where it says none."""
    found = _SINCE.search(name)
    return found[2].strip() if found else ""


def is_end(name: str) -> bool:
    """Tell whether a column is called as the end or the making of something, so is hardly the time of a row."""
    return _ENDS.fullmatch(name.strip()) is not None


def is_begin(name: str) -> bool:
    """Tell whether a column is called as the begin of something, so is the time of a row where nothing else is."""
    return _BEGINS.fullmatch(name.strip()) is not None


def zone_letters(name: str) -> str:
    """Return the letters of a zone in a name, in brackets or as a word of their own at its end; "" for none."""
    found = _ZONE_LETTERS.search(name)
    return (found[1] or found[2]) if found else ""


def offset_in(name: str) -> float | None:
    """Return the seconds that the zone in a column's name is ahead of UTC, None where it names none."""
    if (bias := _BIAS.fullmatch(name.strip())) is not None:
        return -60.0 * int(bias[1])
    found = _ZONE_IN_NAME.search(name)
    if found is None:
        offsets = {offset_of(letters) for letters in zone_letters(name).split("/")}
        return offsets.pop() if len(offsets) == 1 else None  # MET/CET is one, CET/CEST are two
    seconds = int(found[2] or 0) * 3600.0 + int(found[3] or 0) * 60.0
    return -seconds if found[1] == "-" else seconds


def unit_of_time(name: str, unit: str) -> float | None:
    """Return how many of a column's unit of time are a second, from its name or its unit; None where neither says one."""
    whole = next((divisor for pattern, divisor in _WHOLE_NAMES if pattern.fullmatch(name.strip())), None)
    if whole is not None:
        return whole
    since = _SINCE.search(name)
    if since is not None and since[1]:
        return divisor_of(since[1])
    found = _UNIT_IN_NAME.search(name)
    return divisor_of(unit) if unit and divisor_of(unit) else divisor_of(found[1]) if found else None
