"""Debian's Prometheus with the files we ship."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.ports import free_port
from tests.support.processes import ROOT, Program, find_program
from tests.support.waiting import wait_until

_SHIPPED = ROOT / "packaging/prometheus"
_RULES = yaml.safe_load((_SHIPPED / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]


def promtool(*words: str | Path, text: str = "") -> str:
    """Return what promtool says, which must be content."""
    found = subprocess.run(
        [find_program("promtool"), *words], input=text, capture_output=True, text=True, check=False, cwd=_SHIPPED
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture
def bridge(start_bridge: StartBridge) -> Bridge:
    """A bridge that is ready."""
    bridge = start_bridge("--broker", "none", "--max-tags", "2")
    bridge.wait_ready()
    return bridge


@pytest.fixture
def prometheus(bridge: Bridge, tmp_path: Path) -> Iterator[str]:
    """The address of a Prometheus that scrapes the bridge five times as often as shipped."""
    for shipped in _SHIPPED.iterdir():
        text = shipped.read_text(encoding="utf-8").replace("bridge:8080", f"127.0.0.1:{bridge.port}")
        (tmp_path / shipped.name).write_text(text.replace("interval: 5s", "interval: 1s"))
    address = f"127.0.0.1:{free_port()}"
    words = [f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    program = Program([find_program("prometheus"), *words, f"--web.listen-address={address}"])
    program.wait_for("Server is ready")
    yield f"http://{address}/api/v1"
    program.stop()
    shutil.rmtree(tmp_path / "data")


def value_of(prometheus: str, expression: str) -> float | None:
    """Return the answer to a query with one number, None while there is none."""
    found = requests.get(f"{prometheus}/query", params={"query": expression}, timeout=10).json()["data"]["result"]
    return float(found[0]["value"][1]) if found else None


def test_promtool_finds_nothing_wrong(bridge: Bridge) -> None:
    """With the configuration, the rules and their test, and the names and help texts of all figures."""
    promtool("check", "config", "prometheus.yml")
    promtool("test", "rules", ROOT / "tests/tools/alerts.test.yml")
    promtool("check", "metrics", text=bridge.get("metrics").text)


def test_figures_and_alerts_of_a_bridge(bridge: Bridge, prometheus: str) -> None:
    """It is up, its tags are counted, and every rule can be evaluated."""
    bridge.post("api/v1/samples", [{"tag": "a", "value": 1}, {"tag": "b", "value": 2}])
    wait_until(lambda: value_of(prometheus, 'up{job="mqtt-plot"}') == 1, "the first scrape")
    wait_until(lambda: value_of(prometheus, "mqtt_plot_tags") == 2, "the tags")

    def rules() -> dict[str, str]:
        groups = requests.get(f"{prometheus}/rules", timeout=10).json()["data"]["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    wait_until(lambda: set(rules().values()) == {"ok"}, "all rules to be evaluated")
    assert set(rules()) == {rule["alert"] for rule in _RULES}
