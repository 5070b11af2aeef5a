"""The listening sockets: opens them, accepts connections up to a limit, over TLS where there is a certificate. Knows nothing of HTTP.

tornado accepts without limit. When the process then has no descriptors left, its loop spins: 100 % CPU and a log line each turn. Here
the limit lies below the number of descriptors. At it, and at any error of accept, nothing is accepted for a while, the kernel
lets callers wait, and the loop stays free.
"""

import errno
import logging
import ssl
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from socket import AF_INET, AF_UNSPEC, SO_SNDBUF, SOL_SOCKET, socket
from typing import Any

from tornado.ioloop import IOLoop
from tornado.iostream import IOStream, SSLIOStream
from tornado.netutil import bind_sockets, ssl_wrap_socket

from mqtt_plot.errors import SourceError
from mqtt_plot.metrics import Counters
from mqtt_plot.web.allowance import network_of
from mqtt_plot.web.quick_posts import Stream

log = logging.getLogger(__name__)

# Descriptors kept free for the broker's connection, the log, files of the page, and for what asyncio needs.
RESERVED_DESCRIPTORS = 32
FEWEST_CONNECTIONS = 8
# Enough for 100 Mbit/s over 10 ms. Linux doubles it, for what it keeps beside the bytes.
SEND_BUFFER_BYTES = 128 * 1024
# Accepted at a stretch, so that a burst of connections does not hold up the loop.
_BURST = 32
_FULL_SECONDS = 0.1
_FAULT_SECONDS = 0.5


class Listener:
    """Hands streams to `serve` (tornado's `HTTPServer.handle_stream`), at most `limit` at a time.

    At the limit a new one takes the place of another: the idlest (`idle_streams` yields those without a request, the idlest first) of the
    address that has the most. Where there is none, it waits.
    """

    def __init__(
        self,
        serve: Callable[[IOStream, tuple[Any, ...]], object],
        counters: Counters,
        *,
        limit: int,
        max_buffer: int,
        context: ssl.SSLContext | None = None,
        idle_streams: Callable[[], Iterable[Any]] = tuple,
    ) -> None:
        self.limit = limit
        self.context = context  # may be replaced: the next connection gets the new certificate
        self._serve = serve
        self._counters = counters
        self._max_buffer = max_buffer
        self._sockets: Sequence[socket] = ()
        self._idle_streams = idle_streams
        self._streams: dict[IOStream, str] = {}  # with the address of each
        self._is_open = False

    def open(self, sockets: Sequence[socket]) -> None:
        """Begin to accept; needs a running event loop."""
        self._sockets = sockets
        self._listen()

    def close(self) -> None:
        """Accept no more and give the sockets back; what is connected stays. Safe to call twice."""
        self._unlisten()
        for sock in self._sockets:
            sock.close()
        self._sockets = ()

    @property
    def connections(self) -> int:
        """How many connections stand."""
        self._streams = {stream: address for stream, address in self._streams.items() if not stream.closed()}
        return len(self._streams)

    def _listen(self) -> None:
        if self._sockets and not self._is_open:
            self._is_open = True
            for sock in self._sockets:
                IOLoop.current().add_handler(sock, self._accept, IOLoop.READ)

    def _unlisten(self) -> None:
        if self._is_open:
            self._is_open = False
            for sock in self._sockets:
                IOLoop.current().remove_handler(sock)

    def _pause(self, seconds: float) -> None:
        self._unlisten()
        IOLoop.current().call_later(seconds, self._listen)

    def _accept(self, sock: socket, _events: int) -> None:
        for number in range(_BURST):
            if len(self._streams) >= self.limit and self.connections >= self.limit:
                if number:  # whether another caller waits is not known yet
                    return
                if self._make_room():
                    continue
                self._counters.add("connections_delayed", "full")
                self._pause(_FULL_SECONDS)
                return
            try:
                connection, address = sock.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:  # no descriptors, no memory: both pass
                self._counters.add("connections_delayed", "fault")
                log.warning("cannot accept connections: %s; trying again", error.strerror)
                self._pause(_FAULT_SECONDS)
                return
            self._admit(connection, address)

    def _make_room(self) -> bool:
        """Close an idle connection of the address that has the most; tell whether there was one."""
        idle = [stream for stream in self._idle_streams() if stream in self._streams]
        if not idle:
            return False
        counts = Counter(self._streams.values())
        most = max(counts[self._streams[stream]] for stream in idle)
        victim = next(stream for stream in idle if counts[self._streams[stream]] == most)
        victim.close()
        del self._streams[victim]
        self._counters.add("connections_closed", "greedy")
        return True

    def _admit(self, connection: socket, address: tuple[Any, ...]) -> None:
        try:
            stream = self._stream(connection)
        except OSError:  # it was closed before it began; ssl.SSLError is an OSError
            connection.close()
            return
        self._streams[stream] = network_of(str(address[0]))
        self._serve(stream, address)

    def _stream(self, connection: socket) -> IOStream:
        connection.setblocking(False)  # noqa: FBT003 - the socket's own signature
        if self.context is None:
            return Stream(connection, max_buffer_size=self._max_buffer)
        wrapped = ssl_wrap_socket(connection, self.context, server_side=True, do_handshake_on_connect=False)
        return SSLIOStream(wrapped, max_buffer_size=self._max_buffer)


def connection_limit(wanted: int, descriptors: int) -> int:
    """Return how many connections may stand where the process may have `descriptors` files open (negative: any number)."""
    return wanted if descriptors < 0 else max(FEWEST_CONNECTIONS, min(wanted, descriptors - RESERVED_DESCRIPTORS))


def listen(host: str, port: int, *, or_free: bool = False) -> list[socket]:
    """Return sockets that listen there; where the port is taken, on a free one if that is allowed. Raises SourceError, with what to do."""
    try:
        return _bind(host, port)
    except OSError as error:
        is_taken = error.errno == errno.EADDRINUSE
        if is_taken and or_free:
            log.warning("port %d is taken; the demo takes a free one", port)
            return _bind(host, 0)
        hint = "--port takes another" if is_taken else "check --host and --port"
        raise SourceError(f"cannot listen on {host}:{port}: {error.strerror or error}; {hint}") from None


def _bind(host: str, port: int) -> list[socket]:
    sockets = bind_sockets(port, host, family=AF_UNSPEC if ":" in host else AF_INET)
    for sock in sockets:
        bound_send_buffer(sock)
    return sockets


def bound_send_buffer(sock: socket) -> None:
    """Bound what the kernel keeps for each connection that `sock` accepts; left alone it grows to megabytes for a slow client."""
    sock.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES)
