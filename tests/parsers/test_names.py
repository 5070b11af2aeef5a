"""Where one topic carries several devices or points, the values of one never go on in the series of another."""

import json
import math

import pytest

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.samples import Message

TWO = [
    ({"device": "A", "name": "temp", "value": 1}, {"device": "B", "name": "temp", "value": 2}, ["t/A/temp", "t/B/temp"]),
    ({"device": "A", "channel": 1, "value": 1}, {"device": "A", "channel": 2, "value": 2}, ["t/A/1", "t/A/2"]),
    ({"device": "A", "type": "temperature", "value": 1}, {"device": "A", "type": "humidity", "value": 2}, ["t/A/temperature", "t/A/humidity"]),
    ({"deviceId": 7, "temp": 1}, {"deviceId": 8, "temp": 2}, ["t/7/temp", "t/8/temp"]),
    ({"source": {"id": "7"}, "temp": 1}, {"source": {"id": "8"}, "temp": 2}, ["t/7/temp", "t/8/temp"]),
    ({"data": {"model": "A", "id": 1, "temp": 1}}, {"data": {"model": "A", "id": 2, "temp": 2}}, ["t/A/1/data/temp", "t/A/2/data/temp"]),
    ({"payload": '{"mac": "A1", "temp": 1}'}, {"payload": '{"mac": "B1", "temp": 2}'}, ["t/A1/payload/temp", "t/B1/payload/temp"]),
    ({"farm_id": 1, "turbine_id": 5, "mps": 1}, {"farm_id": 1, "turbine_id": 6, "mps": 2}, ["t/5/mps", "t/6/mps"]),
    ([{"port": 1, "v": 1.0}], [{"port": 2, "v": 2.0}], ["t/1/v", "t/2/v"]),
    ([{"sn": "P1", "soc": 1}], [{"sn": "P2", "soc": 2}], ["t/P1/soc", "t/P2/soc"]),
    ({"device": "A", "sensor": "bme", "temp": 1}, {"device": "B", "sensor": "bme", "temp": 2}, ["t/A/bme/temp", "t/B/bme/temp"]),
    ({"device": "A", "sensor": "bme", "temp": 1}, {"device": "A", "sensor": "dht", "temp": 2}, ["t/A/bme/temp", "t/A/dht/temp"]),
    ({"device": "A", "sensor": "temp", "value": 1}, {"device": "B", "sensor": "temp", "value": 2}, ["t/A/temp", "t/B/temp"]),
    ({"node-id": "N1", "sensor": "ir", "on": 1}, {"node-id": "N2", "sensor": "ir", "on": 2}, ["t/N1/ir/on", "t/N2/ir/on"]),
    ({"meta": {"device": "A"}, "temp": 1}, {"meta": {"device": "B"}, "temp": 2}, ["t/A/temp", "t/B/temp"]),
    ({"uplink": {"DevEUI": "0A1D", "snr": 1}}, {"uplink": {"DevEUI": "0B1D", "snr": 2}}, ["t/0A1D/uplink/snr", "t/0B1D/uplink/snr"]),
    ({"device": "gw", "id": "71", "name": "A", "m3": 1}, {"device": "gw", "id": "72", "name": "B", "m3": 2}, ["t/A/m3", "t/B/m3"]),
    ({"tag": "a", "value": 1, "quality": "good"}, {"tag": "b", "value": 2, "quality": "good"}, ["t/a", "t/b"]),
    ({"path": "line.speed", "value": 1}, {"path": "line.load", "value": 2}, ["t/line/speed", "t/line/load"]),
    ([{"pid": 5, "t": 1.0}, {"pid": 6, "t": 2.0}], [], ["t/5/t", "t/6/t"]),
    ({"deviceId": 1, "temp": 1}, {"deviceId": 2, "temp": 2}, ["t/1/temp", "t/2/temp"]),
    ([{"sensorSn": "A", "ts": 1_700_000_000, "temp": 1}], [{"sensorSn": "B", "ts": 1_700_000_000, "temp": 2}], ["t/A/temp", "t/B/temp"]),
    ({"mmsi": 201, "speed": 1}, {"mmsi": 202, "speed": 2}, ["t/201/speed", "t/202/speed"]),
    ([{"host": "A", "key": "load", "value": 1}], [{"host": "B", "key": "load", "value": 2}], ["t/A/load", "t/B/load"]),
    ([{"metric": "m", "value": 1, "tags": {"h": "a"}}], [{"metric": "m", "value": 2, "tags": {"h": "b"}}], ["t/m/h=a", "t/m/h=b"]),
    ([{"zoneName": "A", "temp": 1}], [{"zoneName": "B", "temp": 2}], ["t/A/temp", "t/B/temp"]),
    ({"o": {"id": "A", "attributes": {"v": 1}}}, {"o": {"id": "B", "attributes": {"v": 2}}}, ["t/A/o/attributes/v", "t/B/o/attributes/v"]),
    ([{"id": "m", "source": "A", "payload": {"v": 1}}], [{"id": "n", "source": "B", "payload": {"v": 2}}], ["t/A/payload/v", "t/B/payload/v"]),
    ({"nodeId": 'ns=3;s="DB"."A"', "value": 1}, {"nodeId": 'ns=3;s="DB"."B"', "value": 2}, ["t/DB/A", "t/DB/B"]),
]  # fmt: skip


