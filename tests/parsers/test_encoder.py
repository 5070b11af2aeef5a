"""Samples as payloads: what the decoder reads from them is what went in."""

import math
from array import array

import pytest

from mqtt_plot.parsers.encoder import MAX_POINTS, encode_point, encode_samples
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Columns, Sample, TwoState

NOW = 1_700_000_000.25


@pytest.mark.parametrize(
    ("value", "time", "unit", "expected"),
    [
        (21.5, None, None, "21.5"),
        (True, None, None, "true"),
        ("FAULT", None, None, "FAULT"),
        (TwoState(value=True, names=("OFF", "ON")), None, None, "ON"),
        (math.nan, None, None, "null"),
        (21.5, NOW, None, '{"value":21.5,"ts":1700000000.25}'),
        (math.nan, NOW, "°C", '{"value":null,"ts":1700000000.25,"unit":"°C"}'),
        ("RUN", None, "", '{"value":"RUN","unit":""}'),
    ],
)
def test_one_sample_is_bare_or_an_object(
    value: float | str, time: float | None, unit: str | None, expected: str
) -> None:
    """Bare where the arrival is its time and nothing says its unit."""
    assert encode_point(value, time, unit).decode() == expected


def test_what_is_encoded_reads_back_in_its_order() -> None:
    """Single samples share a message, a column has its own; without a time they get that of now."""
    samples: list[Sample | Columns] = [
        Sample(0.1, NOW - 1),
        Sample("RUN"),
        Columns(array("d", [1.0, 0.0]), are_booleans=True),
        Sample(2.0),
    ]
    read = [parse(payload, Rules()).samples for payload in encode_samples(samples, NOW)]
    assert read == [
        [Sample(0.1, NOW - 1), Sample("RUN", NOW)],
        [Columns(array("d", [1.0, 0.0]), array("d", [NOW, NOW]), are_booleans=True)],
        [Sample(2.0, NOW)],
    ]


def test_a_payload_holds_so_many_points_at_most() -> None:
    """One more goes into the next."""
    rules = Rules(max_payload=2**20)
    samples = [Sample(float(i)) for i in range(MAX_POINTS + 1)]
    sizes = [len(parse(payload, rules).samples) for payload in encode_samples(samples, NOW)]
    assert sizes == [MAX_POINTS, 1]
