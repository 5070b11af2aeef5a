"""Clients that ask for everything and read slowly, on a machine with 192 MB: nothing is killed, and the others notice nothing."""

import asyncio
import contextlib
import json
import time
import urllib.request
from collections.abc import Iterator
from multiprocessing import get_context

from benchmarks import limited
from benchmarks.faults import load, watchers
from benchmarks.faults.outcome import Outcome
from benchmarks.harness import MIB, Bridge, broker, wait_ready

MEMORY = 192 * MIB
TAGS, POINTS, BATCH = 100, 10_000, 5_000
READERS, BROWSERS, PER_SECOND, SECONDS = 100, 100, 2_000, 30
# What each reader takes: slow, but not so slow that it is cut off.
_BYTES, _PAUSE_SECONDS = 4_096, 0.2
_MOST_HEALTH, _MOST_P99 = 0.1, 0.25


def run(seconds: float = SECONDS) -> Iterator[Outcome]:
    """Fill the store, let the readers and the browsers in, and look at the bridge's health all the while."""
    options = ["--max-clients-per-address", str(BROWSERS), "--max-points", str(POINTS)]
    with (
        broker() as port,
        limited.bridge("--broker", f"mqtt://127.0.0.1:{port}", *options, quota=1.0, memory=MEMORY) as target,
    ):
        wait_ready(target)
        tags = [f"load/{tag}" for tag in range(TAGS)]
        for tag in tags:
            _fill(target, tag)
        with (
            load.running(port, TAGS, PER_SECOND),
            watchers.running(target.port, tags, BROWSERS) as crowd,
            _readers(target.port, tags),
        ):
            health = _slowest_health(target, seconds)
            p99 = crowd.p99()
            closed = len(crowd.codes())
        counters = target.counters()
        is_alive = target.process.poll() is None
        peak = target.peak() / MIB
    yield Outcome(
        f"{READERS} slow readers of {TAGS} tags x {POINTS:,} points, {BROWSERS} browsers, {PER_SECOND:,} msg/s for {seconds:.0f} s,"
        f" in 192 MB ({limited.means()})",
        f"no kill, health <= {1000 * _MOST_HEALTH:.0f} ms, browsers' p99 <= {1000 * _MOST_P99:.0f} ms",
        f"{'alive' if is_alive else 'dead'}, peak {peak:.0f} MiB, health {1000 * health:.0f} ms, p99 {1000 * p99:.0f} ms, {closed} browsers"
        f" closed, {counters.get('http_refused.busy', 0)} answers refused",
        is_alive and health <= _MOST_HEALTH and p99 <= _MOST_P99 and not closed,
    )


def _fill(target: Bridge, tag: str) -> None:
    end = time.time()
    for start in range(0, POINTS, BATCH):
        times = [round(end - (POINTS - n) * 0.05, 3) for n in range(start, start + BATCH)]
        target.post(json.dumps({"tag": tag, "ts": times, "value": [n / 8 for n in range(BATCH)]}).encode())


def _slowest_health(target: Bridge, seconds: float) -> float:
    """Return the longest time that /-/healthy took; asked ten times per second."""
    slowest, end = 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        with urllib.request.urlopen(f"{target.url}/-/healthy", timeout=30) as answer:
            answer.read()
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.1)
    return slowest


@contextlib.contextmanager
def _readers(port: int, tags: list[str]) -> Iterator[None]:
    """Let the readers read in a process of their own."""
    process = get_context("spawn").Process(target=_main, args=(port, tags), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _main(port: int, tags: list[str]) -> None:
    path = "/api/v1/series?format=csv&" + "&".join(f"tag={tag}" for tag in tags)
    asyncio.run(_read_all(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()))


async def _read_all(port: int, request: bytes) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(READERS):
            group.create_task(_read(port, request))


async def _read(port: int, request: bytes) -> None:
    """Ask, read slowly, and ask again once it is over or refused."""
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_BYTES)
            writer.write(request)
            while await reader.read(_BYTES):  # noqa: ASYNC110 - it reads slowly on purpose
                await asyncio.sleep(_PAUSE_SECONDS)
            writer.close()
        await asyncio.sleep(1)
