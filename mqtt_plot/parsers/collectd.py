"""What collectd writes: `time:value[:value…]` and a NUL, as its MQTT plugin does, and the JSON of its Write HTTP and Kafka plugins."""

import math
import re

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.stamps import find_stamp
from mqtt_plot.parsers.timestamps import to_seconds
from mqtt_plot.parsers.values import to_finite, to_value
from mqtt_plot.samples import Parsed, Sample
from mqtt_plot.tags import check_tag

NAME = "collectd"

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
        to_finite(word) if word[-1].isdecimal() or word[-1] == "." else math.nan
        for word in match["values"][1:].split(":")
    ]
    if len(values) == 1:
        return Parsed(NAME, [Sample(values[0], time=time)])
    return Parsed(NAME, [Sample(value, time=time, field=str(place)) for place, value in enumerate(values)])


def is_value_list(item: dict[str, object]) -> bool:
    """Tell whether an object is a value list: its values, what they are called, and the plugin and type they are of."""
    return (
        isinstance(item.get("plugin"), str)
        and isinstance(item.get("type"), str)
        and isinstance(item.get("values"), list)
        and isinstance(item.get("dsnames"), list)
    )


def parse_value_list(item: dict[str, object], context: Context) -> list[Sample]:
    """Return the values of one list, named as collectd names them: host/plugin-instance/type-instance, and of several values each."""
    _, time = find_stamp(item, context)
    values, names = item["values"], item["dsnames"]
    assert isinstance(values, list)  # noqa: S101 - is_value_list has looked
    assert isinstance(names, list)  # noqa: S101
    base = [str(item.get("host") or ""), _instance(item, "plugin"), _instance(item, "type")]
    found = list[Sample]()
    for place, (name, raw) in enumerate(zip(names, values, strict=False)):
        context.spend()
        parts = [*base, "" if len(values) == 1 and name == "value" else str(name)]
        try:
            found.append(Sample(to_value(raw, context), time, field=check_tag("/".join(filter(None, parts)))))
        except PayloadError as error:
            context.reject(place, error)
    return found


def _instance(item: dict[str, object], key: str) -> str:
    instance = item.get(f"{key}_instance")
    return f"{item[key]}-{instance}" if instance else str(item[key])
