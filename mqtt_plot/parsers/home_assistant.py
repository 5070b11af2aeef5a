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
    "temp_unit": "temperature_unit",
}
# What entities say beside their state, each with a topic and a template of its own: the abbreviations, the name, the unit.
_DETAILS = [
    ("curr_temp_t current_temperature_topic", "curr_temp_tpl current_temperature_template", "current temperature", "°"),
    ("temp_stat_t temperature_state_topic", "temp_stat_tpl temperature_state_template", "temperature", "°"),
    ("temp_hi_stat_t temperature_high_state_topic", "temp_hi_stat_tpl temperature_high_state_template", "high temperature", "°"),
    ("temp_lo_stat_t temperature_low_state_topic", "temp_lo_stat_tpl temperature_low_state_template", "low temperature", "°"),
    ("curr_hum_t current_humidity_topic", "curr_hum_tpl current_humidity_template", "current humidity", "%"),
    ("hum_stat_t target_humidity_state_topic", "hum_state_tpl target_humidity_state_template", "target humidity", "%"),
    ("pos_t position_topic", "pos_tpl position_template", "position", ""),
    ("tilt_status_t tilt_status_topic", "tilt_status_tpl tilt_status_template", "tilt", ""),
    ("pct_stat_t percentage_state_topic", "pct_val_tpl percentage_value_template", "percentage", ""),
    ("bri_stat_t brightness_state_topic", "bri_val_tpl brightness_value_template", "brightness", ""),
    ("clr_temp_stat_t color_temp_state_topic", "clr_temp_val_tpl color_temp_value_template", "colour temperature", ""),
    ("mode_stat_t mode_state_topic", "mode_stat_tpl mode_state_template", "mode", ""),
    ("act_t action_topic", "act_tpl action_template", "action", ""),
]  # fmt: skip
_SHORT |= {short: long for topic, template, _, _ in _DETAILS for short, long in (topic.split(), template.split())}
_DEGREES = {"C": "°C", "F": "°F"}
_TOPICS = ["state_topic", *(topic.split()[1] for topic, _, _, _ in _DETAILS)]
# Behind a value: what changes its form alone. A template that computes says nothing of the value as it was sent; int of another base does.
_FILTERS = (
    r"(?:\|\s*(?:(?:float|round|is_defined|default|d|string|lower|upper|trim)\s*(?:\([^(){}|]{0,40}\))?"
    r"|int\s*(?:\((?!\s*base)[^(){}|,]{0,40}\))?)\s*){0,5}"
)
# Where the value may be missing: … if value_json.x is defined else 0.
_CONDITION = r"(?:if\s+[^{}*/]{1,200})?-?"
_NAME = r"(?:'[^']{1,64}'|\"[^\"]{1,64}\")"
_PATH = rf"(?:\.get\(\s*{_NAME}\s*(?:,\s*(?:\{{\}}|[^(){{}},]{{1,20}}))?\)|\.\w{{1,64}}|\[\s*(?:{_NAME}|\d{{1,3}})\s*\]){{1,8}}"
# Such as value_json.temperature, or value_json['ENERGY']['Power'] | round(1), between double braces.
_TEMPLATE = re.compile(rf"\{{\{{-?\s*value_json({_PATH})\s*{_FILTERS}{_CONDITION}\}}\}}")
# What stands around such a template where the value may be missing: {% if value_json.x is defined %}…{% endif %}.
_GUARDED = re.compile(
    r"\{%-?\s*if\s[^{}%]{1,80}%\}\s*(\{\{[^{}]{1,200}\}\})\s*(?:\{%-?\s*else\s*-?%\}[^{}%]{0,20})?\{%-?\s*endif\s*-?%\}"
)
_STEP = re.compile(r"\.(?!get\()(\w+)|(?:\.get\(|\[)\s*(?:'([^']+)'|\"([^\"]+)\"|(\d+))\s*(?:,[^)]*)?[\])]")
# OpenMQTTGateway lets any of its gateways hear a device; none is part of the device's tag.
_ANY_GATEWAY = re.compile(r"\+/\+/(?=\w{1,30}toMQTT/)")
_WHOLE = re.compile(rf"\{{\{{-?\s*value\s*{_FILTERS}{_CONDITION}\}}\}}")


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
    return [described for entity in _entities(config) for described in _described(entity)]


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
    for name in _TOPICS if isinstance(base, str) else ():
        topic = entity.get(name)
        if isinstance(topic, str) and "~" in (topic[:1], topic[-1:]):
            entity[name] = f"{base}{topic[1:]}" if topic.startswith("~") else f"{topic[:-1]}{base}"
    return entity


def _described(entity: Mapping[str, object]) -> Iterator[Described]:
    """Yield what an entity says of its state, and of what it tells beside."""
    meta = _meta(entity)
    yield from _described_at(entity, "state_topic", "value_template", meta)
    degree = _DEGREES.get(str(entity.get("temperature_unit")), "")
    for topic, template, name, unit in _DETAILS:
        detail = {"label": f"{meta.get('label', '')} {name}".strip()[:MAX_LABEL_LENGTH]}
        if shown_unit := degree if unit == "°" else unit:
            detail["unit"] = shown_unit
        yield from _described_at(entity, topic.split()[1], template.split()[1], detail)


def _described_at(
    entity: Mapping[str, object], topic_key: str, template_key: str, meta: Mapping[str, object]
) -> Iterator[Described]:
    topic, field = entity.get(topic_key), _field(entity.get(template_key))
    if isinstance(topic, str) and field is not None:
        yield Described(_ANY_GATEWAY.sub("home/OpenMQTTGateway/", topic), field or None, meta)


def _field(template: object) -> str | None:
    """Return the field that a template names, "" for the whole payload; None where it computes."""
    if template is None:
        return ""
    inner = _GUARDED.sub(r"\1", template.strip()) if isinstance(template, str) else ""
    if _WHOLE.fullmatch(inner):
        return ""
    found = _TEMPLATE.fullmatch(inner)
    if found is None:
        return None
    field = "/".join(name for step in _STEP.findall(found[1]) for name in step if name)
    # What stands under "value" is called by what is around it, as records are.
    return "" if field == "value" else field.removesuffix("/value")


def _meta(entity: Mapping[str, object]) -> dict[str, object]:
    """Return label, unit and decimals where they are usable: a strange one is no reason to lose the others."""
    meta: dict[str, object] = {}
    label = _label(entity)
    if label and len(label) <= MAX_LABEL_LENGTH and is_shown(label):
        meta["label"] = label
    unit = entity.get("unit_of_measurement")
    unit = unit.strip(" '\"") if isinstance(unit, str) else unit
    if isinstance(unit, str) and unit and len(unit) <= MAX_UNIT_LENGTH and is_shown(unit):
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
