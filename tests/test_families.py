"""What real devices publish, through a real broker, with one line of configuration each: tags, values, units, times.

The payloads are those of docs/devices.md and of the families' own documentation.
"""

import json
from typing import Any

import pytest

from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.waiting import wait_until

TASMOTA = {
    "Time": "2024-01-02T03:04:05",
    "AM2301": {"Temperature": 21.9, "Humidity": 52.3, "DewPoint": 11.7},
    "TempUnit": "C",
}
TASMOTA_ENERGY = {
    "Time": "2024-01-02T03:04:05",
    "ENERGY": {"TotalStartTime": "2023-05-01T08:00:00", "Total": 3.185, "Power": 42, "Voltage": 231, "Current": 0.182},
}
SHELLY_2 = {
    "id": 0, "source": "init", "output": True, "apower": 8.9, "voltage": 234.1,
    "aenergy": {"total": 11.8, "by_minute": [0.5, 0.1, 0.2], "minute_ts": 1704164645},
    "temperature": {"tC": 44.2, "tF": 111.5},
}  # fmt: skip
ZIGBEE = {
    "battery": 97,
    "humidity": 48.21,
    "linkquality": 105,
    "pressure": 1002.1,
    "temperature": 21.53,
    "voltage": 3015,
}
ZIGBEE_CONFIG = {
    "device": {"name": "kitchen", "identifiers": ["zigbee2mqtt_0x00158d0001"]}, "device_class": "temperature",
    "name": "Temperature", "state_topic": "zigbee2mqtt/kitchen", "unit_of_measurement": "°C",
    "value_template": "{{ value_json.temperature }}",
}  # fmt: skip
ESPHOME_CONFIG = {
    "unit_of_meas": "°C", "name": "Room Temperature", "stat_t": "livingroom/sensor/room_temperature/state",
    "dev": {"name": "livingroom"},
}  # fmt: skip
STAMP = 1_704_164_645.0  # 2024-01-02T03:04:05Z

# preset: (what is published in this order, what must come of it: tag → (value, unit, time or None for now)).
FAMILIES: dict[str, tuple[list[tuple[str, Any]], dict[str, tuple[float, str | None, float | None]]]] = {
    "tasmota": (
        [("tele/room/SENSOR", TASMOTA), ("tele/plug/SENSOR", TASMOTA_ENERGY), ("stat/plug/POWER", "ON"), ("tele/plug/LWT", "Online")],
        {
            "room/AM2301/Temperature": (21.9, "°C", STAMP),
            "room/AM2301/Humidity": (52.3, None, STAMP),
            "plug/ENERGY/Power": (42.0, None, STAMP),
            "plug/POWER": (1.0, None, None),
            "plug/online": (1.0, None, None),
        },
    ),
    "shelly": (
        [
            ("shellies/shellyplug-s-7A0D/relay/0/power", "42.51"),
            ("shellies/shellyplug-s-7A0D/relay/0", "on"),
            ("shellies/shellyht-F3A1/sensor/temperature", "19.88"),
            ("shellyplus1pm-a8032ab/status/switch:0", SHELLY_2),
        ],
        {
            "shellyplug-s-7A0D/relay/0/power": (42.51, None, None),
            "shellyplug-s-7A0D/relay/0": (1.0, None, None),
            "shellyht-F3A1/temperature": (19.88, None, None),
            "shellyplus1pm-a8032ab/switch:0/apower": (8.9, None, None),
            "shellyplus1pm-a8032ab/switch:0/temperature/tC": (44.2, None, None),
        },
    ),
    "zigbee2mqtt": (
        [("homeassistant/sensor/0x00158d0001/temperature/config", ZIGBEE_CONFIG), ("zigbee2mqtt/kitchen", ZIGBEE)],
        {"z2m/kitchen/temperature": (21.53, "°C", None), "z2m/kitchen/battery": (97.0, None, None)},
    ),
    "esphome": (
        [
            ("homeassistant/sensor/livingroom/room_temperature/config", ESPHOME_CONFIG),
            ("livingroom/sensor/room_temperature/state", "21.4"),
            ("livingroom/binary_sensor/window/state", "ON"),
        ],
        {"livingroom/room_temperature": (21.4, "°C", None), "livingroom/binary_sensor/window": (1.0, None, None)},
    ),
    "homeassistant": (
        [("homeassistant/sensor/outdoor_temperature/state", "7.9")],
        {"sensor/outdoor_temperature": (7.9, None, None)},
    ),
    "telegraf": (
        [("telegraf/gw1/cpu", "cpu,cpu=cpu-total,host=gw1 usage_idle=97.9,usage_user=1.2 1704164645000000000")],
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_a_preset_is_all_that_a_device_family_needs(broker: Broker, start_bridge: StartBridge, name: str) -> None:
    """The right tags, values, units and times; no message is refused."""
    published, expected = FAMILIES[name]
    bridge = start_bridge("--broker", broker.url, "--preset", name)
    bridge.wait_ready()
    for topic, payload in published:
        broker.publish(topic, payload if isinstance(payload, str) else json.dumps(payload))
    wanted = expected or {"usage_idle": (97.9, None, STAMP)}
    wait_until(lambda: all(any(tag.endswith(want) for tag in bridge.tags()) for want in wanted), f"the tags of {name}")
    tags = bridge.tags()
    for want, (value, unit, time) in wanted.items():
        found = next(entry for tag, entry in tags.items() if tag.endswith(want))
        assert (found["value"], found["unit"]) == (value, unit), want
        assert time is None or found["last"] == time, want
    counters = bridge.status()["counters"]
    assert [name for name in counters if name.startswith(("messages_rejected", "samples_rejected"))] == []
