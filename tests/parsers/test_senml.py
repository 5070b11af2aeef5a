"""SenML: the examples of RFC 8428 section 5 and 6, and what goes wrong."""

import cbor2
import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample
from tests.support.payloads import SEEDS

NOW = 1_700_000_000.0
DEVICE = "urn:dev:ow:10e2073a01080063"
SENSOR = "urn:dev:ow:10e2073a0108006:"

Row = tuple[str | None, float | str, str | None, float | None]


def rows(payload: str | bytes) -> list[Row]:
    """Return name, value, unit and time of each sample."""
    parsed = parse(payload.encode() if isinstance(payload, str) else payload, Rules(), NOW)
    assert list(parsed.rejected) == []
    return [(s.field, s.value, s.unit, s.time) for s in parsed.samples if isinstance(s, Sample)]


def test_a_single_data_point() -> None:
    """Section 5.1.1."""
    assert rows('[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]') == [(DEVICE, 23.1, "Cel", None)]


def test_multiple_data_points_with_times_before_a_base_time() -> None:
    """Section 5.1.2: a base name, a base time and a base unit for all, times relative to the base time."""
    seen = rows(
        '[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},'
        '{"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},{"n":"current","t":-3,"v":1.4},'
        '{"n":"current","t":-2,"v":1.5},{"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]'
    )
    base = 1276020076.001
    assert seen == [
        (SENSOR + "voltage", 120.1, "V", base),
        *((SENSOR + "current", value, "A", base - ago) for value, ago in zip((1.2, 1.3, 1.4, 1.5, 1.6, 1.7), (5, 4, 3, 2, 1, 0), strict=True)),
    ]  # fmt: skip


def test_one_name_with_several_units_is_several_series() -> None:
    """Section 5.1.3: humidity, position and battery of one device, told apart by their units alone."""
    seen = rows(
        '[{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},{"u":"lon","v":24.30621},'
        '{"u":"lat","v":60.07965},{"t":60,"v":20.3},{"u":"lon","t":60,"v":24.30622},{"u":"%EL","t":150,"v":98}]'
    )
    start = 1320067464.0
    assert seen == [
        (DEVICE, 20.0, "%RH", start),
        (f"{DEVICE}/lon", 24.30621, "lon", start),
        (f"{DEVICE}/lat", 60.07965, "lat", start),
        (DEVICE, 20.3, "%RH", start + 60),
        (f"{DEVICE}/lon", 24.30622, "lon", start + 60),
        (f"{DEVICE}/%EL", 98.0, "%EL", start + 150),
    ]


def test_resolved_records_say_the_same() -> None:
    """Section 5.1.4: without base fields, every record complete."""
    seen = rows(
        '[{"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067464e+09,"v":20},'
        '{"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067464e+09,"v":24.30621}]'
    )
    assert seen == [(DEVICE, 20.0, "%RH", 1320067464.0), (f"{DEVICE}/lon", 24.30621, "lon", 1320067464.0)]


def test_multiple_data_types() -> None:
    """Section 5.1.5: numbers, texts and booleans; binary data is noted and left out."""
    payload = (
        '[{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},{"n":"label","vs":"Machine Room"},'
        '{"n":"open","vb":false},{"n":"nfv-reader","vd":"aGkgCg"}]'
    )
    assert rows(payload) == [
        (f"{DEVICE}:temp", 23.1, "Cel", None),
        (f"{DEVICE}:label", "Machine Room", None, None),
        (f"{DEVICE}:open", False, None, None),
    ]
    assert parse(payload.encode(), Rules(), NOW).notes == (f"{DEVICE}:nfv-reader: binary data in 'vd' is not plotted",)


def test_a_collection_of_resources() -> None:
    """Section 5.1.6: the base name is a path."""
    seen = rows(
        '[{"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":27.2},{"n":"humidity","u":"%RH","v":80}]'
    )
    assert seen == [
        ("2001:db8::2/temperature", 27.2, "Cel", 1320078429.0),
        ("2001:db8::2/humidity", 80.0, "%RH", 1320078429.0),
    ]


def test_the_cbor_example_says_what_its_json_says() -> None:
    """Section 6, figure 1: 195 bytes in hexadecimal."""
    example = SEEDS[1]
    assert len(example) == 0xC3
    base = 1276020076.001
    assert rows(example) == [
        (SENSOR + "voltage", 120.1, "V", base),
        *((SENSOR + "current", value, "A", base - ago) for value, ago in zip((1.2, 1.3, 1.4, 1.5, 1.6, 1.7), (5, 4, 3, 2, 1, 0), strict=True)),
    ]  # fmt: skip


