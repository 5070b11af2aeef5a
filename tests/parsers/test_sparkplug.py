"""Sparkplug B: a stream that an independent client made, late joining, deaths, rebirths and limits."""

import json
import math

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers import sparkplug
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.parsers.sparkplug import Nodes
from mqtt_plot.parsers.sparkplug_payload import decode, rebirth_request
from mqtt_plot.samples import Parsed, Sample
from tests.support.processes import ROOT

T = 1_700_000_000.0
STREAM = [
    (topic, bytes.fromhex(text))
    for topic, text in json.loads((ROOT / "tests" / "sparkplug" / "stream.json").read_text())
]
NBIRTH, DBIRTH, NDATA, DDATA, DDEATH, NDEATH = STREAM
PRESS = "plant/edge1/press"


def values(parsed: Parsed) -> dict[str, float | str]:
    """Return the values by tag."""
    return {str(sample.field): sample.value for sample in parsed.samples if isinstance(sample, Sample)}


def parse(nodes: Nodes, message: tuple[str, bytes], now: float = T) -> Parsed:
    """Let `nodes` take a message with plain rules."""
    return nodes.parse(*message, Rules(), now)


def varint(number: int) -> bytes:
    """Return a protobuf varint."""
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def field(number: int, content: int | bytes | str) -> bytes:
    """Return one protobuf field, as any client would write it."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def payload(*metrics: bytes, seq: int = 0) -> bytes:
    """Return a payload of metrics."""
    return field(1, 1_700_000_000_000) + b"".join(field(2, metric) for metric in metrics) + field(3, seq)


def test_a_births_metrics_become_tags_with_their_values_and_times() -> None:
    """Tags are group/node/device/metric; signed numbers, booleans, words and nulls come out as they went in."""
    nodes = Nodes()
    assert values(parse(nodes, NBIRTH)) == {"plant/edge1/Uptime": 5.0, "plant/edge1/Load": 0.5}
    born = parse(nodes, DBIRTH)
    seen = values(born)
    spare = seen.pop(f"{PRESS}/Spare")
    assert isinstance(spare, float)
    assert math.isnan(spare)
    assert seen == {
        f"{PRESS}/Temp/Inlet": 21.5,
        f"{PRESS}/Offset": -7.0,
        f"{PRESS}/Count": 4_000_000_000.0,
        f"{PRESS}/Running": True,
        f"{PRESS}/State": "IDLE",
    }
    assert {sample.time for sample in born.samples if isinstance(sample, Sample)} == {T}
    assert born.is_named


def test_data_is_named_by_alias() -> None:
    """After the births, data that carries aliases only goes to the right tags, at the metrics' own times."""
    nodes = Nodes()
    for message in (NBIRTH, DBIRTH, NDATA):
        parse(nodes, message)
    by_alias = payload(
        field(2, 10) + field(3, 1_700_000_003_500) + varint(13 << 3 | 1) + bytes.fromhex("0000000000c03640"),
        field(2, 11) + field(10, 2**32 - 9),
        seq=3,
    )
    parsed = nodes.parse("spBv1.0/plant/DDATA/edge1/press", by_alias, Rules(), T)
    assert list(parsed.samples) == [
        Sample(22.75, T + 3.5, None, None, f"{PRESS}/Temp/Inlet"),
        Sample(-9.0, T, None, None, f"{PRESS}/Offset"),
    ]
    assert parsed.notes == ()


def test_a_late_joiner_says_that_it_waits_for_a_birth() -> None:
    """Aliases without a birth are refused with that reason, and nothing is asked of the node."""
    with pytest.raises(PayloadError, match="expected DBIRTH of plant/edge1/press before its data") as caught:
        Nodes().parse("spBv1.0/plant/DDATA/edge1/press", payload(field(2, 10) + field(10, 1)), Rules(), T)
    assert caught.value.code == "no_birth"


def test_a_late_joiner_uses_names_where_data_carries_them() -> None:
    """Data with names needs no birth where its type is clear."""
    assert values(parse(Nodes(), NDATA)) == {"plant/edge1/Load": 0.75}


def test_a_rebirth_is_asked_for_only_when_allowed_and_once_a_minute() -> None:
    """The request goes to the node's NCMD topic; until a minute has passed it is not repeated."""
    asked: list[tuple[str, bytes]] = []
    nodes = Nodes(lambda topic, request: asked.append((topic, request)))
    data = payload(field(2, 10) + field(10, 1))
    for now in (T, T + 59, T + 61):
        with pytest.raises(PayloadError):
            nodes.parse("spBv1.0/plant/DDATA/edge1/press", data, Rules(), now)
    assert asked == [
        ("spBv1.0/plant/NCMD/edge1", rebirth_request(T)),
        ("spBv1.0/plant/NCMD/edge1", rebirth_request(T + 61)),
    ]


def test_a_rebirth_request_is_a_sparkplug_payload() -> None:
    """It holds the one metric that section 6.4.19 names, true, of type Boolean."""
    request = decode(rebirth_request(T))
    assert request.timestamp == 1_700_000_000_000
    assert [(m.name, m.kind, m.value) for m in request.metrics] == [("Node Control/Rebirth", 11, True)]


