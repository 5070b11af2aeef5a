"""Publishes numbered samples as fast as asked, from a process of its own so that it does not share the bridge's interpreter.

`python -m tests.support.flood PORT MESSAGES TAGS PER_SECOND QOS` (PER_SECOND 0: as fast as the broker takes them) speaks MQTT 3.1.1 on
a plain socket, since a client library is slower than what it should load. Message i goes to tag i % TAGS with the value i. It prints
the seconds it took.
"""

import json
import socket
import sys
import threading
import time

BATCH = 200


def topic(tag: int) -> str:
    """Return the topic of a tag's number."""
    return f"plot/line{tag // 20}/tag{tag}"


def packet(number: int, tags: int, qos: int) -> bytes:
    """Return the PUBLISH of a message (MQTT 3.1.1, section 3.3); all are shorter than 128 bytes."""
    name = topic(number % tags).encode()
    body = len(name).to_bytes(2, "big") + name
    if qos:
        body += (1 + number % 65_535).to_bytes(2, "big")
    body += json.dumps({"value": number, "unit": "°C"}).encode()
    return bytes((0x30 | qos << 1, len(body))) + body


def _read_all(connection: socket.socket) -> None:
    """Take acknowledgements until the broker hangs up."""
    while connection.recv(65_536):
        pass


def main(port: int, messages: int, tags: int, per_second: int, qos: int) -> None:
    """Publish everything, and wait until the broker has taken the last one."""
    packets = [packet(number, tags, qos) for number in range(messages)]
    client_id = b"flood"
    connect = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(client_id).to_bytes(2, "big") + client_id
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(bytes((0x10, len(connect))) + connect)
        assert connection.recv(4) == b"\x20\x02\x00\x00"
        reader = threading.Thread(target=_read_all, args=(connection,))
        reader.start()
        begin = time.monotonic()
        for start in range(0, messages, BATCH):
            if per_second:
                time.sleep(max(0.0, begin + start / per_second - time.monotonic()))
            connection.sendall(b"".join(packets[start : start + BATCH]))
        seconds = time.monotonic() - begin
        connection.sendall(b"\xe0\x00")
        reader.join()
    print(f"published in {seconds:.3f} s", flush=True)  # noqa: T201 - it is how the test learns of it


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
