"""What the bridge measures of itself, in one shape for status and metrics; refuses to know how it is written down."""

from collections.abc import Mapping
from typing import NamedTuple

from mqtt_plot.histogram import Histogram


class Figure(NamedTuple):
    """One gauge, or one histogram of durations in seconds."""

    name: str
    meaning: str
    value: float | Histogram


class Count(NamedTuple):
    """One counter with its numbers by reason; the reasons come from the code, never from a message or a client."""

    name: str
    meaning: str
    by_reason: Mapping[str, int]


def counts(flat: Mapping[str, int]) -> list[Count]:
    """Return the counters of a status, `{"name": n, "name.reason": n}`, by name."""
    families: dict[str, dict[str, int]] = {}
    for key, number in sorted(flat.items()):
        name, _, reason = key.partition(".")
        families.setdefault(name, {})[reason] = number
    return [Count(name, f"Count of {name.replace('_', ' ')}, by reason.", found) for name, found in families.items()]
