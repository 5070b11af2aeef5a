"""What cannot be read surely is said in the verdict of a message; what is read surely has no note."""

import json
import math

import pytest

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.samples import Message

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z


def notes_on(*payloads: object) -> str:
    """Return the notes on the last of some messages on one topic."""
    ingest = make_ingest(load([], {}), lambda _topic, _error: None)
    for place, payload in enumerate(payloads):
        text = payload if isinstance(payload, str) else json.dumps(payload)
        ingest.accept_messages([Message("plot/t", text.encode(), NOW + place)])
    ingest.settle(math.inf)
    return "; ".join(ingest.verdicts.since(0)[-1].notes)


@pytest.mark.parametrize(
    ("payloads", "words"),
    [
        # Two owners or two quantities in one series.
        ([{"temp": 1, "addr": "28FF01"}, {"temp": 2, "addr": "28FF02"}], "'addr' was '28FF01', and is '28FF02'"),
        (
            [{"farm": "north", "wtg": "T1", "kw": 5}, {"farm": "north", "wtg": "T2", "kw": 9}],
            "'wtg' was 'T1', and is 'T2'",
        ),
        (
            [{"device_id": "ESP1", "name": "1B03", "mv": 1}, {"device_id": "ESP1", "name": "6D03", "mv": 2}],
            "'name of ESP1' was '1B03', and is",
        ),
        ([{"id": 17, "temp": 21}, {"id": 18, "temp": 5}], "'id' was '17', and is '18'"),
        ([{"value": 21.5, "unit": "°C"}, {"value": 70, "unit": "°F"}], "had the unit '°C', and has '°F' now"),
        ([{"tag": "x", "value": 1}], "tag 'x' is passed over"),
        ([[{"ts": NOW, "a": 1}, {"ts": NOW, "a": 2}]], "has two values for one time in one message"),
        # Times that may be meant otherwise.
        ([{"time": "2027-01-15 06:00:00", "temp": 5}], "'time' names no zone and is not now"),
        ([{"time": "20270115060000", "temp": 5}], "'time' names no zone and is not now"),
        ([{"date": "2027-01-15", "time": 75000, "temp": 5}], "'time' may be the time of day of 'date'"),
        ([{"ts": NOW + 7_200, "temp": 5}], "a time in the future is kept"),
        ([{"ts": 752_000_000, "temp": 5}], "a time before 2010 is kept"),
        ([{"start": NOW - 3_600, "end": NOW, "kwh": 5}], "the begin of what has an end as well"),
        ([{"lastComm": 1_799_990_000_000, "temp": 5}], "'lastComm' is a time, which is not used"),
        ([{"since": "2027-01-15T06:00:00Z", "temp": 5}], "'since' may be a time, and is not used"),
        # What is lost.
        ([{"temp": 5, "line": "21.5;40.2;1013"}], "'line' holds numbers in a text"),
        ([{"temp": 5, "version": "1.2.3"}], "texts that are no states left out: 'version'"),
        ([{"temperature": 21.5, "humidity": 40, "unit": "C"}], "unit 'C' stands beside several values"),
        ([{"name": "a", "value": "", "raw": "6447.31"}], "'value' is empty: a gap"),
        ([{"pm": "<5", "co2": 400}], "a limit and no value, a gap"),
        ([{"value": 215, "decimals": 1}], "'decimals' stands beside 'value', which is not scaled by it"),
        ([{"temp": -9999, "hum": 40}], "'temp' is -9999, which often stands for no value"),
        (['{"temp": 1, "temp": 2}'], "'temp' comes more than once in one object"),
        (['{"temp": 1}\n{"temp": 2}'], "several JSON texts in one message"),
        (
            [[{"ts": NOW, "a": 1, "colour": "x"}, {"ts": NOW + 1, "a": 2, "colour": "y"}]],
            "'colour' is another in each of the samples over time",
        ),
        ([[{"id": 7, "ts": NOW, "a": 1}, {"id": 8, "ts": NOW + 1, "a": 2}]], "'id' is another number in each"),
        ([{"temp": 5, "received": NOW + 3}], "'received' is a time, which is not used"),
        ([{"temp": 32767, "hum": 40}], "'temp' is 32767, which often stands for no value"),
        ([{"value": 5, "metadata": {"flow": 42.5}}], "left out beside the value: 'metadata'"),
        ([{"temp": "2150", "scale": -2}], "'scale' stands beside 'temp', which is not scaled by it"),
        ([{"W": 2345, "W_SF": -1}], "'W_SF' stands beside 'W', which is not scaled by it"),
        ([{"sampleRate": 100, "data": [1.5, 2.5, 3.5]}], "'sampleRate' may say when each of 'data' was taken"),
        ([{"d": {"mac": "A1"}, "temp": 1}, {"d": {"mac": "B1"}, "temp": 2}], "'d/mac' was 'A1', and is 'B1'"),
        (
            [{"type": "t", "value": 1, "source": "a"}, {"type": "t", "value": 2, "source": "b"}],
            "two senders on one topic",
        ),
        ([{"name": "t", "value": 5, "error": "timeout"}], "an error stands beside the value, which is kept: 'timeout'"),
        ([{"temp": 5, "valid": "false"}], "bad quality, 'valid' is 'false'"),
        (["21,5,40,2"], "and no comma as a decimal mark"),
        (["Temp 21.5"], "holds a number, and is taken as a word"),
    ],
)
def test_what_is_doubtful_is_said(payloads: list[object], words: str) -> None:
    """A person who looks at the curve can know why it may not be what was meant."""
    assert words in notes_on(*payloads)


