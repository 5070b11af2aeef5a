"""ESPHome: a value a topic, components with one state and those with several. https://esphome.io/components/mqtt.html."""

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS
from mqtt_plot.parsers.values import words

_ONE_STATE = words(
    "sensor binary_sensor switch number text_sensor select lock light fan cover valve climate button text "
    "alarm_control_panel event update datetime"
)
_SEVERAL_STATES = ["climate", "cover", "fan", "valve", "light"]

FAMILY = Family(
    (
        *(f"+/{component}/+/state → {{1}}/{{2}}" for component in _ONE_STATE),
        *(f"+/{component}/+/+/state → {{1}}/{{2}}/{{3}}" for component in _SEVERAL_STATES),
        "+/status → {1}/status",
        *DISCOVERY_TOPICS,
    )
)
