"""A device's clock against ours: learned offset and steps. Knows nothing of who sends it.

The difference of a stamp and its arrival is the clock's error minus the network delay. It is steady, except for a late message, for
messages that a device has kept while it was offline, and when somebody sets the clock. So the offset is the median of the last
measurements, and a step is only what several in a row agree on.
"""

import math
from array import array
from collections.abc import Iterable

MEASUREMENTS = 31
# This many measurements must agree on a step; this many make the first estimate.
AGREEING = 5
# Seconds between measurements once the offset is known; and while there may have been a step.
MEASURE_SECONDS, SUSPICIOUS_SECONDS = 2.0, 0.25
# With all measurements made, most are only compared with the offset, to notice a step; one is kept after this time.
SETTLED_SECONDS = 10.0
# Delays on a LAN vary by less. On a slow radio link the observed spread makes the tolerance wider.
TOLERANCE_SECONDS = 1.0
_SPREADS = 6.0


class DeviceClock:
    """By how much one device's clock runs ahead of ours. All times are POSIX seconds by our clock.

    `offset` is seconds ahead, `steps` how often the clock was seen to be set.
    The next measurement is wanted at `due`; calls before that cost one comparison.
    """

    __slots__ = ("_doubts", "_measured", "_measured_at", "due", "offset", "steps")

    def __init__(self) -> None:
        self.offset = math.nan
        self.steps = 0
        self.due = -math.inf
        self._measured = array("d")
        self._doubts = array("d")  # measurements in a row that contradict the offset
        self._measured_at = -math.inf

    def learn(self, ahead: float, now: float) -> None:
        """Add a measurement: a stamp that arrived at `now` was `ahead` seconds ahead.

        Of several stamps in one message only the newest counts: the others have waited on the device.
        """
        if now == self._measured_at:
            self._relearn(ahead)
            return
        since = now - self._measured_at
        if 0 <= since < self.due - self._measured_at:
            return
        if 0 <= since < SETTLED_SECONDS and self._is_settled and abs(ahead - self.offset) <= TOLERANCE_SECONDS:
            self.due = now + MEASURE_SECONDS
            return
        self._measured_at = now
        self._judge(ahead, now)

    @property
    def _is_settled(self) -> bool:
        return len(self._measured) == MEASUREMENTS and not self._doubts

    def _relearn(self, ahead: float) -> None:
        measurements = self._doubts or self._measured
        if measurements and ahead > measurements[-1]:
            measurements.pop()
            self._judge(ahead, self._measured_at)

    def _judge(self, ahead: float, now: float) -> None:
        if len(self._measured) < AGREEING or self._agrees(ahead):
            del self._doubts[:]
            self._accept(ahead, now)
            return
        self._doubts.append(ahead)
        self.due = now + SUSPICIOUS_SECONDS
        if len(self._doubts) < AGREEING:
            return
        if max(self._doubts) - min(self._doubts) <= TOLERANCE_SECONDS:
            self.steps += 1
            self._measured, self._doubts = self._doubts, array("d")
            self.offset = median(self._measured)
        else:
            del self._doubts[0]  # the device is sending a backlog: each stamp is nearer to now than the one before

    def _accept(self, ahead: float, now: float) -> None:
        self._measured.append(ahead)
        if len(self._measured) > MEASUREMENTS:
            del self._measured[0]
        self.offset = median(self._measured)
        self.due = now + (MEASURE_SECONDS if len(self._measured) >= AGREEING else 0.0)

    def _agrees(self, ahead: float) -> bool:
        """Return True if `ahead` is as near to the offset as measurements of this clock usually are."""
        away = abs(ahead - self.offset)
        if away <= TOLERANCE_SECONDS:
            return True
        return away <= _SPREADS * median(abs(measurement - self.offset) for measurement in self._measured)

    def correct(self, stamp: float, now: float) -> float:
        """Return `stamp` by our clock, at most `now`: what has arrived cannot come from the future."""
        if math.isnan(self.offset):
            return now
        time = stamp - self.offset
        # Half of all messages travel faster than the median and seem to be slightly ahead of now. That is no error.
        return time if time <= now + TOLERANCE_SECONDS else now


def median(numbers: Iterable[float]) -> float:
    """Return the middle one of some numbers; of two in the middle their mean."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2
