"""SenML beyond the examples of RFC 8428 (those are recorded payloads): times, sums, CBOR, and what goes wrong."""

import cbor2
import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample
from tests.support.payloads import ONE, RECORDED

NOW = 1_700_000_000.0

Row = tuple[str | None, float | str, str | None, float | None]


def rows(payload: str | bytes) -> list[Row]:
    """Return name, value, unit and time of each sample."""
    parsed = parse(payload.encode() if isinstance(payload, str) else payload, Rules(), NOW)
    assert list(parsed.rejected) == []
    return [(s.field, s.value, s.unit, s.time) for s in parsed.samples if isinstance(s, Sample)]


def test_binary_data_is_noted() -> None:
    """Section 5.1.5 has some; the other examples of the RFC are in tests/support/payloads.py."""
    payload = RECORDED["SenML, RFC 8428 5.1.5"].payload
    assert parse(payload, Rules(), NOW).notes == (f"{ONE}:nfv-reader: binary data in 'vd' is not plotted",)


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
        ('{"n":"a","t":5}', "no_value"),
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


@pytest.mark.parametrize("fields", ['"bv":1e308,"v":1e308', '"bs":1e308,"s":1e308'])
def test_a_sum_that_no_float_holds_is_refused(fields: str) -> None:
    """Base and value fit, their sum does not."""
    parsed = parse(f'[{{"n":"good","v":1}},{{"n":"a",{fields}}}]'.encode(), Rules(), NOW)
    assert [(item.position, item.code) for item in parsed.rejected] == [(1, "out_of_range")]


@pytest.mark.parametrize("time", ['"bt":1e95', '"t":-1e300', '"bt":1e308,"t":1e308', '"bt":null', '"t":1e12'])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    """Beyond what seconds can mean, and no number at all: a browser's table of clock offsets could not hold it."""
    parsed = parse(f'[{{"n":"good","v":1}},{{"n":"a","v":2,{time}}}]'.encode(), Rules(), NOW)
    assert [(item.position, item.code) for item in parsed.rejected] == [(1, "bad_time")]


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
