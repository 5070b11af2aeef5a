"""Tag names: what is allowed as one, and how a topic becomes one."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mqtt_plot.errors import PayloadError, shown

MAX_TAG_BYTES = 256
MAX_TAG_LEVELS = 16
# A template that makes no tag: messages on such topics describe tags (Home Assistant's discovery).
DISCOVERY = "$discovery"

# A shared subscription (MQTT 5.0, 4.8.2) delivers under the topics of the filter behind its group.
_SHARE = re.compile(r"^\$share/[^/]+/")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_ARROW = re.compile(r"\s*(?:→|->)\s*")
_READER = re.compile(r" as ([a-z0-9_-]{2,32})$")
_FIELD = re.compile(r"\{(\d{1,2}|#|topic)\}")


def check_tag(tag: object, max_bytes: int = MAX_TAG_BYTES, max_levels: int = MAX_TAG_LEVELS) -> str:
    """Return `tag` if it may name a series, else raise PayloadError("bad_tag").

    Spaces, umlauts, markup and emoji are all fine (a tag is text, shown as text); control characters and lone surrogates
    are not, since no log or terminal can show them safely.
    """
    if type(tag) is str and _is_usual(tag) and 4 * len(tag) <= max_bytes and tag.count("/") < max_levels:
        return tag
    if not isinstance(tag, str):
        raise PayloadError("bad_tag", f"expected a string in 'tag', got {shown(tag)}")
    if not tag.strip():
        raise PayloadError("bad_tag", "expected a tag name, got an empty one")
    try:
        size = len(tag.encode())
    except UnicodeEncodeError:
        raise PayloadError("bad_tag", f"expected a tag in valid Unicode, got {shown(tag)}") from None
    if size > max_bytes:
        raise PayloadError("bad_tag", f"expected a tag of at most {max_bytes} bytes, got {size}: {shown(tag)}")
    if tag.count("/") >= max_levels:
        raise PayloadError("bad_tag", f"expected a tag of at most {max_levels} levels, got {tag.count('/') + 1}")
    if _CONTROL.search(tag):
        raise PayloadError("bad_tag", f"expected a tag without control characters, got {shown(tag)}")
    return tag


def _is_usual(text: str) -> bool:
    """Tell whether a text is sure to be clean and not blank."""
    return text.isprintable() and bool(text) and not text.isspace()


def is_clean(text: str) -> bool:
    """Return True if every log and page can show `text`: it has neither control characters nor lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return _CONTROL.search(text) is None


def check_filter(text: str) -> str:
    """Return `text` if it is an MQTT topic filter (MQTT 5.0, section 4.7), else raise ValueError."""
    levels = text.split("/")
    if not text or "\x00" in text:
        raise ValueError(f"expected a topic filter such as plot/#, got {text!r}")
    if any(("#" in level and level != "#") or ("+" in level and level != "+") for level in levels):
        raise ValueError(f"expected + and # as whole levels of a topic filter, got {text!r}")
    if "#" in levels[:-1]:
        raise ValueError(f"expected # only as the last level of a topic filter, got {text!r}")
    return text


class Mapping(NamedTuple):
    """A topic filter, the pattern of the topics it covers, and the template of their tags (None: what follows the fixed part).

    `reader` is the device family whose payloads these are, "" where they are read as any others.
    """

    filter: str
    pattern: re.Pattern[str]
    template: str | None
    reader: str = ""

    def tag(self, topic: str, groups: Sequence[str | None]) -> str:
        """Return the tag text for a topic whose wildcards stand for `groups`; the caller checks it."""
        if self.template is None:
            return topic[_fixed_length(self.filter) :] or topic.rpartition("/")[2]
        values = {"topic": topic, "#": (groups[-1] or "") if self.filter.endswith("#") else ""}
        return _FIELD.sub(lambda field: values.get(field[1]) or _group(groups, field[1]), self.template).strip("/")


def _group(groups: Sequence[str | None], name: str) -> str:
    return (groups[int(name) - 1] or "") if name.isdecimal() else ""


def parse_mapping(text: str) -> Mapping:
    """Return what `FILTER`, `FILTER → TEMPLATE` (also `->`) or `FILTER → TEMPLATE as FAMILY` says. Raises ValueError.

    In a template {1}, {2}… stand for the levels that the + of the filter match, {#} for what its # matches, {topic} for the whole topic.
    """
    filter_text, *templates = _ARROW.split(text.strip())
    check_filter(filter_text)
    covered = _SHARE.sub("", filter_text)
    pattern = _pattern(covered)
    if not templates:
        return Mapping(covered, pattern, None)
    if len(templates) > 1 or not templates[0]:
        raise ValueError(f"expected FILTER → TEMPLATE such as zigbee2mqtt/+ → z2m/{{1}}, got {text!r}")
    template, reader = _split_reader(templates[0])
    plusses = covered.split("/").count("+")
    for name in _FIELD.findall(template):
        if name == "#" and not covered.endswith("#"):
            raise ValueError(f"{{#}} stands for what a # matches, but {covered!r} has none, in {text!r}")
        if name.isdecimal() and not 1 <= int(name) <= plusses:
            raise ValueError(f"{{{name}}} stands for the +, counted from 1, but {covered!r} has {plusses}, in {text!r}")
    if re.search(r"[{}]", _FIELD.sub("", template)):
        raise ValueError(f"expected {{1}}, {{2}}…, {{#}} or {{topic}} in the template, got {template!r}")
    return Mapping(covered, pattern, template, reader)


