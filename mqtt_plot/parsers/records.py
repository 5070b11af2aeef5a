"""Records: objects that say by themselves what they are called, what the value is, and how good it is. Refuses to walk into them.

`{"id": "Ch1.Temp", "v": 42.5, "q": true, "t": …}`, `{"DisplayName": "Ramp1", "Value": {…}}`: whoever made such an object gave it a name, and by
this it is known, wherever in a message it stands.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.name_keys import (
    COMMON_NAMES,
    NAME_LISTS,
    OWNER_PARTS,
    UNIT_OF,
    VALUE_LISTS,
    VALUE_OF,
    VOCABULARY,
    ranks,
)
from mqtt_plot.parsers.names import (
    MAX_NAME_LENGTH,
    has_names,
    joined,
    name_in_part,
    own_name,
    owner_of,
    point_of,
)
from mqtt_plot.parsers.qualities import QUALITIES, VALIDITIES, may_tell_of_field, why_bad, why_low
from mqtt_plot.parsers.remembered import plain_name, remembered, remembered_of_keys
from mqtt_plot.parsers.scaling import may_scale
from mqtt_plot.parsers.stamps import rank, stamped_field
from mqtt_plot.parsers.values import is_number, is_shown, to_unit, words
from mqtt_plot.samples import MAX_UNIT_LENGTH

# Keys in lower case, without _ - and blanks; the surest first.
_VALUES = ranks(
    "value val displayvalue datavalue rawvalue numericvalue currentvalue presentvalue doublevalue floatvalue longvalue integervalue "
    "intvalue booleanvalue "
    "boolvalue stringvalue asdouble asint v reading data"
)
# These are a value only where the object has nothing else to say.
_SHORT_VALUES = frozenset({"v", "reading", "data"})
_UNITS = frozenset(
    words(
        "unit units unitofmeasurement unitofmeasure uom u engunit engunits engineeringunit engineeringunits egu einheit"
    )
)
_TELLING = ("meta", "metadata", "properties", "attributes")  # parts that tell of the value beside them
_TOLD = frozenset(_TELLING)
_MEANINGS = frozenset(["desc", "description", "text", "meaning"])
_ERRORS = frozenset(["error", "errorcode"])
_NO_ERRORS = ("no", "ok", "success", "0", "false")
# What else such objects say of themselves; as values of their own they would only fill the list of tags.
_ABOUT = frozenset(
    words(
        "type datatype valuetype uatype description desc comment ack from user lc seq sequencenumber sequence retain "
        "qos endpointurl applicationuri hostname clienthandle uri ns namespace profilename origin keys alias group "
        "metadata meta attributes properties datatypename addr fulladdr registeraddress serverid slaveid servername slavename "
        "err errno errcode errormessage errmsg starttimeunixnano flags exemplars commandclass endpoint readable writeable writable "
        "stateless registertype functioncode "
        "objecttype instance"
    )
)
_MAY_BE_VALUES = frozenset(words("target quantity signal status"))
_QUALITY_WORDS = frozenset(words("good bad uncertain valid invalid ok success error fail failed true false"))
_VOCABULARY = frozenset({*VOCABULARY, *_VALUES, *QUALITIES, *_UNITS, *_ERRORS, *_ABOUT})

# Names of lists that say nothing of what is in them.
_CONTAINERS = frozenset(
    words(
        "values vals value metrics data tags records measurements readings items points signals samples telemetry "
        "datapoints propertyvalues vqts vqt results entries payload rows fields list array messages body"
    )
)
# Parts of an object that tell of all the others, such as when they were measured.
ABOUT_PARTS = frozenset(words("metadata meta header head hdr envelope info observation"))
# What the keys of an object tell of it, before anybody looks closer.
STAMP, RECORD, LIST, UNIT, ABOUT, VALIDITY, FIELD_TIME, SCALE = 1, 2, 4, 8, 16, 32, 64, 128

THIS_CENTURY = 1e9  # seconds since 1970; a smaller number in a row may count anything
_LABELS, _MOST_LABELS = ("tags", "labels", "dimensions", "metric", "attributes"), 16
LABEL_KEYS = frozenset(_LABELS)


class Record(NamedTuple):
    """A record's name (None: it has none), the key of its value (None: it only says that there is none), its unit, and what is left."""

    name: str | None
    value: str | None
    unit: str | None
    rest: tuple[str, ...]


