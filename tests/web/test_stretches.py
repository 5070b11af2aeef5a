"""No answer holds the loop: with a full store, the longest turn of the event loop under each route."""

import asyncio
import http.client
import json
import random
import socket
import struct
from array import array
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from mqtt_plot.ingest.consumer import InboxConsumer
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits
from mqtt_plot.web.routes import make_app
from tests.support.site import NOW, Site
from tests.support.slowness import slowness
from tests.support.stretches import measured
from tests.support.waiting import until

pytestmark = pytest.mark.timing

TAGS, LONG_TAGS, POINTS, MANY_TAGS, LONGEST = 900, 100, 10_000, 10_000, 100_000
# Aim: 10 ms. Processor time still doubles where two programs share a core, and a machine of the CI is slower than ours.
MOST_SECONDS = 0.040
LONG = urlencode([("tag", f"t{i}") for i in range(LONG_TAGS)])
SAMPLES = json.dumps([{"tag": f"t{i % 100}", "value": i / 8} for i in range(5_000)]).encode()
COLUMNS = json.dumps({"tag": "c", "ts": [NOW + i for i in range(5_000)], "value": [0.5] * 5_000}).encode()
TABLE = b"time," + b",".join(b"c%d" % i for i in range(40)) + b"\n"
TABLE += b"".join(b"%d," % (NOW - 1000 + i) + b",".join([b"1.25"] * 40) + b"\n" for i in range(1_000))
LINES = b"".join(b"m%d v=%d\n" % (i % 100, i) for i in range(1_200))
UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
KINDS = {b"time,": "text/csv", b"m0 ": "text/plain", b"#": "text/plain"}

ROUTES = [
    ("GET", "/api/v1/series?format=csv&" + LONG, b"", 200),
    ("GET", "/api/v1/series?format=csv&points=1000&" + LONG, b"", 200),
    ("GET", "/api/v1/series?tag=t0", b"", 200),
    ("GET", "/api/v1/series?tag=unordered", b"", 200),
    ("GET", "/api/v1/series?tag=unordered&format=csv", b"", 200),
    ("GET", "/api/v1/tags", b"", 200),
    ("GET", "/api/v1/status", b"", 200),
    ("GET", "/api/v1/openapi.json", b"", 200),
    ("GET", "/api/v1/recordings", b"", 200),
    ("GET", "/api/v1/recordings?file=long.csv", b"", 200),
    ("GET", "/api/v1/replays", b"", 200),
    ("POST", "/api/v1/replays", b'{"file": "long.csv", "fast": true}', 201),
    ("GET", "/api/v1/verdicts", b"", 200),
    ("GET", "/api/v1/meta?tag=t0", b"", 200),
    ("PUT", "/api/v1/meta?tag=t0", b'{"unit": "C"}', 200),
    ("GET", "/api/v1/dashboards", b"", 200),
    ("PUT", "/api/v1/dashboards/a", json.dumps({"mqtt_plot_dashboard": 1, "query": "tag=t0&" * 8_000}).encode(), 201),
    ("GET", "/api/v1/dashboards/a", b"", 404),
    ("POST", "/api/v1/samples", SAMPLES, 200),
    ("POST", "/api/v1/samples", COLUMNS, 200),
    ("POST", "/api/v1/samples", TABLE, 200),
    ("POST", "/api/v1/samples", LINES, 200),
    ("POST", "/api/v1/samples", b"# none\n" * 30_000, 400),
    ("POST", "/api/v1/upload?prefix=u/", TABLE * 3, 200),
    ("DELETE", "/api/v1/series?tag=t899", b"", 204),
    ("GET", "/metrics", b"", 200),
    ("GET", "/-/healthy", b"", 200),
    ("GET", "/-/ready", b"", 200),
    ("GET", "/", b"", 200),
    ("GET", "/available_plots", b"", 200),
    ("GET", "/current_data?tag=t0", b"", 200),
    ("GET", "/plot_id?tag=unordered", b"", 200),
    ("GET", "/state", b"", 200),
    ("POST", "/", b'{"tag": "t0", "value": 1}', 200),
]


