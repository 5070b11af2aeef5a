"""Finds out what is listening on a port that does not answer MQTT. Sends no user and no password."""

import contextlib
import socket
import ssl

from mqtt_plot.mqtt.broker import Broker

_SECONDS = 3.0
_NO_TLS = {"WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}


def unanswered(broker: Broker) -> str:
    """Return why nothing on the broker's port answers MQTT, and what to do, in words. Takes some seconds."""
    begin = f"{broker.address} takes the connection but answers neither MQTT 5 nor 3.1.1"
    address = (broker.host, broker.port)
    if not broker.has_tls and _speaks_tls(address):
        secure = "wss" if broker.transport == "websockets" else "mqtts"
        return f"{begin}: it is a TLS port; use {secure}://{broker.host}:{broker.port}"
    if broker.scheme == "mqtt" and _speaks_http(address):
        return f"{begin}: it speaks HTTP; if it is the broker's WebSocket port, use ws://{broker.host}:{broker.port}"
    return f"{begin}; is it the broker's MQTT port?"


def _speaks_tls(address: tuple[str, int]) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False  # nothing is sent over this connection: the only question is whether there is one
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(address, _SECONDS) as plain, context.wrap_socket(plain):
            return True
    except ssl.SSLError as error:  # an alert is an answer in TLS
        return error.reason not in _NO_TLS
    except OSError:
        return False


def _speaks_http(address: tuple[str, int]) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(address, _SECONDS) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: broker\r\nConnection: close\r\n\r\n")
        return plain.recv(5) == b"HTTP/"
    return False
