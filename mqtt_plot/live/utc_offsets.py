"""The offset of this machine's time zone from UTC over the years, so that a page can show server times, those of last summer too.

Uses no zone names: each system keeps the name in another place, but all know the offsets.
"""

import time
from collections.abc import Callable

DAY = 86_400
YEAR = 366 * DAY
PAST, FUTURE = 10 * YEAR, 5 * YEAR
# No zone changes its offset twice within this time (in Morocco, Ramadan takes a month).
_STEP = 7 * DAY


def local_offset(at: float) -> int:
    """Return the seconds by which this machine's zone is ahead of UTC at an instant (POSIX seconds)."""
    return time.localtime(at).tm_gmtoff


def offsets(now: float, offset_at: Callable[[float], int] = local_offset) -> list[tuple[int, int]]:
    """Return (since when, seconds ahead of UTC) for ten years before `now` and five after, oldest first.

    The first holds for earlier times too. Times are whole POSIX seconds.
    """
    low = int(now) - PAST
    found = [(low, offset_at(low))]
    while low < now + FUTURE:
        high = low + _STEP
        if offset_at(high) != found[-1][1]:
            high = _change(low, high, offset_at)
            found.append((high, offset_at(high)))
        low = high
    return found


def _change(low: int, high: int, offset_at: Callable[[float], int]) -> int:
    """Return the first second after `low`, at most `high`, with another offset than at `low`."""
    before = offset_at(low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle) == before:
            low = middle
        else:
            high = middle
    return high
