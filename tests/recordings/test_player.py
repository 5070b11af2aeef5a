"""When rows are due, and how they are stamped."""

from collections.abc import Iterator, Sequence

import pytest

from mqtt_plot.errors import ReplayError, RowError
from mqtt_plot.recordings.player import FAST, NOW, ORIGINAL, PACE, Plan, Player, RecordingFacts
from mqtt_plot.recordings.row import Row

WALL = 1_700_000_000.0


class Pass:
    """A recording of rows at the given times, ten bytes each."""

    columns: Sequence[str] = ("a",)

    def __init__(self, times: Sequence[float | None], errors: Sequence[int] = ()) -> None:
        self.times = times
        self.errors = errors
        self.position = 0

    def __iter__(self) -> Iterator[Row | RowError]:
        for line, time in enumerate(self.times, 1):
            self.position += 10
            yield RowError(line, "bad") if line in self.errors else Row(line, time, [float(line)])


def play(plan: Plan, times: Sequence[float | None], *, errors: Sequence[int] = (), is_relative: bool = False) -> Player:
    known = [time for time in times if time is not None]
    facts = RecordingFacts(
        10 * len(times), bool(known), is_relative, min(known, default=None), max(known, default=None)
    )
    return Player(lambda: Pass(times, errors), facts, plan, 0.0, WALL)


def lines(player: Player, now: float, limit: int = 100) -> list[int]:
    return [row.line for _, row in player.due_rows(now, limit).rows]


def stamps(player: Player, now: float, limit: int = 100) -> list[float | None]:
    return [stamp for stamp, _ in player.due_rows(now, limit).rows]


def test_ten_rows_per_second_come_a_tenth_apart_whatever_their_times() -> None:
    player = play(Plan(), [5.0, 900.0, 901.0, None])
    assert [lines(player, now) for now in (0.0, 0.05, 0.1, 0.3)] == [[1], [], [2], [3, 4]]


def test_the_wait_is_the_time_to_the_next_row() -> None:
    player = play(Plan(factor=4.0), [None] * 3)
    lines(player, 0.0)
    assert player.wait(0.1) == pytest.approx(0.15)
    assert player.wait(0.9) == 0.0


def test_the_recordings_own_pace_is_kept_n_times_faster() -> None:
    player = play(Plan(PACE, 2.0), [100.0, 101.0, 105.0])
    assert [lines(player, now) for now in (0.0, 0.4, 0.5, 2.4, 2.5)] == [[1], [], [2], [], [3]]


def test_a_time_that_steps_back_is_due_at_once() -> None:
    player = play(Plan(PACE, 1.0), [100.0, 102.0, 90.0, 103.0])
    assert [lines(player, now) for now in (0.0, 2.0, 3.0)] == [[1], [2, 3], [4]]


def test_as_fast_as_possible_hands_out_up_to_the_limit() -> None:
    player = play(Plan(FAST), [None] * 5)
    assert [lines(player, 0.0, 2) for _ in range(3)] == [[1, 2], [3, 4], [5]]
    assert player.is_finished


def test_shifted_stamps_follow_the_schedule_and_not_the_moment_of_the_call() -> None:
    player = play(Plan(), [1.0, 2.0, 3.0])
    assert stamps(player, 0.25) == [WALL, WALL + 0.1, WALL + 0.2]


def test_shifted_stamps_at_the_recordings_pace_keep_its_spacing() -> None:
    assert stamps(play(Plan(PACE, 1.0, stamps=NOW), [100.0, 100.25, 100.5]), 0.5) == [WALL, WALL + 0.25, WALL + 0.5]


def test_original_stamps_are_those_of_the_file() -> None:
    assert stamps(play(Plan(stamps=ORIGINAL), [100.0, 250.0]), 1.0) == [100.0, 250.0]


def test_relative_times_begin_at_the_start_of_the_replay() -> None:
    assert stamps(play(Plan(stamps=ORIGINAL), [5.0, 5.5], is_relative=True), 1.0) == [WALL, WALL + 0.5]


def test_a_fast_replay_shifted_to_now_ends_now() -> None:
    assert stamps(play(Plan(FAST), [100.0, 160.0]), 0.0) == [WALL - 60, WALL]


def test_a_loop_goes_on_with_the_schedule() -> None:
    player = play(Plan(is_looped=True), [1.0, 2.0])
    assert [stamps(player, now) for now in (0.1, 0.15, 0.31)] == [
        [WALL, WALL + 0.1],
        [],
        [pytest.approx(WALL + 0.2), pytest.approx(WALL + 0.3)],
    ]
    assert (player.passes, player.is_finished) == (2, False)


def test_a_loop_at_its_own_pace_leaves_one_interval_between_passes() -> None:
    player = play(Plan(PACE, 1.0, is_looped=True), [100.0, 100.25, 100.5])
    assert lines(player, 0.5) == [1, 2, 3]
    assert lines(player, 0.7) == []
    assert lines(player, 0.7) == []
    assert lines(player, 0.75) == [1]


def test_a_loop_over_a_file_without_usable_rows_ends() -> None:
    player = play(Plan(is_looped=True), [1.0, 2.0], errors=[1, 2])
    found = player.due_rows(0.0, 100)
    assert (len(found.errors), found.rows, player.is_finished) == (2, [], True)


def test_bad_rows_are_handed_out_and_the_next_rows_follow() -> None:
    found = play(Plan(), [1.0, 2.0, 3.0], errors=[2]).due_rows(0.5, 100)
    assert ([error.line for error in found.errors], [row.line for _, row in found.rows]) == ([2], [1, 3])


def test_bad_rows_count_towards_the_limit() -> None:
    found = play(Plan(FAST), [1.0] * 50, errors=range(1, 51)).due_rows(0.0, 10)
    assert len(found.errors) == 10


def test_after_a_long_sleep_it_goes_on_from_there_without_a_burst() -> None:
    player = play(Plan(), [None] * 1000)
    assert len(lines(player, 0.0)) == 1
    assert len(lines(player, 60.0)) == 1
    assert len(lines(player, 60.5)) == 5


def test_the_time_left_is_that_of_the_rows_that_remain() -> None:
    player = play(Plan(), [None] * 100)
    assert player.seconds_left(0.0) is None
    lines(player, 0.85)
    assert player.progress == pytest.approx(0.1)
    assert player.seconds_left(0.85) == pytest.approx(8.1)


def test_the_time_left_at_the_recordings_pace_comes_from_its_last_time() -> None:
    player = play(Plan(PACE, 2.0), [100.0, 101.0, 300.0])
    lines(player, 0.6)
    assert player.seconds_left(0.6) == pytest.approx(99.5)


def test_a_loop_has_no_time_left() -> None:
    player = play(Plan(is_looped=True), [None] * 100)
    lines(player, 0.5)
    assert player.seconds_left(0.5) is None


def test_a_pace_needs_times() -> None:
    with pytest.raises(ReplayError, match="no time column"):
        play(Plan(PACE, 1.0), [None])


@pytest.mark.parametrize(
    "plan", [{"speed": "quick"}, {"factor": 0.0}, {"factor": float("nan")}, {"factor": -1.0}, {"stamps": "later"}]
)
def test_a_plan_that_makes_no_sense_is_refused(plan: dict[str, str | float]) -> None:
    with pytest.raises(ReplayError, match="expected"):
        Plan(**plan)  # type: ignore[arg-type]  # the point of the test
