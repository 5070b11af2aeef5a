"""A broker that answers as a test says, for answers that a real one cannot be brought to give."""

import contextlib
import socket
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import BinaryIO, Self

from mqtt_plot.mqtt.broker_health import TOPICS

CONNECT, SUBSCRIBE = 1, 8
CONNACK_5 = b"\x20\x03\x00\x00\x00"
CONNACK_5_SESSION = b"\x20\x03\x01\x00\x00"
CONNACK_311 = b"\x20\x02\x00\x00"
PINGRESP = b"\xd0\x00"


def publish(topic: bytes, payload: bytes, *, has_properties: bool) -> bytes:
    """Return a PUBLISH of QoS 0 (MQTT 5.0 and 3.1.1, section 3.3)."""
    body = len(topic).to_bytes(2, "big") + topic + (b"\x00" if has_properties else b"") + payload
    length, rest = bytearray(), len(body)
    while rest > 127:
        length.append(rest & 127 | 128)
        rest >>= 7
    length.append(rest)
    return b"\x30" + bytes(length) + body


class FakeBroker:
    """Takes one connection after the other on a free loopback port, while the `with` block lasts.

    `connacks` answers a CONNECT by the protocol level it asks for (4 is 3.1.1, 5 is 5); a level that is missing is hung up on.
    `suback` are the codes for the filters, `then` is sent after the SUBACK (None: it hangs up instead),
    `health` the codes for the topics below `$SYS` (empty: it does not answer, None: it hangs up),
    `heard` collects (packet type, body) of all packets.
    """

    def __init__(
        self,
        connacks: dict[int, bytes],
        suback: Sequence[int] = (1,),
        then: bytes | None = b"",
        health: bytes | None = bytes([0x80] * len(TOPICS)),
    ) -> None:
        self.heard: list[tuple[int, bytes]] = []
        self.connacks = connacks
        self._health = health
        self.suback = bytes(suback)
        self.then = then
        self._level = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, name="fake-broker", daemon=True)

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def levels(self) -> list[int]:
        """The protocol levels that were asked for, in order."""
        return [body[6] for kind, body in self.heard if kind == CONNECT and body[2:6] == b"MQTT"]

    @property
    def subscribes(self) -> list[str]:
        """What was subscribed to, in order: `health` or `data`."""
        return ["health" if b"$SYS" in body else "data" for kind, body in self.heard if kind == SUBSCRIBE]

    def hang_up(self) -> None:
        """End the connection that there is."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for end in (self._listener, self._connection):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener was shut down
            while True:
                self._connection, _ = self._listener.accept()
                with self._connection, contextlib.suppress(OSError):
                    self._talk(self._connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while head := stream.read(1):
                body = stream.read(_read_length(stream))
                self.heard.append((head[0] >> 4, body))
                answer = self._answer(head[0] >> 4, body)
                if answer is None:
                    return
                connection.sendall(answer)

    def _answer(self, kind: int, body: bytes) -> bytes | None:
        match kind:
            case 1 if body[2:6] != b"MQTT":  # a TLS handshake begins with the same four bits
                return None
            case 1:
                self._level = body[6]
                return self.connacks.get(self._level)
            case 8:
                codes, then = (self._health, b"") if b"$SYS" in body else (self.suback, self.then)
                return None if codes is None or then is None else self._granting(body, codes) + then
            case 12:
                return PINGRESP
            case 14:
                return None
            case _:
                return b""

    def _granting(self, subscribe: bytes, codes: bytes) -> bytes:
        """Return the SUBACK to a SUBSCRIBE (MQTT 5.0 and 3.1.1, section 3.9), or nothing for no codes."""
        answer = subscribe[:2] + (b"\x00" if self._level == 5 else b"") + codes
        return bytes((0x90, len(answer))) + answer if codes else b""


def _read_length(stream: BinaryIO) -> int:
    """Read a remaining length, seven bits a byte (MQTT 5.0, 1.5.5)."""
    length = shift = 0
    while True:
        (byte,) = stream.read(1)
        length |= (byte & 127) << shift
        if byte < 128:
            return length
        shift += 7
