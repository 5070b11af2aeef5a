"""Real payloads over a real broker: every format at once, through the whole bridge."""

import json
import time
from typing import Any

from mqtt_plot.parsers.sparkplug_payload import decode
from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.listener import Listener
from tests.support.payloads import RECORDED, Expected
from tests.support.processes import ROOT
from tests.support.waiting import wait_until

STREAM: list[tuple[str, str | bytes]] = [
    (topic, bytes.fromhex(text))
    for topic, text in json.loads((ROOT / "tests" / "sparkplug" / "stream.json").read_text())
]


def test_recorded_devices_are_plotted_over_a_real_broker(broker: Broker, start_bridge: StartBridge) -> None:
    """Every recorded message, the examples of RFC 8428 among them, gives its tags with their values, units and times; nothing is refused."""
    bridge = start_bridge("--broker", broker.url)
    bridge.wait_ready()
    topics = {f"plot/d{i}": recorded for i, recorded in enumerate(RECORDED.values())}
    began = time.time()
    broker.publish_many([(topic, recorded.payload) for topic, recorded in topics.items()])
    bridge.wait_status(lambda s: s["counters"].get("messages_received") == len(topics), "all messages to be taken")
    expected = dict[str, list[Expected]]()
    for topic, recorded in topics.items():
        for point in recorded.expected:
            tag = topic.removeprefix("plot/") + (f"/{point[0]}" if point[0] is not None else "")
            expected.setdefault(tag, []).append(point)
    assert {tag: entry["unit"] for tag, entry in bridge.tags().items()} == {
        tag: points[-1][2] for tag, points in expected.items()
    }
    for tag, points in expected.items():
        seen = bridge.series(tag)
        assert values_of(seen) == [None if value != value else value for _, value, _, _ in points], tag  # noqa: PLR0124 - NaN
        for at, (_, _, _, stamp) in zip(seen["time"], points, strict=True):
            assert at == stamp or (stamp is None and began - 1 < at < time.time() + 1), tag
    assert not any("rejected" in name for name in bridge.status()["counters"])


def values_of(series: dict[str, Any]) -> list[float | str | None]:
    """Return the values of an answer, states as their words."""
    if series["kind"] != "state":
        values: list[float | str | None] = series["value"]
        return values
    return [series["states"][int(value)] for value in series["value"]]


def test_a_sparkplug_stream_of_an_independent_client_over_a_real_broker(
    broker: Broker, start_bridge: StartBridge
) -> None:
    """Births, data and deaths of pysparkplug become tags; the death ends them, and one point more is the gap that shows it."""
    bridge = start_bridge("--broker", broker.url, "--preset", "sparkplug")
    bridge.wait_ready()
    broker.publish_many(STREAM[:4])
    bridge.wait_status(lambda s: s["counters"].get("messages_received") == 4, "births and data")
    press = "plant/edge1/press"
    assert bridge.series(f"{press}/Temp/Inlet")["value"] == [21.5, 22.25]
    assert bridge.series(f"{press}/Temp/Inlet")["time"] == [1_700_000_000.0, 1_700_000_002.0]
    assert bridge.series(f"{press}/Offset")["value"] == [-7, -8]
    assert bridge.series(f"{press}/State")["states"] == ["IDLE", "RUN"]
    assert bridge.tags()[f"{press}/Running"]["kind"] == "boolean"
    assert not bridge.tags()[f"{press}/Running"]["stale"]
    broker.publish_many(STREAM[4:])
    bridge.wait_status(lambda s: s["counters"].get("messages_received") == 6, "deaths")
    assert bridge.series(f"{press}/Temp/Inlet")["value"] == [21.5, 22.25, None]
    assert bridge.series("plant/edge1/Load")["value"] == [0.5, 0.75, None]
    assert all(entry["stale"] for entry in bridge.tags().values())


def test_a_late_joiner_asks_for_a_rebirth_only_when_allowed(broker: Broker, start_bridge: StartBridge) -> None:
    """With --sparkplug-rebirth the node gets the one NCMD; without it nothing is ever published."""
    alias_only = bytes.fromhex("1204100a5005")  # one metric, alias 10, 5
    with Listener(broker.port, "spBv1.0/+/NCMD/#") as heard:
        quiet = start_bridge("--broker", broker.url, "--preset", "sparkplug", "--client-id", "quiet")
        quiet.wait_ready()
        broker.publish("spBv1.0/plant/DDATA/edge1/press", alias_only)
        quiet.wait_status(lambda s: s["counters"].get("messages_rejected.no_birth") == 1, "the refusal")
        assert heard.last == {}
        asking = start_bridge(
            "--broker", broker.url, "--preset", "sparkplug", "--client-id", "asking", "--sparkplug-rebirth", "yes"
        )
        asking.wait_ready()
        broker.publish("spBv1.0/plant/DDATA/edge1/press", alias_only)
        wait_until(lambda: heard.count, "the rebirth request")
    ((topic, payload),) = heard.last.items()
    assert topic == "spBv1.0/plant/NCMD/edge1"
    assert [(m.name, m.value) for m in decode(payload).metrics] == [("Node Control/Rebirth", True)]
