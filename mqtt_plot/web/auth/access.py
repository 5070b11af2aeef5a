"""Who sends a request, by its token or cookie, and whether its Host is ours."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable

from tornado.httputil import HTTPServerRequest

from mqtt_plot.web.auth.hosts import Hosts
from mqtt_plot.web.auth.lockout import Lockout
from mqtt_plot.web.auth.passwords import is_password
from mqtt_plot.web.auth.sessions import Sessions
from mqtt_plot.web.auth.users import Role, User, Users

# Each password under check takes 16 MiB and a core; one at a time, and only so many wait.
MAX_WAITING, MAX_WAITING_PER_ADDRESS = 8, 5
LONGEST_PASSWORD = 1_000
_EVERYBODY = User("", Role.ADMIN, "")
# Checked for names that do not exist, so that they take as long as others.
_NOBODYS_HASH = "$scrypt$n=16384,r=8,p=1$bm9ib2R5IG9mIHRoYXQgbmFtZQ==$9uOLNmAJfy08i2SG7SLvTPQy8IhSYlwPz4bYb/ia+rQ="


class Access:
    """Who may come in. Without a users file everybody may do everything, as long as the Host is ours."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        users: Users | None = None,
        *,
        proxies: Iterable[str] = (),
        is_secure: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hosts = hosts or Hosts()
        self.users = users
        self.sessions = Sessions()
        self.lockout = Lockout()
        self.cookie = "mqtt_plot"  # its name; cookies are shared by all ports of a host, so each bridge has its own
        self.proxies = frozenset(proxies)
        self.is_secure = is_secure  # TLS: the cookie is never to leave without
        self.clock = clock
        self._checking = asyncio.Lock()
        self._waiting: Counter[str] = Counter()  # logins by address

    def who(self, request: HTTPServerRequest) -> User | None:
        """Return who sends `request`, None for somebody who must log in first."""
        users = self.users
        if users is None:
            return _EVERYBODY
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return users.by_token(token.strip())  # a wrong token is nobody's, whatever the cookie says
        session = self.sessions.find(self.cookie_of(request), self.clock())
        if session is not None:
            user = users.find(session.user)
            if user is not None and user.credential == session.credential:
                return user
        return users.everybody

    def address_of(self, request: HTTPServerRequest) -> str:
        """Return the address a request comes from; what a proxy says of it counts only where the proxy is ours."""
        address = request.remote_ip or ""
        if address in self.proxies:
            told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
            strangers = [part for part in told if part and part not in self.proxies]
            return strangers[-1][:64] if strangers else address
        return address

    def came_by_tls(self, request: HTTPServerRequest) -> bool:
        """Tell whether the browser speaks TLS, with us or with a proxy of ours."""
        proxied = request.remote_ip in self.proxies and request.headers.get("X-Forwarded-Proto") == "https"
        return self.is_secure or proxied

    def cookie_of(self, request: HTTPServerRequest) -> str:
        """Return the session cookie of a request, "" where there is none."""
        morsel = request.cookies.get(self.cookie)
        return morsel.value if morsel is not None else ""

    async def log_in(self, name: str, password: str, address: str = "") -> str | None:
        """Return the cookie of a new session, None where name and password do not fit. Raises BlockingIOError when too many wait."""
        user = self.users.find(name) if self.users is not None else None
        if self._waiting.total() >= MAX_WAITING or self._waiting[address] >= MAX_WAITING_PER_ADDRESS:
            raise BlockingIOError
        self._waiting[address] += 1
        try:
            async with self._checking:
                hashed = _NOBODYS_HASH if user is None else user.credential
                is_right = await asyncio.to_thread(is_password, password[:LONGEST_PASSWORD], hashed)
        finally:
            self._waiting[address] -= 1
            self._waiting += Counter()  # without those that have none
        if user is None or not is_right:
            return None
        return self.sessions.open(user.name, user.credential, self.clock())
