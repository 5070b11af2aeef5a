"""Sets up paho clients: WebSocket path, user, password, TLS. Knows nothing of what a client is for."""

from paho.mqtt import client as paho
from paho.mqtt.client import Client

from mqtt_plot.mqtt.broker import Broker
from mqtt_plot.mqtt.polling import take_over

take_over(paho)


def introduce(client: Client, broker: Broker) -> None:
    """Set path, user, password and TLS of a client. Raises SourceError for files that cannot be used."""
    if broker.transport == "websockets":
        client.ws_set_options(path=broker.path)
    if broker.user is not None:
        client.username_pw_set(broker.user, broker.password)
    if broker.has_tls:
        client.tls_set_context(broker.tls.context())
