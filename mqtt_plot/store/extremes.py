"""Where the extremes of a long series are, so that drawing it does not read every point. Knows nothing of times and pixels.

Each run of RUN points takes two bytes: the places of its lowest and its highest point in the run, in order of their coming. This is the
lowest level of a pyramid of extremes, and the only one: it leaves 3,000 of 100,000 points to read.
"""

import math
from array import array
from collections.abc import Iterator

RUN = 64
# With fewer points, reading all of them takes a millisecond or less.
LEAST_POINTS = 16_384
# Instead of a place: the run has a gap (NaN), so all its points are read.
_WHOLE = RUN


class Peaks:
    """The places of the extremes of consecutive runs; a run begins at a seq that is a multiple of RUN."""

    __slots__ = ("_places", "next", "start")

    def __init__(self) -> None:
        self.start = 0  # seq at which the first run known begins
        self.next = 0  # and at which the next one will
        self._places = bytearray()

    def restart(self, seq: int) -> None:
        """Forget all; the next run is the first complete one from `seq` on."""
        self.start = self.next = -(-seq // RUN) * RUN
        self._places.clear()

    def add(self, values: "array[float]") -> None:
        """Add the RUN values of the next run."""
        numbers = values.tolist()
        self.next += RUN
        if math.isnan(sum(numbers)):
            self._places += bytes((_WHOLE, _WHOLE))
            return
        low, high = numbers.index(min(numbers)), numbers.index(max(numbers))
        self._places += bytes((low, high) if low < high else (high, low))

    def drop_before(self, seq: int) -> None:
        """Forget the runs that end before `seq`."""
        runs = (min(seq, self.next) - self.start) // RUN
        if runs > 0:
            del self._places[: 2 * runs]
            self.start += RUN * runs

    def within(self, start: int, stop: int) -> range:
        """Return the first seqs of the known runs that are wholly in start <= seq < stop."""
        first = max(self.start, -(-start // RUN) * RUN)
        return range(first, max(first, min(self.next, stop // RUN * RUN)), RUN)

    def places(self, runs: range) -> Iterator[tuple[int, int] | None]:
        """Yield the places of the extremes in each of `runs` (from `within`); None for a run whose points must all be read."""
        low = 2 * (runs.start - self.start) // RUN
        places = self._places[low : low + 2 * len(runs)]
        return (None if pair[0] == _WHOLE else pair for pair in zip(places[::2], places[1::2], strict=True))
