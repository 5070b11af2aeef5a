"""No payload of 256 KiB keeps a parser busy for long: the worst that are known, each with its time."""

import contextlib
import json
import time

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers.formats import MAX_PAYLOAD, Rules, parse
from mqtt_plot.parsers.sparkplug import Nodes
from tests.support.slowness import slowness

pytestmark = pytest.mark.timing

# The aim is 10 ms on an idle machine (benchmarks/fuzz_parsers.py measures that); the tests share theirs with others.
LIMIT_SECONDS = 0.040


def filled(head: bytes, part: bytes, tail: bytes = b"", limit: int = 10**9) -> bytes:
    """Return a payload of `part`, repeated up to the size limit or `limit` times."""
    room = (MAX_PAYLOAD - len(head) - len(tail)) // len(part)
    return head + part * min(room, limit) + tail


def keyed(value: str, n: int) -> bytes:
    """Return an object of `n` different keys."""
    return json.dumps({f"k{i}": value for i in range(n)}).encode()[:MAX_PAYLOAD]


WORST: dict[str, bytes] = {
    "objects": filled(b"[", b'{"value":1},', b'{"value":1}]', 4_999),
    "objects with stamps": filled(b"[", b'{"value":1,"ts":1700000000},', b'{"value":1}]', 4_999),
    "objects with numbers in quotes": filled(b"[", b'{"value":"1.5"},', b'{"value":1}]', 4_999),
    "objects with decimal commas": filled(b"[", b'{"value":"1,5"},', b'{"value":1}]', 4_999),
    "objects that are refused": filled(b"[", b'{"value":[]},', b'{"value":1}]', 4_999),
    "objects of leaves": filled(b"[", b'{"t":1700000000,"a":1},', b'{"t":1700000000}]', 4_999),
    "objects with ISO stamps": filled(b"[", b'{"value":1,"ts":"2023-11-14T22:13:20Z"},', b'{"value":1}]', 4_999),
    "objects with week stamps": filled(b"[", b'{"value":1,"ts":"2023-11-14T24"},', b'{"value":1}]', 4_999),
    "columns": b'{"value":[' + b"1.5," * 9_999 + b'1.5],"ts":[' + b"1700000000," * 9_999 + b"1700000000]}",
    "columns with ISO stamps": b'{"value":[' + b"1," * 8_999 + b'1],"ts":[' + b'"2023-11-14T22:13:20Z",' * 8_999 + b'"2023-11-14T22:13:20Z"]}',
    "columns with week stamps": b'{"value":[' + b"1," * 9_999 + b'1],"ts":[' + b'"2023-11-14T24",' * 9_999 + b'"2023-11-14T24"]}',
    "columns with decimal commas": b'{"value":[' + b'"1,5",' * 9_999 + b'"1,5"]}',
    "columns with words": b'{"value":[' + b'"ON",' * 9_999 + b'"ON"]}',
    "columns with milliseconds": b'{"value":[' + b"1.5," * 9_999 + b'1.5],"ts":[' + b"1700000000000," * 9_999 + b"1700000000000]}",
    "words that JSON does not have": b"[" + b"nan," * 16_000 + b"None]",
    "broken texts": filled(b'{"a":nan', b'"b" "'),
    "an array of numbers": filled(b"[", b"1,", b"1]"),
    "an object of texts": keyed("some text that is no state since it is long enough", 4_000),
    "an object of words": keyed("on", 20_000),
    "an object of empty arrays": filled(b'{"a":[', b"[],", b"[]]}"),
    "an object of empty objects": filled(b'{"a":[', b"{},", b"{}]}"),
    "one key many times": filled(b"{", b'"a":1,', b'"a":1}'),
    "objects within objects": filled(b"", b'{"a":', b"", 900) + b"1" + b"}" * 900,
    "SenML records": filled(b'[{"bn":"a","v":1},', b'{"v":1,"t":5},', b'{"v":1}]', 2_498),
    "SenML records that are refused": filled(b'[{"bn":"a","v":1},', b'{"v":{}},', b'{"v":1}]', 2_498),
    "SenML names": b'[{"bn":"a"},' + b",".join(b'{"n":"%d","v":1}' % i for i in range(2_498)) + b"]",
    "CBOR numbers": b"\x9f" + b"\x01" * (MAX_PAYLOAD - 2) + b"\xff",
    "CBOR records": b"\x9f" + b"\xa2\x00\x61a\x02\x01" * 999 + b"\xff",
    "CBOR maps": b"\x9f" + b"\xa0" * (MAX_PAYLOAD - 2) + b"\xff",
    "CBOR text in pieces": b"\x9f\x7f" + b"\x61a" * 100_000 + b"\xff\xff",
    "lines": filled(b"", b"a b=1\n", limit=1_199),
    "lines with texts": filled(b"", b'a b="ON"\n', limit=1_199),
    "lines with tags": filled(b"", b"a,b=c,d=e f=1,g=2 1700000000000000000\n", limit=1_199),
    "lines that are refused": filled(b"", b"a b=c\n", limit=1_199),
    "lines with open quotes": filled(b"a b=1\n", b'a b="\n', limit=1_190),
    "a line of fields": filled(b"m a=1", b",a=1"),
    "a line of tags": filled(b"m", b",a=1", b" a=1"),
    "a line of escapes": filled(b"m", b"\\ ", b" a=1"),
    "OPC UA messages": filled(b'{"MessageType":"ua-data","Messages":[', b'{"Payload":{"a":{"Value":1}}},', b'{"Payload":{}}]}', 999),
    "OPC UA fields": b'{"MessageType":"ua-data","Messages":[{"Payload":' + keyed("1", 15_000)[:-1] + b"}}]}",
    "digits": filled(b"", b"9"),
    "digits and a letter": filled(b"", b"9", b"x"),
    "a word": filled(b"", b"x"),
    "quotes": filled(b"", b"'"),
    "quotes within quotes": b"'" * 40 + b"1,5" + b"'" * 40,
    "blanks": filled(b"", b" ", b"x"),
    "zeros": filled(b"", b"\x00"),
    "two-byte text": "1".encode("utf-16-le") * (MAX_PAYLOAD // 2),
    "Latin-1 text": filled(b"{", b"\xb0", b"}"),
    "sensors of devices": b"[" + b",".join(b'{"device":"d%d","sensor":"s","x":1}' % i for i in range(5_000)) + b"]",
    "records of bad quality": b'{"values":[' + b",".join(b'{"id":"a%d","v":1,"q":0}' % i for i in range(5_000)) + b"]}",
    "ids that the other objects do not have": b"[{" + b",".join(b'"a%did":1' % i for i in range(9_000)) + b"}" + b',{"b":1}' * 9_000 + b"]",
    "names in one list for others": json.dumps({"name": [f"n{i}" for i in range(9_000)], "p": [1] * 9_000, "q": [2] * 9_000}).encode(),
    "keys that end as names do": json.dumps({f"k{i}Name": f"v{i}" for i in range(10_000)}).encode(),
    "measurements in a text": b"Temp: 1.5 C " * 340,
    "brackets": filled(b"", b"["),
    "braces": filled(b"", b'{"a":'),
}  # fmt: skip


def best_of(n: int, payload: bytes) -> float:
    """Return the least processor time of `n` runs: what the parser takes, not what the machine was busy with."""
    best = float("inf")
    for _ in range(n):
        before = time.process_time()
        with contextlib.suppress(PayloadError):
            parse(payload, Rules(), 1.7e9)
        best = min(best, time.process_time() - before)
    return best


@pytest.mark.parametrize("name", WORST)
def test_the_worst_payloads_take_no_longer_than_the_limit(name: str) -> None:
    """Limits on points, names and depth hold the time of every format down, whatever a payload repeats."""
    payload = WORST[name]
    assert len(payload) <= MAX_PAYLOAD
    assert best_of(3, payload) < LIMIT_SECONDS * slowness()


SPARKPLUG = {
    "metrics": b"\x12\x02\x10\x01" * (MAX_PAYLOAD // 4),
    "metrics with names": b"".join(b"\x12\x0a\x0a\x04%04d\x10\x01\x50\x05" % i for i in range(1_250)),
    "empty fields": b"\x20\x00" * (MAX_PAYLOAD // 2),
    "empty fields of a metric": b"\x12\xfc\xff\x0f" + b"\x20\x00" * 131_070,
    "an endless number": b"\x08" + b"\x80" * (MAX_PAYLOAD - 1),
}


@pytest.mark.parametrize("name", SPARKPLUG)
def test_the_worst_births_take_no_longer_than_the_limit(name: str) -> None:
    """The same for Sparkplug, whose births are the largest messages."""
    best = float("inf")
    for _ in range(3):
        before = time.process_time()
        with contextlib.suppress(PayloadError):
            Nodes().parse("spBv1.0/g/NBIRTH/n", SPARKPLUG[name], Rules(), 1.7e9)
        best = min(best, time.process_time() - before)
    assert best < LIMIT_SECONDS * slowness()
