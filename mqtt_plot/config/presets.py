"""`--preset NAME`: the topics of a device family. How their payloads are read is in parsers/devices."""

from mqtt_plot.parsers.devices.families import FAMILIES, family_of, readers
from mqtt_plot.tags import check_mapping, parse_mapping

PRESETS = tuple(FAMILIES)


def check_preset(text: str) -> str:
    """Return `text` if it is the name of a preset, else raise ValueError."""
    if text not in PRESETS:
        raise ValueError(f"expected one of {', '.join(PRESETS)}, got {text!r}")
    return text


def check_topic(text: str) -> str:
    """Return a mapping in its one spelling, if it is one and the family it names has a reader; else raise ValueError."""
    mapping = parse_mapping(text)
    if mapping.reader and not (mapping.reader in FAMILIES and family_of(mapping.reader).has_reader):
        raise ValueError(f"expected one of {', '.join(readers())} behind 'as', got {mapping.reader!r} in {text!r}")
    return check_mapping(text)


def with_presets(mappings: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return `mappings` followed by those of the presets named, each once."""
    return tuple(dict.fromkeys([*mappings, *(mapping for name in names for mapping in family_of(name).topics)]))
