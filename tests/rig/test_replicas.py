"""Several bridges on one broker: what one is told all hold, one may die, one may come late, one may hear only what is watched."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.nginx import Nginx
from tests.support.ports import free_port
from tests.support.viewer import Viewer
from tests.support.waiting import until, wait_until

T0 = 1_700_000_000.0


def values(bridge: Bridge, tag: str) -> list[float]:
    """Return what a bridge holds of a tag, [] for a tag it does not know."""
    answer = bridge.get("api/v1/series", tag=tag)
    return list(answer.json()["value"]) if answer.ok else []


def wait_for_values(bridge: Bridge, tag: str, expected: list[float]) -> None:
    with contextlib.suppress(TimeoutError):  # the comparison shows more
        wait_until(lambda: values(bridge, tag) == expected, f"{tag} to hold what is expected")
    assert values(bridge, tag) == expected


@pytest.fixture
def replicas(broker: Broker, start_bridge: StartBridge) -> list[Bridge]:
    """Three bridges that republish."""
    started = [start_bridge("--broker", broker.url, "--republish") for _ in range(3)]
    for bridge in started:
        bridge.wait_ready()
    return started


def post(bridge: Bridge, path: str, body: object) -> int:
    """POST as soon as the publishing connection stands."""

    def try_it() -> int:
        status = bridge.post(path, body).status_code
        return 0 if status == 503 else status

    return wait_until(try_it, "the way to the broker")


def test_a_rest_sample_on_one_is_on_all(replicas: list[Bridge]) -> None:
    """Through REST and through the old server's route, at the same time everywhere."""
    assert post(replicas[0], "api/v1/samples", {"tag": "a", "value": 1, "unit": "bar"}) == 200
    assert post(replicas[1], "", {"tag": "a", "value": 2}) == 200
    for bridge in replicas:
        wait_for_values(bridge, "a", [1.0, 2.0])
    held = [bridge.series("a") for bridge in replicas]
    assert held[0] == held[1] == held[2]
    assert held[0]["unit"] == "bar"


def test_without_its_broker_a_replica_refuses_to_take_what_it_cannot_share(
    replicas: list[Bridge], broker: Broker
) -> None:
    """503 tells the sender to try again; nothing is held by one replica alone."""
    post(replicas[0], "api/v1/samples", {"tag": "a", "value": 1})
    broker.kill()
    replicas[0].wait_status(lambda status: status["broker"]["state"] == "lost", "the loss to be noticed")
    answer = replicas[0].post("api/v1/samples", {"tag": "a", "value": 2})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "broker_lost")


def test_a_broker_that_forbids_writing_is_named(made_secure: Broker, start_bridge: StartBridge) -> None:
    """The shipped ACL lets the bridge only read; the answer says so instead of losing the sample in silence."""
    bridge = start_bridge(
        *("--broker", f"mqtts://bridge@localhost:{made_secure.port}", "--republish"),
        *("--broker-ca", str(made_secure.folder / "certs/ca.crt")),
        environment={"MQTT_PLOT_BROKER_PASSWORD": "bridge-secret"},
    )
    bridge.wait_ready()
    text = wait_until(
        lambda: (
            (text := bridge.post("api/v1/samples", {"tag": "a", "value": 1}).text) and "access rules" in text and text
        ),
        "the refusal",
    )
    assert "Not authorized" in str(text)


@pytest.fixture
def made_secure(secure_broker: Broker) -> Broker:
    return secure_broker


class Load:
    """Publishes 0, 1, 2, … to a tag with a time each, as fast as `rate`, until it is stopped."""

    def __init__(self, broker: Broker, tag: str, rate: float) -> None:
        self.sent = 0
        self._broker = broker
        self._tag = tag
        self._rate = rate
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)

    def _run(self) -> None:
        batch = 20
        while not self._stopping.wait(batch / self._rate):
            numbers = range(self.sent, self.sent + batch)
            payloads = [f'{{"value": {n}, "ts": {T0 + n / 1000!r}}}' for n in numbers]
            self._broker.publish_many([(f"plot/{self._tag}", payload) for payload in payloads])
            self.sent += batch


@pytest.fixture
def balanced(replicas: list[Bridge], tmp_path: Path) -> Iterator[Nginx]:
    """The shipped replicas.conf in front of the three."""
    changes = {f"replica-{i}:8080": f"127.0.0.1:{bridge.port}" for i, bridge in enumerate(replicas, 1)}
    nginx = Nginx(tmp_path / "nginx", "replicas.conf", changes)
    nginx.start()
    yield nginx
    nginx.stop()


