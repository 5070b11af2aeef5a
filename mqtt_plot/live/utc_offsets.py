"""How far this machine's zone is ahead of UTC, and since when: so that a page can write its times, those of last summer too.

Knows nothing of names of zones: what a machine's zone is called is written in a different place on each system, its offsets are not.
"""

import time
from collections.abc import Callable

DAY = 86_400
YEAR = 366 * DAY
PAST, FUTURE = 10 * YEAR, 5 * YEAR
# No zone has changed its clock twice within so long for good reasons (Morocco's Ramadan takes a month).
_STEP = 7 * DAY


def local_offset(at: float) -> int:
    """Return the seconds that this machine's zone is ahead of UTC at an instant (POSIX seconds)."""
    return time.localtime(at).tm_gmtoff


def offsets(now: float, offset_at: Callable[[float], int] = local_offset) -> list[tuple[int, int]]:
    """Return (since when, seconds ahead of UTC) for ten years before `now` and five after, oldest first.

    What came before the first is taken to be like it. Times are whole POSIX seconds.
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
    """Return the first second after `low`, at the latest `high`, with another offset than at `low`."""
    before = offset_at(low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle) == before:
            low = middle
        else:
            high = middle
    return high
