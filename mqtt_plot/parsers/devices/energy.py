"""Solar inverters, batteries, charging points and heating, each with topics of its own below one base."""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family, NoValuesError

_COMMANDS = frozenset({"set", "get", "list", "cmd"})


def _is_command(levels: Sequence[str]) -> str:
    return "a command" if levels[-1] in _COMMANDS else ""


def _pick_victron(_levels: Sequence[str], decoded: object) -> object:
    """Return nothing for an empty array, which is how Venus OS says that there is no value."""
    return {"value": None} if isinstance(decoded, dict) and decoded.get("value") == [] else decoded


def _pick_evcc(levels: Sequence[str], decoded: object) -> object:
    """A plan or forecast tells of what is to come."""
    if isinstance(decoded, list) and decoded and isinstance(decoded[0], dict) and {"start", "end"} <= decoded[0].keys():
        raise NoValuesError(f"{levels[-1]!r:.40}, a plan or forecast")
    return decoded


def _pick_fields(_levels: Sequence[str], text: str) -> object:
    """Return the fields of an eBUS message, which are written one behind the other."""
    fields = text.split(";")
    return {str(place): field for place, field in enumerate(fields)} if len(fields) > 1 else None


# https://github.com/victronenergy/dbus-flashmq: N/<portal>/<service>/<instance>/<path>.
VICTRON = Family(("N/+/+/+/# → {2}/{3}/{#} as victron",), _pick_victron)
# https://www.opendtu.solar/firmware/mqtt_topics/.
OPENDTU = Family(("solar/# → {#} as opendtu",), why_ignored=lambda levels: "a command" if "cmd" in levels else "")
# https://github.com/lumapu/ahoy/blob/main/manual/User_Manual.md.
AHOYDTU = Family(("inverter/# → {#}",))
# https://docs.evcc.io/en/docs/integrations/mqtt-api.
EVCC = Family(("evcc/# → {#} as evcc",), _pick_evcc, why_ignored=_is_command)
# https://emsesp.org/MQTT/.
EMS_ESP = Family(("ems-esp/# → {#}",))
# https://github.com/john30/ebusd/wiki/3.3.-MQTT-client: ebusd/<circuit>/<message>, text or JSON.
EBUSD = Family(("ebusd/# → {#} as ebusd",), pick_text=_pick_fields, why_ignored=_is_command)
