"""MQTT 3.1.1 by hand: paho publishes at a fraction of what a broker delivers, and would be the thing measured."""

import contextlib
import json
import math
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.synchronize import Event

WINDOW = 250


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


def tag(i: int, tags: int) -> str:
    """Return the tag of message i where there are `tags` tags."""
    return f"line{i % tags // 20}/tag{i % tags}"


def samples(n: int, qos: int, tags: int) -> list[bytes]:
    """Return n PUBLISH packets with one JSON sample each, over `tags` topics."""
    stamp = time.time()
    out = []
    for i in range(n):
        fields = {"value": round(20 + i % 977 / 31, 3), "unit": "°C", "ts": round(stamp + i / 20000, 6)}
        out.append(publish_packet(f"plot/{tag(i, tags)}", json.dumps(fields).encode(), qos, 1 + i % 65000))
    return out


def batches(n: int, size: int) -> list[bytes]:
    """Return n PUBLISH packets with `size` samples each in columns, over 20 topics."""
    stamp = time.time()
    values = [round(20 + i % 977 / 31, 3) for i in range(size)]
    out = []
    for i in range(n):
        fields = {"ts": [round(stamp + i + j / size, 6) for j in range(size)], "value": values}
        out.append(publish_packet(f"plot/{tag(i, 20)}", json.dumps(fields).encode()))
    return out


@contextlib.contextmanager
def publisher(port: int, make: Callable[..., list[bytes]], *arguments: object, qos: int = 0) -> Iterator[Event]:
    """Run a process that has made its packets and sends them all, once the event that is yielded is set."""
    context = get_context("spawn")
    ready, go = context.Event(), context.Event()
    process = context.Process(target=_publish, args=(port, make, arguments, qos, ready, go), daemon=True)
    process.start()
    try:
        if not ready.wait(60):
            raise TimeoutError("waited 60 s for the publisher")
        yield go
    finally:
        process.terminate()
        process.join()


def _publish(  # noqa: PLR0917 - they go through a process boundary by place
    port: int, make: Callable[..., list[bytes]], arguments: tuple[object, ...], qos: int, ready: Event, go: Event
) -> None:
    packets = make(*arguments)
    ready.set()
    go.wait()
    publish(port, packets, qos)


def publish_steadily(port: int, tags: int, per_second: float, seconds: float) -> int:
    """Publish samples with the time of sending, evenly spaced in parcels of 10 ms; return how many."""
    sent = 0
    begun = time.time()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(connect_packet(f"steady-{time.monotonic_ns()}"))
        connection.recv(4)
        while (now := time.time()) - begun < seconds:
            due = int((now - begun) * per_second)
            parcel = [_stamped(i, tags) for i in range(sent, due)]
            connection.sendall(b"".join(parcel))
            sent += len(parcel)
            time.sleep(0.01)
    return sent


@contextlib.contextmanager
def speaking(port: int, tags: int, per_second: float) -> Iterator[None]:
    """Run a process that publishes steadily for the time of a `with` block."""
    process = get_context("spawn").Process(
        target=publish_steadily, args=(port, tags, per_second, math.inf), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def wave(number: int, place: int) -> float:
    """Return a sample of a tag as machines send them: a slow wave, another one for each tag, with a little noise."""
    return 20 + number % 7 + 3 * math.sin(place / 15 + number) + (place * 7919 + number * 104_729) % 100 / 500


def _stamped(i: int, tags: int) -> bytes:
    payload = f'{{"value": {wave(i % tags, i // tags):.3f}, "ts": {time.time():.6f}}}'
    return publish_packet(f"plot/{tag(i, tags)}", payload.encode())
