"""The command line: the table of commands; turns errors into one clear line and an exit status."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence

from mqtt_plot import __version__, credentials, health, service, simulate
from mqtt_plot.app import serve
from mqtt_plot.errors import MqttPlotError, SettingsError
from mqtt_plot.logs import start_logging
from mqtt_plot.settings import load

USAGE_ERROR = 2
FAILURE = 1


def serve_command(arguments: Sequence[str]) -> None:
    """Run the bridge."""
    asyncio.run(serve(load(arguments, os.environ, "serve", "Live plots of what machines publish over MQTT or HTTP.")))


def demo_command(arguments: Sequence[str]) -> None:
    """Run the bridge with an embedded broker and a simulated plant."""
    about = "Embedded broker, simulated plant and the bridge; a port that is taken is replaced by a free one."
    asyncio.run(serve(load(arguments, os.environ, "demo", about), is_demo=True))


def plant_command(arguments: Sequence[str]) -> None:
    """Run the simulated plant alone, against the broker that the options name."""
    simulate.run(
        load(arguments, os.environ, "plant", "A simulated plant that publishes to --broker until it is stopped.")
    )


def health_command(arguments: Sequence[str]) -> None:
    """Ask the bridge that the same options would start whether it is ready."""
    settings = load(arguments, os.environ, "health", "Ask the running bridge whether it is ready.")
    print(health.ask(health.address(settings)))  # noqa: T201 - the answer to the question


def install_service_command(arguments: Sequence[str]) -> None:
    """Make the bridge a service of this machine."""
    service.install(arguments, os.environ)


def hash_password_command(arguments: Sequence[str]) -> None:
    """Print a line for the users file."""
    credentials.run(arguments)


_COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    "serve": serve_command,
    "demo": demo_command,
    "plant": plant_command,
    "health": health_command,
    "install-service": install_service_command,
    "hash-password": hash_password_command,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: this process's) name; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["--version"]:
        print(f"mqtt-plot {__version__}")  # noqa: T201 - the answer to the question
        return 0
    start_logging()
    command = _COMMANDS[words.pop(0)] if words and words[0] in _COMMANDS else serve_command
    try:
        command(words)
    except SettingsError as error:
        print(f"mqtt-plot: {error}", file=sys.stderr)  # noqa: T201 - one line, without a logger's decoration
        return USAGE_ERROR
    except MqttPlotError as error:
        print(f"mqtt-plot: {error}", file=sys.stderr)  # noqa: T201
        return FAILURE
    return 0
