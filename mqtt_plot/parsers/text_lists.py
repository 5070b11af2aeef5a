"""Several values in one text: names and values (`temp=21.5;hum=40`), or values alone (`21.5;40;1013`), to what JSON would have said.

Read only where all parts of a text have one form, which can then be meant in one way only.
"""

import re
from urllib.parse import unquote_plus

from mqtt_plot.parsers.bare_text import split_unit
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.values import GAPS, is_number, two_state

_LONGEST = 4_096
_MAY_BE = re.compile(r"[=;|&,\t\n]|:[^:]*\d|\d \S*\d")
_MAX_PARTS = 100
_SEPARATORS = (";", "|", "&", ",")
_NAME = r"[^\W\d][^=:;,|&\n<>{}\"]{0,62}?"
_PAIR = re.compile(rf"({_NAME})\s*[=:]\s*(\S.{{0,63}})")
_LINE = re.compile(rf"({_NAME})(?:\s*[=:]\s*|\t)(.{{0,63}})")
_FORM = re.compile(r"([^\W\d][^=&\s]{0,62})=([^&\t\n]{0,128})")  # of a form, or behind the ? of an address
_TIGHT_PAIR = re.compile(r"([^\W\d][^\s=:;,|&<>{}\"]{0,62})[=:]([^\s=:]{1,64})")
_BLANK_PAIR = re.compile(rf"({_NAME})\s+([+-]?\d{{1,30}}(?:\.\d{{1,30}})?(?:\s*[^\s\d.,]{{1,8}})?)")
_MEASUREMENT = re.compile(
    r"([^\W\d][\w./()-]{0,30}(?: [\w./()-]{1,30}){0,2}) ?[:=] ?([+-]?\d{1,30}(?:\.\d{1,30})?) ?([^\s\d:=,;]{1,8})?[,;]?(?: +|$)"
)
_OBIS = re.compile(r"(\d-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?:\((\d{12}[SW])\))?\(([\w.-]{0,32})(?:\*(\w{1,8}))?\)")
_COMMA_NUMBER = re.compile(r"[+-]?\d{1,30},\d{1,30}", re.ASCII)
# 1,234.5 and 1.234,5: one number, or two.
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:(?:[, ]\d{3})+(?:\.\d+)?|(?:\.\d{3})+,\d+)")
# 21,5,40,2: four numbers, or two.
_WHOLE_NUMBERS = re.compile(r"[+-]?\d+,\d+(?:,[+-]?\d+,\d+)*", re.ASCII)
_CAYENNE = re.compile(r"([a-z_]{2,16}),([a-z0-9/%]{1,8})=([+-]?\d{1,30}(?:\.\d{1,30})?)", re.ASCII)
_CAYENNE_UNITS = {"c": "°C", "f": "°F", "k": "K", "p": "%", "hpa": "hPa", "pa": "Pa", "v": "V", "mv": "mV", "lux": "lx"}
_MOST_OTHERS = 3  # lines of names and values for each line that is none
_WORD = re.compile(r"[^\W\d][\w.-]{0,31}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d{1,6})?", re.ASCII)  # of 2001 to 2033


def read(text: str, context: Context) -> dict[str, object] | list[object] | None:
    """Return the object or array that a text stands for, None for any other text.

    Raises PayloadError("not_a_number") where rules are strict.
    """
    if len(text) > _LONGEST or not _MAY_BE.search(text):
        return None
    context.spend(len(text) // 20)
    found = (
        _alternating(text) or _telegram(text) or _named_row(text) or _measurement(text) or _pairs(text) or _values(text)
    )
    if found is None and (lines := _lines(text)) is not None:
        found, others = lines
        context.note(f"lines that are no name and value left out: {', '.join(f'{line!r:.40}' for line in others)}")
    if found is not None:
        kind = "names and values" if isinstance(found, dict) and "values" not in found else "values by their place"
        doubt = ", and no comma as a decimal mark" if _WHOLE_NUMBERS.fullmatch(text.strip()) else ""
        context.tolerate(text, f"read as {kind}{doubt}")
    return found


def _pairs(text: str) -> dict[str, object] | None:
    if "\n" in text.strip():
        return _all_pairs(_parts(text, "\n"), _LINE)
    if "=" not in text and ":" not in text:
        return _spaced_pairs(text)
    for separator in _SEPARATORS:
        if separator in text.rstrip(separator):
            found = _all_pairs(_parts(text, separator), _FORM if separator == "&" else _PAIR)
            if found is not None:
                return found
    if any(separator in text for separator in _SEPARATORS[:-1]):
        return None
    words = text.split()
    if len(words) > 1:
        return _all_pairs(words, _TIGHT_PAIR) or _measured(text)
    # One pair alone may also be a state, such as Fault:7.
    found = _all_pairs([text], _TIGHT_PAIR)
    return found if found and ("=" in text or "." in text or "," in text) else None


def _lines(text: str) -> tuple[dict[str, object], list[str]] | None:
    """Return names and values of most lines, and the few others, such as a greeting: `Init SSL without certificate database`."""
    lines = [line for line in _parts(text, "\n") if line]
    pairs = [line for line in lines if _LINE.fullmatch(line)]
    others = [line for line in lines if _LINE.fullmatch(line) is None]
    found = _all_pairs(pairs, _LINE) if len(pairs) >= _MOST_OTHERS * len(others) > 0 else None
    return None if found is None else (found, others)


def _measurement(text: str) -> dict[str, object] | None:
    """Return a value with its unit as Cayenne has it, behind its kind: `temp,c=20.75`."""
    match = _CAYENNE.fullmatch(text)
    return None if match is None else {"value": match[3], "unit": _CAYENNE_UNITS.get(match[2], match[2])}


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.strip().rstrip(separator).split(separator)]


