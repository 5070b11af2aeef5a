"""Whether the broker is still alive. Knows nothing of sockets and clocks.

A connection to a machine without power, or to a broker that hangs, looks like silence. So a silent broker gets a PINGREQ after half the
keepalive, and the connection is closed after the whole; MQTT itself allows one and a half. Any packet is a sign of life, since the
PINGRESP may wait behind many messages.
"""

from enum import Enum


class KeepaliveAction(Enum):
    """What to do about the silence so far."""

    NOTHING = 0
    ASK = 1
    GIVE_UP = 2


class Keepalive:
    """The silence of one connection. Times are seconds of a monotonic clock."""

    def __init__(self, keepalive: float, now: float) -> None:
        self.keepalive = keepalive
        self._heard = now
        self._has_asked = False

    def heard(self, now: float) -> None:
        """Note that a packet has come."""
        self._heard = now
        self._has_asked = False

    def judge(self, now: float) -> KeepaliveAction:
        """Return what to do at `now`. Call it about once per second."""
        silence = now - self._heard
        if silence >= self.keepalive:
            return KeepaliveAction.GIVE_UP
        if silence >= self.keepalive / 2 and not self._has_asked:
            self._has_asked = True
            return KeepaliveAction.ASK
        return KeepaliveAction.NOTHING
