"""Users, certificate and our host names, from the files that the options name; read again on SIGHUP. Knows nothing of routes."""

import logging
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

from mqtt_plot.errors import SettingsError
from mqtt_plot.web.auth.access import Access
from mqtt_plot.web.auth.hosts import Hosts, is_loopback
from mqtt_plot.web.auth.users import Users

log = logging.getLogger(__name__)


class Credentials:
    """`access` for the web side, and `context` for its listener (None: no TLS), once the files have been read.

    `names` are host names of ours beside `host`, `proxies` the addresses whose X-Forwarded-For we believe.
    """

    def __init__(
        self,
        host: str,
        *,
        names: Sequence[str] = (),
        proxies: Sequence[str] = (),
        users_file: str = "",
        tls_cert: str = "",
        tls_key: str = "",
    ) -> None:
        self.context: ssl.SSLContext | None = None
        self._host = host
        self._proxies = proxies
        self._users_file = users_file
        self._tls_cert = tls_cert
        self._tls_key = tls_key
        self.access = Access(
            Hosts((*names, host), socket.gethostname()),
            proxies=proxies,
            is_secure=bool(tls_cert),
        )

    def read(self) -> None:
        """Read all files; where one of them cannot be used, nothing changes. Raises SettingsError."""
        users = Users.read(Path(self._users_file)) if self._users_file else None
        self.context = server_context(self._tls_cert, self._tls_key) if self._tls_cert else None
        self.access.users = users

    def stand_at(self, port: int) -> None:
        """Name the cookie after the port: cookies are shared by all ports of a host, and each bridge has its own."""
        self.access.cookie = f"mqtt_plot_{port}"

    def read_anew(self) -> None:
        """Read the files again; what is wrong with them is logged, and what is in use stays."""
        try:
            self.read()
        except SettingsError as error:
            log.error("%s; the users and the certificate in use stay", error)  # noqa: TRY400 - a person's mistake
        else:
            log.info("users and certificate read anew")

    def warn_if_open(self, port: int) -> None:
        """Say once what strangers on the network can do."""
        if is_loopback(self._host):
            return
        if self.access.users is None:
            log.warning("everybody who can reach port %d may see and send data; --users-file asks for a login", port)
        elif not self._tls_cert and not self._proxies:
            log.warning("passwords cross the network in the clear; --tls-cert encrypts them")


def server_context(cert_file: str, key_file: str) -> ssl.SSLContext:
    """Return a context that proves who we are, TLS 1.2 or later. Raises SettingsError for files that do not fit."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert_file, key_file or None, password=_no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        files = f"{cert_file} with {key_file}" if key_file else cert_file
        raise SettingsError(
            f"--tls-cert, --tls-key: expected PEM files that belong together, got {files}: {reason}"
        ) from None
    return context


def _no_password() -> str:
    """Never ask on a terminal: nobody sits there."""
    raise ValueError("a key with a password")