def find_record(item: Mapping[str, object], told: Sequence[str] = ()) -> Record | None:
    """Return how to read an object as a record, None for any other object. Owners that are `told` are no part of its name."""
    value = _value_key(item) or _measured_in(item)
    if value is None and not _may_hold_values(item):
        return None
    is_named = has_names(item)
    point_key, point = point_of(item) if is_named else ("", None)
    owner_key, owner = owner_of(item, told) if is_named else ("", None)
    if value is not None and point is not None and _says_value(item, value, point):
        point = None
    name = joined(point, owner, told)
    labels = labels_of(item)
    name = labels if name is None and labels else name
    if value is None and name is not None:
        value = next((key for key in item if is_container(key) and _are_samples(item[key])), None)
    if value is None:
        error = next((key for key in item if plain_name(key) in _ERRORS), None)
        is_failed = name is not None and (
            (error is not None and all(_is_known(key) for key in item))
            or (point is not None and bool(why_bad(item)) and all(_is_told_of(key, item[key]) for key in item))
        )
        return Record(name, None, None, ()) if is_failed else None
    if plain_name(value) in _SHORT_VALUES and not _is_short_record(item, name):
        return None
    name = name or (name_in_part(item) if is_named else None)
    if name is not None and labels and name != labels:
        name = f"{name}/{labels}"
    taken = (value, point_key, owner_key)
    rest = tuple(
        key
        for key in _others_in(item)
        if key not in taken
        and not (key == "s" and isinstance(item[key], bool))
        and not (_is_name_or_quality(key) and not _is_value_beside(key, item[key]))
    )
    return Record(name, value, unit_of(item), rest)


@remembered_of_keys
def _value_key(keys: tuple[str, ...]) -> str | None:
    """Return the key of a value, or of one whose name stands under a key that begins alike: registerValue beside registerAddress."""
    found = [(place, key) for key in keys if (place := _VALUES.get(plain_name(key))) is not None]
    if found:
        return min(found)[1]
    if "entity_id" in keys and "state" in keys:  # a state of Home Assistant
        return "state"
    for key in keys:
        begin = _begin_of_value(key)
        if begin and any(
            plain_name(other).startswith(begin) and other != key and has_names({other: ""}) for other in keys
        ):
            return key
    return None


def _measured_in(item: Mapping[str, object]) -> str | None:
    """Return the key of a number that stands where others say what is measured: `{"Measurement": "15151", "Time": …}`."""
    key = _measurement_key(item)
    raw = None if key is None else item[key]
    return key if type(raw) in (int, float) or (type(raw) is str and is_number(raw)) else None


@remembered_of_keys
def _measurement_key(keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if plain_name(key) == "measurement"), None)


