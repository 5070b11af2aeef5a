"""Who comes in, from the files that the options name: users, certificate, our names; read anew on SIGHUP. Refuses to know routes."""

import logging
import socket
import ssl
from pathlib import Path

from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import SettingsError
from mqtt_plot.web.access import Access
from mqtt_plot.web.hosts import Hosts, is_loopback
from mqtt_plot.web.tls import server_context
from mqtt_plot.web.users import Users

log = logging.getLogger(__name__)


class Guard:
    """`access` for the web side, and `context` for its door (None: no TLS), once the files have been read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.context: ssl.SSLContext | None = None
        self.access = Access(
            Hosts((*settings.allow_host, settings.host), socket.gethostname()),
            proxies=settings.trusted_proxy,
            is_secure=bool(settings.tls_cert),
        )

    def read(self) -> None:
        """Read all files; where one of them cannot be used, nothing changes. Raises SettingsError."""
        settings = self._settings
        users = Users.read(Path(settings.users_file)) if settings.users_file else None
        self.context = server_context(settings.tls_cert, settings.tls_key) if settings.tls_cert else None
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
        settings = self._settings
        if is_loopback(settings.host):
            return
        if self.access.users is None:
            log.warning("everybody who can reach port %d may see and send data; --users-file asks for a login", port)
        elif not settings.tls_cert and not settings.trusted_proxy:
            log.warning("passwords cross the network in the clear; --tls-cert encrypts them")
