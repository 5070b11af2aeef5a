"""POST bodies by content type."""

import pytest

from mqtt_plot.bodies import parse_csv, parser_for
from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Columns, Sample

NOW = 1_700_000_000.0
WIDE = b"time,temp,mode\n1699999990,21.5,RUN\n1699999991,21.6,RUN\n1699999992,,STOP\n1699999993,21.7,STOP\n"


def columns(body: bytes) -> dict[str, list[tuple[float, float | str]]]:
    """Return what came of a CSV body: points by tag."""
    found: dict[str, list[tuple[float, float | str]]] = {}
    for sample in parse_csv(body, Rules(), NOW).samples:
        if isinstance(sample, Columns):
            assert sample.times is not None
            found[str(sample.tag)] = list(zip(sample.times, sample.values, strict=True))
        else:
            assert sample.time is not None
            found.setdefault(str(sample.tag), []).append((sample.time, sample.value))
    return found


def test_columns_of_a_table_become_tags() -> None:
    """Numbers and words; an empty cell is a gap."""
    found = columns(WIDE)
    assert found["temp"][:2] == [(NOW - 10, 21.5), (NOW - 9, 21.6)]
    assert str(found["temp"][2][1]) == "nan"
    assert [value for _, value in found["mode"]] == ["RUN", "RUN", "STOP", "STOP"]


def test_a_german_spreadsheet_is_read() -> None:
    """Semicolons, decimal commas, days first."""
    assert columns(b"Zeit;Druck\n14.11.2023 22:13:10;1,5\n14.11.2023 22:13:11;1,75\n") == {
        "Druck": [(NOW - 10, 1.5), (NOW - 9, 1.75)]
    }


def test_one_sample_a_row_names_its_tag() -> None:
    """What `mqtt-plot record` writes."""
    parsed = parse_csv(b"time,tag,value,unit\n1699999990,a/b,1.5,bar\n1699999991,c,2,\n", Rules(), NOW)
    assert list(parsed.samples) == [Sample(1.5, NOW - 10, "a/b", "bar"), Sample(2.0, NOW - 9, "c")]


def test_times_from_the_files_own_start_end_now() -> None:
    """A recording that has just been taken."""
    assert columns(b"time,a\n0,1\n0.5,2\n1,3\n")["a"] == [(NOW - 1, 1.0), (NOW - 0.5, 2.0), (NOW, 3.0)]


def test_a_row_that_cannot_be_used_is_named_and_the_others_stay() -> None:
    """By its line."""
    rows = "".join(f"{1_699_999_900 + n},{n}\n" for n in range(20))
    parsed = parse_csv(f"time,a\n1699999800,1\nsoon,2\n{rows}".encode(), Rules(), NOW)
    assert [(item.position, item.code) for item in parsed.rejected] == [(3, "bad_row")]
    assert [len(sample.values) for sample in parsed.samples if isinstance(sample, Columns)] == [21]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_csv"),
        (b"a,b\n1,2\n3,4\n", "not_csv"),
        (b"\x00\x01\x02", "not_csv"),
        (b"time,a\n" + b"1699999990,1\n" * 10_001, "batch_too_large"),
    ],
)
def test_what_is_no_table_with_times_is_refused(body: bytes, code: str) -> None:
    """With the reason."""
    with pytest.raises(PayloadError) as caught:
        parse_csv(body, Rules(), NOW)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["", "application/x-www-form-urlencoded", "text/plain", "text/csv", "nonsense"])
def test_json_is_json_whatever_its_type_says(kind: str) -> None:
    """People type `curl -d`."""
    assert parser_for(kind, b' {"tag": "a", "value": 1}') is parse


@pytest.mark.parametrize(
    ("kind", "body", "tag"),
    [
        ("text/csv; charset=utf-8", WIDE, "temp"),
        ("application/senml+json", b'[{"n": "urn:dev:ow:1", "u": "Cel", "v": 23.1}]', "urn:dev:ow:1"),
        ("application/senml+cbor", bytes.fromhex("81a200616102fb403719999999999a"), "a"),
        ("application/vnd.influx.line-protocol", b"cpu,host=a usage=1.5 1699999990000000000", "cpu"),
        ("text/plain", b"cpu,host=a usage=1.5 1699999990000000000", "cpu"),
    ],
)  # fmt: skip
def test_a_type_chooses_its_format(kind: str, body: bytes, tag: str) -> None:
    """Line protocol, SenML in both forms, CSV."""
    sample = parser_for(kind, body)(body, Rules(), NOW).samples[0]
    assert tag in f"{sample.tag or ''}/{sample.field or ''}"