def tags_after(*payloads: object, topic: str = "plot/t") -> dict[str, list[float | None]]:
    """Return the tags that messages on one topic make, with the values held."""
    ingest = make_ingest(load([], {}), lambda _topic, _error: None)
    for place, payload in enumerate(payloads):
        ingest.accept_messages([Message(topic, json.dumps(payload).encode(), 1_800_000_000.0 + place)])
    ingest.settle(math.inf)
    return {
        series.tag: [
            None if math.isnan(value) else value for value in series.ring.read(series.ring.first, series.ring.next)[1]
        ]
        for series in ingest.store
    }


@pytest.mark.parametrize(("first", "second", "expected"), TWO)
def test_two_on_one_topic_make_two_series(first: object, second: object, expected: list[str]) -> None:
    """Whatever says who or what it is: names, numbers, parts of the message."""
    tags = tags_after(first, second)
    assert {tag: tags.get(tag) for tag in expected} == {expected[0]: [1.0], expected[1]: [2.0]}


@pytest.mark.parametrize("key", ["id", "messageId", "seq", "count"])
def test_a_number_that_counts_the_messages_is_no_name(key: str) -> None:
    """A series a message would fill the table of tags."""
    assert tags_after({key: 1, "temp": 1}, {key: 2, "temp": 2})["t/temp"] == [1.0, 2.0]


@pytest.mark.parametrize("part", ["header", "meta"])
def test_the_id_of_a_message_in_its_header_is_no_name(part: str) -> None:
    """It is another in each message, as a number or a text."""
    first, second = ({part: {"id": f"m-{place}", "type": "report"}, "temp": place} for place in (1, 2))
    assert tags_after(first, second)["t/temp"] == [1.0, 2.0]


@pytest.mark.parametrize("kind", ["float", "Int32", "analogInput", "measurement", "property-decoded"])
def test_a_type_of_data_is_no_name(kind: str) -> None:
    """It says how a value is written, not what it is."""
    assert tags_after({"type": kind, "value": 1}) == {"t": [1.0]}


def test_a_short_name_is_told_by_a_topic_where_it_stands_alone() -> None:
    """Or the values of device 1 would go on in the series of device 11."""
    assert tags_after({"deviceId": 11, "temp": 1}, {"deviceId": 1, "temp": 2}, topic="plot/line11") == {
        "line11/deviceId": [11.0],
        "line11/temp": [1.0],
        "line11/1/deviceId": [1.0],
        "line11/1/temp": [2.0],
    }


