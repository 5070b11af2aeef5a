"""What the benchmarks share: real programs started on free loopback ports, asked over HTTP, and measured by /proc (Linux)."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mqtt_plot.commands.heap import EVERY_SECONDS

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
MIB = 1024 * 1024


def free_port() -> int:
    """Return a TCP port that is free on loopback now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(
    is_true: Callable[[], bool],
    seconds: float = READY_SECONDS,
    what: str = "condition",
    *,
    is_fatal: bool = True,
    every: float = 0.01,
) -> None:
    """Return when `is_true()`, at the latest after `seconds`; that raises TimeoutError if it `is_fatal`."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            if not is_fatal:
                return
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(every)


def is_listening(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def running(
    arguments: list[str], environment: dict[str, str] | None = None, log: IO[bytes] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program for the time of a `with` block; its output goes to a file (`log`) that is shown if it fails."""
    with contextlib.nullcontext(log) if log is not None else tempfile.TemporaryFile() as output:
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
    output: IO[bytes]

    @property
    def log(self) -> str:
        """What it has said so far."""
        descriptor = self.output.fileno()
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return bytes(answer.read())

    def status(self) -> dict[str, object]:
        return dict(json.loads(self.get("/api/v1/status")))

    def post(self, body: bytes) -> None:
        """POST samples; raises HTTPError unless some of them are taken."""
        with urllib.request.urlopen(f"{self.url}/api/v1/samples", body, timeout=30) as answer:
            answer.read()

    def put(self, path: str, body: bytes) -> None:
        """PUT a document; raises HTTPError unless it is taken."""
        request = urllib.request.Request(self.url + path, body, method="PUT")
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def counter(self, name: str) -> int:
        """Return one of the bridge's counters."""
        return self.counters().get(name, 0)

    def counters(self) -> dict[str, int]:
        """Return the bridge's counters."""
        found = self.status()["counters"]
        return dict(found) if isinstance(found, dict) else {}

    def rss(self) -> int:
        """Return resident bytes."""
        return process_rss(self.process.pid)

    def rss_at_rest(self) -> int:
        """Return resident bytes once the bridge has given back what is free, which it does every few seconds."""
        time.sleep(EVERY_SECONDS + 1)
        return self.rss()

    def peak(self) -> int:
        """Return the most resident bytes it ever had."""
        return process_peak(self.process.pid)

    def cpu(self) -> float:
        """Return CPU seconds used so far."""
        return process_cpu(self.process.pid)


def process_rss(pid: int) -> int:
    """Return a process's resident bytes (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def process_peak(pid: int) -> int:
    """Return the most resident bytes that a process ever had (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no VmHWM of process {pid}")


def process_cpu(pid: int) -> float:
    """Return a process's CPU seconds, user and system (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# Starts a bridge with these options, for the time of a `with` block.
Start = Callable[..., contextlib.AbstractContextManager[Bridge]]


@contextlib.contextmanager
def bridge(*options: str, prefix: Sequence[str] = ()) -> Iterator[Bridge]:
    """Run the bridge on a free port, behind the command `prefix` if there is one; yield it when it answers.

    Raises RuntimeError if it has logged a traceback: nothing that a benchmark does may lead to one.
    """
    port = free_port()
    arguments = [
        *prefix,
        sys.executable,
        "-m",
        "mqtt_plot",
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        *options,
    ]
    with tempfile.TemporaryFile() as output:
        with running(arguments, {"PYTHONPATH": str(ROOT)}, output) as process:
            wait_for(lambda: is_listening(port), what="the bridge", every=0.002)
            target = Bridge(port, process, output)
            yield target
        if "Traceback" in target.log:
            raise RuntimeError(f"the bridge logged a traceback: {target.log[target.log.index('Traceback') :][:2000]}")


def wait_ready(target: Bridge) -> None:
    """Return when the bridge's subscription stands."""

    def is_ready() -> bool:
        with contextlib.suppress(OSError):
            return target.get("/-/ready") is not None
        return False

    wait_for(is_ready, what="the subscription")
