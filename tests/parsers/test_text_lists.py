"""Several values in one text, without JSON: read where all parts have one form, which can be meant in one way only."""

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample


def read(text: str, rules: Rules | None = None) -> tuple[list[Sample], tuple[str, ...]]:
    """Return the samples of a payload, and the notes."""
    found = parse(text.encode(), rules or Rules())
    return [sample for sample in found.samples if isinstance(sample, Sample)], found.notes


PAIRS = [
    ("temp=21.5;hum=40", {"temp": 21.5, "hum": 40.0}),
    ("temp=21,5;hum=40,25", {"temp": 21.5, "hum": 40.25}),
    ("temp=21.5&hum=40", {"temp": 21.5, "hum": 40.0}),
    ("temp=21.5,hum=40,", {"temp": 21.5, "hum": 40.0}),
    ("temp: 21.5 °C, hum: 40 %", {"temp": 21.5, "hum": 40.0}),
    ("T:21.5 H:40", {"T": 21.5, "H": 40.0}),
    ("Temperature: 21.5°C Humidity: 40 %", {"Temperature": 21.5, "Humidity": 40.0}),
    ("Level 1: 21.5 m Level 2: 3 m", {"Level 1": 21.5, "Level 2": 3.0}),
    ("2023-11-06T12:12:44Z|xpos|1.5|feed|2", {"xpos": 1.5, "feed": 2.0}),
    ("temp=21.5\nhum=40\n", {"temp": 21.5, "hum": 40.0}),
    ("batt1 6.898 | batt2 4.218", {"batt1": 6.898, "batt2": 4.218}),
    ("temp=21.5", {"temp": 21.5}),
    ("mode=RUN;speed=1450", {"mode": "RUN", "speed": 1450.0}),
]
LISTS = [
    ("21.5;40;1013.2", [21.5, 40.0, 1013.2]),
    ("21,5;40,25", [21.5, 40.25]),
    ("14,38,34", [14.0, 38.0, 34.0]),
    ("21.5 40.0", [21.5, 40.0]),
    ("1\t2\t3", [1.0, 2.0, 3.0]),
    ("21.5;-;40;", [21.5, 40.0]),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_names_and_values(text: str, expected: dict[str, object]) -> None:
    """Each name is a field of the message's tag, whatever stands between."""
    samples, notes = read(text)
    assert {sample.field: sample.value for sample in samples} == expected
    assert notes


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_values_alone_are_numbered(text: str, expected: list[float]) -> None:
    """As those of a JSON array are; what is no value is a gap."""
    samples, notes = read(text)
    assert [sample.value for sample in samples if sample.value == sample.value] == expected
    assert notes


@pytest.mark.parametrize("text", ["2023-11-14 22:13:20;21.5;40", "1700000000,21.5,40", "1700000000000;21.5;40"])
def test_a_time_before_the_values_is_theirs(text: str) -> None:
    """It is no value itself."""
    samples, _ = read(text)
    assert [(sample.time, sample.value) for sample in samples] == [
        (1_700_000_000.0, 21.5),
        (1_700_000_000.0, 40.0),
    ]


@pytest.mark.parametrize(
    "text",
    ["1,234,567", "1.234,5", "-21.500,1", "a=1;a=2", "192.168.1.10", "12:30:00", "1 234 567", "temp=21,5,hum=40"],
)
def test_what_may_be_meant_otherwise_is_refused(text: str) -> None:
    """Thousands, names that come twice, addresses: no value of them would be certain."""
    with pytest.raises(PayloadError):
        read(text)


@pytest.mark.parametrize("text", ["Valve 1, Pump 2", "Fault:7", "Pump on, valve off", "RUN", "error: no water"])
def test_what_people_write_stays_a_state(text: str) -> None:
    """A text with words and numbers is no list of measurements for sure."""
    ((sample,), _) = read(text)
    assert sample.value == text


def test_strict_rules_take_json_alone() -> None:
    """As with all that only controllers and scripts write."""
    with pytest.raises(PayloadError, match="--strict refuses it"):
        read("temp=21.5;hum=40", Rules(is_strict=True))
