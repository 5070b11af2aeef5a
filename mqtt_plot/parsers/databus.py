"""The metadata of Siemens Industrial Edge's databus: what the data points are called whose values come under their ids.

https://docs.industrial-operations-x.siemens.cloud, "Common databus payload format": `ie/m/j/simatic/v1/<connector>/dp`, retained.
"""

from collections.abc import Iterator, Mapping

from mqtt_plot.parsers.home_assistant import Described
from mqtt_plot.parsers.tag_metadata import MAX_LABEL_LENGTH
from mqtt_plot.parsers.values import is_shown
from mqtt_plot.samples import MAX_UNIT_LENGTH

MAX_POINTS = 1_000


def describe(config: Mapping[str, object]) -> list[Described]:
    """Return the name and unit of each data point, by the topic and id of its values. Data of more than MAX_POINTS keep their ids."""
    found = list[Described]()
    for connection in _objects(config.get("connections")):
        for group in _objects(connection.get("dataPoints")):
            topic = group.get("topic")
            for point in _objects(group.get("dataPointDefinitions")) if isinstance(topic, str) else ():
                number, meta = point.get("id"), dict(_meta(point))
                if isinstance(number, str) and meta and len(found) < MAX_POINTS:
                    found.append(Described(str(topic), number, meta))
    return found


def _objects(raw: object) -> Iterator[Mapping[str, object]]:
    return (item for item in raw if isinstance(item, dict)) if isinstance(raw, list) else iter(())


def _meta(point: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, key, limit in (("label", "name", MAX_LABEL_LENGTH), ("unit", "unit", MAX_UNIT_LENGTH)):
        text = point.get(key)
        if isinstance(text, str) and 0 < len(text) <= limit and is_shown(text):
            yield name, text
