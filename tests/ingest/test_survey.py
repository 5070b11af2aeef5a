"""Which presets fit what a broker carries: `--preset auto`, without a broker."""

import json

from mqtt_plot.config.presets import all_presets
from mqtt_plot.ingest import survey
from mqtt_plot.ingest.survey import Survey
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from tests.support.corpus import cases_of, payload_files, payload_of

NOW = 1_700_000_000.0


def lines_of(*messages: tuple[str, str | bytes], plotted: str = "plot/#") -> list[str]:
    """Return what is said of messages."""
    watched = Survey(all_presets(), [plotted], Rules())
    watched.put(Message(topic, raw.encode() if isinstance(raw, str) else raw, NOW) for topic, raw in messages)
    return watched.lines()


def test_each_preset_that_fits_is_named_with_the_tags_it_would_make() -> None:
    """In the end stands what to start the bridge with."""
    lines = lines_of(
        ("zigbee2mqtt/kitchen", '{"temperature": 21.5, "humidity": 40}'),
        ("zigbee2mqtt/bridge/info", '{"version": "1.30.0"}'),
        ("homeassistant/sensor/x/t/config", '{"state_topic": "zigbee2mqtt/kitchen"}'),
        ("tele/plug/SENSOR", '{"ENERGY": {"Power": 42}}'),
        ("plot/line1", "5"),
    )
    assert lines == [
        "all topics watched: 5 messages on 5 topics",
        "preset tasmota fits 1 topic (tele/plug/SENSOR), and would make plug/ENERGY/Power",
        "preset zigbee2mqtt fits 1 topic (zigbee2mqtt/kitchen), and would make z2m/kitchen/temperature, z2m/kitchen/humidity",
        "start the bridge with --preset tasmota --preset zigbee2mqtt to plot it; nothing of it is plotted now",
    ]


def test_every_preset_is_found_by_what_its_devices_really_send() -> None:
    """The corpus of each family, all on one broker: every preset is advised, and each message is claimed by its own."""
    sent = [
        (
            case["options"][1],
            [*case.get("retained_before", []), *case.get("before", []), (case["topic"], case["payload"])],
        )
        for file in payload_files()
        for case in cases_of(file)
        if case.get("options", [])[:1] == ["--preset"] and "--topic" not in case["options"] and case["expected"]
    ]
    lines = lines_of(*((topic, payload_of(raw)) for _, messages in sent for topic, raw, *_ in messages))
    assert {name for name, _ in sent} <= set(lines[-1].split())
    assert not [
        line for line in lines if line.startswith("no preset covers") and "plot/" not in line and "dev/" not in line
    ]


def test_one_word_in_a_topic_is_not_enough_to_be_sure() -> None:
    """`anything/status` may be ESPHome's; it is said, and not advised."""
    assert lines_of(("lamp/status", "online"))[1:] == [
        "preset esphome may fit 1 topic (lamp/status), and would make lamp/status",
        "no preset surely fits; --topic 'FILTER → TAG' takes any topic (docs/devices.md)",
    ]


def test_what_no_preset_covers_is_told_by_its_first_level() -> None:
    """With the option that would plot it, and why where nothing can be read."""
    lines = lines_of(("site/a/temp", "21.5"), ("site/b/temp", "22"), ("site/c", b"\xff\xd8\xff"))
    assert lines[1] == "no preset covers 2 topics; --topic 'site/#' would make site/a/temp, site/b/temp"
    assert lines[2].startswith("'site/#': 1 topic not understood, first site/c: expected UTF-8 text")


def test_a_payload_that_a_preset_covers_and_cannot_read_is_told_with_its_reason() -> None:
    """And is no fit."""
    lines = lines_of(("N/c0619ab3e4f1/battery/0/Soc", '{"value": '))
    assert lines[1].startswith("preset victron: 1 topic not understood, first N/c0619ab3e4f1/battery/0/Soc: expected")
    assert not any("would make" in line for line in lines)


def test_silence_is_said_too() -> None:
    assert "nothing was published meanwhile" in lines_of()[1]


def test_a_million_topics_cost_no_more_than_the_limits() -> None:
    """Further topics are counted, and so are very long ones; tags, groups and sentences are few."""
    watched = Survey(all_presets(), ["plot/#"], Rules())
    watched.put(
        Message(f"{place}/{'x' * (300 if place % 2 else 1)}/SENSOR", json.dumps({str(place): 1}).encode(), NOW)
        for place in range(4 * survey.MAX_TOPICS)
    )
    lines = watched.lines()
    assert watched.topics == survey.MAX_TOPICS
    assert lines[-2].startswith(f"{3 * survey.MAX_TOPICS} messages on further topics were not looked at")
    assert len(lines) < 40
    assert max(map(len, lines)) < 500


def test_names_that_no_log_can_show_are_written_out() -> None:
    """A topic is text from outside."""
    assert all(line.isprintable() for line in lines_of(("a\x1b[2J/b", "1"), ("zigbee2mqtt/\x07", '{"t": 1}')))