def test_a_lost_message_is_noticed_by_its_number() -> None:
    """A hole in the numbers of a node's messages is noted and a rebirth asked for: a birth may have been missed."""
    asked: list[str] = []
    nodes = Nodes(lambda topic, _request: asked.append(topic))
    parse(nodes, NBIRTH)
    parse(nodes, DBIRTH)
    parsed = parse(nodes, DDATA)  # NDATA was lost
    assert parsed.notes[0] == "message 2 expected, got 3: some were lost"
    assert asked == ["spBv1.0/plant/NCMD/edge1"]


def test_numbers_go_on_after_255() -> None:
    """The numbers are counted modulo 256."""
    nodes = Nodes()
    nodes.parse("spBv1.0/g/NBIRTH/n", payload(field(1, "a") + field(2, 1) + field(4, 3), seq=255), Rules(), T)
    parsed = nodes.parse("spBv1.0/g/NDATA/n", payload(field(2, 1) + field(10, 5), seq=0), Rules(), T)
    assert (values(parsed), parsed.notes) == ({"g/n/a": 5.0}, ())


def test_a_death_names_the_tags_that_go_stale() -> None:
    """A device's death ends its tags, a node's death those of the node and all its devices."""
    nodes = Nodes()
    for message in (NBIRTH, DBIRTH):
        parse(nodes, message)
    assert f"{PRESS}/Temp/Inlet" in parse(nodes, DDEATH).stale
    assert set(parse(nodes, NDEATH).stale) >= {"plant/edge1/Uptime", "plant/edge1/Load"}
    with pytest.raises(PayloadError, match="BIRTH"):
        nodes.parse("spBv1.0/plant/NDATA/edge1", payload(field(2, 1) + field(11, 6)), Rules(), T)


def test_the_late_will_of_an_earlier_session_ends_nothing() -> None:
    """A death is believed only if its bdSeq is not older than the birth's (section 6.4.21)."""
    nodes = Nodes()
    born = payload(field(1, "bdSeq") + field(4, 8) + field(11, 5), field(1, "a") + field(4, 10) + field(13, 1))
    nodes.parse("spBv1.0/g/NBIRTH/n", born, Rules(), T)
    old = nodes.parse("spBv1.0/g/NDEATH/n", payload(field(1, "bdSeq") + field(11, 4)), Rules(), T)
    new = nodes.parse("spBv1.0/g/NDEATH/n", payload(field(1, "bdSeq") + field(11, 5)), Rules(), T)
    assert old.stale == ()
    assert "g/n/a" in new.stale


def test_a_unit_in_the_properties_is_taken() -> None:
    """`engUnit` in a metric's properties is its unit."""
    unit = field(9, field(1, "engUnit") + field(2, field(1, 12) + field(8, "bar")))
    parsed = Nodes().parse("spBv1.0/g/NBIRTH/n", payload(field(1, "p") + field(4, 3) + field(10, 7) + unit), Rules(), T)
    assert list(parsed.samples) == [Sample(7.0, T, None, "bar", "g/n/p")]


def test_the_protocols_own_metrics_are_no_tags() -> None:
    """The metrics bdSeq and Node Control/… are about the session, not the plant."""
    control = field(1, "Node Control/Rebirth") + field(4, 11) + field(14, 0)
    number = field(1, "bdSeq") + field(4, 8) + field(11, 0)
    assert Nodes().parse("spBv1.0/g/NBIRTH/n", payload(control, number), Rules(), T).samples == []


@pytest.mark.parametrize(
    "topic", ["spBv1.0/g", "spBv1.0/g/NDATA", "spBv1.0//NDATA/n", "spBv1.0/g/X/n", "spBv1.0/a/NDATA/b/c/d"]
)
def test_a_topic_that_is_none_is_refused(topic: str) -> None:
    """What stands under spBv1.0/ but is no Sparkplug topic gets a reason."""
    with pytest.raises(PayloadError) as caught:
        Nodes().parse(topic, b"", Rules(), T)
    assert caught.value.code == "not_sparkplug"


def test_a_host_state_and_commands_hold_no_values() -> None:
    """STATE and NCMD are not refused: they are none of our business."""
    assert Nodes().parse("spBv1.0/STATE/host", b'{"online":true}', Rules(), T).samples == []
    assert Nodes().parse("spBv1.0/g/NCMD/n", rebirth_request(T), Rules(), T).samples == []


def test_the_table_of_nodes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Births beyond the limit are refused and leave nothing behind; a death makes room."""
    monkeypatch.setattr(sparkplug, "MAX_OWNERS", 2)
    nodes = Nodes()
    birth = payload(field(1, "a") + field(2, 1) + field(4, 3) + field(10, 1))
    for name in "ab":
        nodes.parse(f"spBv1.0/g/NBIRTH/{name}", birth, Rules(), T)
    with pytest.raises(PayloadError) as caught:
        nodes.parse("spBv1.0/g/NBIRTH/c", birth, Rules(), T)
    assert caught.value.code == "batch_too_large"
    nodes.parse("spBv1.0/g/NBIRTH/b", birth, Rules(), T)  # being born again takes no room
    nodes.parse("spBv1.0/g/NDEATH/a", payload(), Rules(), T)
    assert values(nodes.parse("spBv1.0/g/NBIRTH/c", birth, Rules(), T)) == {"g/c/a": 1.0}
