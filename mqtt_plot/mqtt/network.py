"""The network loop: reads an MQTT connection in large pieces, takes the messages out, and leaves all else to paho.

paho's own loop asks the kernel four times for each packet, and every such call gives the interpreter lock away, which the event loop's
thread then takes. Here one read brings hundreds of packets, and one write acknowledges them. Knows nothing of topics and payloads.
"""

import contextlib
import select
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

READ_BYTES = 64 * 1024
# How often paho may look after its keepalive.
_HOUSEKEEPING_SECONDS = 1.0
# How long a broker may take to answer the CONNECT.
ANSWER_SECONDS = 10.0
_PINGREQ = b"\xc0\x00"  # MQTT 5.0, 3.12

# A TLS socket has words of its own for "not now".
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

Deliver = Callable[[Sequence[Publish]], None]


class StreamSocket:
    """The socket as paho sees it: `recv` gives only the packets that are paho's; all else is the socket's own."""

    def __init__(self, inner: Any, stream: PacketStream) -> None:  # noqa: ANN401 - a socket, SSLSocket or paho's WebSocket
        self.stream = stream
        self._inner = inner
        self._unsent = b""
        self.is_closed = False
        self.refusal: ssl.SSLError | None = None  # what the other end said of our side of TLS when it hung up

    def recv(self, size: int) -> bytes:
        """Return bytes of a packet of paho's, b"" at the end. Raises BlockingIOError when there are none yet."""
        try:
            return self.stream.read(size)
        except BlockingIOError:
            if self.is_closed:
                return b""
            raise

    def send(self, data: bytes) -> int:
        """Send for paho, behind what we have to send ourselves. Raises BlockingIOError when nothing can be taken."""
        self.flush()
        if self._unsent:
            raise BlockingIOError
        try:
            return int(self._inner.send(data))
        except _NOT_NOW:
            raise
        except OSError:
            self.fill()  # it may have said why before it hung up; paho closes the socket without a look
            raise

    def send_whole(self, packets: bytes) -> None:
        """Send packets of our own; what the kernel does not take waits for `flush`."""
        self._unsent += packets
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the kernel takes it."""
        while self._unsent:
            try:
                self._unsent = self._unsent[self._inner.send(self._unsent) :]
            except _NOT_NOW:
                return
            except OSError as error:
                self._unsent = b""
                self._end(error)

    def has_unsent(self) -> bool:
        """Tell whether something waits for `flush`."""
        return bool(self._unsent)

    def fill(self) -> None:
        """Read once what has come, without waiting."""
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
        if isinstance(error, ssl.SSLError):  # TLS 1.3 looks at our certificate only after the handshake
            self.refusal = self.refusal or error

    def has_more(self) -> bool:
        """Tell whether there is something to read that no select will report: a TLS layer's bytes, or the end."""
        return self.is_closed or (hasattr(self._inner, "pending") and self._inner.pending() > 0)

    def fileno(self) -> int:
        return int(self._inner.fileno())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the socket has
        return getattr(self._inner, name)


class StreamClient(Client):
    """paho's client on a StreamSocket: PUBLISH packets of QoS 0 and 1 go to `deliver` in batches, and are then acknowledged."""

    def __init__(self, *args: Any, deliver: Deliver, max_packet: int, **options: Any) -> None:  # noqa: ANN401 - paho's own
        super().__init__(*args, **options)
        self._deliver = deliver
        self._max_packet = max_packet
        self._stream_socket: StreamSocket | None = None
        self._acts: deque[Callable[[], None]] = deque()
        self._bell, self._ringer = socket.socketpair()

    def _create_socket(self) -> Any:  # noqa: ANN401 - paho's own type for it is private
        stream = PacketStream(has_properties=self.protocol == MQTTv5, max_packet=self._max_packet)
        self._stream_socket = StreamSocket(super()._create_socket(), stream)
        return self._stream_socket

    def leave(self) -> None:
        """Make `run` disconnect and end. May be called from any thread."""
        self.do(self._leave)

    def do(self, act: Callable[[], None]) -> None:
        """Run `act` on the network thread, soon. May be called from any thread; after the end of `run` it is forgotten."""
        self._acts.append(act)
        with contextlib.suppress(OSError):  # it may have ended already
            self._ringer.send(b"x")

    def _leave(self) -> None:
        self.disconnect()
        self.loop_write()  # the broker closes the connection, which ends the loop

    def run(self) -> None:
        """Drive the connection until it ends; callbacks and `deliver` run on this thread.

        It also ends where the broker does not answer the CONNECT. Raises SourceError for a broker that has fallen silent, and ssl.SSLError
        for one that will not have our certificate.
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
                self._look_after(connection, watch, now)
                if now - started > ANSWER_SECONDS and not self.is_connected():
                    return
        if connection is not None and connection.refusal is not None and "ALERT" in (connection.refusal.reason or ""):
            raise connection.refusal

    def _look_after(self, connection: StreamSocket, watch: Keepalive, now: float) -> None:
        """Ask a silent broker for a sign of life. Raises SourceError for one that stays silent."""
        match watch.judge(now):
            case KeepaliveAction.ASK:
                connection.send_whole(_PINGREQ)
            case KeepaliveAction.GIVE_UP:
                raise SourceError(f"the broker has said nothing for {watch.keepalive:g} s, though asked; trying again")
            case KeepaliveAction.NOTHING:
                pass

    def close(self) -> None:
        """Give the sockets back."""
        if self._stream_socket is not None:
            self._stream_socket.close()
        self._bell.close()
        self._ringer.close()

    def _is_readable(self, connection: StreamSocket) -> bool:
        """Wait until something comes or can be sent, at most until the next housekeeping."""
        if connection.has_more():
            return True
        writing = [connection] if connection.has_unsent() or self.want_write() else []
        reading: list[StreamSocket | socket.socket] = [connection, self._bell]
        readable, _, _ = select.select(reading, writing, [], _HOUSEKEEPING_SECONDS)
        if self._bell in readable:
            self._bell.recv(READ_BYTES)
        return connection in readable

    def _hand_out(self, connection: StreamSocket) -> None:
        """Deliver all messages that are whole; let paho read what is its own, in the order of the stream."""
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
            self.loop_read()  # paho must see the end, and then hangs up
