"""The embedded broker: rumqttd, which the package iotcore carries, in a child process. Knows nothing of who uses it."""

import errno
import importlib.util
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

from mqtt_plot.errors import SourceError

log = logging.getLogger(__name__)

START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.02
# The last lines of the process, for the message when it ends by itself. Long lines are cut.
_KEPT_LINES, _KEPT_CHARACTERS = 5, 200


def is_installed() -> bool:
    """Tell whether this installation brings a broker; the one-file bundle cannot, as it holds no compiled code."""
    return importlib.util.find_spec("iotcore") is not None


class PortTakenError(SourceError):
    """The port is in use; the demo then takes a free one."""


class EmbeddedBroker:
    """An MQTT 3.1.1 broker for this machine (or, with another host, for its network): without login, in memory, gone when stopped.

    The process ends with ours, however ours ends. `stop` twice is safe. Port 0 takes a free one, as does a
    port that is taken, where `or_free`; `address` then tells which.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 1883, *, or_free: bool = False) -> None:
        self._host = host
        self._port = port
        self._or_free = or_free
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._is_up = False
        self._said: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as requested; once started, with the real port."""
        return self._host, self._port

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it accepts connections. Raises PortTakenError, or SourceError with what to do instead."""
        if self.is_running:
            return
        if not is_installed():
            raise SourceError(
                'the embedded broker is not installed; pip install "mqtt-plot[demo]", or name a broker: --broker mqtt://HOST'
            )
        ip, self._port = self._find_port()
        listen = f"[{ip}]:{self._port}" if ":" in ip else f"{ip}:{self._port}"
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "mqtt_plot.mqtt.embedded_broker_process", listen],
            stdin=subprocess.PIPE,  # closes when we end, and the child ends with it
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # we may run from an archive
        )
        self._watcher = threading.Thread(target=self._watch, args=(self._process,), name="embedded-broker", daemon=True)
        self._watcher.start()
        self._wait_until_ready({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(ip, ip))  # noqa: S104 - compared, not bound
        self._is_up = True
        log.info("embedded broker on mqtt://%s:%d", self._host, self._port)

    def _find_port(self) -> tuple[str, int]:
        try:
            return _probe(self._host, self._port)
        except PortTakenError:
            if not self._or_free:
                raise
            log.warning("port %d is taken; the demo's broker takes a free one", self._port)
            return _probe(self._host, 0)

    def stop(self) -> None:
        """End the process and free its port."""
        process, self._process = self._process, None
        if process is None:
            return
        self._is_up = False
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)
        if process.stdin is not None:
            process.stdin.close()
        if self._watcher is not None:
            self._watcher.join(_STOP_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_ready(self, ip: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.is_running and time.monotonic() < deadline:
            try:
                socket.create_connection((ip, self._port), timeout=1).close()
            except OSError:
                time.sleep(_POLL_SECONDS)
            else:
                return
        self.stop()
        said = "; it said: " + " ".join(self._said) if self._said else ""
        raise SourceError(f"the embedded broker did not come up on {self._host}:{self._port}{said}")

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Keep the last lines of the process, and log its end if it ends by itself."""
        if process.stderr is None:
            return
        with process.stderr as pipe:
            for line in iter(lambda: pipe.readline(_KEPT_CHARACTERS), b""):
                self._said.append(line.decode(errors="replace").strip())
        status = process.wait()
        if self._is_up and self._process is process:
            log.error("the embedded broker ended by itself (status %d): %s", status, " ".join(self._said))


def _probe(host: str, port: int) -> tuple[str, int]:
    """Return the IP address of `host`, and the port if it is free now. Raises PortTakenError or SourceError."""
    where = f"{host}:{port}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            ip, free, *_ = probe.getsockname()
            return str(ip), int(free)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(
                f"cannot start the embedded broker: {where} is taken, perhaps by another broker; "
                f"use that one (--broker mqtt://{where}) or choose another port (--embedded-broker-listen)"
            ) from None
        raise SourceError(
            f"cannot start the embedded broker on {where}: {error.strerror or error}; check --embedded-broker-listen"
        ) from None
