"""Tasmota: telemetry, states and results, with either order of the full topic, Zigbee and Bluetooth devices on topics of their own.

https://tasmota.github.io/docs/MQTT/, https://tasmota.github.io/docs/Zigbee/ (SetOption89).
"""

import re
from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family, NoValuesError
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS

# Of what a command is answered with, these are states; the rest tells of options.
_STATES = re.compile(
    r"POWER\d*|Dimmer\d*|Channel\d*|CT|Shutter\d*|Switch\d*|Fan[Ss]peed|ZbReceived|ZbInfo|Pwm|RfReceived|IrReceived|TuyaReceived|ModbusReceived"
)
_TIMES = frozenset({"Time", "Epoch"})
_CODES = frozenset({"Data", "DataLSB", "Hash", "RawData"})  # in hexadecimal, which may look like numbers
_WRAPPERS = ("StatusSNS", "StatusSTS")
_ABOUT = re.compile(r"HASS_STATE|INFO\d|LOGGING|STATUS(?:[1-79]|1[2-9])?|config|sensors|BLE")
_BELOW = (("+", "{1}"), ("+/+", "{1}/{2}"), ("+/+/+", "{1}/{2}/{3}"))


def _why_ignored(levels: Sequence[str]) -> str:
    return "what a device says of itself" if _ABOUT.fullmatch(levels[-1]) else ""


def _pick(levels: Sequence[str], decoded: object) -> object:
    if not isinstance(decoded, dict):
        return decoded
    if any(isinstance(decoded.get(name), dict) for name in _WRAPPERS):
        parts = (decoded.get(name) for name in _WRAPPERS)
        decoded = {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    elif levels[-1] == "RESULT":
        states = {key: value for key, value in decoded.items() if _STATES.fullmatch(key) or key in _TIMES}
        if not states.keys() - _TIMES:
            raise NoValuesError(f"the result of {', '.join(list(decoded)[:3])!r:.60}")
        decoded = states
    if "ZbState" in decoded:
        raise NoValuesError("'ZbState', who joins a Zigbee network")
    # Epoch is sure of its zone, Time is not.
    return {key: _part(key, value) for key, value in decoded.items() if key != "Time" or "Epoch" not in decoded}


def _part(key: str, part: object) -> object:
    """Return a part by the beacon it tells of, or without the codes of what was received; any other as it is."""
    if not isinstance(part, dict):
        return part
    if key == "TuyaReceived":
        return {name: value for name, value in part.items() if name.startswith("DpType")}
    if key.endswith("Received"):
        return {name: value for name, value in part.items() if name not in _CODES}
    return {part["MAC"]: part} if isinstance(part.get("MAC"), str) else part


FAMILY = Family(
    (
        # %prefix%/%topic%/, the topic of up to two levels: a place, or a Zigbee device behind its bridge.
        *(
            f"tele/{topic}/{name} → {tag}{online} as tasmota"
            for topic, tag in _BELOW[:2]
            for name, online in (("LWT", "/online"), ("SENSOR", ""), ("STATE", ""), ("RESULT", ""))
        ),
        "tele/+/+ → {1}/{2} as tasmota",
        *(f"stat/{topic}/RESULT → {tag} as tasmota" for topic, tag in _BELOW[:2]),
        *(f"stat/+/STATUS{number} → {{1}} as tasmota" for number in (0, 8, 10, 11)),
        *(f"stat/{topic}/+ → {tag}/{{{place}}} as tasmota" for place, (topic, tag) in enumerate(_BELOW[:2], 2)),
        # The other full topic, %topic%/%prefix%/, below up to two places.
        *(
            f"{topic}/tele/{name} → {tag}{online} as tasmota"
            for topic, tag in _BELOW
            for name, online in (("LWT", "/online"), ("SENSOR", ""), ("STATE", ""), ("RESULT", ""))
        ),
        *(f"{topic}/stat/RESULT → {tag} as tasmota" for topic, tag in _BELOW),
        *(f"{topic}/stat/+ → {tag}/{{{place}}} as tasmota" for place, (topic, tag) in enumerate(_BELOW, 2)),
        *DISCOVERY_TOPICS,
    ),
    _pick,
    why_ignored=_why_ignored,
    # Colours in hexadecimal, which may look like numbers, what a sensor is called, and what EQ3 was asked, by whom and when.
    leave_out=frozenset({"Color", "HSBColor", "alias", "cmd", "tas", "stattime"}),
)
