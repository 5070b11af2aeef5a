"""`mqtt-plot demo`: an embedded broker, a simulated plant that publishes to it, and the bridge, with nothing to configure."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mqtt_plot.app import App
from mqtt_plot.commands.serve import running
from mqtt_plot.commands.simulation.publisher import PlantFeeder, PlantPublisher
from mqtt_plot.config.loading import load
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.ingest.signals import Definition
from mqtt_plot.mqtt.embedded_broker import is_installed
from mqtt_plot.samples import Message

log = logging.getLogger(__name__)

# What the bridge computes of the plant: to be looked at, changed and deleted on the page.
SIGNALS = (
    Definition("pump1/power", "{pump1/pressure} * {pump1/flow} / 600", "kW", "Hydraulic power"),
    Definition("pump1/run_time", 'on_time({pump1/state} == "RUN") / 1min', "min", "Run time"),
    Definition("pump1/starts", "rises({pump1/running})", label="Starts"),
    Definition("tank1/heating", "rate(lowpass({tank1/temperature}, 5s)) * 60", "K/min", "Heating rate"),
)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run bridge, broker and plant. Raises SettingsError and SourceError."""
    about = "Embedded broker, simulated plant and the bridge; a port that is taken is replaced by a free one."
    broker = BrokerUrl("embedded" if is_installed() else "none")
    settings = replace(load(arguments, environment, "demo", about), broker=(broker,))
    asyncio.run(_demo(App(settings, or_free=True)))


async def _demo(app: App) -> None:
    async with running(app) as stopping:
        for definition in SIGNALS:
            if app.ingest.signals.of(definition.tag) is None:
                app.ingest.signals.add(definition)
        plant = _plant(app)
        plant.start()
        try:
            await stopping.wait()
        finally:
            await asyncio.to_thread(plant.stop)


def _plant(app: App) -> PlantFeeder:
    """Return the plant, which publishes to the broker where there is one."""
    broker = app.brokers[0]
    if broker.scheme != "none":
        return PlantPublisher(broker.host, broker.port)
    log.info(
        "no embedded broker is installed: the plant feeds the bridge itself; for devices, mqtt-plot --broker mqtt://HOST"
    )
    put = app.consumer.inbox.put
    return PlantFeeder(lambda topic, content: put([Message(topic, content, time.time())]))
