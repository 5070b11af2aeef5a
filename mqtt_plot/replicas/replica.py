"""What makes this bridge one of several: `--republish`, `--follow-on-demand` and `--backfill-from` at work.

Replicas share nothing but the broker. Without these options nothing here does anything.
"""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial

from mqtt_plot.errors import SettingsError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.mqtt.broker import Broker, BrokerState
from mqtt_plot.mqtt.on_demand import OnDemandSubscriber
from mqtt_plot.mqtt.publisher import Publisher
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.replicas.adoption import Gap
from mqtt_plot.replicas.backfill import Backfill, HistorySource
from mqtt_plot.replicas.gap_watch import GapWatch
from mqtt_plot.replicas.peer import Peer
from mqtt_plot.replicas.republish import Republisher
from mqtt_plot.replicas.seam import LAG_SECONDS
from mqtt_plot.replicas.viewer import Viewer
from mqtt_plot.samples import Message

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.05
# When to look for what is missing, each after the last.
_GAP_SECONDS = (0.0, 4.0, 10.0, 20.0)
# The window is filled once the subscription is confirmed; without a broker it is filled after this time.
_BROKER_SECONDS = 10.0

# After a fault of ours.
_LOOK_AGAIN_SECONDS = 5.0


class Replica:
    """Call `make_source`, then `start`, then `stop`. Calling `stop` twice is safe."""

    def __init__(
        self,
        ingest: Ingest,
        epoch: str,
        followed: Callable[[], Iterable[str]],
        *,
        topic_base: str | None = None,
        peers: Sequence[str] = (),
        republishes: bool = False,
        follows_on_demand: bool = False,
    ) -> None:
        """`topic_base` is the part of a topic before the tag. Raises SettingsError if it is needed and None."""
        if topic_base is None and (republishes or follows_on_demand):
            raise SettingsError(
                "--topic: expected one such as plot/# to make topics from tags (--republish, --follow-on-demand)"
            )
        self._ingest = ingest
        self._followed = followed
        self._peers = [Peer(url) for url in peers]
        self._filling = Backfill(self._peers, epoch, ingest.store, ingest.counters, clock=time.time)
        self._base = topic_base or ""
        self._source: Subscriber | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._republishes = republishes
        self._follows_on_demand = follows_on_demand
        if self._peers and not follows_on_demand:
            self._filling.expect()

    @property
    def progress(self) -> str:
        """What this bridge has to finish before browsers should connect; "" for nothing."""
        return self._filling.progress

    def make_source(
        self,
        brokers: Sequence[Broker],
        put: Callable[[Sequence[Message]], None],
        on_state: Callable[[BrokerState], None],
    ) -> Subscriber:
        """Return the subscription: to all topics, or on demand."""
        # Messages that a peer has with true times must not come again out of a session's queue, stamped too late.
        keeps_session = not (self._peers or self._follows_on_demand)
        brokers = [replace(broker, keeps_session=keeps_session) for broker in brokers]
        kind = OnDemandSubscriber if self._follows_on_demand else Subscriber
        self._source = kind(brokers, put, on_state)
        return self._source

    def republisher(self, publisher: Publisher) -> Republisher | None:
        """Return what publishes samples that come by HTTP, None if this bridge stores them itself."""
        return Republisher(self._ingest, self._base, publisher.publish) if self._republishes else None

    def start(self) -> None:
        """Begin; needs a running event loop."""
        source = self._source
        if isinstance(source, OnDemandSubscriber):
            watching = Viewer(
                self._ingest.store,
                self._ingest.counters,
                self._filling,
                base=self._base,
                followed=self._followed,
                want=source.want,
            )
            self._begin(watching.run, "watching")
        elif self._peers:
            self._begin(self._fill, "backfill")
        if self._peers and source is not None:
            watch = GapWatch(source, self._newest, self._ingest.counters)
            self._begin(partial(self._watch_gaps, watch), "watch for gaps")
            self._begin(partial(self._fill_gaps, watch), "gaps")

    async def stop(self) -> None:
        """End all tasks and connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for peer in self._peers:
            peer.close()
        self._peers = []

    def _begin(self, work: Callable[[], Coroutine[None, None, None]], name: str) -> None:
        self._tasks.append(asyncio.create_task(_guarded(work, name), name=name))

    async def _fill(self) -> None:
        """Fill the window once the subscription stands, or without it; then what has come between both."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BROKER_SECONDS):
                await self._wait_ready()
        subscribed_at = self._source.session.subscribed_at if self._source is not None else math.inf
        peer = await self._filling.fill_all(subscribed_at)
        source = await self._wait_ready()
        await self._fill_gap(Gap(self._filling.started, source.session.subscribed_at), self._newest(), peer)

    async def _wait_ready(self) -> Subscriber:
        while self._source is None or not self._source.state.is_ready:  # noqa: ASYNC110 - another thread's state
            await asyncio.sleep(_LOOK_SECONDS)
        return self._source

    async def _watch_gaps(self, watch: GapWatch) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            watch.look()

    async def _fill_gaps(self, watch: GapWatch) -> None:
        """Fetch from a peer what this bridge has missed, after each loss of the broker, one gap after the other."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if watch.missed:
                await self._fill_gap(*watch.missed.popleft())

    async def _fill_gap(self, gap: Gap, newest: dict[str, float], peer: HistorySource | None = None) -> None:
        """Fetch the gap, and what of it has reached the peer some seconds later: a cluster that has lost a node delivers late."""
        for pause in _GAP_SECONDS:
            await asyncio.sleep(pause)
            peer = await self._filling.fill_gap(gap, newest, self._is_heard, peer)
        asyncio.get_running_loop().call_later(LAG_SECONDS, self._filling.settle, gap)

    def _newest(self) -> dict[str, float]:
        """Return the time up to which each tag is held."""
        return {each.tag: each.newest for each in self._ingest.store if math.isfinite(each.newest)}

    def _is_heard(self, tag: str) -> bool:
        """Return True if this bridge subscribes to a tag."""
        return not self._follows_on_demand or tag in set(self._followed())


async def _guarded(work: Callable[[], Coroutine[None, None, None]], name: str) -> None:
    """Do a task's work; after a fault of ours, which is logged, begin again."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("fault in %s; it begins again", name)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return
