"""The broker that Settings name, as its clients need it: the bridge, and the commands beside it."""

from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.errors import SettingsError
from mqtt_plot.mqtt.broker import Broker, Tls
from mqtt_plot.tags import topic_filter


def broker_at(url: BrokerUrl, settings: Settings, client_id: str) -> Broker:
    """Return the broker at `url` for a client that calls itself `client_id`, unless `--client-id` says otherwise."""
    return Broker(
        host=url.host,
        port=url.port,
        client_id=settings.client_id or client_id,
        topics=tuple(topic_filter(mapping) for mapping in settings.topic),
        scheme=url.scheme,
        path=url.path,
        user=url.user,
        password=url.password,
        tls=Tls(settings.broker_ca or None, settings.broker_cert or None, settings.broker_key or None),
        max_payload=settings.max_payload,
        keepalive=settings.keepalive,
    )


def broker_for(purpose: str, settings: Settings) -> Broker:
    """Return the broker for a command with one `purpose`. Raises SettingsError where there is none."""
    if settings.broker.scheme in ("embedded", "none"):
        raise SettingsError(f"--broker: expected a broker's URL for {purpose}, got {settings.broker.scheme}")
    return broker_at(settings.broker, settings, f"mqtt-plot-{purpose}")
