"""How good a value is, as records and whole objects say it: qualities, status codes and validities. Refuses to say what the value is."""

import re
from collections.abc import Mapping

from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.remembered import plain_name, remembered_of_keys
from mqtt_plot.parsers.values import words

QUALITIES = frozenset(
    words("q quality qc qualitycode statuscode status validity good valid isvalid isgood success succeeded")
)
# Those that hold for all that is in an object, where it is no record; `quality` may also be that of the air.
VALIDITIES = frozenset(words("valid isvalid datavalid quality dataquality statuscode"))
# OPC UA (part 4, 7.39): the highest bit of a status; OPC DA (3.0, 6.8): 0 is bad, 192 is good.
_UA_BAD = 0x8000_0000
# Siemens' databus: 0 bad, 1 uncertain, 2 and 3 good.
_QC_GOOD = 2
_CODES = frozenset(["code", "value", "name", "symbol"])  # of a status that is an object
# Numbers under these are good or bad by which system sends them: 0 is bad in OPC DA, and good where they are codes of an error.
_NUMBERED_QUALITIES = frozenset(["q", "quality"])
DOUBT = ", which is bad in OPC DA and may be good elsewhere: the value is kept"
OPC_DA_QUALITIES = range(64, 256)  # uncertain or good, with any of the lower bits
_OPC_DA_STEP, _OPC_DA_LAST_BAD = 4, 28  # its reasons, from 4 (configuration) to 28 (out of service)
_MOST_SEEN = 1_000
_LEAST = -32_768
# Under these stands what a value is that is none.
_MARKS, _MOST_MARKS = frozenset(words("invalid nodata fillvalue missingvalue errorvalue nullvalue invalidvalue")), 8


_OF_FIELD = re.compile(
    r"(.+?)(?:[_. -]+(?i:is_?)?(?i:quality|valid|validity|good|unavailable|invalid)|(?:Is)?(?:Quality|Valid|Validity|Good|Unavailable|Invalid))"
)
_NEGATIONS = frozenset(words("unavailable isunavailable invalid isinvalid"))
_TRUE_OR_FALSE = frozenset(words("good valid isvalid isgood success succeeded"))
_BAD_WORDS = ("bad", "invalid", "fail", "error", "unreliable")


def why_bad(item: Mapping[str, object], value: object = None) -> str:
    """Return why the value of a record is not to be believed, "" where it is."""
    if (quality := _property(item)) is not None and quality not in OPC_DA_QUALITIES:
        return f"bad quality, 'Quality' is {quality}"
    if isinstance(value, dict) and "Value" not in value and _is_bad("statuscode", value.get("StatusCode")):
        return f"bad status, {value['StatusCode']!r:.80}"
    telling = _telling(item)
    for key, raw in item.items():
        if key not in telling and type(raw) is not list:
            continue
        name = plain_name(key)
        if (
            (name in QUALITIES or (name == "s" and isinstance(raw, bool)))
            and (name not in {"status", "validity"} or not isinstance(raw, dict | list))
            and _is_bad(name, raw)
        ):
            return f"bad quality, {key!r:.40} is {raw!r:.40}"
        if value == _LEAST and raw == _LEAST and name == "min":
            return f"{_LEAST} is the least that 16 bits hold"
        marks = raw if isinstance(raw, list) else [{key: raw}]
        if any(_marks_invalid(mark, value) for mark in marks[:_MOST_MARKS]):
            return f"the message calls {value!r:.40} invalid"
    return ""


def _property(item: Mapping[str, object]) -> int | None:
    """Return the quality among the properties of a metric, as Ignition sends it: 192 is good, 0 and from 300 on is bad."""
    properties = item.get("properties")
    quality = properties.get("Quality") if isinstance(properties, dict) else None
    code = quality.get("value") if isinstance(quality, dict) else quality
    return code if type(code) is int else None


@remembered_of_keys
def _telling(keys: tuple[str, ...]) -> frozenset[str]:
    """Return the keys that may say whether the value beside them is one."""
    return frozenset(key for key in keys if plain_name(key) in {*QUALITIES, *_MARKS, "s", "min"})


def _marks_invalid(mark: object, value: object) -> bool:
    """Tell whether an object says of a value that it stands for none: `{"value": 65535, "state": [{"invalid": 65535}]}`."""
    return (
        isinstance(mark, dict)
        and type(value) in (int, float)
        and any(plain_name(key) in _MARKS and type(raw) in (int, float) and raw == value for key, raw in mark.items())
    )


def _why_invalid(item: Mapping[str, object]) -> str:
    """Return why the values in an object that is no record are not to be believed, "" where they are."""
    for key, raw in item.items():
        name = plain_name(key)
        is_word = isinstance(raw, str) and not raw.isdecimal()
        is_told = name in VALIDITIES and (is_word or isinstance(raw, bool) or (type(raw) is int and name != "quality"))
        is_code = name == "statuscode"
        if (is_code or is_told) and _is_bad(name if is_code else "valid", raw):
            return f"bad quality, {key!r:.40} is {raw!r:.40}"
    return ""


