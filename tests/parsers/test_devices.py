"""Payloads of real devices give the right tags, values, units and times."""

import math

import pytest

from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample, TwoState
from tests.support.payloads import RECORDED, Expected, T


def seen(sample: object) -> Expected:
    """Return field, value, unit and time of a sample; a gap as None would compare equal to nothing."""
    assert isinstance(sample, Sample)
    return sample.field, sample.value, sample.unit, sample.time


@pytest.mark.parametrize("name", RECORDED)
def test_a_device_is_understood(name: str) -> None:
    """Every value of a recorded payload comes out with its field, unit and time, and nothing else does."""
    payload, expected = RECORDED[name]
    parsed = parse(payload, Rules(), T + 5)
    assert list(map(repr, map(seen, parsed.samples))) == list(map(repr, expected))
    assert list(parsed.rejected) == []


def test_two_state_words_are_booleans_and_other_words_states() -> None:
    """A relay's ON is true, not the number 1 and not a word; a mode is a word."""
    parsed = parse(b'{"relay": "ON", "mode": "heat"}', Rules())
    assert [(s.field, s.value) for s in parsed.samples if isinstance(s, Sample)] == [("relay", True), ("mode", "heat")]
    assert isinstance(parsed.samples[0], Sample)
    assert isinstance(parsed.samples[0].value, TwoState)
    assert parsed.samples[0].value.word == "ON"


def test_a_device_whose_clock_was_never_set_is_plotted_by_arrival() -> None:
    """A stamp of 1970 costs no value: the time of arrival counts, and the verdict says so."""
    parsed = parse(b'{"Time": "1970-01-01T00:00:12", "temp": 21.5}', Rules())
    assert list(parsed.samples) == [Sample(21.5, None, None, None, "temp")]
    assert any("is the device's clock set?" in note for note in parsed.notes)


def test_t_may_be_a_temperature() -> None:
    """`t` and `time` are stamps only if they are times of this world."""
    parsed = parse(b'{"t": 21.5, "h": 40}', Rules())
    assert [(s.field, s.value) for s in parsed.samples if isinstance(s, Sample)] == [("t", 21.5), ("h", 40.0)]
    stamped = parse(b'{"t": 1700000000123, "h": 40}', Rules())
    assert list(stamped.samples) == [Sample(40.0, T + 0.123, None, None, "h")]


def test_a_null_inside_an_object_is_a_gap() -> None:
    """A sensor that failed ends its line, it does not vanish."""
    (sample,) = parse(b'{"temp": null}', Rules()).samples
    assert isinstance(sample, Sample)
    assert sample.field == "temp"
    assert isinstance(sample.value, float)
    assert math.isnan(sample.value)
