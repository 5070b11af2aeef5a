"""A subscription to a changing set of topics, for a viewer replica. Knows nothing of why a topic is wanted.

Each connection begins a new session: the broker must not queue topics that nobody wants any more.
"""

import logging
from collections.abc import Iterator
from itertools import islice

from paho.mqtt.client import Client
from paho.mqtt.reasoncodes import ReasonCode

from mqtt_plot.mqtt.broker import Subscription
from mqtt_plot.mqtt.subscriber import QOS, REFUSED_FROM, Subscriber

log = logging.getLogger(__name__)

# Topics in one SUBSCRIBE: with topics of 256 bytes a packet of 26 kB, which every broker accepts.
_TOGETHER = 100


class OnDemandSubscriber(Subscriber):
    """A Subscriber for the topics of the last `want`; without topics it is connected and ready too."""

    _wants_session = False
    _wanted: frozenset[str] = frozenset()
    _asked: frozenset[str] = frozenset()  # network thread only

    def want(self, topics: frozenset[str]) -> None:
        """Subscribe to exactly `topics`, as soon as there is a connection. Called from the loop."""
        self._wanted = topics
        client = self.client
        if client is not None:
            client.do(lambda: self._follow(client))

    def _subscribe(self, client: Client) -> None:
        self._asked = frozenset()
        self._announce()
        self._follow(client)

    def _follow(self, client: Client) -> None:
        if not client.is_connected():
            return
        wanted = self._wanted
        for part in _parts(wanted - self._asked):
            client.subscribe([(topic, QOS) for topic in part])
        for part in _parts(self._asked - wanted):
            client.unsubscribe(part)
        self._asked = wanted
        self._announce()

    def _accept_answer(self, reasons: list[ReasonCode]) -> None:
        refused = [reason for reason in reasons if reason.value >= REFUSED_FROM]
        if refused:
            log.warning("broker refused %d of %d subscriptions: %s", len(refused), len(reasons), refused[0])

    def _announce(self) -> None:
        topics = ", ".join(self.broker.topics)
        text = f"{self.connected_text}, {len(self._asked)} topics on demand"
        self.set_state("connected", text, (Subscription(topics, is_granted=True, reason="on demand"),))


def _parts(topics: frozenset[str]) -> Iterator[list[str]]:
    remaining = iter(sorted(topics))
    while part := list(islice(remaining, _TOGETHER)):
        yield part
