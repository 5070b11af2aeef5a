"""What a message holds, read by its mapping as the bridge would, for who stores nothing: recording to a file, the survey of a broker."""

from mqtt_plot.ingest.metadata import described_tag
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.devices.families import family_of
from mqtt_plot.parsers.devices.family import read
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.parsers.samples_json import name_fields
from mqtt_plot.parsers.sparkplug import PREFIX, Nodes
from mqtt_plot.samples import Message, Parsed
from mqtt_plot.tags import DISCOVERY, TopicMap


class MessageReader:
    """Keeps what Sparkplug's births have said of their metrics, and nothing else."""

    def __init__(self, topics: TopicMap, rules: Rules) -> None:
        self._topics = topics
        self._rules = rules
        self._nodes = Nodes()

    def read(self, message: Message) -> tuple[str, Parsed] | None:
        """Return the tag of a message and what is in it; the fields of its samples go behind the tag.

        None for a message that holds no values by its topic: one that describes tags, a command. Raises PayloadError.
        """
        topic, now = message.topic, message.time
        tag = self._topics.tag(topic)
        if tag == DISCOVERY or described_tag(tag) is not None:
            return None
        if topic.startswith(PREFIX):
            parsed = self._nodes.parse(topic, message.payload, self._rules, now)
            return "" if parsed.is_named else tag, parsed
        name = self._topics.reader(topic)
        if not name:
            parsed = parse(message.payload, self._rules, now)
        else:
            family = family_of(name)
            if family.why_ignored is not None and family.why_ignored(topic.split("/")):
                return None
            parsed = read(name, family, topic, message.payload, Context(self._rules, now))
        name_fields(parsed, tag, topic)
        return tag, parsed
