"""Homie: a value a topic, and attributes that tell of it. https://homieiot.github.io, versions 3 to 5."""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family

# What a device says of itself that changes: its state, and its statistics.
_VALUES = frozenset({"$state", "$stats", "$online"})


def _why_ignored(levels: Sequence[str]) -> str:
    attribute = next((level for level in levels if level.startswith("$")), "")
    if attribute and attribute not in _VALUES:
        return "an attribute"
    return "a command" if levels[-1] in {"set", "$target"} else ""


FAMILY = Family(
    ("homie/5/# → {#} as homie", "homie/# → {#} as homie"),
    why_ignored=_why_ignored,
)
