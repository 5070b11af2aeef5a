"""All options in one table: their names, defaults, meanings and checks; from command line, environment and file to Settings.

The command line wins over the environment, the environment over the file. Refuses to know what the options do.
"""

import argparse
import re
import socket
import tomllib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, tzinfo
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from dateutil import tz

from mqtt_plot.clocks import TimeRule, parse_time_rule
from mqtt_plot.errors import SettingsError
from mqtt_plot.parsers.reading import MAX_LEAVES
from mqtt_plot.presets import PRESETS, check_preset, with_presets
from mqtt_plot.tags import check_mapping

ENVIRONMENT_PREFIX = "MQTT_PLOT_"
_BROKER_PORTS = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
_NO = False  # the default of every flag
_FLAGS = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
_SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}


@dataclass(frozen=True)
class BrokerUrl:
    """A broker's address: `scheme` is mqtt, mqtts, ws, wss, embedded or none."""

    scheme: str
    host: str = ""
    port: int = 0
    path: str = "/mqtt"
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_text(text: str) -> str:
    """Return the text itself, which must not be empty."""
    if not text:
        raise ValueError("expected a text, got an empty one")
    return text


def parse_port(text: str) -> int:
    """Return a TCP port; 0 lets the system choose one."""
    return _whole(text, 0, 65535, "a port number")


def parse_count(text: str) -> int:
    """Return a whole number of at least 1."""
    return _whole(text, 1, 10**9, "a whole number")


def parse_rate(text: str) -> int:
    """Return a whole number per second; 0 means no limit."""
    return _whole(text, 0, 10**9, "a whole number")


def parse_keepalive(text: str) -> int:
    """Return an MQTT keepalive in seconds."""
    return _whole(text.removesuffix("s"), 2, 65535, "seconds")


def _whole(text: str, low: int, high: int, what: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text.strip()) or not low <= int(text) <= high:
        raise ValueError(f"expected {what} from {low} to {high}, got {text!r}")
    return int(text)


def parse_seconds(text: str) -> float:
    """Return seconds of a duration such as 90, 90s, 15m, 12h or 7d."""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*([smhd]?)", text.strip())
    if not match or float(match[1]) == 0:
        raise ValueError(f"expected seconds, or a duration such as 15m, 12h or 7d, got {text!r}")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]


