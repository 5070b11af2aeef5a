"""zigbee2mqtt: names with slashes at any depth, availability as a word or an object, and neither the bridge's own messages nor commands.

https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS
from mqtt_plot.parsers.home_assistant import Described
from mqtt_plot.parsers.values import is_shown
from mqtt_plot.samples import MAX_UNIT_LENGTH

_COMMANDS = frozenset({"set", "get"})
_MOST_UNITS = 2_000  # of all devices of a bridge
_DEEPEST = 3  # a composite in what a climate has


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


def _describe(levels: Sequence[str]) -> Callable[[object], list[Described]] | None:
    """The bridge tells of its devices what they expose, with units: https://www.zigbee2mqtt.io/guide/usage/exposes.html."""
    return partial(_units_of, "/".join(levels[:-2])) if list(levels[-2:]) == ["bridge", "devices"] else None


def _units_of(base: str, devices: object) -> list[Described]:
    found = list[Described]()
    for device in devices if isinstance(devices, list) else ():
        name = device.get("friendly_name") if isinstance(device, dict) else None
        definition = device.get("definition") if isinstance(device, dict) else None
        if isinstance(name, str) and isinstance(definition, dict) and len(found) < _MOST_UNITS:
            found += (
                Described(f"{base}/{name}", field, {"unit": unit})
                for field, unit in _exposed(definition.get("exposes"), "", _DEEPEST)
            )
    return found[:_MOST_UNITS]


def _exposed(exposes: object, above: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield field and unit of what a device publishes; a light or climate has features, and a composite has them below its name."""
    for item in exposes if isinstance(exposes, list) else ():
        if not isinstance(item, dict):
            continue
        name, unit, access = item.get("property"), item.get("unit"), item.get("access", 1)
        field = f"{above}/{name}".lstrip("/") if isinstance(name, str) and name else above
        if isinstance(item.get("features"), list) and depth:
            yield from _exposed(item["features"], field, depth - 1)
        elif field != above and isinstance(access, int) and access & 1 and _is_unit(unit):
            yield field, str(unit)


def _is_unit(unit: object) -> bool:
    return isinstance(unit, str) and bool(unit.strip()) and len(unit) <= MAX_UNIT_LENGTH and is_shown(unit)


FAMILY = Family(
    ("zigbee2mqtt/# → z2m/{#} as zigbee2mqtt", *DISCOVERY_TOPICS),
    _pick,
    why_ignored=_why_ignored,
    describe=_describe,
    # The unit of a display is none of what is sent, which is in °C.
    leave_out=frozenset({"device", "update", "color_options", "temperature_unit", "temperature_units"}),
)
