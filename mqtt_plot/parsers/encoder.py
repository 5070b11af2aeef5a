"""Samples as payloads that samples_json reads again: for every message that the bridge, a replay or the demo publishes."""

import json
import math
from collections.abc import Iterator, Sequence

from mqtt_plot.samples import Columns, Sample, TwoState

# Points in one message: at most 45 bytes each with 17 digits of time and value, so it stays below the 256 KiB that brokers are set to.
MAX_POINTS = 4_000

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def encode_point(value: float | str, time: float | None = None, unit: str | None = None) -> bytes:
    """Return one sample as an object, or as its bare value where it has neither time nor unit.

    `time` is POSIX seconds. A gap is null, and numbers read back as the same float64.
    """
    plain = _plain(value)
    if time is not None or unit is not None:
        return _encode(_fields(plain, time, unit)).encode()
    return (plain if isinstance(plain, str) else _encode(plain)).encode()


def encode_samples(samples: Sequence[Sample | Columns], now: float) -> list[bytes]:
    """Return the payloads that carry samples of one tag, in order; those without a time get `now`."""
    return [_encode(item).encode() for item in _messages(samples, now)]


def _messages(samples: Sequence[Sample | Columns], now: float) -> Iterator[object]:
    batch: list[object] = []
    for sample in samples:
        if isinstance(sample, Columns):
            yield from _split(batch)
            batch = []
            yield from _split_columns(sample, now)
        else:
            time = now if sample.time is None else sample.time
            batch.append(_fields(_plain(sample.value), time, sample.unit))
    yield from _split(batch)


def _split(batch: list[object]) -> Iterator[object]:
    if len(batch) == 1:
        yield batch[0]
        return
    for start in range(0, len(batch), MAX_POINTS):
        yield batch[start : start + MAX_POINTS]


def _split_columns(columns: Columns, now: float) -> Iterator[object]:
    times = [now] * len(columns.values) if columns.times is None else columns.times.tolist()
    meant = bool if columns.are_booleans else _plain
    for start in range(0, len(times), MAX_POINTS):
        stop = start + MAX_POINTS
        yield _fields([meant(value) for value in columns.values[start:stop]], times[start:stop], columns.unit)


def _fields(value: object, time: object, unit: str | None) -> dict[str, object]:
    fields = {"value": value, "ts": time, "unit": unit}
    return {name: item for name, item in fields.items() if item is not None or name == "value"}


def _plain(value: float | str) -> float | str | None:
    """Return a value as JSON has it: a word for a TwoState, null for a gap."""
    if isinstance(value, TwoState):
        return value.word
    return None if isinstance(value, float) and not math.isfinite(value) else value
