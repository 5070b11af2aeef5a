"""Records: objects that say by themselves what they are called, what the value is, and how good it is. Refuses to walk into them.

`{"id": "Ch1.Temp", "v": 42.5, "q": true, "t": …}`, `{"DisplayName": "Ramp1", "Value": {…}}`: whoever made such an object gave it a name, and by
this it is known, wherever in a message it stands.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.stamps import plain_name, rank
from mqtt_plot.parsers.values import is_shown, to_unit, words
from mqtt_plot.samples import MAX_UNIT_LENGTH

MAX_NAME_LENGTH = 128


def _ranks(names: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(names.split())}


# Keys in lower case, without _ - and blanks; the surest first.
_NAMES = _ranks(
    "displayname browsename tagpath tagname signalname signal itemname item variablename variable varname metricname metric measurementname "
    "measurement "
    "resourcename propertyalias propertyname property datapointname datapoint dataitemid pointname parametername parameter fieldname field "
    "sensorname sensor channelname tag name nodeid itemid tagid pointid datapointid signalid sensorid key title label meter meterid n "
    "gatewayid gtwid deviceid devicename device deveui address mac serial id channel ch"
)
# Under these a whole number names the record as well.
_NUMBERED = frozenset(
    words("id channel ch address index datapointid pointid tagid signalid sensorid itemid sensor meter meterid")
)
_VALUES = _ranks(
    "value val datavalue rawvalue numericvalue currentvalue presentvalue doublevalue floatvalue longvalue integervalue intvalue booleanvalue "
    "boolvalue stringvalue v reading data"
)
# These are a value only where the object has nothing else to say.
_SHORT_VALUES = frozenset({"v", "reading", "data"})
_QUALITIES = frozenset(words("q quality qc qualitycode statuscode status validity good valid isvalid isgood"))
_UNITS = frozenset(
    words("unit units unitofmeasurement uom u engunit engunits engineeringunit engineeringunits einheit")
)
_ERRORS = frozenset(["error", "errorcode"])
# What else such objects say of themselves; as values of their own they would only fill the list of tags.
_ABOUT = frozenset(
    words(
        "type datatype valuetype uatype description desc comment ack from user lc seq sequencenumber sequence retain "
        "qos endpointurl applicationuri hostname clienthandle uri ns namespace profilename origin keys alias group "
        "metadata meta attributes properties datatypename addr fulladdr registeraddress serverid slaveid servername slavename"
    )
)
_VOCABULARY = frozenset({*_NAMES, *_VALUES, *_QUALITIES, *_UNITS, *_ERRORS, *_ABOUT})

# Names of lists that say nothing of what is in them.
_CONTAINERS = frozenset(
    words(
        "values vals value metrics data tags records measurements readings items points signals samples telemetry "
        "datapoints propertyvalues results entries payload rows fields list array messages body"
    )
)
# A node of OPC UA (part 6, 5.3.1.10): ns=2;s=Temp, nsu=http://…;s=Temp, http://…/#s=Temp.
_NODE = re.compile(r"(?:(?:ns=\d+|nsu=[^;]*)[;#]|\S*#)?[sigb]=(.+)", re.DOTALL)
_PROVIDER = re.compile(r"\[[^\]]*\](?=.)")  # of a tag in Ignition: [default]Line/Temp
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# Parts of an object that tell of all the others, such as when they were measured.
ABOUT_PARTS = frozenset(words("metadata meta header head hdr envelope info"))
# What the keys of an object tell of it, before anybody looks closer.
STAMP, RECORD, LIST, UNIT, ABOUT, SPEAKER = 1, 2, 4, 8, 16, 32

# OPC UA (part 4, 7.39): the highest bit of a status; OPC DA (3.0, 6.8): 0 is bad, 192 is good.
_UA_BAD = 0x8000_0000
# Siemens' databus: 0 bad, 1 uncertain, 2 and 3 good.
_QC_GOOD = 2


_BAD_WORDS = ("bad", "invalid", "fail", "error", "unreliable")


class Record(NamedTuple):
    """A record's name (None: it has none), the key of its value (None: it only says that there is none), its unit, and what is left."""

    name: str | None
    value: str | None
    unit: str | None
    rest: tuple[str, ...]


