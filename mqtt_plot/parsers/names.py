"""What an object is called, by itself: which point it is, and whose. Refuses to say what its value is.

`{"device": "PLC1", "address": 40001, …}`: the point is 40001, its owner PLC1. Where a topic carries several of either, the values of one
must never go on in the series of another.
"""

from collections.abc import Callable, Mapping, Sequence
from unicodedata import normalize

from mqtt_plot.parsers.name_keys import (
    ACCESS,
    ADDRESSES,
    CHANNELS,
    CONTAINERS,
    COUNTING,
    DATA_TYPES,
    DECIMAL,
    DEVICES,
    DOTTED,
    FUNCTIONS,
    FURTHER_POINTS,
    HEADERS,
    INSTANCES,
    KINDS,
    LOCATIONS,
    NODE,
    NUMBERED,
    NUMBERS_THING,
    OWNER_PARTS,
    OWNERS,
    PARTS_OF_NUMBERS,
    POINTS,
    PROVIDER,
    QUANTITIES,
    RECEPTIONS,
    RECORD_KEY,
    REGISTERS,
    SENSORS,
    SPEAKERS,
    SPEAKS,
    TABLE_KEYS,
    TABLES,
    UUID,
    VOCABULARY,
)
from mqtt_plot.parsers.remembered import plain_name, remembered, remembered_of_keys
from mqtt_plot.parsers.values import is_number, is_shown

MAX_NAME_LENGTH = 128
# Of those that end so, what names something else.
_NO_NAMES = ("filename", "username", "eventname", "typename", "unitname", "methodname", "topicname", "firmwarename")


@remembered
def _may_name(key: str) -> bool:
    plain = plain_name(key)
    return (
        plain in VOCABULARY
        or plain in OWNER_PARTS
        or plain in {"model", "objecttype", "siid"}
        or plain.endswith(("ids", "item", "name", "object"))
        or SPEAKS.fullmatch(plain) is not None
        or FURTHER_POINTS.fullmatch(plain) is not None
    )


def is_event(item: Mapping[str, object]) -> bool:
    """Tell whether an object is an envelope with a source, as CloudEvents have (https://cloudevents.io, JSON format); its id is its own."""
    return isinstance(item.get("source"), str) and (
        "specversion" in item or ("id" in item and isinstance(item.get("payload"), dict))
    )


def has_names(item: Mapping[str, object]) -> bool:
    """Tell whether any key of an object may name it; most have none, and need not be looked at more closely."""
    return _have_names(item) and not is_event(item)


@remembered_of_keys
def _have_names(keys: tuple[str, ...]) -> bool:
    return any(map(_may_name, keys))


