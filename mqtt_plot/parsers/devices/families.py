"""The table of device families: what `--preset` knows, and which reader a mapping means by `as NAME`. docs/devices.md shows their payloads."""

from mqtt_plot.parsers.devices import energy, esphome, home_assistant, industry, radio, shelly, tasmota, zigbee2mqtt
from mqtt_plot.parsers.devices.family import Family

FAMILIES: dict[str, Family] = {
    "tasmota": tasmota.FAMILY,
    "shelly": shelly.FAMILY,
    "zigbee2mqtt": zigbee2mqtt.FAMILY,
    "esphome": esphome.FAMILY,
    "homeassistant": home_assistant.FAMILY,
    "victron": energy.VICTRON,
    "opendtu": energy.OPENDTU,
    "ahoydtu": energy.AHOYDTU,
    "evcc": energy.EVCC,
    "ems-esp": energy.EMS_ESP,
    "ebusd": energy.EBUSD,
    "wmbusmeters": radio.WMBUSMETERS,
    "rtl_433": radio.RTL_433,
    "theengs": radio.THEENGS,
    "chirpstack": radio.CHIRPSTACK,
    "ttn": radio.TTN,
    "industrial-edge": industry.INDUSTRIAL_EDGE,
    "beckhoff": industry.BECKHOFF,
    "teltonika": industry.TELTONIKA,
    "telegraf": industry.TELEGRAF,
    "opcua": industry.OPCUA,
    "sparkplug": industry.SPARKPLUG,
}
READERS = {name: family for name, family in FAMILIES.items() if family.has_reader}
