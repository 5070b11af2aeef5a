"""What a text inside an object means as a value, and which unit holds for it. Knows nothing of the walk that meets it."""

import math
import re
from collections.abc import Mapping

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.bare_text import note_number_in, number_and_unit, plain_minus, split_unit
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.records import is_unit, unit_of
from mqtt_plot.parsers.remembered import plain_name, remembered, remembered_of_keys
from mqtt_plot.parsers.stamps import rank
from mqtt_plot.parsers.values import GAPS, check_text, is_number, to_finite, to_unit, to_value, two_state, words

_MAX_STATE_LENGTH = 32

# Texts under such names say which device it is or how to read it; as a state they would only fill the tag list.
_IDENTITIES = frozenset({
    "id", "mac", "ip", "ssid", "bssid", "name", "version", "ver", "fw", "firmware", "unit", "units", "host", "hostname", "serial",
    "model", "type", "src", "dst", "address", "addr", "key", "token", "url", "topic", "client", "user", "device", "manufacturer",
    "mpan", "mprn", "ean", "iccid", "imsi", "msisdn", "phone", "barcode",
    "vendor", "tag", "label", "build", "servicedata", "manufacturerdata", "rawdata", "payload_raw", "frm_payload", "data", "mic", "mod",
})  # fmt: skip
# Bytes of a message as hexadecimal digits or base64: where these are figures alone they are no number. What has a point or a sign is one.
_RAW = re.compile(r"(?:frm|service|manufacturer)?(?:data|payload|message|msg|frame)")
_ENCODED = re.compile(r"raw\w*|\w*(?:raw|hex|bytes|b64|base64)|servicedata|manufacturerdata|frmpayload")
_FEWEST_DIGITS = 8
# Of a number as a text: 64 bits have no more, and no meter with zeros before it.
_MOST_DIGITS, _MOST_DIGITS_PADDED = 20, 9
# A latitude or longitude, and the half of the world: 0.12 W is in the west, and no power.
_SIDES = frozenset("NSEW")
_DEGREES = re.compile(r"(\d{1,3}(?:\.\d{1,15})?)\s?°?\s?([NSEW])", re.ASCII)
_LONGEST_UNIT = 12  # in brackets
# Texts that hold what somebody has measured: a number with a point or a unit, or several behind each other; no version, address or range.
_MEASURED = re.compile(
    r"(?<![\w.:/-])[+-]?\d+(?:[.,]\d+)?\s*(?:[;|,\t]\s*[+-]?\d|[°%](?![\dA-Fa-f]))|(?<![\w.:/-])[+-]?\d+\.\d+(?![\w.:/-])"
    r"|[^\W\d]\s?[=:]\s*[+-]?\d+(?:\.\d+)?(?:[^\d\s:]|\s|$)"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_IDENTITY_ENDINGS = (
    "_id",
    "address",
    "_mac",
    "_ip",
    "_version",
    "version",
    "ssid",
    "_name",
    "unit",
    "serial",
    "uuid",
    "eui",
    "_eui",
    "mac",
    # What nobody but the device should know.
    "_key",
    "apikey",
    "token",
    "password",
    "passwd",
    "secret",
    "psk",
)
# Which sibling, or key above, names the unit of a value (Tasmota); the letter is completed.
_UNIT_KEYS = {
    "Temperature": "TempUnit", "DewPoint": "TempUnit", "HeatIndex": "TempUnit",
    "Pressure": "PressureUnit", "SeaPressure": "PressureUnit", "SpeedAct": "SpeedUnit",
}  # fmt: skip
_UNIT_KEY_NAMES = frozenset(_UNIT_KEYS.values())
# The unit of a value beside it, under the value's name: Temp_Outside and Temp_Outside_Unit.
_UNIT_BESIDE = re.compile(r"(?:[_\- ]?[Uu]nits?|[_\- ]?(?:uom|UOM|Uom))$")
# The same before it, and between a name and its number: unit_temperature, and unit1 of value1.
_UNIT_BEFORE = re.compile(r"[Uu]nits?_(.+)")
_UNIT_NUMBERED = re.compile(r"[Uu]nit_?(\d{1,3})")
_VALUE_NUMBERED = re.compile(r"[Vv]al(?:ue)?_?(\d{1,3})")
_BESIDE = " unit"
_OF_PART = " of a part"  # of a value under its name, told beside the object that it is in: hourly_units
_BELOW = " below"  # of all values of the one object that stands beside a unit
# What is one quantity in several ways: a unit beside them is that of all.
_STATISTICS = frozenset(
    words(
        "value data min max avg mean average sum minimum maximum median last current actual setpoint target nominal total lower upper "
        "x y z l1 l2 l3 cumulative today yesterday day week month year hour daily weekly monthly yearly import export"
    )
)
_UNIT_NAMES = {"C": "°C", "F": "°F", "K": "K"}
# A number in text that has a power has its sign or a point as well, as C and JavaScript print it; 12e45 is a piece of hexadecimal.
_POWER = re.compile(r"[^.]*[eE]\d+")


def text_value(key: str, text: str, context: Context, *, is_wanted: bool) -> tuple[float | str, str | None] | None:
    """Return what a text under `key` means as a value, and its unit; None if it is better left out."""
    text = text.strip()
    if is_number(text) and (is_wanted or _is_raw(key) or not _is_identity(key) or _is_span(key, text)):
        return _number(key, text)
    state = two_state(text)
    if state is not None:
        return state, None
    if not is_wanted and (_is_identity(key) or not text or len(text) > _MAX_STATE_LENGTH):
        return None
    if text.lower() in GAPS:
        return math.nan, None
    try:
        text = plain_minus(text, context)
        found = _degrees(key, text) or number_and_unit(text, context) or (to_value(text, context), None)
    except PayloadError:
        return None
    note_number_in(found[0], context)
    return found


def _number(key: str, text: str) -> tuple[float | str, None] | None:
    """Return what figures mean: a number, or under the name of a state with a zero before them a code; None where they are bytes."""
    if text[0] == "0" and len(text) > 1 and text.isdecimal() and _is_code(key):
        return text, None
    return None if _POWER.fullmatch(text) or _are_bytes(key, text) else _finite(text)


def _degrees(key: str, text: str) -> tuple[float, str] | None:
    """Return the degrees of a latitude or longitude with the half of the world behind it; None for any other text."""
    if text[-1:] not in _SIDES or not key.lower().startswith(("lat", "lon", "lng")):
        return None
    place = _DEGREES.fullmatch(text)
    return None if place is None else (float(place[1]) * (-1 if place[2] in "SW" else 1), "°")


def _finite(text: str) -> tuple[float, None] | None:
    """Return the number, None where no float holds it: it was meant for something else."""
    try:
        return to_finite(text), None
    except PayloadError:
        return None


def _is_span(key: str, text: str) -> bool:
    """Tell whether a number under a key such as cleanTime is how long something took, and no time."""
    return key.endswith("Time") and len(text) < _FEWEST_DIGITS


@remembered
def _is_code(key: str) -> bool:
    """Tell whether figures under a key are a code, such as 0801, where they begin with a zero."""
    return plain_name(key).endswith(("status", "state", "code", "error", "alarm", "flags"))


@remembered
def _is_raw(key: str) -> bool:
    return _RAW.fullmatch(plain_name(key)) is not None


@remembered
def _is_encoded(key: str) -> bool:
    return _ENCODED.fullmatch(plain_name(key)) is not None


def _are_bytes(key: str, text: str) -> bool:
    """Tell whether figures are bytes of a message or a number of something, and no number: by the `key`, or as none of a value has so many."""
    if not text.isdecimal():
        return False
    if len(text) > _MOST_DIGITS or (text[0] == "0" and len(text) > _MOST_DIGITS_PADDED):
        return True
    return _is_encoded(key) or (_is_raw(key) and (len(text) >= _FEWEST_DIGITS or _is_identity(key)))


@remembered
def _is_identity(key: str) -> bool:
    lower = key.lower()
    return (
        lower in _IDENTITIES
        or lower.endswith(_IDENTITY_ENDINGS)
        or key.endswith(("Id", "Time", "Name", "Topic"))
        or _is_of_another(key)
    )


def what_is_lost(key: str, text: str) -> str:
    """Return what a text that is left out may have been meant for, "" where it tells of the device, or of anything but numbers."""
    if _is_identity(key) or _is_encoded(key):
        return ""
    if _MOMENT.match(text):
        return "may be a time, and is not used"
    return "holds numbers in a text, which are not read" if _MEASURED.search(text) else ""


def unit_for(key: str, units: Mapping[str, str]) -> str | None:
    """Return the unit that holds for a value under `key`, which may have it in brackets (`Fan speed (rpm)`)."""
    told = (
        units.get(f"{key}{_BESIDE}")
        or units.get(f"{key}{_OF_PART}")
        or units.get(_UNIT_KEYS.get(key, ""), units.get(""))
        if units
        else None
    )
    return told or _unit_in(key)


def is_unit_told(key: str, units: Mapping[str, str]) -> bool:
    """Tell whether a text under `key` is one of these units, and so is not lost."""
    return bool(units) and (
        key in units
        or _is_of_another(key)
        or f"{_UNIT_BESIDE.sub('', key)}{_BESIDE}" in units
        or (("" in units or _BELOW in units) and is_unit(key))
    )


@remembered
def _is_of_another(key: str) -> bool:
    """Tell whether a key is of a unit, with the name of its value behind it, or a number."""
    return _UNIT_BEFORE.fullmatch(key) is not None or _UNIT_NUMBERED.fullmatch(key) is not None


@remembered
def _unit_in(key: str) -> str | None:
    """Return the unit in brackets at the end of a key, where it is a common one."""
    if key[-1:] not in {")", "]"}:
        return None
    unit = key[max(key.rfind("("), key.rfind("[")) + 1 : -1].strip()
    return unit if 0 < len(unit) <= _LONGEST_UNIT and split_unit(f"1{unit}") is not None else None


def completed(unit: str) -> str:
    """Return a unit as people write it: °C for the C of a thermometer."""
    return _UNIT_NAMES.get(unit, unit)


def units_in(item: Mapping[str, object], above: Mapping[str, str]) -> Mapping[str, str]:
    """Return the units that `item` names for its values: Tasmota's by kind, and "unit" if there is but one number."""
    units = {key: unit for key, unit in above.items() if not key.endswith(_BESIDE)}
    for name in _UNIT_KEY_NAMES & item.keys():
        units = {**units, name: _unit_name(item[name])}
    for name, value_name in _units_beside(item):
        raw = item[name]
        if isinstance(raw, str):
            units[f"{value_name}{_BESIDE}"] = _unit_name(raw)
    own = unit_of(item)
    if own is not None:
        units = {**units, **{f"{key}{_BESIDE}": completed(own) for key in item if key.lower() in _STATISTICS}}
    numbers = (
        sum(type(raw) in (float, int) and rank(key) is None for key, raw in item.items()) if own is not None else 0
    )
    if own is not None and not numbers:
        numbers = sum(type(value) is str and is_number(value) and rank(key) is None for key, value in item.items())
    if own is not None and numbers == 1:
        return {**units, "": _UNIT_NAMES.get(own, own)}
    if "" in units or _BELOW in units:
        above_all, units = units.get(_BELOW), {name: unit for name, unit in units.items() if name not in ("", _BELOW)}
        units = units if above_all is None else {**units, "": above_all}
    parts = [raw for raw in item.values() if isinstance(raw, dict | list)] if own is not None and not numbers else []
    if own is not None and len(parts) == 1:
        is_flat = isinstance(parts[0], list) and not any(isinstance(one, dict) for one in parts[0][:1])
        units = {**units, "" if is_flat else _BELOW: _UNIT_NAMES.get(own, own)}
    return units


@remembered_of_keys
def _units_beside(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the keys that name the unit of another, each before that other."""
    all_keys = set(keys)
    named = [(key, _UNIT_BESIDE.sub("", key)) for key in keys]
    named += [(key, found[1]) for key in keys if (found := _UNIT_BEFORE.fullmatch(key))]
    numbered = {number[1]: key for key in keys if (number := _UNIT_NUMBERED.fullmatch(key))}
    named += [
        (numbered[value[1]], key)
        for key in keys
        if numbered and (value := _VALUE_NUMBERED.fullmatch(key)) and value[1] in numbered
    ]
    return [(key, value_name) for key, value_name in named if value_name != key and value_name in all_keys]


def units_of_part(item: Mapping[str, object], key: str) -> dict[str, str]:
    """Return the units of the values in the part under `key`, told beside it (`{"hourly_units": {"temp": "°C"}, "hourly": {"temp": …}}`)."""
    told = item.get(f"{key}_units", item.get(f"{key}Units"))
    if not isinstance(told, dict):
        return {}
    return {
        f"{name}{_OF_PART}": unit
        for name, raw in told.items()
        if (unit := _unit_name(raw if isinstance(raw, str) else None))
    }


def unit_of_none(item: Mapping[str, object]) -> str | None:
    """Return the unit beside numbers of which nobody can tell whose it is."""
    numbers = [key for key, raw in item.items() if type(raw) in (float, int) and rank(key) is None]
    if len(numbers) < 2 or any(key.lower() in _STATISTICS for key in numbers):  # noqa: PLR2004 - of one it is
        return None
    return unit_of(item)


def _unit_name(raw: object) -> str:
    try:
        unit = to_unit(raw) or ""
    except PayloadError:
        return ""
    return _UNIT_NAMES.get(unit, check_text(unit, "a unit"))
