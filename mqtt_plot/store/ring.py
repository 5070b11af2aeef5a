"""A ring buffer of points: float64 columns of times and values, numbered. Knows nothing of what they mean."""

from array import array

from mqtt_plot.store.extremes import LEAST_POINTS, RUN, Peaks

POINT_BYTES = 16
_FIRST_SIZE = 16


class Ring:
    """The newest points of one series, at most `limit` of them.

    `seq` counts all points ever appended, from `origin` on; the ring holds those with `first <= seq < next`. Point `seq` lies at index
    `seq % size`. The columns start small and grow, by an eighth at a time or to what is asked for, until `limit`; from then on
    each point overwrites the oldest. A long ring remembers where its peaks are.

    What was handed on, to be remembered in outline, is all before `kept`; from `due` on a point would overwrite one that was not.
    """

    __slots__ = ("_floor", "_peaks", "_times", "_values", "due", "kept", "limit", "next", "origin", "size")

    def __init__(self, limit: int, origin: int = 0) -> None:
        self.limit = limit
        self.size = min(_FIRST_SIZE, limit)
        self.next = origin
        self._floor = origin  # points below it are forgotten, overwritten or not
        self.origin = origin  # the first seq of this numbering; points below it were renumbered, not overwritten
        self._times = array("d", (0.0,)) * self.size
        self._values = array("d", (0.0,)) * self.size
        self._peaks: Peaks | None = None
        self.kept = origin
        self.due = origin + self.size

    @property
    def first(self) -> int:
        """The oldest seq held. It is computed, so that overwriting a point costs nothing."""
        return max(self._floor, self.next - self.size)

    def __len__(self) -> int:
        return self.next - self.first

    @property
    def nbytes(self) -> int:
        return self.size * POINT_BYTES

    def append(self, time: float, value: float) -> bool:
        """Store one point; return True if it has overwritten the oldest one."""
        seq = self.next
        index = seq % self.size
        self._times[index] = time
        self._values[index] = value
        self.next = seq = seq + 1
        if self._peaks is not None and not seq % RUN:
            self._note_peaks(self._peaks)
        return seq - self._floor > self.size

    def hand_on(self, stop: int) -> None:
        """Note that all before the seq `stop` may be overwritten."""
        self.kept = max(self.kept, stop)
        self.due = self.kept + self.size

    @property
    def pending(self) -> int:
        """How many points were not handed on."""
        return self.next - max(self.kept, self.first)

    def restart(self) -> None:
        """Forget all points and number anew, past every seq used so far, so that no old cursor fits."""
        self.origin = self._floor = self.next = self.next + 1
        self.hand_on(self.next)
        if self._peaks is not None:
            self._peaks.restart(self.next)

    def extend(self, times: "array[float]", values: "array[float]") -> None:
        """Store columns of equal length, in order; if they do not all fit, the last ones stay."""
        n = len(times)
        skip = max(0, n - self.size)
        start = self.next + skip
        self.next += n
        index = start % self.size
        room = self.size - index
        for column, new in ((self._times, times), (self._values, values)):
            head = new[skip : skip + room]
            column[index : index + len(head)] = head
            tail = new[skip + room :]
            column[: len(tail)] = tail
        if self._peaks is not None:
            self._note_peaks(self._peaks)

    def _note_peaks(self, peaks: Peaks) -> None:
        """Update `peaks`: add the runs that are complete now, drop those that are overwritten."""
        first = self.first
        if peaks.next < first:
            peaks.restart(first)
        peaks.drop_before(first)
        while peaks.next + RUN <= self.next:
            low = peaks.next % self.size
            run = self._values[low : low + RUN]
            peaks.add(run if len(run) == RUN else run + self._values[: RUN - len(run)])

    def grown_size(self, wanted: int) -> int:
        """Return the size at which `wanted` points fit, up to `limit`. It grows by an eighth at least, so that growing is rare."""
        if wanted <= self.size:
            return self.size
        return min(self.limit, max(wanted, self.size + max(self.size // 8, _FIRST_SIZE)))

    def resize(self, size: int) -> None:
        """Make room for `size` points; if not all points fit, the newest stay."""
        if self.size >= LEAST_POINTS and self.size < size and self.next <= self.size:
            self._lengthen(size)
        else:
            self._lay_anew(size)
        if self._peaks is not None:
            self._note_peaks(self._peaks)

    def _lengthen(self, size: int) -> None:
        """Make room behind points that lie where they would lie then: the system moves the pages of a large block and copies nothing."""
        room = array("d", (0.0,)) * (size - self.size)
        self._times.extend(room)
        self._values.extend(room)
        self.size = size
        self.hand_on(self.first)

    def _lay_anew(self, size: int) -> None:
        """Make new columns with room for `size` points."""
        first = self._floor = max(self.first, self.next - size)
        times, values = self.read(first, self.next)
        self.size = size
        self.hand_on(first)
        if self._peaks is None and size >= LEAST_POINTS:
            self._peaks = Peaks()
            self._peaks.restart(first)
        self._times = _laid(times, first % size, size)
        self._values = _laid(values, first % size, size)

    def read(self, start: int, stop: int) -> "tuple[array[float], array[float]]":
        """Return copies of the times and values with start <= seq < stop, oldest first, clipped to what is held."""
        start = max(start, self.first)
        stop = min(stop, self.next)
        if start >= stop:
            return array("d"), array("d")
        low, high = start % self.size, (stop - 1) % self.size + 1
        if low < high:
            return self._times[low:high], self._values[low:high]
        return self._times[low:] + self._times[:high], self._values[low:] + self._values[:high]

    def outline(self, start: int, stop: int, longest: float) -> "tuple[array[float], array[float]]":
        """Return the points of `read` that a plot needs: the lowest and the highest of each run of points.

        Runs that took longer than `longest` seconds, or have a gap in them, come whole, and so do the ends. A ring that does not
        know its peaks returns all points.
        """
        times, values = self.read(start, stop)
        start = max(start, self.first)
        peaks = self._peaks
        if peaks is None or not (runs := peaks.within(start + 1, start + len(times) - 1)):
            return times, values
        chosen = [*range(runs.start - start)]
        for run, places in zip(runs, peaks.places(runs), strict=True):
            low = run - start
            if places is None or times[low + RUN - 1] - times[low] > longest:
                chosen.extend(range(low, low + RUN))
            else:
                first, second = places
                chosen.append(low + first)
                if second != first:
                    chosen.append(low + second)
        chosen.extend(range(runs.stop - start, len(times)))
        return array("d", map(times.__getitem__, chosen)), array("d", map(values.__getitem__, chosen))

    def last(self) -> tuple[float, float]:
        """Return the newest (time, value). Raises IndexError when empty."""
        if self.next == self.first:
            raise IndexError("the ring is empty")
        index = (self.next - 1) % self.size
        return self._times[index], self._values[index]

    def time_at(self, seq: int) -> float:
        """Return the time of the point `seq`, which must be held."""
        return self._times[seq % self.size]

    def find(self, time: float) -> int:
        """Return the first seq whose time is not before `time`. Times must not step back."""
        low, high = self.first, self.next
        while low < high:
            middle = (low + high) // 2
            if self.time_at(middle) < time:
                low = middle + 1
            else:
                high = middle
        return low

    def drop_before(self, stop: int) -> int:
        """Forget the points with seq < stop; return how many."""
        first = self.first
        self._floor = max(first, min(stop, self.next))
        self.hand_on(self._floor)
        return self._floor - first


def _laid(column: "array[float]", low: int, size: int) -> "array[float]":
    """Return a column of `size` that has `column` from the index `low` on, and what does not fit there at its front."""
    laid = array("d", (0.0,)) * size  # made in one piece: pieces that are joined leave holes in the heap
    head = column[: size - low]
    laid[low : low + len(head)] = head
    tail = column[size - low :]
    laid[: len(tail)] = tail
    return laid
