"""POST of samples: the bridge, the `http-plot-server` package, and a bare tornado handler that only parses, asked in turns."""

import asyncio
import contextlib
import json
import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import tornado

from benchmarks import peers
from benchmarks.harness import bridge, free_port, is_listening, running, wait_for
from benchmarks.report import Measure, Result, main

CONNECTIONS = (4, 64)
SINGLES = 4_000
BATCHES, BATCH = 200, 1_000
BARE = """
import asyncio, json, sys
from tornado.web import Application, RequestHandler
class Bare(RequestHandler):
    def post(self):
        float(json.loads(self.request.body)["value"])
        self.write({"accepted": 1})
async def main():
    Application([("/.*", Bare)], log_function=lambda handler: None).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()
asyncio.run(main())
"""


class Load(NamedTuple):
    """Who is asked, over how many connections, how often, with what."""

    port: int
    path: str
    connections: int
    requests: int
    body: bytes
    is_kept_alive: bool = True


def measure_against_bare(times: int) -> Iterator[Result]:
    """POST of one sample, against a bare tornado handler."""
    with bridge("--broker", "none") as ours, bare_tornado() as bare:
        for connections in CONNECTIONS:
            pair = (single(ours.port, connections), single(bare, connections)._replace(path="/"))
            yield _against(f"bare tornado {tornado.version}, parses and answers", pair, 0.75, times)


def measure_against_old(times: int) -> Iterator[Result]:
    """POST of one sample, against http-plot-server."""
    with bridge("--broker", "none") as ours, old_server() as (old, _):
        for connections in CONNECTIONS:
            pair = (single(ours.port, connections), single(old, connections)._replace(path="/", is_kept_alive=False))
            yield _against(f"http-plot-server {peers.old_server_version()}, a connection each", pair, 1.3, times)


def _against(peer: str, pair: tuple[Load, Load], goal: float, times: int) -> Result:
    rates = [[rate(load) for load in pair] for _ in range(times)]  # in turns, as machines are noisy
    ours, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(our / their for our, their in rates)
    name = f"POST of one sample, {pair[0].connections} connections"
    return Result(name, f"{ours:,.0f}/s", f"{peer}: {theirs:,.0f}/s", ratio, f">= {goal}", ratio >= goal)


def measure_batches(times: int) -> Iterator[Result]:
    """POST of batches."""
    with bridge("--broker", "none") as ours:
        loads = (Load(ours.port, "/api/v1/samples", 4, BATCHES, columns(BATCH)), single(ours.port, 4))
        rates = [[rate(load) for load in loads] for _ in range(times)]
    points, singles = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = BATCH * points / singles
    yield Result(
        f"POST of batches of {BATCH:,}", f"{BATCH * points:,.0f} points/s", f"single samples: {singles:,.0f}/s",
        ratio, ">= 50", ratio >= 50,
    )  # fmt: skip


def single(port: int, connections: int, requests: int = SINGLES) -> Load:
    """Return a load of single samples as the older server's documentation has them."""
    body = _body({"tag": "Temperature - Room 1", "value": 20.3, "unit": "℃", "ts": round(time.time(), 3)})
    return Load(port, "/api/v1/samples", connections, requests, body)


def columns(n: int, tag: str = "batch", start: float | None = None) -> bytes:
    """Return a body of n samples in columns, a second apart."""
    begin = time.time() - n if start is None else start
    return _body(
        {
            "tag": tag,
            "ts": [round(begin + i, 3) for i in range(n)],
            "value": [round(20 + i % 977 / 31, 3) for i in range(n)],
        }
    )


def _body(fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


@contextlib.contextmanager
def old_server(*options: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run `http-plot-server`; yield its port and process."""
    port = free_port()
    command = [str(peers.old_server()), "-m", "plot_server", "--host", "127.0.0.1", "--port", str(port), *options]
    with running(command) as process:
        wait_for(lambda: is_listening(port), what="http-plot-server")
        yield port, process


@contextlib.contextmanager
def bare_tornado() -> Iterator[int]:
    """Run a tornado handler that parses a sample and answers; yield its port."""
    port = free_port()
    with running([sys.executable, "-c", BARE, str(port)]):
        wait_for(lambda: is_listening(port), what="the bare handler")
        yield port


def rate(load: Load) -> float:
    """Return requests/s, from a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_rate, (load,))


def _rate(load: Load) -> float:
    return asyncio.run(_send(load))


async def _send(load: Load) -> float:
    head = f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(load.body)}\r\n\r\n"
    request = head.encode() + load.body
    client = _keep_asking if load.is_kept_alive else _ask_anew
    await client(load.port, request, 50)
    begun = time.perf_counter()
    share = load.requests // load.connections
    await asyncio.gather(*(client(load.port, request, share) for _ in range(load.connections)))
    return share * load.connections / (time.perf_counter() - begun)


async def _keep_asking(port: int, request: bytes, n: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(n):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        _check(head)
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    writer.close()


async def _ask_anew(port: int, request: bytes, n: int) -> None:
    """As HTTP/1.0 has it: a connection for each request; that package knows no other."""
    for _ in range(n):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        _check(await reader.read())
        writer.close()


def _check(answer: bytes) -> None:
    if b" 200 " not in answer[:16]:
        raise RuntimeError(f"expected 200, got {answer[:200]!r}")


MEASURES: tuple[Measure, ...] = (measure_against_old, measure_against_bare, measure_batches)

if __name__ == "__main__":
    sys.exit(main({"posts": MEASURES}))
