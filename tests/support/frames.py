"""Frames of docs/protocol.md read in Python, for tests and benchmarks."""

import struct
from array import array
from collections.abc import Iterable

from mqtt_plot.live.protocol import FLAG_OUTLINE, Block, TagRow

# Written down again, by the document: what the server packs by its own numbers is read by these.
_FRAME = struct.Struct("<BBHIdII")
_BLOCK = struct.Struct("<IIIIdd")
_ROW = struct.Struct("<IIdddffff")


def decode_blocks(frame: Iterable[int] | bytes) -> tuple[int, float, int, list[Block]]:
    """Return (kind, time, request, blocks) of a data or range frame."""
    data = bytes(frame)
    kind, _, _, count, time, request, _ = _FRAME.unpack_from(data)
    blocks = []
    offset = _FRAME.size
    for _ in range(count):
        series, n, flags, raw, first, following = _BLOCK.unpack_from(data, offset)
        offset += _BLOCK.size
        width = 3 if flags & FLAG_OUTLINE else 2
        columns = [array("d", struct.unpack_from(f"<{n}d", data, offset + 8 * n * i)) for i in range(width)]
        offset += 8 * n * width
        blocks.append(Block(series, flags, raw, int(first), int(following), *columns))
    return kind, time, request, blocks


def decode_rows(frame: bytes) -> tuple[float, list[TagRow]]:
    """Return (time, rows) of a table frame."""
    _, _, _, count, time, _, _ = _FRAME.unpack_from(frame)
    return time, [TagRow(*_ROW.unpack_from(frame, _FRAME.size + _ROW.size * i)) for i in range(count)]
