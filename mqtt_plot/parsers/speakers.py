"""Who speaks: the names of devices that a whole message says it is from, and what may tell two of them on one topic apart."""

import re
from collections.abc import Mapping, Sequence

from mqtt_plot.parsers import strict_json
from mqtt_plot.parsers.name_keys import APART, DEVICE_KEYS, ENVELOPED, IP, NUMBERED_SPEAKERS, OWNER_PARTS, UUID
from mqtt_plot.parsers.names import (
    FURTHER_SPEAKER,
    MAX_NAME_LENGTH,
    as_name,
    bare,
    device_beside,
    is_event,
    is_owner_part,
    name_in_part,
    name_under,
    radio_name,
    speaker_rank,
)
from mqtt_plot.parsers.remembered import plain_name, remembered, remembered_of_keys
from mqtt_plot.parsers.values import words

# Words with a number, T1 and Pump-02, are names of things that come in numbers; under these keys they are steps, codes and releases.
_NUMBERED_NAME = re.compile(r"[A-Za-z][A-Za-z _-]{0,24}\d{1,4}", re.ASCII)
_OF_EVENTS = re.compile(
    "alarm|action|batch|build|code|command|error|event|fault|firm|fw|hw|job|lot|message|mode|model|msg|order|param|part|preset|prog|rate|reason|recipe|rev"
    "|scene|software|stage|state|status|step|sw|type|unit|ver|warn|phase|level|class|grade|gear|speed|quality"
)
_SHORT = 3  # letters of a name that must stand alone in a topic
_SOURCES = frozenset(words("source src sender client clientid node station slave unit unitid port channel ch host"))
_ENVELOPES = frozenset(
    words(
        "data payload body d msg message params event record reading telemetry uplink content object item sample report"
    )
)
_MOST_COMPARED = 200  # fields of a part


@remembered_of_keys
def _may_speak(keys: tuple[str, ...]) -> bool:
    return any(
        speaker_rank(key) is not None
        or (plain := plain_name(key)) in OWNER_PARTS
        or plain == "model"
        or plain.endswith("ids")
        for key in keys
    )


def in_envelope(item: dict[str, object]) -> dict[str, object]:
    """Return what is in the envelope around a whole message (`{"data": {"model": …, "id": …}}`), the object itself where there is none."""
    if len(item) == 1:
        ((key, part),) = item.items()
        opened = strict_json.opened(part) if isinstance(part, str) and part.startswith(strict_json.STARTS) else part
        if isinstance(opened, dict) and plain_name(key) in _ENVELOPES:
            return opened
    return item


def speakers_of(item: Mapping[str, object]) -> tuple[str, ...]:
    """Return who an object says it is from, the surest name first: radio receivers put the sensors of a whole street on one topic."""
    if len(item) == 1:
        (part,) = item.values()
        if isinstance(part, dict) and ("attributes" in part or not ENVELOPED.isdisjoint(map(plain_name, part))):
            return speakers_of(part)
    if not _may_speak(item):
        within = _names_within(item)
        return (within[0][1],) if within else ()
    if is_event(item):
        source = as_name(item.get("source"), is_numbered=False)
        return () if source is None else (source,)
    radio = radio_name(item)
    if radio is not None:
        return (radio,)
    found = sorted(
        (place, place >= FURTHER_SPEAKER and not key.lower().endswith("name"), key)
        for key in item
        if (place := speaker_rank(key)) is not None
    )
    names = [
        (plain_name(key), name)
        for _, _, key in found
        if (name := name_under(plain_name(key), item[key], NUMBERED_SPEAKERS)) is not None
    ]
    if names and names[0][0] == "device" and isinstance(item.get("id"), str) and isinstance(item.get("name"), str):
        names.append(names.pop(0))  # who has a name and an id of its own was heard by that device
    if (device := device_beside(item)) is not None:
        return (device,)
    if not names and name_in_part(item) is None:
        names = _names_within(item)
    told = [name for plain, name in names if plain != "gateway" or not IP.fullmatch(name)]
    part = name_in_part(item) if not told or names[0][0] == "id" else None
    return tuple(told) if part is None else (part, *told)


