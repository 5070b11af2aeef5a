"""Tag names, and how a topic becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.tags import (
    DISCOVERY,
    TopicMap,
    check_filter,
    check_mapping,
    check_tag,
    to_topic,
    topic_base,
    topic_filter,
)


@pytest.mark.parametrize(
    "tag",
    [
        "a",
        "line1/temp",
        "Temperature - Room 1",
        "Öl ℃ 🌡",
        "<script>alert(1)</script>",
        "a//b",
        "/a",
        "$SYS",
        "x" * 256,
        "1/" * 15,
    ],
)
def test_any_text_may_name_a_series(tag: str) -> None:
    """Spaces, umlauts, markup and emoji are fine; the tag comes back unchanged."""
    assert check_tag(tag) == tag


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("", "got an empty one"),
        (" \t ", "got an empty one"),
        (None, "expected a string in 'tag', got None"),
        (5, "got 5"),
        ({"a": 1}, "got an object"),
        ("x" * 257, "at most 256 bytes, got 257"),
        ("ü" * 129, "at most 256 bytes, got 258"),
        ("line\nbreak" * 40, r"got 400: 'line\nbreak"),
        ("a/" * 16, "at most 16 levels, got 17"),
        ("a\x00", "without control characters"),
        ("a\x1b[2J", "without control characters"),
        ("a\x85", "without control characters"),
        ("\ud800", "valid Unicode"),
    ],
)
def test_what_cannot_be_shown_or_is_too_long_is_refused(tag: object, words: str) -> None:
    """Empty, too long, too deep, unprintable: each refused with its reason on one line."""
    with pytest.raises(PayloadError, match="expected") as caught:
        check_tag(tag)
    assert caught.value.code == "bad_tag"
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 250


@pytest.mark.parametrize(
    ("filters", "topic", "tag"),
    [
        (["plot/#"], "plot/line1/temp", "line1/temp"),
        (["plot/#"], "plot/a b/℃", "a b/℃"),
        (["#"], "any/topic", "any/topic"),
        (["plot/+/temp"], "plot/line1/temp", "line1/temp"),
        (["+/state"], "pump/state", "pump/state"),
        (["exact/topic"], "exact/topic", "exact/topic"),
        (["a/#", "b/#"], "b/x", "x"),
        (["plot/#", "#"], "other/x", "other/x"),
        (["plot/line1/#", "plot/#"], "plot/line1/x", "x"),
        (["a.b/#"], "a.b/x", "x"),
        (["plot/#"], "plot//x", "/x"),
        (["site/birds/#"], "site/birds", "birds"),  # which the filter matches too (MQTT 5, 4.7.1.2)
        (["$share/bridges/plot/#"], "plot/x", "x"),
    ],
)
def test_the_tag_is_what_follows_the_fixed_part(filters: list[str], topic: str, tag: str) -> None:
    """The first filter that matches gives the tag: the topic from its first wildcard on."""
    assert TopicMap(filters).tag(topic) == tag


@pytest.mark.parametrize(
    ("filters", "topic"),
    [
        (["plot/#"], "plot/"),
        (["plot/#"], "plotter/x"),
        (["plot/+/temp"], "plot/a/b/temp"),
        (["a.b/#"], "axb/x"),
        (["plot/#"], "plot/" + "x" * 257),
        (["plot/#"], "plot/a\x07"),
        (["plot/#"], "x" * 60_000),
    ],
)
def test_a_topic_that_gives_no_tag_is_refused(filters: list[str], topic: str) -> None:
    """A topic no filter covers, or with no usable tag in it, is refused, the second time as the first."""
    topics = TopicMap(filters)
    for _ in range(2):
        with pytest.raises(PayloadError) as caught:
            topics.tag(topic)
        assert caught.value.code == "bad_tag"
        assert len(str(caught.value)) <= 250


@pytest.mark.parametrize("text", ["plot/#", "#", "+", "+/+/#", "/", "plot/+/temp", "$share/bridges/plot/#"])
def test_filters_of_the_standard_are_taken(text: str) -> None:
    """MQTT 5.0, 4.7: wildcards as whole levels, # last."""
    assert check_filter(text) == text


@pytest.mark.parametrize("text", ["", "plot#", "plot/#/x", "plot/a+", "#/", "a\x00b"])
def test_filters_the_standard_forbids_are_refused(text: str) -> None:
    """A filter that no broker takes is refused before it is sent."""
    with pytest.raises(ValueError, match="topic filter"):
        check_filter(text)


