"""Tasmota: telemetry, states and results, with either order of the full topic, Zigbee and Bluetooth devices on topics of their own.

https://tasmota.github.io/docs/MQTT/, https://tasmota.github.io/docs/Zigbee/ (SetOption89).
"""

import re
from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family, NoValuesError

# Of what a command is answered with, these are states; the rest tells of options.
_STATES = re.compile(
    r"POWER\d*|Dimmer\d*|Channel\d*|CT|HSBColor|Shutter\d*|Fan[Ss]peed|ZbReceived|ZbInfo|Pwm|RfReceived|IrReceived"
)
_WRAPPERS = ("StatusSNS", "StatusSTS")
_ABOUT = re.compile(r"HASS_STATE|INFO\d|LOGGING|STATUS[1-7]?|config|sensors")


def _why_ignored(levels: Sequence[str]) -> str:
    return "what a device says of itself" if _ABOUT.fullmatch(levels[-1]) else ""


def _pick(levels: Sequence[str], decoded: object) -> object:
    if not isinstance(decoded, dict):
        return decoded
    for name in _WRAPPERS:
        if isinstance(decoded.get(name), dict):
            return decoded[name]
    if levels[-1] != "RESULT":
        return decoded
    states = {key: value for key, value in decoded.items() if _STATES.fullmatch(key) or key == "Time"}
    if not states.keys() - {"Time"}:
        raise NoValuesError(f"the result of {', '.join(list(decoded)[:3])!r:.60}")
    return states


FAMILY = Family(
    (
        "tele/+/LWT → {1}/online as tasmota",
        "tele/+/SENSOR → {1} as tasmota",
        "tele/+/STATE → {1} as tasmota",
        "tele/+/RESULT → {1} as tasmota",
        "tele/+/+ → {1}/{2} as tasmota",
        "tele/+/+/SENSOR → {1}/{2} as tasmota",
        "stat/+/RESULT → {1} as tasmota",
        *(f"stat/+/STATUS{number} → {{1}} as tasmota" for number in (8, 10, 11)),
        "stat/+/+ → {1}/{2} as tasmota",
        # The other full topic, %topic%/%prefix%/.
        "+/tele/LWT → {1}/online as tasmota",
        *(f"+/tele/{name} → {{1}} as tasmota" for name in ("SENSOR", "STATE", "RESULT")),
        "+/stat/RESULT → {1} as tasmota",
        "+/stat/+ → {1}/{2} as tasmota",
    ),
    _pick,
    why_ignored=_why_ignored,
)
