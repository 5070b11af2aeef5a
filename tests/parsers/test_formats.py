"""Payloads as they come from the network: bytes to samples, or one clear refusal."""

import contextlib
import json
import math
import time
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import EARLIEST, LATEST, Columns, Parsed, Sample

RULES = Rules()
T = 1_700_000_000.0
NOW = T + 10


def read(payload: str | bytes, rules: Rules = RULES) -> Parsed:
    """Parse text or bytes with the given rules."""
    return parse(payload if isinstance(payload, bytes) else payload.encode(), rules)


def refusal(payload: str | bytes, rules: Rules = RULES) -> PayloadError:
    """Return the error of a payload that must be refused; its words must be fit for a log line."""
    with pytest.raises(PayloadError) as caught:
        read(payload, rules)
    words = str(caught.value)
    assert words.startswith("expected ")
    assert len(words) <= 250
    assert words.isprintable()
    return caught.value


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("20.3", Sample(20.3)),
        (" 20.3\r\n", Sample(20.3)),
        ("RUN", Sample("RUN")),
        ("true", Sample(value=True)),
        ('"20.3"', Sample(20.3)),
        ('"RUN"', Sample("RUN")),
        ('{"value": 20.3}', Sample(20.3)),
        ('{"value": 20, "unit": "℃", "ts": 1700000000}', Sample(20.0, T, None, "℃")),
        ('{"tag": "Temperature - Room 1", "value": "20.3", "ts": "2023-11-14T22:13:20Z"}', Sample(20.3, T, "Temperature - Room 1")),
        ('{"value": true, "ts": 1700000000000}', Sample(True, T)),  # noqa: FBT003 - it is the value
        ('{"value": "STOP", "unit": "", "ts": null, "more": [1]}', Sample("STOP")),
    ],
)  # fmt: skip
def test_one_sample_in_every_form(payload: str, expected: Sample) -> None:
    """A bare value and an object, with and without unit and time, are one sample."""
    parsed = read(payload)
    assert (list(parsed.samples), list(parsed.rejected)) == ([expected], [])


def test_a_batch_of_objects_keeps_the_good_and_lists_the_bad() -> None:
    """The good samples of a mixed batch are kept; each bad one is listed by its place, with a reason."""
    parsed = read('[{"value": 1}, {"value": {}}, 7, {"value": 2, "ts": "soon"}, {"tag": "a", "value": 3}]')
    assert list(parsed.samples) == [Sample(1.0), Sample(2.0), Sample(3.0, tag="a")]
    assert [(item.position, item.code) for item in parsed.rejected] == [(1, "no_value"), (2, "not_a_sample")]


def test_columns_are_a_batch_of_one_tag() -> None:
    """Columns of equal length become float64 columns; null is a gap, stamps may be of any form."""
    parsed = read(
        '{"tag": "a", "unit": "m", "ts": [1700000000, 1700000001000, "2023-11-14T22:13:22Z"], "value": [1, "2.5", -3]}'
    )
    assert list(parsed.samples) == [Columns(array("d", [1.0, 2.5, -3.0]), array("d", [T, T + 1, T + 2]), "a", "m")]


@pytest.mark.parametrize(
    ("payload", "fields", "times"),
    [
        ('{"t0": 1700000000, "dt": 0.25, "values": [1, null, 3]}', [None], [1700000000.0, 1700000000.25, 1700000000.5]),
        ('{"t0": "2023-11-14T22:13:20Z", "fs": 4, "value": [1, 2]}', [None], [1700000000.0, 1700000000.25]),
        ('{"ts": 1700000000000, "fs": 4, "x": [1, 2], "y": [3, 4]}', ["x", "y"], [1700000000.0, 1700000000.25]),
        ('{"fs": 4, "values": [1, 2, 3]}', [None], [NOW - 0.5, NOW - 0.25, NOW]),
        ('[{"t0": 1700000000, "fs": 2, "values": [1, 2]}]', [None], [1700000000.0, 1700000000.5]),
        ('{"t0": "soon", "fs": 2, "values": [1, 2]}', [None], [NOW - 0.5, NOW]),
    ],
)
def test_a_list_with_a_rate_is_one_tags_samples(payload: str, fields: list[str | None], times: list[float]) -> None:
    """From `dt` or `fs` and the time of the first value, whatever its form, each value gets its time; without one the last was just now."""
    found = [
        one for one in parse(payload.encode(), RULES, NOW).samples if isinstance(one, Columns) and one.times is not None
    ]
    assert [one.field for one in found] == fields
    assert [list(one.times or ()) for one in found] == [times] * len(fields)


