"""What machines ask about the bridge itself: alive, ready, and its figures as Prometheus text; refuses to know how they come about."""

from collections.abc import Iterator
from http import HTTPStatus

from mqtt_plot.web.base import BaseHandler, Bridge, error_body


class HealthyHandler(BaseHandler):
    """GET /-/healthy: 200 while the process does its work; a supervisor restarts it when not."""

    is_public = True  # supervisors have no password

    def get(self) -> None:
        self.answer("unhealthy", *self.bridge.is_healthy())

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
        is_ready, text = self.bridge.is_ready()
        if self.user is None:  # the text may name the broker and our user there
            text = "ready" if is_ready else "not ready; after a login the reason stands here"
        self.answer("not_ready", is_ready, text)


class MetricsHandler(BaseHandler):
    """GET /metrics: the Prometheus text format, version 0.0.4."""

    def get(self) -> None:
        self.write_text("".join(metrics(self.bridge)), "text/plain; version=0.0.4; charset=utf-8")


def metrics(bridge: Bridge) -> Iterator[str]:
    """Yield every figure: gauges first, then each counter with a sample per reason."""
    yield _family(
        "info", "gauge", "Always 1; the version is its label.", [(f'{{version="{_label(bridge.version)}"}}', 1)]
    )
    for name, meaning, value in _gauges(bridge):
        yield _family(name, "gauge", meaning, [("", value)])
    for name, samples in _counters(bridge).items():
        yield _family(f"{name}_total", "counter", f"Count of {name.replace('_', ' ')}, by reason.", samples)


def _gauges(bridge: Bridge) -> list[tuple[str, str, float]]:
    store, limits = bridge.store, bridge.store.limits
    return [
        ("start_time_seconds", "When the bridge started, POSIX seconds.", bridge.started),
        ("tags", "Tags held.", len(store)),
        ("tags_limit", "Tags that may be held (--max-tags).", limits.max_tags),
        ("points", "Points held.", store.points),
        ("bytes", "Memory of all points.", store.nbytes),
        ("bytes_limit", "Memory that all points may take (--max-memory).", limits.max_memory),
        ("clients", "Browsers connected.", len(bridge.live.connections)),
        ("broker_connected", "1 while connected to the broker.", bridge.broker_state().state == "connected"),
        ("ready", "1 while data can come in.", bridge.is_ready()[0]),
    ]


def _counters(bridge: Bridge) -> dict[str, list[tuple[str, float]]]:
    """Return the counts of the status, {"name.reason": n}, by name."""
    families: dict[str, list[tuple[str, float]]] = {}
    counts = bridge.status()["counters"]
    for key, count in sorted(counts.items()) if isinstance(counts, dict) else ():
        name, _, reason = key.partition(".")
        families.setdefault(name, []).append((f'{{reason="{_label(reason)}"}}' if reason else "", count))
    return families


def _family(name: str, kind: str, meaning: str, samples: list[tuple[str, float]]) -> str:
    full = f"mqtt_plot_{name}"
    lines = [f"# HELP {full} {meaning}\n", f"# TYPE {full} {kind}\n"]
    lines += [f"{full}{labels} {float(value):.17g}\n" for labels, value in samples]
    return "".join(lines)


def _label(text: str) -> str:
    """Escape a label value (Prometheus exposition formats, "Comments, help text, and type information")."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
