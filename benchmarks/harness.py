"""What the benchmarks share: real parts started on free loopback ports, a fast publisher, and the table at the end."""

import contextlib
import os
import platform
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROKER_CONF = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 1000
set_tcp_nodelay true
log_type error
user root
"""
READY_SECONDS = 15.0


def free_port() -> int:
    """Return a TCP port that is free on loopback now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(is_true: Callable[[], bool], seconds: float = READY_SECONDS, what: str = "condition") -> None:
    """Return when `is_true()`; raise TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.01)


def is_listening(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def running(arguments: list[str], environment: dict[str, str] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program for the time of a `with` block; its output goes to a file that is shown if it fails."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(arguments, stdout=output, stderr=output, env={**os.environ, **(environment or {})})
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.returncode not in (0, -15, 143):
                output.seek(0)
                sys.stderr.write(output.read().decode(errors="replace")[-4000:])


@contextlib.contextmanager
def broker() -> Iterator[int]:
    """Run mosquitto without queue limits; yield its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / "mosquitto.conf"
        conf.write_text(BROKER_CONF.format(port=port))
        with running(["mosquitto", "-c", str(conf)]):
            wait_for(lambda: is_listening(port), what="mosquitto")
            yield port


@dataclass
class Bridge:
    """A running bridge under test."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return bytes(answer.read())

    def status(self) -> dict[str, object]:
        import json  # noqa: PLC0415

        return dict(json.loads(self.get("/api/v1/status")))

    def rss(self) -> int:
        """Return resident bytes."""
        return process_rss(self.process.pid)

    def cpu(self) -> float:
        """Return CPU seconds used so far."""
        return process_cpu(self.process.pid)


def process_rss(pid: int) -> int:
    """Return a process's resident bytes (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def process_cpu(pid: int) -> float:
    """Return a process's CPU seconds, user and system (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def bridge(*options: str) -> Iterator[Bridge]:
    """Run the bridge on a free port; yield it when it answers."""
    port = free_port()
    arguments = [sys.executable, "-m", "mqtt_plot", "serve", "--host", "127.0.0.1", "--port", str(port), *options]
    with running(arguments, {"PYTHONPATH": str(ROOT)}) as process:
        wait_for(lambda: is_listening(port), what="the bridge")
        yield Bridge(port, process)


def counters(target: Bridge) -> dict[str, int]:
    """Return the bridge's counters."""
    found = target.status()["counters"]
    return dict(found) if isinstance(found, dict) else {}


def counter(target: Bridge, name: str) -> int:
    """Return one of the bridge's counters."""
    return counters(target).get(name, 0)


def wait_ready(target: Bridge) -> None:
    """Return when the bridge's subscription stands."""

    def is_ready() -> bool:
        with contextlib.suppress(OSError):
            return target.get("/-/ready") is not None
        return False

    wait_for(is_ready, what="the subscription")


# --- MQTT by hand: paho publishes at a fraction of what a broker delivers, and would be the thing measured.


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _length(n: int) -> bytes:
    out = bytearray()
    while True:
        n, digit = divmod(n, 128)
        out.append(digit | (0x80 if n else 0))
        if not n:
            return bytes(out)


def connect_packet(client_id: str) -> bytes:
    """Return a CONNECT of MQTT 3.1.1 (section 3.1), clean session, keepalive 60 s."""
    body = _string("MQTT") + bytes([4, 2]) + struct.pack(">H", 60) + _string(client_id)
    return b"\x10" + _length(len(body)) + body


def publish_packet(topic: str, payload: bytes, qos: int = 0, packet_id: int = 0) -> bytes:
    """Return a PUBLISH of MQTT 3.1.1 (section 3.3)."""
    body = _string(topic) + (struct.pack(">H", packet_id) if qos else b"") + payload
    return bytes([0x30 | qos << 1]) + _length(len(body)) + body


def publish(port: int, packets: Iterable[bytes], qos: int = 0) -> None:
    """Send packets to the broker as fast as it takes them; at QoS 1 with at most 500 unacknowledged."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(connect_packet(f"bench-{time.monotonic_ns()}"))
        connection.recv(4)
        unacknowledged = 0.0
        chunk: list[bytes] = []
        for packet in packets:
            chunk.append(packet)
            if len(chunk) < 250:
                continue
            connection.sendall(b"".join(chunk))
            if qos:
                unacknowledged += len(chunk)
                while unacknowledged > 250:
                    unacknowledged -= len(connection.recv(65536)) / 4
            chunk.clear()
        connection.sendall(b"".join(chunk) + b"\xe0\x00")
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                pass


# --- The table


@dataclass
class Result:
    """One line of the table: what was measured, against what, and what must be reached."""

    name: str
    measured: str
    compared: str
    ratio: float | None
    goal: str
    is_reached: bool


@dataclass
class Report:
    """The lines so far, and how they are shown."""

    results: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.results.append(result)
        print(_line(result), flush=True)


def _line(result: Result) -> str:
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    mark = "reached" if result.is_reached else "SHORT"
    return f"| {result.name} | {result.measured} | {result.compared} | {ratio} | {result.goal} | {mark} |"


HEADER = "| what | measured | compared with | ratio | must reach | |\n|---|---|---|---|---|---|"


def machine() -> str:
    """Return one line on this machine and the versions under test."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("paho-mqtt", "tornado", "python-dateutil"))
    cores = len(os.sched_getaffinity(0))
    return f"{platform.machine()}, {cores} cores, {platform.system()}, Python {platform.python_version()}, {packages}"


def median(run: Callable[[], float], times: int = 5) -> float:
    """Return the median of `times` runs."""
    return statistics.median(run() for _ in range(times))
