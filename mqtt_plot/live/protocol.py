"""Frames to bytes and back, as docs/protocol.md defines them. Knows nothing of sockets, series or clocks."""

import json
import math
import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mqtt_plot.errors import ProtocolError, shown

PROTOCOL = 1

KIND_DATA, KIND_TABLE, KIND_RANGE = 1, 2, 3
FRAME_MORE = 1
FLAG_SNAPSHOT, FLAG_DECIMATED, FLAG_UNORDERED, FLAG_LOST, FLAG_OUTLINE = 1, 2, 4, 8, 16
ROW_RETAINED, ROW_THROTTLED = 1, 2

_FRAME = struct.Struct("<BBHIdII")
_BLOCK = struct.Struct("<IIIIdd")
_ROW = struct.Struct("<IIdddffff")
_FIRST_SINGLE, _LARGEST_SINGLE = 5, 3.4e38  # the row's fields from here on are 32-bit floats

MAX_FOLLOW = 500
MAX_RANGE_POINTS = 100_000
MAX_PATTERN = 256


class Block(NamedTuple):
    """A part of one series: `times` and `values` stand for the `raw` points with first <= seq < next."""

    series: int
    flags: int
    raw: int
    first: int
    next: int
    times: "array[float]"
    values: "array[float]"
    means: "array[float] | None" = None  # with FLAG_OUTLINE


class TagRow(NamedTuple):
    """One row of the tag table; NaN for what is not known."""

    series: int
    flags: int
    time: float
    value: float
    arrival: float
    rate: float
    bytes_rate: float
    interval: float
    offset: float


class Follow(NamedTuple):
    """A client's request for tags: the last `window` seconds in about `points` points; `next` resumes under `epoch`."""

    tags: list[str]
    window: float | None
    points: int | None
    epoch: str
    next: Mapping[str, int]


class Watch(NamedTuple):
    """A client's request for verdicts on topics that match the pattern `topic`; with `is_on` False it ends."""

    is_on: bool
    topic: str


class Range(NamedTuple):
    """A client's request for the history of one tag between two times, in about `points` points."""

    request: int
    tag: str
    start: float | None
    end: float | None
    points: int | None


def encode_block(block: Block) -> bytes:
    """Return one block: a header of 32 bytes and two columns; in outline three."""
    header = _BLOCK.pack(block.series, len(block.times), block.flags, block.raw, block.first, block.next)
    means = b"" if block.means is None else _little_endian(block.means)
    return header + _little_endian(block.times) + _little_endian(block.values) + means


def encode_frame(kind: int, parts: Sequence[bytes], time: float, request: int = 0, *, has_more: bool = False) -> bytes:
    """Return a frame of already encoded blocks or rows; of a table that `has_more` rows, the next frame goes on with it."""
    flags = FRAME_MORE if has_more else 0
    return _FRAME.pack(kind, PROTOCOL, flags, len(parts), time, request, 0) + b"".join(parts)


def encode_row(row: TagRow) -> bytes:
    """Return one row of the tag table, 48 bytes. A number that does not fit 32 bits becomes NaN, so that one tag cannot spoil the table."""
    try:
        return _ROW.pack(*row)
    except OverflowError:
        singles = (figure if abs(figure) < _LARGEST_SINGLE else math.nan for figure in row[_FIRST_SINGLE:])
        return _ROW.pack(*row[:_FIRST_SINGLE], *singles)


def _little_endian(column: "array[float]") -> bytes:
    if sys.byteorder == "big":
        column = array("d", column)
        column.byteswap()
    return column.tobytes()


def encode_control(kind: str, fields: Mapping[str, object]) -> str:
    """Return a control frame as strict JSON. Raises ValueError for NaN, which no browser could parse."""
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def or_null(number: float) -> float | None:
    """Return the number, or None if JSON cannot express it."""
    return number if math.isfinite(number) else None


def decode_control(text: str | bytes) -> Follow | Range | Watch | None:
    """Return a client's request; None for a type of a later version. Raises ProtocolError with a message for the client."""
    if isinstance(text, bytes):
        raise ProtocolError("expected a text message with JSON, got a binary one")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError(f"expected JSON, got {shown(text)}") from None
    if not isinstance(fields, dict) or not isinstance(fields.get("type"), str):
        raise ProtocolError("expected a JSON object with a 'type'")
    match fields["type"]:
        case "follow":
            return _decode_follow(fields)
        case "range":
            return _decode_range(fields)
        case "verdicts":
            return _decode_watch(fields)
        case _:
            return None


def _decode_follow(fields: Mapping[str, object]) -> Follow:
    tags = fields.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ProtocolError("expected a list of tag names in 'tags'")
    if len(tags) > MAX_FOLLOW:
        raise ProtocolError(f"expected at most {MAX_FOLLOW} tags in 'tags', got {len(tags)}")
    if not all(map(_is_unicode, tags)):  # unknown tags are sent back, and a lone surrogate cannot be sent
        raise ProtocolError("expected tag names in valid Unicode in 'tags'")
    known = {} if fields.get("next") is None else fields["next"]
    if not isinstance(known, dict) or not all(_is_whole(seq) for seq in known.values()):
        raise ProtocolError("expected an object of whole numbers in 'next'")
    window = _number(fields, "window")
    if window is not None and window <= 0:
        raise ProtocolError("expected more than 0 seconds in 'window'")
    epoch = "" if fields.get("epoch") is None else fields["epoch"]
    if not isinstance(epoch, str):
        raise ProtocolError(f"expected a text in 'epoch', got {shown(epoch)}")
    return Follow(
        list(dict.fromkeys(tags)), window, _points(fields), epoch, {tag: int(seq) for tag, seq in known.items()}
    )


def _decode_range(fields: Mapping[str, object]) -> Range:
    request, tag = fields.get("request"), fields.get("tag")
    if not _is_whole(request) or not isinstance(request, int) or request >= 1 << 32:
        raise ProtocolError("expected an unsigned 32-bit number in 'request'")
    try:
        if not isinstance(tag, str):
            raise ProtocolError("expected a tag name in 'tag'")  # noqa: TRY301 - all that is wrong with it is told alike
        return Range(request, tag, _number(fields, "start"), _number(fields, "end"), _points(fields))
    except ProtocolError as error:
        error.request = request
        raise


def _decode_watch(fields: Mapping[str, object]) -> Watch:
    is_on, topic = fields.get("on"), fields.get("topic")
    if not isinstance(is_on, bool):
        raise ProtocolError(f"expected true or false in 'on', got {shown(is_on)}")
    if topic is None:
        topic = "*"
    if not isinstance(topic, str) or len(topic) > MAX_PATTERN:
        raise ProtocolError(f"expected a pattern of at most {MAX_PATTERN} characters in 'topic', got {shown(topic)}")
    return Watch(is_on, topic)


def _number(fields: Mapping[str, object], name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:  # noqa: PLR2004 - beyond all times
        raise ProtocolError(f"expected a number or null in '{name}', got {shown(value)}")
    return float(value)


def _points(fields: Mapping[str, object]) -> int | None:
    points = fields.get("points")
    if points is None:
        return None
    if not _is_whole(points) or not isinstance(points, int) or not 2 <= points <= MAX_RANGE_POINTS:  # noqa: PLR2004 - two ends
        raise ProtocolError(f"expected a whole number from 2 to {MAX_RANGE_POINTS} in 'points', got {shown(points)}")
    return points


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_whole(value: object) -> bool:
    """Tell whether it is a number that counts; 5.0 too, as a seq is a float64 in the frames from which a client has it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < 1 << 53 and value == int(value)
