"""State files from before there were segments, read into a store. Knows nothing of files and clocks.

Layout, little-endian: MAGIC. Then for each series a u32 (length of its description), the description as JSON, its times and its values as
float64, and its outline: the rows of each width (tiers.py), then rows, times and values of changes (changes.py), as many as the description
says. Then a u32 of 0 and the CRC-32 of all before it. Nothing is used before the CRC is checked. Version 1 had no outline.
"""

import json
import struct
import sys
from array import array
from typing import Any, BinaryIO, NoReturn
from zlib import crc32

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.samples import FARTHEST
from mqtt_plot.store.changes import ROW_BYTES as CHANGE_ROW_BYTES
from mqtt_plot.store.changes import Changes
from mqtt_plot.store.facts import Facts
from mqtt_plot.store.rows import ROW_BYTES as TIER_BYTES
from mqtt_plot.store.segments import DamagedStateError
from mqtt_plot.store.store import Store
from mqtt_plot.store.tiers import Tiers

MAGIC = b"mqtt_plot state 2\n"
MAGICS = (MAGIC, b"mqtt_plot state 1\n")
_LENGTH = struct.Struct("<I")
_CRC = struct.Struct("<I")
# A description has a tag, a unit, 64 states and the device's meta: some thousand bytes at most.
_MAX_DESCRIPTION = 256 * 1024
_CHUNK = 1024 * 1024


def check(file: BinaryIO) -> None:
    """Read a file to its end. Raises DamagedStateError unless it is whole."""
    magic = file.read(len(MAGIC))
    if magic not in MAGICS:
        raise DamagedStateError("it does not begin as a state file of this version")
    crc = crc32(magic)
    tail = b""
    while chunk := file.read(_CHUNK):
        tail += chunk
        crc = crc32(tail[: -_CRC.size], crc)
        tail = tail[-_CRC.size :]
    if len(tail) < _CRC.size or _CRC.unpack(tail)[0] != crc:
        raise DamagedStateError("its checksum is wrong: it was cut off or changed")


def restore(file: BinaryIO, store: Store) -> int:
    """Put the series of a checked file into an empty store, as far as its limits allow; return how many came.

    Raises DamagedStateError for a file that is whole and yet makes no sense, which takes intent.
    """
    file.seek(len(MAGIC))
    count = 0
    while (length := _LENGTH.unpack(_read(file, _LENGTH.size))[0]) != 0:
        try:
            described = json.loads(_read(file, length)) if length <= _MAX_DESCRIPTION else _refuse()
            points = described["points"]
            if not isinstance(points, int) or not 0 <= points <= sys.maxsize // 16:
                _refuse()
            times, values = _column(file, points), _column(file, points)
            outline = _read_tiers(file, described.get("tiers"), store), _read_changes(file, described.get("changes"))
            count += _restore_series(store, described, (times, values), outline)
        except (KeyError, TypeError, ValueError, RecursionError, PayloadError):
            _refuse()
    return count


def _read_tiers(file: BinaryIO, described: Any, store: Store) -> Tiers | None:  # noqa: ANN401 - decoded JSON
    """Return the tiers that follow in the file, None for none. Raises what a description that makes no sense leads to."""
    if described is None:
        return None
    end = float(described["end"])
    saved = [(_size(seconds), _read_rows(file, _size(size), TIER_BYTES)) for seconds, size in described["rows"]]
    tiers = Tiers(store.limits.history)
    if not abs(end) < FARTHEST or not all(1 <= seconds < FARTHEST for seconds, _ in saved):
        _refuse()
    tiers.restore(saved, end)
    return tiers if store.limits.history else None


def _read_changes(file: BinaryIO, described: Any) -> Changes | None:  # noqa: ANN401 - decoded JSON
    if described is None:
        return None
    end, width, count = float(described["end"]), _size(described["width"]), _size(described["changes"])
    if not abs(end) < FARTHEST or not width:
        _refuse()
    rows = _read_rows(file, _size(described["rows"]), CHANGE_ROW_BYTES)
    changes = Changes(width)
    changes.restore(rows, _column(file, count), _column(file, count), end)
    return changes


def _size(number: object) -> int:
    if not isinstance(number, int) or not 0 <= number <= sys.maxsize // 16:
        _refuse()
    return number


def _read_rows(file: BinaryIO, size: int, row: int) -> bytes:
    if size % row:
        _refuse()
    rows = bytearray()
    while len(rows) < size:  # bit by bit: a length that lies must not be believed with memory
        rows += _read(file, min(size - len(rows), _CHUNK))
    return bytes(rows)


def _restore_series(
    store: Store,
    described: dict[str, object],
    points: "tuple[array[float], array[float]]",
    outline: tuple[Tiers | None, Changes | None],
) -> int:
    times, values = points
    facts = Facts.checked(described)
    if not all(abs(time) < FARTHEST for time in times):
        _refuse()
    try:
        series = store.open(facts.tag)
    except StoreFullError:
        return 0  # --max-tags is smaller now; the store has counted it
    _, series.unit, series.kind, series.states, series.meta, series.arrival, series.interval = facts
    store.describe(series)
    if store.limits.history:
        store.restore_outline(series, *outline)
    if times:
        store.restore(series, times, values)
    return 1


def _refuse() -> NoReturn:
    raise DamagedStateError("a description in it makes no sense")


def _read(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise DamagedStateError("it ends too early")
    return data


def _column(file: BinaryIO, points: int) -> "array[float]":
    column = array("d")
    left = 8 * points
    while left:  # bit by bit: a length that lies must not be believed with memory
        part = _read(file, min(left, _CHUNK))
        column.frombytes(part)
        left -= len(part)
    if sys.byteorder == "big":
        column.byteswap()
    return column
