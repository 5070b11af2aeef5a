"""Where all parts meet: builds them from Settings, starts them in order, stops them in reverse."""

import asyncio
import logging
import os
import resource
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from mqtt_plot import __version__
from mqtt_plot.assembly import broker_at, make_ingest, watch_presets
from mqtt_plot.config.logs import held_back
from mqtt_plot.config.presets import AUTO
from mqtt_plot.config.settings import Settings, default_client_id
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.ingest.consumer import InboxConsumer
from mqtt_plot.live.broadcaster import Broadcaster, hello_limits
from mqtt_plot.live.hub import Hub
from mqtt_plot.live.limits import ClientLimits
from mqtt_plot.live.utc_offsets import offsets
from mqtt_plot.metrics import Gauge
from mqtt_plot.mqtt.broker import log_state
from mqtt_plot.mqtt.embedded_broker import EmbeddedBroker
from mqtt_plot.mqtt.outlet import Outlet
from mqtt_plot.mqtt.publisher import REPLAY_ANSWER_SECONDS, Publisher
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.recordings.csv_choices import Choices
from mqtt_plot.recordings.folder import Folder
from mqtt_plot.recordings.lookout import Lookout
from mqtt_plot.recordings.replays import Replays
from mqtt_plot.recordings.sinks import Publish
from mqtt_plot.store.files import Claim
from mqtt_plot.store.saved_file import SavedFile
from mqtt_plot.tags import topic_base
from mqtt_plot.watchdog import ClockWatch, Notifier, Watchdog
from mqtt_plot.web.application import Server
from mqtt_plot.web.auth.credentials import Credentials
from mqtt_plot.web.dashboard_files import Dashboards
from mqtt_plot.web.health import Health
from mqtt_plot.web.listener import Listener, connection_limit, listen
from mqtt_plot.web.routes import make_app
from mqtt_plot.web.services import Services, default_headers

if TYPE_CHECKING:
    from mqtt_plot.live.preset_watch import PresetWatch
    from mqtt_plot.replicas.replica import Replica

log = logging.getLogger(__name__)