def find_record(item: Mapping[str, object]) -> Record | None:
    """Return how to read an object as a record, None for any other object."""
    value = _key_of(item, _VALUES)
    name_key, name = _name_of(item)
    if value is None and name is not None:
        value = next((key for key in item if is_container(key) and _are_samples(item[key])), None)
    if value is None:
        error = next((key for key in item if plain_name(key) in _ERRORS), None)
        is_failed = error is not None and name is not None and all(_is_known(key) for key in item)
        return Record(name, None, None, ()) if is_failed else None
    if plain_name(value) in _SHORT_VALUES and not _is_short_record(item, name):
        return None
    name = name or _name_in_part(item)
    rest = tuple(key for key in item if key not in (value, name_key) and plain_name(key) not in _VOCABULARY)
    return Record(name, value, unit_of(item), rest)


def _is_short_record(item: Mapping[str, object], name: str | None) -> bool:
    """Tell whether an object with a value called `v` has nothing else to say; without a name only its unit or quality shows that."""
    if name is None and not any(plain_name(key) in _UNITS or plain_name(key) in _QUALITIES for key in item):
        return False
    return all(_is_known(key) or isinstance(item[key], str) for key in item)


def traits_of(item: Mapping[str, object]) -> int:
    """Return what the keys of an object tell: whether it has a stamp, may be a record, may hold lists of some kind, names a unit."""
    traits = 0
    for key in item:
        traits |= _trait(key)
    return traits


@lru_cache(maxsize=4_096)
def _trait(key: str) -> int:
    name = plain_name(key)
    return (
        (STAMP if rank(key) is not None else 0)
        | (RECORD if name in _VALUES or name in _ERRORS or name in _CONTAINERS else 0)
        | (LIST if name in _CONTAINERS or name in _NAME_LISTS or name in _VALUE_LISTS else 0)
        | (UNIT if name in _UNITS or name.endswith("unit") else 0)
        | (ABOUT if name in ABOUT_PARTS else 0)
        | (SPEAKER if name in _SPEAKERS else 0)
    )


def _name_in_part(item: Mapping[str, object]) -> str | None:
    """Return the name in a part of an object that is there to say who it is (`MonitoredItem`, `gateway_ids`)."""
    for key, part in item.items():
        if isinstance(part, dict) and plain_name(key).endswith(("ids", "item")):
            name = _name_of(part)[1]
            if name is not None:
                return name
    return None


def _are_samples(raw: object) -> bool:
    """Tell whether a list holds samples of what is around it: records without a name."""
    return (
        isinstance(raw, list)
        and bool(raw)
        and all(
            isinstance(item, dict) and _name_of(item)[1] is None and _key_of(item, _VALUES) is not None for item in raw
        )
    )


def _is_known(key: str) -> bool:
    return plain_name(key) in _VOCABULARY or rank(key) is not None


def _key_of(item: Mapping[str, object], table: Mapping[str, int]) -> str | None:
    """Return the key of `item` that stands first in a table of names."""
    found = [(place, key) for key in item if (place := table.get(plain_name(key))) is not None]
    return min(found)[1] if found else None


