"""docs/devices.md does what it says: every payload on it, with the option above it or beside it, makes the tags that it names."""

import re
import shlex

import pytest

from mqtt_plot.assembly import make_ingest
from mqtt_plot.config.loading import load
from mqtt_plot.config.presets import PRESETS, all_presets
from mqtt_plot.ingest.survey import Survey
from mqtt_plot.ingest.verdicts import REFUSED, REJECTED
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from tests.support.processes import ROOT

NOW = 1_704_164_646.0  # a second after the stamps of the page
PAGE = (ROOT / "docs" / "devices.md").read_text()
SECTIONS = dict(re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROWS = re.findall(r"^\| ([^|]+) \| (`--[^|]*`|\(none\)) \| `([^`]+)` `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
MAPPINGS = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
# Protobuf cannot be printed on a page; tests/test_devices.py has a stream of it.
BINARY = {"sparkplug"}


def tags_of(options: list[str], messages: list[tuple[str, str]]) -> set[str]:
    """Return the tags that a bridge with `options` makes of messages, none of which it may refuse."""
    ingest = make_ingest(load(options, {}))
    ingest.accept_messages([Message(topic, payload.encode(), NOW) for topic, payload in messages])
    bad = [item for item in ingest.verdicts.since(0) if item.outcome in (REJECTED, REFUSED) or item.rejected]
    assert bad == []
    return {series.tag for series in ingest.store}


def messages_of(section: str) -> list[tuple[str, str]]:
    """Return the lines of a section that are a topic and a payload."""
    block = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert block
    return re.findall(r"^(\S+) +(.*)$", block[1], re.MULTILINE)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_payloads_that_make_the_tags_it_names(preset: str) -> None:
    """One section each, with what is published and what comes of it."""
    section = SECTIONS[preset]
    named = re.search(r"```\nTags ((?:`[^`]+`(?:, )?)+)", section)
    assert named
    if preset in BINARY:
        return
    messages = messages_of(section)
    assert messages
    assert set(re.findall(r"`([^`]+)`", named[1])) <= tags_of(["--preset", preset], messages)


@pytest.mark.parametrize(("device", "option", "topic", "payload", "tag"), ROWS)
def test_every_line_of_the_table_works(device: str, option: str, topic: str, payload: str, tag: str) -> None:
    """The option as it would be typed."""
    options = [] if option == "(none)" else shlex.split(option.strip("`"))
    assert tag in tags_of(options, [(topic, payload)]), device


@pytest.mark.parametrize(("mapping", "topic", "tag"), MAPPINGS)
def test_every_mapping_of_the_table_works(mapping: str, topic: str, tag: str) -> None:
    """What a filter and a template make of a topic."""
    assert tags_of(["--topic", mapping], [(topic, "1")]) == {tag}


@pytest.mark.parametrize("preset", PRESETS)
def test_auto_finds_every_preset_by_the_payloads_of_its_section(preset: str) -> None:
    """And would start the bridge with it."""
    if preset in BINARY:
        return
    survey = Survey(all_presets(), ["plot/#"], Rules())
    survey.put(Message(topic, payload.encode(), NOW) for topic, payload in messages_of(SECTIONS[preset]))
    assert f"--preset {preset}" in survey.lines()[-1]


def test_the_tables_are_read_whole() -> None:
    """A line that the patterns above miss would be a line that nobody tries."""
    assert (len(ROWS), len(MAPPINGS)) == (7, 5)