def test_times_below_two_to_the_28_count_from_now() -> None:
    """Section 4.5.3: negative and small times are relative, and none at all is now."""
    assert [row[3] for row in rows('[{"n":"a","v":1,"t":-30},{"n":"a","v":2,"t":5},{"n":"a","v":3}]')] == [
        NOW - 30,
        NOW + 5,
        None,
    ]


def test_base_values_and_sums() -> None:
    """Base value and base sum are added; a sum is a series of its own."""
    assert rows('[{"bn":"a","bv":10,"bs":100},{"v":1},{"v":2,"s":5},{"n":"b","s":7}]') == [
        ("a", 11.0, None, None),
        ("a", 12.0, None, None),
        ("a/sum", 105.0, None, None),
        ("ab/sum", 107.0, None, None),
    ]


@pytest.mark.parametrize("value", [0, 5, -7, 2**40, 1.5, -0.25, 1e300])
def test_numbers_of_an_independent_encoder(value: float) -> None:
    """Whatever width cbor2 chooses for a number, its value comes out."""
    assert rows(cbor2.dumps([{0: "a", 2: value}])) == [("a", float(value), None, None)]


@pytest.mark.parametrize(("value", "code"), [(float("inf"), "out_of_range"), (2**70, "not_a_number")])
def test_numbers_that_fit_nothing_are_refused(value: float, code: str) -> None:
    """An infinity is no measurement, and numbers beyond 64 bits travel as bytes."""
    parsed = parse(cbor2.dumps([{0: "a", 2: value}]), Rules(), NOW)
    assert [item.code for item in parsed.rejected] == [code]


def test_cbor_in_all_its_spellings() -> None:
    """Indefinite lengths, half floats, decimal fractions and tags of other kinds are read."""
    indefinite = bytes.fromhex("9fbf006161 02fb3ff8000000000000ffff".replace(" ", ""))
    assert rows(indefinite) == [("a", 1.5, None, None)]
    assert rows(bytes.fromhex("81a2006161 02f93e00".replace(" ", ""))) == [("a", 1.5, None, None)]
    assert rows(bytes.fromhex("81a2006161 02c4822119 0096".replace(" ", ""))) == [("a", 1.5, None, None)]
    assert rows(bytes.fromhex("81a2007f61616162ff0205")) == [("ab", 5.0, None, None)]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ('{"n":"a","v":1,"vs":"x"}', "not_a_sample"),
        ('{"n":"a","v":"1"}', "not_a_number"),
        ('{"n":"a","vb":1}', "no_value"),
        ('{"n":"a","v":1,"must_":2}', "not_a_sample"),
        ('{"n":"a","v":1,"bver":11}', "not_a_sample"),
        ('{"v":1}', "bad_tag"),
        ('{"n":"\\u0000","v":1}', "bad_tag"),
        ('{"n":"a","v":1,"t":"now"}', "not_a_number"),
        ("7", "not_a_sample"),
    ],
)
def test_a_bad_record_costs_itself_only(record: str, code: str) -> None:
    """Good records of the pack are kept, the bad one is named by its place."""
    parsed = parse(f'[{{"n":"x","v":1}},{record}]'.encode(), Rules(), NOW)
    assert [(s.field, s.value) for s in parsed.samples if isinstance(s, Sample)] == [("x", 1.0)]
    assert [(item.position, item.code) for item in parsed.rejected] == [(1, code)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("80", "not_a_sample"),
        ("81", "not_cbor"),
        ("8101", "not_a_sample"),
        ("81a200", "not_cbor"),
        ("81a1ff", "not_cbor"),
        ("9bffffffffffffffff", "not_cbor"),
        ("81a10061610000", "not_cbor"),
        ("81a1f93e0001", "not_cbor"),
        ("811c", "not_cbor"),
        ("81" * 40, "too_deep"),
        ("9f" + "00" * 6000 + "ff", "batch_too_large"),
    ],
)
def test_bad_cbor_is_refused(data: str, code: str) -> None:
    """Cut-off, nested, endless and foreign items get one clear refusal."""
    with pytest.raises(PayloadError) as caught:
        parse(bytes.fromhex(data), Rules(), NOW)
    assert caught.value.code == code
