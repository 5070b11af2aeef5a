"""`mqtt-plot demo`: an embedded broker, a simulated plant that publishes to it, and the bridge, with nothing to configure."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mqtt_plot.app import App
from mqtt_plot.commands.serve import running
from mqtt_plot.commands.simulation.publisher import PlantPublisher
from mqtt_plot.config.loading import load
from mqtt_plot.config.values import BrokerUrl


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run bridge, broker and plant. Raises SettingsError and SourceError."""
    about = "Embedded broker, simulated plant and the bridge; a port that is taken is replaced by a free one."
    settings = replace(load(arguments, environment, "demo", about), broker=(BrokerUrl("embedded"),))
    asyncio.run(_demo(App(settings, or_free=True)))


async def _demo(app: App) -> None:
    async with running(app) as stopping:
        plant = PlantPublisher(app.brokers[0].host, app.brokers[0].port)
        plant.start()
        try:
            await stopping.wait()
        finally:
            await asyncio.to_thread(plant.stop)
