"""POST bodies by content type."""

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.parsers.media_types import is_table, parse_body
from mqtt_plot.samples import Sample

NOW = 1_700_000_000.0


@pytest.mark.parametrize("kind", ["", "application/x-www-form-urlencoded", "text/plain", "text/csv", "nonsense"])
def test_json_is_json_whatever_its_type_says(kind: str) -> None:
    """People type `curl -d`."""
    parsed = parse_body(kind, b' {"tag": "a", "value": 1}', Rules(), NOW)
    assert (parsed.format, parsed.samples) == ("json", [Sample(1, tag="a")])


@pytest.mark.parametrize(
    ("kind", "body", "tag"),
    [
        ("application/senml+json", b'[{"n": "urn:dev:ow:1", "u": "Cel", "v": 23.1}]', "urn:dev:ow:1"),
        ("application/senml+cbor", bytes.fromhex("81a200616102fb403719999999999a"), "a"),
        ("application/vnd.influx.line-protocol", b"cpu,host=a usage=1.5 1699999990000000000", "cpu"),
        ("text/plain", b"cpu,host=a usage=1.5 1699999990000000000", "cpu"),
    ],
)  # fmt: skip
def test_a_type_chooses_its_format(kind: str, body: bytes, tag: str) -> None:
    """Line protocol, SenML in both forms."""
    sample = parse_body(kind, body, Rules(), NOW).samples[0]
    assert tag in f"{sample.tag or ''}/{sample.field or ''}"


def test_a_table_is_told_by_its_type_unless_it_is_json() -> None:
    """Numbers alone say nothing of rows and columns."""
    assert is_table("text/csv; charset=utf-8", b"time,a\n1,2\n")
    assert not is_table("text/csv", b'{"tag": "a", "value": 1}')
    assert not is_table("text/plain", b"time,a\n1,2\n")


def test_a_form_is_refused_with_advice() -> None:
    """Its fields are no samples, and its file has an address of its own."""
    with pytest.raises(PayloadError, match="POST /api/v1/upload"):
        parse_body("multipart/form-data; boundary=x", b"--x", Rules(), NOW)