def parse_size(text: str) -> int:
    """Return bytes of a size such as 65536, 64MiB or 64MB."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)\s*([A-Za-z]*)", text.strip())
    if not match or match[2].upper() not in _SIZES:
        raise ValueError(f"expected a size such as 64MiB, got {text!r}")
    size = int(float(match[1]) * _SIZES[match[2].upper()])
    if size < 1:
        raise ValueError(f"expected a size of at least one byte, got {text!r}")
    return size


def parse_zone(text: str) -> tzinfo:
    """Return the zone for stamps that name none: UTC, local, or an IANA name such as Europe/Berlin."""
    if text.upper() == "UTC":
        return UTC
    zone = tz.tzlocal() if text.lower() == "local" else tz.gettz(text)
    if zone is None:
        raise ValueError(f"expected UTC, local or a zone such as Europe/Berlin, got {text!r}")
    return zone


def parse_folder(text: str) -> Path:
    """Return the path of a folder, which must be there."""
    path = Path(text)
    if not path.is_dir():
        raise ValueError(f"expected a folder, got {text!r}")
    return path


def parse_listen(text: str) -> tuple[str, int]:
    """Return (host, port) of HOST:PORT."""
    host, colon, port = text.rpartition(":")
    if not colon or not host:
        raise ValueError(f"expected HOST:PORT such as 127.0.0.1:1883, got {text!r}")
    return host.strip("[]"), parse_port(port)


def parse_flag(text: str) -> bool:
    """Return the truth of yes or no; an option without a value means yes."""
    word = text.strip().lower()
    if word not in _FLAGS:
        raise ValueError(f"expected yes or no, got {text!r:.40}")
    return _FLAGS[word]


def parse_base_path(text: str) -> str:
    """Return the path below which all lies behind a proxy: "" for the root, else such as /plots, without a slash at its end."""
    path = "/" + text.strip("/")
    if not re.fullmatch(r"(/[\w.~-]+)*/?", path, re.ASCII) or {".", ".."} & set(path.split("/")):
        raise ValueError(f"expected a path such as /plots, got {text!r:.80}")
    return path.rstrip("/")


def parse_peer(text: str) -> str:
    """Return the address of another bridge, without a slash at its end."""
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and parts.hostname and not parts.query and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise ValueError(
            f"expected a bridge's URL such as http://replica-1:8080/, got {_without_password(text)!r:.200}"
        )
    return text.rstrip("/")


def parse_host_name(text: str) -> str:
    """Return a name for --allow-host: a host name, *.example.org for all names below one, or * for all."""
    if not re.fullmatch(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*", text):
        raise ValueError(f"expected a host name such as plots.example.org, without scheme and port, got {text!r:.80}")
    return text


def parse_address(text: str) -> str:
    """Return an IP address."""
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        raise ValueError(f"expected an IP address, got {text!r:.80}") from None


def parse_broker(text: str) -> BrokerUrl:
    """Return the address that a broker URL, `embedded` or `none` names."""
    if text in ("embedded", "none"):
        return BrokerUrl(text)
    try:
        parts = urlsplit(text if "://" in text else f"mqtt://{text}")
        port = parts.port
    except ValueError as error:
        raise ValueError(f"expected a broker URL such as mqtt://localhost:1883: {error}") from None
    if parts.scheme not in _BROKER_PORTS or not parts.hostname:
        raise ValueError(
            f"expected mqtt://, mqtts://, ws:// or wss:// with a host, embedded, or none, got {_without_password(text)!r}"
        )
    return BrokerUrl(
        parts.scheme,
        parts.hostname,
        port or _BROKER_PORTS[parts.scheme],
        parts.path or "/mqtt",
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
    )


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/@:]*):[^/@]*@", r"\1:***@", url)


def default_client_id(port: int) -> str:
    """Return an id that stays the same over restarts, so that the broker keeps the session, and differs between bridges."""
    return f"mqtt-plot-{socket.gethostname()}-{port}"


def option(
    parse: Callable[[str], Any],
    default: Any,  # noqa: ANN401 - each option has its own type
    meaning: str,
    *,
    metavar: str | None = None,
    many: bool = False,
    is_secret: bool = False,
) -> Any:  # noqa: ANN401 - stands for a field of any type
    """Declare one option: how its text is read, its default, and what --help says. A secret has no command line form."""
    return field(
        default=default,
        metadata={"parse": parse, "meaning": meaning, "metavar": metavar, "many": many, "is_secret": is_secret},
    )


@dataclass(frozen=True)
class Settings:
    """What the user chose. Each field is `--field-name`, `MQTT_PLOT_FIELD_NAME`, and `field-name` in the file."""

    host: str = option(parse_text, "0.0.0.0", "address where the page and REST listen")  # noqa: S104 - the LAN is the purpose
    port: int = option(parse_port, 8080, "port where the page and REST listen; 0 takes a free one")
    base_path: str = option(
        parse_base_path, "", "path below which all is served behind a proxy, such as /plots", metavar="PATH"
    )
    allow_host: tuple[str, ...] = option(
        parse_host_name,
        (),
        "name by which browsers may call us, beside addresses, localhost and this machine's names; may be given several times",
        metavar="NAME",
        many=True,
    )
    trusted_proxy: tuple[str, ...] = option(
        parse_address,
        (),
        "address of a reverse proxy whose X-Forwarded-For is believed; may be given several times",
        metavar="ADDRESS",
        many=True,
    )
    users_file: str = option(
        parse_text, "", "file of users, NAME:ROLE:HASH per line; without it everybody may do everything", metavar="FILE"
    )
    tls_cert: str = option(parse_text, "", "PEM file of the page's certificate: https instead of http", metavar="FILE")
    tls_key: str = option(parse_text, "", "PEM file of the key to --tls-cert", metavar="FILE")
    broker: BrokerUrl = option(
        parse_broker,
        BrokerUrl("mqtt", "localhost", 1883),
        "mqtt:// mqtts:// ws:// wss:// URL, embedded, or none",
        metavar="URL",
    )
    broker_password_file: str = option(parse_text, "", "file that holds the broker's password", metavar="FILE")
    broker_password: str = option(parse_text, "", "the broker's password (environment only)", is_secret=True)
    broker_ca: str = option(parse_text, "", "PEM file of the CA that signed the broker's certificate", metavar="FILE")
    broker_cert: str = option(parse_text, "", "PEM file of our certificate for the broker", metavar="FILE")
    broker_key: str = option(parse_text, "", "PEM file of the key to --broker-cert", metavar="FILE")
    embedded_broker_listen: tuple[str, int] = option(
        parse_listen, ("127.0.0.1", 1883), "where the embedded broker listens", metavar="HOST:PORT"
    )
    topic: tuple[str, ...] = option(
        check_mapping,
        ("plot/#",),
        "topic filter, or 'FILTER → TAG' with {1} {2} for its + and {#} for its #; may be given several times",
        metavar="FILTER",
        many=True,
    )
    preset: tuple[str, ...] = option(
        check_preset, (), f"topics of a device family, also several: {', '.join(PRESETS)}", metavar="NAME", many=True
    )
    time: tuple[TimeRule, ...] = option(
        parse_time_rule,
        (),
        "which time counts: device, arrival or corrected; for some tags 'line1/*=arrival' (default: device)",
        metavar="RULE",
        many=True,
    )
    max_ahead: float = option(
        parse_seconds, 86_400.0, "seconds a stamp may be ahead of us; beyond it arrival counts", metavar="SECONDS"
    )
    max_rate: int = option(
        parse_rate, 1_000, "samples per second and tag; above it least, greatest and last are kept; 0: no limit"
    )
    client_id: str = option(parse_text, "", "MQTT client id (default: mqtt-plot-<hostname>-<port>)")
    keepalive: int = option(parse_keepalive, 60, "seconds after which a silent broker is given up")
    max_points: int = option(parse_count, 10_000, "points kept per tag")
    max_age: float | None = option(parse_seconds, None, "seconds kept per tag (also 15m, 12h, 7d)", metavar="SECONDS")
    max_tags: int = option(parse_count, 1_000, "tags kept; further ones are refused and counted")
    max_memory: int = option(
        parse_size, 64 * 2**20, "memory of all stored points together, such as 64MiB", metavar="SIZE"
    )
    max_payload: int = option(parse_size, 256 * 2**10, "largest MQTT payload and POST body", metavar="SIZE")
    max_upload: int = option(parse_size, 8 * 2**20, "largest CSV file that may be uploaded", metavar="SIZE")
    max_batch: int = option(parse_count, 10_000, "points in one batch")
    max_clients: int = option(parse_count, 100, "browsers connected at once")
    recordings: Path | None = option(
        parse_folder, None, "folder whose CSV files can be replayed from the page", metavar="FOLDER"
    )
    dashboards: Path | None = option(
        parse_folder, None, "folder where the page keeps named dashboards for everybody", metavar="FOLDER"
    )
    max_clients_per_address: int = option(parse_count, 20, "browsers connected at once from one address")
    max_frame_rate: int = option(parse_count, 20, "WebSocket frames per second that one browser may send")
    max_unsent: int = option(parse_size, 2**20, "answers that may wait for one browser", metavar="SIZE")
    max_queue: int = option(parse_count, 10_000, "messages that may wait between network and store")
    idle_timeout: float = option(
        parse_seconds, 60.0, "seconds after which a connection without a request is closed", metavar="SECONDS"
    )
    body_timeout: float = option(
        parse_seconds, 10.0, "seconds in which the body of a request must have come", metavar="SECONDS"
    )
    state: str = option(parse_text, "", "file that keeps the points over a restart", metavar="FILE")
    state_interval: float = option(
        parse_seconds, 600.0, "seconds from one writing of --state to the next; it is also written at the stop"
    )
    max_connections: int = option(
        parse_count, 512, "connections at once, fewer where the process may have fewer files open; others wait"
    )
    time_zone: tzinfo = option(
        parse_zone, UTC, "zone of time stamps that name none: UTC, local, Europe/Berlin", metavar="ZONE"
    )
    strict: bool = option(
        parse_flag,
        _NO,
        "refuse what controllers write for a number (12,5 16#FF BOOL#1 T#5s) instead of reading it",
        metavar="yes",
    )
    max_fields: int = option(parse_count, MAX_LEAVES, "values of one JSON object that become tags")
    include_fields: tuple[str, ...] = option(
        parse_text,
        (),
        "glob of values inside objects to take, such as ENERGY/*; may be given several times",
        metavar="GLOB",
        many=True,
    )
    exclude_fields: tuple[str, ...] = option(
        parse_text,
        (),
        "glob of values inside objects to leave out, such as */id; may be given several times",
        metavar="GLOB",
        many=True,
    )
    sparkplug_rebirth: bool = option(
        parse_flag, _NO, "ask Sparkplug nodes to be born again where their names are not known", metavar="yes"
    )
    republish: bool = option(
        parse_flag,
        _NO,
        "publish samples that come over HTTP to the broker, so that every replica holds them",
        metavar="yes",
    )
    follow_on_demand: bool = option(parse_flag, _NO, "subscribe only to the tags that somebody watches", metavar="yes")
    backfill_from: tuple[str, ...] = option(
        parse_peer,
        (),
        "another bridge's URL, to fill the window from at the start; may be given several times",
        metavar="URL",
        many=True,
    )


def load(arguments: Sequence[str], environment: Mapping[str, str], command: str = "serve", about: str = "") -> Settings:
    """Return the settings for `command`. Raises SettingsError with one line that says what was expected, got, and where.

    `--help` prints the table and exits.
    """
    return load_with(arguments, environment, option_parser(command, about))[0]


def load_with(
    arguments: Sequence[str], environment: Mapping[str, str], parser: argparse.ArgumentParser
) -> tuple[Settings, argparse.Namespace]:
    """Return the settings, and what else the caller has added to the `option_parser`. Raises as `load`."""
    given = parser.parse_args(_expand_cfg(arguments))
    values: dict[str, Any] = {}
    _read_file(given.config or environment.get(f"{ENVIRONMENT_PREFIX}CONFIG"), values)
    _read_environment(environment, values)
    for item in fields(Settings):
        text = getattr(given, item.name, None)
        if text is not None:
            values[item.name] = _convert(item.metadata, text, f"--{_dashed(item.name)}")
    if getattr(given, "broker", None) and values["broker"].password is not None:
        raise SettingsError(
            "--broker: a password on the command line shows in the process list; use --broker-password-file, or MQTT_PLOT_BROKER_PASSWORD"
        )
    return _complete(Settings(**values)), given


def _complete(settings: Settings) -> Settings:
    """Bring the broker's password, wherever it was given, to one place."""
    password = settings.broker_password or settings.broker.password
    if settings.broker_password_file:
        password = _read_secret(settings.broker_password_file, "--broker-password-file")
    if bool(settings.broker_key) > bool(settings.broker_cert):
        raise SettingsError("--broker-key: expected --broker-cert beside it, got none")
    if bool(settings.tls_key) > bool(settings.tls_cert):
        raise SettingsError("--tls-key: expected --tls-cert beside it, got none")
    return replace(
        settings,
        broker=replace(settings.broker, password=password or None),
        broker_password="",
        topic=with_presets(settings.topic, settings.preset),
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
                help=meta["meaning"] + _default_text(item.default),
            )
    return parser


def _default_text(default: Any) -> str:  # noqa: ANN401 - each option has its own type
    match default:
        case int() | float() | str() if default and default is not MISSING:
            return f" (default: {default})"
        case BrokerUrl():
            return f" (default: {default.scheme}://{default.host}:{default.port})"
        case tuple() if default:
            return f" (default: {':'.join(map(str, default))})"
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
            return tuple(meta["parse"](part) for part in ([text] if isinstance(text, str) else text))
        return meta["parse"](text)
    except ValueError as error:
        raise SettingsError(f"{origin}: {error}") from None


def _dashed(name: str) -> str:
    return name.replace("_", "-")