def _names_within(item: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the name of a device that stands in the only part of an object that has one: {"eventType": …, "context": {"deviceMac": …}}."""
    if dict not in map(type, item.values()):
        return []
    found = list[tuple[str, str]]()
    for part in item.values():
        if isinstance(part, dict) and len(part) <= _MOST_COMPARED:
            names = [
                (plain_name(key), name)
                for key, raw in part.items()
                if _is_device_key(key) and (name := name_under(plain_name(key), raw, NUMBERED_SPEAKERS)) is not None
            ]
            if found and names:
                return []
            found = names or found
    return found[:1]


@remembered
def _is_device_key(key: str) -> bool:
    return DEVICE_KEYS.fullmatch(plain_name(key)) is not None


def apart_of(item: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return what may tell the sender of an object from another on its topic, though it is not sure enough to name a series by it."""
    kinds = set(map(type, item.values()))
    found = [(key, item[key]) for key in _telling_apart(item)]
    if dict in kinds:
        found += _devices_within(item)
    sure = tuple(
        (key, str(raw))
        for key, raw in found
        if type(raw) is int or (isinstance(raw, str) and 0 < len(raw) <= MAX_NAME_LENGTH and not UUID.fullmatch(raw))
    )
    if sure or str not in kinds:
        return sure
    return tuple(
        (key, raw)
        for key, raw in item.items()
        if isinstance(raw, str) and _NUMBERED_NAME.fullmatch(raw) and not _is_of_events(key)
    )


def _devices_within(item: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return what the parts of an object say of devices."""
    return [
        (f"{key}/{name}", raw)
        for key, part in item.items()
        if isinstance(part, dict) and len(part) <= _MOST_COMPARED
        for name in (("id",) if "id" in part and _is_whose(key) else _device_keys(part))
        if (raw := part[name])
    ]


@remembered_of_keys
def _device_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if _is_device_key(key) or plain_name(key) in {"mac", "macaddress"})


def within_speaker(apart: Sequence[tuple[str, str]], speakers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what may tell two things of one sender apart: a name or a part's number beside his, but no number that may count messages."""
    return tuple(
        (f"{key} of {speakers[0]}", text)
        for key, text in apart
        if ("/" in key or not text.isdecimal()) and not any(text in name for name in speakers)
    )


def _is_whose(key: str) -> bool:
    """Tell whether a part is that of who sent a message, or of what it is about."""
    return is_owner_part(key) or plain_name(key) in _SOURCES


def sources_of(apart: Sequence[tuple[str, str]], name: str | None) -> tuple[tuple[str, str], ...]:
    """Return what of `apart` may tell the sender of a record from another that has a record of the same `name`."""
    return tuple(
        (f"{key} of {name or 'the value'}", text)
        for key, text in apart
        if plain_name(key) in _SOURCES and text not in (name or "")
    )


@remembered_of_keys
def _telling_apart(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if APART.fullmatch(plain_name(key)))


@remembered
def _is_of_events(key: str) -> bool:
    return _OF_EVENTS.search(plain_name(key)) is not None


def chosen_speaker(speakers: Sequence[str], topic: str) -> str:
    """Return the name to put before the fields of a message, "" where its topic tells already who speaks."""
    if not speakers:
        return ""
    return "" if any(is_told(name, topic) for name in speakers) else speakers[0]


def is_told(name: str, topic: str) -> bool:
    """Tell whether a topic has a name in it. A short one must stand alone there: 1 is told by line1, but not by line11."""
    short = bare(name)
    if len(short) > _SHORT:
        return short in bare(topic)
    letters = r"\d" if short.isdecimal() else r"[^\W\d_]"
    return re.search(rf"(?<!{letters}){re.escape(short)}(?!{letters})", topic.lower()) is not None
