"""Three nodes of a broker and three replicas of the bridge; under load a node is killed, then a replica. Says what that costs.

    python -m benchmarks.rig.cluster [rabbitmq|nats] [RUNS] [RATE]

Each replica names all nodes, each beginning with another one, and the two other replicas as peers. A device publishes RATE messages per second
of QoS 1 (default 500), half with a time of their own, to a node that stays. Needs rabbitmq-server and nats-server.
"""

import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.report import machine
from tests.support.bridge import Bridge
from tests.support.ports import free_port
from tests.support.real_brokers import NatsBroker, RabbitBroker, RealBroker
from tests.support.waiting import wait_until

KINDS: dict[str, type[RealBroker]] = {"rabbitmq": RabbitBroker, "nats": NatsBroker}
LIMITS = ("--max-points", "200000", "--max-rate", "0")
SETTLE_SECONDS = 5.0
# For all messages to be confirmed by the broker, and to reach all replicas, once the device has stopped.
TIMEOUT_SECONDS = 60.0
SERIES = ("plain", "stamped")


@contextlib.contextmanager
def cluster(kind: type[RealBroker], folder: Path) -> Iterator[list[RealBroker]]:
    """Yield three nodes that know each other."""
    nodes = [kind(folder / f"node{n}") for n in range(3)]
    for node in nodes:
        node.cluster = nodes
    try:
        for node in nodes:
            node.start() if node.joins_in_turn else node.launch()
        for node in nodes:
            node.wait()
        yield nodes
    finally:
        for node in reversed(nodes):
            node.stop()


class Load:
    """Publishes numbers while the `with` block lasts: plot/plain as they are, plot/stamped with times. `confirmed` are those with a PUBACK."""

    def __init__(self, node: RealBroker, rate: int) -> None:
        self.sent = 0
        self.confirmed: dict[str, set[int]] = {tag: set() for tag in SERIES}
        self._pause = 2 / rate
        self._stopping = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="device")
        if node.user is not None:
            self._client.username_pw_set(*node.login)
        self._client.max_inflight_messages_set(500)
        self._client.max_queued_messages_set(0)
        self._client.on_publish = self._count
        self._client.connect("127.0.0.1", node.port)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._client.loop_start()
        wait_until(self._client.is_connected, "the device's connection", TIMEOUT_SECONDS)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: all(len(confirmed) == self.sent for confirmed in self.confirmed.values()),
                "the broker to have it all",
                TIMEOUT_SECONDS,
            )
        self._client.disconnect()
        self._client.loop_stop()

    def _count(self, _client: Client, _userdata: object, packet: int, *_: object) -> None:
        number, place = divmod(packet - 1, len(SERIES))  # paho counts packets from 1, and it sends nothing else
        self.confirmed[SERIES[place]].add(number)

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            due += self._pause
            self._client.publish("plot/plain", str(self.sent), 1)
            self._client.publish("plot/stamped", f'{{"value": {self.sent}, "ts": {time.time():.6f}}}', 1)
            self.sent += 1


def start_replica(nodes: Sequence[RealBroker], first: int, ports: Sequence[int]) -> Bridge:
    """Start the replica that begins with node `first`."""
    order = [*nodes[first:], *nodes[:first]]
    login = "" if order[0].user is None else ":".join(order[0].login) + "@"
    hosts = ",".join(f"127.0.0.1:{node.port}" for node in order)
    peers = [word for port in ports if port != ports[first] for word in ("--backfill-from", f"http://127.0.0.1:{port}")]
    words = ["--port", str(ports[first]), "--client-id", f"replica-{first}"]
    return Bridge([*words, *peers, *LIMITS], {"MQTT_PLOT_BROKER": f"mqtt://{login}{hosts}"})


def ready_within(bridge: Bridge) -> float:
    """Return after how many seconds a replica is ready."""
    began = time.monotonic()
    try:
        wait_until(lambda: bridge.get("-/ready").ok, "the replica to be ready", 60.0)
    except TimeoutError:
        sys.exit(f"not ready: {bridge.get('-/ready').text}\n{bridge.log}")
    return time.monotonic() - began


def held(bridge: Bridge, tag: str) -> list[int]:
    """Return the numbers that a replica has of a tag."""
    return [int(value) for value in bridge.series(tag)["value"] if value is not None]


def report(name: str, bridge: Bridge, confirmed: Mapping[str, set[int]]) -> str:
    """Return in a row what a replica holds of what the broker has confirmed; its log goes to standard error."""
    cells = []
    for tag in SERIES:
        values = held(bridge, tag)
        gone = sorted(confirmed[tag] - set(values))
        ends = [n for n in gone if n - 1 not in gone or n + 1 not in gone]
        twice = sorted(n for n, next_one in zip(sorted(values), sorted(values)[1:], strict=False) if n == next_one)
        print(f"replica {name} {tag}: {len(values)}, lost from and to {ends[:8]}, twice {twice[:20]}", file=sys.stderr)
        cells.append(f"{len(gone)} lost, {len(twice)} twice")
    counters = bridge.status()["counters"]
    print("\n".join(line for line in bridge.lines if "roker" in line or "filled" in line), file=sys.stderr)
    return f"{' | '.join(cells)} | {counters.get('samples_backfilled', 0)}"


def run(kind: type[RealBroker], rate: int) -> None:
    """Kill a node and a replica once; print a row for each replica."""
    ports = [free_port() for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder, cluster(kind, Path(folder)) as nodes, contextlib.ExitStack() as stack:
        replicas = [start_replica(nodes, first, ports) for first in range(3)]
        for replica in replicas:
            stack.callback(replica.stop)
            ready_within(replica)
        back = ["", "", ""]
        with Load(nodes[1], rate) as load:
            time.sleep(SETTLE_SECONDS)
            nodes[0].kill()
            began = time.monotonic()
            wait_until(lambda: replicas[0].find("lost, trying again"), "the replica to see it")
            ready_within(replicas[0])
            back[0] = f"{time.monotonic() - began:.1f} s"
            time.sleep(SETTLE_SECONDS)
            replicas[2].kill()
            time.sleep(2)
            replicas[2] = start_replica(nodes, 2, ports)
            stack.callback(replicas[2].stop)
            back[2] = f"{ready_within(replicas[2]):.1f} s"
            time.sleep(SETTLE_SECONDS)
            nodes[0].start()
            time.sleep(SETTLE_SECONDS)
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: all(load.confirmed[tag] <= set(held(replica, tag)) for replica in replicas for tag in SERIES),
                "all replicas to have it all",
                TIMEOUT_SECONDS,
            )
        counts = " and ".join(str(len(load.confirmed[tag])) for tag in SERIES)
        for number, replica in enumerate(replicas, 1):
            row = report(str(number), replica, load.confirmed)
            print(f"| {number} | {back[number - 1]} | {counts} of {load.sent} | {row} |", flush=True)


def main(words: Sequence[str]) -> None:
    """Print the table."""
    name, runs, rate = (*words, *("rabbitmq", "1", "500")[len(words) :])
    print(
        f"{name}, {machine()}\n\n| replica | ready again after | confirmed of each | without times | with times | from a peer |\n|{'---|' * 6}"
    )
    for _ in range(int(runs)):
        run(KINDS[name], int(rate))


if __name__ == "__main__":
    main(sys.argv[1:])
