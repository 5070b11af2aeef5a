"""tornado's HTTP server for an application that keeps its own time-outs. Refuses to know routes."""

from typing import Any

from tornado.httpserver import HTTPServer

from mqtt_plot.web.limits import SERVER_MAX_BODY, LimitedApplication


class Server(HTTPServer):
    """Leaves every limit on requests to `application`, and tells it of connections that end."""

    def initialize(self, application: LimitedApplication, **settings: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - tornado's
        super().initialize(application, max_body_size=SERVER_MAX_BODY, **settings)
        self.conn_params.header_timeout = None  # see web.deadlines
        self._application = application

    def on_close(self, server_conn: object) -> None:
        super().on_close(server_conn)
        self._application.ended(server_conn)
