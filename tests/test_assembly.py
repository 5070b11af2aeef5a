"""The whole way of a message, with the options that a user gives: topics, times, floods, descriptions."""

import json
import math

import pytest

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.samples import Message

NOW = 1_700_000_000.0


def ingest_of(*arguments: str) -> Ingest:
    return make_ingest(load(arguments, {}))


def points(ingest: Ingest, tag: str) -> list[tuple[float, float]]:
    ring = ingest.store.find(tag).ring
    return list(zip(*ring.read(ring.first, ring.next), strict=True))


def balance(ingest: Ingest) -> tuple[int, int]:
    """Return (messages received, what became of them), for messages of one sample."""
    names = (
        "samples_stored",
        "samples_conflated",
        "samples_retained",
        "messages_rejected",
        "messages_refused",
        "messages_described",
    )
    return ingest.counters.total("messages_received"), sum(ingest.counters.total(name) for name in names)


@pytest.mark.parametrize("stamp", [12, -5, 9_000_000_000, NOW + 2 * 86_400])
def test_a_stamp_out_of_this_world_never_costs_the_sample(stamp: float) -> None:
    """It is stored at its arrival, counted, and the verdict says so."""
    ingest = ingest_of()
    ingest.accept_messages([Message("plot/a", json.dumps({"value": 7, "ts": stamp}).encode(), NOW)])
    assert points(ingest, "a") == [(NOW, 7.0)]
    assert ingest.counters.total("time_replaced") == 1
    assert "put aside" in ingest.verdicts.since(0)[0].notes[0]


def test_columns_lose_only_the_stamps_that_cannot_be() -> None:
    """The other stamps of the column stay."""
    ingest = ingest_of()
    ingest.accept_messages([Message("plot/a", json.dumps({"value": [1, 2], "ts": [5, NOW - 1]}).encode(), NOW)])
    assert points(ingest, "a") == [(NOW, 1.0), (NOW - 1, 2.0)]


def test_a_gateway_whose_own_clock_was_never_set_believes_its_devices() -> None:
    """At boot without a clock chip it is 1970 here; the stamps are right."""
    ingest = ingest_of()
    ingest.accept_messages([Message("plot/a", json.dumps({"value": 7, "ts": NOW}).encode(), 30.0)])
    assert points(ingest, "a") == [(NOW, 7.0)]


def test_each_tag_gets_the_time_its_rule_says() -> None:
    """One device is right, one is to be ignored, one counts from its power-up."""
    ingest = ingest_of("--time", "*/arrival=arrival", "--time", "*/corrected=corrected")
    for second in range(10):
        now = NOW + second + 0.25
        stamps = {"device": NOW + second, "arrival": NOW - 500, "corrected": 100.0 + second}
        ingest.accept_messages(
            [Message(f"plot/x/{name}", json.dumps({"value": 1, "ts": ts}).encode(), now) for name, ts in stamps.items()]
        )
    last = {name: points(ingest, f"x/{name}")[-1][0] for name in ("device", "arrival", "corrected")}
    assert last == {"device": NOW + 9, "arrival": NOW + 9.25, "corrected": pytest.approx(NOW + 9.25)}
    assert ingest.store.find("x/arrival").offset == pytest.approx(-500, abs=10)


def test_a_flood_keeps_its_peaks_and_the_sum_is_exact() -> None:
    """50,000 samples in a second: the history is not pushed out, the spike is there, every sample is accounted for."""
    ingest = ingest_of("--max-rate", "100", "--max-points", "10000")
    messages = [Message("plot/a", b"9" if n == 33_333 else b"1", NOW + n / 50_000) for n in range(50_000)]
    for start in range(0, len(messages), 1000):
        ingest.accept_messages(messages[start : start + 1000])
    assert ingest.store.find("a").is_throttled
    ingest.settle(math.inf)
    stored = points(ingest, "a")
    assert 1000 <= len(stored) <= 1200
    assert (NOW + 33_333 / 50_000, 9.0) in stored
    assert balance(ingest) == (50_000, 50_000)
    assert not ingest.store.find("a").is_throttled


def test_a_tag_that_calms_down_passes_untouched_again() -> None:
    """The guard steps back by itself once tokens have come in."""
    ingest = ingest_of("--max-rate", "10")
    ingest.accept_messages([Message("plot/a", b"1", NOW + n / 1000) for n in range(500)])
    ingest.settle(NOW + 5)
    assert not ingest.store.find("a").is_throttled
    before = len(points(ingest, "a"))
    ingest.accept_messages([Message("plot/a", b"2", NOW + 6), Message("plot/a", b"3", NOW + 6)])
    assert len(points(ingest, "a")) == before + 2


