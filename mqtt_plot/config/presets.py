"""`--preset NAME`: the topics of a device family. How their payloads are read is in parsers/devices; `auto` looks which fit (ingest/survey)."""

from mqtt_plot.parsers.devices.families import FAMILIES, family_of, readers
from mqtt_plot.tags import check_mapping, parse_mapping

AUTO = "auto"
PRESETS = tuple(FAMILIES)


def check_preset(text: str) -> str:
    """Return `text` if it is the name of a preset, or auto, else raise ValueError."""
    if text != AUTO and text not in PRESETS:
        raise ValueError(f"expected auto or one of {', '.join(PRESETS)}, got {text!r}")
    return text


def check_topic(text: str) -> str:
    """Return a mapping in its one spelling, if it is one and the family it names has a reader; else raise ValueError."""
    mapping = parse_mapping(text)
    if mapping.reader and not (mapping.reader in FAMILIES and family_of(mapping.reader).has_reader):
        raise ValueError(f"expected one of {', '.join(readers())} behind 'as', got {mapping.reader!r} in {text!r}")
    return check_mapping(text)


def with_presets(mappings: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return `mappings` followed by those of the presets named, each once."""
    families = (family_of(name) for name in names if name != AUTO)
    return tuple(dict.fromkeys([*mappings, *(mapping for family in families for mapping in family.topics)]))


def all_presets() -> dict[str, tuple[str, ...]]:
    """Return the mappings of every preset, by its name."""
    return {name: family_of(name).topics for name in PRESETS}
