"""What a replica costs: one that hears a whole fleet, and viewers that hear only what is watched.

A fleet of TAGS tags speaks once per second each, through a real broker. Measured is the CPU (percent of one core) over SECONDS, the memory at
the end, and what came over the network from the broker. Run: python -m benchmarks.rig.replicas [--quick]
"""

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event

from benchmarks import followers
from benchmarks.harness import Bridge, bridge, broker, wait_ready
from benchmarks.packets import publish, publish_packet
from benchmarks.report import machine

TAGS = 5_000
SECONDS = 8.0
WARM_SECONDS = 4.0
STEPS = 10  # the fleet speaks in so many parts per second


def tag(i: int) -> str:
    """Return the name of tag `i`."""
    return f"line{i // 100}/tag{i}"


def _speak(port: int, tags: int, stop: Event) -> None:
    due = time.monotonic()
    second = 0
    while not stop.is_set():
        for step in range(STEPS):
            names = range(step, tags, STEPS)
            publish(port, [publish_packet(f"plot/{tag(i)}", b'{"value": %d.5}' % (second + i)) for i in names])
            due += 1 / STEPS
            time.sleep(max(0.0, due - time.monotonic()))
        second += 1


@contextlib.contextmanager
def fleet(port: int, tags: int) -> Iterator[None]:
    """Let the fleet speak for the time of a `with` block."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    process = context.Process(target=_speak, args=(port, tags, stop), daemon=True)
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def measured(target: Bridge, seconds: float) -> tuple[float, float, float]:
    """Return CPU in percent of a core, RSS in MiB, and messages per second, over `seconds`."""
    before, since, received = target.cpu(), time.monotonic(), _received(target)
    time.sleep(seconds)
    spent = time.monotonic() - since
    return (
        100 * (target.cpu() - before) / spent,
        target.rss() / 2**20,
        (_received(target) - received) / spent,
    )


def _received(target: Bridge) -> int:
    counters = target.status()["counters"]
    return int(counters.get("messages_received", 0)) if isinstance(counters, dict) else 0


def row(name: str, figures: tuple[float, float, float]) -> None:
    """Print one line of the table."""
    cpu, rss, rate = figures
    print(f"| {name} | {cpu:.1f} % | {rss:.1f} MiB | {rate:.0f} |", flush=True)


def main(*, quick: bool) -> None:
    """Print the table."""
    seconds, tags = (2.0, 500) if quick else (SECONDS, TAGS)
    common = (
        "--max-tags",
        str(tags),
        "--max-clients",
        "500",
        "--max-clients-per-address",
        "500",
        "--max-connections",
        "600",
    )
    print(f"{machine()}\n\n| replica | CPU | memory | messages/s |\n|---|---|---|---|")
    with broker() as port, fleet(port, tags):
        address = f"mqtt://127.0.0.1:{port}"
        with bridge("--broker", address, *common) as recorder:
            wait_ready(recorder)
            time.sleep(WARM_SECONDS)
            row(f"hears all {tags} tags, nobody watches", measured(recorder, seconds))
        for watched in (0, 20, 200, 500):
            with bridge("--broker", address, "--follow-on-demand", *common) as viewer:
                wait_ready(viewer)
                with followers.running(viewer.port, [tag(i) for i in range(watched)], 1):
                    time.sleep(WARM_SECONDS)
                    row(f"on demand, {watched} tags watched", measured(viewer, seconds))
        for clients in (10, 50, 200):
            with bridge("--broker", address, "--follow-on-demand", *common) as viewer:
                wait_ready(viewer)
                with followers.running(viewer.port, [tag(i) for i in range(20)], clients):
                    time.sleep(WARM_SECONDS)
                    row(f"on demand, the same 20 tags watched by {clients} browsers", measured(viewer, seconds))


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
