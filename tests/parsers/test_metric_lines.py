"""Lines of Graphite, StatsD and Prometheus are read; what only resembles them is not."""

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.parsers.metric_lines import NAME
from mqtt_plot.samples import Sample

LINES = [
    ("web1.load 0.25 1700000000", [("web1/load", 0.25, 1.7e9)]),
    ("a.b 1 1700000000\na.c 2 1700000001\n", [("a/b", 1.0, 1.7e9), ("a/c", 2.0, 1_700_000_001.0)]),
    ("boiler.temp:21.5|g", [("boiler/temp", 21.5, None)]),
    ("api.time:320|ms|@0.1\nhits:1|c|#env:prod", [("api/time", 320.0, None), ("hits", 1.0, None)]),
    ('temp{room="a",floor="1"} 21.5 1700000000000', [("temp/floor=1/room=a", 21.5, 1.7e9)]),
    ("# TYPE up gauge\nup 1\n", [("up", 1.0, None)]),
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_each_line_is_a_sample(text: str, expected: list[tuple[str, float, float | None]]) -> None:
    """Its name is a field of the tag, its labels are part of the name."""
    samples = [sample for sample in parse(text.encode(), Rules()).samples if isinstance(sample, Sample)]
    assert [(sample.field, sample.value, sample.time) for sample in samples] == expected


def format_of(text: str) -> str:
    """Return what a payload was read as, the code of its refusal where it was not."""
    try:
        return parse(text.encode(), Rules()).format
    except PayloadError as error:
        return error.code


@pytest.mark.parametrize("text", ["up 1", "a.b 1 2", "boiler:21|x", "a.b 1 1700000000\nother words"])
def test_what_is_not_wholly_of_the_form_is_read_otherwise(text: str) -> None:
    """As a state, or not at all."""
    assert format_of(text) != NAME


@pytest.mark.parametrize(
    "text", ['{"a": 1}{"a": 2}', '{"a": 1},{"a": 2}', '{"a": 1}\n{"a": 2}\n', '{"a": 1} , {"a": 2},']
)
def test_objects_one_after_another_are_an_array(text: str) -> None:
    """Programs forget the brackets, or join what they have kept."""
    assert parse(text.encode(), Rules()).samples == parse(b'[{"a": 1},{"a": 2}]', Rules()).samples


@pytest.mark.parametrize("text", ['{"a": 1}{"a": 2', '{"a": 1}x', '{"a": 1}}'])
def test_what_is_broken_behind_an_object_is_refused(text: str) -> None:
    """Half a message is none."""
    with pytest.raises(PayloadError, match="expected JSON"):
        parse(text.encode(), Rules())


def test_batches_of_telegraf_one_after_another_are_read() -> None:
    """Each is an object of metrics; none ends the message."""
    batch = '{"metrics": [{"fields": {"v": 1.5}, "name": "a", "tags": {}, "timestamp": 1700000000}]}'
    samples = [sample for sample in parse((batch + batch).encode(), Rules()).samples if isinstance(sample, Sample)]
    assert [(sample.field, sample.value) for sample in samples] == [("a/v", 1.5), ("a/v", 1.5)]
