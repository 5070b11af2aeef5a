"""A payload of 50 MB: from a broker that is asked to keep it back, and from one that sends it all the same."""

from collections.abc import Iterator

from benchmarks.faults.outcome import Outcome
from benchmarks.harness import MIB, Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import publish, publish_packet
from tests.support import fake_broker
from tests.support.fake_broker import CONNACK_311, FakeBroker

SIZE = 50_000_000
MOST = 16 * MIB


def run() -> Iterator[Outcome]:
    """Publish it; the bridge's session must survive, and its memory stay."""
    huge = b"1" * SIZE
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        before = target.peak()
        publish(port, [publish_packet("plot/huge", huge)])
        publish(port, [publish_packet("plot/small", b"1")])
        yield _survived(target, before, "MQTT payload of 50 MB (MQTT 5: mosquitto keeps it back)")
    packets = [
        fake_broker.publish(topic, body, has_properties=False)
        for topic, body in ((b"plot/huge", huge), (b"plot/small", b"1"))
    ]
    before = _idle_peak()
    with (
        FakeBroker({4: CONNACK_311}, then=b"".join(packets)) as fake,
        bridge("--broker", f"mqtt://127.0.0.1:{fake.port}") as target,
    ):
        yield _survived(target, before, "MQTT payload of 50 MB (MQTT 3.1.1: it comes)")


def _idle_peak() -> int:
    with bridge("--broker", "none") as target:
        return target.peak()


def _survived(target: Bridge, before: int, fault: str) -> Outcome:
    wait_for(lambda: target.counter("samples_stored") >= 1, 30, "the message behind it")
    growth, reconnects = target.peak() - before, target.counter("broker_reconnects")
    return Outcome(
        fault,
        f"peak grows <= {MOST // MIB} MiB, session survives",
        f"+{growth / MIB:.1f} MiB, {reconnects} reconnects, the message behind it plotted",
        growth <= MOST and reconnects == 0,
    )
