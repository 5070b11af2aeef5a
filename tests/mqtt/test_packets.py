import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import SourceError
from mqtt_plot.mqtt.packets import PacketStream, Publish, encode_puback

PINGRESP = b"\xd0\x00"
SUBACK = b"\x90\x04\x00\x01\x00\x01"


def encode_length(n: int) -> bytes:
    out = bytearray()
    while True:
        n, digit = divmod(n, 128)
        out.append(digit | (0x80 if n else 0))
        if not n:
            return bytes(out)


def encode(publish: Publish, properties: bytes | None = None) -> bytes:
    body = struct.pack(">H", len(publish.topic)) + publish.topic
    if publish.qos:
        body += struct.pack(">H", publish.packet_id)
    if properties is not None:
        body += encode_length(len(properties)) + properties
    body += publish.payload
    return bytes([0x30 | publish.qos << 1 | publish.is_retained]) + encode_length(len(body)) + body


def drain(stream: PacketStream) -> tuple[list[Publish], bytes]:
    """Return all messages, and the bytes left for paho, which reads them a few at a time."""
    publishes, foreign = list[Publish](), b""
    while True:
        publishes += stream.publishes()
        try:
            foreign += stream.read(3)
        except BlockingIOError:
            return publishes, foreign


publish_strategy = st.builds(
    lambda topic, payload, qos, is_retained, packet_id: Publish(
        topic, payload, qos, is_retained, packet_id if qos else 0
    ),
    st.binary(min_size=1, max_size=200),
    st.binary(max_size=300),
    st.sampled_from([0, 1]),
    st.booleans(),
    st.integers(1, 65535),
)


@given(
    st.lists(st.one_of(publish_strategy, st.sampled_from([PINGRESP, SUBACK])), max_size=12),
    st.lists(st.integers(1, 400), max_size=8),
    st.one_of(st.none(), st.binary(max_size=150)),
)
def test_however_the_stream_is_cut_each_message_comes_once_and_paho_gets_the_rest(
    items: list[Publish | bytes], cuts: list[int], properties: bytes | None
) -> None:
    """The network cuts a stream anywhere."""
    data = b"".join(item if isinstance(item, bytes) else encode(item, properties) for item in items)
    stream = PacketStream(has_properties=properties is not None, max_packet=10_000)
    publishes, foreign = list[Publish](), b""
    for size in [*cuts, len(data)]:
        stream.feed(data[:size])
        data = data[size:]
        more, others = drain(stream)
        publishes += more
        foreign += others
    assert publishes == [item for item in items if isinstance(item, Publish)]
    assert foreign == b"".join(item for item in items if isinstance(item, bytes))


@pytest.mark.parametrize("qos", [0, 1])
def test_an_over_long_message_passes_by_unheld_and_the_next_one_is_found(qos: int) -> None:
    """50 MB in 64 KiB reads leave nothing behind but their size."""
    size = 50 * 1024 * 1024
    head = struct.pack(">H", 3) + b"big" + (b"\x00\x07" if qos else b"")
    length = len(head) + size
    stream = PacketStream(has_properties=False, max_packet=1000)
    stream.feed(bytes([0x30 | qos << 1]) + encode_length(length) + head)
    publishes = list(stream.publishes())
    for _ in range(size // 65536):
        stream.feed(bytes(65536))
        assert list(stream.publishes()) == []
    stream.feed(encode(Publish(b"next", b"1", 0, is_retained=False, packet_id=0)))
    publishes += stream.publishes()
    assert publishes == [
        Publish(b"big", b"", qos, is_retained=False, packet_id=7 if qos else 0, excess=size),
        Publish(b"next", b"1", 0, is_retained=False, packet_id=0),
    ]


@pytest.mark.parametrize(
    "malformed",
    [
        b"\x30\x01\x00",
        b"\x30\x02\x00\x05",
        b"\x32\x04\x00\x01aa",
        b"\x30\x05\x00\x01a\x81\x81",
        b"\x30\xff\xff\xff\xff\x01",
    ],
    ids=[
        "no topic length",
        "topic beyond the packet",
        "half a packet id",
        "endless properties",
        "five bytes of length",
    ],
)
def test_a_malformed_packet_is_left_to_paho_which_hangs_up(malformed: bytes) -> None:
    """One authority decides what ends a connection."""
    stream = PacketStream(has_properties=True, max_packet=1000)
    stream.feed(malformed)
    assert drain(stream) == ([], malformed)


def test_qos_2_is_left_to_paho_with_its_handshake() -> None:
    """A session kept from an earlier subscription may bring it."""
    packet = b"\x34\x06\x00\x01a\x00\x09x"
    stream = PacketStream(has_properties=False, max_packet=1000)
    stream.feed(packet)
    assert drain(stream) == ([], packet)


def test_a_puback_is_four_bytes() -> None:
    """MQTT 5.0, section 3.4: reason code and properties may be left away for success."""
    assert encode_puback(0x1234) == b"\x40\x02\x12\x34"


@pytest.mark.parametrize("head", [0x34, 0x90, 0x20, 0x50], ids=["QoS 2", "SUBACK", "CONNACK", "PUBREC"])
def test_what_is_left_to_paho_is_bounded_too(head: int) -> None:
    """Paho would gather all of it: 60 MB of a SUBACK cost 57 MiB."""
    stream = PacketStream(has_properties=True, max_packet=1000)
    stream.feed(bytes([head]) + encode_length(60_000_000) + b"\x00\x01a")
    with pytest.raises(SourceError, match="a packet of 60000000 bytes"):
        list(stream.publishes())
