"""A radio receiver as rtl_433 reads it over the network: samples of the air, in which a thermometer speaks.

The protocol is rtl_tcp's: a header, then pairs of unsigned bytes (I and Q), 250,000 of them per second. The thermometer speaks as the sold
ones of type Nexus do: 36 bits, each a pulse of 0.5 ms and a pause of 1 ms (0) or 2 ms (1), repeated twelve times.
"""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

_PER_MS = 250
_SILENT, _LOUD = bytes((128, 128)), bytes((250, 128))
_REPEATS = 12
_CHUNK = 100_000
_PAUSE_SECONDS = 0.05


def _air(milliseconds: float, level: bytes = _SILENT) -> bytes:
    return level * round(milliseconds * _PER_MS)


def thermometer(number: int, channel: int, celsius: float, humidity: int) -> bytes:
    """Return the air while the thermometer sends once: 8 bits of id, battery good, channel, temperature in tenths, 1111, humidity."""
    tenths = round(celsius * 10) & 0xFFF
    word = number << 28 | 1 << 27 | channel - 1 << 24 | tenths << 12 | 0xF << 8 | humidity
    bits = b"".join(_air(0.5, _LOUD) + _air(2 if bit == "1" else 1) for bit in f"{word:036b}")
    return _air(20) + (bits + _air(0.5, _LOUD) + _air(4)) * _REPEATS + _air(70)


class Receiver:
    """Serves `air` again and again to one client, while the `with` block lasts."""

    def __init__(self, air: bytes) -> None:
        self._air = air
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener was shut down, or the client has gone
            client, _ = self._listener.accept()
            with client:
                client.sendall(b"RTL0" + struct.pack(">II", 5, 29))  # R820T, 29 gains
                while not self._stopping.is_set():
                    for start in range(0, len(self._air), _CHUNK):
                        client.sendall(self._air[start : start + _CHUNK])
                        self._stopping.wait(_PAUSE_SECONDS)
