"""The ten lines of docs/tools.md and docs/notebook.ipynb, run as they are."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.fenced import blocks
from tests.support.processes import ROOT

_SECONDS = 60


def said(words: Sequence[str | Path], bridge: Bridge) -> str:
    """Return what a program prints that knows the bridge's address."""
    found = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "MQTT_PLOT_URL": bridge.url},
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture
def bridge(start_bridge: StartBridge) -> Bridge:
    """One with a ramp of 600 seconds and its double."""
    bridge = start_bridge("--broker", "none")
    for tag, factor in (("line1/temp", 1), ("line1/flow", 2)):
        times = [1.7e9 + n for n in range(600)]
        bridge.post("api/v1/samples", {"tag": tag, "ts": times, "value": [factor * n for n in range(600)]})
    return bridge


def test_ten_lines_read_a_window(bridge: Bridge) -> None:
    """A frame with an index of time, a column per tag, and their mean."""
    code = blocks("tools.md", "pandas, a notebook")[0].replace("http://localhost:8080/", bridge.url)
    last = "print(frame.index[-1].isoformat(), *frame.columns, *frame.mean())"
    assert len([line for line in code.splitlines() if line]) == 10
    assert said([sys.executable, "-c", f"{code}\n{last}"], bridge).splitlines()[-1] == (
        "2023-11-14T22:23:19+00:00 line1/temp line1/flow 299.5 599.0"
    )


def test_the_notebook_runs(bridge: Bridge, tmp_path: Path) -> None:
    """All cells, in order; the two tags correlate, and the bridge's figures are those of one of them."""
    notebook = shutil.copy(ROOT / "docs/notebook.ipynb", tmp_path)
    said([Path(sys.executable).with_name("jupyter-execute"), "--inplace", notebook], bridge)
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    outputs: list[dict[str, Any]] = [output for cell in cells for output in cell.get("outputs", [])]
    texts = ["".join(output["data"]["text/plain"]) for output in outputs]
    assert (len(texts), "line1/flow" in texts[0], texts[2].split().count("1.0")) == (4, True, 4)
    assert {line.split()[0]: float(line.split()[1]) for line in texts[3].splitlines()[:3]} == {
        "count": 600.0,
        "min": 0.0,
        "max": 599.0,
    }
