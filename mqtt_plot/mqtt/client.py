"""How each of our paho clients is introduced to the broker: transport, path, user, password, TLS. Knows nothing of what it is for."""

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from mqtt_plot.mqtt.broker import Broker

# One second at least: a broker that has just restarted must not be asked by all at once.
_PAUSES_SECONDS = (1, 4)


def make_client(broker: Broker, *, is_version_5: bool, in_flight: int) -> Client:
    """Return a client that publishes and reconnects by itself, with up to `in_flight` messages not acknowledged."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=broker.client_id,
        protocol=MQTTv5 if is_version_5 else MQTTv311,
        transport=broker.transport,
    )
    introduce(client, broker)
    client.max_inflight_messages_set(in_flight)
    client.reconnect_delay_set(*_PAUSES_SECONDS)
    return client


def introduce(client: Client, broker: Broker) -> None:
    """Tell the client what the broker asks of it. Raises SourceError for files that cannot be used."""
    if broker.transport == "websockets":
        client.ws_set_options(path=broker.path)
    if broker.user is not None:
        client.username_pw_set(broker.user, broker.password)
    if broker.has_tls:
        client.tls_set_context(broker.tls.context())