def test_single_values_beside_a_rate_are_kept() -> None:
    """A sensor that sends its temperature with each batch loses neither."""
    parsed = read('{"tag": "a", "t0": 1700000000, "fs": 10, "unit": "g", "values": [1, 2], "temp": 40.5}')
    assert [(one.tag, one.field, one.unit) for one in parsed.samples] == [("a", None, "g"), ("a", "temp", None)]


@pytest.mark.parametrize("rate", ['"fs": 0', '"fs": -1', '"dt": true', '"dt": 1700000000', '"fs": 1e-9', '"dt": "1"'])
def test_what_is_no_rate_makes_no_batch(rate: str) -> None:
    """A date, a flag or a step of years under these names is no rate: values are named by their place, as in any array."""
    assert "values/1" in [one.field for one in read(f'{{"values": [1, 2], {rate}}}').samples]


def test_columns_without_times_mean_now() -> None:
    """Columns need no stamps."""
    assert list(read('{"value": [1, 2]}').samples) == [Columns(array("d", [1.0, 2.0]))]


def test_gaps_in_columns_stay() -> None:
    """In a column, null and NaN are gaps."""
    (columns,) = read('{"value": [1, null, NaN, -Infinity]}').samples
    assert isinstance(columns, Columns)
    assert [math.isnan(value) for value in columns.values] == [False, True, True, True]


@pytest.mark.parametrize(
    "payload", ["NaN", "Infinity", "null", '{"value": NaN}', '{"value": -Infinity}', '{"value": null}']
)
def test_nan_and_infinity_are_a_gap(payload: str) -> None:
    """What is no number but says so is a gap, in JSON and as text."""
    (sample,) = read(payload).samples
    assert isinstance(sample, Sample)
    assert isinstance(sample.value, float)
    assert math.isnan(sample.value)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        # malformed JSON
        ("{", "not_json"), ('{"value": 1', "not_json"), ('{"value": }', "not_json"),
        ('{"value": 1} trailing', "not_json"), ('"open', "not_json"), ('{"value": 0x10}', "not_json"),
        ('{"value": 0x1}', "not_json"), ('{"value": "\n"}', "not_json"),
        # missing or non-numeric value
        ("{}", "no_value"), ('{"tag": "a"}', "no_value"), ('{"id": "x"}', "no_value"), ('{"value": {}}', "no_value"),
        ('{"value": {"deep": {}}}', "no_value"), ('{"value": "12.5.3"}', "not_a_number"), ('{"value": ""}', "empty"),
        ('{"value": "%s"}' % ("x" * 65), "not_a_word"), ('{"value": "a\\u0000b"}', "bad_text"), ('{"value": "\\ud800"}', "bad_text"),
        # numbers that fit nothing
        ("1e400", "out_of_range"), ('{"value": 1e400}', "out_of_range"), ('{"value": -1e400}', "out_of_range"),
        ('{"value": [1, 1e400]}', "out_of_range"), ("9" * 5000, "out_of_range"), ('{"value": %s}' % ("9" * 5000), "out_of_range"),
        ('{"value": %s}' % ("9" * 4000), "out_of_range"), ('{"value": [%s]}' % ("9" * 4000), "out_of_range"),
        ("1" * 250_000 + "x", "not_a_number"),
        # deep nesting
        ("[" * 100_000, "too_deep"), ('{"value":' * 25_000, "too_deep"), ("[" * 100_000 + "]" * 100_000, "too_deep"),
        # no UTF-8, nothing at all
        (b"\xff\xfe", "empty"), (b"\xff\xfe1", "bad_utf8"),
        (b'{"value": "\xff"}', "bad_utf8"), (b"21.5\xc3", "bad_utf8"), (b"\xed\xa0\x80", "bad_utf8"),
        ("", "empty"), (" \r\n\t", "empty"), ("[]", "empty"), ('{"value": []}', "empty"), ('""', "empty"),
        # tags
        ('{"tag": "", "value": 1}', "bad_tag"), ('{"tag": "  ", "value": 1}', "bad_tag"), ('{"tag": 5, "value": 1}', "bad_tag"),
        ('{"tag": ["a"], "value": 1}', "bad_tag"), ('{"tag": "%s", "value": 1}' % ("x" * 257), "bad_tag"),
        ('{"tag": "%s", "value": 1}' % ("a\\n" * 200), "bad_tag"), ('{"tag": "a\\u0007", "value": 1}', "bad_tag"),
        ('{"tag": "\\udfff", "value": 1}', "bad_tag"), ('{"tag": "%s", "value": 1}' % ("a/" * 16), "bad_tag"),
        # columns and units
        ('{"value": [1, 2], "ts": [1700000000]}', "bad_columns"), ('{"value": [1], "ts": 1700000000}', "bad_columns"),
        ('{"value": [1, "RUN"]}', "not_a_number"), ('{"value": [[1]]}', "no_value"), ('{"value": 1, "unit": 5}', "bad_unit"),
        ('{"value": [1], "unit": "%s"}' % ("x" * 33), "bad_unit"),
    ],
    ids=lambda text: repr(text)[:50],
)  # fmt: skip
def test_bad_input_gets_one_clear_refusal(payload: str | bytes, code: str) -> None:
    """Every kind of bad payload has its own word for the counters, and a short line that says what was expected."""
    assert refusal(payload).code == code


