"""The command line: the table of commands; turns errors into one clear line and an exit status."""

import os
import re
import sys
from collections.abc import Sequence
from pkgutil import resolve_name

from mqtt_plot import __version__
from mqtt_plot.config.logs import start_logging
from mqtt_plot.errors import MqttPlotError, SettingsError

# As in pyproject.toml, and where each says its version. Older ones start and then lose messages, or let pages of other sites in.
LEAST_VERSIONS = {"paho-mqtt": ("paho.mqtt:__version__", (2, 2)), "tornado": ("tornado:version", (6, 6))}

USAGE_ERROR = 2
FAILURE = 1

# Each is called with (arguments, environment) and may return an exit status. A module is imported when its command is run: a bridge
# that serves for a year holds no recorder, and a health check needs no web server.
_COMMANDS = {
    "serve": "mqtt_plot.commands.serve:run",
    "demo": "mqtt_plot.commands.demo:run",
    "check": "mqtt_plot.commands.check:run",
    "plant": "mqtt_plot.commands.plant:run",
    "health": "mqtt_plot.commands.health:run",
    "install-service": "mqtt_plot.commands.install_service:run",
    "hash-password": "mqtt_plot.commands.hash_password:run",
    "replay": "mqtt_plot.commands.replay:run",
    "record": "mqtt_plot.commands.record:run",
}


def _outdated() -> str:
    """Return why we cannot run with the libraries that are there, "" if we can. pip sees to it, but not every way to install does."""
    for name, (where, least) in LEAST_VERSIONS.items():
        try:
            found: str = resolve_name(where)
        except (ImportError, AttributeError):
            continue  # the command that needs it tells
        numbers = tuple(int(part) for part in re.findall(r"\d+", found)[:2])
        if numbers < least:
            wanted = ".".join(map(str, least))
            return f"expected {name} {wanted} or later, got {found}; pip install --upgrade '{name}>={wanted}'"
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: this process's) name; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["--version"]:
        print(f"mqtt-plot {__version__}")  # noqa: T201 - the answer to the question
        return 0
    outdated = _outdated()
    if outdated:
        print(f"mqtt-plot: {outdated}", file=sys.stderr)  # noqa: T201 - one line, without a logger's decoration
        return FAILURE
    start_logging()
    name = words.pop(0) if words and words[0] in _COMMANDS else "serve"
    try:
        return resolve_name(_COMMANDS[name])(words, os.environ) or 0
    except SettingsError as error:
        print(f"mqtt-plot: {error}", file=sys.stderr)  # noqa: T201 - one line, without a logger's decoration
        return USAGE_ERROR
    except MqttPlotError as error:
        print(f"mqtt-plot: {error}", file=sys.stderr)  # noqa: T201
        return FAILURE
