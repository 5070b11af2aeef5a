"""A device's clock against ours: learned offset, drift and steps. Knows nothing of who sends it.

What a stamp says minus when it arrived is the clock's error minus the delay on the way: steady but for the odd late message, for what a
device kept back while it was offline, and for the moment at which somebody sets its clock. So the offset is the median of recent
lessons, and only several in a row that agree on a new value are taken for a step.
"""

import math
from array import array
from statistics import median

LESSONS = 31
# So many lessons must agree before the clock is taken to have been set; they also make the first estimate.
AGREEING = 5
# Once the offset is known a lesson every other second is enough; while a step is suspected they come faster.
LESSON_SECONDS, SUSPICIOUS_SECONDS = 2.0, 0.25
# Of a clock that has had all its lessons a look every other second is enough to catch a step; it learns the rest now and then.
SETTLED_SECONDS = 10.0
# Delays on a LAN vary by less; on a slow radio link the observed spread widens it.
TOLERANCE_SECONDS = 1.0
_SPREADS = 6.0
# Drift shows over minutes: the offset is noted once a minute for up to an hour.
NOTE_SECONDS, NOTES, NOTES_NEEDED = 60.0, 60, 3


class DeviceClock:
    """By how much one device's clock runs ahead of ours. All times are POSIX seconds by our clock.

    `offset` is seconds ahead, `drift` seconds gained per second (NaN until known), `steps` how often the clock was seen to be set.
    `due` is when the next lesson is wanted; asking before costs one comparison.
    """

    __slots__ = ("_doubts", "_lessons", "_noted", "_noted_at", "_taught", "drift", "due", "offset", "steps")

    def __init__(self) -> None:
        self.offset = math.nan
        self.drift = math.nan
        self.steps = 0
        self.due = -math.inf
        self._lessons = array("d")
        self._doubts = array("d")  # lessons in a row that contradict the offset
        self._noted = array("d")  # the offset, once a minute
        self._noted_at = array("d")
        self._taught = -math.inf

    def learn(self, ahead: float, now: float) -> None:
        """Take in that a stamp which arrived at `now` was `ahead` seconds ahead.

        Of several stamps in one message the newest counts: the others waited on the device.
        """
        if now == self._taught:
            self._relearn(ahead)
            return
        since = now - self._taught
        if 0 <= since < self.due - self._taught:
            return
        if 0 <= since < SETTLED_SECONDS and self._is_settled and abs(ahead - self.offset) <= TOLERANCE_SECONDS:
            self.due = now + LESSON_SECONDS
            return
        self._taught = now
        self._judge(ahead, now)

    @property
    def _is_settled(self) -> bool:
        return len(self._lessons) == LESSONS and not self._doubts

    def _relearn(self, ahead: float) -> None:
        lessons = self._doubts or self._lessons
        if lessons and ahead > lessons[-1]:
            lessons.pop()
            self._judge(ahead, self._taught)

    def _judge(self, ahead: float, now: float) -> None:
        if len(self._lessons) < AGREEING or self._agrees(ahead):
            del self._doubts[:]
            self._accept(ahead, now)
            return
        self._doubts.append(ahead)
        self.due = now + SUSPICIOUS_SECONDS
        if len(self._doubts) < AGREEING:
            return
        if max(self._doubts) - min(self._doubts) <= TOLERANCE_SECONDS:
            self.steps += 1
            self.drift = math.nan
            self._lessons, self._doubts = self._doubts, array("d")
            self._noted, self._noted_at = array("d"), array("d")
            self.offset = median(self._lessons)
        else:
            del self._doubts[0]  # a backlog being sent: each stamp is nearer to now than the one before

    def _accept(self, ahead: float, now: float) -> None:
        self._lessons.append(ahead)
        if len(self._lessons) > LESSONS:
            del self._lessons[0]
        self.offset = median(self._lessons)
        self.due = now + (LESSON_SECONDS if len(self._lessons) >= AGREEING else 0.0)
        if not self._noted_at or now - self._noted_at[-1] >= NOTE_SECONDS:
            self._note(now)

    def _note(self, now: float) -> None:
        """Note the offset of this minute, and see from the first and last third of the notes how it moves."""
        self._noted.append(self.offset)
        self._noted_at.append(now)
        if len(self._noted) > NOTES:
            del self._noted[0], self._noted_at[0]
        third = len(self._noted) // NOTES_NEEDED
        if third:
            seconds = median(self._noted_at[-third:]) - median(self._noted_at[:third])
            self.drift = (median(self._noted[-third:]) - median(self._noted[:third])) / seconds

    def _agrees(self, ahead: float) -> bool:
        """Tell whether `ahead` is as near to the offset as lessons of this clock usually are."""
        away = abs(ahead - self.offset)
        if away <= TOLERANCE_SECONDS:
            return True
        return away <= _SPREADS * median(abs(lesson - self.offset) for lesson in self._lessons)

    def correct(self, stamp: float, now: float) -> float:
        """Return `stamp` by our clock; nothing that has arrived can come from the future, so at the latest `now`."""
        if math.isnan(self.offset):
            return now
        time = stamp - self.offset
        # Half of all messages travel faster than usual and would seem to be from just ahead of now: that is no error.
        return time if time <= now + TOLERANCE_SECONDS else now