def point_of(item: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the key that says what an object measures, and that name; ("", None) where nothing does.

    Beside an owner a bare number called `id` is none: it may count the messages. Nor is the channel on which a gateway has heard something.
    """
    key, name = _first(item, _points_in)
    if (
        _number_objects(item)
        and (number := _object_number(item)) is not None
        and (name is None or plain_name(key) in COUNTING)
    ):
        return "", number
    if name is not None and plain_name(key) in ADDRESSES and (table := _table_of(item)):
        name = f"{table}/{name}"
    if type(item.get(key)) is not int:
        return key, name
    is_count = plain_name(key) == "id" and owner_of(item)[1] is not None
    is_radio = plain_name(key) in CHANNELS and any(plain_name(other) in RECEPTIONS for other in item)
    return (
        _first({other: raw for other, raw in item.items() if other != key}, _points_in)
        if is_count or is_radio
        else (key, name)
    )


def _table_of(item: Mapping[str, object]) -> str:
    """Return the table in which Modbus counts an address, as each has its own; "" where none is told."""
    for key, raw in item.items():
        if isinstance(raw, str | int) and plain_name(key) in TABLE_KEYS:
            if isinstance(raw, int):
                return FUNCTIONS.get(raw, "")
            if raw.lower().startswith(TABLES):
                return raw
    return ""


@remembered
def _numbers_object(key: str) -> bool:
    plain = plain_name(key)
    return plain in {"objecttype", "siid"} or plain.endswith("object")


@remembered_of_keys
def _number_objects(keys: tuple[str, ...]) -> bool:
    return any(map(_numbers_object, keys))


def _object_number(item: Mapping[str, object]) -> str | None:
    """Return what BACnet calls an object, the number of its type and its own (`0/2`), or MIoT a property; None where nothing says both."""
    kind = number = None
    for key, raw in item.items():
        plain = PARTS_OF_NUMBERS.get(plain_name(key), plain_name(key))
        if isinstance(raw, dict) and plain.endswith("object"):
            return _object_number(inner if isinstance(inner := raw.get("_value"), dict) else raw)
        if type(raw) is int or (isinstance(raw, str) and as_name(raw, is_numbered=True) is not None):
            kind = raw if plain == "objecttype" else kind
            number = raw if plain in INSTANCES else number
    return None if kind is None or number is None else f"{kind}/{number}"


def owner_of(item: Mapping[str, object], told: Sequence[str] = ()) -> tuple[str, str | None]:
    """Return the key that says whose an object is, and that name; ("", None) where nothing does.

    A sensor has the name of its device before its own, unless that is `told`: two devices may have a sensor of one name.
    """
    key, name = _first(item, _owners_in)
    if name is None and (address := _address_beside(item)):
        return address, as_name(item[address], is_numbered=True)
    device = _first(item, _devices_in)[1] if plain_name(key) in SENSORS else None
    return key, name if device is None or device == name or device in told else f"{device}/{name}"


@remembered_of_keys
def _address_beside(keys: tuple[str, ...]) -> str:
    """Return the key of the address of a device of Modbus, beside that of its register; "" for none."""
    found = [key for key in keys if plain_name(key) in ADDRESSES - REGISTERS]
    return found[0] if found and not REGISTERS.isdisjoint(map(plain_name, keys)) else ""


def device_beside(item: Mapping[str, object]) -> str | None:
    """Return the device that an object names beside a sensor of it, None where it does not name both."""
    if not any(plain_name(key) in SENSORS for key in item):
        return None
    device, sensor = _first(item, _devices_in)[1], sensor_in(item)
    return None if sensor is None or sensor == device else device


def sensor_in(item: Mapping[str, object]) -> str | None:
    """Return the sensor that an object names."""
    return next(
        (name for key in item if plain_name(key) in SENSORS and (name := as_name(item[key], is_numbered=True))), None
    )


def own_name(item: Mapping[str, object], told: Sequence[str] = ()) -> str | None:
    """Return what an object among others is called: by itself, or by a part that says who it is. Owners that are `told` are left out."""
    if is_event(item):
        return as_name(item["source"], is_numbered=False)
    if not has_names(item):
        return None
    radio = radio_name(item)
    if radio is not None:
        return radio
    (key, point), owner = point_of(item), owner_of(item, told)[1]
    if owner is not None and plain_name(key) in KINDS:
        return owner
    return joined(point, owner, told) or name_in_part(item) or _other_name(item, told)


def _other_name(item: Mapping[str, object], told: Sequence[str]) -> str | None:
    """Return a name under a key that is in no table but ends as those of devices and names do: sensorSn, zoneName."""
    for key in item:
        if is_further_speaker(key) or _is_other_name(key):
            name = as_name(item[key], is_numbered=False)
            if name is not None and name not in told:
                return name
    return None


@remembered
def _is_other_name(key: str) -> bool:
    plain = plain_name(key)
    return plain.endswith("name") and not plain.endswith(_NO_NAMES)


def joined(point: str | None, owner: str | None, told: Sequence[str] = ()) -> str | None:
    """Return a point below its owner, or the one of the two that there is. An owner that is `told` goes without saying."""
    if point is None or owner is None or owner in told or point == owner:
        return point or owner
    return f"{owner}/{point}"


def name_in_part(item: Mapping[str, object]) -> str | None:
    """Return the name in a part of an object that is there to say who it is (`MonitoredItem`, `gateway_ids`, `device`)."""
    for key, part in item.items():
        if isinstance(part, dict):
            name = plain_name(key)
            if name in OWNER_PARTS or name.endswith(("ids", "item")):
                left_out = COUNTING if name in HEADERS else ()
                told = {below: raw for below, raw in part.items() if plain_name(below) not in left_out}
                found = own_name(told) if name != "source" else _first(part, _points_in)[1]
                if found is not None:
                    return found
    return None


def is_named_list(item: Mapping[str, object]) -> bool:
    """Tell whether an object stands for a list: its keys are 0, 1, 2… and its values objects with names."""
    if not _count(item):
        return False
    return all(isinstance(value, dict) and own_name(value) is not None for value in item.values())


@remembered_of_keys
def _count(keys: tuple[str, ...]) -> bool:
    return bool(keys) and all(key.isascii() and key.isdecimal() for key in keys)


def _keys_in(
    table: Mapping[str, int], further: Callable[[str], int | None]
) -> Callable[[Mapping[str, object]], tuple[str, ...]]:
    """Return a function that returns the keys of an object that are in a table of names, or end as those do; the surest first."""

    @remembered_of_keys
    def ranked(keys: tuple[str, ...]) -> tuple[str, ...]:
        found = [(place, key) for key in keys if (place := table.get(plain_name(key), further(key))) is not None]
        return tuple(key for _, key in sorted(found))

    return ranked


def _first(
    item: Mapping[str, object], ranked: Callable[[Mapping[str, object]], tuple[str, ...]]
) -> tuple[str, str | None]:
    for key in ranked(item):
        if key == "_id" and type(item[key]) is int:
            continue  # the place in a table of a database
        plain = plain_name(key)
        name = name_under(plain, item[key], NUMBERED)
        if name is not None and not (plain in KINDS and DATA_TYPES.fullmatch(name)):
            return key, name
    return "", None


def _further_point(key: str) -> int | None:
    return POINTS["pointid"] if FURTHER_POINTS.fullmatch(plain_name(key)) else None


def _further_owner(key: str) -> int | None:
    return len(OWNERS) if plain_name(key) not in POINTS and is_further_speaker(key) else None


_points_in = _keys_in(POINTS, _further_point)
_owners_in = _keys_in(OWNERS, _further_owner)
_devices_in = _keys_in(DEVICES, lambda _key: None)


def name_under(plain: str, raw: object, numbered: frozenset[str]) -> str | None:
    """Return the name that stands under a key of this plain form, None where it is none."""
    if isinstance(raw, dict) and plain in KINDS:
        raw = raw.get("name")
    if type(raw) is int and (FURTHER_POINTS.fullmatch(plain) or NUMBERS_THING.fullmatch(plain)):
        return str(raw)
    if isinstance(raw, str) and (
        (plain in {"id", "uid"} and RECORD_KEY.fullmatch(raw))
        or ((plain in QUANTITIES or plain == "flag") and is_number(raw))
        or (plain == "attribute" and ACCESS.fullmatch(raw))
    ):
        return None
    return as_name(raw, is_numbered=plain in numbered)


def as_name(raw: object, *, is_numbered: bool) -> str | None:
    """Return what a raw value is as a name, None where it can be none."""
    if isinstance(raw, int) and not isinstance(raw, bool) and is_numbered:
        return str(raw)
    if (
        not isinstance(raw, str)
        or len(raw) > MAX_NAME_LENGTH
        or not raw.strip()
        or UUID.fullmatch(raw)
        or DECIMAL.fullmatch(raw)
        or not is_shown(raw)
    ):
        return None
    return path_of(raw)


@remembered
def path_of(name: str) -> str:
    """Return a name as the end of a tag: of a node its identifier, of dotted words the levels they are."""
    name = PROVIDER.sub("", name.strip())
    node = NODE.fullmatch(name)
    name = (node[1].replace('"."', ".") if node else name).strip('" /') or name
    return name.replace(".", "/") if DOTTED.fullmatch(name) else name


@remembered
def speaker_rank(key: str) -> int | None:
    """Return how sure it is that a key says who speaks, 0 for the surest; None for any other key."""
    plain = plain_name(key)
    if plain in SPEAKERS:
        return SPEAKERS[plain]
    if SPEAKS.fullmatch(plain):
        return FURTHER_SPEAKER + (CONTAINERS.fullmatch(plain) is not None)
    return FURTHER_SPEAKER + 2 if plain in LOCATIONS else None


FURTHER_SPEAKER = len(SPEAKERS)  # the rank of one that is in no table


def is_further_speaker(key: str) -> bool:
    """Tell whether a key is in no table, but ends as those of who speaks do."""
    return speaker_rank(key) in {FURTHER_SPEAKER, FURTHER_SPEAKER + 1}


def radio_name(item: Mapping[str, object]) -> str | None:
    """Return the name of a radio sensor: its model, and the channel and the number or rolling code that tell two of a model apart."""
    # rtl_433 says how a message was checked; then its numbers may be hexadecimal, or the model stands alone, or the number does.
    is_checked = str(item.get("mic", "0")).isalpha()
    model = item.get("model") if as_name(item.get("model"), is_numbered=False) is not None else None
    if model is None and not is_checked:
        return None
    numbers = (int, str) if is_checked else int
    number = next(
        (item[key] for key in ("id", "rc", "unit", "code", "address") if isinstance(item.get(key), numbers)), None
    )
    channel = item.get("channel")
    if number is None and not is_checked and not (isinstance(channel, int | str) and "id" not in item):
        return None
    parts = [str(part) for part in (model, channel, number) if isinstance(part, int | str)]
    are_names = all(len(part) <= MAX_NAME_LENGTH and is_shown(part) for part in parts)
    return "/".join(parts) if are_names and parts else None


def is_owner_part(key: str) -> bool:
    """Tell whether a part of an object under this key is there to say whose it is."""
    return plain_name(key) in OWNER_PARTS


@remembered
def bare(text: str) -> str:
    """Return the letters and figures of a name, without case."""
    return "".join(character for character in normalize("NFKD", text.lower()) if character.isalnum())