@pytest.mark.slow
async def test_one_killed_under_load_and_its_viewers_go_on_with_every_point_once(
    replicas: list[Bridge], balanced: Nginx, broker: Broker
) -> None:
    """Nine viewers through nginx; a third of them loses its replica, comes back to another, and in the end all hold all."""
    viewers = [Viewer(f"ws://127.0.0.1:{balanced.port}/ws", ["load"]) for _ in range(9)]
    with Load(broker, "load", rate=500) as load:
        for viewer in viewers:
            viewer.start()
        await until(lambda: all(len(viewer.values("load")) > 200 for viewer in viewers), "all viewers to see the load")
        lost = replicas[0].status()["clients"]
        replicas[0].kill()
        sent = load.sent
        await until(lambda: load.sent > sent + 500, "the load to go on without it")
    expected = [float(n) for n in range(load.sent)]
    await until(lambda: all(len(viewer.values("load")) >= load.sent for viewer in viewers), "all viewers to hold all")
    for viewer in viewers:
        await viewer.stop()
    assert lost > 0
    assert sum(viewer.connections for viewer in viewers) == len(viewers) + lost
    assert [viewer.faults for viewer in viewers] == [[]] * len(viewers)
    assert all(viewer.values("load") == expected for viewer in viewers)


@pytest.mark.slow
@pytest.mark.parametrize("is_stamped", [True, False])
def test_a_late_replica_fills_its_window_while_data_comes(
    broker: Broker, start_bridge: StartBridge, *, is_stamped: bool
) -> None:
    """Every point exactly once, those with a time of their own and those stamped on arrival; ready only when filled."""
    first = start_bridge("--broker", broker.url)
    first.wait_ready()
    with Numbers(broker, is_stamped=is_stamped) as numbers:
        wait_until(lambda: len(values(first, "a")) > 50, "a window to fill from")
        late = start_bridge("--broker", broker.url, "--backfill-from", first.url)
        reasons = []

        def is_ready() -> bool:
            answer = late.get("-/ready")
            reasons.append(answer.text)
            return answer.ok

        wait_until(is_ready, "the late one to be ready")
        assert values(late, "a")[:50] == [float(n) for n in range(50)]
    sent = numbers.sent
    wait_until(lambda: all(len(values(bridge, "a")) >= sent for bridge in (first, late)), "the last points on both")
    assert values(late, "a") == values(first, "a") == [float(n) for n in range(sent)]
    assert any("fill" in reason for reason in reasons)
    assert late.status()["counters"]["samples_backfilled"] >= 50


@pytest.mark.slow
@pytest.mark.parametrize("is_stamped", [True, False])
def test_a_session_lost_at_the_broker_leaves_no_hole(
    broker: Broker, start_bridge: StartBridge, *, is_stamped: bool
) -> None:
    """What came while this bridge was away, and the broker kept nothing for it, is taken from a peer: each point once, in order."""
    peer = start_bridge("--broker", broker.url)
    bridge = start_bridge("--broker", broker.url, "--backfill-from", peer.url, "--client-id", "forgotten")
    for each in (peer, bridge):
        each.wait_ready()
    with Numbers(broker, is_stamped=is_stamped) as numbers:
        wait_until(lambda: len(values(bridge, "a")) > 30, "the time before")
        os.kill(bridge.pid, signal.SIGSTOP)
        forget_session(broker, "forgotten")
        begin = numbers.sent
        wait_until(lambda: numbers.sent > begin + 60, "the time away")
        os.kill(bridge.pid, signal.SIGCONT)
        bridge.wait_status(lambda status: status["counters"].get("samples_backfilled", 0) > 30, "the gap to be filled")
    expected = [float(n) for n in range(numbers.sent)]
    wait_until(lambda: values(peer, "a") == expected, "the last points on the peer")
    wait_for_values(bridge, "a", expected)
    assert bridge.status()["counters"]["broker_sessions_lost"] == 1


def forget_session(broker: Broker, client_id: str) -> None:
    """Make the broker drop a client and all that it keeps for it, as one without persistence does when it restarts."""
    rival = Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=True)
    rival.connect("127.0.0.1", broker.port)
    rival.loop_start()
    wait_until(rival.is_connected, "the rival")
    rival.disconnect()
    rival.loop_stop()


class Numbers:
    """Publishes 0, 1, 2 … as plot/a, 50 per second, while the `with` block lasts."""

    def __init__(self, broker: Broker, *, is_stamped: bool) -> None:
        self.sent = 0
        self._broker = broker
        self._is_stamped = is_stamped
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._publish, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)

    def _publish(self) -> None:
        while not self._stopping.wait(0.02):
            payload = f'{{"value": {self.sent}, "ts": {T0 + self.sent}}}' if self._is_stamped else str(self.sent)
            self._broker.publish("plot/a", payload)
            self.sent += 1