def _split_reader(template: str) -> tuple[str, str]:
    found = _READER.search(template)
    return (template[: found.start()], found[1]) if found else (template, "")


def check_mapping(text: str) -> str:
    """Return `text` in its one spelling, FILTER or FILTER → TEMPLATE, if it is a mapping, else raise ValueError."""
    parse_mapping(text)
    return " → ".join(_ARROW.split(text.strip()))


def topic_filter(mapping: str) -> str:
    """Return what to subscribe to for a mapping."""
    return _ARROW.split(mapping.strip())[0]


class TopicMap:
    """Which tag a topic means: what the first mapping that covers it says.

    Without a template that is what follows the fixed part of the filter, from its first wildcard on: `plot/#` maps `plot/line1/temp` to
    `line1/temp`, `shellies/+/relay/+/power` maps `shellies/plug1/relay/0/power` to `plug1/relay/0/power`; a filter without
    a wildcard names one topic, whose tag is the whole topic.
    """

    def __init__(self, mappings: Sequence[str]) -> None:
        parsed = map(parse_mapping, mappings)
        # What describes tags is no value, also where a filter of the user's covers it.
        self._mappings = sorted(parsed, key=lambda mapping: mapping.template != DISCOVERY)

    def covers(self, topic: str) -> bool:
        """Tell whether any filter covers `topic`."""
        return any(mapping.pattern.fullmatch(topic) for mapping in self._mappings)

    def reader(self, topic: str) -> str:
        """Return the device family whose payloads come on `topic`, "" where they are read as any others."""
        return next((mapping.reader for mapping in self._mappings if mapping.pattern.fullmatch(topic)), "")

    def tag(self, topic: str) -> str:
        """Return the tag for `topic`, or DISCOVERY; raise PayloadError("bad_tag") for a topic that no filter covers or that leaves no tag."""
        for mapping in self._mappings:
            found = mapping.pattern.fullmatch(topic)
            if found:
                return DISCOVERY if mapping.template == DISCOVERY else check_tag(mapping.tag(topic, found.groups()))
        raise PayloadError(
            "bad_tag",
            f"expected a topic that a --topic filter covers, got {topic!r:.120}; add one, or a --preset, for it",
        )


def subscriptions(mappings: Sequence[str]) -> tuple[str, ...]:
    """Return what to subscribe to, so that each topic is covered once: some brokers deliver a message for each filter that covers it.

    A filter that another one includes is left out.
    """
    filters = list(dict.fromkeys(topic_filter(mapping) for mapping in mappings))
    return tuple(text for text in filters if not any(other != text and _includes(other, text) for other in filters))


def _includes(wide: str, narrow: str) -> bool:
    """Tell whether a filter covers all that another one covers."""
    if _SHARE.match(wide) or _SHARE.match(narrow):
        return False
    levels, others = wide.split("/"), narrow.split("/")
    for place, level in enumerate(levels):
        if level == "#":
            return True
        if place >= len(others) or others[place] == "#" or (level != "+" and level != others[place]):
            return False
    return len(levels) == len(others)


def topic_base(mappings: Sequence[str]) -> str | None:
    """Return what comes before the tag in the topics of the first mapping such as `plot/#`, None where there is no such mapping.

    One with a template does not say which topic a tag has, and on $SYS or $share/... nobody can publish.
    """
    for text in mappings:
        base, wild, rest = text.partition("#")
        if wild and not rest and "+" not in base and not base.startswith("$"):
            return base
    return None


def to_topic(base: str, tag: str) -> str:
    """Return the topic of `tag`. Raises PayloadError for a tag that no topic can carry (MQTT 5.0, 4.7.1)."""
    if any(mark in tag for mark in "+#\x00"):
        raise PayloadError("bad_topic", f"expected a tag without + and #, which no topic can hold, got {tag!r:.80}")
    return base + tag


def _pattern(text: str) -> re.Pattern[str]:
    """Translate a topic filter: + is one level, # is this level's parent and all below (MQTT 5.0, section 4.7.1)."""
    if text == "#":
        return re.compile("(.*)", re.DOTALL)
    levels = text.split("/")
    tail = "(?:/(.*))?" if levels[-1] == "#" else ""
    fixed = levels[:-1] if tail else levels
    body = "/".join("([^/]*)" if level == "+" else re.escape(level) for level in fixed)
    return re.compile(body + tail, re.DOTALL)


def _fixed_length(text: str) -> int:
    """Return how many characters of a matching topic come before its tag."""
    wild = [i for i in (text.find("+"), text.find("#")) if i >= 0]
    return min(wild) if wild else 0
