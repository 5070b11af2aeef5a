"""Regular expressions that mean the same in every Python we promise."""

import re
from pathlib import Path

import pytest

import mqtt_plot

PACKAGE = Path(mqtt_plot.__file__).parent
POSSESSIVE_GROUP = re.compile(r"\)(?:[?*+]|\{\{?\d*,?\d*\}\}?)\+|\(\?>")


@pytest.mark.parametrize("text", ["(?:a|b)++", "(?:ab)?+", "(ab)*+", "(?:ab){0,64}+", "(?:ab){{0,64}}+", "(?>ab)"])
def test_the_pattern_below_finds_them(text: str) -> None:
    """All ways to write such a group, in an f-string too."""
    assert POSSESSIVE_GROUP.search(text)


def test_no_group_is_possessive() -> None:
    """Python 3.11.0 to 3.11.4 let such a group keep what it has tried in vain (gh-106052): "1e" was a number in Debian 12."""
    found = [path.name for path in PACKAGE.rglob("*.py") if POSSESSIVE_GROUP.search(path.read_text())]
    assert found == []
