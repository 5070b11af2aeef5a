"""Three NATS nodes and three replicas of the bridge; under load a node is killed, then a replica. Says what that costs.

    python -m benchmarks.rig.cluster [RATE]

Each replica names all nodes, each beginning with another one, and the two other replicas as peers. A device publishes RATE messages per second
of QoS 1 (default 500), half with a time of their own, to a node that stays. Needs nats-server.
"""

import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.report import machine
from tests.support.bridge import Bridge
from tests.support.ports import free_port
from tests.support.real_brokers import NatsBroker
from tests.support.waiting import wait_until

LIMITS = ("--max-points", "200000", "--max-rate", "0")
SETTLE_SECONDS = 5.0


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[list[NatsBroker]]:
    """Yield three nodes that know each other."""
    nodes = [NatsBroker(folder / f"node{n}") for n in range(3)]
    for node in nodes:
        node.cluster = nodes
    try:
        for node in nodes:
            node.launch()
        for node in nodes:
            node.wait()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


class Load:
    """Publishes numbers while the `with` block lasts: plot/plain as they are, plot/stamped with times."""

    def __init__(self, port: int, rate: int) -> None:
        self.sent = 0
        self._pause = 2 / rate
        self._stopping = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="device")
        self._client.max_inflight_messages_set(500)
        self._client.max_queued_messages_set(0)
        self._client.connect("127.0.0.1", port)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._client.loop_start()
        wait_until(self._client.is_connected, "the device's connection", 60.0)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            due += self._pause
            self._client.publish("plot/plain", str(self.sent), 1)
            self._client.publish("plot/stamped", f'{{"value": {self.sent}, "ts": {time.time():.6f}}}', 1)
            self.sent += 1


def start_replica(nodes: Sequence[NatsBroker], first: int, ports: Sequence[int]) -> Bridge:
    """Start the replica that begins with node `first`."""
    order = [*nodes[first:], *nodes[:first]]
    hosts = ",".join(f"127.0.0.1:{node.port}" for node in order)
    peers = [word for port in ports if port != ports[first] for word in ("--backfill-from", f"http://127.0.0.1:{port}")]
    words = ["--port", str(ports[first]), "--broker", f"mqtt://{hosts}", "--client-id", f"replica-{first}"]
    return Bridge([*words, *peers, *LIMITS])


def ready_within(bridge: Bridge) -> float:
    """Return after how many seconds a replica is ready."""
    began = time.monotonic()
    try:
        wait_until(lambda: bridge.get("-/ready").ok, "the replica to be ready", 60.0)
    except TimeoutError:
        sys.exit(f"not ready: {bridge.get('-/ready').text}\n{bridge.log}")
    return time.monotonic() - began


def report(name: str, bridge: Bridge, sent: int) -> None:
    """Print what a replica holds of what was sent."""
    cells = []
    for tag in ("plain", "stamped"):
        values = bridge.series(tag)["value"]
        gone = sorted(set(range(sent)) - {int(value) for value in values})
        ends = [n for n in gone if n - 1 not in gone or n + 1 not in gone]
        print(
            f"replica {name} {tag}: {len(values)} from {values[:1]} to {values[-1:]}, lost from and to {ends[:8]}",
            file=sys.stderr,
        )
        cells.append(f"{sent - len(set(values))} lost, {len(values) - len(set(values))} twice")
    counters = bridge.status()["counters"]
    others = ", ".join(
        f"{key} {counters.get(key, 0)}" for key in ("broker_reconnects", "broker_sessions_lost", "samples_backfilled")
    )
    print("\n".join(line for line in bridge.lines if "roker" in line or "filled" in line), file=sys.stderr)
    print(f"| {name} | {cells[0]} | {cells[1]} | {others} |", flush=True)


def main(rate: int) -> None:
    """Print the table."""
    print(f"{machine()}\n")
    ports = [free_port() for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder)) as nodes, contextlib.ExitStack() as stack:
        replicas = [start_replica(nodes, first, ports) for first in range(3)]
        for replica in replicas:
            stack.callback(replica.stop)
            ready_within(replica)
        with Load(nodes[1].port, rate) as load:
            time.sleep(SETTLE_SECONDS)
            print(f"{load.sent * 2} messages sent; node 1 is killed", flush=True)
            nodes[0].kill()
            time.sleep(0.2)  # for the replica to see it
            print(f"replica 1 is at another node after {ready_within(replicas[0]) + 0.2:.1f} s", flush=True)
            time.sleep(SETTLE_SECONDS)
            print("replica 3 is killed, and started again two seconds later", flush=True)
            replicas[2].kill()
            time.sleep(2)
            replicas[2] = start_replica(nodes, 2, ports)
            stack.callback(replicas[2].stop)
            print(f"replica 3 is ready after {ready_within(replicas[2]):.1f} s", flush=True)
            time.sleep(SETTLE_SECONDS)
            nodes[0].start()
            time.sleep(SETTLE_SECONDS)
        time.sleep(SETTLE_SECONDS)
        print(f"\n{load.sent} of each sent\n\n| replica | without times | with times | |\n|---|---|---|---|")
        for number, replica in enumerate(replicas, 1):
            report(str(number), replica, load.sent)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