def test_a_flood_on_one_tag_leaves_the_others_alone() -> None:
    """Each tag has its own tokens."""
    ingest = ingest_of("--max-rate", "1")
    ingest.accept_messages([Message("plot/a", b"1", NOW)] * 100 + [Message("plot/b", b"1", NOW)])
    assert [ingest.store.find(tag).is_throttled for tag in ("a", "b")] == [True, False]


def test_a_rate_of_zero_is_no_limit() -> None:
    """Also when our own clock steps back."""
    ingest = ingest_of("--max-rate", "0")
    ingest.accept_messages([Message("plot/a", b"1", NOW - n) for n in range(1000)])
    assert ingest.counters.get("samples_stored") == 1000


def test_columns_cost_one_token() -> None:
    """A million points per second pass at the default rate."""
    ingest = ingest_of()
    body = json.dumps({"value": [1.5] * 1000, "ts": [NOW + n / 1e6 for n in range(1000)]}).encode()
    ingest.accept_messages([Message("plot/a", body, NOW + n / 1000) for n in range(100)])
    assert (ingest.counters.get("samples_stored"), ingest.counters.get("samples_conflated")) == (100_000, 0)


def test_a_deleted_series_comes_back_described_and_counted() -> None:
    """What ingest remembers of a topic must not lead to a series that is gone."""
    ingest = ingest_of("--max-rate", "1")
    ingest.accept_messages([Message("plot/a/$meta", b'{"unit": "m"}', NOW)] + [Message("plot/a", b"1", NOW)] * 50)
    ingest.store.delete("a")
    ingest.accept_messages([Message("plot/a", b"2", NOW + 1)])
    assert points(ingest, "a") == [(NOW + 1, 2.0)]
    assert ingest.store.find("a").unit == "m"
    ingest.settle(math.inf)
    assert balance(ingest) == (52, 52)


def test_discovery_names_the_tags_of_a_preset() -> None:
    """zigbee2mqtt: the configuration comes first, the samples later, both as the broker delivers them."""
    ingest = ingest_of("--preset", "zigbee2mqtt")
    config = {
        "name": "Temperature", "device": {"name": "kitchen"}, "state_topic": "zigbee2mqtt/kitchen",
        "unit_of_measurement": "°C", "value_template": "{{ value_json.temperature }}",
    }  # fmt: skip
    ingest.accept_messages(
        [
            Message("homeassistant/sensor/0x1/temperature/config", json.dumps(config).encode(), NOW, is_retained=True),
            Message("zigbee2mqtt/kitchen", b'{"temperature": 21.5, "battery": 97}', NOW),
        ]
    )
    series = ingest.store.find("z2m/kitchen/temperature")
    assert (points(ingest, series.tag), series.unit) == ([(NOW, 21.5)], "°C")
    assert series.meta == {"label": "kitchen Temperature"}
    assert len(ingest.store) == 2


@pytest.mark.parametrize("policy", ["arrival", "corrected"])
def test_a_retained_copy_whose_stamp_is_not_taken_as_it_is_is_a_last_known_value(policy: str) -> None:
    """With the time of arrival, or a correction that nothing has taught yet, it would show as a fresh point."""
    ingest = ingest_of("--time", policy)
    stamped = json.dumps({"value": 3, "ts": NOW - 60}).encode()
    ingest.accept_messages([Message("plot/a", stamped, NOW, is_retained=True)])
    assert (ingest.store.find("a").retained, points(ingest, "a")) == (3.0, [])


def test_a_retained_copy_out_of_this_world_is_a_last_known_value() -> None:
    """Nothing can be said of when it was."""
    ingest = ingest_of()
    ingest.accept_messages([Message("plot/a", b'{"value": 3, "ts": 5}', NOW, is_retained=True)])
    assert (ingest.store.find("a").retained, points(ingest, "a")) == (3.0, [])


def test_a_thousand_messages_of_one_topic_have_few_verdicts_and_the_rest_is_counted() -> None:
    """Sampled under flood, and said so."""
    ingest = ingest_of()
    ingest.accept_messages([Message("plot/a", b"1", NOW + n / 1000) for n in range(1000)])
    assert (len(ingest.verdicts.since(0)), ingest.verdicts.skipped) == (2, 998)
