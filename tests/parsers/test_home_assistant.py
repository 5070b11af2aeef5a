"""Home Assistant's discovery: real configurations of zigbee2mqtt, ESPHome and Tasmota, shortened to what matters."""

import pytest

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.home_assistant import Described, parse_discovery
from mqtt_plot.samples import Message


def test_zigbee2mqtt_names_a_field_of_a_json_payload() -> None:
    """One topic carries all values of a device; the template says which is meant."""
    config = {
        "device": {"name": "kitchen", "identifiers": ["zigbee2mqtt_0x00158d0001"]},
        "device_class": "temperature",
        "enabled_by_default": True,
        "name": "Temperature",
        "state_class": "measurement",
        "state_topic": "zigbee2mqtt/kitchen",
        "unit_of_measurement": "°C",
        "value_template": "{{ value_json.temperature }}",
    }
    assert parse_discovery(config) == [
        Described("zigbee2mqtt/kitchen", "temperature", {"label": "kitchen Temperature", "unit": "°C"})
    ]


def test_esphome_uses_abbreviations_and_a_topic_per_value() -> None:
    """Without a template the payload itself is the value."""
    config = {
        "dev_cla": "temperature", "unit_of_meas": "°C", "stat_cla": "measurement", "name": "Living Room Temp", "sug_dsp_prc": 1,
        "stat_t": "livingroom/sensor/living_room_temp/state", "avty_t": "livingroom/status", "uniq_id": "ESPsensor1",
        "dev": {"ids": "bcddc2", "name": "livingroom", "sw": "esphome v2024.6"},
    }  # fmt: skip
    assert parse_discovery(config) == [
        Described(
            "livingroom/sensor/living_room_temp/state",
            None,
            {"label": "livingroom Living Room Temp", "unit": "°C", "decimals": 1},
        )
    ]


def test_tasmota_uses_a_base_topic_and_brackets() -> None:
    """`~` stands for the base; a path into nested objects is a field with slashes."""
    config = {
        "name": "Tasmota ENERGY Power", "~": "tele/plug/", "stat_t": "~SENSOR", "unit_of_meas": "W",
        "val_tpl": "{{value_json['ENERGY']['Power'] | round(1)}}", "dev": {"ids": ["A1B2"]},
    }  # fmt: skip
    assert parse_discovery(config) == [
        Described("tele/plug/SENSOR", "ENERGY/Power", {"label": "Tasmota ENERGY Power", "unit": "W"})
    ]


def test_a_device_configuration_holds_several_entities() -> None:
    """The newer form: shared fields once, entities as components."""
    config = {
        "dev": {"name": "meter"},
        "state_topic": "meter/state",
        "cmps": {
            "t": {"p": "sensor", "name": "T", "unit_of_measurement": "°C", "value_template": "{{ value_json.t }}"},
            "h": {"p": "sensor", "name": "H", "unit_of_measurement": "%", "value_template": "{{ value_json.h }}"},
        },
    }
    assert [(item.topic, item.field, item.meta["unit"]) for item in parse_discovery(config)] == [
        ("meter/state", "t", "°C"),
        ("meter/state", "h", "%"),
    ]


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"command_topic": "a/restart"},
        {"state_topic": 5},
        {"state_topic": "a", "value_template": "{% if value_json.x %}1{% endif %}"},
        {"state_topic": "a", "value_template": "{{ value_json }}"},
        {"cmps": {"a": 5}},
    ],
)
def test_what_names_no_place_says_nothing(config: object) -> None:
    """A button has no state, and a template that computes is not guessed at."""
    assert parse_discovery(config) == []


def test_what_is_no_configuration_is_refused() -> None:
    """With the reason."""
    with pytest.raises(PayloadError) as caught:
        parse_discovery(5)
    assert caught.value.code == "bad_meta"


@pytest.mark.parametrize(
    ("config", "note"),
    [
        ('{"name": "T", "state_topic": "homeassistant/sensor/t/state"}', "describes 1 tag"),
        ('{"name": "T", "state_topic": "zigbee2mqtt/t"}', "describes no tag: 'zigbee2mqtt/t' is not subscribed to"),
        ('{"name": "Restart", "command_topic": "a/restart"}', "describes no tag: it has no 'state_topic'"),
        ("", "removes an entity"),
    ],
)
def test_a_house_full_of_other_entities_is_no_problem(config: str, note: str) -> None:
    """Discovery speaks of all that there is; only what is malformed is refused."""
    ingest = make_ingest(load(["--preset", "homeassistant"], {}))
    ingest.accept_messages([Message("homeassistant/sensor/t/config", config.encode(), 1_700_000_000.0)])
    (verdict,) = ingest.verdicts.since(0)
    assert verdict.outcome == "described"
    assert verdict.notes[0].startswith(note)


def test_a_strange_unit_is_no_reason_to_lose_the_name() -> None:
    """Each part is used on its own terms."""
    config = {"state_topic": "a", "name": "x", "unit_of_measurement": "\x00", "suggested_display_precision": 99}
    assert parse_discovery(config) == [Described("a", None, {"label": "x"})]
