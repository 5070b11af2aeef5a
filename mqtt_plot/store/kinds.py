"""What a ring stores for a value, and how the kind and the states of its series come about. Knows nothing of points and memory."""

import math
from collections.abc import Sequence

from mqtt_plot.samples import MAX_STATES, TwoState
from mqtt_plot.store.series import BOOLEAN_STATES, Series

_STATES_OTHER = "other"
# Words for a missing value: they do not decide the kind of a series.
_ABSENT = frozenset({"unavailable", "unknown", "offline"})
# So many different numbers among fewer words are no states: a controller's modes are words, or a handful of numbers.
_NUMBERS_NEEDED = 3


def to_number(series: Series, value: float | str) -> float:
    """Return what the ring stores for `value`, widening `kind` and `states` as needed."""
    if isinstance(value, str):
        return math.nan if series.kind == "boolean" and value.lower() in _ABSENT else _state_index(series, value)
    if math.isnan(value):  # a gap does not decide the kind
        return float(value)
    if series.kind == "number":
        if isinstance(value, bool):
            return _boolean_among_numbers(value, are_binary=_are_binary(series))
        return _word_among_numbers(series, value) if isinstance(value, TwoState) else float(value)
    if series.kind == "state" and not series.has_declared_states and _are_absent(series.states):
        _turn(series, "")
    return _two_state(series, value) if isinstance(value, TwoState) else _plain_number(series, value)


def _plain_number(series: Series, value: float) -> float:
    """Return a number, true or false, as a series takes it that is none of numbers yet."""
    if series.has_declared_states:
        return _declared_index(series, value)
    if series.kind == "state":
        return _number_among_words(series, value)
    if series.kind == "" and isinstance(value, bool):
        series.kind = "boolean"
    elif not isinstance(value, bool) and (
        series.kind == "" or value not in (0.0, 1.0) or _are_absent(series.states[:1])
    ):
        _turn(series, "number")
    return float(value)


def _are_absent(words: Sequence[str]) -> bool:
    return bool(words) and all(word.lower() in _ABSENT for word in words)


def _turn(series: Series, kind: str) -> None:
    """Become a series of `kind`: of the words held, those that are numbers are kept, all others are gaps."""
    if series.states:
        series.turned = [_number_in(word) for word in series.states]
    elif series.kind == "boolean":
        series.turned = [_boolean_among_numbers(value, are_binary=False) for value in (False, True)]
    series.kind = kind
    series.states = []


def _are_binary(series: Series) -> bool:
    """True as long as the numbers held may be zeros and ones."""
    return not len(series.ring) or series.ring.last()[1] in (0.0, 1.0)


def _word_among_numbers(series: Series, value: TwoState) -> float:
    """Return 0 or 1 where the numbers are zeros and ones; anywhere else ON or OFFLINE is no number, and a gap."""
    return float(value) if _are_binary(series) and value.word.lower() not in _ABSENT else math.nan


def _number_among_words(series: Series, value: float) -> float:
    """Return the index of a number that comes where words came; enough of them make numbers of the series."""
    if isinstance(value, bool):
        return _state_index(series, BOOLEAN_STATES[value])
    index = _state_index(series, f"{value:.15g}")
    numbers = sum(not math.isnan(_number_in(word)) for word in series.states)
    if numbers < _NUMBERS_NEEDED or 2 * numbers <= len(series.states):
        return index
    _turn(series, "number")
    return value


def _two_state(series: Series, value: TwoState) -> float:
    """Return 0 or 1 for a word, and learn its pair; a word of another pair (STOPPED, where OPEN and CLOSED were) is a third state."""
    word, states = value.word, series.states
    if series.kind == "state" or (word in states and len(states) > len(value.names)):
        return _state_index(series, word)
    if series.has_declared_states:
        return _declared_index(series, bool(states.index(word) if word in states else value))
    if not states:
        series.states = list(value.names)
    elif states[value].lower() != word.lower():
        return _state_index(series, word)
    series.kind = "boolean"
    return float(value)


def _declared_index(series: Series, value: float) -> float:
    """Return a value that the device's own list of states may name; one that it does not name is a state of its own."""
    if isinstance(value, bool) or (series.kind == "boolean" and value in (0.0, 1.0)):
        series.kind = series.kind or "boolean"
        return float(value)
    series.kind = "state"
    is_named = value in range(len(series.states))
    return float(value) if is_named else _state_index(series, f"{value:g}")


def _state_index(series: Series, word: str) -> float:
    if series.kind == "number" and len(series.ring):
        return math.nan  # a number's series stays a number's: a stray word ("n/a", "ERROR") is a gap
    if series.kind == "boolean" and not series.has_declared_states:
        series.states = series.states or list(BOOLEAN_STATES)  # so that the zeros and ones held keep their meaning
    series.kind = "state"
    states = series.states
    if word not in states:
        if len(states) >= MAX_STATES - 1:
            word = _STATES_OTHER
        if word not in states:
            states.append(word)
    return float(states.index(word))


def _boolean_among_numbers(value: bool, *, are_binary: bool) -> float:  # noqa: FBT001 - the value itself
    """Return what true and false are among numbers: 1 and 0 where these are zeros and ones, anywhere else 1 and a gap.

    Devices send false where a sensor is not there. Nobody sends true for that: it is the 1 that http-plot-server makes of it.
    """
    return float(value) if value or are_binary else math.nan


def _number_in(word: str) -> float:
    """Return the number that a state's word is, NaN for any other word."""
    try:
        return float(word) if word[-1:].isdecimal() else math.nan
    except ValueError:
        return math.nan
