"""Solar inverters, batteries, charging points and heating, each with topics of its own below one base."""

import re
from collections.abc import Mapping, Sequence

from mqtt_plot.parsers.devices.family import Family, NoValuesError
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS
from mqtt_plot.parsers.values import words

_COMMANDS = frozenset({"set", "get", "list", "cmd"})
_NAMES = frozenset({"Serial", "CustomName", "ProductName", "Build"})  # which may be all figures
_AHEAD = frozenset({"end", "forecast", "plan"})
_NO_MOMENTS = frozenset({"-:-", "-:-:-", "-.-.-"})
# Dates and times of day on an eBUS: what a controller's clock shows, timers, holidays. None is the time of the values beside it.
_MOMENT = re.compile(
    r"(?:\d\d?|-)\.(?:\d\d?|-)\.(?:\d{4}|-)(?: \d\d?:\d\d(?::\d\d)?)?|(?:\d\d?|-):(?:\d\d|-)(?::(?:\d\d|-))?"
)


def _is_command(levels: Sequence[str]) -> str:
    return "a command" if levels[-1] in _COMMANDS else ""


def _pick_victron(_levels: Sequence[str], decoded: object) -> object:
    """Return the value without its limits; nothing for an empty array, which is how Venus OS says that there is no value."""
    if not isinstance(decoded, dict) or "value" not in decoded:
        return decoded
    return {"value": None if decoded["value"] == [] else decoded["value"]}


def _pick_evcc(levels: Sequence[str], decoded: object) -> object:
    """A plan or forecast tells of what is to come."""
    if isinstance(decoded, list) and decoded and isinstance(decoded[0], dict) and _AHEAD & {*levels, *decoded[0]}:
        raise NoValuesError(f"{levels[-1]!r:.40}, a plan or forecast")
    return decoded


def _pick_ebusd(_levels: Sequence[str], decoded: object) -> object:
    """Return the fields of a message: with `--mqttverbose` they stand in a part of their own, and a list's value beside its meaning."""
    if not isinstance(decoded, dict):
        return decoded
    fields = decoded.get("fields")
    time = {"ts": decoded["lastup"]} if isinstance(fields, dict) and decoded.get("lastup") else {}
    return time | _without_moments(
        {name: _plain(field) for name, field in (fields if isinstance(fields, dict) else decoded).items()}
    )


def _without_moments(fields: Mapping[str, object]) -> dict[str, object]:
    found = {name: field for name, field in fields.items() if not _is_moment(field)}
    if fields and not found:
        raise NoValuesError("dates and times of day")
    return found


def _is_moment(field: object) -> bool:
    raw = field.get("value") if isinstance(field, dict) else field
    return isinstance(raw, str) and _MOMENT.fullmatch(raw) is not None


def _plain(field: object) -> object:
    inner = field.get("value") if isinstance(field, dict) else None
    return (
        {**field, "value": inner["value"]}
        if isinstance(field, dict) and isinstance(inner, dict) and "value" in inner
        else field
    )


def _pick_fields(_levels: Sequence[str], text: str) -> object:
    """Return the fields of an eBUS message, which are written one behind the other."""
    fields = text.split(";")
    if len(fields) > 1:
        return {str(place): field for place, field in enumerate(fields) if field not in _NO_MOMENTS}
    if _is_moment(text):
        raise NoValuesError("a date or time of day")
    return None


# https://github.com/victronenergy/dbus-flashmq: N/<portal>/<service>/<instance>/<path>.
VICTRON = Family(
    ("N/+/+/+/# → {2}/{3}/{#} as victron",),
    _pick_victron,
    why_ignored=lambda levels: "what a device is called" if levels[-1] in _NAMES else "",
)
# What inverters and their gateways say of themselves in plain topics, and when.
_TIMES_OF_DTU = frozenset(
    words("last_update last_success last_alarm comm_start comm_stop sunrise sunset fwbuilddatetime")
)
_VERSIONS_OF_DTU = frozenset(words("hwversion fwbuildversion bootloaderversion hwpartnumber firmware version"))


def _of_dtu(levels: Sequence[str]) -> str:
    last = levels[-1].lower()
    return "a time" if last in _TIMES_OF_DTU else "a version" if last in _VERSIONS_OF_DTU else ""


# https://www.opendtu.solar/firmware/mqtt_topics/.
OPENDTU = Family(
    ("solar/# → {#} as opendtu", *DISCOVERY_TOPICS),
    why_ignored=lambda levels: (
        "a command" if "cmd" in levels else "a version" if "device" in levels else _of_dtu(levels)
    ),
)
# https://github.com/lumapu/ahoy/blob/main/manual/User_Manual.md.
AHOYDTU = Family(
    ("inverter/# → {#} as ahoydtu", *DISCOVERY_TOPICS),
    why_ignored=lambda levels: "a command" if levels[1] in {"ctrl", "setup", "devcontrol"} else _of_dtu(levels),
)
# https://docs.evcc.io/en/docs/integrations/mqtt-api.
EVCC = Family(("evcc/# → {#} as evcc",), _pick_evcc, why_ignored=_is_command)
# https://emsesp.org/MQTT/.
EMS_ESP = Family(
    ("ems-esp/# → {#} as ems-esp", "home/ems-esp/# → {#} as ems-esp", *DISCOVERY_TOPICS),
    # A thermostat's clock, which has no seconds and no zone, and codes such as 0H, which are no amounts.
    leave_out=frozenset({"datetime", "maintenancedate", "servicecode", "ServiceCode", "serviceCode"}),
)
# https://github.com/john30/ebusd/wiki/3.3.-MQTT-client: ebusd/<circuit>/<message>, text or JSON.
EBUSD = Family(
    ("ebusd/# → {#} as ebusd", *DISCOVERY_TOPICS),
    _pick_ebusd,
    _pick_fields,
    why_ignored=lambda levels: (
        "what a participant says of itself" if levels[1].startswith("scan.") else _is_command(levels)
    ),
)
