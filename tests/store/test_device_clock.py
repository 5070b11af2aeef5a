"""Which time a sample gets, and what is learned of a device's clock."""

import random

import pytest

from mqtt_plot.ingest.time_policy import ARRIVAL, CORRECTED, DEVICE, TimeRule, parse_time_rule, policy_for
from mqtt_plot.store.device_clock import AGREEING, MEASURE_SECONDS, MEASUREMENTS, SUSPICIOUS_SECONDS, DeviceClock

START = 1_700_000_000.0


def run(clock: DeviceClock, seconds: float, ahead: float, start: float = START, step: float = 0.1) -> float:
    """Teach the clock with a message every `step` seconds; return when that ended."""
    now = start
    while now < start + seconds:
        clock.learn(ahead, now)
        now += step
    return now


def test_a_rule_without_a_pattern_is_for_all_tags() -> None:
    """`--time arrival` is the general rule, `--time 'line1/*=corrected'` a special one."""
    assert [parse_time_rule("arrival"), parse_time_rule("line1/*=corrected")] == [
        TimeRule(ARRIVAL, "*"),
        TimeRule(CORRECTED, "line1/*"),
    ]


@pytest.mark.parametrize("text", ["", "now", "line1/*", "line1/*=", "=device=x"])
def test_an_unknown_policy_is_refused_with_the_choices(text: str) -> None:
    """The message names what may be written."""
    with pytest.raises(ValueError, match="expected device, arrival or corrected"):
        parse_time_rule(text)


def test_the_first_matching_pattern_wins_over_the_general_rule() -> None:
    """Order matters between patterns, not between a pattern and the general rule."""
    rules = [TimeRule(CORRECTED), TimeRule(ARRIVAL, "line1/*"), TimeRule(DEVICE, "line1/temp")]
    assert [policy_for(tag, rules) for tag in ("line1/temp", "line2/temp")] == [ARRIVAL, CORRECTED]
    assert policy_for("line1/temp", []) == DEVICE


def test_the_first_stamp_gives_a_first_offset() -> None:
    """A tag that has spoken once already shows how wrong its clock is."""
    clock = DeviceClock()
    clock.learn(-7.0, START)
    assert clock.offset == -7.0


def test_jitter_and_late_messages_do_not_move_the_offset() -> None:
    """One message in ten comes 30 s late; the others within 50 ms."""
    clock = DeviceClock()
    random_ = random.Random(4)  # noqa: S311 - no secret
    now = START
    for _ in range(600):
        delay = 30.0 if random_.random() < 0.1 else random_.uniform(0, 0.05)
        clock.learn(100.0 - delay, now)
        now += 1
    assert clock.offset == pytest.approx(100.0, abs=0.05)
    assert clock.steps == 0


def test_a_clock_that_is_set_is_noticed_within_two_seconds_of_news() -> None:
    """Five measurements that agree on a new offset are a step."""
    clock = DeviceClock()
    now = run(clock, 60, 0.0)
    run(clock, 4, 3600.0, now)
    assert (clock.offset, clock.steps) == (3600.0, 1)


def test_a_backlog_sent_at_once_is_no_step() -> None:
    """A device that was offline for an hour sends its samples in ten seconds: the stamps run, the clock has not changed."""
    clock = DeviceClock()
    now = run(clock, 60, 0.0)
    for n in range(100):
        clock.learn(-3600.0 + 36.0 * n, now)
        now += 0.1
    run(clock, 10, 0.0, now)
    assert (clock.offset, clock.steps) == (0.0, 0)


def test_the_newest_stamp_of_a_message_counts() -> None:
    """The older samples of a batch waited on the device."""
    clock = DeviceClock()
    for ahead in (-9.0, -6.0, -3.0, 0.0):
        clock.learn(ahead, START)
    assert clock.offset == 0.0


def test_corrected_time_undoes_a_clock_that_was_never_set() -> None:
    """A controller that counts from 1970 at power-up still gives exact distances between samples."""
    clock = DeviceClock()
    now = run(clock, 10, 1000.0 - START)
    stamp = now + (1000.0 - START)
    assert clock.correct(stamp, now) == pytest.approx(now)
    assert clock.correct(stamp - 2.5, now) == pytest.approx(now - 2.5)


def test_corrected_time_is_never_in_the_future() -> None:
    """Until a step forward has been learned, arrival is the best that is known."""
    clock = DeviceClock()
    now = run(clock, 10, 0.0)
    assert clock.correct(now + 3600, now) == now


def test_our_own_clock_stepping_back_does_not_stop_the_learning() -> None:
    """Lessons go on though `now` lies before the last one."""
    clock = DeviceClock()
    run(clock, 60, 0.0)
    run(clock, 60, 3600.0, START - 3600)
    assert clock.offset == 3600.0


def test_a_settled_clock_is_looked_at_as_often_as_ever() -> None:
    """A clock that has had all its measurements learns seldom, but a step is noticed at the next look."""
    clock, now = DeviceClock(), START
    for _ in range(MEASUREMENTS + 5):
        clock.learn(0.25, now)
        now = max(clock.due, now + 0.1)
    begun = now
    for _ in range(AGREEING):
        clock.learn(3600.0, now)
        now = clock.due
    assert (clock.offset, clock.steps) == (3600.0, 1)
    assert now - begun <= MEASURE_SECONDS + AGREEING * SUSPICIOUS_SECONDS
