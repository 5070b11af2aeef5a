"""The one place where all parts meet: builds them from Settings, starts them in order, stops them in reverse."""

import asyncio
import errno
import logging
import math
import os
import resource
import secrets
import signal
import socket
import ssl
import time
from collections import deque
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from mqtt_plot import __version__
from mqtt_plot.errors import PayloadError, SettingsError, SourceError, StoreFullError
from mqtt_plot.hub import Hub
from mqtt_plot.inbox import Inbox
from mqtt_plot.notify import Notifier
from mqtt_plot.pipeline import make_ingest
from mqtt_plot.pulse import Pulse
from mqtt_plot.replica import Replica
from mqtt_plot.settings import BrokerUrl, Settings, default_client_id
from mqtt_plot.sources.broker import EmbeddedBroker, PortTakenError
from mqtt_plot.sources.demo import PlantPublisher
from mqtt_plot.sources.endpoint import Broker, BrokerState, Tls
from mqtt_plot.sources.folder import Folder
from mqtt_plot.sources.mqtt import MqttSource
from mqtt_plot.sources.mqtt_publisher import Publisher
from mqtt_plot.sources.rebirths import Rebirths
from mqtt_plot.sources.replay import Replays
from mqtt_plot.state import StateFile
from mqtt_plot.tags import topic_base, topic_filter
from mqtt_plot.web.access import Access
from mqtt_plot.web.base import Bridge
from mqtt_plot.web.door import Door, connection_limit
from mqtt_plot.web.figures import Figure
from mqtt_plot.web.hosts import Hosts, is_loopback
from mqtt_plot.web.limits import SERVER_MAX_BODY
from mqtt_plot.web.live import Live, hello_limits
from mqtt_plot.web.quota import Quotas
from mqtt_plot.web.routes import make_app
from mqtt_plot.web.tls import server_context
from mqtt_plot.web.users import Users

log = logging.getLogger(__name__)

# The inbox is emptied this long after its first message came: long enough for a batch, too short to be seen.
DRAIN_SECONDS = 0.01
# Messages taken at a stretch: about 5 ms of the loop.
DRAIN_MESSAGES = 1_000
# What the flood guard gathers lies no longer than this.
SETTLE_SECONDS = 0.25
# Of refused messages, one log line per so many seconds; the counters have them all.
REFUSAL_LOG_SECONDS = 10.0
# `rate` in the status is the mean over about so many seconds.
RATE_SECONDS = 5


