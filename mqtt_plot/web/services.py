"""The parts of the bridge that handlers may use, in one object."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.live.broadcaster import Broadcaster
from mqtt_plot.live.hub import Hub
from mqtt_plot.metrics import Counters, Gauge
from mqtt_plot.mqtt.broker import BrokerState
from mqtt_plot.recordings.lookout import Lookout
from mqtt_plot.recordings.replays import Replays
from mqtt_plot.samples import Parsed, Receipt
from mqtt_plot.store.store import Store
from mqtt_plot.web.allowance import Allowance
from mqtt_plot.web.answers import Answers
from mqtt_plot.web.auth.access import Access
from mqtt_plot.web.dashboard_files import Dashboards
from mqtt_plot.web.packaged import packaged

# The built page, part of the package.
PAGE = packaged("static")

Republish = Callable[[Parsed, float], Awaitable[Receipt]]

SECURITY_HEADERS = {
    # Scripts, data and images from here only; inline styles and blob images are what plotly needs.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers then send Origin "null" with forms, also with our own login.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def default_headers(framers: Sequence[str] = ()) -> Mapping[str, str]:
    """Return the headers; `framers` are the origins (or 'self') whose pages may show ours in a frame (CSP Level 3, 6.4.2)."""
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    if framers:
        allowed = " ".join("'self'" if origin == "self" else origin for origin in framers)
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {allowed}")
    return {"Cache-Control": "no-store", **SECURITY_HEADERS, "Content-Security-Policy": policy}


@dataclass(frozen=True)
class Services:
    """All that handlers may use of the bridge. Times are POSIX seconds; `base_path` is "" or begins with a slash."""

    ingest: Ingest
    store: Store
    hub: Hub
    live: Broadcaster
    counters: Counters
    clock: Callable[[], float]
    status: Callable[[], dict[str, object]]
    broker_state: Callable[[], BrokerState]
    is_ready: Callable[[], tuple[bool, str]]
    is_healthy: Callable[[], tuple[bool, str]]
    epoch: str
    version: str
    max_body: int
    replays: Replays
    lookout: Lookout
    body_timeout: float = 10.0  # seconds
    idle_timeout: float = 55.0  # a minute at most, with what it takes to notice
    base_path: str = ""
    figures: Callable[[], Sequence[Gauge]] = tuple  # what the parts beside store and web measure
    access: Access = field(default_factory=Access)
    headers: Mapping[str, str] = field(
        default_factory=default_headers
    )  # on every answer, unless a handler says otherwise
    dashboards: Dashboards = field(default_factory=Dashboards)
    republish: Republish | None = None  # the way of samples that come by HTTP, where they go through the broker
    static: Traversable = PAGE
    max_upload: int = 8 * 2**20  # bytes of a file
    uploads: Allowance = field(default_factory=lambda: Allowance(2, 1, "busy", "files are being uploaded"))
    streams: Allowance = field(default_factory=lambda: Allowance(50, 10, "too_many_streams", "event streams are open"))
    started: float = field(default_factory=time.time)
    answers: Answers = field(default_factory=Answers)
