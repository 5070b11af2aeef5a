"""Payloads and topics that want to break something: through every parser, and through a real broker to browsers that check each frame."""

import random
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.faults import watchers
from benchmarks.faults.outcome import Outcome
from benchmarks.fuzz_parsers import PIECES, mutated
from benchmarks.harness import ROOT, bridge, broker, wait_for, wait_ready
from benchmarks.packets import publish, publish_packet
from tests.support.payloads import RECORDED, SEEDS

PARSED = 1_000_000
PARSE_SECONDS = 1200
SENT = 1_000_000
TOPICS = [
    *("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "&lt;b&gt;"),
    *("'\"><svg/onload=alert(1)>", "a,b;c", "a'b", 'a"b', "a\\b", "%00", "${7*7}", "{{7*7}}", "=A1", "NaN", "null"),
    *("__proto__", "constructor", "toString", "../../../etc/passwd", "..", ".", "//", "/", " ", "a//b", "m", "m/$meta", "$meta"),
    *("\u202egnp.exe", "\u200b", "\u2028", "\ufeff", "\ufffd", "℃", "😀" * 40),
    *("a/" * 15 + "a", "a/" * 40 + "a", "x" * 256, "x" * 60_000),
]  # fmt: skip
METAS = [
    b'{"unit": "bar", "label": "Pressure", "lo": 1, "hi": 2, "lolo": 0, "hihi": 3, "decimals": 1, "interval": 0.5}',
    b'{"states": ["STOP", "RUN"], "label": "Mode"}',
    b'{"interval": 1e300, "lo": -1e308, "hihi": 1e308, "states": {"0": "a", "63": "b"}}',
]


def run() -> Iterator[Outcome]:
    """First the parsers alone, then all of the way."""
    yield _parsers()
    yield _whole_way()


def _parsers() -> Outcome:
    command = [sys.executable, "-m", "benchmarks.fuzz_parsers", str(PARSED), str(PARSE_SECONDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = [line for line in done.stdout.splitlines() if " payloads in " in line]
    return Outcome(
        "1,000,000 mutated payloads, every parser",
        "0 uncaught, nothing infinite comes out",
        said[-1] if said else done.stderr[-200:],
        bool(said) and said[-1].startswith(f"{PARSED:,} ") and " 0 faults" in said[-1],
    )


def _packets() -> Iterator[bytes]:
    chance = random.Random(8428)  # noqa: S311 - not for secrets
    seeds = [item.payload for item in RECORDED.values()] + list(SEEDS)
    seeds += METAS
    pieces = [*PIECES, *seeds]
    for number in range(SENT):
        yield publish_packet(
            f"plot/{TOPICS[number % len(TOPICS)]}", mutated(chance.choice(seeds), chance, pieces)[:60_000]
        )


def _whole_way() -> Outcome:
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}", "--max-rate", "0") as target:
        wait_ready(target)
        with watchers.running(target.port, [topic for topic in TOPICS if len(topic) <= 256], 2, is_strict=True) as them:
            publish(port, _packets())
            wait_for(lambda: _arrived(target.counters()) >= SENT, 120, "the last of them", is_fatal=False, every=0.2)
            frames, faults = them.checked()
            closed = them.codes()
        arrived = _arrived(target.counters())
        is_alive = target.get("/-/healthy") == b"ok\n"
        wait_ready(target)
        tags = target.status()["tags"]
    problems = faults[0] if faults else f"{len(closed)} closed"
    return Outcome(
        f"{SENT:,} mutated payloads on {len(TOPICS)} hostile topics, through broker and bridge to strict browsers",
        "0 uncaught, 0 dead threads, every frame strict",
        f"{arrived:,} arrived, {tags} tags, {frames:,} frames checked, {len(faults)} faults ({problems}), healthy and ready",
        arrived == SENT and is_alive and not faults and not closed and frames > 0,
    )


def _arrived(counts: dict[str, int]) -> int:
    return counts.get("messages_received", 0) + counts.get("messages_dropped.inbox_full", 0)