def fetch(port: int, method: str, path: str, body: bytes) -> int:
    """Ask from another thread, and read all of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    kind = next((kind for mark, kind in KINDS.items() if body.startswith(mark)), "")
    connection.request(method, path, body or None, {"Content-Type": kind})
    answer = connection.getresponse()
    while answer.read(1 << 16):
        pass
    connection.close()
    return answer.status


@pytest.fixture
async def full_site(start_site: Callable[..., Site], tmp_path: Path) -> Site:
    """A site with as much in it as the default limits allow."""
    (tmp_path / "recordings").mkdir()
    rows = "".join(f"{NOW + i},{i % 7},{i % 5}\n" for i in range(20_000))
    (tmp_path / "recordings" / "long.csv").write_text("time,a,b\n" + rows)
    site = start_site(recordings=tmp_path / "recordings", dashboards=tmp_path)
    times = array("d", [NOW - POINTS + n for n in range(POINTS)])
    values = array("d", [n % 977 / 7 for n in range(POINTS)])
    for i in range(TAGS):
        first = 0 if i < LONG_TAGS else POINTS - 20
        series = site.store.open(f"t{i}")
        site.store.append(series, times[first], values[first])
        site.store.extend(series, times[first + 1 :], values[first + 1 :])  # of a tag that is known to be a number
    times = array("d", [NOW - n for n in range(POINTS)])
    random.Random(1).shuffle(times)  # noqa: S311 - no secret
    site.store.extend(site.store.open("unordered"), times, times)
    return site


QUESTIONS = [
    "series?tag=shuffled",
    "series?tag=shuffled&format=csv",
    "series?tag=shuffled&points=1500",
    "series?tag=state&points=60000",
    "series?tag=shuffled&step=60",
    "series?tag=shuffled&outline=1",
    "statistics?tag=shuffled",
    "statistics?tag=state",
    "tags",
]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_answer_of_a_long_tag_holds_the_loop(start_site: Callable[..., Site], question: str) -> None:
    """As long as a tag may be, with its points in no order, or of states."""
    site = start_site(limits=Limits(max_points=LONGEST))
    times = array("d", [NOW - n for n in range(LONGEST)])
    site.store.extend(
        site.store.open("state"), times[::-1], array("d", [n % 2 for n in range(LONGEST)]), are_booleans=True
    )
    random.Random(1).shuffle(times)  # noqa: S311 - no secret
    site.store.extend(site.store.open("shuffled"), times, times)
    with measured() as stretches:
        assert await asyncio.to_thread(fetch, site.port, "GET", f"/api/v1/{question}", b"") == 200
    assert stretches.longest < MOST_SECONDS / 2 * slowness()


async def test_a_page_of_shuffled_tags_does_not_hold_the_loop(start_site: Callable[..., Site]) -> None:
    """Their snapshots are put in order slice by slice, and so are stretches of the past."""
    site = start_site(limits=Limits(max_points=LONGEST))
    times = array("d", [NOW - n for n in range(LONGEST)])
    random.Random(1).shuffle(times)  # noqa: S311 - no secret
    for tag in ("a", "b"):
        site.store.extend(site.store.open(tag), times, times)
    site.store.append(site.store.find("b"), NOW, 1.5)
    ring = site.store.find("b").ring
    ends = float(ring.first), float(ring.next)
    past = {"type": "range", "request": 1, "tag": "a", "start": NOW - 5000, "end": NOW, "points": 1500, "pad": " " * 99}
    follow = {"type": "follow", "tags": ["a", "b"], "points": 1500, "pad": " " * 99}
    with measured() as stretches:
        await asyncio.to_thread(watch, site.port, [past, follow], struct.pack("<dd", *ends))
    assert stretches.longest < MOST_SECONDS / 2 * slowness()


@pytest.mark.parametrize(("method", "path", "body", "status"), ROUTES, ids=lambda item: str(item)[:40])
async def test_no_route_holds_the_loop(full_site: Site, method: str, path: str, body: bytes, status: int) -> None:
    """Whatever is asked for, the loop looks at its sockets and timers again soon."""
    with measured() as stretches:
        assert await asyncio.to_thread(fetch, full_site.port, method, path, body) == status
    assert stretches.longest < MOST_SECONDS * slowness()


def objects(beside: dict[str, object]) -> bytes:
    return json.dumps([{"value": n / 8, "ts": NOW - 5_000 + n, **beside} for n in range(5_000)]).encode()


MESSAGES = [
    ("plot/new", objects({})),
    ("plot/t0", objects({})),
    ("plot/watched", objects({})),
    ("plot/scaled", objects({})),
    ("plot/t0", json.dumps([{"tag": f"n{n % 90}", "value": n / 8} for n in range(5_000)]).encode()),
    ("plot/t0", COLUMNS),
    ("plot/late", json.dumps({"ts": [NOW - n * 7919 % 5_000 for n in range(5_000)], "value": [0.5] * 5_000}).encode()),
    ("plot/t0", LINES),
    ("plot/t0", b"[" + b",".join([b"1"] * 10_000) + b"]"),
]


@pytest.mark.parametrize(("topic", "payload"), MESSAGES, ids=lambda item: str(item)[:40])
async def test_no_message_holds_the_loop(full_site: Site, topic: str, payload: bytes) -> None:
    """Nor does a message of a device, with as many samples as it may have."""
    ingest = full_site.services.ingest
    described = (("watched", b'{"hi": 100, "lo": 1}'), ("scaled", b'{"gain": 2, "wrap": 1000}'))
    ingest.accept_messages([Message(f"plot/{tag}/$meta", meta, NOW) for tag, meta in described])
    consumer = InboxConsumer(ingest)
    consumer.start(lambda _: None)
    consumer.inbox.put([Message(topic, payload, NOW), Message("plot/t1", b"-1", NOW)])
    with measured() as stretches:
        asyncio.get_running_loop().call_soon(consumer.drain)
        await until(lambda: ingest.store.find("t1").ring.last() == (NOW, -1.0), "what comes behind")
    await consumer.stop()
    assert stretches.longest < MOST_SECONDS * slowness()


async def test_many_answers_at_once_do_not_hold_the_loop(full_site: Site) -> None:
    """Nor do many at a time: they make their slices in turn."""
    with measured() as stretches:
        asked = [
            ("GET", "/api/v1/series?format=csv&tag=t0&tag=t1&tag=unordered", b""),
            ("POST", "/api/v1/samples", SAMPLES),
        ]
        answers = [asyncio.to_thread(fetch, full_site.port, *one) for one in asked * 10]
        assert set(await asyncio.gather(*answers)) == {200}
    assert stretches.longest < MOST_SECONDS * slowness()


def watch(port: int, asked: list[dict[str, object]], until: bytes) -> None:
    """Open a WebSocket, ask for all this, and read until this has come."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(UPGRADE)
        for fields in asked:
            text = json.dumps(fields).encode()
            client.sendall(b"\x81\xfe" + struct.pack(">H", len(text)) + bytes(4) + text)  # a mask of zeros
        got = b""
        while until not in got[-200_000:]:
            part = client.recv(1 << 16)
            assert part
            got += part