def may_tell_of_field(key: str) -> bool:
    """Tell whether a key may say how good the value of another one is: `temp_quality`, `tempValid`, `batteryUnavailable`."""
    return _OF_FIELD.fullmatch(key) is not None


def bad_values(item: Mapping[str, object], context: Context) -> tuple[bool, dict[str, str]]:
    """Tell whether no value of an object that is no record is to be believed; and return the fields that are not. Both are noted."""
    bad = _why_invalid(item)
    if bad:
        context.note(f"{bad}: gaps")
    fields = _bad_fields(item)
    for field, told in fields.items():
        context.note(f"{field!r:.40} is a gap, as {told}")
    return bool(bad), fields


def _bad_fields(item: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of an object whose values are not to be believed, each with what stands beside it and says so."""
    found = dict[str, str]()
    pairs = _qualities_of_fields(item)
    is_classic = any(type(raw := item[key]) is int and raw in OPC_DA_QUALITIES for key, _ in pairs)
    for key, field in pairs:
        raw, name = item[key], plain_name(key.removeprefix(field))
        if name in _NEGATIONS:
            is_bad = raw in (True, 1)
        elif type(raw) is int and name in _NUMBERED_QUALITIES:
            is_bad = is_classic and raw < OPC_DA_QUALITIES.start
        else:
            is_bad = isinstance(raw, str | bool | int) and _is_bad("valid", raw)
        if is_bad:
            found[field] = f"{key!r:.40} is {raw!r:.40}"
    return found


@remembered_of_keys
def _qualities_of_fields(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the keys that say how good another one is, each with that one."""
    matches = [match for key in keys if (match := _OF_FIELD.fullmatch(key)) is not None]
    return tuple((match[0], match[1]) for match in matches if match[1] in keys)


def _is_bad(name: str, raw: object) -> bool:
    if isinstance(raw, dict):
        raw = next((code for key, code in raw.items() if plain_name(key) in _CODES), 0)
    if isinstance(raw, str) and raw.isascii() and raw.strip().isdecimal():
        raw = int(raw.strip()[:12])
    match raw:
        case bool():
            return not raw
        case str():
            word = raw.strip().lower()
            return word.startswith(_BAD_WORDS) or (word == "false" and name in _TRUE_OR_FALSE)
        case int():
            return _is_bad_number(name, raw)
        case _:
            return False


def _is_bad_number(name: str, raw: int) -> bool:
    if name in {"statuscode", "status", "qualitycode"}:
        return bool(raw & _UA_BAD)
    if name == "qc":
        return raw < _QC_GOOD and raw != 1
    if name in _NUMBERED_QUALITIES:
        return raw >= _UA_BAD  # for smaller ones see `is_classic`
    return name not in {"validity", "success", "succeeded"} and raw == 0


def numbered_quality(item: Mapping[str, object]) -> tuple[str, int] | None:
    """Return the key and number of a record's quality; None where it is anything else, or ioBroker's, whose 0 is good."""
    key = _numbered_key(item)
    raw = None if key is None or "ack" in item else item[key]
    if type(raw) is int or (type(raw) is str and raw.isascii() and raw.isdecimal()):
        quality = int(str(raw)[:12])
        return (str(key), quality) if quality >= 0 else None
    return None


@remembered_of_keys
def _numbered_key(keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if plain_name(key) in _NUMBERED_QUALITIES), None)


def why_low(item: Mapping[str, object], context: Context) -> str:
    """Return why the number of a record's quality is bad, "" where it is not, or may be good; that is noted, and the value doubted."""
    found = numbered_quality(item)
    if found is None:
        return ""
    key, quality = found
    context.is_classic = context.is_classic or quality in OPC_DA_QUALITIES
    if quality >= OPC_DA_QUALITIES.start:
        return ""
    told = f"{key!r:.40} is {quality}"
    if context.knows(is_classic):
        return f"bad quality, {told}"
    if is_doubtful(quality):
        context.is_doubted = True
        context.note(f"{told}{DOUBT}")
    return ""


def is_doubtful(quality: int) -> bool:
    """Tell whether a quality is bad for certain sources alone: 0 and the codes of OPC DA."""
    return not quality % _OPC_DA_STEP and quality <= _OPC_DA_LAST_BAD


def is_classic(message: object) -> bool:
    """Tell whether a message shows that its qualities are those of OPC DA, where 0 is bad: another value in it is good, or uncertain."""
    unseen, seen = [message], 0
    while unseen and seen < _MOST_SEEN:
        item = unseen.pop()
        seen += 1
        if isinstance(item, list):
            unseen += item[:_MOST_SEEN]
        elif isinstance(item, dict):
            unseen += item.values()
            if any(
                plain_name(key) in _NUMBERED_QUALITIES and type(raw) is int and raw in OPC_DA_QUALITIES
                for key, raw in item.items()
            ):
                return True
    return False
