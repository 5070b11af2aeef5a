"""Points read piece by piece while the ring goes on."""

from array import array

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.stretch import OvertakenError, Points

LIMIT = 100


def filled(count: int) -> tuple[Store, Series]:
    """Return a store and a series with `count` points a second apart."""
    store = Store(Limits(max_points=LIMIT), Counters())
    series = store.open("a")
    append(store, series, count)
    return store, series


def append(store: Store, series: Series, count: int) -> None:
    for n in range(series.ring.next, series.ring.next + count):
        store.append(series, float(n), n / 2)


def read(points: Points) -> list[float]:
    return [time for times, _ in points.pieces() for time in times]


def test_pieces_are_the_points_in_order() -> None:
    """All points that were there when it was made, some at a time, and no more of them in memory."""
    store, series = filled(LIMIT)
    stretch = series.stretch(20.0, None)
    assert [len(times) for times, _ in stretch.pieces()] == [64, 16]
    append(store, series, 10)
    assert (read(stretch), len(stretch), stretch.nbytes) == (list(range(20, LIMIT)), 80, 64 * 16)


def test_an_unordered_series_is_copied_in_order() -> None:
    """Points that have to be sorted cannot stay where they are."""
    store, series = filled(3)
    store.append(series, 0.5, 9.0)
    stretch = series.stretch(None, None)
    assert (read(stretch), stretch.nbytes) == ([0, 0.5, 1, 2], 64)


def test_who_begins_late_begins_with_what_is_held_then() -> None:
    """The oldest points may go before anybody has read one: that is as if it had been asked for later."""
    store, series = filled(LIMIT)
    stretch = series.stretch(None, None)
    append(store, series, 10)
    assert (stretch.is_late, read(stretch), stretch.is_late) == (True, list(range(10, LIMIT)), False)


def test_points_overwritten_before_they_were_read_are_told() -> None:
    """A hole in the middle would be a wrong answer in silence."""
    store, series = filled(LIMIT)
    pieces = series.stretch(None, None).pieces()
    next(pieces)
    append(store, series, 65)
    with pytest.raises(OvertakenError):
        list(pieces)


def test_a_deleted_series_is_told() -> None:
    """So is what was deleted, or moved to make room for older points, whether reading has begun or not."""
    store, series = filled(LIMIT)
    stretch = series.stretch(None, None)
    pieces = stretch.pieces()
    next(pieces)
    store.delete("a")
    for reading in (pieces, stretch.pieces()):
        with pytest.raises(OvertakenError):
            list(reading)
    store, series = filled(3)
    stretch = series.stretch(None, None)
    store.splice(series, 0, 0, array("d", [-1.0]), array("d", [0.0]))
    with pytest.raises(OvertakenError):
        read(stretch)
