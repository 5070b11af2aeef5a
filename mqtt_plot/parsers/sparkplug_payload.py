"""A Sparkplug B payload's bytes to its metrics, and a rebirth request to bytes. Knows nothing of nodes, topics and births.

The payload is protobuf (Sparkplug 3.0, section 6.4.1). The dozen fields that matter are read by a small reader of our own: the protobuf package
weighs more than the rest of the bridge, and has no bounds on how much a message of 256 KiB may make of itself.
"""

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from mqtt_plot.errors import PayloadError

# A birth of a large node names some thousand metrics; each takes a few microseconds.
MAX_METRICS = 1_250
MAX_NAME_LENGTH = 256
_MAX_FIELDS = 10_000
_MAX_PROPERTIES = 32

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FLOAT, _DOUBLE = struct.Struct("<f"), struct.Struct("<d")

# Data types (section 6.4.16) whose value travels as an unsigned number although it has a sign: bits.
_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_DATE_TIME = 13
# Property names under which Ignition and others put the unit.
_UNIT_NAMES = frozenset({b"engUnit", b"engunit", b"unit", b"Unit", b"units", b"Engineering Unit", b"EngUnit"})


class Metric(NamedTuple):
    """One metric: `value` is a bool, int, float or text, None when it is null; `kind` is its data type (0: not told); `timestamp` in ms."""

    name: str | None
    alias: int | None
    timestamp: int | None
    kind: int
    value: object
    unit: str | None
    is_plottable: bool = True


class Payload(NamedTuple):
    """`timestamp` in ms, `seq` 0 to 255; either may be missing."""

    timestamp: int | None
    seq: int | None
    metrics: list[Metric]


def decode(data: bytes) -> Payload:
    """Return what a payload says. Raises PayloadError: "not_sparkplug", "batch_too_large"."""
    timestamp = seq = None
    metrics: list[Metric] = []
    budget = [_MAX_FIELDS]
    for number, wire, raw in _fields(data, 0, len(data), budget):
        if number == 1 and wire == _VARINT:
            timestamp = raw
        elif number == 3 and wire == _VARINT:  # noqa: PLR2004 - field numbers of section 6.4.1
            seq = raw
        elif number == 2 and wire == _BYTES:  # noqa: PLR2004
            if len(metrics) >= MAX_METRICS:
                raise PayloadError(
                    "batch_too_large", f"expected at most {MAX_METRICS} metrics in one message, got more"
                )
            metrics.append(_metric(data, raw, budget))
    return Payload(timestamp, seq, metrics)


def _fail(expected: str) -> NoReturn:
    raise PayloadError("not_sparkplug", f"expected a Sparkplug B payload (protobuf): {expected}")


def _varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 64:  # noqa: PLR2004 - ten bytes of seven bits
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - no bit says that more follows
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
        shift += 7
    _fail(f"a number at byte {position}")


def _fields(data: bytes, position: int, end: int, budget: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (number, wire type, value) per field; of strings and messages the value is start << 32 | end."""
    while position < end:
        budget[0] -= 1
        if budget[0] < 0:
            raise PayloadError("batch_too_large", f"expected at most {_MAX_FIELDS} fields in one message, got more")
        key = data[position]  # one byte, but for field numbers beyond 15
        if key < 0x80:  # noqa: PLR2004 - no bit says that more follows
            position += 1
        else:
            key, position = _varint(data, position, end)
        wire = key & 7
        if wire == _VARINT:
            value, position = _varint(data, position, end)
        elif wire == _BYTES:
            length, position = _varint(data, position, end)
            value = position << 32 | (position + length)
            position += length
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
            value = int.from_bytes(data[position : position + size], "little")
            position += size
        else:
            _fail(f"wire types 0, 1, 2 and 5, got {wire}")
        if position > end or key >> 3 == 0:
            _fail(f"a field that ends by byte {end}, got more")
        yield key >> 3, wire, value


def _slice(data: bytes, span: int) -> bytes:
    return data[span >> 32 : span & 0xFFFF_FFFF]


def _text(data: bytes, span: int) -> str:
    try:
        return _slice(data, span).decode()
    except UnicodeDecodeError:
        _fail("texts in UTF-8")


def _metric(data: bytes, span: int, budget: list[int]) -> Metric:  # noqa: C901, PLR0912 - one arm a field of section 6.4.1
    name = alias = timestamp = unit = None
    kind = 0
    value: object = None
    is_plottable = True
    for number, wire, raw in _fields(data, span >> 32, span & 0xFFFF_FFFF, budget):
        match number, wire:
            case 1, 2:
                name = _text(data, raw)
            case 2, 0:
                alias = raw
            case 3, 0:
                timestamp = raw
            case 4, 0:
                kind = raw
            case ((10 | 11), 0):
                value = raw
            case 12, 5:
                value = _finite(_FLOAT.unpack(raw.to_bytes(4, "little"))[0])
            case 13, 1:
                value = _finite(_DOUBLE.unpack(raw.to_bytes(8, "little"))[0])
            case 14, 0:
                value = raw != 0
            case 15, 2:
                value = _text(data, raw)
            case ((16 | 17 | 18), 2):
                is_plottable = False
            case 9, 2:
                unit = _unit(data, raw, budget)
    if name is not None and len(name) > MAX_NAME_LENGTH:
        _fail(f"names of at most {MAX_NAME_LENGTH} characters, got {len(name)}")
    return Metric(name, alias, timestamp, kind, value, unit, is_plottable)


def _finite(number: float) -> float:
    return number if math.isfinite(number) else math.nan


def interpret(value: object, kind: int) -> float | str:
    """Return the value of data type `kind`: negative numbers and dates are made of what travels unsigned; null is a gap."""
    match value:
        case bool() | float() | str():
            return value
        case int() if kind in _SIGNED:
            bits = _SIGNED[kind]
            value &= (1 << bits) - 1
            return float(value - (1 << bits) if value >> (bits - 1) else value)
        case int():
            return value / 1000 if kind == _DATE_TIME else float(value)
        case _:
            return math.nan


def _unit(data: bytes, span: int, budget: list[int]) -> str | None:
    """Return the unit among a metric's properties: two rows, of names and of values."""
    names: list[bytes] = []
    values: list[int] = []
    for number, wire, raw in _fields(data, span >> 32, span & 0xFFFF_FFFF, budget):
        if wire == _BYTES and number == 1 and len(names) < _MAX_PROPERTIES:
            names.append(_slice(data, raw))
        elif wire == _BYTES and number == 2 and len(values) < _MAX_PROPERTIES:  # noqa: PLR2004
            values.append(raw)
    for name, value in zip(names, values, strict=False):
        if name in _UNIT_NAMES:
            for number, wire, raw in _fields(data, value >> 32, value & 0xFFFF_FFFF, budget):
                if number == 8 and wire == _BYTES:  # noqa: PLR2004 - string_value of a PropertyValue
                    return _text(data, raw)
    return None


def rebirth_request(now: float) -> bytes:
    """Return the payload of an NCMD that asks a node for its births (section 6.4.19); `now` in POSIX seconds."""
    stamp = _encoded(round(now * 1000))
    name = b"Node Control/Rebirth"
    metric = b"\x0a" + bytes([len(name)]) + name + b"\x18" + stamp + b"\x20\x0b" + b"\x70\x01"
    return b"\x08" + stamp + b"\x12" + bytes([len(metric)]) + metric


def _encoded(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))
