"""What the common device families publish, as one table of topic mappings by name; docs/devices.md shows their payloads.

A preset is nothing but `--topic` options that somebody has already looked up. No two filters of the table cover the same topic, because
some brokers deliver a message once for each filter that covers it.
"""

from mqtt_plot.tags import DISCOVERY

# ESPHome and zigbee2mqtt have a level more, the node: homeassistant/sensor/<node>/<object>/config.
_DISCOVERY = (
    f"homeassistant/+/+/config → {DISCOVERY}",
    f"homeassistant/+/+/+/config → {DISCOVERY}",
)

PRESETS: dict[str, tuple[str, ...]] = {
    "tasmota": (
        "tele/+/SENSOR → {1}",
        "tele/+/STATE → {1}",
        "tele/+/LWT → {1}/online",
        "stat/+/POWER → {1}/POWER",
        "stat/+/POWER1 → {1}/POWER1",
        "stat/+/POWER2 → {1}/POWER2",
        "stat/+/POWER3 → {1}/POWER3",
        "stat/+/POWER4 → {1}/POWER4",
    ),
    "shelly": (
        # First generation: one value a topic.
        "shellies/+/online → {1}/online",
        "shellies/+/temperature → {1}/temperature",
        "shellies/+/voltage → {1}/voltage",
        "shellies/+/relay/+ → {1}/relay/{2}",
        "shellies/+/relay/+/power → {1}/relay/{2}/power",
        "shellies/+/relay/+/energy → {1}/relay/{2}/energy",
        "shellies/+/emeter/+/+ → {1}/emeter/{2}/{3}",
        "shellies/+/sensor/+ → {1}/{2}",
        "shellies/+/input/+ → {1}/input/{2}",
        # Second generation and later: one JSON object a component (switch:0, temperature:100 …).
        "+/status/+ → {1}/{2}",
        "+/online → {1}/online",
    ),
    "zigbee2mqtt": ("zigbee2mqtt/+ → z2m/{1}", *_DISCOVERY),
    "esphome": (
        "+/sensor/+/state → {1}/{2}",
        "+/binary_sensor/+/state → {1}/{2}",
        "+/switch/+/state → {1}/{2}",
        "+/number/+/state → {1}/{2}",
        "+/text_sensor/+/state → {1}/{2}",
        *_DISCOVERY,
    ),
    # Discovery, and what Home Assistant's own mqtt_statestream publishes: homeassistant/<domain>/<entity>/state.
    "homeassistant": ("homeassistant/+/+/state → {1}/{2}", *_DISCOVERY),
    "telegraf": ("telegraf/# → {#}",),
    # OPC UA part 14, 7.3.4.7: opcua/json/data/<publisher>/<writer group>[/<data set writer>].
    "opcua": ("opcua/json/data/# → {#}",),
    "sparkplug": ("spBv1.0/# → {#}",),
}


def check_preset(text: str) -> str:
    """Return `text` if it is the name of a preset, else raise ValueError."""
    if text not in PRESETS:
        raise ValueError(f"expected one of {', '.join(PRESETS)}, got {text!r}")
    return text


def with_presets(mappings: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return `mappings` followed by those of the presets named, each once."""
    return tuple(dict.fromkeys([*mappings, *(mapping for name in names for mapping in PRESETS[name])]))
