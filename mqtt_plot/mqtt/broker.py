"""The other end of an MQTT connection: the broker's address, TLS, and its answers in words for a person.

Knows nothing of sockets and paho.
"""

import logging
import ssl
from dataclasses import dataclass, field
from typing import Literal

from mqtt_plot.errors import SourceError, shown

log = logging.getLogger(__name__)

KEEPALIVE_SECONDS = 60


@dataclass(frozen=True)
class Tls:
    """Certificates, as paths of PEM files: the broker's CA (None: the system's trust store), and the client's own."""

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None

    def context(self) -> ssl.SSLContext:
        """Return a context that verifies the broker. Raises SourceError for files that cannot be used."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.cert_file is not None:
                context.load_cert_chain(self.cert_file, self.key_file, password=_no_password)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            files = ", ".join(file for file in (self.ca_file, self.cert_file, self.key_file) if file)
            reason = getattr(error, "strerror", None) or error
            raise SourceError(f"cannot use {files} for TLS: {reason}; expected PEM files") from None
        # Python 3.13 refuses authorities without key usage (RFC 5280, 4.2.1.3) where older ones do not. Many in use were made without.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context


def _no_password() -> str:
    """Never ask for a password on a terminal: nobody is there, and the network thread would wait."""
    raise ValueError("the key wants a password")


@dataclass(frozen=True)
class Broker:
    """The address of the broker, and how to log in."""

    host: str
    port: int
    client_id: str
    topics: tuple[str, ...]
    scheme: str = "mqtt"  # mqtt, mqtts, ws, wss
    path: str = "/mqtt"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls = Tls()
    max_payload: int = 256 * 1024
    keepalive: int = KEEPALIVE_SECONDS  # a connection is closed after this many seconds of silence
    keeps_session: bool = (
        True  # False: messages that came during an outage are not wanted, since another bridge has them with true times
    )
    has_figures: bool = True  # False: it is not asked for its own figures, below $SYS

    @property
    def address(self) -> str:
        """The URL without user and password."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def transport(self) -> Literal["tcp", "websockets"]:
        return "websockets" if self.scheme in ("ws", "wss") else "tcp"

    @property
    def has_tls(self) -> bool:
        return self.scheme in ("mqtts", "wss")


@dataclass(frozen=True)
class Subscription:
    """The broker's answer to one topic filter."""

    topic: str
    is_granted: bool
    reason: str


@dataclass(frozen=True)
class BrokerState:
    """The connection in one word (off, connecting, connected, refused, lost) and in a sentence for a person."""

    state: str
    text: str
    since: float
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def is_ready(self) -> bool:
        """True if messages can arrive: connected, and every filter granted."""
        return self.state == "connected" and bool(self.subscriptions) and all(s.is_granted for s in self.subscriptions)


def log_state(state: BrokerState) -> None:
    """Log one line per change, on the network thread. Steps on the way, such as an older protocol version, are no warnings."""
    is_fault = state.state in ("refused", "lost") or not all(one.is_granted for one in state.subscriptions)
    log.log(logging.WARNING if is_fault else logging.INFO, "broker: %s", state.text)


def refusal(reason: str, broker: Broker, other: str | None = None) -> str:
    """Return the reason of a refused CONNACK, by its name in MQTT 5.0 (3.2.2.2), in words that say what to do.

    `other` is the server that the broker names instead of itself. Nobody follows it: it may lead anywhere, and in circles.
    """
    user = f" for user {broker.user}" if broker.user is not None else ""
    match reason:
        case "Use another server" | "Server moved":
            named = f"{shown(other)}; set --broker to it, if it is yours" if other else "which it does not name"
            return f"broker {broker.address} sends us to another one ({reason.lower()}): {named}"
        case "Bad user name or password" | "Not authorized" if broker.user is None:
            return f"broker {broker.address} refused the connection: {reason.lower()}; it may want a user and password"
        case "Bad user name or password":
            return f"broker {broker.address} refused the password{user}"
        case "Not authorized":
            return f"broker {broker.address} refused the password{user}, or the user may not connect (not authorized)"
        case "Client identifier not valid":
            return f"broker {broker.address} refused the client id {broker.client_id}; set another with --client-id"
        case name:
            return f"broker {broker.address} refused the connection{user}: {name.lower()}"


def rivalry(broker: Broker) -> str:
    """Return what to do about another client with the same id: the broker keeps the newer one (MQTT 5.0, 3.1.4)."""
    return f"another client uses the id {broker.client_id} at {broker.address}; set --client-id"


def supposed_rivalry(broker: Broker) -> str:
    """Return what to check if connections end soon after they are made, and the broker does not say why."""
    return f"{broker.address} ends each connection at once; if another client uses the id {broker.client_id}, set --client-id"


def connect_failure(error: OSError | ValueError, broker: Broker) -> str:
    """Return why there is no connection, in words that say what to check."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate of {broker.address} not trusted: {error.verify_message}; set --broker-ca to the CA that signed it"
    if isinstance(error, ssl.SSLError) or (broker.has_tls and isinstance(error, ConnectionResetError)):
        return _tls_failure(getattr(error, "reason", None) or error.strerror or "", broker)
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens on {broker.address}, trying again; is the broker running?"
    if isinstance(error, TimeoutError):
        return f"no answer from {broker.address}, trying again; is the address right, is a firewall in between?"
    return f"cannot reach {broker.address}, trying again: {getattr(error, 'strerror', None) or error}"


def _tls_failure(reason: str, broker: Broker) -> str:
    """Return what OpenSSL's name for an alert (RFC 8446, 6.2; the same in TLS 1.2) or another fault means for the user."""
    alert = reason.rpartition("_ALERT_")[2]
    if alert == "CERTIFICATE_REQUIRED":
        return f"broker {broker.address} wants a certificate of ours; set --broker-cert and --broker-key"
    if alert == "HANDSHAKE_FAILURE":
        return f"broker {broker.address} refused TLS; it may want a certificate of ours: --broker-cert and --broker-key"
    if "CERTIFICATE" in alert or alert in {"UNKNOWN_CA", "ACCESS_DENIED"}:
        said = alert.lower().replace("_", " ")
        return f"broker {broker.address} does not trust our certificate ({said}); set --broker-cert to one that its authority has signed"
    return f"no TLS with {broker.address}: {reason}; is it a TLS port?"
