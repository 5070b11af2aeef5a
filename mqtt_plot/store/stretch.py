"""Points of one series, read piece by piece: from the ring, so that a slow reader holds no copy of them. Knows nothing of who reads."""

from array import array
from collections.abc import Iterator
from typing import Protocol

from mqtt_plot.errors import MqttPlotError
from mqtt_plot.store.ring import POINT_BYTES, Ring

Piece = tuple["array[float]", "array[float]"]


class OvertakenError(MqttPlotError):
    """Points that were still to be read have been overwritten or deleted."""


class Points(Protocol):
    """A number of points that can be read as often as wanted; `nbytes` is what they hold beside the store."""

    @property
    def nbytes(self) -> int: ...

    def __len__(self) -> int: ...

    def pieces(self, size: int) -> Iterator[Piece]:
        """Yield the times and values of at most `size` points at a time, oldest first. Raises OvertakenError."""


class Copied:
    """Points in columns of their own, of equal length."""

    def __init__(self, times: "array[float]", values: "array[float]") -> None:
        self._times = times
        self._values = values

    @property
    def nbytes(self) -> int:
        return len(self._times) * POINT_BYTES

    def __len__(self) -> int:
        return len(self._times)

    def pieces(self, size: int) -> Iterator[Piece]:
        for start in range(0, len(self._times), size):
            yield self._times[start : start + size], self._values[start : start + size]


class Stretch:
    """The points of a ring with first <= seq < stop, which stay where they are."""

    nbytes = 0

    def __init__(self, ring: Ring, first: int, stop: int) -> None:
        self._ring = ring
        self._first = max(first, ring.first)
        self._stop = max(self._first, stop)

    def __len__(self) -> int:
        return self._stop - self._first

    def pieces(self, size: int) -> Iterator[Piece]:
        ring = self._ring
        for seq in range(self._first, self._stop, size):
            if seq < ring.first:
                raise OvertakenError
            yield ring.read(seq, min(seq + size, self._stop))
