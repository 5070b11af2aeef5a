"""How long to wait before the next attempt to connect. Knows nothing of sockets, clocks and randomness.

Right after a loss the pauses are short: without a session the broker drops what is published meanwhile. While the broker stays away they
grow. Two clients with one id disconnect each other for ever, so pauses also grow when connections end soon after they are made.
"""

_FIRST_SECONDS = 0.25
# In the first seconds of an outage the pauses stay below one second; then they may grow.
_EAGER_SECONDS = 30.0
_LONGEST_EAGER_SECONDS, _LONGEST_SECONDS = 1.0, 4.0
_FIRST_RIVAL_SECONDS, _LONGEST_RIVAL_SECONDS = 1.0, 30.0
# A connection has lasted after this many seconds, if that is clearly longer than the pause before it: a rival comes back after its pause.
_LASTING_SECONDS, _LASTING_PAUSES = 10.0, 4.0


class Backoff:
    """The pauses of all outages. Times are seconds of a monotonic clock."""

    def __init__(self, now: float) -> None:
        self.short_lives = 0  # connections in a row that ended soon after they were made
        self._outage_since = now
        self._pause = 0.0
        self._connected_at: float | None = None

    def connected(self, now: float) -> None:
        """Note that the broker has accepted the connection."""
        self._connected_at = now

    def ended(self, now: float) -> None:
        """Note that an attempt has failed, or a connection has ended."""
        if self._connected_at is None:
            return
        if now - self._connected_at >= max(_LASTING_SECONDS, _LASTING_PAUSES * self._pause):
            self.short_lives = 0
            self._pause = 0.0
            self._outage_since = now
        else:
            self.short_lives += 1
        self._connected_at = None

    def pause(self, now: float, *, has_rival: bool = False) -> float:
        """Return the longest time to wait now, in seconds; each call counts one more failed attempt."""
        if has_rival:
            first, longest = _FIRST_RIVAL_SECONDS, _LONGEST_RIVAL_SECONDS
        elif now - self._outage_since < _EAGER_SECONDS:
            first, longest = _FIRST_SECONDS, _LONGEST_EAGER_SECONDS
        else:
            first, longest = _FIRST_SECONDS, _LONGEST_SECONDS
        self._pause = min(max(first, self._pause * 2), longest)
        return self._pause
