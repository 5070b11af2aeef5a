"""What the text of each option means, and what is said of a wrong one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mqtt_plot.config.values import (
    BrokerUrl,
    parse_address,
    parse_base_path,
    parse_broker,
    parse_count,
    parse_flag,
    parse_folder,
    parse_framer,
    parse_host_name,
    parse_keepalive,
    parse_listen,
    parse_peer,
    parse_port,
    parse_rate,
    parse_seconds,
    parse_size,
    parse_text,
    parse_zone,
    split_hosts,
)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_port, "0", 0),
        (parse_port, " 8080 ", 8080),
        (parse_rate, "0", 0),
        (parse_keepalive, "90s", 90),
        (parse_seconds, "90", 90.0),
        (parse_seconds, "1.5s", 1.5),
        (parse_seconds, "15m", 900.0),
        (parse_seconds, "12 h", 43_200.0),
        (parse_seconds, "7d", 604_800.0),
        (parse_size, "65536", 65_536),
        (parse_size, "64MiB", 64 * 2**20),
        (parse_size, "64 mb", 64_000_000),
        (parse_size, "1.5KiB", 1536),
        (parse_flag, "ON", True),
        (parse_flag, "no", False),
        (parse_listen, "192.168.0.10:1883", ("192.168.0.10", 1883)),
        (parse_listen, "[::1]:0", ("::1", 0)),
        (parse_base_path, "/", ""),
        (parse_base_path, "plots/", "/plots"),
        (parse_base_path, "/a/b.c", "/a/b.c"),
        (parse_peer, "http://replica-1:8080/", "http://replica-1:8080"),
        (parse_peer, "https://plots.example.org/plots/", "https://plots.example.org/plots"),
        (parse_host_name, "*.plant.example", "*.plant.example"),
        (parse_framer, "https://hmi.example.org:8443", "https://hmi.example.org:8443"),
        (parse_framer, "http://[::1]", "http://[::1]"),
        (parse_framer, "self", "self"),
        (parse_address, "[::1]", "::1"),
        (split_hosts, "mqtt://u:p@a:1883,[::1],c/x", ["mqtt://u:p@a:1883/x", "mqtt://u:p@[::1]/x", "mqtt://u:p@c/x"]),
        (split_hosts, "a,b", ["a", "b"]),
        (split_hosts, "embedded", ["embedded"]),
        (parse_broker, "embedded", BrokerUrl("embedded")),
        (parse_broker, "none", BrokerUrl("none")),
        (parse_broker, "gateway", BrokerUrl("mqtt", "gateway", 1883)),
        (parse_broker, "mqtt://[::1]:1884", BrokerUrl("mqtt", "::1", 1884)),
        (parse_broker, "mqtts://line%201:p%40ss@plant", BrokerUrl("mqtts", "plant", 8883, user="line 1", password="p@ss")),
        (parse_broker, "wss://plant/broker", BrokerUrl("wss", "plant", 443, "/broker")),
        (parse_broker, "ws://plant", BrokerUrl("ws", "plant", 80, "/mqtt")),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(parse: Callable[[str], object], text: str, value: object) -> None:
    """In the forms that they know from other tools."""
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (parse_text, "", "expected a text, got an empty one"),
        (parse_port, "65536", "expected a port number from 0 to 65535, got '65536'"),
        (parse_port, "http", "expected a port number from 0 to 65535, got 'http'"),
        (parse_count, "0", "expected a whole number from 1 to 1000000000, got '0'"),
        (parse_count, "-1", "expected a whole number from 1 to"),
        (parse_count, "1e6", "expected a whole number from 1 to"),
        (parse_count, "9" * 5_000, "expected a whole number from 1 to"),
        (parse_keepalive, "1", "expected seconds from 2 to 65535, got '1'"),
        (parse_seconds, "0", "expected seconds, or a duration such as 15m, 12h or 7d, got '0'"),
        (parse_seconds, "-5s", "expected seconds, or a duration"),
        (parse_seconds, "1w", "expected seconds, or a duration"),
        (parse_size, "64 MX", "expected a size such as 64MiB, got '64 MX'"),
        (parse_size, "0.1", "expected a size of at least one byte, got '0.1'"),
        (parse_flag, "perhaps", "expected yes or no, got 'perhaps'"),
        (parse_folder, "/no/such/folder", "expected a folder, got '/no/such/folder'"),
        (parse_zone, "Europe/Atlantis", "expected UTC, local or a zone such as Europe/Berlin, got 'Europe/Atlantis'"),
        (parse_listen, "1883", "expected HOST:PORT such as 127.0.0.1:1883, got '1883'"),
        (parse_listen, "host:many", "expected a port number"),
        (parse_base_path, "/plots?x", "expected a path such as /plots, got '/plots?x'"),
        (parse_base_path, "/../etc", "expected a path such as /plots, got '/../etc'"),
        (parse_peer, "replica-1:8080", "expected a bridge's URL such as http://replica-1:8080/, got 'replica-1:8080'"),
        (parse_peer, "http://[::1", "expected a bridge's URL"),
        (parse_host_name, "http://plots.example.org", "without scheme and port"),
        (parse_framer, "hmi.example.org", "expected the origin of a page such as https://hmi.example.org, or self"),
        (parse_framer, "https://hmi.example.org/page", "expected the origin of a page"),
        (parse_framer, "https://a.example; script-src *", "expected the origin of a page"),
        (parse_address, "gateway", "expected an IP address, got 'gateway'"),
        (parse_broker, "http://plant", "expected mqtt://, mqtts://, ws:// or wss:// with a host, embedded, or none"),
        (parse_broker, "mqtt://plant:99999", "expected a broker URL such as mqtt://localhost:1883"),
        (parse_broker, "mqtt://", "expected mqtt://, mqtts://"),
    ],
)
def test_a_wrong_value_is_told_what_was_expected(parse: Callable[[str], object], text: str, words: str) -> None:
    """Expected and got, in one line."""
    with pytest.raises(ValueError, match=r".") as raised:
        parse(text)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("parse", [parse_broker, parse_peer])
def test_a_wrong_url_is_quoted_without_its_password(parse: Callable[[str], object]) -> None:
    """The line goes to a log."""
    with pytest.raises(ValueError, match=r"\*\*\*") as raised:
        parse("ftp://anna:s3cret@plant")
    assert "s3cret" not in str(raised.value)


def test_zones_are_found_by_name() -> None:
    """UTC, the machine's own, and those of the IANA."""
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    assert parse_zone("utc") is UTC
    assert parse_zone("Europe/Berlin").utcoffset(noon) == timedelta(hours=2)
    assert parse_zone("local").utcoffset(noon) is not None


def test_a_folder_is_there(tmp_path: Path) -> None:
    """What does not exist at the start would be a silent surprise later."""
    assert parse_folder(str(tmp_path)) == tmp_path
