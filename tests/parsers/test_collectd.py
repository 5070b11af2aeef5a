"""What collectd writes to an MQTT broker."""

import math

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Sample


@pytest.mark.parametrize("is_strict", [False, True])
def test_a_value_with_its_time_and_a_nul(*, is_strict: bool) -> None:
    """As the write plugin ends each message; that is its form and no tolerance."""
    parsed = parse(b"1700000000.250:42.5\0", Rules(is_strict=is_strict))
    assert (parsed.samples, parsed.format, parsed.notes) == ([Sample(42.5, time=1_700_000_000.25)], "collectd", ())


def test_several_values_are_series_of_their_own() -> None:
    """The load of one, five and fifteen minutes, say; the message does not name them."""
    parsed = parse(b"1700000000.250:0.1:0.25:1e-2\0", Rules())
    assert [(s.field, s.value, s.time) for s in parsed.samples if isinstance(s, Sample)] == [
        ("0", 0.1, 1_700_000_000.25),
        ("1", 0.25, 1_700_000_000.25),
        ("2", 0.01, 1_700_000_000.25),
    ]


@pytest.mark.parametrize("word", ["U", "nan", "-nan"])
def test_a_value_that_is_not_known_is_a_gap(word: str) -> None:
    """PUTVAL has U for it, and the C library writes nan."""
    (sample,) = parse(f"1700000000.250:{word}\0".encode(), Rules()).samples
    assert isinstance(sample, Sample)
    assert isinstance(sample.value, float)
    assert math.isnan(sample.value)


@pytest.mark.parametrize(
    "text", ["12:30", "12:30:00", "1700000000:", "1700000000:1:x", "1700000000::1", "1700000000:1;2"]
)
def test_what_only_looks_like_it_is_refused(text: str) -> None:
    """A time of day, and a list that is broken."""
    with pytest.raises(PayloadError) as caught:
        parse(text.encode(), Rules())
    assert caught.value.code in {"not_a_number", "not_a_word"}


def test_value_lists_of_json_are_named_as_collectd_names_them() -> None:
    """Or all instances of a plugin would go on in one series."""
    idle = (
        b'{"values": [12.5], "dstypes": ["gauge"], "dsnames": ["value"], "time": 1700000000.25, "host": "h", "plugin": "cpu", '
        b'"plugin_instance": "0", "type": "percent", "type_instance": "idle"}'
    )
    net = (
        b'{"values": [1, 2], "dstypes": ["derive", "derive"], "dsnames": ["rx", "tx"], "time": 1700000000, "host": "h", '
        b'"plugin": "interface", "plugin_instance": "eth0", "type": "if_octets", "type_instance": ""}'
    )
    fields = [sample.field for payload in (idle, net) for sample in parse(payload, Rules()).samples]
    assert fields == ["h/cpu-0/percent-idle", "h/interface-eth0/if_octets/rx", "h/interface-eth0/if_octets/tx"]
    assert parse(b"[%s, %s]" % (idle, net), Rules()).samples[0] == Sample(
        12.5, time=1_700_000_000.25, field="h/cpu-0/percent-idle"
    )
