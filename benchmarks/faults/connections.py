"""Connections by the hundred: reconnects in a storm, requests that never end, and no descriptors left."""

import contextlib
import select
import socket
import time
from collections.abc import Iterator

from benchmarks.faults import watchers
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import Bridge, bridge, wait_for

STORM, LORIS, IDLE, DESCRIPTORS, CROWD = 500, 200, 520, 64, 100


def run() -> Iterator[Outcome]:
    """One after the other."""
    with bridge("--broker", "none", "--max-clients-per-address", "1000") as target:
        yield from _storm(target)
    with bridge("--broker", "none") as target:
        yield from _loris(target)
    with bridge("--broker", "none") as target:
        yield from _idle(target)
    yield from _descriptors()


def _idle(target: Bridge) -> Iterator[Outcome]:
    """One address holds more connections than may stand, and does nothing; another one asks."""
    with contextlib.ExitStack() as open_sockets:
        for _ in range(IDLE):
            open_sockets.enter_context(socket.create_connection(("127.0.0.1", target.port)))
        slowest = 0.0
        for _ in range(10):
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", target.port), 60, ("127.0.0.2", 0)) as caller:
                caller.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                caller.recv(1024)
                slowest = max(slowest, time.monotonic() - began)
    yield Outcome(
        f"{IDLE} idle connections of one address, where 512 may stand",
        "another address is answered <= 1 s",
        f"answered in {slowest:.2f} s at most",
        slowest <= 1,
    )


def _storm(target: Bridge) -> Iterator[Outcome]:
    """500 browsers come back within a second, where 100 may be connected."""
    began = time.monotonic()
    sockets = []
    most = 0
    for number in range(STORM):
        time.sleep(max(0.0, began + number / STORM - time.monotonic()))
        sock = socket.create_connection(("127.0.0.1", target.port))
        sock.sendall(watchers.handshake(target.port))
        sockets.append(sock)
        if number % 50 == 49:
            most = max(most, _clients(target))
    settled = time.monotonic()
    wait_for(lambda: _refused(target) + _clients(target) >= STORM, 30, "all to be in or refused")
    seconds = time.monotonic() - settled
    most = max(most, _clients(target))
    for sock in sockets:
        sock.close()
    yield Outcome(
        "500 reconnects in 1 s, 100 may stay",
        "at most 100 in, settled <= 3 s",
        f"at most {most} connected, settled {seconds:.1f} s after the last",
        most <= 100 and seconds <= 3,
    )


def _clients(target: Bridge) -> int:
    return int(str(target.status()["clients"]))


def _refused(target: Bridge) -> int:
    return target.counter("clients_refused.full")


def _loris(target: Bridge) -> Iterator[Outcome]:
    """200 connections send a byte of a request per 5 s each; others are served meanwhile."""
    sockets = [socket.create_connection(("127.0.0.1", target.port)) for _ in range(LORIS)]
    began, slowest = time.monotonic(), 0.0
    text = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100
    open_ones = list(sockets)
    for byte in text:
        for sock in open_ones:
            with contextlib.suppress(OSError):
                sock.send(bytes([byte]))
        asked = time.monotonic()
        target.get("/-/healthy")
        slowest = max(slowest, time.monotonic() - asked)
        readable, _, _ = select.select(open_ones, [], [], 5)
        open_ones = [sock for sock in open_ones if sock not in readable]
        if not open_ones or time.monotonic() - began > 90:
            break
    seconds = time.monotonic() - began
    for sock in sockets:
        sock.close()
    yield Outcome(
        "200 connections that send a byte now and then",
        "closed <= 60 s (and the check's step), others served",
        f"{LORIS - len(open_ones)} closed after {seconds:.0f} s, health {slowest:.2f} s",
        not open_ones and seconds <= 65 and slowest <= 1,
    )


def _descriptors() -> Iterator[Outcome]:
    """A process that may have few files open meets more connections."""
    limited = ("sh", "-c", f'ulimit -n {DESCRIPTORS}; exec "$@"', "sh")
    with bridge("--broker", "none", prefix=limited) as target:
        before, began = target.cpu(), time.monotonic()
        sockets = [socket.create_connection(("127.0.0.1", target.port)) for _ in range(CROWD)]
        time.sleep(10)
        share = (target.cpu() - before) / (time.monotonic() - began)
        for sock in sockets:
            sock.close()
        freed = time.monotonic()
        is_healed = target.get("/-/healthy") == b"ok\n"
        healed = time.monotonic() - freed
        lines = len(target.log.splitlines())
    yield Outcome(
        f"{DESCRIPTORS} descriptors, {CROWD} connections",
        "CPU <= 20 %, <= 100 lines, healed <= 5 s",
        f"CPU {100 * share:.0f} %, {lines} log lines, healed after {healed:.1f} s",
        share <= 0.2 and lines <= 100 and is_healed and healed <= 5,
    )
