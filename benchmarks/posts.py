"""POST of samples: the bridge, the `http-plot-server` package, and a bare tornado handler that only parses, asked in turns."""

import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import tornado

from benchmarks import peers
from benchmarks.asking import Load, UnansweredError, rate
from benchmarks.harness import bridge, free_port, is_listening, running, wait_for
from benchmarks.report import Measure, Result, main

CONNECTIONS = (4, 64)
SINGLES = 4_000
OLD_CROWDED = 64
BATCHES, BATCH = 200, 1_000
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
    with bridge("--broker", "none") as ours:
        loads = (Load(ours.port, "/api/v1/samples", 4, BATCHES, columns(BATCH)), single(ours.port, 4))
        rates = [[rate(load) for load in loads] for _ in range(times)]
    points, singles = (statistics.median(column) for column in zip(*rates, strict=True))
    ratio = BATCH * points / singles
    yield Result(
        f"POST of batches of {BATCH:,}", f"{BATCH * points:,.0f} points/s", f"single samples: {singles:,.0f}/s",
        ratio, ">= 50", ratio >= 50,
    )  # fmt: skip


def measure_arrays(times: int) -> Iterator[Result]:
    """POST of arrays of objects, in the forms that scripts use."""
    with bridge("--broker", "none", "--max-rate", "0") as ours:
        for form, body in arrays(BATCH).items():
            load = Load(ours.port, "/api/v1/samples", 4, BATCHES // 4, body)
            points = BATCH * statistics.median(rate(load) for _ in range(times))
            goal = 600_000
            yield Result(
                f"POST of arrays of {BATCH:,}: {form}",
                f"{points:,.0f} points/s",
                "",
                None,
                f">= {goal:,}",
                points >= goal,
            )


def arrays(n: int) -> dict[str, bytes]:
    """Return arrays of n objects by what is in each, of 50 tags."""
    now = round(time.time(), 3)  # of all, so that none is older than one of the request before
    rows = [(f"machine/{i % 50}", round(20 + i % 977 / 31, 3), now) for i in range(n)]
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


def columns(n: int, tag: str = "batch", start: float | None = None) -> bytes:
    """Return a body of n samples in columns, a second apart."""
    begin = time.time() - n if start is None else start
    return columns_of(tag, [begin + i for i in range(n)], [round(20 + i % 977 / 31, 3) for i in range(n)])


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
