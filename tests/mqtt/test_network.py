"""The socket as paho sees it, over one that fails in every way a TLS connection fails."""

import ssl
from importlib.metadata import version
from inspect import signature
from typing import NoReturn

import pytest
from paho.mqtt.client import Client

from mqtt_plot.mqtt.network import StreamSocket
from mqtt_plot.mqtt.packets import PacketStream


class Refusing:
    """A TLS 1.3 connection that the other end has hung up on after the handshake, saying why."""

    def __init__(self) -> None:
        self.alert = ssl.SSLError(1, "tlsv13 alert certificate required")
        self.alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"

    def send(self, _data: bytes) -> NoReturn:
        raise ssl.SSLEOFError(8, "EOF occurred in violation of protocol")

    def recv(self, _size: int) -> NoReturn:
        raise self.alert


def test_why_the_other_end_hung_up_is_read_though_the_send_failed_first() -> None:
    """The broker may be gone before our CONNECT leaves; its alert has come by then, and paho would close without a look."""
    inner = Refusing()
    connection = StreamSocket(inner, PacketStream(has_properties=True, max_packet=1000))
    with pytest.raises(ssl.SSLEOFError):
        connection.send(b"CONNECT")
    assert connection.refusal is inner.alert
    assert connection.recv(1) == b""


def test_a_send_that_must_wait_loses_nothing() -> None:
    """A TLS layer that is not ready is no end."""

    class Busy(Refusing):
        def send(self, _data: bytes) -> NoReturn:
            raise ssl.SSLWantWriteError

    connection = StreamSocket(Busy(), PacketStream(has_properties=True, max_packet=1000))
    with pytest.raises(ssl.SSLWantWriteError):
        connection.send(b"CONNECT")
    assert (connection.refusal, connection.is_closed) == (None, False)


def test_paho_makes_its_socket_where_we_take_it_over() -> None:
    """`_create_socket` is private, so a new paho may drop or change it without a word: then MQTT would be read by paho, slowly."""
    advice = "StreamClient in mqtt/network.py overrides it; see where this version makes its socket, and mind the pin in pyproject.toml"
    method = vars(Client).get("_create_socket")
    assert method is not None, f"paho-mqtt {version('paho-mqtt')} has no Client._create_socket: {advice}"
    assert list(signature(method).parameters) == ["self"], f"paho-mqtt {version('paho-mqtt')} changed it: {advice}"