def _all_pairs(parts: list[str], form: re.Pattern[str]) -> dict[str, object] | None:
    """Return names and values of all parts; None where one has another form, a name comes twice, or no value is a number."""
    if len(parts) > _MAX_PARTS:
        return None
    found = dict[str, object]()
    numbers = 0
    for part in parts:
        match = form.fullmatch(part)
        if match is None:
            return None
        name, value = match[1].strip(), match[2].strip().strip('"')
        if form is _FORM:
            name, value = unquote_plus(name), unquote_plus(value)
        is_a_number = _is_number(value)
        numbers += is_a_number
        # Lines and forms have any text as a value, which costs nothing else.
        if name in found or not (is_a_number or form in (_LINE, _FORM) or _is_other(value)):
            return None
        found[name] = value or None
    return found if numbers else None


def _measured(text: str) -> dict[str, object] | None:
    """Return names and measurements with blanks anywhere between (`Temperature: 21.5°C Humidity: 40 %`); a unit must be a common one."""
    found = dict[str, object]()
    at = 0
    while at < len(text):
        match = _MEASUREMENT.match(text, at)
        value = "" if match is None else f"{match[2]}{match[3] or ''}"
        if match is None or match[1] in found or len(found) >= _MAX_PARTS or not _is_number(value):
            return None
        found[match[1]] = value
        at = match.end()
    return found if len(found) > 1 else None


def _alternating(text: str) -> dict[str, object] | None:
    """Return names and values in turns between bars, perhaps behind a time.

    Adapters of MTConnect send `2023-11-06T12:12:44Z|xpos|1.5`, devices of UltraLight 2.0 `t|10.5|h|40`.
    """
    if "|" not in text:
        return None
    parts = _parts(text, "|")
    has_time = _DATE.fullmatch(parts[0]) is not None
    names, values = parts[has_time::2], parts[has_time + 1 :: 2]
    if not 0 < len(names) == len(values) <= _MAX_PARTS or len(set(names)) < len(names):
        return None
    if not all(_WORD.fullmatch(name) and two_state(name) is None for name in names) or not any(map(_is_number, values)):
        return None
    found: dict[str, object] = {name: value or None for name, value in zip(names, values, strict=True)}
    return {"time": parts[0], **found} if has_time else found


def _telegram(text: str) -> dict[str, object] | None:
    """Return the measurements of a meter's telegram (IEC 62056-21, DSMR 5.0), a line each: `1-0:1.7.0(00.727*kW)`; gas has its own time."""
    if text[0] != "/":
        return None
    found = dict[str, object]()
    for line in text.splitlines()[1:_MAX_PARTS]:
        match = _OBIS.fullmatch(line.strip())
        if match is not None:
            code, time, value, unit = match.groups()
            if unit:
                found[code] = f"{value}*{unit}"
                found |= {f"{code}_ts": time} if time else {}
            elif code == "0-0:1.0.0":
                found["timestamp"] = value
    return found or None


def _named_row(text: str) -> dict[str, object] | None:
    """Return the record of a name, a number and seconds since 1970: `sensor-02,45.0,1710585600`."""
    parts = _parts(text, ",")
    if len(parts) != 3 or not _WORD.fullmatch(parts[0]) or not is_number(parts[1]) or not _EPOCH.fullmatch(parts[2]):  # noqa: PLR2004
        return None
    return {"name": parts[0], "value": parts[1], "time": parts[2]}


def _spaced_pairs(text: str) -> dict[str, object] | None:
    """Return names and numbers with a blank between; one of them must be a measurement for sure, or `Valve 1, Pump 2` were two."""
    for separator in ("|", ";", ","):
        parts = _parts(text, separator)
        if 1 < len(parts) <= _MAX_PARTS:
            matches = [_BLANK_PAIR.fullmatch(part) for part in parts]
            found: dict[str, object] = {match[1].strip(): match[2] for match in matches if match is not None}
            is_measured = any("." in str(value) or not str(value)[-1].isdecimal() for value in found.values())
            if len(found) == len(parts) and is_measured:
                return found
    return None


def _values(text: str) -> dict[str, object] | list[object] | None:
    """Return the values of a list of numbers, with its time where one stands first."""
    if _THOUSANDS.fullmatch(text):
        return None
    for separator in (";", ",", "\t", "|", "\n", " "):
        parts = _parts(text, separator) if separator != " " else text.split()
        if not 1 < len(parts) <= _MAX_PARTS + 1:
            continue
        has_time = bool(_DATE.fullmatch(parts[0]) or (len(parts) > 1 and _EPOCH.fullmatch(parts[0])))
        values = parts[1:] if has_time else parts
        if not all(_is_value(part, has_commas=separator != ",") for part in values) or not any(map(_is_number, values)):
            continue
        if len(values) > 1 and sum(map(_is_number, values)) < 2 and not has_time:  # noqa: PLR2004 - one number is no list
            continue
        items: list[object] = [part or None for part in values]
        if not has_time:
            return items
        return {"time": parts[0], "value": items[0]} if len(items) == 1 else {"time": parts[0], "values": items}
    return None


def _is_value(part: str, *, has_commas: bool) -> bool:
    return (
        not part
        or part.lower() in GAPS
        or is_number(part)
        or two_state(part) is not None
        or (has_commas and _is_number(part))
    )


def _is_number(part: str) -> bool:
    return is_number(part) or _COMMA_NUMBER.fullmatch(part) is not None or split_unit(part) is not None


def _is_other(value: str) -> bool:
    """Tell whether a value that is no number may stand among numbers: a gap, a word, a time."""
    return (
        value.lower() in GAPS
        or _WORD.fullmatch(value) is not None
        or _DATE.fullmatch(value) is not None
        or ":" in value
    )
