"""`mqtt-plot plant`: the simulated plant as a process of its own, the devices of a test rig. Knows nothing of the bridge."""

import logging
import signal
import threading
from collections.abc import Mapping, Sequence

from mqtt_plot.commands.simulation.publisher import PlantPublisher
from mqtt_plot.config.loading import load
from mqtt_plot.errors import SettingsError
from mqtt_plot.mqtt.broker import Tls

log = logging.getLogger(__name__)


_ABOUT = "A simulated plant that publishes to --broker until it is stopped."


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Publish the plant to the broker that the options name until SIGTERM or SIGINT. Raises SettingsError and SourceError."""
    settings = load(arguments, environment, "plant", _ABOUT)
    url, *others = settings.broker
    if others:
        raise SettingsError(f"--broker: expected one broker for the simulated plant, got {1 + len(others)}")
    if url.scheme not in ("mqtt", "mqtts"):
        raise SettingsError(f"--broker: expected mqtt:// or mqtts:// for the simulated plant, got {url.scheme}")
    login = None if url.user is None else (url.user, url.password)
    tls = Tls(settings.broker_ca or None, settings.broker_cert or None, settings.broker_key or None)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    context = tls.context() if url.scheme == "mqtts" else None
    with PlantPublisher(url.host, url.port, login=login, tls=context):
        log.info("publishing a simulated plant to %s://%s:%d", url.scheme, url.host, url.port)
        stopping.wait()
