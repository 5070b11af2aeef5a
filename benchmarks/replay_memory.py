"""How much memory a large recording takes while it is played: generates a CSV file in a temporary folder and plays it into a real bridge.

    python benchmarks/replay_memory.py [MEGABYTES]     500 by default

Prints the bridge's resident memory before and its peak growth during the replay, and the rate; exits with 1 beyond 20 MiB.
The growth includes the 8 MiB that 52 tags x 10,000 points rightly take. Linux only: reads /proc.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COLUMNS = 52
LIMIT_MIB = 20.0
LONGEST_SECONDS = 600.0
_START = 1_523_526_900


def main() -> int:
    """Generate, play, print; return the exit status."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        rows = write(Path(folder) / "large.csv", megabytes * 1_000_000)
        with bridge(folder) as (url, pid):
            begun = time.monotonic()
            before, peak, ended = measure(url, pid)
            seconds = time.monotonic() - begun
    growth = peak - before
    print(
        f"{megabytes} MB, {rows} rows x {COLUMNS} columns: {ended['state']} after {ended['rows']} rows in {seconds:.1f} s"
    )
    print(f"{rows / seconds:.0f} rows/s, {rows * COLUMNS / seconds:.0f} values/s")
    print(f"resident memory {before:.1f} MiB before, {peak:.1f} MiB at most: {growth:+.1f} MiB (limit {LIMIT_MIB:.0f})")
    return 0 if growth <= LIMIT_MIB and ended["rows"] == rows and ended["state"] == "finished" else 1


def write(path: Path, size: int) -> int:
    """Write a file of about `size` bytes; return its number of rows."""
    rows = written = 0
    with path.open("w") as file:
        written += file.write("time," + ",".join(f"channel {i}" for i in range(COLUMNS)) + "\n")
        while written < size:
            cells = ",".join(f"{(rows * 7 + i) % 1000}.{i:02}5" for i in range(COLUMNS))
            written += file.write(f"{_START + rows},{cells}\n")
            rows += 1
    return rows


@contextmanager
def bridge(folder: str) -> Iterator[tuple[str, int]]:
    """Start a bridge without a broker; yield its address and process id."""
    command = [
        sys.executable,
        "-m",
        "mqtt_plot",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--broker",
        "none",
        "--max-points",
        "10000",
    ]
    with subprocess.Popen([*command, "--recordings", folder], stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = iter(process.stderr or [])
            url = next(line.split("page on ")[1].strip() for line in lines if "page on " in line)
            yield url, process.pid
        finally:
            process.terminate()


def measure(url: str, pid: int) -> tuple[float, float, dict[str, object]]:
    """Play the file; return MiB before, MiB at most, and the replay's last state."""
    ask(f"{url}api/v1/recordings?file=large.csv")  # what is loaded once by the first request is no growth
    before = peak = resident(pid)
    request = {"file": "large.csv", "fast": True, "stamps": "original"}
    replay = ask(f"{url}api/v1/replays", json.dumps(request).encode())
    deadline = time.monotonic() + LONGEST_SECONDS
    while replay["state"] == "running" and time.monotonic() < deadline:
        time.sleep(0.1)
        peak = max(peak, resident(pid))
        replay = ask(f"{url}api/v1/replays/{replay['id']}")
    return before, peak, replay


def ask(url: str, body: bytes | None = None) -> dict[str, object]:
    """GET, or POST `body`; return the JSON of the answer."""
    with urllib.request.urlopen(url, body, timeout=10) as answer:
        decoded: dict[str, object] = json.load(answer)
        return decoded


def resident(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    return int(re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
