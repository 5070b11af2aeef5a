"""Gateways of factories with topics of their own; what they send names its values by itself (records.py). Sparkplug and OPC UA have parsers."""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.tags import DISCOVERY

# The sequence numbers of a message and its records, which would be tags that only count, and what refines a quality.
_COUNTS = frozenset({"seq", "rseq", "qx"})


def _pick_databus(_levels: Sequence[str], decoded: object) -> object:
    """Return the records of a time series, whose values have the same ids as those that come one by one."""
    records = decoded.get("records") if isinstance(decoded, dict) else None
    return records if isinstance(records, list) else decoded


# https://docs.eu1.edge.siemens.cloud: ie/d/j/simatic/v1/<connector>/dp/r/<connection>/<collection>.
INDUSTRIAL_EDGE = Family(
    (
        "ie/d/j/simatic/v1/+/dp/r/# → {1}/{#} as industrial-edge",
        "ie/s/j/simatic/v1/+/status → {1}/status as industrial-edge",
        f"ie/m/j/simatic/v1/+/dp → {DISCOVERY}",
    ),
    _pick_databus,
    leave_out=_COUNTS,
)


def _pick_beckhoff(_levels: Sequence[str], decoded: object) -> object:
    """Return the values, each with the unit that the metadata beside give it."""
    if not isinstance(decoded, dict) or not isinstance(decoded.get("Values"), dict):
        return decoded
    told = decoded.get("MetaData", decoded.get("Metadata"))
    values = dict(decoded["Values"])
    for name, about in told.items() if isinstance(told, dict) else ():
        unit = about.get("iot.Unit", about.get("Unit")) if isinstance(about, dict) else None
        if isinstance(unit, str) and isinstance(values.get(name), int | float):
            values[name] = {"value": values[name], "unit": unit}
    return {"Timestamp": decoded.get("Timestamp"), "Values": values}


# https://infosys.beckhoff.com, TF6701: <base>/<device>/TcIotCommunicator/Json/Tx/Data and TF6720.
BECKHOFF = Family(
    ("+/+/TcIotCommunicator/Json/Tx/Data → {2} as beckhoff", "+/+/TcIotCommunicator/Desc → {2} as beckhoff"),
    _pick_beckhoff,
    leave_out=frozenset({"Icon", "ForceUpdate"}),
)


def _why_no_parameter(levels: Sequence[str]) -> str:
    return {"id": "what a device says of itself", "get": "a command"}.get(levels[-1], "")


# https://wiki.teltonika-networks.com: router/<serial>/<parameter>.
TELTONIKA = Family(("router/# → {#} as teltonika",), why_ignored=_why_no_parameter)
TELEGRAF = Family(("telegraf/# → {#}",))
# OPC UA part 14, 7.3.4.7: opcua/json/data/<publisher>/<writer group>[/<data set writer>].
OPCUA = Family(("opcua/json/data/# → {#}",))
SPARKPLUG = Family(("spBv1.0/# → {#}",))
