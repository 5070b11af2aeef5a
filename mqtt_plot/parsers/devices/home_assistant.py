"""Home Assistant: what its mqtt_statestream publishes, and the discovery messages of all who want to be found by it.

https://www.home-assistant.io/integrations/mqtt_statestream/, https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery.
"""

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.tags import DISCOVERY

# ESPHome and zigbee2mqtt have a level more, the node: homeassistant/sensor/<node>/<object>/config.
DISCOVERY_TOPICS = (
    f"homeassistant/+/+/config → {DISCOVERY}",
    f"homeassistant/+/+/+/config → {DISCOVERY}",
)
FAMILY = Family(("homeassistant/+/+/state → {1}/{2}", *DISCOVERY_TOPICS))
