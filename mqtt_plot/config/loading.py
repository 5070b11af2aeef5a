"""Reads Settings from command line, environment and file: the command line wins over the environment, the environment over the file.

The table of options is in settings.py.
"""

import argparse
import re
import tomllib
from collections.abc import Container, Mapping, Sequence
from dataclasses import Field, fields, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any, NoReturn

from mqtt_plot.config.presets import AUTO, with_presets
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl, HistoryWidths, parse_flag, parse_size
from mqtt_plot.errors import SettingsError
from mqtt_plot.tags import TopicMap

ENVIRONMENT_PREFIX = "MQTT_PLOT_"


def load(arguments: Sequence[str], environment: Mapping[str, str], command: str = "serve", about: str = "") -> Settings:
    """Return the settings for `command`. Raises SettingsError with one line that says what was expected, got, and where.

    `--help` prints the table and exits.
    """
    return load_with(arguments, environment, option_parser(command, about))[0]


def load_with(
    arguments: Sequence[str], environment: Mapping[str, str], parser: argparse.ArgumentParser
) -> tuple[Settings, argparse.Namespace]:
    """Return the settings, and what else the caller has added to the `option_parser`. Raises as `load`."""
    words = _expand_cfg(arguments)
    given = parser.parse_args(words)
    values: dict[str, Any] = {}
    _read_file(given.config or environment.get(f"{ENVIRONMENT_PREFIX}CONFIG"), values)
    _read_environment(environment, values)
    for item in fields(Settings):
        text = getattr(given, item.name, None)
        if text is not None:
            values[item.name] = _convert(item.metadata, text, f"--{_dashed(item.name)}")
    if getattr(given, "broker", None) and any(url.password is not None for url in values["broker"]):
        raise SettingsError(
            "--broker: a password on the command line shows in the process list; use --broker-password-file, or MQTT_PLOT_BROKER_PASSWORD"
        )
    return _complete(Settings(**values)), given


def _complete(settings: Settings) -> Settings:
    """Check what belongs together, and put the broker's password into its URL, wherever it was given."""
    names = [url.scheme for url in settings.broker]
    if len(names) > 1 and {"embedded", "none"} & set(names):
        raise SettingsError(f"--broker: expected embedded and none to stand alone, got {' '.join(names)}")
    password = settings.broker_password
    if settings.broker_password_file:
        password = _read_secret(settings.broker_password_file, "--broker-password-file")
    if bool(settings.broker_key) > bool(settings.broker_cert):
        raise SettingsError("--broker-key: expected --broker-cert beside it, got none")
    if bool(settings.tls_key) > bool(settings.tls_cert):
        raise SettingsError("--tls-key: expected --tls-cert beside it, got none")
    whole = replace(
        settings,
        broker=tuple(replace(url, password=password or url.password or None) for url in settings.broker),
        broker_password="",
        topic=with_presets(settings.topic, settings.preset),
    )
    _check_broker(whole)
    return whole


def _check_broker(settings: Settings) -> None:
    """Raise SettingsError for what needs a broker where there is none."""
    has_broker = settings.broker[0].scheme != "none"
    if not has_broker and AUTO in settings.preset:
        raise SettingsError("--preset auto: expected a --broker to watch, got none")
    if not has_broker and (settings.republish or settings.follow_on_demand):
        raise SettingsError("--republish, --follow-on-demand: expected a --broker, got none")
    if settings.publish_events and (not has_broker or TopicMap(settings.topic).covers(settings.publish_events)):
        raise SettingsError(
            f"--publish-events: expected a --broker, and a topic that no --topic covers, got {settings.publish_events}"
        )


def _read_secret(path: str, origin: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{origin}: cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}; {self.prog} --help lists the options")


