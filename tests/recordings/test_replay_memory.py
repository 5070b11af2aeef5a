"""A large recording is streamed, never loaded: benchmarks/replay_memory.py with a file small enough for every day.

The slowest of the fast tests: each of the 25 MB has to be read, since a file below the limit would show nothing.
"""

import subprocess
import sys

import pytest

from tests.support.processes import ROOT

pytestmark = pytest.mark.timing


@pytest.mark.slow
def test_a_recording_of_25_mb_takes_at_most_20_mib_while_it_is_played() -> None:
    script = ROOT / "benchmarks" / "replay_memory.py"
    done = subprocess.run(
        [sys.executable, script, "25"], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
