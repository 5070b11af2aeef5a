"""CBOR (RFC 8949) to plain Python values, bounded in depth and items. Knows nothing of what they mean.

Of our own rather than a library: SenML needs arrays, maps, numbers and text only, the bounds come first, and gateways with small ARM cores
find no ready-made wheel of the C decoders.
"""

import math
import struct
from typing import NoReturn

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import MAX_DEPTH

# About 700 SenML records; each item takes a microsecond.
MAX_ITEMS = 5_000

_FLOATS = {25: (struct.Struct(">e"), 2), 26: (struct.Struct(">f"), 4), 27: (struct.Struct(">d"), 8)}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_BREAK = object()
_INDEFINITE = 31
_DECIMAL_FRACTION, _BIG_FLOAT = 4, 5
_MAX_EXPONENT = 400


def loads(data: bytes) -> object:
    """Return the one data item of `data`, nested at most MAX_DEPTH deep. Raises PayloadError: "not_cbor", "too_deep", "batch_too_large"."""
    decoder = _Decoder(data)
    item = decoder.item(0)
    if decoder.position != len(data):
        _fail(f"one item of {decoder.position} bytes, got {len(data)} bytes")
    return item


def _fail(expected: str) -> NoReturn:
    raise PayloadError("not_cbor", f"expected CBOR (RFC 8949): {expected}")


class _Decoder:
    """A position in the data, and how many items have been read."""

    __slots__ = ("count", "data", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.count = 0

    def item(self, depth: int) -> object:
        """Return the next item; `_BREAK` for the end of an indefinite one."""
        self.count += 1
        if self.count > MAX_ITEMS:
            raise PayloadError(
                "batch_too_large", f"expected at most {MAX_ITEMS} CBOR items in one message; send several"
            )
        if depth > MAX_DEPTH:
            raise PayloadError("too_deep", f"expected CBOR nested at most {MAX_DEPTH} deep")
        if self.position >= len(self.data):
            _fail(f"more after byte {self.position}, got the end")
        initial = self.data[self.position]
        self.position += 1
        kind, low = initial >> 5, initial & 31
        if kind == 7:  # noqa: PLR2004 - RFC 8949 section 3.1, major type 7
            return self._simple(low)
        length = self._argument(low)
        match kind:
            case 0 | 1:
                if length is None:
                    _fail("a number, got one of indefinite length")
                return -1 - length if kind else length
            case 2 | 3:
                return self._string(kind, length, depth)
            case 4:
                return self._array(length, depth)
            case 5:
                return self._map(length, depth)
            case _:
                return self._tagged(length, depth)

    def _argument(self, low: int) -> int | None:
        if low < 24:  # noqa: PLR2004 - RFC 8949 section 3: the value itself
            return low
        if low == _INDEFINITE:
            return None
        if low > 27:  # noqa: PLR2004 - reserved
            _fail(f"a length, got the reserved code {low}")
        return int.from_bytes(self._read(1 << (low - 24)), "big")

    def _read(self, n: int) -> bytes:
        end = self.position + n
        if end > len(self.data):
            _fail(f"{n} bytes at offset {self.position}, got {len(self.data) - self.position}")
        part = self.data[self.position : end]
        self.position = end
        return part

    def _simple(self, low: int) -> object:
        if low in _FLOATS:
            layout, size = _FLOATS[low]
            return layout.unpack(self._read(size))[0]
        if low == _INDEFINITE:
            return _BREAK
        if low not in _SIMPLE:
            _fail(f"true, false, null or a float, got the simple value {low}")
        return _SIMPLE[low]

    def _string(self, kind: int, length: int | None, depth: int) -> str | bytes:
        data = self._read(length) if length is not None else self._chunks(kind, depth)
        if kind == 2:  # noqa: PLR2004 - major type 2: bytes
            return data
        try:
            return data.decode()
        except UnicodeDecodeError:
            _fail("text in UTF-8")

    def _chunks(self, kind: int, depth: int) -> bytes:
        chunks = []
        while (chunk := self.item(depth + 1)) is not _BREAK:
            if not isinstance(chunk, bytes if kind == 2 else str):  # noqa: PLR2004
                _fail("pieces of one string, got another kind")
            chunks.append(chunk.encode() if isinstance(chunk, str) else chunk)
        return b"".join(chunks)

    def _array(self, length: int | None, depth: int) -> list[object]:
        items: list[object] = []
        while length is None or len(items) < length:
            item = self.item(depth + 1)
            if item is _BREAK:
                if length is not None:
                    _fail(f"{length} items in an array, got its end after {len(items)}")
                break
            items.append(item)
        return items

    def _map(self, length: int | None, depth: int) -> dict[object, object]:
        items: dict[object, object] = {}
        n = 0
        while length is None or n < length:
            key = self.item(depth + 1)
            if key is _BREAK and length is None:
                break
            if not isinstance(key, int | str):
                _fail("numbers or texts as keys of a map")
            value = self.item(depth + 1)
            if value is _BREAK:
                _fail(f"a value for the key {key!r:.40}, got the end")
            items[key] = value
            n += 1
        return items

    def _tagged(self, tag: int | None, depth: int) -> object:
        """Return the tagged item; decimal fractions and big floats (RFC 8949 section 3.4.4) as floats, other tags are left out."""
        item = self.item(depth + 1)
        if item is _BREAK or tag is None:
            _fail("an item after a tag")
        if tag not in (_DECIMAL_FRACTION, _BIG_FLOAT):
            return item
        match item:
            case [int(exponent), int(mantissa)] if abs(exponent) <= _MAX_EXPONENT:
                return _scaled(mantissa, 10 if tag == _DECIMAL_FRACTION else 2, exponent)
            case _:
                _fail("two whole numbers in a decimal fraction")


def _scaled(mantissa: int, base: int, exponent: int) -> float:
    try:
        return float(mantissa * base**exponent) if exponent >= 0 else float(mantissa / base**-exponent)
    except OverflowError:
        return math.inf
