"""Plays a recording in real time: takes the rows that are due, hands them to a sink, sleeps until the next. One task each."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from mqtt_plot.recordings.player import Player
from mqtt_plot.recordings.sinks import Sink

if TYPE_CHECKING:
    from mqtt_plot.recordings.open_file import OpenFile

# Cells taken at a stretch: a few milliseconds of the loop.
CHUNK_CELLS = 2_000
# Rows are handed on at most so often, and the file is looked at at least so often.
SHORTEST_SLEEP, LONGEST_SLEEP = 0.02, 0.5
PROGRESS_SECONDS = 1.0


def nothing() -> None:
    """Do nothing: for a listener that nobody needs."""


async def drive(
    player: Player,
    file: "OpenFile",
    sink: Sink,
    steady: Callable[[], float],
    *,
    on_fault: Callable[[str, int | None], None],
    on_pass: Callable[[], None] = nothing,
    on_progress: Callable[[], None] = nothing,
) -> None:
    """Play to the end, if there is one; cancelling stops at once. Raises OSError when the file cannot be read on.

    `on_fault` gets every fault of a row in words, with its line where it has one; `on_pass` is called before a pass begins again.
    """
    limit = max(1, CHUNK_CELLS // max(1, len(player.columns)))
    passes = 0
    told = steady()
    while True:
        taken = player.due_rows(steady(), limit)
        for error in taken.errors:
            on_fault(str(error), error.line)
        if taken.rows:
            for text in await sink.put(taken.rows):
                on_fault(text, taken.rows[0][1].line)
        if player.is_finished:
            break
        if player.passes > passes:
            passes = player.passes
            on_pass()
        now = steady()
        if now - told >= PROGRESS_SECONDS:
            told = now
            on_progress()
            _look(file, on_fault)
        await asyncio.sleep(_pause(player.wait(now), is_full=len(taken.rows) + len(taken.errors) >= limit))
    _look(file, on_fault)


def _look(file: "OpenFile", on_fault: Callable[[str, int | None], None]) -> None:
    change = file.change()
    if change:
        on_fault(change, None)


def _pause(wait: float, *, is_full: bool) -> float:
    """Return how long to sleep: not at all while rows are waiting, but always giving the loop its turn."""
    if is_full or wait == 0.0:
        return 0.0
    return min(max(wait, SHORTEST_SLEEP), LONGEST_SLEEP)
