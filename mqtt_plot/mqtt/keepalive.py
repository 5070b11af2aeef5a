"""Whether the broker at the other end still lives. Knows nothing of sockets and clocks.

A connection to a machine that lost its power, or to a broker that hangs, looks as if nothing were being sent. So a silent broker is
asked (PINGREQ) after half the keepalive, and given up after the whole: MQTT itself would allow one and a half.
Anything that comes is a sign of life; a PINGRESP may wait behind many messages.
"""

from enum import Enum


class KeepaliveAction(Enum):
    """What is to be done about the silence so far."""

    NOTHING = 0
    ASK = 1
    GIVE_UP = 2


class Keepalive:
    """The silence of one connection. Times are seconds of one steady clock."""

    def __init__(self, keepalive: float, now: float) -> None:
        self.keepalive = keepalive
        self._heard = now
        self._has_asked = False

    def heard(self, now: float) -> None:
        """Note that something has come."""
        self._heard = now
        self._has_asked = False

    def judge(self, now: float) -> KeepaliveAction:
        """Return what is to be done at `now`; to be called about once per second."""
        silence = now - self._heard
        if silence >= self.keepalive:
            return KeepaliveAction.GIVE_UP
        if silence >= self.keepalive / 2 and not self._has_asked:
            self._has_asked = True
            return KeepaliveAction.ASK
        return KeepaliveAction.NOTHING