LEVELS = st.lists(
    st.text(st.characters(exclude_characters="/+#\x00", exclude_categories=["Cs", "Cc"]), min_size=1),
    min_size=1,
    max_size=8,
)


@given(LEVELS)
def test_every_tag_comes_back_from_its_topic(levels: list[str]) -> None:
    """Whatever is published under plot/ is found under its own name, or refused as a tag."""
    tag = "/".join(levels)
    try:
        expected = check_tag(tag)
    except PayloadError:
        with pytest.raises(PayloadError):
            TopicMap(["plot/#"]).tag(f"plot/{tag}")
    else:
        assert TopicMap(["plot/#"]).tag(f"plot/{tag}") == expected


@pytest.mark.parametrize(
    ("mapping", "topic", "tag"),
    [
        ("zigbee2mqtt/+ → z2m/{1}", "zigbee2mqtt/lamp", "z2m/lamp"),
        ("zigbee2mqtt/+ -> z2m/{1}", "zigbee2mqtt/lamp", "z2m/lamp"),
        ("zigbee2mqtt/+->z2m/{1}", "zigbee2mqtt/lamp", "z2m/lamp"),
        ("shellies/+/relay/+/power → {1}/p{2}", "shellies/plug/relay/0/power", "plug/p0"),
        ("shellies/+/relay/+/power", "shellies/plug/relay/0/power", "plug/relay/0/power"),
        ("tele/+/SENSOR", "tele/kitchen/SENSOR", "kitchen/SENSOR"),
        ("+/+/# → {2}/{1}/{#}", "a/b/c/d", "b/a/c/d"),
        ("a/# → {#}", "a/b/c", "b/c"),
        ("a/# → all/{#}", "a", "all"),
        ("a/+ → {topic}", "a/b", "a/b"),
        ("a/+/c → x", "a/b/c", "x"),
        ("$share/g/a/+ → {1}", "a/b", "b"),
    ],
)
def test_a_template_makes_the_tag(mapping: str, topic: str, tag: str) -> None:
    """{1} {2}… are what the + stand for, {#} what the # does, {topic} all of it; without a template nothing changes."""
    assert TopicMap([mapping]).tag(topic) == tag


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("a/+ → {2}", "counted from 1, but 'a/\\+' has 1"),
        ("a/+ → {0}", "counted from 1"),
        ("a/+ → {#}", "has none"),
        ("a/+ → {x}", "expected {1}"),
        ("a/+ → ", "expected FILTER → TEMPLATE"),
        ("a → b → c", "expected FILTER → TEMPLATE"),
        (" → b", "expected a topic filter"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(mapping: str, words: str) -> None:
    """At the start, not at the first message."""
    with pytest.raises(ValueError, match=words):
        check_mapping(mapping)


def test_a_mapping_has_one_spelling_and_a_filter_to_subscribe_to() -> None:
    """What the page shows, and what the broker is asked for."""
    assert check_mapping("a/+->x/{1}") == "a/+ → x/{1}"
    assert topic_filter("$share/g/a/+ → x/{1}") == "$share/g/a/+"


def test_discovery_is_no_tag() -> None:
    """Topics that describe tags are told apart from those that carry samples."""
    assert TopicMap([f"homeassistant/+/+/config → {DISCOVERY}"]).tag("homeassistant/sensor/x/config") == DISCOVERY


def test_what_is_left_when_nothing_fills_the_template_is_refused() -> None:
    """An empty level makes no tag."""
    with pytest.raises(PayloadError, match="got an empty one"):
        TopicMap(["a/+ → {1}"]).tag("a/")


@pytest.mark.parametrize(
    ("mappings", "base"),
    [
        (["plot/#"], "plot/"),
        (["a/+/b", "x/y/#"], "x/y/"),
        (["#"], ""),
        (["plot/# → x/{#}", "z/#"], "z/"),
        (["plot/+/value"], None),
        (["plot/temp"], None),
        (["$share/g/plot/#"], None),
        (["$SYS/#"], None),
    ],
)
def test_the_base_of_topics(mappings: list[str], base: str | None) -> None:
    """The fixed part of the first mapping that ends in #, without a template, on which anybody may publish."""
    assert topic_base(mappings) == base


@pytest.mark.parametrize("tag", ["a+b", "#", "a\x00"])
def test_a_tag_that_no_topic_can_hold_is_refused(tag: str) -> None:
    """Wildcards and NUL; all else may be published to."""
    with pytest.raises(PayloadError) as caught:
        to_topic("plot/", tag)
    assert (caught.value.code, to_topic("plot/", "line 1/°C")) == ("bad_topic", "plot/line 1/°C")
