"""`make bench`, `python -m benchmarks [PART...]`: measures what README claims, side by side with peers; exits with 1 when a goal is missed."""

import sys

from benchmarks import (
    core,
    fanout,
    frames,
    heap,
    history,
    memory,
    mqtt,
    page,
    parsing,
    posts,
    signals,
    small,
    spectrum,
    startup,
)
from benchmarks.harness import ROOT
from benchmarks.report import Measure, main

PARTS: dict[str, tuple[Measure, ...]] = {
    "mqtt": mqtt.MEASURES,
    "parsing": parsing.MEASURES,
    "posts": posts.MEASURES,
    "memory": memory.MEASURES,
    "fanout": fanout.MEASURES,
    "core": core.MEASURES,
    "history": history.MEASURES,
    "signals": signals.MEASURES,
    "startup": startup.MEASURES,
    "page": page.MEASURES,
    "frames": frames.MEASURES,
    "spectrum": spectrum.MEASURES,
    "heap": heap.MEASURES,
    "small": small.MEASURES,
}

if __name__ == "__main__":
    sys.exit(main(PARTS, ROOT / "docs" / "benchmarks.md"))