def option_parser(command: str, about: str, names: Container[str] | None = None) -> argparse.ArgumentParser:
    """Return a parser for the options called `names` (None: all), whose errors are SettingsErrors."""
    parser = _Parser(
        prog=f"mqtt-plot {command}",
        description=about,
        allow_abbrev=False,
        epilog="Each option is also an environment variable (MQTT_PLOT_MAX_POINTS) "
        "and a key of the --config file (max-points = 500).",
    )
    parser.add_argument("--config", metavar="FILE", help="TOML file with options")
    parser.add_argument(
        "--cfg", metavar="FILE", help="file with command line arguments, as http-plot-server reads param.cfg"
    )
    for item in fields(Settings):
        meta = item.metadata
        if not meta["is_secret"] and (names is None or item.name in names):
            parser.add_argument(
                f"--{_dashed(item.name)}",
                dest=item.name,
                metavar=meta["metavar"] or item.name.rpartition("_")[2].upper(),
                action="append" if meta["many"] else "store",
                nargs="?" if meta["parse"] is parse_flag else None,
                const="yes" if meta["parse"] is parse_flag else None,
                help=meta["meaning"] + (f" (default: {default})" if (default := default_text(item)) else ""),
            )
    return parser


def default_text(item: "Field[Any]") -> str:
    """Return an option's default as one would type it, "" for none."""
    match item.default:
        case int() as size if item.metadata["parse"] is parse_size:
            return f"{size >> 20}MiB" if size >= 1 << 20 else f"{size >> 10}KiB"
        case bool() as value:
            return "yes" if value else "no"
        case int() | float() | str() | tzinfo() | HistoryWidths() as value:
            return f"{value:g}" if isinstance(value, float) else str(value)
        case (BrokerUrl(scheme, host, port),):
            return f"{scheme}://{host}:{port}"
        case tuple() as value if value:
            return ":".join(map(str, value))
        case _:
            return ""


def _expand_cfg(arguments: Sequence[str]) -> list[str]:
    """Replace `--cfg FILE` by the words in the file, placed first, so that the command line wins over it."""
    words, rest = list[str](), list[str]()
    remaining = iter(arguments)
    for argument in remaining:
        name, equals, path = argument.partition("=")
        if name != "--cfg":
            rest.append(argument)
            continue
        path = path if equals else next(remaining, "")
        words += _read_secret(path, "--cfg").split()
    if any(word.partition("=")[0] == "--cfg" for word in words):
        raise SettingsError("--cfg: expected no further --cfg inside the file")
    return words + rest


def _read_file(path: str | None, values: dict[str, Any]) -> None:
    if not path:
        return
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"--config: cannot read {path}: {error.strerror}") from None
    except ValueError as error:  # bad TOML and bad UTF-8
        raise SettingsError(f"--config: {path} is not TOML: {error}") from None
    known = {_dashed(item.name): item for item in fields(Settings)}
    for key, value in table.items():
        item = known.get(key.replace("_", "-"))
        if item is None:
            raise SettingsError(f"{path}: unknown option {key!r}; mqtt-plot --help lists the options")
        texts = [str(part) for part in value] if isinstance(value, list) else str(value)
        values[item.name] = _convert(item.metadata, texts, f"{path}: {key}")


def _read_environment(environment: Mapping[str, str], values: dict[str, Any]) -> None:
    for item in fields(Settings):
        name = ENVIRONMENT_PREFIX + item.name.upper()
        text = environment.get(name)
        if text:
            values[item.name] = _convert(item.metadata, _words(text) if item.metadata["many"] else text, name)


def _words(text: str) -> list[str]:
    """Split the text of an option that may be given several times; the blanks around an arrow separate nothing."""
    return re.sub(r"\s*(→|->)\s*", r"\1", text).split()


def _convert(meta: Mapping[str, Any], text: str | list[str], origin: str) -> Any:  # noqa: ANN401 - each option has its own type
    if isinstance(text, list) and not meta["many"]:
        raise SettingsError(f"{origin}: expected one value, got a list")
    try:
        if meta["many"]:
            texts = [text] if isinstance(text, str) else text
            return tuple(meta["parse"](part) for one in texts for part in meta["split"](one))
        return meta["parse"](text)
    except ValueError as error:
        raise SettingsError(f"{origin}: {error}") from None


def _dashed(name: str) -> str:
    return name.replace("_", "-")