@pytest.mark.parametrize("stamp", ["1e400", '"soon"', "{}", "true", "[1, 2]", '"04/05/2024 10:00"'])
def test_a_stamp_that_cannot_be_read_costs_no_value(stamp: str) -> None:
    """The value is there; its time is that of its arrival, and the verdict says so."""
    parsed = read(f'{{"value": 1, "ts": {stamp}}}')
    assert list(parsed.samples) == [Sample(1.0)]
    assert any(note.startswith("time of arrival used") for note in parsed.notes)


def test_one_bad_stamp_of_a_column_costs_no_value() -> None:
    """The others keep their times."""
    (columns,) = parse(b'{"value": [1, 2], "ts": [1700000000, true]}', Rules(), T + 60).samples
    assert columns == Columns(array("d", [1.0, 2.0]), array("d", [T, T + 60]))


def test_markup_in_a_tag_is_text() -> None:
    """A tag full of markup is a tag like any other; who shows it shows it as text."""
    assert list(read('{"tag": "<script>alert(1)</script>", "value": 1}').samples) == [
        Sample(1.0, tag="<script>alert(1)</script>")
    ]


@pytest.mark.parametrize("depth", [17, 100, 500, 900, 960, 980, 985, 990, 995, 1000])
def test_no_depth_of_nesting_escapes(depth: int) -> None:
    """Values nested as deep as the decoder takes, and deeper, are refused like shallow ones, wherever they stand."""
    nest = "[" * depth + "]" * depth
    for payload in (
        f'{{"value": 1, "tag": {nest}}}',
        f'{{"value": 1, "unit": {nest}}}',
    ):
        assert refusal(payload).code in {"bad_tag", "bad_unit", "too_deep"}
    try:
        parsed = read(nest)
    except PayloadError as error:
        assert error.code == "too_deep"  # noqa: PT017 - both outcomes are right, each on its terms
    else:
        assert [item.code for item in parsed.rejected] == ["not_a_sample"]


def test_a_payload_over_the_limit_is_not_even_decoded() -> None:
    """The size limit comes first and is named."""
    error = refusal("1" * 11, Rules(max_payload=10))
    assert (error.code, str(error)) == ("too_large", "expected a payload of at most 10 bytes, got 11")
    assert list(read("1" * 10, Rules(max_payload=10)).samples) == [Sample(1111111111.0)]


