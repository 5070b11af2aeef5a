"""More tags, and more messages, than there is room for: memory stays bounded, the books balance, health answers."""

import json
import socket
import time
from collections.abc import Iterator
from multiprocessing import get_context

from benchmarks.faults.outcome import Outcome
from benchmarks.harness import Bridge, bridge, broker, wait_for, wait_ready
from benchmarks.packets import connect_packet, publish_packet

DISTINCT = 1_000_000
PER_SECOND, SECONDS = 20_000, 60
MIB = 2**20


def _publish_distinct(port: int) -> None:
    """Publish one message to each of DISTINCT tags, as fast as the broker takes them, and a known tag among them."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(connect_packet("flood-distinct"))
        connection.recv(4)
        for start in range(0, DISTINCT, 500):
            packets = [publish_packet(f"plot/flood/{number}", b"1") for number in range(start, start + 500)]
            packets.append(publish_packet("plot/known", str(start).encode()))
            connection.sendall(b"".join(packets))
        connection.sendall(b"\xe0\x00")


def _publish_steady(port: int) -> None:
    """Publish PER_SECOND messages over 100 tags for SECONDS."""
    packets = [publish_packet(f"plot/steady/{number % 100}", b'{"value": 21.5}') for number in range(PER_SECOND // 50)]
    chunk = b"".join(packets)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(connect_packet("flood-steady"))
        connection.recv(4)
        began = time.monotonic()
        for step in range(50 * SECONDS):
            time.sleep(max(0.0, began + step / 50 - time.monotonic()))
            connection.sendall(chunk)
        connection.sendall(b"\xe0\x00")


def run() -> Iterator[Outcome]:
    """Throttle with tags, then with messages."""
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        yield from flood_tags(target, port)
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}") as target:
        wait_ready(target)
        yield from flood_messages(target, port)


def flood_tags(target: Bridge, port: int) -> Iterator[Outcome]:
    """Throttle a bridge that is ready with tags."""
    _post(target, "known")
    before = target.rss()
    peak, slowest = _watch(target, port, _publish_distinct, DISTINCT + DISTINCT // 500)
    known = json.loads(target.get("/api/v1/series?tag=known"))["value"]
    yield Outcome(
        "1,000,000 distinct tags",
        "RSS grows <= 32 MiB, known tag plotted, sum exact, `/-/healthy` <= 1 s",
        f"RSS +{(peak - before) / MIB:.0f} MiB, health {slowest:.2f} s, {_books(target)}",
        peak - before <= 32 * MIB and known[-1] == DISTINCT - 500 and slowest <= 1 and _gap(target) == 0,
    )


def flood_messages(target: Bridge, port: int) -> Iterator[Outcome]:
    """Throttle a bridge that is ready with messages of known tags."""
    before = target.rss()
    peak, slowest = _watch(target, port, _publish_steady, PER_SECOND * SECONDS)
    yield Outcome(
        f"20,000 msg/s for {SECONDS} s",
        "RSS grows <= 64 MiB of points and 16, sum exact, `/-/healthy` <= 1 s",
        f"RSS +{(peak - before) / MIB:.0f} MiB, health {slowest:.2f} s, {_books(target)}",
        peak - before <= 80 * MIB and slowest <= 1 and _gap(target) == 0,
    )


def _watch(target: Bridge, port: int, publish: object, count: int) -> tuple[int, float]:
    """Publish, and return (peak of RSS, slowest answer of /-/healthy in seconds) until `count` messages have come or no more do."""
    begin = _arrived(target)
    process = get_context("spawn").Process(target=publish, args=(port,), daemon=True)  # type: ignore[arg-type]
    process.start()
    peak, slowest = 0, 0.0
    last, since = begin, time.monotonic()
    while last - begin < count and time.monotonic() - since < 15:
        time.sleep(0.2)
        asked = time.monotonic()
        target.get("/-/healthy")
        slowest = max(slowest, time.monotonic() - asked)
        peak = max(peak, target.rss())
        now = _arrived(target)
        if now != last:
            last, since = now, time.monotonic()
    process.join(30)
    wait_for(lambda: _arrived(target) == _arrived(target), 5, "the last messages")
    return peak, slowest


def _arrived(target: Bridge) -> int:
    return target.counter("messages_received") + target.counter("messages_dropped.inbox_full")


def _gap(target: Bridge) -> int:
    """Return how many received messages are neither samples nor counted as refused or rejected; each message here is one sample."""
    counts = target.counters()
    kept = sum(
        number
        for name, number in counts.items()
        if name.partition(".")[0] in ("samples_stored", "samples_conflated", "messages_rejected", "messages_refused")
    )
    return counts["messages_received"] - kept


def _books(target: Bridge) -> str:
    counts = target.counters()
    return (
        f"{counts['messages_received']} received = {counts['samples_stored']} stored + others counted "
        f"(difference {_gap(target)}), {counts.get('messages_dropped.inbox_full', 0)} dropped"
    )


def _post(target: Bridge, tag: str) -> None:
    body = json.dumps({"tag": tag, "value": 0}).encode()
    with socket.create_connection(("127.0.0.1", target.port)) as connection:
        head = f"POST /api/v1/samples HTTP/1.0\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head + body)
        connection.recv(4096)
