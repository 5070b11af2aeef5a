"""What the values of one tag are taken for: numbers, booleans, states."""

import math

import pytest

from mqtt_plot.parsers.values import two_state
from mqtt_plot.samples import MAX_STATES
from mqtt_plot.store.kinds import to_number
from mqtt_plot.store.series import Series

T = 1_700_000_000.0


def word(text: str) -> float:
    """Return what parsers make of a two-state word."""
    state = two_state(text)
    assert state is not None
    return state


def stored(series: Series, *values: float | str) -> list[float]:
    """Give values to the series as a store does; return the numbers for its ring."""
    numbers = []
    for value in values:
        number = to_number(series, value)
        series.ring.append(T, number)
        numbers.append(number)
    return numbers


def new() -> Series:
    return Series(1, "a", 100)


def test_numbers_are_numbers() -> None:
    """A number makes a number series, and zeros and ones alone do as well."""
    series = new()
    assert (stored(series, 0.0, 1.0, 2.5), series.kind) == ([0.0, 1.0, 2.5], "number")


def test_booleans_are_zero_and_one() -> None:
    """Booleans make a boolean series, drawn in steps; 0 and 1 among them change nothing."""
    series = new()
    numbers = stored(series, True, 0.0, 1.0, False)  # noqa: FBT003 - values
    assert (numbers, series.kind) == ([1.0, 0.0, 1.0, 0.0], "boolean")


def test_a_number_makes_a_boolean_series_a_number_series() -> None:
    """A value other than 0 and 1 shows that the series never was boolean."""
    series = new()
    assert (stored(series, True, 0.5), series.kind) == ([1.0, 0.5], "number")  # noqa: FBT003 - values


def test_words_are_states_by_index() -> None:
    """A state series stores the place of each word in its list of states."""
    series = new()
    assert stored(series, "RUN", "STOP", "RUN", "FAULT") == [0.0, 1.0, 0.0, 2.0]
    assert (series.kind, series.states) == ("state", ["RUN", "STOP", "FAULT"])


def test_a_third_word_makes_a_boolean_series_a_state_series() -> None:
    """What was false and true before stays so: its zeros and ones are the first two states."""
    series = new()
    assert stored(series, True, False, "FAULT", True) == [1.0, 0.0, 2.0, 1.0]  # noqa: FBT003 - values
    assert (series.kind, series.states) == ("state", ["false", "true", "FAULT"])


def test_two_words_keep_their_text() -> None:
    """ON and OFF are one and zero, and name them; one of the two suffices, its pair is known."""
    series = new()
    assert (stored(series, word("OFF"), word("ON"), True, 0.0), series.kind) == ([0.0, 1.0, 1.0, 0.0], "boolean")  # noqa: FBT003 - values
    assert series.states == ["OFF", "ON"]
    stored(series, 5.0)
    assert (series.kind, series.states) == ("number", [])


def test_a_series_that_widens_keeps_the_words_of_what_came_before() -> None:
    """STOPPED stays STOPPED, it does not become false."""
    series = new()
    assert stored(series, word("STOPPED"), word("RUNNING"), "FAULT", word("STOPPED")) == [0.0, 1.0, 2.0, 0.0]
    assert (series.kind, series.states) == ("state", ["STOPPED", "RUNNING", "FAULT"])


def test_a_word_of_another_pair_is_a_third_state() -> None:
    """A gate that is open, closed or stopped has three states, not two."""
    series = new()
    assert stored(series, word("open"), word("closed"), word("stopped"), word("open")) == [1.0, 0.0, 2.0, 1.0]
    assert (series.kind, series.states) == ("state", ["closed", "open", "stopped"])


def test_declared_states_are_found_by_their_words() -> None:
    """Also where the device counts them the other way round, or has more than two."""
    series = new()
    series.declare_states(["open", "closed"])
    assert (stored(series, word("open"), word("closed")), series.kind) == ([0.0, 1.0], "boolean")
    gate = new()
    gate.declare_states(["closed", "open", "stopped"])
    assert (stored(gate, word("stopped"), word("open")), gate.kind) == ([2.0, 1.0], "state")


def test_other_values_among_states_are_states_too() -> None:
    """A number or boolean in a state series is one more state, never an index of another word."""
    series = new()
    assert stored(series, "RUN", "STOP", True, 7.0) == [0.0, 1.0, 2.0, 3.0]  # noqa: FBT003 - values
    assert series.states == ["RUN", "STOP", "true", "7"]


def test_a_stray_word_among_numbers_is_a_gap() -> None:
    """A sensor that says ERROR now and then stays a number series with gaps."""
    series = new()
    first, second, third = stored(series, 21.5, "ERROR", 22.0)
    assert (first, math.isnan(second), third) == (21.5, True, 22.0)
    assert (series.kind, series.states) == ("number", [])


def test_a_word_makes_a_number_series_without_points_a_state_series() -> None:
    """A number that was only the last known value does not decide the kind."""
    series = new()
    to_number(series, 3.0)
    assert (stored(series, "RUN"), series.kind) == ([0.0], "state")


@pytest.mark.parametrize("before", [(), (True,), (1.5,), ("RUN",)])
def test_a_gap_is_a_gap_in_every_kind(before: tuple[float | str, ...]) -> None:
    """NaN says nothing of the kind, and is no state."""
    series = new()
    stored(series, *before)
    kind, states = series.kind, list(series.states)
    assert math.isnan(stored(series, math.nan)[0])
    assert (series.kind, series.states) == (kind, states)


def test_states_are_bounded() -> None:
    """A device that says a new word each time fills 63 states; all further words are the 64th, "other"."""
    series = new()
    numbers = stored(series, *(f"word {i}" for i in range(200)))
    assert len(series.states) == MAX_STATES
    assert series.states[-2:] == ["word 62", "other"]
    assert numbers[62:65] == [62.0, 63.0, 63.0]
    assert stored(series, "word 5", "word 150") == [5.0, 63.0]


def test_declared_states_name_numbers() -> None:
    """An enumeration of a PLC comes as numbers; the device's list of words names them, also those held already."""
    series = new()
    assert to_number(series, 1.0) == 1.0
    series.declare_states(["STOP", "RUN"])
    assert (series.kind, [to_number(series, value) for value in (0.0, 1.0, "RUN", 7.0)]) == (
        "state",
        [0.0, 1.0, 1.0, 2.0],
    )
    assert series.states == ["STOP", "RUN", "7"]


def test_declared_states_name_both_sides_of_a_boolean() -> None:
    """The series stays a boolean, drawn as steps between 0 and 1."""
    series = new()
    series.declare_states(["closed", "open"])
    assert [to_number(series, value) for value in (True, False, 1.0)] == [1.0, 0.0, 1.0]
    assert (series.kind, series.states) == ("boolean", ["closed", "open"])