@pytest.mark.parametrize(
    "payloads",
    [
        ["21.5", "22.5"],
        [{"value": 21.5, "unit": "°C", "ts": NOW}, {"value": 22.5, "unit": "°C", "ts": NOW + 1}],
        [{"value": 21.5, "ts": "2023-11-14T22:13:20Z"}],
        [{"value": 21.5, "ts": "2023-11-14T23:13:20+01:00[Europe/Berlin]"}],
        [{"name": "m", "value": 21.5, "error": "no error"}],
        [{"temp": 21.5, "ts": "2027-01-15T10:00:00", "tz": "+02:00"}],
        [{"value": "21.5 °C", "sampleRate": 10}],
        [{"value": 21.5, "ts": "/Date(1700000000000)/"}],
        [{"temp": 1, "hum": 2}, {"temp": 2, "hum": 3}],
        [{"temp": 1, "error": "E1"}, {"temp": 2, "error": "E2"}],
        [{"temp": 1, "step": "S1"}, {"temp": 2, "step": "S2"}],
        [{"Time": "2027-01-15T08:00:00", "BME280": {"Temperature": 22.6, "Humidity": 48}}],
        [{"device": "a", "temp": 1}, {"device": "b", "temp": 2}],
        [{"device": "a", "id": 17, "temp": 1}, {"device": "a", "id": 18, "temp": 2}],
        [{"device": "a", "name": "x", "temp": 1}, {"device": "b", "name": "y", "temp": 2}],
        [{"device": "a", "sensor": "s1", "temp": 1}, {"device": "a", "sensor": "s2", "temp": 2}],
        [{"id": "a", "v": 1, "q": True, "t": 1_800_000_000_000}],
        [{"addr": 4, "temp": 1}, {"addr": 4, "temp": 2}],
        [{"room": "kitchen", "temp": 1}, {"room": "bath", "temp": 2}],
        [{"start": 5, "temp": 1}],
        ["Fault 7"],
        [{"AM2301": {"Temperature": 21.5}, "TempUnit": "C"}],
    ],
)
def test_what_is_sure_has_no_note(payloads: list[object]) -> None:
    """Notes are for doubts: who reads them finds the few that matter."""
    assert notes_on(*payloads) == ""


def test_what_numbers_messages_is_not_said_for_long() -> None:
    """A number that is new each time tells no senders apart."""
    assert notes_on(*({"id": number, "temp": 1} for number in range(9))) == ""


def test_senders_that_come_back_are_said_each_time() -> None:
    """Two senders in turns, for as long as they do it."""
    assert "two senders on one topic" in notes_on(*({"id": number % 2, "temp": 1} for number in range(9)))


def test_a_source_that_has_shown_its_qualities_is_known_from_then_on() -> None:
    """A 0 after a 192 is bad, in whichever message it comes; alone it is kept, with a note."""
    assert "gaps, as earlier messages" in notes_on({"value": 5, "quality": 192}, {"value": 0, "quality": 0})
    assert "the value is kept" in notes_on({"value": 5, "quality": 0}, {"value": 0, "quality": 0})
