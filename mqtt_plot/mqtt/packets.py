"""Parses PUBLISH packets from the byte stream of an MQTT connection; all other packets are left to paho.

paho needs about 20 µs for a PUBLISH (3.1.1) or 30 µs (5), three quarters of the bridge's work for a message; this parser needs 2. It also
skips an over-long message without holding it: only its length is kept.
Pure: bytes in, messages out. Formats: MQTT 3.1.1, sections 2.2 and 3.3; MQTT 5.0, sections 2.1, 2.2.2 and 3.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mqtt_plot.errors import SourceError

_PUBLISH = 0x30
_QOS_2 = 2
_LENGTH_BYTES = 4  # the remaining length takes at most so many (MQTT 5.0, 1.5.5)


@dataclass(slots=True)
class Publish:
    """One PUBLISH; `packet_id` is 0 at QoS 0. If it is over the limit, `payload` is empty and `excess` is its size in bytes."""

    topic: bytes
    payload: bytes
    qos: int
    is_retained: bool
    packet_id: int
    excess: int = 0


def encode_puback(packet_id: int) -> bytes:
    """Return a PUBACK for success, the same bytes in 3.1.1 and 5 (MQTT 5.0, section 3.4)."""
    return bytes((0x40, 2, packet_id >> 8, packet_id & 0xFF))


class PacketStream:
    """The bytes read and not parsed yet: at most one read and one incomplete packet of `max_packet` bytes."""

    def __init__(self, *, has_properties: bool, max_packet: int) -> None:
        self.max_packet = max_packet
        self._has_properties = has_properties  # MQTT 5
        self._data = b""
        self._position = 0
        self._foreign = 0  # bytes at the front of a packet for paho
        self._skipped = 0  # bytes still to come of a packet that is skipped

    def feed(self, data: bytes) -> None:
        """Add what was read from the network."""
        if self._skipped:
            gone = min(self._skipped, len(data))
            self._skipped -= gone
            data = data[gone:]
        self._data = self._data[self._position :] + data
        self._position = 0

    def has_foreign(self) -> bool:
        """True if there are bytes of a packet that paho must read."""
        return self._foreign > 0 and self._position < len(self._data)

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes of the packet that paho must read. Raises BlockingIOError if there are none."""
        size = min(size, self._foreign, len(self._data) - self._position)
        if size <= 0:
            raise BlockingIOError
        start = self._position
        self._position = start + size
        self._foreign -= size
        return self._data[start : start + size]

    def publishes(self) -> Iterator[Publish]:
        """Yield the PUBLISH packets at the front; stop at an incomplete packet, or at one for paho.

        Raises SourceError for one for paho that is over the limit: paho would hold all of it.
        """
        while not self._foreign:
            header = self._header()
            if header is None:
                return
            body, length = header
            end = body + length
            head = self._data[self._position]
            if head & 0xF0 != _PUBLISH or head >> 1 & 3 >= _QOS_2:
                if length > self.max_packet:
                    raise SourceError(
                        f"the broker sends a packet of {length} bytes that is no message of QoS 0 or 1; "
                        f"expected at most {self.max_packet} (--max-payload)"
                    )
                self._foreign = end - self._position
                return
            is_held = length <= self.max_packet
            if is_held and end > len(self._data):
                return
            publish = self._cut(head, body, end) if is_held else self._pass_over(head, body, end)
            if publish is None:
                return
            yield publish

    def _header(self) -> tuple[int, int] | None:
        """Return (start, length) of the body of the packet at the front, or None if too little of it has come."""
        data, position = self._data, self._position + 1
        length = shift = 0
        for index in range(position, min(position + _LENGTH_BYTES, len(data))):
            byte = data[index]
            length |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - no continuation bit
                return index + 1, length
            shift += 7
        if len(data) >= position + _LENGTH_BYTES:
            self._foreign = len(data) - self._position  # five bytes of length: paho sees it and closes the connection
        return None

    def _cut(self, head: int, body: int, end: int) -> Publish | None:
        """Return the packet in [body, end) and go past it; a malformed one is left to paho, which closes the connection."""
        data = self._data
        start = body + 2 + (data[body] << 8 | data[body + 1]) if end > body + 1 else end + 1
        qos = head >> 1 & 3
        payload = start + 2 if qos else start
        if self._has_properties and payload < end:
            payload = self._after_properties(payload, end)
        if payload > end:
            self._foreign = end - self._position
            return None
        self._position = end
        packet_id = data[start] << 8 | data[start + 1] if qos else 0
        return Publish(data[body + 2 : start], data[payload:end], qos, bool(head & 1), packet_id)

    def _after_properties(self, start: int, end: int) -> int:
        """Return where the payload begins after the properties, none of which is used (MQTT 5.0, 2.2.2)."""
        data = self._data
        length = data[start]
        if length == 0:
            return start + 1
        length = shift = 0
        for index in range(start, min(start + _LENGTH_BYTES, end)):
            length |= (data[index] & 0x7F) << shift
            if data[index] < 0x80:  # noqa: PLR2004 - no continuation bit
                return index + 1 + length
            shift += 7
        return end + 1

    def _pass_over(self, head: int, body: int, end: int) -> Publish | None:
        """Return an over-long packet without its payload, which is skipped; None until its topic has come."""
        data = self._data
        if len(data) < body + 2:
            return None
        topic_end = body + 2 + (data[body] << 8 | data[body + 1])
        qos = head >> 1 & 3
        payload = topic_end + 2 if qos else topic_end
        if len(data) < payload:
            return None
        packet_id = data[topic_end] << 8 | data[topic_end + 1] if qos else 0
        publish = Publish(data[body + 2 : topic_end], b"", qos, bool(head & 1), packet_id, excess=end - payload)
        self._skipped = max(0, end - len(data))
        self._position = min(end, len(data))
        return publish
