"""`mqtt-plot serve`: the bridge, until SIGTERM or SIGINT."""

import asyncio
import ctypes
import gc
import logging
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from mqtt_plot.app import App
from mqtt_plot.config.loading import load
from mqtt_plot.errors import SourceError

log = logging.getLogger(__name__)

_M_MMAP_THRESHOLD = -3  # of mallopt(3)
_LARGE_BLOCK = 128 * 1024


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run the bridge. Raises SettingsError and SourceError."""
    return_large_blocks()
    about = "Live plots of what machines publish over MQTT or HTTP."
    app = App(load(arguments, environment, "serve", about))
    asyncio.run(_serve(app))


def return_large_blocks() -> None:
    """Have glibc give each large block back to the system when it is freed; elsewhere nothing is done.

    It begins so, but raises the threshold with the first block that is freed. Then rings that grow and give way leave holes between
    each other: 120 instead of 105 MiB after a day of 100 tags at 10 Hz.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


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
    try:
        await app.start()
        # What is there now stays for good: the collector need not look through it again and again, at 30 ms a time.
        gc.freeze()
        yield stopping
        log.info("stopping")
    finally:
        await app.stop()
    if app.fault:
        raise SourceError(app.fault)
