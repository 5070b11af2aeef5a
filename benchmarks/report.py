"""The table of results: what was measured, against what, whether the goal is reached; as Markdown, on the terminal and in docs."""

import argparse
import os
import platform
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HEADER = "| what | measured | compared with | ratio | must reach | |\n|---|---|---|---|---|---|"
PACKAGES = ("paho-mqtt", "tornado", "python-dateutil")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
# A measurement that takes longer hangs.
LONGEST_SECONDS = 240


@dataclass(frozen=True)
class Result:
    """One line of the table; `ratio` is None where nothing is compared, `is_reached` None where nothing must be reached."""

    name: str
    measured: str
    compared: str
    ratio: float | None
    goal: str
    is_reached: bool | None


# Measures some lines of the table, each so often that the median counts.
Measure = Callable[[int], Iterator[Result]]


def main(parts: Mapping[str, Sequence[Measure]], document: Path | None = None) -> int:
    """Measure the parts asked for and print the table, also into `document` where that is asked for; return the exit status."""
    parser = argparse.ArgumentParser(description="measures what README claims; ends with 1 when a goal is missed")
    parser.add_argument("parts", nargs="*", choices=[[], *parts], metavar="PART", help=f"{', '.join(parts)}; or all")
    parser.add_argument("--times", type=int, default=5, help="measure so often; the median counts (default: 5)")
    if document is not None:
        parser.add_argument("--write", action="store_true", help=f"put the table into docs/{document.name}")
    given = parser.parse_args()
    begun = time.monotonic()
    about = f"{machine()}; median of {given.times}; {time.strftime('%Y-%m-%d')}"
    print(f"{about}\n\n{HEADER}", flush=True)
    results = [
        result
        for name in given.parts or parts
        for measure in parts[name]
        for result in printed(name, measure, given.times)
    ]
    print(f"\n{summary(results)} ({time.monotonic() - begun:.0f} s)")
    if document is not None and given.write:
        write(document, "\n".join([f"{about}.", "", HEADER, *map(line, results), "", f"**{summary(results)}**"]))
    return 1 if any(result.is_reached is False for result in results) else 0


def printed(part: str, measure: Measure, times: int) -> Iterator[Result]:
    """Yield the lines of one measurement as they come, and print them; one that fails is a goal missed, and the next goes on."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(LONGEST_SECONDS)
    try:
        for result in measure(times):
            print(line(result), flush=True)
            yield result
    except Exception as error:  # noqa: BLE001 - whatever it is, the table shall be whole
        reason = " ".join(f"{type(error).__name__}: {error}".split()).replace("|", "/")
        failed = Result(
            f"{part}: {_first_line(measure)}", f"could not run: {reason:.200}", "", None, "", is_reached=False
        )
        print(line(failed), flush=True)
        yield failed
    finally:
        signal.alarm(0)


def _give_up(*_: object) -> None:
    raise TimeoutError(f"took longer than {LONGEST_SECONDS} s")


def _first_line(measure: Measure) -> str:
    return (measure.__doc__ or measure.__name__).partition("\n")[0]


def line(result: Result) -> str:
    """Return one line of the table."""
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    mark = {True: "reached", False: "**falls short**", None: ""}[result.is_reached]
    return f"| {result.name} | {result.measured} | {result.compared} | {ratio} | {result.goal} | {mark} |"


def summary(results: Sequence[Result]) -> str:
    """Return "all reached", or what falls short."""
    short = [result.name for result in results if result.is_reached is False]
    return "all reached" if not short else f"{len(short)} fall short: " + "; ".join(short)


def machine() -> str:
    """Return one line on this machine and the versions under test."""
    cores = len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{_processor()}, {cores} cores, {platform.system()}, Python {platform.python_version()}, {versions}"


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
