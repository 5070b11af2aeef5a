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
    if levels[-1] == "last_seen":
        return "when a device was heard"
    return "a command" if levels[-1] in _COMMANDS or (len(levels) > 3 and levels[-2] in _COMMANDS) else ""  # noqa: PLR2004 - name and attribute


def _pick(levels: Sequence[str], decoded: object) -> object:
    is_availability = levels[-1] == "availability" and isinstance(decoded, dict)
    return decoded.get("state") if is_availability and isinstance(decoded, dict) else decoded


FAMILY = Family(
    ("zigbee2mqtt/# → z2m/{#} as zigbee2mqtt", *DISCOVERY_TOPICS),
    _pick,
    why_ignored=_why_ignored,
    leave_out=frozenset({"device", "update", "color_options", "weekly_schedule"}),
)
