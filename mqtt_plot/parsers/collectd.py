"""What collectd's MQTT plugin writes: `time:value[:value…]` and a NUL, as the plain text protocol of its PUTVAL has it."""

import math
import re

from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.parsers.values import to_finite
from mqtt_plot.samples import Parsed, Sample

# The names of the values are in collectd's types.db, not in the message; U and nan are values that are not known.
_NUMBER = r"[+-]?\d{1,40}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,3})?"
_VALUES = re.compile(
    rf"(?P<time>\d{{9,11}}(?:\.\d{{1,9}})?)(?P<values>(?::(?:{_NUMBER}|U|-?nan)){{1,64}})\0?", re.ASCII
)


def parse_values(text: str) -> Parsed | None:
    """Return one sample per value, None for a text of another form. Several are the series `tag/0`, `tag/1` and on."""
    match = _VALUES.fullmatch(text)
    if match is None:
        return None
    time = to_seconds(float(match["time"]))
    values = [
        to_finite(word) if word[-1].isdigit() or word[-1] == "." else math.nan
        for word in match["values"][1:].split(":")
    ]
    if len(values) == 1:
        return Parsed("collectd", [Sample(values[0], time=time)])
    return Parsed("collectd", [Sample(value, time=time, field=str(place)) for place, value in enumerate(values)])
