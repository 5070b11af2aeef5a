"""Shelly, all generations: a value a topic (Gen1); components and notifications (Gen2 and later), below any prefix of up to three levels.

https://shelly-api-docs.shelly.cloud/gen1/#mqtt-support, https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt.
"""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family, NoValuesError
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS
from mqtt_plot.parsers.values import words

_COMMANDS = frozenset({"command", "set", "rpc", "settings"})
_ABOUT = {"announce": "an announcement of a device", "act_reasons": "why a device woke"}
_NOTIFICATIONS = frozenset({"NotifyStatus", "NotifyFullStatus"})
_PREFIXES = (("+", "{1}"), ("+/+", "{1}/{2}"), ("+/+/+", "{1}/{2}/{3}"))


def _why_ignored(levels: Sequence[str]) -> str:
    if levels[-1] in _COMMANDS and levels[-2:] != ["events", "rpc"]:
        return "a command"
    return "a list of components" if levels[-1].startswith("group:") else _ABOUT.get(levels[-1], "")


def _pick(levels: Sequence[str], decoded: object) -> object:
    """Return the components of a notification; a status is one as it stands."""
    if levels[-1] != "rpc" or not isinstance(decoded, dict):
        return decoded
    method, params = decoded.get("method"), decoded.get("params")
    if method == "NotifyEvent" and isinstance(params, dict) and (readings := _readings_in(params.get("events"))):
        return readings
    if method not in _NOTIFICATIONS or not isinstance(params, dict):
        raise NoValuesError(str(decoded.get("method", "a message"))[:40])
    return params


def _readings_in(events: object) -> list[dict[str, object]]:
    """Return what events tell beside that they happened: scripts pass on what they hear of Bluetooth devices.

    The minutes of a meter (an event called data) are numbers without names.
    """
    return [
        {**event["data"], "ts": event.get("ts")}
        for event in (events if isinstance(events, list) else ())
        if isinstance(event, dict) and isinstance(event.get("data"), dict) and event.get("event") != "data"
    ]


FAMILY = Family(
    (
        "shellies/+/sensor/+ → {1}/{2} as shelly",
        "shellies/+/events/rpc → {1} as shelly",
        "shellies/+/status/+ → {1}/{2} as shelly",
        "shellies/# → {#} as shelly",
        *(f"{prefix}/events/rpc → {tag} as shelly" for prefix, tag in _PREFIXES),
        *(f"{prefix}/status/+ → {tag}/{{{place}}} as shelly" for place, (prefix, tag) in enumerate(_PREFIXES, 2)),
        "+/online → {1}/online",
        *DISCOVERY_TOPICS,  # of a script for Home Assistant
    ),
    _pick,
    why_ignored=_why_ignored,
    # Minutes that have passed, who has asked for what, how long a relay was on, and times that are not those of the values: the last
    # motion's, the day's.
    leave_out=frozenset(
        words(
            "id by_minute xby_minute minute_ts source tag errors flags user_calibrated_phase timestamp time last_sync_ts "
            "on_time on_time_rst_ts on_above_thr switch_on ip6"
        )
    ),
)
