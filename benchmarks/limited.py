"""A small machine: one core, 256 MB, a tenth of its CPU; for the bridge alone, not for broker and clients.

cgroups (version 1 or 2) bound memory and CPU where this user may make one. Elsewhere RLIMIT_AS bounds the address space, which is more than
the memory, and the process is stopped for nine tenths of each 50 ms.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import harness
from benchmarks.harness import MIB, Bridge

MEMORY = 256 * MIB
QUOTA = 0.10
PERIOD_SECONDS = 0.05
_CGROUPS = Path("/sys/fs/cgroup")
# A shell goes into the groups before it becomes the program: that cannot take more even while it starts.
_ENTER = 'for group in {}; do echo $$ > "$group/cgroup.procs"; done; exec "$@"'
_LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({0}, {0})); os.execv(sys.argv[1], sys.argv[1:])"
)


@contextlib.contextmanager
def bridge(*options: str, quota: float = QUOTA, memory: int = MEMORY) -> Iterator[Bridge]:
    """Run a bridge on the small machine for the time of a `with` block; `quota` is its share of the core, `memory` in bytes."""
    on_core = ("taskset", "-c", str(min(os.sched_getaffinity(0))))
    with _groups(quota, memory) as groups:
        if groups:
            enter = _ENTER.format(" ".join(map(str, groups)))
            with harness.bridge(*options, prefix=(*on_core, "sh", "-c", enter, "sh")) as target:
                yield target
        else:
            limited = (*on_core, sys.executable, "-c", _LIMITED.format(memory))
            with harness.bridge(*options, prefix=limited) as target, _duty_cycle(target.process.pid, quota):
                yield target


def means() -> str:
    """Return by what means the limits are kept on this machine."""
    with _groups(QUOTA, MEMORY) as groups:
        return "cgroup" if groups else "RLIMIT_AS, stopped 9/10 of the time"


@contextlib.contextmanager
def _groups(share: float, memory: int) -> Iterator[list[Path]]:
    """Yield the control groups that together keep the limits; none where they may not be made."""
    with contextlib.ExitStack() as made:
        try:
            groups = [_make_group(made, folder, limits) for folder, limits in _limits(share, memory).items()]
        except OSError:
            groups = []
        yield groups


def _limits(share: float, memory: int) -> dict[Path, dict[str, str]]:
    """Return what is to be written into which file of a group, by the folder the group is made in (Linux, admin-guide/cgroup-v1, -v2)."""
    period = int(PERIOD_SECONDS * 1e6)
    quota = int(period * share)
    if (_CGROUPS / "cgroup.controllers").exists():
        return {_CGROUPS: {"cpu.max": f"{quota} {period}", "memory.max": str(memory)}}
    return {
        _CGROUPS / "cpu": {"cpu.cfs_period_us": str(period), "cpu.cfs_quota_us": str(quota)},
        _CGROUPS / "memory": {"memory.limit_in_bytes": str(memory)},
    }


def _make_group(made: contextlib.ExitStack, folder: Path, limits: dict[str, str]) -> Path:
    """Make a group that goes when `made` is closed. Raises OSError where that is not allowed."""
    group = folder / f"mqtt-plot-bench-{os.getpid()}"
    group.mkdir()
    made.callback(_remove, group)
    for name, value in limits.items():
        (group / name).write_text(value)
    return group


def _remove(group: Path) -> None:
    """Remove a group; its last process may be a moment in going."""
    with contextlib.suppress(TimeoutError):
        harness.wait_for(lambda: not (group / "cgroup.procs").read_text(), 5, "the last process of a group")
    with contextlib.suppress(OSError):
        group.rmdir()


@contextlib.contextmanager
def _duty_cycle(pid: int, share: float) -> Iterator[None]:
    """Let a process run for a share of each period."""
    if share >= 1:
        yield
        return
    over = threading.Event()

    def turn() -> None:
        with contextlib.suppress(ProcessLookupError):
            while not over.is_set():
                os.kill(pid, signal.SIGSTOP)
                over.wait(PERIOD_SECONDS * (1 - share))
                os.kill(pid, signal.SIGCONT)
                time.sleep(PERIOD_SECONDS * share)

    thread = threading.Thread(target=turn, name="duty cycle")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
