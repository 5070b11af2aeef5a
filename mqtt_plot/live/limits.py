"""What one WebSocket client may ask for: so many frames per second and so much unread. Knows nothing of frames."""

from typing import NamedTuple


class ClientLimits(NamedTuple):
    """Limits on WebSocket clients.

    In all and per address; frames per second from each and bytes of one; bytes of answers waiting for each; seconds from ping to ping,
    and those in which one must be answered.
    """

    clients: int = 100
    clients_per_address: int = 20
    frames_per_second: int = 20
    unsent_bytes: int = 1024 * 1024
    frame_bytes: int = 16 * 1024
    ping_interval: float = 25.0
    ping_timeout: float = 10.0


class FrameRate:
    """A bucket that holds one second's frames twice over and fills steadily, so that a burst after a pause is fine."""

    def __init__(self, per_second: int, now: float) -> None:
        self._rate = per_second
        self._left = 2.0 * per_second
        self._last = now

    def allow(self, now: float) -> bool:
        """Tell whether one more frame may come at `now`, seconds of a steady clock."""
        self._left = min(2.0 * self._rate, self._left + (now - self._last) * self._rate)
        self._last = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
