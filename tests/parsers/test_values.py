"""What one value means, whatever format it came in."""

import math

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.values import is_number, text_to_value, to_unit, to_value
from mqtt_plot.samples import TwoState


@pytest.mark.parametrize(
    ("text", "expected"),
    [("21.5", 21.5), ("-3", -3.0), ("+.5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("1E-3", 0.001), (" 7 ", 7.0), ("007", 7.0)],
)  # fmt: skip
def test_a_number_in_text_is_that_number(text: str, expected: float) -> None:
    """Every usual way to write a decimal number is read."""
    assert text_to_value(text) == expected


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "null", "None"])
def test_words_for_no_number_are_a_gap(text: str) -> None:
    """NaN and the infinities are a gap in the line, as DESIGN.md decides."""
    value = text_to_value(text)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("ON", True), ("Open", True), ("running", True), ("off", False), ("CLOSED", False), ("no", False)],
)
def test_two_state_words_are_true_or_false(text: str, expected: bool) -> None:  # noqa: FBT001 - it is the value tested
    """Words of two-state devices are booleans, in any case."""
    value = text_to_value(text)
    assert type(value) in (bool, TwoState)
    assert value == expected


def test_two_state_words_keep_their_text() -> None:
    """With the word of the other side, written alike."""
    found = [text_to_value(text) for text in ("ON", "Open", "stopped", "oFF")]
    assert [(value.word, value.names) for value in found if isinstance(value, TwoState)] == [
        ("ON", ("OFF", "ON")),
        ("Open", ("Closed", "Open")),
        ("stopped", ("stopped", "running")),
        ("off", ("off", "on")),
    ]


@pytest.mark.parametrize("text", ["RUN", "Fehler: Überdruck", "⚠", "a" * 64])
def test_another_word_is_a_state(text: str) -> None:
    """A short word that is no number is the state it names."""
    assert text_to_value(text) == text


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "empty", "expected a value, got an empty text"),
        ("12,5", "not_a_number", "got '12,5'; decimal comma?"),
        ("1.234,5", "not_a_number", "got '1.234,5'; send it without separators of thousands, such as 1234.5"),
        ("2023-11-14 22:13:20 21.5", "not_a_number", "got '2023-11-14 22:13:20 21.5'; a time goes beside the value"),
        ("1_000", "not_a_number", "got '1_000'"),
        ("12 °C", "not_a_number", "got '12 °C'"),
        ("1e", "not_a_number", "got '1e'"),
        ("--1", "not_a_number", "got '--1'"),
        ("١٢", "not_a_number", "got '١٢'"),
        ("1e400", "out_of_range", "got '1e400'"),
        ("9" * 5000, "out_of_range", "expected a number that fits 64-bit floating point, got '9999"),
        ("a" * 65, "not_a_word", "at most 64 characters, got 65"),
        ("a\x00b", "bad_text", r"without control characters, got 'a\x00b'"),
        ("a\nb", "bad_text", r"got 'a\nb'"),
        ("a\ud800", "bad_text", r"in valid Unicode, got 'a\ud800'"),
    ],
)
def test_text_that_is_neither_number_nor_word_is_refused(text: str, code: str, words: str) -> None:
    """The refusal says what was expected and what came, in one line."""
    with pytest.raises(PayloadError) as caught:
        text_to_value(text)
    assert caught.value.code == code
    assert words in str(caught.value)
    assert len(str(caught.value)) <= 250


def test_a_long_row_of_digits_costs_linear_time() -> None:
    """A quarter megabyte of digits with a wrong last character is refused at once; it once held the loop for minutes."""
    assert is_number("1" * 250_000 + "x") is False


@pytest.mark.parametrize("value", [0.0, -1.5, 1e308, True, False, "RUN"])
def test_a_decoded_scalar_is_its_value(value: float | str) -> None:
    """JSON numbers, booleans and words pass as they are."""
    assert to_value(value) is value


@pytest.mark.parametrize("value", [None, math.nan])
def test_null_is_a_gap(value: float | None) -> None:
    """A device that has no value now says null."""
    decoded = to_value(value)
    assert isinstance(decoded, float)
    assert math.isnan(decoded)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "no_value"),
        ([], "no_value"),
        (math.inf, "out_of_range"),
        (10**400, "out_of_range"),
        (-(10**4000), "out_of_range"),
    ],
)
def test_a_decoded_value_that_is_no_number_is_refused(value: object, code: str) -> None:
    """Objects, arrays and numbers beyond float64 are refused."""
    with pytest.raises(PayloadError) as caught:
        to_value(value)
    assert caught.value.code == code
    assert len(str(caught.value)) <= 250


def test_a_whole_number_keeps_its_value() -> None:
    """Whole numbers become floats."""
    assert to_value(2**53) == 9007199254740992.0


@pytest.mark.parametrize(("unit", "expected"), [(None, None), ("", None), ("℃", "℃"), ("<b>m/s</b>", "<b>m/s</b>")])
def test_a_unit_is_any_short_text(unit: str | None, expected: str | None) -> None:
    """Units are text, markup in them is text as well; none and empty say nothing."""
    assert to_unit(unit) == expected


@pytest.mark.parametrize(
    ("unit", "code"),
    [(5, "bad_unit"), ("x" * 33, "bad_unit"), (["°C"], "bad_unit"), ("\x1b[2J", "bad_text"), ("\ud800", "bad_text")],
)
def test_a_unit_that_cannot_be_shown_is_refused(unit: object, code: str) -> None:
    """A unit is a text of at most 32 characters without control characters."""
    with pytest.raises(PayloadError) as caught:
        to_unit(unit)
    assert caught.value.code == code
