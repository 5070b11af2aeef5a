"""paho's client with a buffered socket, and the loop that drives it on the bridge's own network thread.

paho asks the kernel for each packet three times and calls select once more in between; every such call gives the interpreter lock
away, and under load the event loop's thread takes it each time. Reading what has come into a buffer once, and handing packets out of it,
takes a third of the time per message. Refuses to know topics and payloads.
"""

import select
import time
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

BUFFER_BYTES = 64 * 1024
# How often paho may look after its keepalive.
_HOUSEKEEPING_SECONDS = 1.0


class BufferedSocket:
    """A socket whose `recv` is served from a buffer of at most BUFFER_BYTES; all else goes to the socket itself."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - a socket, an SSLSocket or paho's WebSocket wrapper
        self._inner = inner
        self._buffer = b""
        self._position = 0

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes; raises what the socket raises when the buffer is empty and nothing has come."""
        start = self._position
        part = self._buffer[start : start + size]
        if part:
            self._position = start + len(part)
            return part
        if size >= BUFFER_BYTES:
            return bytes(self._inner.recv(size))
        self._buffer = buffer = self._inner.recv(BUFFER_BYTES)
        self._position = size
        return bytes(buffer[:size])

    def pending(self) -> int:
        """Return how many bytes can be read without asking the kernel."""
        inner = self._inner.pending() if hasattr(self._inner, "pending") else 0
        return max(0, len(self._buffer) - self._position) + int(inner)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the socket has
        return getattr(self._inner, name)


class BufferedClient(Client):
    """paho's client on a BufferedSocket. Were paho to rename the method below, it would go on without the buffer."""

    def _create_socket(self) -> Any:  # noqa: ANN401 - paho's own type for it is private
        return BufferedSocket(super()._create_socket())


def run(client: Client) -> None:
    """Drive a connected `client` until its connection ends; its callbacks run on this thread."""
    housekeeping = 0.0
    while (connection := client.socket()) is not None:
        if _pending(connection) or _is_readable(connection, client):
            while client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS and _pending(connection):
                pass
        if client.want_write():
            client.loop_write()
        now = time.monotonic()
        if now - housekeeping >= _HOUSEKEEPING_SECONDS:
            housekeeping = now
            client.loop_misc()


def _pending(connection: Any) -> int:  # noqa: ANN401 - a BufferedSocket, or what paho made without one
    return int(connection.pending()) if hasattr(connection, "pending") else 0


def _is_readable(connection: Any, client: Client) -> bool:  # noqa: ANN401 - the same
    """Wait until something comes or can be sent, at most until the next housekeeping."""
    try:
        readable, _, _ = select.select(
            [connection], [connection] if client.want_write() else [], [], _HOUSEKEEPING_SECONDS
        )
    except (OSError, ValueError, TypeError):  # closed by stop() on another thread meanwhile
        return client.socket() is not None
    return bool(readable)
