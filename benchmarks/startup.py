"""From the start of the process to the first byte served."""

import socket
import sys
import time
from collections.abc import Iterator

from benchmarks.harness import ROOT, free_port, running
from benchmarks.report import Result, medians

GOAL_SECONDS = 0.5


def measure(times: int) -> Iterator[Result]:
    """Yield the result; the first start, which may have to compile, does not count."""
    first_byte()
    (seconds,) = medians(lambda: [first_byte()], times)
    yield Result(
        "start to first byte served", f"{seconds * 1000:.0f} ms", "", None, "<= 500 ms", seconds <= GOAL_SECONDS
    )


def first_byte() -> float:
    """Return the seconds from the start of the program to the first byte of its page's answer."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "mqtt_plot",
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--broker",
        "none",
    ]
    begun = time.perf_counter()
    with running(command, {"PYTHONPATH": str(ROOT)}):
        while time.perf_counter() - begun < 30:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    if connection.recv(1):
                        return time.perf_counter() - begun
            except ConnectionError:
                time.sleep(0.002)
    raise TimeoutError("waited 30 s for the first byte")
