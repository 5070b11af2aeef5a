"""The table of results: what was measured, against what, whether the goal is reached; as Markdown, on the terminal and in docs."""

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HEADER = "| what | measured | compared with | ratio | must reach | |\n|---|---|---|---|---|---|"
PACKAGES = ("paho-mqtt", "tornado", "python-dateutil", "http-plot-server")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Result:
    """One line of the table; `ratio` is None where nothing is compared, `is_reached` None where nothing must be reached."""

    name: str
    measured: str
    compared: str
    ratio: float | None
    goal: str
    is_reached: bool | None


def line(result: Result) -> str:
    """Return one line of the table."""
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    mark = {True: "reached", False: "**short**", None: ""}[result.is_reached]
    return f"| {result.name} | {result.measured} | {result.compared} | {ratio} | {result.goal} | {mark} |"


def summary(results: Sequence[Result]) -> str:
    """Return "all reached", or what falls short."""
    short = [result.name for result in results if result.is_reached is False]
    return "all reached" if not short else f"{len(short)} fall short: " + "; ".join(short)


def machine() -> str:
    """Return one line on this machine and the versions under test."""
    cores = len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"{_processor()}, {cores} cores, {platform.system()}, Python {platform.python_version()}, {versions}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [text.partition(":")[2].strip() for text in lines if text.startswith("model name")]
    return names[0] if names else platform.machine()


def write(path: Path, text: str) -> None:
    """Put `text` between the two marks of a document; all that a person wrote around them stays."""
    document = path.read_text()
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def medians(run: Callable[[], Sequence[float]], times: int) -> list[float]:
    """Run `times` times; return the median of each figure."""
    return [statistics.median(column) for column in zip(*(run() for _ in range(times)), strict=True)]
