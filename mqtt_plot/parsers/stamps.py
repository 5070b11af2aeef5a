"""The time stamp of an object, under whichever name devices give it. Knows nothing of what else is in the object.

Counters, ids and durations are no times: a number counts as one only under a name of the table, and where it is between 1980 and 2100.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers import dates
from mqtt_plot.parsers.clock_beside import clock_in_doubt, with_clock
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.remembered import plain_name, remembered, remembered_of_keys
from mqtt_plot.parsers.timestamps import JULIAN_EPOCH, cost, from_excel_days, quick_seconds, to_seconds
from mqtt_plot.parsers.values import is_number, words
from mqtt_plot.parsers.zone_beside import zone_beside
from mqtt_plot.samples import EARLIEST, LATEST

# Written in lower case, without _ - and blanks. The surer name first: when it was measured, then "the time", then when somebody passed it on.
_MEASURED = (
    "fixtime fixtimestamp gpstime gpstimestamp gnsstime "
    "sourcetimestamp sourcetime measuredat measurementtime measuretime sampletime sampledat eventtime eventtimestamp acquiredat "
    "acquisitiontime observedat phenomenontime recordedat devicetime devicetimestamp timeofmeasurement obstime "
    "readingtime readat capturetime capturedat timeinstant userts eventts sensorts devicets sourcets"
)
_PLAIN = (
    "ts timestamp time datetime tst tstamp timestampms timestampus timestampns timems timeus timens timestampmillis timestampmilliseconds "
    "timestamputc timeutc utctime utc utcdatetime isotime isotimestamp unixtime unixtimestamp unix epoch epochtime epochms posixtime stamp "
    "msgts messagetime msgtime zeit zeitstempel uhrzeit datumzeit horodatage fechahora fecha date datum dt t timeinseconds timestampseconds "
    "lastseen updatetimestamp reporttime logtime dateandtime datetimeutc utcfromtimestamp currenttime localtime origin "
    "dateutc datelocal isodate timestampiso tsiso datetimeiso tus tms tns addtime collecttime collectiontime gathertime acquiretime systime "
    "tsms tsus tsns clock rtctime devtime datatime tm secs seconds sec now year dat tim $logotime"
)
_PASSED_ON = (
    "servertimestamp servertime receivedat receivetime receivedtime publishedat publishtime enqueuedtimeutc enqueuedtime createdat created "
    "recvts rxts gatewayts serverts recvtime rxtime uploadtime sendtime senttime pubtime gatewaytime "
    "seen added firstseen seenat addedat when "
    "updatedat updated lastupdate lastupdated lastchanged lastupdatetime gwtime nstime timereceived insertedat lc reportedat at "
    # Of what lasts, from first to last: where both are told, the begin.
    "startdate starttime startts starttimestamp start begin begintime fromdate fromtime from intervalstart periodstart "
    "enddate endtime endts endtimestamp end todate totime to intervalend periodend"
)
_RANKS = {name: rank for rank, name in enumerate(f"{_MEASURED} {_PLAIN} {_PASSED_ON}".split())}
# These may also name something else (a temperature, a duration, a flag): what is no time of this world under them is a value.
_AMBIGUOUS = frozenset(
    words(
        "t tus tms tns time dt date datum fecha origin epoch unix utc stamp created updated lc lastupdate lastseen localtime zeit seen added "
        "at clock when tm secs seconds sec now year dat tim "
        "startdate starttime startts starttimestamp start begin begintime fromdate fromtime from intervalstart periodstart "
        "enddate endtime endts endtimestamp end todate totime to intervalend periodend"
    )
)
_PARTNERS = {
    "startdate": "enddate", "starttime": "endtime", "startts": "endts", "starttimestamp": "endtimestamp", "start": "end", "begin": "end",
    "begintime": "endtime", "fromdate": "todate", "fromtime": "totime", "from": "to", "intervalstart": "intervalend",
    "periodstart": "periodend", "enddate": "startdate", "endtime": "starttime", "endts": "startts", "endtimestamp": "starttimestamp",
    "end": "start", "todate": "fromdate", "totime": "fromtime", "to": "from", "intervalend": "intervalstart", "periodend": "periodstart",
}  # fmt: skip
_OF_UTC = re.compile(r"(?i)utc|gmt|zulu")
_FEWEST_PARTS = 4  # of a calendar in a row: with the hour
_CALENDAR = ("year", "month", "day", "hour", "minute", "second")
_PARTS_OF_CALENDAR = {name: name for name in _CALENDAR} | {
    "date": "day", "mday": "day", "mon": "month", "min": "minute", "sec": "second", "hours": "hour", "minutes": "minute", "seconds": "second",
}  # fmt: skip
_OF_DATABASES = frozenset(["_ts"])  # when a record was stored
# Names of days that count from other beginnings.
_DAY_COUNTS = {"excel": from_excel_days, "oadate": from_excel_days, "serialdate": from_excel_days}
_JULIAN = frozenset({"julian", "julianday", "juliandate", "jd", "juliantime"})
# A date, a time of day alone, or what a program writes that counts from its start: @1.25s.
_DATE_LIKE = re.compile(r"\s*(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d{2}|@\d)")
# Whatever has been done with a value, and when: updatedate, created_time, lastModifiedOn.
_DONE = re.compile(
    r"(?:last)?(?:updated?|created?|modified|changed?|received?|recorded|measured?|sampled?|sent|published?|inserted|logged|captured?"
    r"|collected|acquired|observed|reported|stored|polled|read)(?:at|on|time|date|datetime|ts|timestamp)"
)
# What tells of the form or the zone of a time, behind its name: Time_Stamp_UTC_ms.
_FORM = re.compile(r"(?:utc|local|iso|epoch|unix|millis|ms|us|ns|ts)+$")
_BARE = ("time", "timestamp", "date", "ts", "updated", "changed", "seen", "received", "created", "published", "at")
_LONG_NAMES = ("messagetimestamp", "measurementtimestamp", "readingtimestamp", "sampletimestamp", "datatimestamp")
# A time of anything that is done with a value or passes it on, its words in any order: dateObserved, observationDateTime, msgTimestampUnix.
# No word begins another, so that a name is looked through once.
_MEASURING = re.compile("observ|measur|sampl|record|reading|captur|acqui|fix|gps|gnss")
_PASSING = re.compile("enqueue|receiv|rx|publish|sent|server|gateway|gw|updat|creat|insert|modif|report|iothub")
_COMPOSED = re.compile(
    r"(?:observ(?:ation|ed)|measur(?:ement|ed|ing)|sampl(?:e|ed|ing)|record(?:ed|ing)?|reading|captur(?:e|ed)|acqui(?:red|sition)|fix|gps|gnss|event"
    r"|log(?:ged|ger)?|message|msg|data|device|dev|sensor|server|gateway|gw|source|packet|telemetry|stat(?:us|e)|report(?:ed)?|pub(?:lish(?:ed)?)?|sent"
    r"|receiv(?:e|ed)|rx|uplink|updated?|modified|changed|inserted|enqueued|iothub|created?|creation|current|now|last|at|on|of"
    r"|(?P<noun>date|time|stamp|ts|epoch)"
    r"|utc|gmt|local|iso(?:8601)?|unix|epoch|posix|secs?|seconds|(?:milli|micro|nano)(?:s(?:econds)?)?|ms|us|ns|string|str|text)+s?"
)
_SECONDS = ("timeinseconds", "seconds", "sec", "secs")
_NANOSECONDS = ("offsetinnanos", "nanos", "nanoseconds", "nsec", "nsecs", "nanosec")
# Under these stands what a time is, with its type beside or as its name: NGSI, JSON-LD, a document of MongoDB.
_PLAINEST = frozenset({"ts", "timestamp", "time", "datetime", "tst", "tstamp"})
_FEWEST_DIGITS = 8  # of a time as a number in quotes
_SINCE, _YEAR = 1_262_304_000.0, 366 * 86_400.0  # 2010
# Words, with or without a capital, that say that something is a time; `time` alone may be how long something took.
_TIME_WORD = re.compile(
    r"(?:^|_)(?:last|next|prev|since|until|start(?:ed)?|stop|end|boot|seen|expir\w*|valid)(?:[_A-Z]|$)|(?:At|On|Date|Seen|Since|Until|Time|Timestamp|Ts)$"
    r"|_(?:at|on|ts|date|time|timestamp|since|until|boot|seen)$|^(?:date|time|timestamp|from|to)"
)
_OF_FIELD = re.compile(r"(.+?)(?:[_ -](?:ts|time|timestamp|updated|at)|Timestamp|Ts|TS|Time|UpdatedAt)")
_ANYTHING = frozenset(
    words("result value data reading status state event message last update sample measurement")
)  # no names of fields
_NOW = 300.0  # seconds between a time and its arrival that need no explanation
# Date and time of day as digits in a row; as a number since 1970 they would say 1976 or earlier.
_ROW = re.compile(r"(?:19|20)\d{10}(?:\d\d)?", re.ASCII)
# A zone at the end of a time: Z, an offset behind a time of day, a word of three or four letters, also before a year (date(1)).
_ZONED = re.compile(
    r"^(?:UTC|GMT)\W|Date\(|(?:\d[zZ]|:\d\d(?:[.,]\d+)?\s?\(?(?:UTC|GMT)?\s?[+-]\d\d[\d:]*\)?|[A-Z]{3,4}(?: \d{4})?\)?)(?:\[[\w/]+\])?\s*$",
    re.ASCII,
)
_INNER = ("value", "@value", "$date", "$numberLong")


@remembered
def rank(key: str) -> int | None:
    """Return how sure it is that a key names a time, 0 for the surest; None for any other key."""
    name = plain_name(key)
    known = _known_rank(name)
    if known is None and "." in key:
        known = _known_rank(plain_name(key.rpartition(".")[2]))
    elif key in _OF_DATABASES:
        return len(_RANKS) - 1
    if known is not None or (composed := _COMPOSED.fullmatch(name)) is None or not composed["noun"]:
        return known
    return _RANKS["tm" if _MEASURING.search(name) and not _PASSING.search(name) else "at"]


def _known_rank(name: str) -> int | None:
    if name in _RANKS:
        return _RANKS[name]
    if name.endswith(_LONG_NAMES):
        return _RANKS["timestamp"]
    bare = _FORM.sub("", name)
    if bare != name and bare.endswith(_BARE) and bare in _RANKS:
        return _RANKS[bare]
    if _DONE.fullmatch(name):
        return _RANKS["updatedat"]
    return len(_RANKS) if name in _JULIAN or name.removesuffix("time").removesuffix("days") in _DAY_COUNTS else None


@remembered
def is_moment(key: str) -> bool:
    """Tell whether a key names a time that counts from 1970, or is written out."""
    place = rank(key)
    return place is not None and place < len(_RANKS)


def has_stamp(item: Mapping[str, object]) -> bool:
    """Tell whether any key of an object names a time; a small number under a name such as `t` is a value."""
    ranked = _ranked(item)
    return bool(ranked) and any(
        not _is_ambiguous(key) or (_may_be_time(item[key]) and not _is_begin_alone(key, item)) for _, key in ranked
    )


@remembered_of_keys
def _ranked(keys: tuple[str, ...]) -> list[tuple[int, str]]:
    """Return the keys that may name a time, each behind its rank; the surest first."""
    return sorted((place, key) for key in keys if (place := rank(key)) is not None)


@remembered
def _is_ambiguous(key: str) -> bool:
    """Tell whether a key that may name a time may also name something else: sampleDateTs may be what a number of seconds is called."""
    name = plain_name(key)
    return name in _AMBIGUOUS or _known_rank(name) is None


def _may_be_time(raw: object) -> bool:
    if isinstance(raw, str):
        return not is_number(raw) or len(raw) >= _FEWEST_DIGITS
    return isinstance(raw, dict | list) or (isinstance(raw, int | float) and raw >= EARLIEST)


def is_time_told(key: str, number: object, context: Context) -> bool:
    """Tell whether a number is a time of the last years, and its key says that it is one, though not of which value: lastComm."""
    if not _tells_time(key):
        return False
    try:
        seconds = to_seconds(number, context.rules.zone)
    except PayloadError:
        return False
    return _SINCE <= seconds <= (context.now or LATEST) + _YEAR


@remembered
def _tells_time(key: str) -> bool:
    return _TIME_WORD.search(key) is not None


def has_plain_stamp(item: Mapping[str, object]) -> bool:
    """Tell whether a part that says whose a message is says when as well: a time of no other thing, such as when the device was seen."""
    return any(plain_name(key) in _PLAINEST for key in item)


def find_stamp(item: Mapping[str, object], context: Context) -> tuple[tuple[str, ...], float | None]:
    """Return the keys of `item` that are times, and POSIX seconds of the surest; no keys where there is none.

    A stamp that cannot be read, or is no time of this world, costs no value: it is noted, and the time of arrival (None) counts.
    """
    ranked = [key for _, key in _ranked(item) if item[key] is not None and not _is_begin_alone(key, item)]
    if not ranked:
        return (), None
    if len(ranked) == 1 and is_moment(key := ranked[0]):  # as in most messages, and mostly in seconds
        quick = quick_seconds(item[key], UTC if _is_utc(key) else context.rules.zone)
        if quick is not None and not _has_fraction(key) and (type(item[key]) is not str or zone_beside(item) is None):
            _doubt(key, item, quick, context)
            return (key,), quick
    taken: list[str] = []
    unread: tuple[str, str] | None = None
    seconds: float | None = None
    for key in ranked:
        found, why = _read(key, item, context)
        if found is not None and EARLIEST <= found <= LATEST:
            taken.append(key)
            taken += with_clock(key, item[key], item)[1]
            if seconds is None:
                seconds = found + _fraction_beside(key, item, taken)
                _doubt(key, item, found, context)
                if other := clock_in_doubt(key, item):
                    context.note(
                        f"{other!r:.40} may be the time of day of {key!r:.40}, and is not used: send it as hh:mm:ss"
                    )
        elif not _is_ambiguous(key) or _is_written_out(item[key], is_read=found is not None):
            taken.append(key)
            unread = unread or (key, why)
    if seconds is None and unread is not None:
        _note(*unread, item[unread[0]], context)
    return tuple(taken), seconds


def stamps_of_fields(item: Mapping[str, object], context: Context) -> dict[str, tuple[str, float]]:
    """Return the keys and times of fields that stand beside them under their names (`{"gas": 8952.4, "gas_ts": …}`)."""
    found = dict[str, tuple[str, float]]()
    for key in item:
        name = stamped_field(key)
        if name and name in item and rank(key) is None:
            seconds, _ = _read(key, item, context)
            if seconds is not None and _SINCE <= seconds <= LATEST:
                found[name] = key, seconds
    return found


@remembered
def stamped_field(key: str) -> str:
    """Return the name of the field that a key may be the time of, "" for most keys."""
    found = _OF_FIELD.fullmatch(key)
    return found[1] if found and found[1].lower() not in _ANYTHING else ""


def _is_begin_alone(key: str, item: Mapping[str, object]) -> bool:
    """Tell whether a key is the begin or the end of something, and the other is missing: it then dates nothing but itself."""
    partner = _PARTNERS.get(plain_name(key))
    return partner is not None and not any(
        plain_name(other) == partner and _may_be_time(raw) for other, raw in item.items()
    )


@remembered
def _has_fraction(key: str) -> bool:
    """Tell whether the nanoseconds of a time may stand beside it, under another key."""
    return plain_name(key) in _SECONDS


def _fraction_beside(key: str, item: Mapping[str, object], taken: list[str]) -> float:
    """Return the seconds that nanoseconds beside whole seconds are; their key is `taken` as well, and so are those of a calendar."""
    if key.lower() == "year":
        taken += [other for other in item if other.lower() in _PARTS_OF_CALENDAR and other != key]
    for other, raw in item.items() if _has_fraction(key) else ():
        if type(raw) is int and 0 <= raw < 1e9 and plain_name(other) in _NANOSECONDS:  # noqa: PLR2004 - a second
            taken.append(other)
            return raw / 1e9
    return 0.0


def _doubt(key: str, item: Mapping[str, object], seconds: float, context: Context) -> None:
    """Note what is not sure about a time that is taken."""
    if plain_name(key) in _PARTNERS:
        context.note(f"{key!r:.40} taken as the time, which is the begin of what has an end as well")
    if _needs_zone(_opened(item[key]), seconds, context) and not _is_utc(key) and zone_beside(item) is None:
        context.note(f"{key!r:.40} names no zone and is not now: UTC is taken; --time-zone says which zone it is")


@remembered
def _is_utc(key: str) -> bool:
    """Tell whether a key says that its times are those of UTC, whatever the zone of all others is: dateutc, utc_time."""
    return _OF_UTC.search(key) is not None


def _needs_zone(stamp: object, seconds: float, context: Context) -> bool:
    """Tell whether a time of no zone is not now: it may be hours away from what was meant. One that is now shows that the zone is right."""
    if context.rules.zone is not UTC or not context.now or abs(seconds - context.now) <= _NOW:
        return False
    if isinstance(stamp, list):
        return True
    if is_number(text := str(stamp)):
        return _ROW.fullmatch(text) is not None
    return type(stamp) is str and not _ZONED.search(stamp)


def _is_written_out(stamp: object, *, is_read: bool) -> bool:
    """Tell whether a stamp was meant for a time: a text that was read as one, or begins like one."""
    return isinstance(stamp, str) and not is_number(stamp) and (is_read or _DATE_LIKE.match(stamp) is not None)


def _note(key: str, why: str, stamp: object, context: Context) -> None:
    if stamp == "":
        return  # a device without a clock says so
    context.note(
        f"time of arrival used: {why}"
        if why
        else f"time of arrival used: {key!r:.40} is {shown(stamp)}, outside 1980 to 2100; is the device's clock set?"
    )


def _read(key: str, item: Mapping[str, object], context: Context) -> tuple[float | None, str]:
    """Return the seconds under `key`, None with the reason where there are none."""
    stamp = item[key]
    rules = context.rules
    if isinstance(stamp, dict):
        inner = _opened(stamp)
        if inner is not stamp and isinstance(inner, str | int | float | dict):
            return _read(key, {**item, key: inner}, context)
        parts = find_stamp(stamp, context)[1] if has_stamp(stamp) else _parts(stamp)
        return parts, "" if parts is not None else f"expected a time in {key!r:.40}, got {shown(stamp)}"
    if isinstance(stamp, bool | list):
        counted = _of_list(stamp, rules.zone) if isinstance(stamp, list) else None
        return counted, "" if counted is not None else f"expected a time in {key!r:.40}, got {shown(stamp)}"
    zone = rules.zone
    if isinstance(stamp, str):
        context.spend(cost(stamp))
        zone = UTC if _is_utc(key) else zone_beside(item) or zone
        stamp, _ = with_clock(key, stamp, item)
    else:
        counted = _of_calendar(item, zone) if key.lower() == "year" else _days(key, stamp)
        if counted is not None:
            return counted, ""
    try:
        return to_seconds(stamp, zone, rules.date_order), ""
    except PayloadError as error:
        return None, str(error)


def _opened(stamp: object) -> object:
    """Return what stands in an object of its own, as values do: {"value": "2024-01-02"}."""
    return next((stamp[name] for name in _INNER if name in stamp), stamp) if isinstance(stamp, dict) else stamp


def _of_list(parts: Sequence[object], zone: tzinfo) -> float | None:
    """Return the time that year, month, day, hour, minute, second and nanosecond say in a row, as Java's LocalDateTime is sent."""
    numbers = [part for part in parts if type(part) is int]
    if not _FEWEST_PARTS <= len(parts) == len(numbers) <= len(_CALENDAR) + 1 or not 1980 <= numbers[0] <= 2100:  # noqa: PLR2004 - EARLIEST to LATEST
        return None
    nanoseconds = numbers[len(_CALENDAR)] if len(numbers) > len(_CALENDAR) else 0
    named: dict[str, object] = dict(zip(_CALENDAR, numbers, strict=False))
    seconds = _of_calendar(named, zone)
    return None if seconds is None else seconds + nanoseconds / 1e9