def test_a_fresh_replica_has_the_outline_too(broker: Broker, start_bridge: StartBridge) -> None:
    """What its peer no longer holds as points: the same statistics of numbers and states, no sample twice, and it goes on."""
    options = ("--broker", broker.url, "--max-points", "500")
    first = start_bridge(*options)
    first.wait_ready()
    for start in range(0, 20_000, 1_000):
        numbers = range(start, start + 1_000)
        times = [T0 + n for n in numbers]
        first.post(
            "api/v1/samples", {"tag": "a", "ts": times, "value": [99.5 if n == 3_456 else n % 7 for n in numbers]}
        )
        first.post("api/v1/samples", {"tag": "b", "ts": times, "value": [n // 90 % 2 == 0 for n in numbers]})
    late = start_bridge(*options, "--backfill-from", first.url)
    late.wait_ready()
    for bridge in (first, late):
        bridge.post("api/v1/samples", {"tag": "a", "ts": T0 + 20_000, "value": 1})
    asked = [bridge.get("api/v1/statistics", tag="a").json() for bridge in (first, late)]
    assert [(one["count"], one["min"], one["max"], one["last"]) for one in asked] == [(20_001, 0.0, 99.5, 1.0)] * 2
    assert abs(asked[0]["mean"] - asked[1]["mean"]) <= asked[0]["error"] + asked[1]["error"]
    first_words, late_words = (bridge.get("api/v1/statistics", tag="b").json() for bridge in (first, late))
    assert late_words == first_words


def test_a_replica_without_peers_that_answer_begins_empty(broker: Broker, start_bridge: StartBridge) -> None:
    """Itself it passes over; a dead address costs no more than its refusal."""
    port = free_port()
    bridge = start_bridge(
        *("--broker", broker.url, "--port", str(port)),
        *("--backfill-from", f"http://127.0.0.1:{free_port()}", "--backfill-from", f"http://127.0.0.1:{port}"),
    )
    bridge.wait_ready()
    assert "no other bridge answers" in bridge.log


async def test_on_demand_a_replica_hears_only_what_is_watched(broker: Broker, start_bridge: StartBridge) -> None:
    """Three tags, one watched: its history comes from the recorder, its news from the broker, the others cost nothing."""
    recorder = start_bridge("--broker", broker.url)
    recorder.wait_ready()
    for n in range(10):
        broker.publish_many([(f"plot/{tag}", f'{{"value": {n}, "ts": {T0 + n}}}') for tag in "abc"])
    wait_until(lambda: all(len(values(recorder, tag)) == 10 for tag in "abc"), "the recorder to hold all")
    viewing = start_bridge("--broker", broker.url, "--follow-on-demand", "--backfill-from", recorder.url)
    viewing.wait_ready()
    viewer = Viewer(viewing.url.replace("http", "ws") + "ws", ["b", "new"])
    viewer.start()
    await until(lambda: len(viewer.values("b")) == 10, "the history of what is watched")
    broker.publish_many([(f"plot/{tag}", f'{{"value": 10, "ts": {T0 + 10}}}') for tag in ("a", "b", "c", "new")])
    await until(lambda: len(viewer.values("b")) == 11 and viewer.values("new"), "the news of what is watched")
    await viewer.stop()
    assert viewer.faults == []
    assert viewer.values("b") == [float(n) for n in range(11)]
    status = viewing.status()
    assert (status["counters"]["messages_received"], status["points"]) == (2, 12)
    assert set(viewing.tags()) == {"a", "b", "c", "new"}


async def test_on_demand_subscriptions_outlive_the_brokers_restart(broker: Broker, start_bridge: StartBridge) -> None:
    """They are asked for anew with the next connection."""
    viewing = start_bridge("--broker", broker.url, "--follow-on-demand")
    viewing.wait_ready()
    viewer = Viewer(viewing.url.replace("http", "ws") + "ws", ["a"])
    viewer.start()
    topics = "1 topics on demand"
    await until(lambda: topics in viewing.status()["broker"]["text"], "the subscription")
    broker.kill()
    viewing.wait_status(lambda status: status["broker"]["state"] != "connected", "the loss to be noticed")
    broker.start()
    viewing.wait_status(lambda status: topics in status["broker"]["text"], "the subscription to come back")
    broker.publish("plot/a", "1")
    await until(lambda: viewer.values("a") == [1.0], "the sample")
    await viewer.stop()