@pytest.mark.parametrize("payload", ['[{"value": 1}, {"value": 2}, {"value": 3}]', '{"value": [1, 2, 3]}'])
def test_a_batch_over_the_limit_is_refused_whole(payload: str) -> None:
    """More points than 10,000 in one payload are refused with the limit in words."""
    error = refusal(payload, Rules(max_batch=2))
    assert (error.code, str(error)) == (
        "batch_too_large",
        "expected at most 2 points in one batch, got 3; send several",
    )
    parsed = read(payload, Rules(max_batch=3))
    assert sum(len(s.values) if isinstance(s, Columns) else 1 for s in parsed.samples) == 3


def check_outcome(payload: bytes) -> None:
    """Parse `payload`: samples whose parts are all usable, or PayloadError with words fit for a log; nothing else."""
    try:
        parsed = parse(payload, RULES, T)
    except PayloadError as error:
        assert error.code.isidentifier()  # noqa: PT017 - both outcomes are right, each on its terms
        assert len(str(error)) <= 250  # noqa: PT017
        return
    assert len(parsed.samples) + len(parsed.rejected) > 0
    for sample in parsed.samples:
        if isinstance(sample, Columns):
            assert sample.times is None or len(sample.times) == len(sample.values)
            assert not any(map(math.isinf, sample.values))
        else:
            assert isinstance(sample.value, str) or not math.isinf(sample.value)
        assert sample.tag is None or sample.tag.encode().strip()


@given(st.binary())
@example(b'{"value": 1, "tag": "\\ud800"}')
@example(b"\xef\xbb\xbf21.5")
def test_any_bytes_are_samples_or_refused(payload: bytes) -> None:
    """No bytes raise anything but PayloadError."""
    check_outcome(payload)


# tests/parsers/test_hostile.py draws JSON of any shape; this is what is nearly a sample, or several.
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
COLUMN = st.lists(SCALAR, max_size=4)
SAMPLE = st.fixed_dictionaries(
    {"value": SCALAR | COLUMN}, optional={"ts": SCALAR | COLUMN, "tag": SCALAR, "unit": SCALAR | COLUMN}
)


@given(SAMPLE | st.lists(SAMPLE, max_size=4))
def test_any_near_sample_is_samples_or_refused(value: object) -> None:
    """Objects of the right shape with anything inside raise nothing but PayloadError."""
    check_outcome(json.dumps(value).encode())


@given(st.text())
def test_any_text_is_samples_or_refused(text: str) -> None:
    """No text raises anything but PayloadError; what text means does not hang on the white space around it."""
    check_outcome(text.encode(errors="surrogatepass"))


@pytest.mark.parametrize(
    "payload",
    [b"-0", b"-0.0", b'{"value": -0}', b'{"value": -0.0}', b'[{"value": -0, "tag": "a"}]', b'{"value": [-0, 1]}'],
)
def test_a_zero_keeps_its_sign(payload: bytes) -> None:
    """Whether JSON writes it with a point or without."""
    (sample,) = parse(payload, Rules()).samples
    value = sample.values[0] if isinstance(sample, Columns) else sample.value
    assert math.copysign(1, float(value)) == -1.0


STAMPS = {
    "seconds": 1_700_000_000,
    "with a fraction": 1_700_000_000.25,
    "milliseconds": 1_700_000_000_250,
    "ISO 8601": "2023-11-14T22:13:20.25Z",
    "with an offset": "2023-11-14T23:13:20+01:00",
    "no such day": "2023-02-30T22:13:20Z",
    "1970": 12.5,
    "before clocks were set": "1970-01-01T00:00:12Z",
    "a text": "soon",
    "nothing": None,
    "days of a spreadsheet": 45_244.5,
}


@pytest.mark.parametrize("stamp", STAMPS.values(), ids=STAMPS)
@pytest.mark.parametrize("key", ["ts", "timestamp", "time", "t", "Date", "julian", "excel_time", "x"])
def test_the_short_way_of_a_stamp_reads_what_the_long_one_does(key: str, stamp: object) -> None:
    """A plain object is read in a fraction of the time that any other takes; what it says is the same."""
    short = {"value": 2.5, key: stamp}
    long = {**short, "note": "a text that is no state, for the long way"}
    assert plain_of(short) == plain_of(long)


