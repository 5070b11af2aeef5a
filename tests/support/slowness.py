"""How much slower this machine is now than the one that limits of time were set on: rented machines differ, and from minute to minute."""

import json
import time

# Samples as a gateway sends them, 165 kB: read and looked through in so many seconds of processor time where the limits were set.
_SAMPLES = json.dumps([{"value": 1.5, "ts": 1_700_000_000 + index} for index in range(5_000)])
_USUAL_SECONDS = 0.002
_RUNS = 5


def slowness() -> float:
    """Return by how much longer the same work takes here and now, at least 1."""
    return max(1.0, *(_seconds() / _USUAL_SECONDS for _ in range(_RUNS)))


def _seconds() -> float:
    before = time.process_time()
    sum(item["value"] for item in json.loads(_SAMPLES) if isinstance(item, dict) and "ts" in item)
    return time.process_time() - before
