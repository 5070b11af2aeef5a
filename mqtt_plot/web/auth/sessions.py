"""Logins that last: a cookie is the random name of a session that we hold open. Knows nothing of passwords and requests.

The table lets a logout end a session for good, also for whoever stole the cookie. It lives in memory: a restart asks for a new login.
"""

import secrets
from dataclasses import dataclass

LIFE_SECONDS = 7 * 86400
# At the limit the oldest session ends.
MAX_SESSIONS = 1_000
# 144 random bits: nobody guesses one, and the time that a look-up takes gives none away.
_COOKIE_BYTES = 18


@dataclass(frozen=True)
class Session:
    """One login: whose, with which credential (a changed password ends it), and until when."""

    user: str
    credential: str
    ends: float


class Sessions:
    """The open sessions. Times are seconds of one steady clock."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, user: str, credential: str, now: float) -> str:
        """Open a session and return its cookie."""
        if len(self._open) >= MAX_SESSIONS:
            del self._open[next(iter(self._open))]
        cookie = secrets.token_urlsafe(_COOKIE_BYTES)
        self._open[cookie] = Session(user, credential, now + LIFE_SECONDS)
        return cookie

    def find(self, cookie: str, now: float) -> Session | None:
        """Return the session of a cookie, None for one that is forged, closed or over."""
        session = self._open.get(cookie)
        if session is not None and session.ends <= now:
            del self._open[cookie]
            return None
        return session

    def close(self, cookie: str) -> None:
        """End the session of a cookie, if there is one."""
        self._open.pop(cookie, None)