def _of_calendar(item: Mapping[str, object], zone: tzinfo) -> float | None:
    """Return the time that an object tells in parts, None where year, month, day and hour are not all there."""
    parts = {
        _PARTS_OF_CALENDAR[key.lower()]: raw
        for key, raw in item.items()
        if key.lower() in _PARTS_OF_CALENDAR and isinstance(raw, int)
    }
    if not parts.keys() >= set(_CALENDAR[:4]):
        return None
    parts["year"] = dates.full_year(f"{parts['year']:02}")
    numbers = [parts.get(name, 0) for name in _CALENDAR]
    try:
        return datetime(*numbers, tzinfo=zone).timestamp()  # type: ignore[misc, arg-type]  # six of them
    except (ValueError, OverflowError):
        return None


def _days(key: str, stamp: object) -> float | None:
    """Return the time of days that count from another beginning, where the key says so."""
    if not isinstance(stamp, int | float) or not abs(stamp) < 1e8:  # noqa: PLR2004 - beyond all calendars
        return None
    name = plain_name(key)
    if name in _JULIAN:
        return (stamp - JULIAN_EPOCH) * dates.DAY_SECONDS
    convert = _DAY_COUNTS.get(name.removesuffix("time").removesuffix("days"))
    return (
        convert(stamp) if convert is not None and EARLIEST <= (stamp - 25_569) * dates.DAY_SECONDS <= LATEST else None
    )


def _parts(stamp: Mapping[str, object]) -> float | None:
    """Return the time of seconds and nanoseconds apart, as AWS and protocol buffers have them."""
    whole = fraction = None
    for key, value in stamp.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            if plain_name(key) in _SECONDS:
                whole = value
            elif plain_name(key) in _NANOSECONDS:
                fraction = value
    if whole is None or not abs(whole) < LATEST or not abs(fraction or 0) < 1e9:  # noqa: PLR2004 - a second
        return None
    return whole + (fraction or 0) / 1e9
