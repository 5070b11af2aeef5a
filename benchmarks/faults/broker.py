"""The broker dies, forgets and freezes: what of 1,000 messages per second of QoS 1 is lost, and when it is noticed."""

import contextlib
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import watchers
from benchmarks.faults.device import Device, settle
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import Bridge, bridge, wait_for, wait_ready
from tests.support.broker import Broker

# SIGTERM writes the broker's sessions to its disk; SIGKILL leaves what was written last.
DEATHS = [signal.SIGTERM, signal.SIGTERM, signal.SIGTERM, signal.SIGKILL, signal.SIGKILL]


KEEPALIVE = 10


def run() -> Iterator[Outcome]:
    """Kill the broker in every way under load, with and without its persistence."""
    with _broker() as broker:
        yield from _deaths(broker)
    with _broker() as forgetful:
        yield from _forgetting(forgetful)


@contextlib.contextmanager
def _broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


def freeze() -> Iterator[Outcome]:
    """Stop the broker without ending it: its connection stays, and nothing comes."""
    with _broker() as broker, bridge("--broker", broker.url, "--keepalive", str(KEEPALIVE)) as target:
        wait_ready(target)
        with watchers.running(target.port, ["none"], 1) as watching:
            broker.signal(signal.SIGSTOP)
            frozen = time.monotonic()
            try:
                wait_for(lambda: _state(target) == "lost", 3 * KEEPALIVE, "the broker to be given up", every=0.05)
                noticed = time.monotonic() - frozen
                wait_for(lambda: watching.broker_state() == "lost", 10, "the browser to be told", every=0.05)
                told = time.monotonic() - frozen - noticed
            finally:
                broker.signal(signal.SIGCONT)
            wait_ready(target)
    yield Outcome(
        f"broker frozen (SIGSTOP), keepalive {KEEPALIVE} s",
        f"noticed <= {1.5 * KEEPALIVE:.0f} s, browsers told <= 2 s later",
        f"noticed after {noticed:.1f} s, told {told:.1f} s later",
        noticed <= 1.5 * KEEPALIVE and told <= 2,
    )


def _state(target: Bridge) -> str:
    found = target.status()["broker"]
    return str(found["state"]) if isinstance(found, dict) else ""


def _deaths(broker: Broker) -> Iterator[Outcome]:
    with bridge("--broker", broker.url, "--max-points", "20000") as target:
        wait_ready(target)
        device = Device(broker.port)
        device.wait(2)
        for death in DEATHS:
            (broker.stop if death is signal.SIGTERM else broker.kill)()
            device.wait(1)
            broker.start()
            wait_ready(target)
            device.wait(2)
        device.stop()
        numbers = settle(target, device.sent)
    lost = device.sent - len(numbers)
    twice = sum(numbers.values()) - len(numbers)
    yield Outcome(
        "broker SIGTERM x3, SIGKILL x2 under 1,000 msg/s QoS 1, persistence on",
        "0 lost, <= 20 twice per restart",
        f"{lost} of {device.sent} lost, {twice / len(DEATHS):.1f} twice per restart",
        lost == 0 and twice <= 20 * len(DEATHS),
    )


def _forgetting(broker: Broker) -> Iterator[Outcome]:
    """A broker that comes back without its sessions: subscribed again soon, and the gap is counted."""
    with bridge("--broker", broker.url) as target:
        wait_ready(target)
        broker.kill()
        for file in (broker.folder / "data").iterdir():
            file.unlink()
        broker.start()
        began = time.monotonic()
        wait_ready(target)
        seconds = time.monotonic() - began
        lost = target.counter("broker_sessions_lost")
    yield Outcome(
        "broker back without its sessions (persistence off)",
        "subscribed again <= 5 s, the gap counted",
        f"subscribed after {seconds:.1f} s, {lost} lost session counted",
        seconds <= 5 and lost == 1,
    )
