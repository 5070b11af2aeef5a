"""The bridge on a small machine: one core, 256 MB, a tenth of the CPU. What then holds is written down; the goal is that nothing is lost.

Memory and CPU are bounded by cgroups (version 1 or 2) where this user may make one. Elsewhere RLIMIT_AS bounds the address space, and the
process is stopped nine tenths of each 50 ms.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import followers
from benchmarks.harness import MIB, bridge, broker, wait_for, wait_ready
from benchmarks.packets import publish_steadily, tag
from benchmarks.report import Result

MEMORY = 256 * MIB
QUOTA = 0.10
PERIOD_SECONDS = 0.05
TAGS, PER_SECOND, CLIENTS, SECONDS = 100, 200, 2, 8.0
_CGROUPS = Path("/sys/fs/cgroup")
# Set before the program begins: it must not be able to take more even while it starts.
_LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({0}, {0})); os.execv(sys.argv[1], sys.argv[1:])"
)


def measure(times: int) -> Iterator[Result]:  # noqa: ARG001 - it holds or it does not; one run tells
    """Yield what holds on one core with 256 MB and a tenth of the CPU."""
    core = str(min(os.sched_getaffinity(0)))
    prefix = ["taskset", "-c", core, sys.executable, "-c", _LIMITED.format(MEMORY)]
    with broker() as port, bridge("--broker", f"mqtt://127.0.0.1:{port}", prefix=prefix) as target:
        wait_ready(target)
        with slowed(target.process.pid) as how, followers.running(target.port, [tag(i, TAGS) for i in range(TAGS)], CLIENTS) as follow:
            follow.delays()
            before, begun = target.cpu(), time.perf_counter()
            sent = publish_steadily(port, TAGS, PER_SECOND, SECONDS)
            share = (target.cpu() - before) / (time.perf_counter() - begun)
            middle, late = follow.delays()
            wait_for(lambda: target.counter("samples_stored") >= sent, 10, "the last sample", is_fatal=False)
            lost = sent - target.counter("samples_stored")
            resident = target.rss() / MIB
    yield Result(
        f"one core, 256 MB, 10 % CPU ({how}): {PER_SECOND} messages/s, {CLIENTS} clients on {TAGS} tags",
        f"{lost} of {sent} lost, p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms, {resident:.0f} MiB, {share:.1%} of a core",
        "", None, "0 lost", lost == 0,
    )  # fmt: skip


@contextlib.contextmanager
def slowed(pid: int) -> Iterator[str]:
    """Give a process QUOTA of a core for the time of a `with` block; yield by what means."""
    try:
        group = _make_group(pid)
    except OSError:
        with _duty_cycle(pid):
            yield "RLIMIT_AS, stopped 9/10 of the time"
        return
    try:
        yield "cgroup"
    finally:
        parent = group.parent / "cgroup.procs"
        for line in (group / "cgroup.procs").read_text().split():
            parent.write_text(line)
        group.rmdir()


def _make_group(pid: int) -> Path:
    """Return a cgroup with the CPU quota that holds `pid`. Raises OSError where that is not allowed."""
    period = int(PERIOD_SECONDS * 1e6)
    is_v2 = (_CGROUPS / "cgroup.controllers").exists()
    group = (_CGROUPS if is_v2 else _CGROUPS / "cpu") / f"mqtt-plot-bench-{pid}"
    group.mkdir()
    try:
        if is_v2:
            (group / "cpu.max").write_text(f"{int(period * QUOTA)} {period}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(period))
            (group / "cpu.cfs_quota_us").write_text(str(int(period * QUOTA)))
        (group / "cgroup.procs").write_text(str(pid))
    except OSError:
        group.rmdir()
        raise
    return group


@contextlib.contextmanager
def _duty_cycle(pid: int) -> Iterator[None]:
    """Stop a process for all but QUOTA of each period."""
    over = threading.Event()

    def turn() -> None:
        with contextlib.suppress(ProcessLookupError):
            while not over.is_set():
                os.kill(pid, signal.SIGSTOP)
                over.wait(PERIOD_SECONDS * (1 - QUOTA))
                os.kill(pid, signal.SIGCONT)
                time.sleep(PERIOD_SECONDS * QUOTA)

    thread = threading.Thread(target=turn, name="duty cycle")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
