"""The bytes of the state file: MAGIC, then segments, each with its length and checksum. Knows nothing of what is in them, and of disks.

All little-endian. A segment: its kind as u8, the length of its body as u32, the CRC-32 of both and of the body; the body is compressed
(zlib). It is whole or it is not there: what follows one that is cut off or changed cannot be trusted, and is left.
"""

import sys
import zlib
from array import array
from collections.abc import Callable, Iterator
from struct import Struct
from typing import BinaryIO, NamedTuple

from mqtt_plot.errors import MqttPlotError

MAGIC = b"mqtt_plot state 3\n"
_HEAD = Struct("<BII")
# Added to the kind of a segment that tells anew what an older file tells, so that that one may go.
AGAIN = 0x80
# A segment of ours has some hundred kilobytes, one with a large capture ten megabytes. Nobody is believed with more memory.
MAX_BODY = 32 * 1024 * 1024
MAX_CONTENT = 64 * 1024 * 1024
# More gains a hundredth and costs twice the time.
_LEVEL = 1


# What is to be written: a kind, and what makes the content from copies, on any thread. None: a moment for others.
Pending = tuple[int, Callable[[], bytes]] | None


class DamagedStateError(MqttPlotError):
    """A state file is not as it was written."""


class Segment(NamedTuple):
    """One segment as it was read; `end` is where it ends in the file."""

    kind: int
    content: bytes
    end: int


def packed(kind: int, content: bytes) -> bytes:
    """Return a segment."""
    body = zlib.compress(content, _LEVEL)
    start = _HEAD.pack(kind, len(body), 0)[:5]
    return _HEAD.pack(kind, len(body), zlib.crc32(body, zlib.crc32(start))) + body


def segments(file: BinaryIO) -> Iterator[Segment]:
    """Yield the segments of a file that stands behind its MAGIC. Raises DamagedStateError where one is not whole."""
    end = len(MAGIC)
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            raise DamagedStateError("it is cut off")
        kind, length, crc = _HEAD.unpack(head)
        body = file.read(length) if length <= MAX_BODY else b""
        if len(body) < length <= MAX_BODY:
            raise DamagedStateError("it is cut off")
        if length > MAX_BODY or zlib.crc32(body, zlib.crc32(head[:5])) != crc:
            raise DamagedStateError("a checksum is wrong")
        end += len(head) + length
        yield Segment(kind, _content(body), end)


def _content(body: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(body, MAX_CONTENT)
    except zlib.error as error:
        raise DamagedStateError(f"a segment makes no sense: {error}") from None
    if not unpacker.eof:
        raise DamagedStateError("a segment makes no sense: it is too long")
    return content


def turned(rows: bytes, size: int) -> bytes:
    """Return rows of `size` bytes as columns of bytes, which zlib makes much smaller."""
    return b"".join([rows[place::size] for place in range(size)])


def turned_back(columns: bytes, size: int) -> bytes:
    """Return the rows that `turned` was given."""
    count = len(columns) // size
    rows = bytearray(len(columns))
    for place in range(size):
        rows[place::size] = columns[place * count : (place + 1) * count]
    return bytes(rows)


def column_bytes(column: "array[float]") -> bytes:
    """Return float64 numbers as little-endian columns of bytes."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return turned(column.tobytes(), 8)


def column_of(columns: bytes) -> "array[float]":
    """Return the numbers that `column_bytes` was given."""
    column = array("d", turned_back(columns, 8))
    if sys.byteorder == "big":
        column.byteswap()
    return column
