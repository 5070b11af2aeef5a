"""The command line: the table of commands; turns errors into one clear line and an exit status."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence

from mqtt_plot import __version__, credentials, health, playback, recorder, service, simulate
from mqtt_plot.app import serve
from mqtt_plot.check import check
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


def check_command(arguments: Sequence[str]) -> int:
    """Say what the bridge would make of one message; exit status 0 if it would take all of it, else 1."""
    about = "check TOPIC PAYLOAD [options of serve]: what the bridge would make of that message. PAYLOAD - reads standard input."
    positional = list(arguments[:2])
    if any(word in ("-h", "--help") for word in positional):
        load(["--help"], {}, "check", about)
    if len(positional) < 2:  # noqa: PLR2004 - topic and payload
        raise SettingsError("check: expected TOPIC and PAYLOAD, such as: mqtt-plot check plot/line1/temp 21.5")
    topic, text = positional
    settings = load(arguments[2:], os.environ, "check", about)
    payload = sys.stdin.buffer.read(settings.max_payload + 1) if text == "-" else os.fsencode(text)
    lines, is_taken = check(settings, topic, payload, time.time())
    print("\n".join(lines))  # noqa: T201 - the answer to the question
    return 0 if is_taken else FAILURE


def replay_command(arguments: Sequence[str]) -> None:
    """Publish a recording to the broker."""
    playback.run(arguments, os.environ)


def record_command(arguments: Sequence[str]) -> None:
    """Write what arrives from the broker as CSV."""
    recorder.run(arguments, os.environ)


_COMMANDS: dict[str, Callable[[Sequence[str]], int | None]] = {
    "serve": serve_command,
    "demo": demo_command,
    "check": check_command,
    "plant": plant_command,
    "health": health_command,
    "install-service": install_service_command,
    "hash-password": hash_password_command,
    "replay": replay_command,
    "record": record_command,
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
        return command(words) or 0
    except SettingsError as error:
        print(f"mqtt-plot: {error}", file=sys.stderr)  # noqa: T201 - one line, without a logger's decoration
        return USAGE_ERROR
    except MqttPlotError as error:
        print(f"mqtt-plot: {error}", file=sys.stderr)  # noqa: T201
        return FAILURE
