"""How the bridge says it does."""

from collections.abc import Callable
from typing import cast

import pytest

from mqtt_plot.ingest.inbox import Inbox
from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.broker import BrokerState, Subscription
from mqtt_plot.mqtt.broker_health import BrokerHealth
from mqtt_plot.mqtt.session import BrokerSession
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.web.health import RATE_SECONDS, Health


class Source:
    """What a health reads of a subscription."""

    def __init__(self, state: str, *subscriptions: Subscription, is_alive: bool = True) -> None:
        self.state = BrokerState(state, f"the broker is {state}", 0.0, subscriptions)
        self.is_alive = is_alive
        self.reconnects = 3
        self.session = BrokerSession()
        self.session.lost = 1
        self.health = BrokerHealth(("plot/#",))


class Bridge:
    """A health and the parts it reads; the test turns the clock."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.now = 1000.0
        self.progress = ""
        self.counters = Counters()
        self.store = Store(limits or Limits(), self.counters)
        self.inbox = Inbox(lambda: None, limit=1, timeout=0.0)
        self.health = Health(
            *(self.store, self.counters, self.inbox),
            clients=lambda: 2,
            progress=lambda: self.progress,
            clock=lambda: self.now,
            steady=lambda: self.now,
        )

    def listen(self, source: Source) -> None:
        self.health.source = cast("Subscriber", source)


@pytest.fixture
def make() -> Callable[..., Bridge]:
    return Bridge


GRANTED = Subscription("plot/#", is_granted=True, reason="granted QoS 1")
REFUSED = Subscription("plot/#", is_granted=False, reason="not authorized")


@pytest.mark.parametrize(
    ("source", "progress", "expected"),
    [
        (None, "", (True, "no broker (--broker none): data comes over HTTP only")),
        (Source("connected", GRANTED), "", (True, "the broker is connected")),
        (Source("connected", REFUSED), "", (False, "the broker is connected")),
        (Source("connected"), "", (False, "the broker is connected")),
        (Source("lost"), "", (False, "the broker is lost")),
        (Source("lost"), "taking history over", (False, "the broker is lost")),
        (Source("connected", GRANTED), "taking history over", (False, "taking history over")),
    ],
)
def test_ready_is_who_can_be_fed_and_has_all_it_waits_for(
    make: Callable[..., Bridge], source: Source | None, progress: str, expected: tuple[bool, str]
) -> None:
    """The reason is the first thing in the way."""
    bridge = make()
    if source is not None:
        bridge.listen(source)
    bridge.progress = progress
    assert bridge.health.is_ready() == expected


def test_a_dead_thread_is_unhealthy(make: Callable[..., Bridge]) -> None:
    """Nothing else is: a broker that is away is no reason to start the bridge anew."""
    bridge = make()
    assert bridge.health.is_healthy() == (True, "ok")
    bridge.listen(Source("lost"))
    assert bridge.health.is_healthy() == (True, "ok")
    bridge.listen(Source("lost", is_alive=False))
    assert bridge.health.is_healthy() == (False, "the MQTT thread has died")


def test_the_rate_is_the_mean_of_the_last_seconds(make: Callable[..., Bridge]) -> None:
    """Asked once per second; what is longer ago is forgotten."""
    bridge = make()
    rates = []
    for per_second in [10] * RATE_SECONDS + [0] * RATE_SECONDS:
        rates.append(bridge.health.status()["rate"])
        bridge.counters.add("messages_received", n=per_second)
        bridge.now += 1
    assert rates[0] == 0.0
    assert rates[RATE_SECONDS] == 10.0
    assert bridge.health.status()["rate"] == 0.0


def test_how_long_the_limits_last_at_this_rate(make: Callable[..., Bridge]) -> None:
    """The least of points, age and memory; unknown while nothing comes and no age is set."""
    bridge = make(Limits(max_points=1000, max_memory=16 * 100_000))
    assert bridge.health.status()["holds"] is None
    for tag, rate in (("slow", 1.0), ("fast", 10.0)):
        bridge.store.open(tag).rate = rate
    assert bridge.health.status()["holds"] == 100.0
    aged = make(Limits(max_age=60.0))
    assert aged.health.status()["holds"] == 60.0


def test_what_the_network_thread_counts_is_told_too(make: Callable[..., Bridge]) -> None:
    """It shares no counters with the loop."""
    bridge = make()
    bridge.listen(Source("connected", GRANTED))
    bridge.inbox.put([Message("plot/a", b"1", 0.0)] * 3)
    assert bridge.health.status()["counters"] == {
        "messages_dropped.inbox_full": 2,
        "broker_reconnects": 3,
        "broker_sessions_lost": 1,
    }