def test_the_channel_on_which_a_gateway_hears_is_no_name() -> None:
    """It is another in each message."""
    heard = [{"gw": [{"gwEui": "A1", "channel": channel, "rssi": -50 - channel}]} for channel in (1, 2)]
    assert tags_after(*heard)["t/gw/A1/rssi"] == [-51.0, -52.0]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ([{"id": "a", "v": 5, "q": 0}, {"id": "b", "v": 6, "q": 192}], {"t/a": [None], "t/b": [6.0]}),
        ([{"id": "a", "v": 5, "q": 20}, {"id": "b", "v": 6, "q": 64}], {"t/a": [None], "t/b": [6.0]}),
        ([{"id": "a", "v": 5, "q": 0}, {"id": "b", "v": 6, "q": 0x80340000}], {"t/a": [5.0], "t/b": [None]}),
        ({"id": "a", "v": 5, "q": 0, "ack": True}, {"t/a": [5.0]}),
        ({"id": "a", "v": 5, "s": False}, {"t/a": [None]}),
        ({"tagName": "a", "value": 0, "success": False}, {"t/a": [None]}),
        ({"name": "a", "value": "", "err": "1"}, {"t/a": [None]}),
    ],
)
def test_a_message_shows_what_its_qualities_mean(payload: object, expected: dict[str, object]) -> None:
    """0 is bad in OPC DA, where another value of the message is good or uncertain by its numbers."""
    assert tags_after(payload) == expected


def test_an_owner_that_the_topic_names_is_not_repeated() -> None:
    """The tag stays as short as it may be."""
    assert tags_after({"device": "A", "name": "temp", "value": 1}, topic="plot/A") == {"A/temp": [1.0]}


@pytest.mark.parametrize(
    "rows", [[[1_700_000_000, 1.5], [1_700_000_001, 2.5]], [[1.5, 1_700_000_000_000], [2.5, 1_700_000_001_000]]]
)
def test_rows_with_their_times_are_samples_over_time(rows: list[list[float]]) -> None:
    """As databases answer: the time first, or last. It is no value."""
    assert tags_after({"target": "cpu", "datapoints": rows}) == {"t/cpu": [1.5, 2.5]}


@pytest.mark.parametrize("bad", [{"valid": 0}, {"valid": False}, {"isValid": False}, {"quality": "BAD"}])
def test_values_that_their_object_calls_invalid_are_gaps(bad: dict[str, object]) -> None:
    """A zero of a sensor that is not connected is no zero."""
    assert tags_after({**bad, "pd": {"temp": 0}})["t/pd/temp"] == [None]


def test_false_among_numbers_is_a_gap() -> None:
    """A thermometer that is not there says false, which is no 0 °C; before the first number as well."""
    assert tags_after(*(json.loads(text) for text in ("false", "21.5", "false", "22.5"))) == {
        "t": [None, 21.5, None, 22.5]
    }


def test_the_name_of_a_value_is_not_the_name_of_its_series() -> None:
    """A mode has a number, a name and a description: another mode goes on in the same series."""
    modes = [{"mode": {"val": 1, "name": "off", "desc": "Off"}}, {"mode": {"val": 3, "name": "solar", "desc": "Solar"}}]
    assert tags_after(*modes) == {"t/mode": [1.0, 3.0]}


def test_a_number_that_its_place_tells_is_no_level_more() -> None:
    """A component is known by its key already."""
    assert tags_after({"switch:7": {"id": 7, "value": 5}}) == {"t/switch:7": [5.0]}


@pytest.mark.parametrize(
    ("key", "first", "second"), [("position", 55, 56), ("fan", "AUTO", "LOW"), ("pump", "ON", "OFF")]
)
def test_what_is_measured_is_no_name_of_an_object_in_a_list(key: str, first: object, second: object) -> None:
    """A series for each position, or for each mode of a fan, would fill the table of tags."""
    assert tags_after([{key: first, "temp": 1}], [{key: second, "temp": 2}])["t/0/temp"] == [1.0, 2.0]
