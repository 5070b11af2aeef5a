"""Home Assistant: what its mqtt_statestream publishes, and the discovery messages of all who want to be found by it.

https://www.home-assistant.io/integrations/mqtt_statestream/, https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery.
"""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.parsers.values import words
from mqtt_plot.tags import DISCOVERY

# ESPHome and zigbee2mqtt have a level more, the node: homeassistant/sensor/<node>/<object>/config.
DISCOVERY_TOPICS = (
    f"homeassistant/+/+/config → {DISCOVERY}",
    f"homeassistant/+/+/+/config → {DISCOVERY}",
)
# Attributes that tell of an entity, and hold no values.
_ABOUT = frozenset(
    words(
        "friendly_name icon device_class state_class attribution supported_features supported_color_modes entity_picture assumed_state "
        "restored editable id options last_changed last_updated last_triggered hvac_modes fan_modes preset_modes swing_modes effect_list "
        "min max step mode min_temp max_temp min_color_temp_kelvin max_color_temp_kelvin min_mireds max_mireds event_types source_list "
        "attributes availability"
    )
)


def _why_ignored(levels: Sequence[str]) -> str:
    return "what an entity says of itself" if levels[-1] in _ABOUT else ""


FAMILY = Family(
    (
        "homeassistant/+/+/state → {1}/{2}",
        "homeassistant/+/+/+/state → {1}/{2}/{3}",
        *DISCOVERY_TOPICS,
        # With publish_attributes each attribute has a topic, with JSON on it.
        "homeassistant/+/+/unit_of_measurement → {1}/{2}/$unit",
        "homeassistant/+/+/+ → {1}/{2}/{3} as homeassistant",
    ),
    why_ignored=_why_ignored,
)
