"""Whether a frame is what docs/protocol.md says, byte for byte; written for these checks alone, so that no fault of the bridge's own hides."""

import json
import math
import struct
from collections.abc import Iterator
from typing import NoReturn

DATA, TABLE, RANGE = 1, 2, 3
_HEAD, _BLOCK, _ROW = 24, 32, 48


def faults(frame: bytes, *, is_text: bool) -> list[str]:
    """Return what is wrong with a frame."""
    try:
        if is_text:
            _check_control(frame)
            return []
        return list(_binary(frame))
    except (ValueError, struct.error) as error:
        return [f"{error}: {frame[:80]!r}"]


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _check_control(frame: bytes) -> None:
    value = json.loads(frame.decode("utf-8"), parse_constant=_refuse)  # strict UTF-8: no lone surrogates
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise ValueError("expected an object with a type")  # noqa: TRY004 - a wrong frame, not a wrong call


def _binary(frame: bytes) -> Iterator[str]:
    kind, version, flags, count, moment = struct.unpack_from("<BBHId", frame)
    if version != 1 or flags > (kind == TABLE) or not math.isfinite(moment):
        yield f"wrong head {frame[:_HEAD].hex()}"
    if kind == TABLE:
        if len(frame) != _HEAD + _ROW * count:
            yield f"{count} rows in {len(frame)} bytes"
    elif kind in {DATA, RANGE}:
        yield from _blocks(frame, count)
    else:
        yield f"unknown kind {kind}"


def _blocks(frame: bytes, count: int) -> Iterator[str]:
    at = _HEAD
    for _ in range(count):
        _, points, _, stands_for, first, following = struct.unpack_from("<IIIIdd", frame, at)
        if points > stands_for or following - first != stands_for:
            yield f"{points} points that stand for {stands_for}, from {first} to {following}"
        times = struct.unpack_from(f"<{points}d", frame, at + _BLOCK)
        if not all(map(math.isfinite, times)):
            yield "a time that is no number"
        at += _BLOCK + 16 * points
    if at != len(frame):
        yield f"{len(frame) - at} bytes too many"
