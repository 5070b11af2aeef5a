"""Points of one series, read from the ring piece by piece, so that a slow reader holds few of them. Knows nothing of readers."""

from array import array
from collections.abc import Iterator
from typing import Protocol

from mqtt_plot.errors import MqttPlotError
from mqtt_plot.store.ring import POINT_BYTES, Ring

Piece = tuple["array[float]", "array[float]"]

# A reader holds one of so many pieces. It is how far the ring may come while a reader stands still, before points are lost to it.
_PIECES = 16
_LEAST_PIECE = 64


class OvertakenError(MqttPlotError):
    """Points that were still to be read have been overwritten or deleted."""


class Points(Protocol):
    """Points to read; `nbytes` is the memory that they take beside the store."""

    @property
    def nbytes(self) -> int: ...

    @property
    def is_late(self) -> bool:
        """True if the oldest points have changed since reading began."""

    def __len__(self) -> int: ...

    def pieces(self) -> Iterator[Piece]:
        """Yield the times and values, oldest first, some at a time. Raises OvertakenError."""


class Copied:
    """Points in columns of their own, of equal length."""

    is_late = False

    def __init__(self, times: "array[float]", values: "array[float]") -> None:
        self.times = times
        self.values = values

    @property
    def nbytes(self) -> int:
        return len(self.times) * POINT_BYTES

    def __len__(self) -> int:
        return len(self.times)

    def pieces(self) -> Iterator[Piece]:
        yield self.times, self.values


class Stretch:
    """The points of a ring with first <= seq < stop, which stay where they are. Who begins late begins with what is held then."""

    def __init__(self, ring: Ring, first: int, stop: int) -> None:
        self._ring = ring
        self._origin = ring.origin
        self._first = max(first, ring.first)
        self._stop = max(self._first, stop)
        self._size = max(_LEAST_PIECE, len(self) // _PIECES)

    @property
    def nbytes(self) -> int:
        return self._size * POINT_BYTES

    @property
    def is_late(self) -> bool:
        return self._ring.first > self._first

    def __len__(self) -> int:
        return self._stop - self._first

    def pieces(self) -> Iterator[Piece]:
        ring = self._ring
        if ring.origin == self._origin:
            self._first = min(max(self._first, ring.first), self._stop)
        for seq in range(self._first, self._stop, self._size):
            if seq < ring.first:
                raise OvertakenError
            yield ring.read(seq, min(seq + self._size, self._stop))
