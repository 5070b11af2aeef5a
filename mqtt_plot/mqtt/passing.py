"""A subscription that leaves nothing behind: at QoS 0, in a session that ends with the connection. Knows nothing of who listens, and why."""

from paho.mqtt.client import Client

from mqtt_plot.mqtt.subscriber import Subscriber


class PassingSubscriber(Subscriber):
    """A Subscriber for which the broker keeps nothing; give it brokers with `keeps_session` and `has_figures` False."""

    _wants_session = False
    _session_seconds = 0

    def _subscribe(self, client: Client) -> None:
        client.subscribe([(topic, 0) for topic in self.broker.topics])
