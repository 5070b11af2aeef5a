"""What a bridge and a point cost in memory."""

import json
import sys
import time
import tracemalloc
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.store.store import Limits, Store
from tests.support.bridge import Bridge
from tests.support.broker import Broker

pytestmark = pytest.mark.timing

MIB = 2**20
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def resident(bridge: Bridge) -> float:
    """Return the resident memory of the bridge in MiB."""
    lines = Path(f"/proc/{bridge.pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def test_a_stored_point_takes_at_most_18_bytes() -> None:
    """Two float64 columns are 16 bytes; all else that a store holds for full series is less than 2 bytes a point."""
    tags, points, pieces = 50, 10_000, 10
    store = Store(Limits(max_points=points), Counters())
    column = array("d", range(points // pieces))
    tracemalloc.start()
    try:
        for number in range(tags):
            series = store.open(f"line1/tag{number}")
            for _ in range(pieces):
                store.extend(series, column, column)
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert store.points == tags * points
    assert 16 <= grown / store.points <= 18


@ON_LINUX
@pytest.mark.slow
def test_an_idle_bridge(broker: Broker, start_bridge: Callable[..., Bridge]) -> None:
    """A bridge that is connected and has nothing to do stays below 40 MiB."""
    bridge = start_bridge("--broker", broker.url)
    bridge.wait_ready()
    assert resident(bridge) <= 40


@ON_LINUX
@pytest.mark.slow
def test_ten_thousand_tags(start_bridge: Callable[..., Bridge]) -> None:
    """10,000 tags with 300 points each, limits raised, stay below 128 MiB."""
    tags, points = 10_000, 300
    bridge = start_bridge("--broker", "none", "--max-tags", str(tags), "--max-points", str(points))
    now = time.time()
    times = [round(now - points + i, 3) for i in range(points)]
    columns = json.dumps({"ts": times, "value": [i / 8 for i in range(points)]})[1:]
    for first in range(0, tags, 20):
        body = ",".join(f'{{"tag": "line{first}/tag{number}", {columns}' for number in range(first, first + 20))
        assert bridge.post("api/v1/samples", f"[{body}]").ok
    status = bridge.status()
    assert (status["tags"], status["points"]) == (tags, tags * points)
    assert resident(bridge) <= 128
