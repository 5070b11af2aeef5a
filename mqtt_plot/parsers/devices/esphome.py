"""ESPHome: a value a topic, components with one state and those with several. https://esphome.io/components/mqtt.html."""

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS
from mqtt_plot.parsers.values import words

# A switch may be called as a sensor is: only sensors, the most of all, go without their kind in the tag.
_ONE_STATE = (
    ("sensor", ""),
    *(
        (kind, f"{kind}/")
        for kind in words(
            "binary_sensor switch number text_sensor select lock light fan cover valve climate button text alarm_control_panel event update "
            "datetime humidifier water_heater"
        )
    ),
)
_SEVERAL_STATES = ["climate", "cover", "fan", "valve", "light", "humidifier", "water_heater"]

# A prefix has one level, or two: esphome/boiler.
_PREFIXES = (("+", "{1}", 1), ("+/+", "{1}/{2}", 2))

FAMILY = Family(
    (
        *(
            f"{prefix}/{component}/+/state → {tag}/{kind}{{{n + 1}}}"
            for prefix, tag, n in _PREFIXES
            for component, kind in _ONE_STATE
        ),
        *(
            f"{prefix}/{component}/+/+/state → {tag}/{component}/{{{n + 1}}}/{{{n + 2}}}"
            for prefix, tag, n in _PREFIXES
            for component in _SEVERAL_STATES
        ),
        "+/status → {1}/status",
        *DISCOVERY_TOPICS,
    )
)
