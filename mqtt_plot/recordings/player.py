"""When the rows of a recording are due, and which time they get. Reads no clock, file or network.

`now` is a steady clock's seconds throughout; the wall clock is told once, at the start.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mqtt_plot.errors import ReplayError, RowError
from mqtt_plot.recordings.row import Row
from mqtt_plot.samples import EARLIEST

# A player that falls further behind (a sleeping laptop, a rate that cannot be kept) goes on from there and does not catch up in a burst.
MAX_LAG_SECONDS = 1.0
MAX_AHEAD_SECONDS = 86_400.0  # that original stamps may be ahead of our clock
MAX_RATE = 1_000_000.0
MIN_RATE = 0.001

ROWS, PACE, FAST = "rows", "pace", "fast"
ORIGINAL, NOW = "original", "now"


@dataclass(frozen=True)
class Plan:
    """How to play. `speed` is rows (per second, `factor` of them), pace (the recording's own, `factor` times) or fast."""

    speed: str = ROWS
    factor: float = 10.0
    is_looped: bool = False
    stamps: str = NOW

    def __post_init__(self) -> None:
        if self.speed not in (ROWS, PACE, FAST):
            raise ReplayError("bad_speed", f"expected the speed rows, pace or fast, got {self.speed!r:.40}")
        if not MIN_RATE <= self.factor <= MAX_RATE:
            raise ReplayError(
                "bad_speed", f"expected a speed from {MIN_RATE} to {MAX_RATE:.0f}, got {self.factor!r:.40}"
            )
        if self.stamps not in (ORIGINAL, NOW):
            raise ReplayError("bad_stamps", f"expected the stamps original or now, got {self.stamps!r:.40}")


class RecordingFacts(NamedTuple):
    """What is known of a recording before it is played; times are None where it has none."""

    size: int
    has_times: bool
    is_relative: bool = False
    first_time: float | None = None
    last_time: float | None = None
    is_descending: bool = False


class Rows(Protocol):
    """One pass through a recording; `position` is the bytes read so far."""

    @property
    def position(self) -> int: ...

    @property
    def columns(self) -> Sequence[str]: ...

    def __iter__(self) -> Iterator[Row | RowError]: ...


class DueRows(NamedTuple):
    """What `due_rows` hands out: rows with their stamps (None: the time of arrival), and rows that could not be used."""

    rows: list[tuple[float | None, Row]]
    errors: list[RowError]


class Player:
    """Plays one recording, once or in a loop. `open_rows` begins a pass."""

    def __init__(
        self, open_rows: Callable[[], Rows], facts: RecordingFacts, plan: Plan, now: float, wall: float
    ) -> None:
        if plan.speed == PACE and not facts.has_times:
            raise ReplayError(
                "no_times", "the recording has no time column, so it has no pace of its own; use rows per second"
            )
        if plan.speed == PACE and facts.is_descending:
            raise ReplayError("newest_first", "the recording has its newest row first; use rows per second, or fast")
        if plan.stamps == ORIGINAL and not facts.has_times:
            raise ReplayError("no_times", "the recording has no time column, so it has no stamps of its own; use now")
        if plan.stamps == ORIGINAL and wall >= EARLIEST and (facts.last_time or 0.0) > wall + MAX_AHEAD_SECONDS:
            raise ReplayError(
                "bad_stamps",
                "the recording has times that are still to come, which no bridge keeps; use the stamps now",
            )
        self.facts = facts
        self.plan = plan
        self.rows_played = 0
        self.passes = 0
        self.is_finished = False
        self._open_rows = open_rows
        self.begin(now, wall)
        self._last_due = 0.0  # seconds after _start
        self._last_time: float | None = None
        self._begin_pass()

    def begin(self, now: float, wall: float) -> None:
        """Let the first row be due now: for a player that had to wait before its first `due_rows`."""
        self._start = now  # steady time that the schedule counts from; moves when the player falls behind
        self._wall = wall  # the wall clock at _start as it was at first
        self._begun = now

    def _begin_pass(self) -> None:
        self._rows = self._open_rows()
        self._iterator = iter(self._rows)
        self._next: Row | None = None
        self._pass_due = self._last_due
        self._pass_time: float | None = None
        self._rows_before = self.rows_played

    @property
    def columns(self) -> Sequence[str]:
        """The columns that a row has a value for."""
        return self._rows.columns

    @property
    def clears_each_pass(self) -> bool:
        """True where a second pass would go back in time, so that it has to begin empty."""
        return self.plan.stamps == ORIGINAL or self.plan.speed == FAST

    def due_rows(self, now: float, limit: int) -> DueRows:
        """Return the rows due by `now`, at most `limit` with the errors, and not past the end of a pass."""
        found = DueRows([], [])
        while not self.is_finished and len(found.rows) + len(found.errors) < limit:
            row = self._next
            if row is None:
                item = next(self._iterator, None)
                if item is None:
                    self._end_pass()
                    break
                if isinstance(item, RowError):
                    found.errors.append(item)
                    continue
                row = self._next = item
            due = self._due(row)
            if self._start + due > now:
                break
            self._catch_up(now - self._start - due)
            self._next = None
            self._last_due = due
            self._last_time = row.time
            found.rows.append((self._stamp(row, due), row))
            self.rows_played += 1
        return found

    def _end_pass(self) -> None:
        self.passes += 1
        if not self.plan.is_looped or self.rows_played == self._rows_before:
            self.is_finished = True
            return
        if self.plan.speed == PACE:  # the next pass follows after one usual interval, not on top of the last row
            n = self.rows_played - self._rows_before
            self._last_due += (self._last_due - self._pass_due) / max(1, n - 1)
        self._begin_pass()

    def _due(self, row: Row) -> float:
        """Return when a row is due, in seconds after the start; never before the row before it."""
        plan = self.plan
        if plan.speed == ROWS:
            return self.rows_played / plan.factor
        if plan.speed == FAST or row.time is None:
            return self._last_due
        if self._pass_time is None:
            self._pass_time = row.time
        return max(self._last_due, self._pass_due + (row.time - self._pass_time) / plan.factor)

    def _catch_up(self, lag: float) -> None:
        if lag > MAX_LAG_SECONDS and self.plan.speed != FAST:
            self._start += lag
            self._wall += lag

    def _stamp(self, row: Row, due: float) -> float | None:
        facts, time = self.facts, row.time
        if self.plan.speed == FAST and self.plan.stamps == NOW:
            return None if time is None or facts.last_time is None else self._wall + time - facts.last_time
        if self.plan.stamps == NOW:
            return self._wall + due
        if time is None:
            return None
        return self._wall + time - (facts.first_time or 0.0) if facts.is_relative else time

    def wait(self, now: float) -> float:
        """Return the seconds until something is due; 0 where it is overdue or only a look at the file can tell."""
        if self._next is None:
            return 0.0
        return max(0.0, self._start + self._due(self._next) - now)

    @property
    def progress(self) -> float:
        """The part of this pass that is over, from 0 to 1, by bytes."""
        if self.is_finished:
            return 1.0
        return min(1.0, self._rows.position / self.facts.size) if self.facts.size else 0.0

    def seconds_left(self, now: float) -> float | None:
        """Return how long it will take to the end; None in a loop and while nothing is known."""
        if self.is_finished:
            return 0.0
        done = self.progress
        if self.plan.is_looped or not done or not self.rows_played:
            return None
        facts = self.facts
        if self.plan.speed == PACE and facts.last_time is not None and self._last_time is not None:
            return max(0.0, (facts.last_time - self._last_time) / self.plan.factor)
        if self.plan.speed == ROWS:
            return self.rows_played * (1 - done) / done / self.plan.factor
        return (now - self._begun) * (1 - done) / done
