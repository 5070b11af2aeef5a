"""Publishes a simulated plant over real MQTT, as its machines would. Knows nothing of the bridge."""

import json
import logging
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from mqtt_plot.commands.simulation.bearing import SAMPLES_PER_SECOND, Wave
from mqtt_plot.commands.simulation.plant import Plant, Reading
from mqtt_plot.errors import SourceError
from mqtt_plot.parsers.encoder import encode_point
from mqtt_plot.parsers.tag_metadata import TOPIC_SUFFIX

log = logging.getLogger(__name__)

PREFIX = "plot/"  # of the topics
STEP_SECONDS = 0.1
_STOP_SECONDS = 5.0
# The samples of a batch follow those of the last one exactly, until the plant and our clock are so many seconds apart.
_MOST_APART = 0.5


def payload(reading: Reading) -> bytes:
    """Return the payload that tells a reading: `{"value", "unit"}` for a number, a bare word for all else."""
    value, signal = reading.value, reading.signal
    if isinstance(value, bool | str):
        return encode_point(value)
    return encode_point(round(value, signal.decimals or None), unit=signal.unit or None)


def wave_payload(wave: Wave, start: float) -> bytes:
    """Return the payload of a batch whose first value is from `start`, POSIX seconds."""
    content = {"t0": round(start, 6), "fs": SAMPLES_PER_SECOND, "unit": "g", "values": wave.values}
    return json.dumps(content, separators=(",", ":")).encode()


class PlantFeeder:
    """Steps a plant in real time, on a thread of its own, and hands topic and payload of what falls due to `send`. `stop` twice is safe."""

    def __init__(self, send: Callable[[str, bytes], object]) -> None:
        self._send = send
        self._plant = Plant()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="demo-plant", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the plant."""
        self._stopping.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_STOP_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _announce(self) -> None:
        """Send what the devices say of their tags."""
        for tag, meta in self._plant.metas().items():
            self._send(PREFIX + tag + TOPIC_SUFFIX, json.dumps(meta).encode())

    def _run(self) -> None:
        try:
            self._announce()
            due = time.monotonic()
            began = time.time() - self._plant.seconds
            while not self._stopping.wait(max(0.0, due - time.monotonic())):
                for tag, reading in self._plant.step(STEP_SECONDS).items():
                    self._send(PREFIX + tag, payload(reading))
                if abs(began + self._plant.seconds - time.time()) > _MOST_APART:
                    began = time.time() - self._plant.seconds
                for tag, wave in self._plant.waves(STEP_SECONDS).items():
                    self._send(PREFIX + tag, wave_payload(wave, began + self._plant.seconds - STEP_SECONDS))
                # After a pause of the whole machine the plant goes on from there: it does not catch up.
                due = max(due + STEP_SECONDS, time.monotonic() - STEP_SECONDS)
        except Exception:
            log.exception("the simulated plant has stopped")


class PlantPublisher(PlantFeeder):
    """Publishes a plant at QoS 0 while the broker is there.

    Without a broker the plant goes on and its readings are lost, as on a real machine; the connection comes back by itself.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        login: tuple[str, str | None] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(self._publish)
        self._host = host
        self._port = port
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"mqtt-plot-plant-{secrets.token_hex(4)}")
        if login is not None:
            self._client.username_pw_set(*login)
        if tls is not None:
            self._client.tls_set_context(tls)
        self._client.reconnect_delay_set(min_delay=1, max_delay=4)
        self._client.on_connect = lambda *_: self._announce()

    def start(self) -> None:
        """Begin; the broker may come later. Raises SourceError for an address that cannot be one."""
        if self._thread is not None:
            return
        try:
            self._client.connect_async(self._host, self._port)
        except ValueError as error:
            raise SourceError(f"cannot publish the demo to {self._host}:{self._port}: {error}") from None
        self._client.loop_start()
        super().start()

    def stop(self) -> None:
        """End the plant, then the connection."""
        is_running = self._thread is not None
        super().stop()
        if is_running:
            self._client.disconnect()
            self._client.loop_stop()

    def _publish(self, topic: str, content: bytes) -> None:
        if self._client.is_connected():
            self._client.publish(topic, content, retain=topic.endswith(TOPIC_SUFFIX))
