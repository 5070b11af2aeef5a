"""What a long ring remembers of its peaks, against a look at every point."""

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_plot.store.extremes import LEAST_POINTS, RUN
from mqtt_plot.store.ring import Ring
from mqtt_plot.store.series import Series

ANY_TIME = math.inf

Columns = tuple["array[float]", "array[float]"]


def columns(numbers: range, values: list[float] | None = None) -> Columns:
    """Return a column of times, one a second, and one of values that go up and down unless they are given."""
    return array("d", numbers), array("d", [float(n * 7919 % 1000) for n in numbers] if values is None else values)


def long_ring(count: int) -> Ring:
    """Return a full-sized ring into which `count` points came, now one by one and now in columns, as devices send."""
    ring = Ring(LEAST_POINTS)
    ring.resize(LEAST_POINTS)
    while ring.next < count:
        part = columns(range(ring.next, min(count, ring.next + 1 + ring.next % 1500)))
        if len(part[0]) < RUN:
            for time, value in zip(*part, strict=True):
                ring.append(time, value)
        else:
            ring.extend(*part)
    return ring


def lacking(ring: Ring, outline: Columns, start: int, stop: int) -> list[int]:
    """Return the seqs, first of each run between `start` and `stop`, whose lowest or highest value is not in `outline`."""
    drawn = dict(zip(*outline, strict=True))
    found = []
    for low in range(-(-start // RUN) * RUN, stop - RUN + 1, RUN):
        times, values = ring.read(low, low + RUN)
        here = [drawn[time] for time in times if time in drawn]
        if not here or (min(here), max(here)) != (min(values), max(values)):
            found.append(low)
    return found


@pytest.mark.parametrize("count", [LEAST_POINTS // 2, LEAST_POINTS, LEAST_POINTS + 1, 3 * LEAST_POINTS + 17])
def test_the_outline_has_the_peaks_of_every_run(count: int) -> None:
    """Few points, and of each 64 the lowest and the highest; before the ring is full, and after it has gone round."""
    ring = long_ring(count)
    times, values = ring.outline(ring.first, ring.next, ANY_TIME)
    assert lacking(ring, (times, values), ring.first, ring.next) == []
    assert len(times) <= len(ring) // 32 + 4 * RUN
    assert list(times) == sorted(set(times))
    assert (times[0], times[-1]) == (float(ring.first), float(ring.next - 1))


@settings(max_examples=60)
@given(st.integers(0, 3 * LEAST_POINTS), st.integers(0, 3 * LEAST_POINTS))
def test_any_stretch_has_an_outline(start: int, length: int) -> None:
    """Wherever it begins and ends: its ends are in it, its peaks, and nothing that lies outside."""
    ring = RING
    stop = start + length
    outline = ring.outline(start, stop, ANY_TIME)
    first, last = max(start, ring.first), min(stop, ring.next) - 1
    if first > last:
        assert len(outline[0]) == 0
        return
    assert (outline[0][0], outline[0][-1]) == (float(first), float(last))
    assert lacking(ring, outline, first, last + 1) == []


RING = long_ring(2 * LEAST_POINTS + 1000)


def test_a_run_with_a_gap_comes_whole() -> None:
    """NaN is neither low nor high: all points of its run are looked at, so that the gap keeps its place."""
    values = [1.0] * LEAST_POINTS
    values[5000] = math.nan
    ring = Ring(LEAST_POINTS)
    ring.resize(LEAST_POINTS)
    ring.extend(*columns(range(LEAST_POINTS), values))
    times, drawn = ring.outline(0, LEAST_POINTS, ANY_TIME)
    assert [time for time, value in zip(times, drawn, strict=True) if math.isnan(value)] == [5000.0]
    assert sum(4992 <= time < 5056 for time in times) == RUN


def test_a_run_that_took_long_comes_whole() -> None:
    """Where points lie far apart, each of them is to be seen: two of 64 would draw another line."""
    times = array("d", [float(n if n < 8000 else n + 3600 * (n - 8000)) for n in range(LEAST_POINTS)])
    ring = Ring(LEAST_POINTS)
    ring.resize(LEAST_POINTS)
    ring.extend(times, columns(range(LEAST_POINTS))[1])
    outline = ring.outline(0, LEAST_POINTS, 100.0)
    assert set(times[8064:]) <= set(outline[0])
    assert len(outline[0]) < LEAST_POINTS - 8000 + 8000 // 16


def test_what_was_numbered_anew_has_its_own_peaks() -> None:
    """After a window was filled from a peer the old places would point at other values."""
    ring = long_ring(LEAST_POINTS)
    ring.restart()
    ring.extend(*columns(range(LEAST_POINTS), [float(n == 77) for n in range(LEAST_POINTS)]))
    _, values = ring.outline(ring.first, ring.next, ANY_TIME)
    assert max(values) == 1.0
    assert lacking(ring, ring.outline(ring.first, ring.next, ANY_TIME), ring.first, ring.next) == []


def test_a_ring_that_lost_its_oldest_has_the_peaks_of_the_rest() -> None:
    """Memory was given back, or points grew too old: what is left is outlined as before."""
    ring = long_ring(LEAST_POINTS)
    ring.drop_before(1000)
    ring.resize(9000)
    assert lacking(ring, ring.outline(ring.first, ring.next, ANY_TIME), ring.first, ring.next) == []
    ring.extend(*columns(range(LEAST_POINTS, LEAST_POINTS + 20_000)))
    assert lacking(ring, ring.outline(ring.first, ring.next, ANY_TIME), ring.first, ring.next) == []


def test_a_short_ring_returns_all() -> None:
    """A look at every one of its points costs next to nothing, so it remembers no peaks."""
    ring = Ring(100)
    for n in range(150):
        ring.append(float(n), 0.0)
    assert ring.outline(0, 200, ANY_TIME) == ring.read(0, 200)


def test_a_picture_of_a_long_series_keeps_every_spike() -> None:
    """One sample among 100,000, upwards and downwards, in as few points as were asked for."""
    series = Series(1, "a", 100_000)
    series.ring.resize(100_000)
    numbers = range(100_000)
    times, values = columns(numbers, [math.sin(n / 500) for n in numbers])
    values[31_415], values[77_777] = 1e6, -1e6
    series.noted_all(times)
    series.ring.extend(times, values)
    raw, *drawn = series.picture(None, None, 1500)
    shown = dict(zip(*drawn, strict=True))
    assert (raw, shown[31_415.0], shown[77_777.0]) == (100_000, 1e6, -1e6)
    assert len(shown) == len(drawn[0]) <= 1500
