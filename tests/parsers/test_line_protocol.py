"""InfluxDB line protocol, as its specification and Telegraf write it."""

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample

T = 1_700_000_000.0


def rows(text: str) -> list[tuple[str | None, float | str, float | None]]:
    """Return field, value and time of each sample."""
    return [(s.field, s.value, s.time) for s in parse(text.encode(), Rules()).samples if isinstance(s, Sample)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("weather temperature=82", [("weather/temperature", 82.0, None)]),
        ("weather,location=us-midwest temperature=82 1700000000000000000", [("weather/location=us-midwest/temperature", 82.0, T)]),
        ("m a=1i,b=2u,c=-3.5,d=1e3", [("m/a", 1.0, None), ("m/b", 2.0, None), ("m/c", -3.5, None), ("m/d", 1000.0, None)]),
        ("m a=t,b=FALSE,c=true", [("m/a", True, None), ("m/b", False, None), ("m/c", True, None)]),
        ('m a="RUN",b="ON"', [("m/a", "RUN", None), ("m/b", True, None)]),
        ('m a="say \\"hi\\", b=2",c=1', [("m/a", 'say "hi", b=2', None), ("m/c", 1.0, None)]),
        ("my\\ m,tag\\,x=a\\=b f\\ 1=1", [("my m/tag,x=a=b/f 1", 1.0, None)]),
        ("m,b=2,a=1 x=1", [("m/a=1/b=2/x", 1.0, None)]),
        ("# comment\nm x=1 1700000000000\n\nm x=2 1700000001", [("m/x", 1.0, T), ("m/x", 2.0, T + 1)]),
        ("m x=1\r\nm x=2\r\n", [("m/x", 1.0, None), ("m/x", 2.0, None)]),
        ("wetter,ort=münchen temp=3", [("wetter/ort=münchen/temp", 3.0, None)]),
    ],
)  # fmt: skip
def test_lines_are_read(line: str, expected: list[tuple[str, float | str, float | None]]) -> None:
    """Escapes, quotes, types and times of every size; a tag set is part of the series' name, in the order of its keys."""
    seen = rows(line)
    assert seen == expected
    assert list(map(repr, seen)) == list(map(repr, expected))


def test_a_bad_line_costs_itself_only() -> None:
    """Good lines are kept, bad ones named by their place."""
    parsed = parse(b"m x=1\nno line at all\nm y=2,z=oops", Rules())
    assert [(s.field, s.value) for s in parsed.samples if isinstance(s, Sample)] == [("m/x", 1.0), ("m/y", 2.0)]
    assert [(item.position, item.code) for item in parsed.rejected] == [(1, "not_a_sample"), (2, "not_a_number")]


@pytest.mark.parametrize("text", ["mode = auto", "a=b", "RUN x", "a b=", "temp: 5 = high"])
def test_words_with_equals_signs_stay_words(text: str) -> None:
    """What is no line from its beginning is a word."""
    assert rows(text) == [(None, text, None)]


def test_two_names_and_values_are_no_line() -> None:
    """Though a measurement may have an equals sign by the letter."""
    assert rows("T=25.3 H=55.2") == [("T", 25.3, None), ("H", 55.2, None)]


def test_too_many_lines_are_refused_as_a_whole() -> None:
    """The limit is named."""
    with pytest.raises(PayloadError, match="expected at most 1200 lines"):
        parse(b"m x=1\n" * 1_300, Rules())
