"""What remembers a stretch of time: means, extremes and delays of a signal whose values hold until the next. Pure, bounded.

Each is called with ascending times and what the signal is from then on; NaN is a gap. A window of `seconds` is cut into at most
about RESOLUTION cells. Samples that come closer together share one. So the far edge of a window is known to a part in RESOLUTION.
"""

import math
from collections import deque
from collections.abc import Callable

RESOLUTION = 500
_NOTHING = (0.0, 0.0, 0.0)

Moments = tuple[float, float, float]  # known seconds, mean, and the seconds times the variance


def merged(one: Moments, other: Moments) -> Moments:
    """Return the moments of two stretches together (Chan, Golub, LeVeque 1979), so that no sums of large squares are subtracted."""
    weight = one[0] + other[0]
    if not one[0]:
        return other
    if not other[0]:
        return one
    apart = other[1] - one[1]
    part = other[0] / weight
    return weight, one[1] + apart * part, one[2] + other[2] + apart * apart * one[0] * part


class SlidingMoments:
    """The moments of the last `seconds`, weighted by time.

    Nothing is ever taken away from a sum, as that would leave the rounding of large values behind. Of the older cells each knows the
    moments of those after it. The newer ones are summed up until the older are used up (a queue of two stacks).
    """

    __slots__ = ("_after", "_cells", "_grain", "_held", "_recent", "_seconds", "_since")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._grain = seconds / RESOLUTION
        self._since = self._held = math.nan
        self._cells: list[
            tuple[float, float, Moments, Moments]
        ] = []  # begin, end, moments, those of all after it; oldest last
        self._after = _NOTHING  # moments of all in _recent
        self._recent: list[tuple[float, float, Moments]] = []

    def __call__(self, time: float, value: float) -> Moments:
        """Take in what the signal is from `time` on; return the moments of the time before, as far as it is known."""
        since, held = self._since, self._held
        if time > since and held - held == 0:
            self._add(since, time, held)
        self._since, self._held = time, value
        return self._sum(time - self._seconds)

    def _add(self, begin: float, end: float, value: float) -> None:
        stretch = (end - begin, value, 0.0)
        self._after = merged(self._after, stretch)
        recent = self._recent
        if recent and end - recent[-1][0] <= self._grain:
            first, _, moments = recent[-1]
            recent[-1] = (first, end, merged(moments, stretch))
        else:
            recent.append((begin, end, stretch))

    def _sum(self, edge: float) -> Moments:
        cells = self._cells
        while True:
            if not cells:
                if not self._recent:
                    return _NOTHING
                after = _NOTHING
                for begin, end, moments in reversed(self._recent):
                    cells.append((begin, end, moments, after))
                    after = merged(moments, after)
                self._recent.clear()
                self._after = _NOTHING
            begin, end, moments, after = cells[-1]
            if end > edge:
                break
            cells.pop()
        if begin < edge:
            part = (end - edge) / (end - begin)
            moments = (moments[0] * part, moments[1], moments[2] * part)
        return merged(merged(moments, after), self._after)


class Average:
    """The mean over the last `seconds`, weighted by time."""

    __slots__ = ("_window",)

    def __init__(self, seconds: float) -> None:
        self._window = SlidingMoments(seconds)

    def __call__(self, time: float, value: float) -> float:
        """Return it; where nothing before is known, the value itself."""
        weight, mean, _ = self._window(time, value)
        return value if not weight or value - value != 0 else mean


class Deviation:
    """The standard deviation over the last `seconds`, weighted by time."""

    __slots__ = ("_window",)

    def __init__(self, seconds: float) -> None:
        self._window = SlidingMoments(seconds)

    def __call__(self, time: float, value: float) -> float:
        """Return it; 0 where nothing before is known."""
        weight, _, spread = self._window(time, value)
        return value if value - value != 0 else math.sqrt(spread / weight) if weight else 0.0


class RootMeanSquare:
    """The root of the mean square over the last `seconds`, weighted by time."""

    __slots__ = ("_window",)

    def __init__(self, seconds: float) -> None:
        self._window = SlidingMoments(seconds)

    def __call__(self, time: float, value: float) -> float:
        """Return it; where nothing before is known, the size of the value itself."""
        weight, mean, spread = self._window(time, value)
        return value if value - value != 0 else math.sqrt(mean * mean + spread / weight) if weight else abs(value)


class Extreme:
    """The least or greatest value within the last `seconds`: the present one, and all that were held in between."""

    __slots__ = ("_better", "_cells", "_grain", "_held", "_seconds")

    def __init__(self, seconds: float, better: Callable[[float, float], bool]) -> None:
        self._seconds = seconds
        self._grain = seconds / RESOLUTION
        self._better = better
        self._held = math.nan
        self._cells: deque[tuple[float, float, float]] = (
            deque()
        )  # when the cell began, when its value ended, the value; ever worse

    def __call__(self, time: float, value: float) -> float:
        """Return it; NaN in a gap."""
        cells, better, held = self._cells, self._better, self._held
        if held - held == 0:
            while cells and not better(cells[-1][2], held):
                cells.pop()
            if cells and time - cells[-1][0] <= self._grain:
                cells[-1] = (cells[-1][0], time, cells[-1][2])
            else:
                cells.append((time, time, held))
        self._held = value
        edge = time - self._seconds
        while cells and cells[0][1] <= edge:
            cells.popleft()
        if value - value != 0 or not cells:
            return value
        return cells[0][2] if better(cells[0][2], value) else value


class Delay:
    """What the signal was `seconds` ago, gaps included."""

    __slots__ = ("_cells", "_grain", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._grain = seconds / RESOLUTION
        self._cells: deque[tuple[float, float]] = deque()

    def __call__(self, time: float, value: float) -> float:
        """Return it; NaN where it is not known that far back."""
        cells = self._cells
        if cells and time - cells[-1][0] <= self._grain:
            cells[-1] = (cells[-1][0], value)
        elif not cells or cells[-1][1] != value:
            cells.append((time, value))
        target = time - self._seconds
        while len(cells) > 1 and cells[1][0] <= target:
            cells.popleft()
        return cells[0][1] if cells[0][0] <= target else math.nan
