"""What the broker tells of itself, and events told to others: on a real broker."""

import json

import pytest

from mqtt_plot.mqtt.broker_health import TOPICS, BrokerHealth
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.listener import Listener
from tests.support.waiting import wait_until


def test_the_brokers_own_figures_are_in_the_status(bridge: Bridge) -> None:
    """Its version, clients and messages; none of it becomes a tag."""
    status = bridge.wait_status(
        lambda status: {"version", "clients", "dropped"} <= set(status["broker"]["health"]), "the broker's figures"
    )
    health = status["broker"]["health"]
    assert (
        str(health["version"]).startswith("mosquitto"),
        {type(health[name]) for name in ("clients", "dropped")},
        bridge.tags(),
    ) == (True, {float}, {})


def test_a_broker_that_ends_the_connection_is_not_asked_again() -> None:
    """Some do that with who asks for what is not allowed; one whose answer came is asked on each new session."""
    health = BrokerHealth(("plot/#",))
    asked = [health.wants]
    health.asked(7)
    answered = health.is_answer(6), health.is_answer(7)
    asked.append(health.wants)
    health.asked(8)
    asked += [health.wants, health.wants]
    assert (asked, answered) == ([True, True, False, False], (False, True))


def test_who_plots_the_brokers_figures_gets_them_as_tags() -> None:
    """They are then no news of ours."""
    health = BrokerHealth(("$SYS/#",))
    assert (health.wants, health.accept("$SYS/broker/version", b"x"), health.figures) == (False, False, {})


@pytest.mark.parametrize(
    ("payload", "figure"),
    [(b"17", 17.0), (b"3600 seconds", 3600.0), (b"mosquitto version 2.0.11", "mosquitto version 2.0.11"), (b"inf", "inf"),
        (b"\x07\xff" + b"x" * 999, "?\\xff" + "x" * 78)],
)  # fmt: skip
def test_a_figure_is_a_number_or_a_short_text(payload: bytes, figure: float | str) -> None:
    """Brokers are strangers too."""
    health = BrokerHealth(("plot/#",))
    for topic in (*TOPICS, "$SYS/broker/else"):
        assert health.accept(topic, payload)
    assert (set(health.figures), set(health.figures.values())) == (set(TOPICS.values()), {figure})


def test_events_are_told_to_others(broker: Broker, start_bridge: StartBridge) -> None:
    """Begin and end, not retained, as JSON."""
    bridge = start_bridge("--broker", broker.url, "--publish-events", "plot-events")
    bridge.wait_ready()
    bridge.request("PUT", "api/v1/limits?tag=oven", json={"hi": 80})
    with Listener(broker.port, "plot-events") as heard:
        bridge.post("api/v1/samples", {"tag": "oven", "value": 85, "ts": 1_700_000_000})
        wait_until(lambda: heard.count == 1, "the begin")
        begin = json.loads(heard.last["plot-events"])
        bridge.post("api/v1/samples", {"tag": "oven", "value": 79, "ts": 1_700_000_009})
        wait_until(lambda: heard.count == 2, "the end")
        end = json.loads(heard.last["plot-events"])
    event = {
        "id": 1,
        "tag": "oven",
        "kind": "hi",
        "begin": 1.7e9,
        "end": None,
        "value": 85.0,
        "limit": 80.0,
        "text": "",
    }
    assert (begin, end) == (
        {"time": 1.7e9, "state": "begin", **event},
        {"time": 1.7e9 + 9, "state": "end", **event, "end": 1.7e9 + 9},
    )
    with Listener(broker.port, "plot-events") as later:
        wait_until(lambda: bridge.status()["counters"].get("events_published") == 2, "the count")
    assert later.count == 0


@pytest.mark.parametrize(
    "arguments",
    [("--broker", "none", "--publish-events", "x"), ("--publish-events", "plot/x"), ("--publish-events", "x/#")],
)
def test_a_topic_that_would_come_back_is_refused(start_bridge: StartBridge, arguments: tuple[str, ...]) -> None:
    """One line, and exit status 2."""
    with pytest.raises(AssertionError, match="--publish-events: expected"):
        start_bridge(*arguments)
