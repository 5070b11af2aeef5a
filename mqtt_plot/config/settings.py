"""All options in one table: names, defaults, meanings and checks. loading.py reads them."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from mqtt_plot.config.presets import PRESETS, check_preset, check_topic
from mqtt_plot.config.values import (
    BrokerUrl,
    HistoryWidths,
    parse_address,
    parse_base_path,
    parse_broker,
    parse_count,
    parse_date_order,
    parse_flag,
    parse_folder,
    parse_framer,
    parse_history,
    parse_host_name,
    parse_keepalive,
    parse_listen,
    parse_peer,
    parse_port,
    parse_rate,
    parse_seconds,
    parse_size,
    parse_text,
    parse_topic,
    parse_zone,
    split_hosts,
)
from mqtt_plot.ingest.time_policy import TimeRule, parse_time_rule
from mqtt_plot.parsers.context import MAX_LEAVES

_NO = False  # the default of every flag


def option(
    parse: Callable[[str], Any],
    default: Any,  # noqa: ANN401 - each option has its own type
    meaning: str,
    *,
    metavar: str | None = None,
    many: bool = False,
    split: Callable[[str], list[str]] = lambda text: [text],
    is_secret: bool = False,
) -> Any:  # noqa: ANN401 - stands for a field of any type
    """Declare one option: how its text is read, its default, what --help says, how one text stands for several.

    A secret has no command line form.
    """
    return field(
        default=default,
        metadata={
            "parse": parse,
            "meaning": meaning,
            "metavar": metavar,
            "many": many,
            "split": split,
            "is_secret": is_secret,
        },
    )


@dataclass(frozen=True)
class Settings:
    """What the user chose. Each field is `--field-name`, `MQTT_PLOT_FIELD_NAME`, and `field-name` in the file."""

    # Page and REST
    host: str = option(parse_text, "0.0.0.0", "address where the page and REST listen")  # noqa: S104 - the LAN is the purpose
    port: int = option(parse_port, 8080, "port where the page and REST listen; 0 takes a free one")
    base_path: str = option(
        parse_base_path, "", "path below which all is served behind a proxy, such as /plots", metavar="PATH"
    )
    allow_host: tuple[str, ...] = option(
        parse_host_name,
        (),
        "host name that browsers may use, beside addresses, localhost and this machine's names; may be given several times",
        metavar="NAME",
        many=True,
    )
    allow_frame: tuple[str, ...] = option(
        parse_framer,
        (),
        "origin whose pages may show ours in a frame, such as https://hmi.example.org, or self; may be given several times",
        metavar="ORIGIN",
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

    # Broker
    broker: tuple[BrokerUrl, ...] = option(
        parse_broker,
        (BrokerUrl("mqtt", "localhost", 1883),),
        "mqtt:// mqtts:// ws:// wss:// URL, embedded, or none; several, or mqtt://A,B,C, are tried in turn",
        metavar="URL",
        many=True,
        split=split_hosts,
    )
    broker_password_file: str = option(parse_text, "", "file that holds the broker's password", metavar="FILE")
    broker_password: str = option(parse_text, "", "the broker's password (environment only)", is_secret=True)
    broker_ca: str = option(parse_text, "", "PEM file of the CA that signed the broker's certificate", metavar="FILE")
    broker_cert: str = option(parse_text, "", "PEM file of our certificate for the broker", metavar="FILE")
    broker_key: str = option(parse_text, "", "PEM file of the key to --broker-cert", metavar="FILE")
    embedded_broker_listen: tuple[str, int] = option(
        parse_listen, ("127.0.0.1", 1883), "where the embedded broker listens", metavar="HOST:PORT"
    )
    client_id: str = option(parse_text, "", "MQTT client id (default: mqtt-plot-<hostname>-<port>)")
    keepalive: int = option(parse_keepalive, 60, "seconds after which a silent broker is given up")

    # What is read, and how
    topic: tuple[str, ...] = option(
        check_topic,
        ("plot/#",),
        "topic filter, or 'FILTER → TAG' with {1} {2} for its + and {#} for its #, 'as FAMILY' behind for devices; may be given several times",
        metavar="FILTER",
        many=True,
    )
    preset: tuple[str, ...] = option(
        check_preset,
        (),
        f"topics of a device family, also several: {', '.join(PRESETS)}; auto: say which fit",
        metavar="NAME",
        many=True,
    )
    time: tuple[TimeRule, ...] = option(
        parse_time_rule,
        (),
        "which time counts: device, arrival or corrected; for some tags 'line1/*=arrival' (default: device)",
        metavar="RULE",
        many=True,
    )
    time_zone: tzinfo = option(
        parse_zone, UTC, "zone of time stamps that name none: UTC, local, Europe/Berlin", metavar="ZONE"
    )
    date_order: str = option(
        parse_date_order,
        "",
        "order of dates that leave it open, such as 04/05/2024: dmy, mdy or ymd (default: such a date is not read)",
        metavar="ORDER",
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
        parse_flag,
        _NO,
        "ask Sparkplug nodes for a rebirth when the names of their metrics are not known",
        metavar="yes",
    )

    # What is held
    max_points: int | None = option(
        parse_count, None, "points kept per tag (default: what --max-memory allows, 100,000 at most)"
    )
    history: HistoryWidths = option(
        parse_history,
        parse_history("10s:8h,1min:2d,10min:30d"),
        "what is kept in outline of points that had to go: width and time of the buckets; or none",
        metavar="WIDTH:TIME,…",
    )
    max_age: float | None = option(parse_seconds, None, "seconds kept per tag (also 15m, 12h, 7d)", metavar="SECONDS")
    max_tags: int = option(parse_count, 1_000, "tags kept; further ones are refused and counted")
    max_memory: int = option(
        parse_size, 64 * 2**20, "memory of all stored points together, such as 64MiB", metavar="SIZE"
    )
    max_rate: int = option(
        parse_rate, 1_000, "samples per second and tag; above it least, greatest and last are kept; 0: no limit"
    )
    state: str = option(parse_text, "", "file that keeps the points over a restart", metavar="FILE")
    state_interval: float = option(
        parse_seconds, 600.0, "seconds between two writes of --state; it is also written at the stop"
    )

    # Limits
    max_payload: int = option(parse_size, 256 * 2**10, "largest MQTT payload and POST body", metavar="SIZE")
    max_upload: int = option(parse_size, 8 * 2**20, "largest CSV file that may be uploaded", metavar="SIZE")
    max_clients: int = option(parse_count, 100, "browsers connected at once")
    max_clients_per_address: int = option(
        parse_count, 20, "browsers connected at once from one address", metavar="BROWSERS"
    )
    max_connections: int = option(
        parse_count, 512, "connections at once, or fewer if the process may open fewer files; others wait"
    )

    # Folders
    recordings: Path | None = option(
        parse_folder, None, "folder whose CSV files can be replayed from the page", metavar="FOLDER"
    )
    dashboards: Path | None = option(
        parse_folder, None, "folder where the page keeps named dashboards for everybody", metavar="FOLDER"
    )
    captures: Path | None = option(
        parse_folder, None, "folder for what triggers capture, a JSON file each", metavar="FOLDER"
    )
    signals: str = option(
        parse_text, "", "TOML file of computed tags, which then cannot be changed elsewhere", metavar="FILE"
    )
    publish_events: str = option(
        parse_topic,
        "",
        "topic on which begin and end of events are published as JSON, such as plot-events",
        metavar="TOPIC",
    )

    # Several bridges
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


def default_client_id(port: int) -> str:
    """Return an id that stays the same over restarts, so that the broker keeps the session, and differs between bridges."""
    return f"mqtt-plot-{socket.gethostname()}-{port}"
