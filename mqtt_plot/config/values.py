"""Parsers for the values of options: numbers, sizes, durations, addresses. Each raises ValueError with what was expected and got."""

import re
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from ipaddress import ip_address
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import unquote, urlsplit

from mqtt_plot.tags import MAX_TAG_BYTES

_BROKER_PORTS = {"mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443}
_FLAGS = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
_DATE_ORDERS = ("dmy", "mdy", "ymd")
# Of an outline. More rows than these are days of work to look through.
MAX_WIDTHS, MAX_WIDTH, LEAST_ROWS, MAX_ROWS = 5, 86_400, 2, 50_000
_SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}


@dataclass(frozen=True)
class HistoryWidths:
    """Widths of an outline, in seconds, and the number of buckets kept of each; `text` is as the user wrote it."""

    text: str
    widths: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        return self.text


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


def parse_topic(text: str) -> str:
    """Return a topic to publish on (MQTT 5.0, 4.7): no wildcards, not a broker's own."""
    if not text or len(text.encode()) > MAX_TAG_BYTES or set(text) & set("+#\x00") or text.startswith("$"):
        raise ValueError(f"expected a topic such as plot-events, without + and #, got {text!r:.80}")
    return text


def parse_port(text: str) -> int:
    """Return a TCP port; 0 lets the system choose one."""
    return _whole(text, 0, 65535, "a port number")


def parse_count(text: str) -> int:
    """Return a whole number of at least 1."""
    return _whole(text, 1, 10**9, "a whole number")


def parse_date_order(text: str) -> str:
    """Return the order of a date's parts: dmy, mdy or ymd."""
    if text.lower() not in _DATE_ORDERS:
        raise ValueError(f"expected dmy, mdy or ymd, got {text!r}")
    return text.lower()


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


def parse_history(text: str) -> HistoryWidths:
    """Return each width of an outline such as 10s:8h,1min:2d. Each must hold whole ones of that before."""
    if text.strip().lower() == "none":
        return HistoryWidths("none", ())
    widths: list[tuple[int, int]] = []
    parts = text.split(",")
    if len(parts) > MAX_WIDTHS:
        raise ValueError(f"expected at most {MAX_WIDTHS} widths such as 10s:8h, got {len(parts)}")
    for part in parts:
        width_text, colon, span_text = part.strip().replace("min", "m").partition(":")
        if not colon:
            raise ValueError(f"expected WIDTH:TIME such as 10s:8h, or none, got {part.strip()!r:.40}")
        width, span = parse_seconds(width_text), parse_seconds(span_text)
        if width != int(width) or not 1 <= width <= MAX_WIDTH:
            raise ValueError(f"expected a width of whole seconds, 1 s to 1 d, in {part.strip()!r:.40}")
        rows = int(span // width)
        if not LEAST_ROWS <= rows <= MAX_ROWS:
            raise ValueError(
                f"expected {LEAST_ROWS} to {MAX_ROWS} widths to fit into the time, got {part.strip()!r:.40}"
            )
        before = widths[-1] if widths else (1, 0)
        if width % before[0] or (widths and width == before[0]) or width * rows <= before[0] * before[1]:
            raise ValueError(
                f"expected each width to be a whole multiple of the one before and to be kept longer, got {part.strip()!r:.40}"
            )
        if widths and before[1] < 2 * width // before[0]:
            raise ValueError(f"expected the time before {part.strip()!r:.40} to hold two of its widths")
        widths.append((int(width), rows))
    return HistoryWidths(text, tuple(widths))


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
    # Loaded for who asks for a zone only: dateutil takes 2 MiB.
    local, named = resolve_name("dateutil.tz:tzlocal"), resolve_name("dateutil.tz:gettz")
    zone: tzinfo | None = local() if text.lower() == "local" else named(text)
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


def parse_framer(text: str) -> str:
    """Return whose pages may frame ours: an origin (RFC 6454, 6.2), or "self"."""
    if text != "self" and not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?", text):
        raise ValueError(f"expected the origin of a page such as https://hmi.example.org, or self, got {text!r:.80}")
    return text


def parse_address(text: str) -> str:
    """Return an IP address."""
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        raise ValueError(f"expected an IP address, got {text!r:.80}") from None


def split_hosts(url: str) -> list[str]:
    """Return a URL per host of one that names several: mqtt://user@a:1883,b/path is mqtt://user@a:1883/path and mqtt://user@b/path."""
    match = re.fullmatch(r"((?:[a-z]+://)?(?:[^/]*@)?)([^/@]*)(/.*)?", url)
    if match is None:
        return [url]
    return [f"{match[1]}{host}{match[3] or ''}" for host in match[2].split(",")]


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
