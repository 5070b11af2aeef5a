"""The table of device families: what `--preset` knows, and which reader a mapping means by `as NAME`. docs/devices.md shows their payloads.

A family is loaded when it is wanted by name: most bridges have no device of most of them.
"""

from pkgutil import resolve_name

from mqtt_plot.parsers.devices.family import Family

FAMILIES = {
    "tasmota": "mqtt_plot.parsers.devices.tasmota:FAMILY",
    "shelly": "mqtt_plot.parsers.devices.shelly:FAMILY",
    "zigbee2mqtt": "mqtt_plot.parsers.devices.zigbee2mqtt:FAMILY",
    "esphome": "mqtt_plot.parsers.devices.esphome:FAMILY",
    "homie": "mqtt_plot.parsers.devices.homie:FAMILY",
    "homeassistant": "mqtt_plot.parsers.devices.home_assistant:FAMILY",
    "victron": "mqtt_plot.parsers.devices.energy:VICTRON",
    "opendtu": "mqtt_plot.parsers.devices.energy:OPENDTU",
    "ahoydtu": "mqtt_plot.parsers.devices.energy:AHOYDTU",
    "evcc": "mqtt_plot.parsers.devices.energy:EVCC",
    "ems-esp": "mqtt_plot.parsers.devices.energy:EMS_ESP",
    "ebusd": "mqtt_plot.parsers.devices.energy:EBUSD",
    "wmbusmeters": "mqtt_plot.parsers.devices.radio:WMBUSMETERS",
    "rtl_433": "mqtt_plot.parsers.devices.radio:RTL_433",
    "theengs": "mqtt_plot.parsers.devices.radio:THEENGS",
    "chirpstack": "mqtt_plot.parsers.devices.radio:CHIRPSTACK",
    "ttn": "mqtt_plot.parsers.devices.radio:TTN",
    "industrial-edge": "mqtt_plot.parsers.devices.industry:INDUSTRIAL_EDGE",
    "beckhoff": "mqtt_plot.parsers.devices.industry:BECKHOFF",
    "teltonika": "mqtt_plot.parsers.devices.industry:TELTONIKA",
    "telegraf": "mqtt_plot.parsers.devices.industry:TELEGRAF",
    "opcua": "mqtt_plot.parsers.devices.industry:OPCUA",
    "sparkplug": "mqtt_plot.parsers.devices.industry:SPARKPLUG",
}


def family_of(name: str) -> Family:
    """Return a family. Raises KeyError for a name that is not in FAMILIES."""
    family: Family = resolve_name(FAMILIES[name])
    return family


def readers() -> list[str]:
    """Return the names of the families with a reader of their own. It loads all of them."""
    return [name for name in FAMILIES if family_of(name).has_reader]