class App:
    """The bridge: MQTT and HTTP in, browsers out. `start` binds the port and begins; `stop` ends all of it."""

    def __init__(self, settings: Settings, *, is_demo: bool = False) -> None:
        self.settings = settings
        self.is_demo = is_demo  # brings broker and plant, and takes free ports where the usual ones are taken
        self.embedded: EmbeddedBroker | None = None
        self.plant: PlantPublisher | None = None
        self.epoch = secrets.token_hex(8)
        self.rebirths = Rebirths(self._open_outlet)
        self.ingest = make_ingest(settings, self._log_refusal, self.rebirths.ask)
        self.store = self.ingest.store
        self.counters = self.ingest.counters
        self.hub = Hub(self.store, self.epoch)
        hello = {
            "version": __version__,
            "limits": hello_limits(*self.store.limits),
            "topics": list(settings.topic),
        }
        self.live = Live(
            self.store,
            self.hub,
            self.counters,
            clock=time.time,
            status=self.status,
            hello=hello,
            verdicts=self.ingest.verdicts,
            quotas=Quotas(
                settings.max_clients, settings.max_clients_per_address, settings.max_frame_rate, settings.max_unsent
            ),
        )
        self.replays = Replays(
            Folder(settings.recordings, settings.time_zone),
            self.ingest,
            self.live.broadcast_event,
            time.time,
            open_outlet=self._open_outlet if settings.broker.scheme != "none" or is_demo else None,
            topic_base=topic_base(settings.topic),
        )
        self.replica = Replica(settings, self.ingest, self.epoch, self.live.followed)
        self.inbox = Inbox(self._wake, settings.max_queue)
        self.state_file = (
            StateFile(Path(settings.state), self.store, self.counters, settings.state_interval)
            if settings.state
            else None
        )
        self.pulse = Pulse(Notifier(os.environ), self.is_healthy)
        self.source: MqttSource | None = None
        self.port = 0
        self.access = Access()
        self.door: Door | None = None
        self._server: HTTPServer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._settling: asyncio.Task[None] | None = None
        self._next_refusal_log = 0.0
        self._rates: deque[tuple[float, int]] = deque(maxlen=RATE_SECONDS + 1)

    async def start(self) -> None:
        """Listen, then connect. Raises SourceError, with what to do, when the port cannot be had."""
        self._loop = asyncio.get_running_loop()
        settings = self.settings
        users, context = self._users(), self._tls()
        sockets = self._listen()
        self.port = sockets[0].getsockname()[1]
        if self.state_file is not None:
            self.state_file.load()
            self.state_file.start()
        self.live.start()
        self.access = _access(settings, users, self.port)
        self._settling = asyncio.create_task(self._settle(), name="settle floods")
        url = settings.broker
        if self.is_demo or url.scheme == "embedded":
            url = await self._start_embedded()
        if url.scheme != "none":
            self.source = self.replica.make_source(_broker(settings, url, self.port), self.inbox, _log_state)
        application = make_app(self._bridge())
        self._server = HTTPServer(
            application,
            max_body_size=SERVER_MAX_BODY,  # the limits are --max-payload and --body-timeout, kept by web.limits
            idle_connection_timeout=settings.idle_timeout,
        )
        self.door = Door(
            self._server.handle_stream,
            self.counters,
            limit=connection_limit(settings.max_connections, _descriptors()),
            max_buffer=settings.max_payload + 64 * 1024,
            context=context,
        )
        self.door.open(sockets)
        if self.source is not None:
            self.source.start()
        self.replica.start()
        if self.is_demo:
            self.plant = PlantPublisher(url.host, url.port)
            self.plant.start()
        log.info("page on %s", self.url)
        self.warn_if_open()
        self.pulse.start()

    async def stop(self) -> None:
        """Stop taking, store what was taken, say goodbye to browsers. Safe to call twice."""
        await self.pulse.stop()
        if self.door is not None:
            self.door.close()
        await self.replays.close()
        if self.plant is not None:
            await asyncio.to_thread(self.plant.stop)
        await self.replica.stop()
        if self.source is not None:
            await asyncio.to_thread(self.source.stop)
            self.ingest.take_messages(self.inbox.take(len(self.inbox)))
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)
        self.ingest.settle(math.inf)
        if self.state_file is not None:
            await self.state_file.stop()
        await self.rebirths.stop()
        await self.live.stop()
        if self._server is not None:
            await self._server.close_all_connections()
        if self.embedded is not None:
            await asyncio.to_thread(self.embedded.stop)

    def reload(self) -> None:
        """Read users and certificate anew (SIGHUP); what is wrong with them is logged, and those in use stay."""
        try:
            users, context = self._users(), self._tls()
        except SettingsError as error:
            log.error("%s; the users and the certificate in use stay", error)  # noqa: TRY400 - a person's mistake
            return
        self.access.users = users
        if self.door is not None:
            self.door.context = context
        log.info("users and certificate read anew")

    def _users(self) -> Users | None:
        return Users.read(Path(self.settings.users_file)) if self.settings.users_file else None

    def _tls(self) -> ssl.SSLContext | None:
        return server_context(self.settings.tls_cert, self.settings.tls_key) if self.settings.tls_cert else None

    def warn_if_open(self) -> None:
        """Say once what strangers on the network can do."""
        if is_loopback(self.settings.host):
            return
        if self.access.users is None:
            log.warning(
                "everybody who can reach port %d may see and send data; --users-file asks for a login", self.port
            )
        elif not self.settings.tls_cert and not self.settings.trusted_proxy:
            log.warning("passwords cross the network in the clear; --tls-cert encrypts them")

    def _listen(self) -> list[socket.socket]:
        host, port = self.settings.host, self.settings.port
        try:
            return _bind(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and self.is_demo:
                log.warning("port %d is taken; the demo takes a free one", port)
                return _bind(host, 0)
            hint = "--port takes another" if error.errno == errno.EADDRINUSE else "check --host and --port"
            raise SourceError(f"cannot listen on {host}:{port}: {error.strerror or error}; {hint}") from None

    async def _start_embedded(self) -> BrokerUrl:
        """Start the broker we bring; return the address at which we reach it."""
        host, port = self.settings.embedded_broker_listen
        self.embedded = EmbeddedBroker(host, port)
        try:
            await asyncio.to_thread(self.embedded.start)
        except PortTakenError:
            if not self.is_demo:
                raise
            log.warning("port %d is taken; the demo's broker takes a free one", port)
            self.embedded = EmbeddedBroker(host, 0)
            await asyncio.to_thread(self.embedded.start)
        host, port = self.embedded.address
        return BrokerUrl("mqtt", {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)  # noqa: S104 - compared

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the page."""
        host = self.settings.host
        shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
        scheme = "https" if self.settings.tls_cert else "http"
        return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{self.port}{self.settings.base_path}/"

    def _open_outlet(self) -> Publisher:
        """Return a connection for a replay's messages to the broker that the bridge listens to."""
        assert self.source is not None  # noqa: S101 - there is one whenever there is a broker
        return Publisher(self.source.broker)

    def _bridge(self) -> Bridge:
        republisher = self.replica.republisher()
        return Bridge(
            ingest=self.ingest,
            store=self.store,
            hub=self.hub,
            live=self.live,
            counters=self.counters,
            clock=time.time,
            status=self.status,
            broker_state=self.broker_state,
            is_ready=self.is_ready,
            is_healthy=self.is_healthy,
            epoch=self.epoch,
            version=__version__,
            max_body=self.settings.max_payload,
            body_timeout=self.settings.body_timeout,
            base_path=self.settings.base_path,
            replays=self.replays,
            access=self.access,
            figures=self._figures,
            republish=republisher.take_body if republisher else None,
        )

    def _figures(self) -> list[Figure]:
        door = self.door
        return [
            Figure("connections", "Connections to the web port.", door.connections if door else 0),
            Figure("connections_limit", "Connections that may stand at once.", door.limit if door else 0),
            Figure("queue", "Messages between network and store.", len(self.inbox)),
            Figure("queue_limit", "Messages that may wait there (--max-queue).", self.inbox.limit),
            Figure("loop_lag_seconds", "How late the event loop comes to its work.", self.pulse.lag),
        ]

    def _wake(self) -> None:
        """Called from the network thread: empty the inbox soon."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.call_later, DRAIN_SECONDS, self._drain)

    def _drain(self) -> None:
        batch = self.inbox.take(DRAIN_MESSAGES)
        if batch:
            self.live.arrived(batch[0].time)
        try:
            self.ingest.take_messages(batch)
        finally:  # whatever happens to these messages, the next ones must come
            if not self.inbox.rest() and self._loop is not None:
                self._loop.call_soon(self._drain)

    async def _settle(self) -> None:
        """Let go, a few times per second, what the flood guard has gathered."""
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                self.ingest.settle(time.time())
            except Exception:
                log.exception("fault while settling floods; it goes on")

    def broker_state(self) -> BrokerState:
        """Return the state of the broker connection."""
        if self.source is None:
            return BrokerState("off", "no broker (--broker none): data comes over HTTP only", 0.0)
        return self.source.state

    def is_ready(self) -> tuple[bool, str]:
        """Tell whether data can come in, and if not, why."""
        state = self.broker_state()
        is_fed = state.is_ready or self.source is None
        return is_fed and not self.replica.progress, (self.replica.progress if is_fed else "") or state.text

    def is_healthy(self) -> tuple[bool, str]:
        """Tell whether all threads live; the loop lives if it can answer."""
        if self.source is not None and not self.source.is_alive:
            return False, "the MQTT thread has died"
        return True, "ok"

    def status(self) -> dict[str, object]:
        """Return what docs/protocol.md calls `status`."""
        now = time.time()
        state = self.broker_state()
        store = self.store
        return {
            "time": now,
            "broker": {
                "state": state.state,
                "text": state.text,
                "since": state.since,
                "subscriptions": [
                    {"topic": s.topic, "granted": s.is_granted, "reason": s.reason} for s in state.subscriptions
                ],
            },
            "tags": len(store),
            "points": store.points,
            "bytes": store.nbytes,
            "rate": self._rate(now),
            "holds": self._holds(),
            "clients": len(self.live.connections),
            "counters": self._all_counters(),
        }

    def _rate(self, now: float) -> float:
        received = self.counters.get("messages_received")
        rates = self._rates
        if not rates or now - rates[-1][0] >= 1 - DRAIN_SECONDS:
            rates.append((now, received))
        seconds = now - rates[0][0]
        return (received - rates[0][1]) / seconds if seconds > 0 else 0.0

    def _holds(self) -> float | None:
        """Return how many seconds of history the limits allow at the present rates: the least of points, age and memory."""
        limits = self.store.limits
        rates = [series.rate for series in self.store if series.rate > 0]
        if not rates:
            return limits.max_age
        by_points = limits.max_points / max(rates)
        by_memory = limits.max_memory / 16 / sum(rates)
        return min(by_points, by_memory, limits.max_age or by_points)

    def _all_counters(self) -> dict[str, int]:
        counts = self.counters.as_dict()
        if self.inbox.dropped:
            counts["messages_dropped.inbox_full"] = self.inbox.dropped
        if self.source is not None:
            counts["broker_reconnects"] = self.source.reconnects
            counts["broker_sessions_lost"] = self.source.lost_sessions
        return counts

    def _log_refusal(self, topic: str, error: PayloadError | StoreFullError) -> None:
        now = time.monotonic()
        if now >= self._next_refusal_log:
            self._next_refusal_log = now + REFUSAL_LOG_SECONDS
            log.warning(
                "refused %r: %s (further ones are counted; next line in %.0f s)",
                topic[:120],
                error,
                REFUSAL_LOG_SECONDS,
            )


async def serve(settings: Settings, *, is_demo: bool = False) -> None:
    """Run the bridge until SIGTERM or SIGINT. Raises SourceError when it cannot start."""
    app = App(settings, is_demo=is_demo)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, app.reload)
    try:
        await app.start()
        await stopping.wait()
        log.info("stopping")
    finally:
        await app.stop()


def _bind(host: str, port: int) -> list[socket.socket]:
    return bind_sockets(port, host, family=socket.AF_UNSPEC if ":" in host else socket.AF_INET)


def _access(settings: Settings, users: Users | None, port: int) -> Access:
    return Access(
        Hosts((*settings.allow_host, settings.host), socket.gethostname()),
        users,
        cookie=f"mqtt_plot_{port}",
        proxies=settings.trusted_proxy,
        is_secure=bool(settings.tls_cert),
    )


def _descriptors() -> int:
    """Return how many files this process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _broker(settings: Settings, url: BrokerUrl, port: int) -> Broker:
    return Broker(
        host=url.host,
        port=url.port,
        client_id=settings.client_id or default_client_id(port),
        topics=tuple(topic_filter(mapping) for mapping in settings.topic),
        scheme=url.scheme,
        path=url.path,
        user=url.user,
        password=url.password,
        tls=Tls(settings.broker_ca or None, settings.broker_cert or None, settings.broker_key or None),
        max_payload=settings.max_payload,
        keepalive=settings.keepalive,
    )


def _log_state(state: BrokerState) -> None:
    """One line per change, written from the network thread."""
    log.log(logging.INFO if state.state in ("connected", "off") else logging.WARNING, "broker: %s", state.text)