async def test_a_page_that_opens_does_not_hold_the_loop(full_site: Site) -> None:
    """Four browsers at once follow 100 tags and look at stretches of each: snapshots and ranges come bit by bit."""
    tags = [f"t{i}" for i in range(LONG_TAGS - 1)] + ["unordered"]
    ranges = [
        {"type": "range", "request": n, "tag": tag, "start": NOW - 5000, "end": NOW, "points": 1500, "pad": " " * 99}
        for n, tag in enumerate(tags[-8:])
    ]
    follow = {"type": "follow", "tags": tags, "points": 1500}
    last = {"type": "range", "request": 99, "tag": "no such tag", "pad": " " * 99}
    with measured() as stretches:
        pages = [asyncio.to_thread(watch, full_site.port, [follow, *ranges, last], b"no such tag") for _ in range(4)]
        await asyncio.gather(*pages)
        await asyncio.sleep(0)
    assert stretches.longest < MOST_SECONDS * slowness()


async def test_pages_of_ten_thousand_tags_do_not_hold_the_loop(start_site: Callable[..., Site]) -> None:
    """The list and the table come in parts, and four browsers that come at once have theirs in turn."""
    site = start_site(limits=Limits(max_tags=MANY_TAGS))
    for i in range(MANY_TAGS):
        site.store.append(site.store.open(f"t{i}"), NOW, i / 8)
    site.live.measure()
    with measured() as stretches:
        last_row = struct.pack("<IId", MANY_TAGS, 0, NOW)
        pages = [asyncio.to_thread(watch, site.port, [], last_row) for _ in range(4)]
        await asyncio.gather(*pages)
    assert stretches.longest < MOST_SECONDS / 2 * slowness()


async def test_routes_that_take_no_questions_do_not_hold_the_loop(full_site: Site) -> None:
    """Also those that came later than the list above. Event streams send at most 1,000 points of a tag at a time."""
    rules = make_app(full_site.services).wildcard_router.rules
    patterns = [rule.matcher.regex.pattern for rule in rules if hasattr(rule.matcher, "regex")]
    paths = [pattern.rstrip("$").replace("\\", "") for pattern in patterns if "(" not in pattern]
    asked = {path.partition("?")[0] for _, path, _, _ in ROUTES} | {"/ws", "/api/v1/events"}
    for path in set(paths) - asked:
        with measured() as stretches:
            await asyncio.to_thread(fetch, full_site.port, "GET", path, b"")
        assert (path, stretches.longest < MOST_SECONDS * slowness()) == (path, True)
