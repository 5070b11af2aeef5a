"""The network loop: reads an MQTT connection in large pieces, handles PUBLISH packets itself, and leaves all others to paho.

paho's own loop makes four system calls per packet, and each releases the interpreter lock, which the event loop's thread then takes. Here
one read brings hundreds of packets, and one write acknowledges them. Knows nothing of topics and payloads.
"""

import contextlib
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import MQTTErrorCode

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.keepalive import Keepalive, KeepaliveAction
from mqtt_plot.mqtt.packets import PacketStream, Publish, encode_puback
from mqtt_plot.mqtt.polling import select

READ_BYTES = 64 * 1024
# Seconds between two calls of paho's own housekeeping.
_HOUSEKEEPING_SECONDS = 1.0
# How long a broker may take to answer the CONNECT.
ANSWER_SECONDS = 10.0
_PINGREQ = b"\xc0\x00"  # MQTT 5.0, 3.12

# A TLS socket has errors of its own for "would block".
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

Deliver = Callable[[Sequence[Publish]], None]


class StreamSocket:
    """The socket as paho sees it: `recv` returns only the packets that paho handles."""

    def __init__(self, inner: Any, stream: PacketStream) -> None:  # noqa: ANN401 - a socket, SSLSocket or paho's WebSocket
        self.stream = stream
        self._inner = inner
        self._unsent = b""
        self.is_closed = False
        self.refusal: ssl.SSLError | None = None  # the TLS alert with which the broker closed the connection

    def recv(self, size: int) -> bytes:
        """Return bytes of a packet for paho, b"" at the end. Raises BlockingIOError if there are none yet."""
        try:
            return self.stream.read(size)
        except BlockingIOError:
            if self.is_closed:
                return b""
            raise

    def send(self, data: bytes) -> int:
        """Send for paho, after our own packets. Raises BlockingIOError if nothing can be sent."""
        self.flush()
        if self._unsent:
            raise BlockingIOError
        try:
            return int(self._inner.send(data))
        except _NOT_NOW:
            raise
        except OSError:
            self.fill()  # the broker may have sent the reason before it closed; paho does not read it
            raise

    def send_whole(self, packets: bytes) -> None:
        """Send packets of our own; what the kernel does not accept waits for `flush`."""
        self._unsent += packets
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the kernel accepts it."""
        while self._unsent:
            try:
                self._unsent = self._unsent[self._inner.send(self._unsent) :]
            except _NOT_NOW:
                return
            except OSError as error:
                self._unsent = b""
                self._end(error)

    def has_unsent(self) -> bool:
        """True if something waits for `flush`."""
        return bool(self._unsent)

    def fill(self) -> None:
        """Read once, without waiting."""
        try:
            data = self._inner.recv(READ_BYTES)
        except _NOT_NOW:
            return
        except OSError as error:
            self._end(error)
            return
        self.is_closed = not data
        self.stream.feed(data)

    def _end(self, error: OSError) -> None:
        self.is_closed = True
        if isinstance(error, ssl.SSLError):  # in TLS 1.3 the broker checks our certificate only after the handshake
            self.refusal = self.refusal or error

    def has_more(self) -> bool:
        """True if there is something to read that select does not report: bytes in the TLS layer, or the end."""
        return self.is_closed or (hasattr(self._inner, "pending") and self._inner.pending() > 0)

    def fileno(self) -> int:
        return int(self._inner.fileno())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the socket has
        return getattr(self._inner, name)


class StreamClient(Client):
    """paho's client on a StreamSocket: hands PUBLISH packets of QoS 0 and 1 to `deliver` in batches, then acknowledges them."""

    def __init__(self, *args: Any, deliver: Deliver, max_packet: int, **options: Any) -> None:  # noqa: ANN401 - paho's own
        super().__init__(*args, **options)
        self._deliver = deliver
        self._max_packet = max_packet
        self._stream_socket: StreamSocket | None = None
        self._acts: deque[Callable[[], None]] = deque()
        self.on_second: Callable[[], None] = lambda: None
        self._bell, self._ringer = socket.socketpair()

    def _create_socket(self) -> Any:  # noqa: ANN401 - paho's own type for it is private
        stream = PacketStream(has_properties=self.protocol == MQTTv5, max_packet=self._max_packet)
        self._stream_socket = StreamSocket(super()._create_socket(), stream)
        return self._stream_socket

    def leave(self) -> None:
        """Make `run` disconnect and end. Safe to call from any thread."""
        self.do(self._leave)

    def do(self, act: Callable[[], None]) -> None:
        """Run `act` on the network thread, soon, unless `run` has ended. Safe to call from any thread."""
        self._acts.append(act)
        with contextlib.suppress(OSError):  # it may have ended already
            self._ringer.send(b"x")

    def _leave(self) -> None:
        self.disconnect()
        self.loop_write()  # the broker closes the connection, which ends the loop

    def run(self) -> None:
        """Drive the connection until it ends; callbacks and `deliver` run on this thread.

        It also ends if the broker does not answer the CONNECT. Raises SourceError for a broker that has become silent or sends too much at
        once, and ssl.SSLError for one that refuses our certificate.
        """
        started = housekeeping = time.monotonic()
        watch = Keepalive(self.keepalive, started)
        while (connection := self._stream_socket) is not None and self.socket() is not None:
            while self._acts:
                self._acts.popleft()()
            if self.socket() is None:
                continue  # paho has closed it; if not all could be sent, the broker will
            if self._is_readable(connection):
                connection.fill()
                self._hand_out(connection)
                watch.heard(time.monotonic())
            connection.flush()
            if self.want_write():
                self.loop_write()
            now = time.monotonic()
            if now - housekeeping >= _HOUSEKEEPING_SECONDS:
                housekeeping = now
                self.loop_misc()
                self.on_second()
                self._look_after(connection, watch, now)
                if now - started > ANSWER_SECONDS and not self.is_connected():
                    return
        if connection is not None and connection.refusal is not None and "ALERT" in (connection.refusal.reason or ""):
            raise connection.refusal

    def _look_after(self, connection: StreamSocket, watch: Keepalive, now: float) -> None:
        """Send a PINGREQ to a silent broker. Raises SourceError for one that stays silent."""
        match watch.judge(now):
            case KeepaliveAction.ASK:
                connection.send_whole(_PINGREQ)
            case KeepaliveAction.GIVE_UP:
                raise SourceError(f"the broker has said nothing for {watch.keepalive:g} s, though asked; trying again")
            case KeepaliveAction.NOTHING:
                pass

    def close(self) -> None:
        """Close the sockets."""
        if self._stream_socket is not None:
            self._stream_socket.close()
        self._bell.close()
        self._ringer.close()

    def _is_readable(self, connection: StreamSocket) -> bool:
        """Wait until something can be read or sent, at most until the next housekeeping; return True if it can be read."""
        if connection.has_more():
            return True
        writing = [connection] if connection.has_unsent() or self.want_write() else []
        reading: list[StreamSocket | socket.socket] = [connection, self._bell]
        readable, _, _ = select(reading, writing, [], _HOUSEKEEPING_SECONDS)
        if self._bell in readable:
            self._bell.recv(READ_BYTES)
        return connection in readable

    def _hand_out(self, connection: StreamSocket) -> None:
        """Deliver all complete messages, and let paho read its packets, in the order of the stream."""
        stream = connection.stream
        while True:
            messages = list(stream.publishes())
            if messages:
                self._deliver(messages)
                connection.send_whole(b"".join(encode_puback(m.packet_id) for m in messages if m.qos))
            elif not stream.has_foreign():
                break
            elif self.socket() is None or self.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:  # one packet a call
                return
        if connection.is_closed:
            self.loop_read()  # paho must see the end, and then closes the connection
