"""POST of samples: the bridge, the `http-plot-server` package, and a bare tornado handler that only parses, asked in turns."""

import contextlib
import functools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import tornado

from benchmarks import peers
from benchmarks.asking import WARM_REQUESTS, Load, UnansweredError, decoding_rate, rate
from benchmarks.harness import bridge, free_port, is_listening, running, wait_for
from benchmarks.report import Measure, Result, main

CONNECTIONS = (4, 64)
SINGLES = 4_000
OLD_CROWDED = 64
BATCHES, BATCH = 200, 1_000
ARRAY_TAGS = 50
SENDERS = 8  # more than there are connections, as two of them may swap
BATCH_POINTS = 600_000  # per second that batches and arrays must reach
# What the library `requests` writes beside Host and Content-Length.
REQUESTS = (
    "User-Agent: python-requests/2.32.3\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n"
    "Connection: keep-alive\r\nContent-Type: application/json\r\n"
)
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
            # Of 64 connections at a time it loses most, and the kernel tries again a second later, or it hangs for good.
            requests, rounds = (SINGLES, times) if connections < 10 else (OLD_CROWDED, 1)
            theirs = single(old, connections, requests)._replace(path="/", is_kept_alive=False)
            pair = (single(ours.port, connections), theirs)
            peer = f"http-plot-server {peers.old_server_version()}, a connection each"
            try:
                yield _against(peer, pair, 1.3, rounds)
            except UnansweredError as error:
                yield _result(pair[0], rate(pair[0]), f"{peer}: {error}", None, 1.3)  # which raises when it was ours


def measure_old_clients(times: int) -> Iterator[Result]:
    """POST of one sample as old clients send it: to the old route, a connection each, head and body apart."""
    with bridge("--broker", "none") as ours, old_server() as (old, _):
        ask = Load(ours.port, "/", 4, SINGLES, b"", is_kept_alive=False, headers=REQUESTS, is_split=True)
        pair = tuple(ask._replace(port=port, body=single(port, 4).body) for port in (ours.port, old))
        peer = f"http-plot-server {peers.old_server_version()}, the same requests"
        yield _against(peer, (pair[0], pair[1]), 1.3, times, name="POST / as Python's requests sends it, 4 clients")


def _against(peer: str, pair: tuple[Load, Load], goal: float, times: int, *, name: str = "") -> Result:
    rates = [[rate(load) for load in pair] for _ in range(times)]  # in turns, as machines are noisy
    ours, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(our / their for our, their in rates)
    return _result(pair[0], ours, f"{peer}: {theirs:,.0f}/s", ratio, goal, name=name)


def _result(load: Load, ours: float, peer: str, ratio: float | None, goal: float, *, name: str = "") -> Result:
    name = name or f"POST of one sample, {load.connections} connections"
    # Without an answer there is no ratio, and nothing to judge.
    return Result(name, f"{ours:,.0f}/s", peer, ratio, f">= {goal}", None if ratio is None else ratio >= goal)


def measure_batches(times: int) -> Iterator[Result]:
    """POST of batches."""
    with bridge("--broker", "none", "--max-rate", "0") as ours:
        yield _against_decoding(f"POST of batches of {BATCH:,}", ours.port, _columns_bodies, times)


def measure_arrays(times: int) -> Iterator[Result]:
    """POST of arrays of objects, in the forms that scripts use."""
    with bridge("--broker", "none", "--max-rate", "0") as ours:
        for form in arrays(1, 0.0, ""):
            name = f"POST of arrays of {BATCH:,}: {form}"
            yield _against_decoding(name, ours.port, functools.partial(_array_bodies, form), times)


def _against_decoding(name: str, port: int, make: Callable[[float], list[bytes]], times: int) -> Result:
    """Measure bodies of BATCH points each, whose times go on, and in turn how fast `json.loads` reads them."""
    rates, start = [], time.time() - (times + 1) * (WARM_REQUESTS + BATCHES)
    for _ in range(times):
        bodies = make(start)
        start += len(bodies)
        rates.append((rate(Load(port, "/api/v1/samples", 4, BATCHES, bodies)), decoding_rate(bodies)))
    points, decoded = (BATCH * statistics.median(column) for column in zip(*rates, strict=True))
    ratio = statistics.median(ours / floor for ours, floor in rates)
    return Result(
        name, f"{points:,.0f} points/s", f"json.loads of the same: {decoded:,.0f} points/s", ratio,
        f">= {BATCH_POINTS:,} points/s", points >= BATCH_POINTS,
    )  # fmt: skip


def _columns_bodies(start: float) -> list[bytes]:
    return [columns(BATCH, f"batch{k % SENDERS}", start + k, 1 / BATCH) for k in range(WARM_REQUESTS + BATCHES)]


def _array_bodies(form: str, start: float) -> list[bytes]:
    return [arrays(BATCH, start + k, f"machine{k % SENDERS}")[form] for k in range(WARM_REQUESTS + BATCHES)]


def arrays(n: int, start: float, sender: str) -> dict[str, bytes]:
    """Return arrays of n objects by what is in each: of all tags of a sender in turns, within a second from `start` on."""
    rounds = max(1, n // ARRAY_TAGS)
    rows = [
        (f"{sender}/{i % ARRAY_TAGS}", round(20 + i % 977 / 31, 3), round(start + i // ARRAY_TAGS / rounds, 3))
        for i in range(n)
    ]
    return {
        "tag, value": encoded([{"tag": tag, "value": value} for tag, value, _ in rows]),
        "tag, value, ts": encoded([{"tag": tag, "value": value, "ts": ts} for tag, value, ts in rows]),
        "tag, value, unit, ts": encoded(
            [{"tag": tag, "value": value, "unit": "°C", "ts": ts} for tag, value, ts in rows]
        ),
        "tag, value, timestamp": encoded([{"tag": tag, "value": value, "timestamp": ts} for tag, value, ts in rows]),
    }


def single(port: int, connections: int, requests: int = SINGLES) -> Load:
    """Return a load of single samples as the older server's documentation has them."""
    body = encoded({"tag": "Temperature - Room 1", "value": 20.3, "unit": "℃", "ts": round(time.time(), 3)})
    return Load(port, "/api/v1/samples", connections, requests, body)


def columns(n: int, tag: str = "batch", start: float | None = None, step: float = 1.0) -> bytes:
    """Return a body of n samples in columns, `step` seconds apart."""
    begin = time.time() - n * step if start is None else start
    return columns_of(tag, [begin + i * step for i in range(n)], [round(20 + i % 977 / 31, 3) for i in range(n)])


def columns_of(tag: str, times: list[float], values: list[float]) -> bytes:
    """Return a body of these columns."""
    return encoded({"tag": tag, "ts": [round(moment, 3) for moment in times], "value": values})


def encoded(fields: object) -> bytes:
    """Return JSON as a script sends it."""
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


MEASURES: tuple[Measure, ...] = (
    measure_old_clients,
    measure_against_old,
    measure_against_bare,
    measure_batches,
    measure_arrays,
)

if __name__ == "__main__":
    sys.exit(main({"posts": MEASURES}))