def _name_of(item: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the key that names an object, and its name; ("", None) where it has none."""
    found = sorted((place, key) for key in item if (place := _NAMES.get(plain_name(key))) is not None)
    for _, key in found:
        name = _as_name(item[key], is_numbered=plain_name(key) in _NUMBERED)
        if name is not None:
            return key, name
    return "", None


def _as_name(raw: object, *, is_numbered: bool) -> str | None:
    if isinstance(raw, int) and not isinstance(raw, bool) and is_numbered:
        return str(raw)
    if (
        not isinstance(raw, str)
        or len(raw) > MAX_NAME_LENGTH
        or not raw.strip()
        or _UUID.fullmatch(raw)
        or not is_shown(raw)
    ):
        return None
    return path_of(raw)


@lru_cache(maxsize=4_096)
def path_of(name: str) -> str:
    """Return a name as the end of a tag: of a node its identifier, of dotted words the levels they are."""
    name = _PROVIDER.sub("", name.strip())
    node = _NODE.fullmatch(name)
    name = (node[1] if node else name).strip('" /') or name
    return name.replace(".", "/") if _DOTTED.fullmatch(name) else name


def own_name(item: Mapping[str, object]) -> str | None:
    """Return what an object among others is called: by itself, or by a part that only says who it is."""
    return _name_of(item)[1] or _name_in_part(item)


def is_container(key: str) -> bool:
    """Tell whether a key says nothing of what is in the list below it."""
    return plain_name(key) in _CONTAINERS


def is_numbered(item: Mapping[str, object]) -> bool:
    """Tell whether an object stands for a list: its keys are 0, 1, 2… and its values objects with names."""
    if not item or not all(key.isascii() and key.isdigit() for key in item):
        return False
    return all(isinstance(value, dict) and _name_of(value)[1] is not None for value in item.values())


def unit_of(item: Mapping[str, object]) -> str | None:
    """Return the unit that an object names, None where it names none that can be shown."""
    for key, raw in item.items():
        if plain_name(key) in _UNITS and isinstance(raw, str) and 0 < len(raw) <= MAX_UNIT_LENGTH:
            try:
                return to_unit(raw)
            except PayloadError:
                return None
    return None


def why_bad(item: Mapping[str, object]) -> str:
    """Return why the value of a record is not to be believed, "" where it is."""
    for key, raw in item.items():
        name = plain_name(key)
        if (
            name in _QUALITIES
            and (name not in {"status", "validity"} or not isinstance(raw, dict | list))
            and _is_bad(name, raw, item)
        ):
            return f"bad quality, {key!r:.40} is {raw!r:.40}"
    return ""


def _is_bad(name: str, raw: object, item: Mapping[str, object]) -> bool:
    if isinstance(raw, dict):
        raw = raw.get("Code", raw.get("code", 0))
    if isinstance(raw, str) and raw.isascii() and raw.strip().isdigit():
        raw = int(raw.strip()[:12])
    match raw:
        case bool():
            return not raw
        case str():
            return raw.strip().lower().startswith(_BAD_WORDS)
        case int():
            return _is_bad_number(name, raw, item)
        case _:
            return False


def _is_bad_number(name: str, raw: int, item: Mapping[str, object]) -> bool:
    if name in {"statuscode", "status", "qualitycode"}:
        return bool(raw & _UA_BAD)
    if name == "qc":
        return raw < _QC_GOOD and raw != 1
    if name in {"q", "quality"}:
        return raw == 0 and "ack" not in item  # ioBroker's good is 0
    return name != "validity" and raw == 0


def pairs_of(item: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the keys of two lists that belong together, names and values (`{"fields": [...], "values": [...]}`), None if there are none."""
    names = next((key for key, raw in item.items() if plain_name(key) in _NAME_LISTS and _are_names(raw)), None)
    values = next(
        (
            key
            for key, raw in item.items()
            if plain_name(key) in _VALUE_LISTS and isinstance(raw, list) and key != names
        ),
        None,
    )
    if names is None or values is None:
        return None
    wanted, rows = item[names], item[values]
    if not isinstance(wanted, list) or not isinstance(rows, list) or not rows:
        return None
    are_rows = all(isinstance(row, list) and len(row) == len(wanted) for row in rows)
    return (
        (names, values)
        if are_rows or (len(rows) == len(wanted) and not any(isinstance(row, list) for row in rows))
        else None
    )


_NAME_LISTS = frozenset(["fields", "names", "columns", "tags", "keys", "labels", "headers"])
_VALUE_LISTS = frozenset(["values", "data", "value", "rows", "readings"])


def _are_names(raw: object) -> bool:
    return (
        isinstance(raw, list)
        and bool(raw)
        and all(isinstance(name, str) and name for name in raw)
        and len(set(raw)) == len(raw)
    )


# Who speaks, where the topic does not say so: the surest first.
_SPEAKERS = _ranks(
    "devicename device deviceid devid stationid station sensorname sensor sensorid nodename node machine asset equipment name deveui mac "
    "macaddress "
    "serialnumber serial sn meterid hostname host id"
)


def speakers_of(item: Mapping[str, object]) -> tuple[str, ...]:
    """Return who an object says it is from, the surest name first: radio receivers put the sensors of a whole street on one topic."""
    if not traits_of(item) & SPEAKER:
        return ()
    model = item.get("model")
    if isinstance(model, str) and isinstance(item.get("id"), int | str) and _as_name(model, is_numbered=False):
        parts = [model, *(str(item[key]) for key in ("channel", "id") if isinstance(item.get(key), int | str))]
        if all(len(part) <= MAX_NAME_LENGTH and is_shown(part) for part in parts) and not isinstance(item["id"], str):
            return ("/".join(parts),)
    found = sorted((place, key) for key in item if (place := _SPEAKERS.get(plain_name(key))) is not None)
    names = (_as_name(item[key], is_numbered=False) for _, key in found)
    return tuple(name for name in names if name is not None)


def chosen_speaker(speakers: Sequence[str], topic: str) -> str:
    """Return the name to put before the fields of a message, "" where its topic tells already who speaks."""
    if not speakers:
        return ""
    told = _bare(topic)
    return "" if any(_bare(name) in told for name in speakers) else speakers[0]


@lru_cache(maxsize=4_096)
def _bare(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
