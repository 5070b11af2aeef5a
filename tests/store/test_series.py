"""One tag: the order of its points, and what is learned of how often it speaks."""

import math
from array import array

import pytest

from mqtt_plot.store.series import Series

T = 1_700_000_000.0


def new() -> Series:
    return Series(1, "a", 100)


def test_the_usual_interval_is_learned() -> None:
    """After a few messages at a steady pace the interval is that pace."""
    series = new()
    for i in range(50):
        series.heard(T + 2 * i, 10)
    assert series.interval == pytest.approx(2.0)
    assert (series.messages, series.bytes, series.arrival) == (50, 500, T + 98)


def test_a_change_of_pace_is_learned() -> None:
    """A device that slows down is no longer late after some messages at its new pace."""
    series = new()
    for i in range(20):
        series.heard(T + i, 1)
    for i in range(60):
        series.heard(T + 20 + 5 * i, 1)
    assert series.interval == pytest.approx(5.0, rel=0.05)


def test_one_long_silence_teaches_little() -> None:
    """A night's silence does not make an interval of hours: it counts as a few usual intervals."""
    series = new()
    for i in range(20):
        series.heard(T + i, 1)
    series.heard(T + 50_000, 1)
    assert series.interval < 1.5


def test_messages_at_one_moment_or_out_of_time_teach_no_interval() -> None:
    """Two messages in one tick of the clock, or a clock set back, leave what was learned."""
    series = new()
    for now in (T, T + 1, T + 1, T - 3600):
        series.heard(now, 1)
    assert series.interval == 1.0


def test_late_and_stale() -> None:
    """docs/protocol.md: late after 3 intervals and 2 s, stale after 10 intervals and 10 s."""
    series = new()
    for i in range(10):
        series.heard(T + 4 * i, 1)
    last = T + 36
    ages = [11.9, 12.1, 39.9, 40.1]
    assert [series.is_late(last + age) for age in ages] == [False, True, True, True]
    assert [series.is_stale(last + age) for age in ages] == [False, False, False, True]


def test_a_fast_tag_is_not_late_at_once() -> None:
    """At 100 messages/s a pause of a second is nothing."""
    series = new()
    for i in range(100):
        series.heard(T + i / 100, 1)
    assert [series.is_late(T + 0.99 + age) for age in (1.0, 2.1)] == [False, True]
    assert [series.is_stale(T + 0.99 + age) for age in (9.0, 10.1)] == [False, True]


def test_without_a_known_interval_only_a_minute_is_stale() -> None:
    """After one message nobody knows the pace: never late, stale after 60 s."""
    series = new()
    series.heard(T, 1)
    assert (series.is_late(T + 1000), series.is_stale(T + 60), series.is_stale(T + 61)) == (False, False, True)


def test_a_tag_that_never_spoke_is_stale() -> None:
    """A series known from a retained copy only must not look fresh."""
    assert new().is_stale(T) is True


def test_the_clock_offset_is_learned() -> None:
    """A stamp teaches by how much the device's clock runs ahead, and says when the next measurement is worth its time."""
    series = new()
    assert math.isnan(series.offset)
    series.saw_stamp(10.0, T)
    assert series.offset == 10.0
    for second in range(1, 6):
        series.saw_stamp(10.0, T + second)
    assert T + 5 < series.stamp_due <= T + 10


def test_a_declared_interval_tells_lateness_at_once() -> None:
    """Nothing needs to be learned where the device says how often it speaks."""
    series = new()
    series.meta = {"interval": 5.0}
    series.heard(T, 1)
    assert (series.is_late(T + 14), series.is_late(T + 16)) == (False, True)


def test_rates_are_smoothed_and_come_to_rest() -> None:
    """The rates approach what comes, and fall to exactly 0 when nothing does, so that rows come to rest."""
    series = new()
    for second in range(30):
        for i in range(20):
            series.heard(T + second + i / 20, 50)
        series.measure(T + second + 1)
    assert [series.rate, series.bytes_rate] == pytest.approx([20.0, 1000.0], rel=0.01)
    for second in range(31, 91):
        series.measure(T + second)
    assert (series.rate, series.bytes_rate) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("times", "is_ordered"), [([T + 1, T + 1, T + 2], True), ([T - 1, T + 1], False), ([T + 2, T + 1], False)]
)
def test_order_is_noticed_in_columns(times: list[float], is_ordered: bool) -> None:  # noqa: FBT001 - expected value
    """A column is ordered in itself and against what came before."""
    series = new()
    series.noted_all(array("d", [T]))
    series.noted_all(array("d", times))
    assert (series.is_ordered, series.newest) == (is_ordered, max(times))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, [1, 2, 2, 3, 5]),
        (2, None, [2, 2, 3, 5]),
        (None, 2, [1, 2, 2]),
        (2, 3, [2, 2, 3]),
        (2.5, 2.6, []),
        (4, 9, [5]),
        (6, 9, []),
    ],
)
@pytest.mark.parametrize("arrival", [[1, 2, 2, 3, 5], [5, 2, 1, 2, 3]])
def test_a_window_is_cut_by_time(
    arrival: list[int], start: float | None, end: float | None, expected: list[int]
) -> None:
    """A window holds the points between two times, both included, by time, in whichever order they came."""
    series = Series(1, "a", 5)
    for time in (9, 9, 9):  # they are overwritten, so that the window goes over the seam
        series.ring.append(time, time * 10)
    series.noted_all(array("d", arrival))
    for time in arrival:
        series.ring.append(time, time * 10)
    times, values = series.window(start, end)
    assert (list(times), list(values)) == (expected, [10 * time for time in expected])
