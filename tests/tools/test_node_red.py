"""Node-RED from npm with the flow we ship: to the bridge over MQTT and HTTP, and back from it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.broker import Broker
from tests.support.listener import Listener
from tests.support.ports import free_port
from tests.support.processes import ROOT, Program, find_program
from tests.support.waiting import wait_until

_FLOW = ROOT / "packaging/node-red/flow.json"
_NODE_RED = ROOT / ".venv/node-red/node_modules/node-red/red.js"


@pytest.fixture
def bridge(broker: Broker, start_bridge: StartBridge, tmp_path: Path) -> Iterator[Bridge]:
    """A bridge and Node-RED at one broker."""
    bridge = start_bridge("--broker", broker.url, "--publish-events", "plot-events")
    bridge.wait_ready()
    flow = _FLOW.read_text(encoding="utf-8").replace("localhost:8080", f"127.0.0.1:{bridge.port}")
    nodes = json.loads(flow)
    for node in nodes:
        if node["type"] == "mqtt-broker":
            node |= {"broker": "127.0.0.1", "port": str(broker.port)}
    (tmp_path / "flow.json").write_text(json.dumps(nodes))
    (tmp_path / "settings.js").write_text(
        f'module.exports = {{uiHost: "127.0.0.1", uiPort: {free_port()}, telemetry: {{enabled: false}}}};'
    )
    words: list[str | Path] = [_NODE_RED, "--userDir", tmp_path, "--settings", tmp_path / "settings.js", "flow.json"]
    node_red = Program([find_program("node"), *words], {"HOME": str(tmp_path)})
    node_red.wait_for("Started flows", 60.0)
    yield bridge
    node_red.stop()


def test_the_flow_works_in_both_directions(bridge: Bridge, broker: Broker) -> None:
    """Samples over MQTT and HTTP become tags; an event comes back in words, and the mean of the last minute as a number."""
    with Listener(broker.port, "node-red/#") as heard:
        tags = bridge.wait_tags("node-red/level", "node-red/left", "node-red/right")
        bridge.request("PUT", "api/v1/limits?tag=node-red/level", json={"hi": 1})
        wait_until(
            lambda: {"node-red/alarm", "node-red/mean"} <= set(heard.last), "what the flow makes of our answers", 30.0
        )
    text = heard.last["node-red/alarm"].decode()
    assert (
        tags["node-red/level"]["unit"],
        text.startswith("node-red/level: hi begin, "),
        text.endswith("(limit 1)"),
    ) == (
        "%",
        True,
        True,
    )
    assert 0 < float(heard.last["node-red/mean"]) < 100
