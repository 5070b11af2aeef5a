"""The table of all routes; what is not in it does not exist."""

import re

from tornado.routing import PathMatches, Rule
from tornado.web import RequestHandler

from mqtt_plot.web import pages
from mqtt_plot.web.api import (
    captures,
    dashboards,
    events,
    events_log,
    legacy,
    limits,
    meta,
    notes,
    openapi,
    recorders,
    replays,
    samples,
    scaling,
    series,
    signals,
    statistics,
    status,
    triggers,
    verdicts,
)
from mqtt_plot.web.application import Application
from mqtt_plot.web.auth import login
from mqtt_plot.web.base import BaseHandler, NotFoundHandler
from mqtt_plot.web.services import Services
from mqtt_plot.web.socket import SocketHandler


def make_app(services: Services) -> Application:
    """Return the application that serves `services`."""
    base = re.escape(services.base_path)
    given = {"services": services}
    table: list[tuple[str, type[RequestHandler]]] = [
        (r"/api/v1/samples", samples.SamplesHandler),
        (r"/api/v1/upload", samples.UploadHandler),
        (r"/api/v1/tags", series.TagsHandler),
        (r"/api/v1/series", series.SeriesHandler),
        (r"/api/v1/statistics", statistics.StatisticsHandler),
        (r"/api/v1/status", status.StatusHandler),
        (r"/api/v1/openapi\.json", openapi.OpenApiHandler),
        (r"/api/v1/recordings", replays.RecordingsHandler),
        (r"/api/v1/replays", replays.ReplaysHandler),
        (r"/api/v1/replays/(\d{1,15})", replays.ReplayHandler),
        (r"/api/v1/replays/(\d{1,15})/stop", replays.StopHandler),
        (r"/api/v1/events", events.EventsHandler),
        (r"/api/v1/events/log", events_log.EventLogHandler),
        (r"/api/v1/triggers", triggers.TriggersHandler),
        (r"/api/v1/triggers/(\d{1,15})", triggers.TriggerHandler),
        (r"/api/v1/captures", captures.CapturesHandler),
        (r"/api/v1/captures/(\d{1,15})", captures.CaptureHandler),
        (r"/api/v1/notes", notes.NotesHandler),
        (r"/api/v1/notes/(\d{1,15})", notes.NoteHandler),
        (r"/api/v1/recorders", recorders.RecordersHandler),
        (r"/api/v1/recorders/(\d{1,15})", recorders.RecorderHandler),
        (r"/api/v1/signals", signals.SignalsHandler),
        (r"/api/v1/signals/(\d{1,15})", signals.SignalHandler),
        (r"/api/v1/signals/preview", signals.PreviewHandler),
        (r"/api/v1/limits", limits.LimitsHandler),
        (r"/api/v1/scaling", scaling.ScalingHandler),
        (r"/api/v1/verdicts", verdicts.VerdictsHandler),
        (r"/api/v1/meta", meta.MetaHandler),
        (r"/api/v1/dashboards", dashboards.DashboardsHandler),
        (r"/api/v1/dashboards/([^/]{1,400})", dashboards.DashboardHandler),
        (r"/-/healthy", status.HealthyHandler),
        (r"/-/ready", status.ReadyHandler),
        (r"/metrics", status.MetricsHandler),
        (r"/ws", SocketHandler),
    ]
    if services.access.users is not None:
        table += [(r"/login", login.LoginHandler), (r"/logout", login.LogoutHandler)]
    rules = [Rule(PathMatches(base + path), handler, given) for path, handler in table]
    rules.append(Rule(legacy.OldRequests(services.base_path), legacy.LegacyHandler, given))
    if base:
        rules.append(Rule(PathMatches(base), pages.BareHandler, given))
    rules.append(Rule(PathMatches(base + r"/(?!api/|-/)(.*)"), pages.PageHandler, given))
    client_limits = services.live.client_limits
    return Application(
        services,
        rules,
        default_handler_class=NotFoundHandler,
        default_handler_args=given,
        headers=services.headers,
        websocket_max_message_size=client_limits.frame_bytes,
        # A browser whose machine went to sleep says no goodbye: one that does not answer a ping is gone.
        websocket_ping_interval=client_limits.ping_interval,
        websocket_ping_timeout=client_limits.ping_timeout,
        log_function=_count_answer,
    )


def _count_answer(handler: RequestHandler) -> None:
    """In place of tornado's line per request: a count per class of status."""
    if isinstance(handler, BaseHandler):
        handler.services.counters.add("http_answers", f"{handler.get_status() // 100}xx")
