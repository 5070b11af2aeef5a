"""Limits on what one WebSocket client may send, and leave unread. Knows nothing of frames."""

from typing import NamedTuple


class ClientLimits(NamedTuple):
    """Limits on WebSocket clients.

    Clients in all and per address; frames per second and bytes per frame from each; bytes of answers that it leaves unread; seconds between
    pings, and seconds to answer one.
    """

    clients: int = 100
    clients_per_address: int = 20
    frames_per_second: int = 20
    unsent_bytes: int = 1024 * 1024
    frame_bytes: int = 16 * 1024
    ping_interval: float = 25.0
    ping_timeout: float = 10.0


class FrameRate:
    """A token bucket that holds the frames of two seconds, so that a burst after a pause is fine."""

    def __init__(self, per_second: int, now: float) -> None:
        self._rate = per_second
        self._left = 2.0 * per_second
        self._last = now

    def allow(self, now: float) -> bool:
        """Return True if one more frame may come at `now`, seconds of a monotonic clock."""
        self._left = min(2.0 * self._rate, self._left + (now - self._last) * self._rate)
        self._last = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