def plain_of(item: object) -> tuple[object, ...]:
    """Return value and time of the sample at the top of an object; a time out of this world is put aside, by whomever."""
    parsed = parse(json.dumps(item).encode(), Rules(), 1_700_000_100.0)
    return tuple(
        (sample.value, sample.time if EARLIEST <= (sample.time or 0.0) <= LATEST else None)
        for sample in parsed.samples
        if isinstance(sample, Sample) and sample.field is None
    )


@pytest.mark.parametrize("key", ["ts", "time", "timestamp"])
def test_what_stands_beside_value_and_time_is_read(key: str) -> None:
    """A further value is a tag, and bad quality a gap, however short the object is."""
    found = read(f'{{"value": 2.5, "{key}": {T}, "battery": 90}}').samples
    assert list(found) == [Sample(2.5, T), Sample(90.0, T, field="battery")]
    (bad,) = read(f'{{"value": 2.5, "{key}": {T}, "quality": "bad"}}').samples
    assert isinstance(bad, Sample)
    assert math.isnan(float(bad.value))


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("{'a': 1.5, 'on': True, 'n': None}", {"a": 1.5, "on": True, "n": None}),
        ("{'a': '40 %', 'b': 2}", {"a": 40.0, "b": 2.0}),
        ("{a:1.5,_b2:2,}", {"a": 1.5, "_b2": 2.0}),
        ('{"a":,"b":nan,"c":1.5,}', {"a": None, "b": None, "c": 1.5}),
        ('{"a":"it\'s, or {b:1,} not a state of ours, so left out","c":1.5,}', {"c": 1.5}),
    ],
)
def test_json_as_people_write_it_by_hand_is_read(payload: str, expected: dict[str, float | None]) -> None:
    """Where it can be meant in one way only; nothing inside a text is touched."""
    found = {str(sample.field): sample.value for sample in read(payload).samples if isinstance(sample, Sample)}
    assert {name: None if value != value else value for name, value in found.items()} == expected  # noqa: PLR0124 - NaN


@pytest.mark.parametrize(
    "payload",
    ["{'a': 1", "{a:21,5}", '{"a":}', "{'a' 1}", '{"a":1,,"b":2}', "{'a': 'x\ny'}", "{" + "'a':1," * 4_000 + "}"],
)
def test_json_that_may_be_broken_off_or_means_two_things_stays_refused(payload: str) -> None:
    assert refusal(payload).code == "not_json"


def test_a_tag_that_is_null_is_none() -> None:
    """`{"value": 2.5, "tag": null}` was a fault of ours once."""
    assert [sample.value for sample in read('{"value": 2.5, "tag": null}').samples if isinstance(sample, Sample)] == [
        2.5
    ]


def test_a_quality_in_digits_of_another_script_is_no_fault() -> None:
    """`²` is a digit to Python and no number to int(); found by fuzzing."""
    payload = '{"values": [{"id": "a", "value": 1.5, "quality": "\u00b21"}]}'
    assert [sample.value for sample in read(payload).samples if isinstance(sample, Sample)] == [1.5]


def test_a_typographic_minus_costs_no_other_field_where_rules_are_strict() -> None:
    """It is refused there, as all that controllers write otherwise."""
    parsed = read('{"t": "\u22125,5 °C", "p": 1.5}', Rules(is_strict=True))
    assert [(sample.field, sample.value) for sample in parsed.samples if isinstance(sample, Sample)] == [("p", 1.5)]


@pytest.mark.parametrize(
    "text",
    [
        "{'" + "\\'" * 4_000,
        '{"' + '"\\' * 4_000,
        "[nan," + '"\\' * 30_000,
        "{'" + "'" * 8_000,
        "{" + "'a':'b'," * 1_000,
    ],
)
def test_hand_made_json_takes_no_longer_where_quotes_are_never_closed(text: str) -> None:
    """Each is refused, or read, in milliseconds; it took seconds when each quote was looked for anew."""
    begin = time.process_time()
    with contextlib.suppress(PayloadError):
        read(text)
    assert time.process_time() - begin < 0.25