@remembered_of_keys
def _others_in(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that say nothing of the value beside them."""
    return tuple(key for key in keys if plain_name(key) not in _VOCABULARY or _is_name_or_quality(key))


@remembered
def _is_name_or_quality(key: str) -> bool:
    """Tell whether a key is of a name or a quality, and may as well be of another value: a number the one, a word the other."""
    return plain_name(key) in _MAY_BE_VALUES


def _is_value_beside(key: str, raw: object) -> bool:
    """Tell whether what stands under the key of a name or a quality is none: a target of 1.2, a status of words."""
    if plain_name(key) != "status":
        return type(raw) in (int, float)
    return type(raw) is str and raw.lower() not in _QUALITY_WORDS and not raw.isdecimal()


@remembered
def _begin_of_value(key: str) -> str:
    found = VALUE_OF.match(plain_name(key))
    return found[0] if found else ""


def labels_of(item: Mapping[str, object]) -> str:
    """Return what tells the series of one metric apart, as line protocol has it (`host=a/zone=b`), "" where nothing does."""
    if LABEL_KEYS.isdisjoint(item) or "entity_id" in item:  # whose attributes change with its state
        return ""
    labels = next((raw for key in _LABELS if (raw := _as_labels(item.get(key)))), {})
    if len(labels) > _MOST_LABELS or not all(isinstance(text, str) and is_shown(text) for text in labels.values()):
        return ""
    return "/".join(str(text) if key == "__name__" else f"{key}={text}" for key, text in sorted(labels.items()))[
        :MAX_NAME_LENGTH
    ]


def _as_labels(raw: object) -> dict[str, object]:
    """Return labels by their keys, also where each is an object (OTLP: `[{"key": "core", "value": {"stringValue": "0"}}]`)."""
    if isinstance(raw, dict):
        return raw
    pairs = raw if isinstance(raw, list) and 0 < len(raw) <= _MOST_LABELS else []
    found = dict[str, object]()
    for pair in pairs:
        inner = pair.get("value") if isinstance(pair, dict) and isinstance(pair.get("key"), str) else None
        if isinstance(inner, dict) and len(inner) == 1:
            found[pair["key"]] = str(next(iter(inner.values())))
    return found if len(found) == len(pairs) else {}


@remembered_of_keys
def _may_hold_values(keys: tuple[str, ...]) -> bool:
    """Tell whether a key may hold samples, or say why there is no value."""
    return any(plain_name(key) in _CONTAINERS or plain_name(key) in _ERRORS for key in keys)


def _says_value(item: Mapping[str, object], value: str, name: str) -> bool:
    """Tell whether a name says what a value means and not whose it is: `{"val": 1, "name": "off", "desc": "Off"}`."""
    told = next((raw for key, raw in item.items() if plain_name(key) in _MEANINGS and isinstance(raw, str)), "")
    return (
        type(item[value]) is int and name.islower() and plain_name(told).startswith(plain_name(name)) and told != name
    )


def name_among(item: Mapping[str, object]) -> str | None:
    """Return what an object of a list is called, a record or not; None where it has no name."""
    if not has_names(item):
        return None
    record = find_record(item)
    return own_name(item) if record is None else record.name


def _is_short_record(item: Mapping[str, object], name: str | None) -> bool:
    """Tell whether an object with a value called `v` has nothing else to say; without a name only its unit or quality shows that."""
    if name is None and not any(
        plain_name(key) in _UNITS or plain_name(key) in QUALITIES or _is_success(key, item) for key in item
    ):
        return False
    return all(_is_known(key) or isinstance(item[key], str) or _is_success(key, item) for key in item)


def _is_success(key: str, item: Mapping[str, object]) -> bool:
    """Tell whether a key says whether reading a value went well, or how: `{"id": "Ch1.Temp", "s": true, "v": 546, "t": …}`."""
    return key == "s" and "v" in item and isinstance(item[key], bool | int)


@remembered_of_keys
def traits_of(keys: tuple[str, ...]) -> int:
    """Return what the keys of an object tell: whether it has a stamp, may be a record, may hold lists of some kind, names a unit."""
    traits = 0
    for key in keys:
        traits |= _trait(key)
    return traits


@remembered
def _trait(key: str) -> int:
    name = plain_name(key)
    return (
        (STAMP if rank(key) is not None else 0)
        | (
            RECORD
            if _begin_of_value(key)
            or name in _VALUES
            or name in ("measurement", "entityid")
            or name in _ERRORS
            or name in _CONTAINERS
            else 0
        )
        | (
            LIST
            if name in _CONTAINERS
            or name in NAME_LISTS
            or name in VALUE_LISTS
            or name.endswith("names")
            or name in COMMON_NAMES
            else 0
        )
        | (UNIT if name in _UNITS or name.endswith(("unit", "units", "uom")) or name.startswith("unit") else 0)
        | (ABOUT if name in ABOUT_PARTS or name in OWNER_PARTS else 0)
        | (VALIDITY if name in VALIDITIES or may_tell_of_field(key) else 0)
        | (FIELD_TIME if stamped_field(key) and rank(key) is None else 0)
        | (SCALE if may_scale(key) else 0)
    )


def _are_samples(raw: object) -> bool:
    """Tell whether a list holds samples of what is around it: records without a name, or rows of a value and its time."""
    return (
        isinstance(raw, list)
        and bool(raw)
        and (
            all(
                isinstance(item, dict)
                and own_name(item) is None
                and (any(plain_name(key) in _VALUES for key in item) or _measured_in(item))
                for item in raw
            )
            or all(isinstance(item, list) and len(item) == 2 and _may_be_timed(item) for item in raw)  # noqa: PLR2004
        )
    )


def _may_be_timed(row: Sequence[object]) -> bool:
    return any(
        (isinstance(one, int | float) and one >= THIS_CENTURY)
        or (type(one) is str and one[:4].isdecimal() and ":" in one)
        for one in row
    )


def _is_told_of(key: str, raw: object) -> bool:
    """Tell whether what stands beside a missing value is no value itself."""
    return isinstance(raw, str) or not raw or _is_known(key)


def _is_known(key: str) -> bool:
    return plain_name(key) in _VOCABULARY or rank(key) is not None


def is_container(key: str) -> bool:
    """Tell whether a key says nothing of what is in the list below it."""
    return plain_name(key) in _CONTAINERS


def why_gap(item: Mapping[str, object], record: Record, context: Context) -> str:
    """Return why the value of a record is none, "" where it is one; whether a low quality is bad may be in doubt, and is noted."""
    if record.value is None:
        told = next((item[key] for key in item if plain_name(key) in _ERRORS), "no good quality")
        return f"{record.name}: no value but an error, {told!r:.40}"
    if bad := why_bad(item, item[record.value]):
        return bad
    if low := why_low(item, context):
        return low
    error = next((item[key] for key in _errors_in(item) if item[key]), None)
    if error and item[record.value] not in (None, "") and not str(error)[:9].lower().startswith(_NO_ERRORS):
        context.note(f"an error stands beside the value, which is kept: {error!r:.40}")
    return f"{record.value!r:.40} is empty" if item[record.value] == "" and record.rest else ""


@remembered_of_keys
def _errors_in(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if plain_name(key) in _ERRORS)


def values_about(item: Mapping[str, object]) -> str:
    """Return the key of a part that tells of a value, and has further values in it; "" where none has."""
    if _TOLD.isdisjoint(item):
        return ""
    return next((key for key in _TELLING if holds_values(item.get(key))), "")


def holds_values(part: object) -> bool:
    """Tell whether a part that tells of a value has other values in it, or in its own parts."""
    inner = [part, *part.values()] if isinstance(part, dict) else []
    return any(
        type(raw) in (int, float, bool, list) and not _is_known(name)
        for one in inner
        if isinstance(one, dict)
        for name, raw in one.items()
    )


def unit_of(item: Mapping[str, object]) -> str | None:
    """Return the unit that an object names, or a part that tells of it; None where it names none that can be shown."""
    part = (
        None
        if _TOLD.isdisjoint(item)
        else next((item[key] for key in _TELLING if isinstance(item.get(key), dict)), None)
    )
    both: Mapping[str, object] = item if part is None else {**part, **item}  # type: ignore[dict-item]  # it is one
    for key in _unit_keys(both):
        raw = both[key]
        if isinstance(raw, dict) and _names_unit(key):
            return unit_of(raw)
        if is_unit(key) and isinstance(raw, str) and 0 < len(raw) <= MAX_UNIT_LENGTH:
            try:
                return to_unit(raw)
            except PayloadError:
                return None
    return None


@remembered_of_keys
def _unit_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if is_unit(key) or _names_unit(key))


@remembered
def is_unit(key: str) -> bool:
    """Tell whether a text under a key is the unit of what stands beside it."""
    plain = plain_name(key)
    return plain in _UNITS or UNIT_OF.fullmatch(plain) is not None


@remembered
def _names_unit(key: str) -> bool:
    return plain_name(key) in {"unitofmeasure", "unitofmeasurement", "unit"}
