"""The memory of all series together, shared fairly: which ring may grow, and who gives up what. Knows nothing of tags and values.

Every series is entitled to an equal share. One below its share, or new, grows at the cost of the largest, which gives up its oldest points;
one at or above its share overwrites its own oldest. All together never exceed the limit, unless not even one point per tag would fit. With
a `history`, points are remembered in outline before they go, and give way to it down to half a share; then the outline becomes coarser, and
at last forgets its oldest.
"""

from collections.abc import Sequence

from mqtt_plot.metrics import Counters
from mqtt_plot.store.ring import POINT_BYTES
from mqtt_plot.store.series import Series
from mqtt_plot.store.tiers import Width

# Points that are handed on to the outline at a stretch: many, as each time costs; few, as it happens between two messages.
_HANDED_ON = 512


class Budget:
    """What all series take in bytes, and how each may grow. Of a series it changes ring and outline, nothing else."""

    def __init__(self, max_memory: int, history: Sequence[Width], counters: Counters) -> None:
        self.nbytes = 0
        # What each takes of it. The largest of thousands is looked for often, and asking each takes milliseconds.
        self._taken: dict[Series, int] = {}
        self._max_memory = max_memory
        self._history = history
        self._counters = counters
        self._squeezed = counters.tally("overwritten", "memory")
        self._frozen: set[Series] = set()  # those that need not try to grow before memory is freed

    def opened(self, series: Series) -> None:
        """Count a new series, for which others may have to give up something."""
        self._taken[series] = 0
        self._count(series)
        self.thaw()
        self.enforce()

    def deleted(self, series: Series) -> None:
        """Count what a series has freed that is gone."""
        self.nbytes -= self._taken.pop(series)
        self.thaw()

    def enforce(self) -> None:
        """Take from the largest what is past the limit, if something is."""
        if self.nbytes > self._max_memory:
            self._reclaim(self.nbytes - self._max_memory, self._share())

    def make_room(self, series: Series, wanted: int, following: float) -> None:
        """Grow the ring of `series` for `wanted` more points as far as limits allow; hand on the oldest points that must go instead.

        `following` is the time of the first of them.
        """
        ring = series.ring
        size = ring.grown_size(len(ring) + wanted)
        if size > ring.size and series not in self._frozen:
            self._grow(series, size)
        lacking = ring.pending + wanted - ring.size
        if lacking > 0:
            self._hand_on(series, max(lacking, min(_HANDED_ON, ring.size * 3 // 4)), following)

    def _hand_on(self, series: Series, count: int, following: float) -> None:
        history = self._history
        if not history:
            series.ring.hand_on(min(series.ring.next - series.ring.pending + count, series.ring.next))
            return
        series.digest(count, following, history)
        self.outline_changed(series)
        self.enforce()

    def _count(self, series: Series) -> None:
        """Count what a series takes now in place of what it took."""
        taken = series.nbytes
        self.nbytes += taken - self._taken[series]
        self._taken[series] = taken

    def outline_changed(self, series: Series) -> None:
        """Count the bytes of a series whose outline has changed, and what it had to forget."""
        self._count(series)
        for part in series.outlines:
            if part.forgotten:
                self._counters.add("outline_forgotten", n=part.forgotten)
                part.forgotten = 0

    def _grow(self, series: Series, size: int) -> None:
        ring = series.ring
        free = self._free()
        if (size - ring.size) * POINT_BYTES > free:
            # At the cost of others only up to the fair share. Above it, the ring keeps its size until memory is freed.
            share = self._share()
            size = min(size, ring.size + max(share - series.nbytes, free) // POINT_BYTES)
            self._reclaim((size - ring.size) * POINT_BYTES - free, share)
            size = min(size, ring.size + self._free() // POINT_BYTES)
            if size <= ring.size:
                self._frozen.add(series)
                return
        ring.resize(size)
        self._count(series)

    def _free(self) -> int:
        return self._max_memory - self.nbytes

    def _share(self) -> int:
        """Return the fair share of each series in bytes: whole points, at least one."""
        return max(1, self._max_memory // (len(self._taken) * POINT_BYTES)) * POINT_BYTES

    def _reclaim(self, wanted: int, share: int) -> None:
        """Trim the largest series down towards the fair share until `wanted` bytes are free."""
        while wanted > 0:
            largest = max(self._taken, key=self._taken.__getitem__)
            excess = self._taken[largest] - share
            if excess <= 0:
                return  # all hold their share
            freed = self._trim(largest, min(excess, max(wanted, largest.ring.nbytes // 8)), share)
            if freed <= 0:
                return
            wanted -= freed

    def _trim(self, series: Series, amount: int, share: int) -> int:
        """Take about `amount` bytes from a series, of its points those past the fair share, and return what came free.

        With an outline, points give way down to half of the share, and then it is the outline's turn.
        """
        ring, before = series.ring, series.nbytes
        spare = ring.nbytes - (max(share // 2, POINT_BYTES) if self._history else share)
        if spare > 0:
            size = ring.size - max(1, min(amount, spare) // POINT_BYTES)
            lost = len(ring) - size
            if lost > 0:
                self._squeezed.n += lost
                if (lacking := ring.pending - size) > 0:
                    series.digest(lacking, series.newest, self._history)
            ring.resize(size)
        while before - series.nbytes < (1 if spare > 0 else amount) and any(part.thin() for part in series.outlines):
            continue
        self.outline_changed(series)
        self._frozen.add(series)
        return before - series.nbytes

    def thaw(self) -> None:
        """Let every ring try to grow again: memory was freed, or the shares have changed."""
        self._frozen.clear()

    def shrink(self, series: Series) -> None:
        ring = series.ring
        if ring.size > 4 * len(ring) + 16:  # with a margin, so that a ring does not grow and shrink in turns
            ring.resize(2 * len(ring) + 16)
            self._count(series)
            self.thaw()
