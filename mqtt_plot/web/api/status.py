"""The state of the bridge itself: /-/healthy, /-/ready, /metrics for Prometheus, /api/v1/status."""

import contextlib
import resource
import time
from http import HTTPStatus
from pathlib import Path

from mqtt_plot.metrics import Gauge, Histogram, counts
from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.errors import error_body
from mqtt_plot.web.prometheus import TEXT, encode
from mqtt_plot.web.services import Services


class HealthyHandler(BaseHandler):
    """GET /-/healthy: 200 while the process does its work; a supervisor restarts it when not."""

    is_public = True  # supervisors have no password

    def get(self) -> None:
        self.answer("unhealthy", *self.services.is_healthy())

    def answer(self, code: str, is_good: bool, text: str) -> None:  # noqa: FBT001 - the pair comes as one
        """Answer 200 and the text, or 503 and why. Not logged: it is asked every few seconds."""
        if is_good:
            self.write_text(text + "\n")
            return
        self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        self.write_json(error_body(code, text))


class ReadyHandler(HealthyHandler):
    """GET /-/ready: 200 only while the broker connection and the subscription stand."""

    def get(self) -> None:
        is_ready, text = self.services.is_ready()
        if self.user is None:  # the text may name the broker and our user there
            text = "ready" if is_ready else "not ready; after a login the reason stands here"
        self.answer("not_ready", is_ready, text)


class MetricsHandler(BaseHandler):
    """GET /metrics: every figure and counter, for Prometheus."""

    def get(self) -> None:
        services = self.services
        found = services.status()["counters"]
        flat = found if isinstance(found, dict) else {}
        self.set_header("Content-Type", TEXT)
        self.write(encode(services.version, figures(services), counts(flat)))


def figures(services: Services) -> list[Gauge]:
    """Return every figure but the counters."""
    store, limits, live = services.store, services.store.limits, services.live
    return [
        Gauge("start_time_seconds", "When the bridge started, POSIX seconds.", services.started),
        Gauge("tags", "Tags held.", len(store)),
        Gauge("tags_limit", "Tags that may be held (--max-tags).", limits.max_tags),
        Gauge("points", "Points held.", store.points),
        Gauge("bytes", "Memory of all points.", store.nbytes),
        Gauge("bytes_limit", "Memory that all points may take (--max-memory).", limits.max_memory),
        Gauge("clients", "Browsers connected.", len(live.connections)),
        Gauge("clients_limit", "Browsers that may be connected (--max-clients).", live.client_limits.clients),
        Gauge("sessions", "Logins that last.", len(services.access.sessions)),
        Gauge("broker_connected", "1 while connected to the broker.", services.broker_state().state == "connected"),
        Gauge("ready", "1 while data can come in.", services.is_ready()[0]),
        Gauge(
            "fan_out_delay_seconds",
            "From the arrival of a message to its frame's last byte at the kernel.",
            live.delays,
        ),
        *services.figures(),
        *process_figures(),
    ]


def process_figures() -> list[Gauge]:
    """Return what the process takes of the machine; its memory only where the kernel tells (Linux)."""
    found = [Gauge("cpu_seconds", "Time that the process has computed.", time.process_time())]
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])  # proc(5): the second is resident
        found.append(Gauge("resident_memory_bytes", "Memory of the process.", pages * resource.getpagesize()))
    return found


class StatusHandler(BaseHandler):
    """GET: the broker's state, limits and how full they are, every counter."""

    def get(self) -> None:
        services = self.services
        limits = {**services.store.limits._asdict(), "max_body": services.max_body, "max_upload": services.max_upload}
        filled = {name: value for name, _, value in services.figures() if not isinstance(value, Histogram)}
        self.write_json(
            {
                "version": services.version,
                "epoch": services.epoch,
                "limits": limits,
                "filled": filled,
                **services.status(),
            }
        )