class App:
    """The bridge: MQTT and HTTP in, browsers out. `start` binds the port and begins; `stop` ends all of it."""

    def __init__(self, settings: Settings, *, or_free: bool = False) -> None:
        self.settings = settings
        self.brokers = settings.broker  # an embedded one has its address once it runs
        has_broker = settings.broker[0].scheme != "none"
        self._or_free = or_free  # takes free ports where the usual ones are taken
        self.embedded: EmbeddedBroker | None = None
        self.epoch = secrets.token_hex(8)
        self.ingest = make_ingest(settings, self._ask_rebirth)
        self.store = self.ingest.store
        self.counters = self.ingest.counters
        self.lookout = Lookout(
            self.ingest,
            captures=settings.captures,
            recordings=settings.recordings,
            defined=resolve_name("mqtt_plot.config.signals_file:read_signals")(settings.signals)
            if settings.signals
            else (),
        )
        self.hub = Hub(self.store, self.epoch)
        self.consumer = InboxConsumer(self.ingest)
        self.health = Health(
            self.store,
            self.counters,
            self.consumer.inbox,
            clients=lambda: len(self.live.connections),
            progress=self._unready,
            clock=time.time,
            held_back=held_back,
            advice=self._advice,
        )
        client_limits = ClientLimits(settings.max_clients, settings.max_clients_per_address)
        hello = {
            "version": __version__,
            "limits": hello_limits(self.store.limits, client_limits),
            "topics": list(settings.topic),
            "zone": offsets(time.time()),
        }
        self.live = Broadcaster(
            self.store,
            self.hub,
            self.counters,
            clock=time.time,
            status=self.health.status,
            hello=hello,
            verdicts=self.ingest.verdicts,
            gather=self._gather,
            ledgers=self.lookout.ledgers,
            look=self._look,
            client_limits=client_limits,
        )
        base = topic_base(settings.topic)
        self.replays = Replays(
            Folder(settings.recordings, Choices(settings.time_zone, settings.date_order)),
            self.ingest,
            self.live.broadcast_event,
            time.time,
            connect=self._connect_replay if has_broker else None,
            topic_base=base,
        )
        self.replica = self._replica(base)
        self.state_file: SavedFile | None = None
        if settings.state:
            make: Callable[..., SavedFile] = resolve_name("mqtt_plot.recordings.state_keeping:state_file")
            lookout = self.lookout
            self.state_file = make(
                Path(settings.state), settings.state_interval, self.store, lookout.sections, lookout.flight.captures
            )
        self._clock_watch = ClockWatch(time.time)
        self.watchdog = Watchdog(Notifier(os.environ), self.health.is_healthy, self._end)
        self.source: Subscriber | None = None
        self.preset_watch: "PresetWatch | None" = None
        self.publisher: Publisher | None = None
        self.outlet: Outlet | None = None
        self.port = 0
        self.credentials = Credentials(
            settings.host,
            names=settings.allow_host,
            proxies=settings.trusted_proxy,
            users_file=settings.users_file,
            tls_cert=settings.tls_cert,
            tls_key=settings.tls_key,
        )
        self._claims: list[Claim] = []
        self.fault = ""  # why it ended by itself
        self.ended = asyncio.Event()
        self.listener: Listener | None = None
        self._server: Server | None = None

    async def start(self) -> None:
        """Listen, then connect. Raises SourceError, with what to do, when the port cannot be had."""
        settings = self.settings
        self.credentials.read()
        ours = {"--state": settings.state, "--dashboards": settings.dashboards, "--captures": settings.captures}
        self._claims = [Claim(Path(path), option) for option, path in ours.items() if path]
        sockets = listen(settings.host, settings.port, or_free=self._or_free)
        self.port = sockets[0].getsockname()[1]
        if self.state_file is not None:
            self.state_file.load()
            self.state_file.start()
        self.lookout.start(time.time())
        self.live.start()
        self.credentials.stand_at(self.port)
        self.consumer.start(self.live.arrived)
        if settings.broker[0].scheme == "embedded":
            self.brokers = (await self._start_embedded(),)
        if self.brokers[0].scheme != "none":
            brokers = [broker_at(url, settings, default_client_id(self.port)) for url in self.brokers]
            if self.embedded is not None:  # it hangs up on a subscription to $SYS
                brokers = [replace(broker, has_figures=False) for broker in brokers]
            make_source = Subscriber if self.replica is None else self.replica.make_source
            self.source = make_source(brokers, self.consumer.inbox.put, log_state)
            self.publisher = Publisher(self.source.found)
            self._publish_events(self.publisher)
            self.health.source = self.source
            if AUTO in settings.preset:
                self.preset_watch = watch_presets(settings, brokers, self.ingest.rules)
        application = make_app(self._services())
        self._server = Server(application)
        self.listener = Listener(
            self._server.handle_stream,
            self.counters,
            limit=connection_limit(settings.max_connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
            max_buffer=settings.max_payload + 64 * 1024,
            context=self.credentials.context,
            idle_streams=application.idle_streams,
        )
        self.listener.open(sockets)
        if self.source is not None:
            self.source.start()
        if self.preset_watch is not None:
            self.preset_watch.start()
        if self.replica is not None:
            self.replica.start()
        log.info("page on %s", self.url)
        self.credentials.warn_if_open(self.port)
        self.watchdog.start()

    async def stop(self) -> None:
        """Stop taking, store what was taken, say goodbye to browsers. Safe to call twice."""
        await self.watchdog.stop()
        if self.listener is not None:
            self.listener.close()
        await self.replays.close()
        for part in (self.replica, self.preset_watch):
            if part is not None:
                await part.stop()
        if self.source is not None:
            await asyncio.to_thread(self.source.stop)
        await self.consumer.stop()
        await self.lookout.stop(time.time())
        for late in (self.state_file, self.outlet, self.publisher):
            if late is not None:
                await late.stop()
        await self.live.stop()
        if self._server is not None:
            await self._server.close_all_connections()
        if self.embedded is not None:
            await asyncio.to_thread(self.embedded.stop)
        for claim in self._claims:
            claim.release()

    def reload(self) -> None:
        """Read users and certificate anew (SIGHUP); what is wrong with them is logged, and those in use stay."""
        self.credentials.read_anew()
        if self.listener is not None:
            self.listener.context = self.credentials.context

    async def _start_embedded(self) -> BrokerUrl:
        """Start the broker we bring; return the address at which we reach it."""
        self.embedded = EmbeddedBroker(*self.settings.embedded_broker_listen, or_free=self._or_free)
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

    def _replica(self, base: str | None) -> "Replica | None":
        """Return what makes this bridge one of several, None where it is alone: then its modules are not loaded."""
        settings = self.settings
        if not (settings.backfill_from or settings.republish or settings.follow_on_demand):
            return None
        make: Callable[..., Replica] = resolve_name("mqtt_plot.replicas.replica:Replica")
        return make(
            self.ingest,
            self.epoch,
            lambda: chain(self.live.followed(), self.ingest.signals.inputs()),
            topic_base=base,
            peers=settings.backfill_from,
            republishes=settings.republish,
            follows_on_demand=settings.follow_on_demand,
        )

    def _unready(self) -> str:
        """Return what is still to be done before browsers and scripts should come, "" for nothing."""
        if self.settings.republish and self.publisher is not None and self.publisher.trouble:
            return f"cannot publish (--republish): {self.publisher.trouble}"
        return "" if self.replica is None else self.replica.progress

    def _advice(self) -> list[str]:
        return [] if self.preset_watch is None else self.preset_watch.lines()

    def _connect_replay(self) -> AbstractAsyncContextManager[Publish]:
        assert self.publisher is not None  # noqa: S101 - there is one whenever there is a broker
        return self.publisher.stream(answer_seconds=REPLAY_ANSWER_SECONDS)

    def _publish_events(self, publisher: Publisher) -> None:
        topic = self.settings.publish_events
        if topic:
            outlet = self.outlet = Outlet(publisher, self.counters, "events_published")
            self.lookout.events.listeners.append(lambda event: outlet.put(topic, event.message()))

    def _ask_rebirth(self, topic: str, payload: bytes) -> None:
        if self.publisher is not None:
            self.publisher.publish_soon(topic, payload)

    def _end(self, reason: str) -> None:
        """End the process, so that whoever supervises it starts it anew: half a bridge looks like a whole one."""
        log.critical("%s; ending", reason)
        self.fault = reason
        self.ended.set()

    def _gather(self) -> None:
        """Bring the store up to date: before new messages come in, the old ones follow a clock that was set."""
        step = self._clock_watch.step()
        if step:
            log.warning("the clock of this machine was set by %+.1f s", step)
            self.store.clock_stepped(step, time.time())
        self.consumer.drain()

    def _services(self) -> Services:
        republisher = None
        if self.replica is not None and self.publisher is not None:
            republisher = self.replica.republisher(self.publisher)
        return Services(
            ingest=self.ingest,
            store=self.store,
            hub=self.hub,
            live=self.live,
            counters=self.counters,
            clock=time.time,
            status=self.health.status,
            broker_state=self.health.broker_state,
            is_ready=self.health.is_ready,
            is_healthy=self.health.is_healthy,
            epoch=self.epoch,
            version=__version__,
            max_body=self.settings.max_payload,
            max_upload=self.settings.max_upload,
            base_path=self.settings.base_path,
            replays=self.replays,
            lookout=self.lookout,
            access=self.credentials.access,
            headers=default_headers(self.settings.allow_frame),
            dashboards=Dashboards(self.settings.dashboards),
            figures=self._figures,
            republish=republisher.accept if republisher else None,
        )

    def _look(self, now: float) -> None:
        """See once per second what time alone has changed."""
        state = self.health.broker_state()
        is_fed = self.source is None or state.state == "connected"
        self.lookout.look(now, is_fed=is_fed, why=state.text)

    def _figures(self) -> list[Gauge]:
        listener, inbox = self.listener, self.consumer.inbox
        return [
            Gauge("connections", "Connections to the web port.", listener.connections if listener else 0),
            Gauge("connections_limit", "Connections that may stand at once.", listener.limit if listener else 0),
            Gauge("queue", "Messages between network and store.", len(inbox)),
            Gauge("queue_limit", "Messages that may wait there.", inbox.limit),
            *self.lookout.figures(),
            Gauge("loop_lag_seconds", "How late the event loop comes to its work.", self.watchdog.lag),
        ]
