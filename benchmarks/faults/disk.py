"""Nowhere to write: a root folder that is read-only, no home, and a disk that is full. Wants root, for a mount namespace of its own (Linux)."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.faults.outcome import Outcome
from benchmarks.harness import bridge, wait_for

# In a mount namespace that ends with the program: a small disk at $1, then everything else read-only, and no home.
_CLOSED = """
mount -t tmpfs -o size=48k none "$1" && mount -o remount,bind,ro / && shift &&
exec env -i HOME=/nonexistent PYTHONPATH="$PYTHONPATH" "$@"
"""
POINTS = 8_000  # 60 kB when compressed: more than the disk takes
SAVES = 4


def run() -> Iterator[Outcome]:
    """Run there, with --state on the full disk, for several intervals."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        yield Outcome("read-only root, no home, full disk", "runs", "not tried: wants root and unshare", holds=False)
        return
    noise = Random(1)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as disk:
        prefix = ("unshare", "--mount", "sh", "-c", _CLOSED, "sh", disk)
        state = Path(disk) / "state"
        with bridge("--broker", "none", "--state", str(state), "--state-interval", "1", prefix=prefix) as target:
            times = ",".join(map(str, range(1_700_000_000, 1_700_000_000 + POINTS)))
            values = ",".join(f"{noise.gauss(0, 1):.12g}" for _ in range(POINTS))
            target.post(f'{{"tag": "a", "ts": [{times}], "value": [{values}]}}'.encode())
            wait_for(lambda: target.counter("state_saves.failed") >= SAVES, 30, "the saves that fail", every=0.1)
            points = target.status()["points"]
            target.process.terminate()
            began = time.monotonic()
            status = target.process.wait(10)
            seconds = time.monotonic() - began
            lines = [line for line in target.log.splitlines() if "state not saved" in line]
    yield Outcome(
        "read-only root, no home, full disk",
        "runs; `--state` failure is one line",
        f"{points} points served, {len(lines)} line for {SAVES} failures, ended with {status} after {seconds:.1f} s",
        points == POINTS and len(lines) == 1 and status == 0,
    )
