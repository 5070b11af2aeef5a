"""Tag names: what is allowed as one, and how a topic becomes one."""

import re
from collections.abc import Sequence

from mqtt_plot.errors import PayloadError, shown

MAX_TAG_BYTES = 256
MAX_TAG_LEVELS = 16
MAX_CACHED_TOPICS = 20_000

# A shared subscription (MQTT 5.0, 4.8.2) delivers under the topics of the filter behind its group.
_SHARE = re.compile(r"^\$share/[^/]+/")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def check_tag(tag: object, max_bytes: int = MAX_TAG_BYTES, max_levels: int = MAX_TAG_LEVELS) -> str:
    """Return `tag` if it may name a series, else raise PayloadError("bad_tag").

    Spaces, umlauts, markup and emoji are all fine (a tag is text, shown as text); control characters and lone surrogates
    are not, since no log or terminal can show them safely.
    """
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


class TopicMap:
    """Which tag a topic means: what follows the fixed part of the first filter that matches.

    `plot/#` maps `plot/line1/temp` to `line1/temp`; `#` maps a topic to itself; a filter without a wildcard names one topic, whose
    tag is the whole topic. Answers are cached, because a device repeats its topics; the cache is emptied when it is full.
    """

    def __init__(self, filters: Sequence[str]) -> None:
        plain = [_SHARE.sub("", text) for text in filters]
        self._rules = [(_pattern(text), _fixed_length(text)) for text in plain]
        self._cache: dict[str, str] = {}

    def tag(self, topic: str) -> str:
        """Return the tag for `topic`; raise PayloadError("bad_tag") for a topic no filter covers or with no tag left in it."""
        cached = self._cache.get(topic)
        if cached is not None:
            return cached
        for pattern, fixed in self._rules:
            if pattern.fullmatch(topic):
                tag = check_tag(topic[fixed:])
                if len(self._cache) >= MAX_CACHED_TOPICS:
                    self._cache.clear()
                self._cache[topic] = tag
                return tag
        raise PayloadError("bad_tag", f"no --topic filter covers the topic {topic!r:.120}")


def topic_base(filters: Sequence[str]) -> str | None:
    """Return what comes before the tag in the topics of the first filter that takes any tag, None where there is no such filter."""
    for text in filters:
        if text == "#" or text.endswith("/#"):
            base = text[:-1]
            if "+" not in base:
                return base
    return None


def _pattern(text: str) -> re.Pattern[str]:
    """Translate a topic filter: + is one level, # is this level's parent and all below (MQTT 5.0, section 4.7.1)."""
    if text == "#":
        return re.compile(".*", re.DOTALL)
    levels = text.split("/")
    tail = "(?:/.*)?" if levels[-1] == "#" else ""
    fixed = levels[:-1] if tail else levels
    body = "/".join("[^/]*" if level == "+" else re.escape(level) for level in fixed)
    return re.compile(body + tail, re.DOTALL)


def _fixed_length(text: str) -> int:
    """Return how many characters of a matching topic come before its tag."""
    wild = [i for i in (text.find("+"), text.find("#")) if i >= 0]
    return min(wild) if wild else 0
