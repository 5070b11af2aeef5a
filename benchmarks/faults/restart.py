"""The bridge is stopped under load and started again within a second: how it leaves, and what is lost."""

import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import watchers
from benchmarks.faults.device import TAGS, Device, settle
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import bridge, free_port, wait_for, wait_ready
from tests.support.broker import Broker

WATCHERS = 20
GOING_AWAY = 1001


def run() -> Iterator[Outcome]:
    """SIGTERM under 1,000 messages per second of QoS 1 with browsers watching; --state brings the points over."""
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder) / "broker")
        broker.start()
        try:
            yield from _restart(broker, Path(folder) / "state")
        finally:
            broker.stop()


def _restart(broker: Broker, state: Path) -> Iterator[Outcome]:
    options = ["--broker", broker.url, "--state", str(state), "--max-points", "20000"]
    options += ["--client-id", f"faults-{free_port()}"]
    tags = [f"faults/{tag}" for tag in range(TAGS)]
    with bridge(*options) as target:
        wait_ready(target)
        device = Device(broker.port)
        device.wait(1)
        with watchers.running(target.port, tags, WATCHERS) as watching:
            device.wait(3)
            began = time.monotonic()
            target.process.send_signal(signal.SIGTERM)
            status = target.process.wait(10)
            seconds = time.monotonic() - began
            wait_for(lambda: len(watching.codes()) == WATCHERS, 5, "the goodbyes", is_fatal=False)
            codes = watching.codes()
    with bridge(*options) as target:
        away = time.monotonic() - began
        wait_ready(target)
        device.wait(3)
        device.stop()
        numbers = settle(target, device.sent)
    lost, twice = device.sent - len(numbers), sum(numbers.values()) - len(numbers)
    goodbyes = codes.count(GOING_AWAY)
    yield Outcome(
        f"SIGTERM under 1,000 msg/s QoS 1 with {WATCHERS} browsers",
        "WebSockets closed with 1001, status 0 within 5 s",
        f"{goodbyes} of {WATCHERS} closed with 1001, status {status} after {seconds:.1f} s",
        goodbyes == WATCHERS and status == 0 and seconds <= 5,
    )
    yield Outcome(
        "bridge restarted within 1 s under 1,000 msg/s QoS 1",
        "the session is kept: 0 lost",
        f"{lost} of {device.sent} lost, {twice} twice; serving again after {away:.1f} s",
        lost == 0,
    )
