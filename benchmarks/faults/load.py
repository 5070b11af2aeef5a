"""A steady load over MQTT in a process of its own, each point with its time of publishing."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from benchmarks.packets import connect_packet, publish_packet

STEP_SECONDS = 0.02


@contextlib.contextmanager
def running(port: int, tags: int, per_second: float, points: int = 1) -> Iterator[list[str]]:
    """Publish `per_second` messages over `tags` tags, evenly, each with `points` points; yield the tags."""
    context = get_context("spawn")
    stop = context.Event()
    process = context.Process(target=_main, args=(port, tags, per_second, points, stop), daemon=True)
    process.start()
    try:
        yield [f"load/{tag}" for tag in range(tags)]
    finally:
        stop.set()
        process.join(10)
        process.terminate()


def _main(port: int, tags: int, per_second: float, points: int, stop: Event) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(connect_packet(f"load-{time.monotonic_ns()}"))
        connection.recv(4)
        began = time.monotonic()
        sent = 0
        while not stop.wait(STEP_SECONDS):
            due = int((time.monotonic() - began) * per_second)
            now = time.time()
            body = _body(now, points)
            packets = [publish_packet(f"plot/load/{number % tags}", body) for number in range(sent, due)]
            connection.sendall(b"".join(packets))
            sent = due


def _body(now: float, points: int) -> bytes:
    if points == 1:
        return json.dumps({"value": round(now % 100, 4), "ts": round(now, 6)}).encode()
    times = [round(now - (points - 1 - number) * 1e-5, 6) for number in range(points)]
    return json.dumps({"ts": times, "value": [number / 2 for number in range(points)]}).encode()
