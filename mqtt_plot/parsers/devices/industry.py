"""Gateways of factories with topics of their own; what they send names its values by itself (records.py). Sparkplug and OPC UA have parsers."""

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.tags import DISCOVERY

# The sequence numbers of a message and its records, which would be tags that only count.
_COUNTS = frozenset({"seq", "rseq"})

# https://docs.eu1.edge.siemens.cloud: ie/d/j/simatic/v1/<connector>/dp/r/<connection>/<collection>.
INDUSTRIAL_EDGE = Family(
    ("ie/d/j/simatic/v1/+/dp/r/# → {1}/{#} as industrial-edge", f"ie/m/j/simatic/v1/+/dp → {DISCOVERY}"),
    leave_out=_COUNTS,
)
# https://infosys.beckhoff.com, TF6701: <base>/<device>/TcIotCommunicator/Json/Tx/Data and TF6720.
BECKHOFF = Family(("+/+/TcIotCommunicator/Json/Tx/Data → {2}",))
# https://wiki.teltonika-networks.com: router/<serial>/<parameter>.
TELTONIKA = Family(("router/# → {#}",))
TELEGRAF = Family(("telegraf/# → {#}",))
# OPC UA part 14, 7.3.4.7: opcua/json/data/<publisher>/<writer group>[/<data set writer>].
OPCUA = Family(("opcua/json/data/# → {#}",))
SPARKPLUG = Family(("spBv1.0/# → {#}",))
