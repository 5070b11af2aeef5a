"""zigbee2mqtt: names with slashes at any depth, availability as a word or an object, and neither the bridge's own messages nor commands.

https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.
"""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS

_COMMANDS = frozenset({"set", "get"})


def _why_ignored(levels: Sequence[str]) -> str:
    if "bridge" in levels[1:3]:  # the base may have two levels
        return "the bridge's own message"
    if levels[-1] == "last_seen" or levels[-1].startswith("update-"):
        return "when a device was heard, or its update"
    return "a command" if levels[-1] in _COMMANDS or (len(levels) > 3 and levels[-2] in _COMMANDS) else ""  # noqa: PLR2004 - name and attribute


def _pick(levels: Sequence[str], decoded: object) -> object:
    if not isinstance(decoded, dict):
        return decoded
    if levels[-1] == "availability":
        return decoded.get("state")
    # What a thermostat or feeder will do is no value.
    return {key: raw for key, raw in decoded.items() if "schedule" not in key or not isinstance(raw, list | dict)}


FAMILY = Family(
    ("zigbee2mqtt/# → z2m/{#} as zigbee2mqtt", *DISCOVERY_TOPICS),
    _pick,
    why_ignored=_why_ignored,
    # The unit of a display is none of what is sent, which is in °C.
    leave_out=frozenset({"device", "update", "color_options", "temperature_unit", "temperature_units"}),
)
