"""Which presets fit what a broker carries, with the tags that each would make: `--preset auto`. Stores no values, reads no clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.message_reader import MessageReader
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message, series_tag
from mqtt_plot.tags import DISCOVERY, TopicMap, check_tag, is_clean, topic_filter

# What is looked at; all else is counted. A hostile broker so costs a few MB, and a few seconds of one thread within a minute.
MAX_TOPICS = 5_000
MAX_TOPIC_LENGTH = 256
MAX_READ = 20_000
MAX_READ_BYTES = 8 * 2**20
READ_PER_TOPIC = 10  # receivers put many devices on one topic
MAX_TAGS = 200  # of one preset
# What is said.
_SHOWN_TAGS = 5
_SHOWN_ROOTS = 10
_SHOWN_LENGTH = 60


@dataclass
class _Fit:
    """What a preset, or a filter, has made of the topics it covers: tags by topic, those it could not read and why."""

    reader: MessageReader
    tags: dict[str, dict[str, None]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    count: int = 0  # of tags

    def read(self, message: Message) -> None:
        topic = message.topic
        try:
            found = self.reader.read(message)
            if found is None:
                return
            base, parsed = found
            tags = [check_tag(series_tag(base, sample.field)) for sample in parsed.samples]
        except PayloadError as error:
            if topic not in self.tags:
                self.unread[topic] = str(error)
            return
        if not tags:
            return
        self.unread.pop(topic, None)
        known = self.tags.setdefault(topic, {})
        for tag in tags:
            if tag not in known and self.count < MAX_TAGS:
                known[tag] = None
                self.count += 1


class Survey:
    """Give it messages, then ask for its `lines`. `plotted` are the mappings in use, `presets` those of each preset by name."""

    def __init__(self, presets: Mapping[str, Sequence[str]], plotted: Sequence[str], rules: Rules) -> None:
        self.messages = 0
        self._passed_over = 0
        self._read = self._read_bytes = 0
        self._plotted = TopicMap(plotted)
        self._rules = rules
        self._is_sure = {name: TopicMap(_telling(mappings)).covers for name, mappings in presets.items()}
        self._is_anchored = {name: TopicMap(_anchored(mappings)).covers for name, mappings in presets.items()}
        self._maps = {name: TopicMap(_with_values(mappings)) for name, mappings in presets.items()}
        self._describing = TopicMap([text for mappings in presets.values() for text in mappings if DISCOVERY in text])
        self._fits = {name: _Fit(MessageReader(topics, rules)) for name, topics in self._maps.items()}
        self._roots: dict[str, _Fit] = {}  # of topics that no preset covers, by their first level
        self._topics: dict[str, tuple[int, tuple[_Fit, ...]]] = {}  # messages read, and by whom

    @property
    def topics(self) -> int:
        """How many topics are looked at."""
        return len(self._topics)

    def put(self, messages: Iterable[Message]) -> None:
        """Take what a broker delivered, on any one thread."""
        for message in messages:
            self.messages += 1
            count, readers = self._topics.get(message.topic) or (0, None)
            if readers is None:
                if len(self._topics) >= MAX_TOPICS or len(message.topic) > MAX_TOPIC_LENGTH:
                    self._passed_over += 1
                    continue
                readers = self._readers_of(message.topic)
            if count < READ_PER_TOPIC and self._read < MAX_READ and self._read_bytes < MAX_READ_BYTES:
                for reader in readers:
                    self._read += 1
                    self._read_bytes += len(message.payload)
                    reader.read(message)
            self._topics[message.topic] = (min(count + 1, READ_PER_TOPIC), readers)

    def _readers_of(self, topic: str) -> tuple[_Fit, ...]:
        found = tuple(self._fits[name] for name, topics in self._maps.items() if topics.covers(topic))
        if found or self._plotted.covers(topic) or self._describing.covers(topic):
            return found
        root = topic.split("/", maxsplit=1)[0]
        if root not in self._roots and len(self._roots) >= _SHOWN_ROOTS * 2:
            root = "#"
        if root not in self._roots:
            self._roots[root] = _Fit(MessageReader(TopicMap(["#"]), self._rules))
        return (self._roots[root],)

    def lines(self) -> list[str]:
        """Return what was seen, a sentence each, and in the end what to start the bridge with."""
        lines = [f"all topics watched: {self.messages} messages on {self.topics} topics"]
        if not self.messages:
            return [
                *lines,
                "nothing was published meanwhile; the broker's access rules may hide it, or devices send less often",
            ]
        names = list[str]()
        for name, topics in self._claims():
            is_sure = any(map(self._is_sure[name], topics))
            names += [name] if is_sure else []
            verb = "fits" if is_sure else "may fit"
            if topics:
                lines.append(
                    f"preset {name} {verb} {_topics(topics)}, and would make {_tags(self._fits[name], topics)}"
                )
            lines += _unread(self._fits[name], f"preset {name}")
        rest = sorted(self._roots.items(), key=lambda item: -len(item[1].tags) - len(item[1].unread))
        for root, fit in rest[:_SHOWN_ROOTS]:
            mapping = root if root == "#" or root in fit.tags else f"{root}/#"
            if fit.tags:
                option = f"--topic '{mapping}'" if is_clean(mapping) else "a --topic"
                lines.append(f"no preset covers {_topics(fit.tags)}; {option} would make {_tags(fit, fit.tags)}")
            lines += _unread(fit, f"{mapping!r:.{_SHOWN_LENGTH}}")
        lines += [f"{len(rest) - _SHOWN_ROOTS} more groups of topics are covered by no preset"] * (
            len(rest) > _SHOWN_ROOTS
        )
        if self._passed_over:
            lines.append(
                f"{self._passed_over} messages on further topics were not looked at: at most {MAX_TOPICS} topics of "
                f"{MAX_TOPIC_LENGTH} characters are"
            )
        return [*lines, self._advice(names)]

    def _claims(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield each preset that fits with its topics, the one with the most first; a topic counts for one only.

        That is one whose filter begins with a fixed level, else the one with the most topics.
        """
        claims: dict[str, list[str]] = {name: [] for name in self._fits}
        for topic in self._topics:
            able = [name for name, fit in self._fits.items() if topic in fit.tags]
            if able:
                anchored, fits = self._is_anchored, self._fits
                claims[max(able, key=lambda name: (anchored[name](topic), len(fits[name].tags)))].append(topic)
        yield from sorted(((name, topics) for name, topics in claims.items() if topics), key=lambda item: -len(item[1]))
        for name, fit in self._fits.items():
            if fit.unread and not fit.tags and any(map(self._is_sure[name], fit.unread)):
                yield name, []

    @staticmethod
    def _advice(names: Sequence[str]) -> str:
        if not names:
            return "no preset surely fits; --topic 'FILTER → TAG' takes any topic (docs/devices.md)"
        return f"start the bridge with {' '.join(f'--preset {name}' for name in names)} to plot it; nothing of it is plotted now"


