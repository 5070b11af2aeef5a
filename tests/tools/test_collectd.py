"""Debian's collectd with the lines of docs/tools.md."""

from pathlib import Path

from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.fenced import blocks
from tests.support.processes import Program, find_program


def test_load_and_memory_of_a_machine_are_drawn(broker: Broker, start_bridge: StartBridge, tmp_path: Path) -> None:
    """Types with one value and with several."""
    (shown, *_) = blocks("tools.md", "collectd")
    shown = shown.replace('Host "localhost"', f'Host "127.0.0.1"\n    Port "{broker.port}"')
    config = tmp_path / "collectd.conf"
    config.write_text(f'Hostname "gw"\nInterval 1\nBaseDir "{tmp_path}"\n{shown}LoadPlugin load\nLoadPlugin memory\n')
    bridge = start_bridge("--broker", broker.url, "--topic", "collectd/#")
    bridge.wait_ready()
    collectd = Program([find_program("collectd"), "-f", "-C", config, "-P", tmp_path / "pid"])
    try:
        tags = bridge.wait_tags("gw/load/load/0", "gw/load/load/2", "gw/memory/memory-free")
    finally:
        collectd.stop()
    assert tags["gw/memory/memory-free"]["value"] > 1e6
    assert bridge.status()["counters"].get("messages_rejected", {}) == {}
