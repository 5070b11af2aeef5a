"""The page."""

from collections.abc import Iterator

from benchmarks.report import Result


def measure(times: int) -> Iterator[Result]:
    yield from ()
