"""What an object is called, by itself: which point it is, and whose. Tables of the keys that say so. Refuses to say what its value is.

`{"device": "PLC1", "address": 40001, …}`: the point is 40001, its owner PLC1. Where a topic carries several of either, the values of one
must never go on in the series of another.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from mqtt_plot.parsers.remembered import remembered
from mqtt_plot.parsers.stamps import has_stamp, plain_name
from mqtt_plot.parsers.values import is_shown, words

MAX_NAME_LENGTH = 128
# Of those that end so, what names something else.
_NO_NAMES = ("filename", "username", "eventname", "typename", "unitname", "methodname", "topicname", "firmwarename")
_SHORT = 3


def ranks(names: str) -> dict[str, int]:
    """Return a table of names with their places; the first is the surest."""
    return {name: place for place, name in enumerate(names.split())}


# Keys in lower case, without _ - and blanks; the surest first. What is measured:
_POINTS = ranks(
    "displayname browsename tagpath tagname signalname signal itemname item variablename variable varname metricname metric measurementname "
    "measurement resourcename propertyalias objectname objectidentifier propertyname property datapointname datapoint dataitemid pointname "
    "dataitemkey parametername parameter fieldname field channelname tag valuetype externalid seriesname streamname streamid target path name "
    "serviceid nodeid itemid tagid pointid datapointid signalid objectid identifier uniqueid uid "
    "key title label n flag register address addr id index channel ch destination groupaddress ga "
    # What kind of thing is measured, where nothing else says so.
    "quantity measurand sensortype measurementtype kind type"
)
_CHANNELS, _RECEPTIONS = frozenset(["channel", "ch"]), frozenset(["rssi", "snr", "lorasnr"])
_KINDS = frozenset(words("quantity measurand sensortype measurementtype kind type"))
# A sensor, and what it is a part of.
_SENSORS = frozenset(words("sensor sensorname sensorid probe probeid"))
_DEVICES = ranks(
    "devicename device deviceid devid nodename node nodeid stationname station stationid machinename machine machineid"
)
# And who measures it, from near to far.
_OWNERS = ranks(
    "sensorname sensor sensorid metername meter meterid endpointid inverter inverterid nodename node gatewayid gtwid deviceid devid devicename "
    "device asset assetcode assetname deveui deviceeui eui devaddr imei mac macaddress serialnumber serial sn machineid machine "
    "gweui gatewayeui equipment equipmentname equipmentid chartid chart mmsi icao icao24 callsign host"
)
# Under these a whole number is a name as well.
_NUMBERED = frozenset(
    words(
        "id channel ch address addr register index datapointid pointid tagid signalid objectid itemid sensor sensorid meter meterid endpointid "
        "inverter inverterid node nodeid deviceid devid stationid serialnumber serial sn machineid assetid vehicleid carid imei mmsi"
    )
)
# What tells the objects of a list apart that have no better name. The second ones are places in a row of samples as well.
_ORDINALS = frozenset(words("port slot phase string mppt slave zone pack cell line circuit idx"))
_PLACES = frozenset(words("no nr num number pos position hex"))
# Who speaks, where the topic does not say so: the surest first.
_SPEAKERS = ranks(
    "devicename device deviceid devid stationid station sensorname sensor sensorid nodename node machine machineid asset assetcode assetname "
    "assetid equipment endpointid inverter inverterid thing thingname vehicleid carid vin name deveui deviceeui eui devaddr imei mac "
    "macaddress serialnumber serial sn meterid mmsi icao hostname host gatewayname gatewayid gateway gwid gwmac gatewaymac id"
)
# An `id` may count messages, and so may any number that stands under a name that is not made for one.
_NUMBERED_SPEAKERS = _NUMBERED - {"id", "channel", "ch", "address", "addr", "register", "index", "objectid"}
# Parts of an object that are there to say whose it is.
OWNER_PARTS = frozenset(
    words(
        "device deviceinfo enddevice source sensor sensorinfo node station meter machine thing asset gateway inverter vehicle observation knx "
        "meta header head hdr envelope"
    )
)
# Such a part tells of a message as well, and these of it: another name in each.
_HEADERS = frozenset(words("meta header head hdr envelope"))
_COUNTING = frozenset(words("id uid uniqueid key index n type kind"))
VOCABULARY = frozenset({*_POINTS, *_OWNERS})

# Further keys of who speaks, such as esp8266id, chipId, modbusDeviceName.
# What tells whose a message is that has an envelope around it.
_ENVELOPED = frozenset(words("deveui deviceeui devaddr deviceid imei"))
_SPEAKS = re.compile(
    r".*(?:device|sensor|node|gateway|station|meter|inverter|esp\d+|chip|core|board|module|machine|asset|logger|tracker|thing)"
    r"(?:id|name|eui|serial|sn|mac|addr|address)"
    r"|id(?:device|sensor|node|station|machine|meter)"
)
# What `type` says of a value and not of what is measured.
_DATA_TYPES = re.compile(
    r"(?:ar)?(?:(?:u|s|l|d|us|ul|ud)?int(?:eger)?|unsigned|signed|bool(?:ean)?|short|long|float|double|l?real|decimal|num(?:ber|eric)?|str(?:ing)?|text|byte"
    r"|[dl]?word|w?string|w?char|time|json|object|array|struct|enum|variant)\d*(?:\[\d*\])?"
    r"|analog(?:ue)?.*|digital.*|binary.*|multi.?state.*|coils?|discrete.*|holding.*|inputs?|outputs?|registers?|scalar|measurements?|samples?"
    r"|data|values?|readings?|telemetry|events?|reports?|updates?|status|state|messages?|publish|changed?|propert(?:y|ies).*|sensors?|devices?"
    r"|metrics?|gauges?|counters?|uplink|location|heartbeat|info|periodic|cyclic|notify.*|response|reply|result"
    r"|(?:sensor|device|system|measurement|status|error|log)[ _-]?(?:data|message|reading|value|report|update)s?",
    re.IGNORECASE,
)
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# A node of OPC UA (part 6, 5.3.1.10): ns=2;s=Temp, nsu=http://…;s=Temp, http://…/#s=Temp.
_NODE = re.compile(r"(?:(?:ns=\d+|nsu=[^;]*)[;#]|\S*#)?[sigb]=(.+)", re.DOTALL)
_PROVIDER = re.compile(r"\[[^\]]*\](?=.)")  # of a tag in Ignition: [default]Line/Temp
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@remembered
def _may_name(key: str) -> bool:
    plain = plain_name(key)
    return (
        plain in VOCABULARY
        or plain in OWNER_PARTS
        or plain == "model"
        or plain.endswith(("ids", "item", "name"))
        or _SPEAKS.fullmatch(plain) is not None
    )


def is_event(item: Mapping[str, object]) -> bool:
    """Tell whether an object is an envelope with a source, as CloudEvents have (https://cloudevents.io, JSON format); its id is its own."""
    return isinstance(item.get("source"), str) and (
        "specversion" in item or ("id" in item and isinstance(item.get("payload"), dict))
    )


def has_names(item: Mapping[str, object]) -> bool:
    """Tell whether any key of an object may name it; most have none, and need not be looked at more closely."""
    return any(map(_may_name, item)) and not is_event(item)


def point_of(item: Mapping[str, object]) -> tuple[str, str | None]:
    """Return the key that says what an object measures, and that name; ("", None) where nothing does.

    Beside an owner a bare number called `id` is none: it may count the messages. Nor is the channel on which a gateway has heard something.
    """
    key, name = _first(item, _POINTS)
    if type(item.get(key)) is not int:
        return key, name
    is_count = plain_name(key) == "id" and owner_of(item)[1] is not None
    is_radio = plain_name(key) in _CHANNELS and any(plain_name(other) in _RECEPTIONS for other in item)
    return (
        _first({other: raw for other, raw in item.items() if other != key}, _POINTS)
        if is_count or is_radio
        else (key, name)
    )


def owner_of(item: Mapping[str, object], told: Sequence[str] = ()) -> tuple[str, str | None]:
    """Return the key that says whose an object is, and that name; ("", None) where nothing does.

    A sensor has the name of its device before its own, unless that is `told`: two devices may have a sensor of one name.
    """
    key, name = _first(item, _OWNERS)
    device = _first(item, _DEVICES)[1] if plain_name(key) in _SENSORS else None
    return key, name if device is None or device == name or device in told else f"{device}/{name}"


def device_beside(item: Mapping[str, object]) -> str | None:
    """Return the device that an object names beside a sensor of it, None where it does not name both."""
    if not any(plain_name(key) in _SENSORS for key in item):
        return None
    device, sensor = _first(item, _DEVICES)[1], sensor_in(item)
    return None if sensor is None or sensor == device else device


def sensor_in(item: Mapping[str, object]) -> str | None:
    """Return the sensor that an object names."""
    return next(
        (name for key in item if plain_name(key) in _SENSORS and (name := _as_name(item[key], is_numbered=True))), None
    )


def own_name(item: Mapping[str, object], told: Sequence[str] = ()) -> str | None:
    """Return what an object among others is called: by itself, or by a part that says who it is. Owners that are `told` are left out."""
    if is_event(item):
        return _as_name(item["source"], is_numbered=False)
    if not has_names(item):
        return None
    radio = _radio_name(item)
    if radio is not None:
        return radio
    (key, point), owner = point_of(item), owner_of(item, told)[1]
    if owner is not None and plain_name(key) in _KINDS:
        return owner
    return joined(point, owner, told) or name_in_part(item) or _other_name(item, told)


def _other_name(item: Mapping[str, object], told: Sequence[str]) -> str | None:
    """Return a name under a key that is in no table but ends as those of devices and names do: sensorSn, zoneName."""
    for key in item:
        if _speaker_rank(key) == len(_SPEAKERS) or _is_other_name(key):
            name = _as_name(item[key], is_numbered=False)
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
                left_out = _COUNTING if name in _HEADERS else ()
                told = {below: raw for below, raw in part.items() if plain_name(below) not in left_out}
                found = own_name(told) if name != "source" else _first(part, _POINTS)[1]
                if found is not None:
                    return found
    return None


def ordinal_of(items: Sequence[object]) -> str | None:
    """Return the key that tells objects of a list apart which have no names: a number or short text under a name for such, in each of them."""
    objects = [item for item in items if isinstance(item, dict)]
    if not objects or len(objects) != len(items):
        return None
    are_moments = any(map(has_stamp, objects))
    tables = [_ORDINALS] if are_moments else [_ORDINALS, _PLACES]
    keys: list[str] = [key for table in tables for key in objects[0] if plain_name(key) in table]
    for key in keys:
        if all(_as_name(item.get(key), is_numbered=True) is not None for item in objects):
            return key
    # Anything else that is called an id and is another in each; in moments it may count them.
    others: list[str] = [key for key in objects[0] if plain_name(key).endswith("id")]
    for key in others if len(objects) > 1 and not are_moments else ():
        ids = set[str | None](takewhile(bool, (_as_name(item.get(key), is_numbered=True) for item in objects)))
        if len(ids) == len(objects):
            return key
    return None


def is_named_list(item: Mapping[str, object]) -> bool:
    """Tell whether an object stands for a list: its keys are 0, 1, 2… and its values objects with names."""
    if not item or not all(key.isascii() and key.isdigit() for key in item):
        return False
    return all(isinstance(value, dict) and own_name(value) is not None for value in item.values())


def _first(item: Mapping[str, object], table: Mapping[str, int]) -> tuple[str, str | None]:
    found = sorted((place, key) for key in item if (place := table.get(plain_name(key))) is not None)
    for _, key in found:
        plain = plain_name(key)
        name = _as_name(item[key], is_numbered=plain in _NUMBERED)
        if name is not None and not (plain in _KINDS and _DATA_TYPES.fullmatch(name)):
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


@remembered
def path_of(name: str) -> str:
    """Return a name as the end of a tag: of a node its identifier, of dotted words the levels they are."""
    name = _PROVIDER.sub("", name.strip())
    node = _NODE.fullmatch(name)
    name = (node[1].replace('"."', ".") if node else name).strip('" /') or name
    return name.replace(".", "/") if _DOTTED.fullmatch(name) else name


@remembered
def _may_speak(key: str) -> bool:
    plain = plain_name(key)
    return _speaker_rank(key) is not None or plain in OWNER_PARTS or plain == "model" or plain.endswith("ids")


@remembered
def _speaker_rank(key: str) -> int | None:
    plain = plain_name(key)
    return _SPEAKERS.get(plain, len(_SPEAKERS) if _SPEAKS.fullmatch(plain) else None)


def _radio_name(item: Mapping[str, object]) -> str | None:
    """Return the name of a radio sensor: its model, and the channel and the number or rolling code that tell two of a model apart."""
    model = item.get("model")
    if not isinstance(model, str) or _as_name(model, is_numbered=False) is None:
        return None
    number = next(
        (item[key] for key in ("id", "rc", "unit", "code", "address") if isinstance(item.get(key), int)), None
    )
    channel = item.get("channel")
    if number is None and not (isinstance(channel, int | str) and "id" not in item):
        return None
    parts = [model, *(str(part) for part in (channel, number) if isinstance(part, int | str))]
    are_names = all(len(part) <= MAX_NAME_LENGTH and is_shown(part) for part in parts)
    return "/".join(parts) if are_names else None


def is_owner_part(key: str) -> bool:
    """Tell whether a part of an object under this key is there to say whose it is."""
    return plain_name(key) in OWNER_PARTS


def speakers_of(item: Mapping[str, object]) -> tuple[str, ...]:
    """Return who an object says it is from, the surest name first: radio receivers put the sensors of a whole street on one topic."""
    if len(item) == 1:
        (part,) = item.values()
        if isinstance(part, dict) and ("attributes" in part or not _ENVELOPED.isdisjoint(map(plain_name, part))):
            return speakers_of(part)
    if not any(map(_may_speak, item)):
        return ()
    if is_event(item):
        source = _as_name(item.get("source"), is_numbered=False)
        return () if source is None else (source,)
    radio = _radio_name(item)
    if radio is not None:
        return (radio,)
    found = sorted((place, key) for key in item if (place := _speaker_rank(key)) is not None)
    names = [
        (plain_name(key), name)
        for _, key in found
        if (name := _as_name(item[key], is_numbered=plain_name(key) in _NUMBERED_SPEAKERS)) is not None
    ]
    if names and names[0][0] == "device" and isinstance(item.get("id"), str) and isinstance(item.get("name"), str):
        names.append(names.pop(0))  # who has a name and an id of its own was heard by that device
    if (device := device_beside(item)) is not None:
        return (device,)
    told = [name for plain, name in names if plain != "gateway" or not _IP.fullmatch(name)]
    part = name_in_part(item) if not told or names[0][0] == "id" else None
    return tuple(told) if part is None else (part, *told)


def chosen_speaker(speakers: Sequence[str], topic: str) -> str:
    """Return the name to put before the fields of a message, "" where its topic tells already who speaks."""
    if not speakers:
        return ""
    return "" if any(is_told(name, topic) for name in speakers) else speakers[0]


def is_told(name: str, topic: str) -> bool:
    """Tell whether a topic has a name in it. A short one must stand alone there: 1 is told by line1, but not by line11."""
    bare = _bare(name)
    if len(bare) > _SHORT:
        return bare in _bare(topic)
    letters = r"\d" if bare.isdigit() else r"[^\W\d_]"
    return re.search(rf"(?<!{letters}){re.escape(bare)}(?!{letters})", topic.lower()) is not None


@remembered
def _bare(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
