"""Logins that last: cookies that we signed for sessions that we still hold open. Knows nothing of passwords and requests.

The signature lets garbage be refused without a search; the table lets a logout end a session for good, also for whoever stole the
cookie. Both live in memory: a restart asks for a new login.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

LIFE_SECONDS = 7 * 86400
# At the limit the oldest session ends.
MAX_SESSIONS = 1_000
_PARTS = 2


@dataclass(frozen=True)
class Session:
    """One login: whose, with which credential (a changed password ends it), and until when."""

    user: str
    credential: str
    ends: float


class Sessions:
    """The open sessions. Times are seconds of one steady clock."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._open: dict[str, Session] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, user: str, credential: str, now: float) -> str:
        """Open a session and return its cookie."""
        if len(self._open) >= MAX_SESSIONS:
            del self._open[next(iter(self._open))]
        number = secrets.token_urlsafe(18)
        self._open[number] = Session(user, credential, now + LIFE_SECONDS)
        return f"{number}.{self._sign(number)}"

    def find(self, cookie: str, now: float) -> Session | None:
        """Return the session of a cookie, None for one that is forged, closed or over."""
        number = self._number(cookie)
        session = self._open.get(number)
        if session is not None and session.ends <= now:
            del self._open[number]
            return None
        return session

    def close(self, cookie: str) -> None:
        """End the session of a cookie, if there is one."""
        self._open.pop(self._number(cookie), None)

    def _number(self, cookie: str) -> str:
        """Return the session's number, "" where the signature is not ours."""
        parts = cookie.split(".")
        if len(parts) != _PARTS or not cookie.isascii():
            return ""
        return parts[0] if hmac.compare_digest(parts[1], self._sign(parts[0])) else ""

    def _sign(self, number: str) -> str:
        return hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest()
