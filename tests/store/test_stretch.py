"""Points read piece by piece while the ring goes on."""

from array import array

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.store.series import Series
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.stretch import OvertakenError


def filled(count: int, limit: int = 10) -> tuple[Store, Series]:
    """Return a store of at most `limit` points, and a series with `count` points a second apart."""
    store = Store(Limits(max_points=limit), Counters())
    series = store.open("a")
    for n in range(count):
        store.append(series, float(n), n / 2)
    return store, series


def test_pieces_are_the_points_in_order() -> None:
    """All points, at most so many at a time, and none of those that come later."""
    store, series = filled(10, limit=100)
    stretch = series.stretch(2.0, None)
    store.append(series, 10.0, 5.0)
    pieces = [(list(times), list(values)) for times, values in stretch.pieces(3)]
    assert pieces == [([2, 3, 4], [1, 1.5, 2]), ([5, 6, 7], [2.5, 3, 3.5]), ([8, 9], [4, 4.5])]
    assert (len(stretch), stretch.nbytes) == (8, 0)


def test_an_unordered_series_is_copied_in_order() -> None:
    """Points that have to be sorted cannot stay where they are."""
    store, series = filled(3)
    store.append(series, 0.5, 9.0)
    stretch = series.stretch(None, None)
    assert ([list(times) for times, _ in stretch.pieces(10)], stretch.nbytes) == ([[0, 0.5, 1, 2]], 64)


def test_points_overwritten_before_they_were_read_are_told() -> None:
    """A hole in the middle would be a wrong answer in silence."""
    store, series = filled(10)
    pieces = series.stretch(None, None).pieces(4)
    next(pieces)
    for n in range(10, 16):
        store.append(series, float(n), 0.0)
    with pytest.raises(OvertakenError):
        list(pieces)


def test_a_deleted_series_is_told() -> None:
    """So is what was deleted, or moved to make room for older points."""
    store, series = filled(10)
    pieces = series.stretch(None, None).pieces(4)
    next(pieces)
    store.delete("a")
    with pytest.raises(OvertakenError):
        list(pieces)
    _, other = filled(3)
    pieces = other.stretch(None, None).pieces(2)
    next(pieces)
    store.splice(other, 0, 0, array("d", [-1.0]), array("d", [0.0]))
    with pytest.raises(OvertakenError):
        list(pieces)
