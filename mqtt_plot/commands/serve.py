"""`mqtt-plot serve`: the bridge, until SIGTERM or SIGINT."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from mqtt_plot.app import App
from mqtt_plot.commands.heap import keep_small, return_large_blocks
from mqtt_plot.config.loading import load
from mqtt_plot.errors import SourceError

log = logging.getLogger(__name__)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run the bridge. Raises SettingsError and SourceError."""
    return_large_blocks()
    about = "Live plots of what machines publish over MQTT or HTTP."
    app = App(load(arguments, environment, "serve", about))
    asyncio.run(_serve(app))


async def _serve(app: App) -> None:
    async with running(app) as stopping:
        await stopping.wait()


@asynccontextmanager
async def running(app: App) -> AsyncIterator[asyncio.Event]:
    """Start `app`, stop it at the end; the event is set by SIGTERM and SIGINT. Raises SourceError when it cannot start, or go on."""
    stopping = app.ended
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, app.reload)
    keeper = loop.create_task(keep_small(), name="keep small")
    try:
        await app.start()
        # What is there now stays for good: the collector need not look through it again and again, at 30 ms a time.
        gc.freeze()
        yield stopping
        log.info("stopping")
    finally:
        keeper.cancel()
        await app.stop()
    if app.fault:
        raise SourceError(app.fault)