def _with_values(mappings: Sequence[str]) -> list[str]:
    return [text for text in mappings if DISCOVERY not in text]


def _anchored(mappings: Sequence[str]) -> list[str]:
    return [text for text in _with_values(mappings) if not topic_filter(text).startswith("+")]


def _telling(mappings: Sequence[str]) -> list[str]:
    """Return the mappings whose filter tells enough to be sure of: one that begins with a wildcard needs two fixed levels."""
    return [
        text
        for text in _with_values(mappings)
        if (levels := topic_filter(text).split("/"))[0] != "+" or len(levels) - levels.count("+") > 1
    ]


def _topics(topics: Iterable[str]) -> str:
    shown = list(topics)
    if len(shown) == 1:
        return f"1 topic ({_shown(shown[0])})"
    return f"{len(shown)} topics"


def _tags(fit: _Fit, topics: Iterable[str]) -> str:
    tags = list(dict.fromkeys(tag for topic in topics for tag in fit.tags.get(topic, ())))
    more = len(tags) - _SHOWN_TAGS
    least = "at least " if fit.count >= MAX_TAGS else ""
    return ", ".join(map(_shown, islice(tags, _SHOWN_TAGS))) + (f" and {least}{more} more tags" if more > 0 else "")


def _unread(fit: _Fit, who: str) -> list[str]:
    if not fit.unread:
        return []
    topic, why = next(iter(fit.unread.items()))
    count = len(fit.unread)
    return [f"{who}: {count} topic{'s' * (count > 1)} not understood, first {_shown(topic)}: {why}"]


def _shown(text: str) -> str:
    """Return what any log and page can show of a topic or tag."""
    plain = text if is_clean(text) else repr(text)
    return plain if len(plain) <= _SHOWN_LENGTH else f"{plain[:_SHOWN_LENGTH]}…"
