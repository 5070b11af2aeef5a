"""A table of several series that no name of a column tells: what its numbers show."""

import pytest

from mqtt_plot.recordings.csv_layout import find_layout
from mqtt_plot.recordings.csv_mixed import are_mixed

ROWS = 40


def head_of(words: tuple[str, ...], values: tuple[float, ...], *, run: int = 1) -> bytes:
    """Return a table whose words come in turns, each for `run` rows, beside its value and a little more."""
    rows = [
        f"2024-01-02 03:{row // 60:02}:{row % 60:02};{words[place]};{values[place] + row % 7}"
        for row in range(ROWS)
        for place in [row // run % len(words)]
    ]
    return "\n".join(["when;what;how much", *rows, ""]).encode()


def test_numbers_that_jump_with_a_word_are_a_series_of_each() -> None:
    """Under names that say nothing; the reason tells how that is known."""
    layout = find_layout(head_of(("temp", "hum", "pressure"), (20, 100, 1000)))
    assert layout.is_long
    assert layout.columns[1].reason == "the tag of each row, as its values lie apart"


@pytest.mark.parametrize(
    ("words", "values", "run"),
    [
        (("idle", "busy", "fault"), (0, 100, 1000), 10),  # a state that stays
        (("on", "off"), (0, 100), 1),  # a switch
        (("red", "green", "blue"), (20, 20, 20), 1),  # values that do not part
    ],
)
def test_a_word_beside_a_number_is_mostly_its_state(
    words: tuple[str, ...], values: tuple[float, ...], run: int
) -> None:
    """One that stays for a while, a switch, or one with which the number does not jump."""
    assert not find_layout(head_of(words, values, run=run)).is_long


def test_a_number_that_says_what_its_word_says_is_no_second_series() -> None:
    """The code of a state beside it."""
    assert not are_mixed(["low", "mid", "high"] * 5, ["1", "2", "3"] * 5)
