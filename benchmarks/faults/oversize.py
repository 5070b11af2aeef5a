"""A payload of 50 MB, with and without a broker that keeps it back."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import bridge, broker, wait_for, wait_ready
from benchmarks.packets import publish, publish_packet
from benchmarks.report import Result

SIZE = 50_000_000
MIB = 2**20


def run() -> Iterator[Result]:
    """Publish it; the bridge's session must survive, and its memory stay."""
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        before = _peak(target.process.pid)
        publish(port, [publish_packet("plot/huge", b"1" * SIZE)])
        publish(port, [publish_packet("plot/small", b"1")])
        wait_for(lambda: target.counter("samples_stored") >= 1, 30, "the message behind it")
        growth = (_peak(target.process.pid) - before) / MIB
        reconnects = target.counter("broker_reconnects")
    yield Result(
        "MQTT payload of 50 MB",
        f"peak +{growth:.1f} MiB, {reconnects} reconnects",
        "",
        None,
        "<= 16 MiB, session survives",
        growth <= 16 and reconnects == 0,
    )


def _peak(pid: int) -> int:
    """Return the most resident bytes a process ever had (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no VmHWM of process {pid}")
