"""tornado's HTTP server, which tells of connections that it closes since no request came; refuses to know routes."""

import asyncio
from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerConnectionDelegate


class Waiting:
    """Since when connections wait for the head of a request: new ones, those kept open after an answer, and slow ones."""

    def __init__(self) -> None:
        self._since: dict[object, float] = {}  # loop time

    def __len__(self) -> int:
        return len(self._since)

    def begin(self, connection: object) -> None:
        """Note that the next request of `connection` may come; needs a running event loop."""
        self._since[connection] = asyncio.get_running_loop().time()

    def end(self, connection: object) -> float:
        """Return how many seconds it has waited, 0 for one that did not wait."""
        since = self._since.pop(connection, None)
        return 0.0 if since is None else asyncio.get_running_loop().time() - since


class Server(HTTPServer):
    """Closes a connection that has waited for `idle_timeout` seconds, and calls `on_idle`; `waiting` is kept by the application."""

    def initialize(  # type: ignore[override]  # tornado's takes all that a server can be told
        self,
        application: HTTPServerConnectionDelegate,
        *,
        waiting: Waiting,
        idle_timeout: float,
        on_idle: Callable[[], None],
        **settings: Any,  # noqa: ANN401 - the same
    ) -> None:
        super().initialize(application, idle_connection_timeout=idle_timeout, **settings)
        self._waiting = waiting
        self._idle_timeout = idle_timeout
        self._on_idle = on_idle

    def on_close(self, server_conn: object) -> None:
        super().on_close(server_conn)
        if self._waiting.end(server_conn) >= self._idle_timeout:
            self._on_idle()
