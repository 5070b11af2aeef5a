"""Where the peaks of a long series are, so that a picture of it need not look at every point. Knows nothing of times and pixels.

Two bytes are kept for each whole run of RUN points: how far into it its lowest and its highest lie, in the order of their
coming. That is the lowest level of a pyramid of extremes, and the only one: of 100,000 points it leaves 3,000 to look at.
"""

import math
from array import array
from collections.abc import Iterator

RUN = 64
# Below this a look at every point takes a millisecond or less, and remembering is not worth its while.
LEAST_POINTS = 16_384
# Instead of a place: the run has a gap (NaN) in it, and is to be looked at whole.
_WHOLE = RUN


class Peaks:
    """The places of the extremes of consecutive runs; a run begins at a seq that is a multiple of RUN."""

    __slots__ = ("_places", "next", "start")

    def __init__(self) -> None:
        self.start = 0  # seq at which the first run known begins
        self.next = 0  # and at which the next one will
        self._places = bytearray()

    def restart(self, seq: int) -> None:
        """Forget all; the next run known is the first that is whole from `seq` on."""
        self.start = self.next = -(-seq // RUN) * RUN
        self._places.clear()

    def add(self, values: "array[float]") -> None:
        """Take the RUN values of the next run."""
        numbers = values.tolist()
        self.next += RUN
        if math.isnan(sum(numbers)):
            self._places += bytes((_WHOLE, _WHOLE))
            return
        low, high = numbers.index(min(numbers)), numbers.index(max(numbers))
        self._places += bytes((low, high) if low < high else (high, low))

    def drop_before(self, seq: int) -> None:
        """Forget the runs that lie wholly before `seq`."""
        runs = (min(seq, self.next) - self.start) // RUN
        if runs > 0:
            del self._places[: 2 * runs]
            self.start += RUN * runs

    def within(self, start: int, stop: int) -> range:
        """Return the seqs at which the known runs begin that lie wholly in start <= seq < stop."""
        first = max(self.start, -(-start // RUN) * RUN)
        return range(first, max(first, min(self.next, stop // RUN * RUN)), RUN)

    def places(self, runs: range) -> Iterator[tuple[int, int] | None]:
        """Yield for each of `runs` (from `within`) how far into it its extremes lie; None for a run that must be looked at whole."""
        low = 2 * (runs.start - self.start) // RUN
        places = self._places[low : low + 2 * len(runs)]
        return (None if pair[0] == _WHOLE else pair for pair in zip(places[::2], places[1::2], strict=True))
