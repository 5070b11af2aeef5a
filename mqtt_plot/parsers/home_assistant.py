"""Home Assistant's MQTT discovery, read for the names and units of tags. Knows nothing of how topics become tags.

https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery: devices publish a retained configuration per entity, with long or
abbreviated keys; `~` stands for a common base topic. Of templates only those that name one place in a JSON payload are read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.tag_metadata import MAX_DECIMALS, MAX_LABEL_LENGTH
from mqtt_plot.parsers.values import is_shown
from mqtt_plot.samples import MAX_UNIT_LENGTH

MAX_COMPONENTS = 100

_SHORT = {
    "stat_t": "state_topic",
    "val_tpl": "value_template",
    "unit_of_meas": "unit_of_measurement",
    "sug_dsp_prc": "suggested_display_precision",
    "dev": "device",
    "cmps": "components",
}
# Such as value_json.temperature, or value_json['ENERGY']['Power'] | round(1), between double braces.
_TEMPLATE = re.compile(
    r"\{\{\s*value_json((?:\.\w{1,64}|\[\s*(?:'[^']{1,64}'|\"[^\"]{1,64}\")\s*\]){1,8})\s*(?:\|[^{}]{0,120})?\}\}"
)
_STEP = re.compile(r"\.(\w+)|\[\s*(?:'([^']+)'|\"([^\"]+)\")\s*\]")
_WHOLE = re.compile(r"\{\{\s*value\s*(?:\|[^{}]{0,120})?\}\}")


class Described(NamedTuple):
    """What one entity says: its state comes on `topic`, at `field` of the payload (None: the payload itself)."""

    topic: str
    field: str | None
    meta: Mapping[str, object]


def parse_discovery(config: object) -> list[Described]:
    """Return what a decoded configuration says of tags: nothing for a button, or for a template that computes.

    Raises PayloadError("bad_meta") for what is no configuration.
    """
    if not isinstance(config, dict):
        raise PayloadError("bad_meta", f"expected Home Assistant's discovery as a JSON object, got {shown(config)}")
    return [described for entity in _entities(config) if (described := _describe(entity)) is not None]


def _entities(config: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield each entity with long names and whole topics; a device's configuration holds several."""
    entity = _long(config)
    components = entity.get("components")
    if not isinstance(components, dict):
        yield entity
        return
    for component in list(components.values())[:MAX_COMPONENTS]:
        if isinstance(component, dict):
            yield {**entity, **_long(component, entity.get("~"))}


def _long(config: Mapping[str, object], base: object = None) -> dict[str, object]:
    entity = {_SHORT.get(key, key): value for key, value in config.items()}
    base = entity.get("~", base)
    topic = entity.get("state_topic")
    if isinstance(base, str) and isinstance(topic, str):
        if topic.startswith("~"):
            entity["state_topic"] = base + topic[1:]
        elif topic.endswith("~"):
            entity["state_topic"] = topic[:-1] + base
    return entity


def _describe(entity: Mapping[str, object]) -> Described | None:
    topic, template = entity.get("state_topic"), entity.get("value_template")
    if not isinstance(topic, str):
        return None
    if template is None or (isinstance(template, str) and _WHOLE.fullmatch(template.strip())):
        return Described(topic, None, _meta(entity))
    found = _TEMPLATE.fullmatch(template.strip()) if isinstance(template, str) else None
    if found is None:
        return None
    field = "/".join(name for step in _STEP.findall(found[1]) for name in step if name)
    # What stands under "value" is called by what is around it, as records are.
    return Described(topic, None if field == "value" else field.removesuffix("/value"), _meta(entity))


def _meta(entity: Mapping[str, object]) -> dict[str, object]:
    """Return label, unit and decimals where they are usable: a strange one is no reason to lose the others."""
    meta: dict[str, object] = {}
    label = _label(entity)
    if label and len(label) <= MAX_LABEL_LENGTH and is_shown(label):
        meta["label"] = label
    unit = entity.get("unit_of_measurement")
    if isinstance(unit, str) and 0 < len(unit) <= MAX_UNIT_LENGTH and is_shown(unit):
        meta["unit"] = unit
    decimals = entity.get("suggested_display_precision")
    if isinstance(decimals, int) and not isinstance(decimals, bool) and 0 <= decimals <= MAX_DECIMALS:
        meta["decimals"] = decimals
    return meta


def _label(entity: Mapping[str, object]) -> str:
    name, device = entity.get("name"), entity.get("device")
    owner = device.get("name") if isinstance(device, dict) else None
    words = [word.strip() for word in (owner, name) if isinstance(word, str) and word.strip()]
    return words[-1] if len(words) == 2 and words[1].startswith(words[0]) else " ".join(words)  # noqa: PLR2004 - both
