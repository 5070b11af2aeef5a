"""docs/tools.md: the addresses that other tools are given answer with the columns that are named there."""

import re

import pytest

from tests.conftest import StartBridge
from tests.support.processes import ROOT

_TEXT = (ROOT / "docs/tools.md").read_text(encoding="utf-8")
_MACROS = {"${__from:date:seconds}": "1700000000", "${__to:date:seconds}": "1700000004"}


@pytest.mark.parametrize("path", re.findall(r"http://[\w.]+:8080/(api\S+\?\S+?)[\"`]", _TEXT))
def test_an_address_for_another_tool_answers_csv(start_bridge: StartBridge, path: str) -> None:
    """Time in POSIX seconds, and a column per tag; within the window that is asked for."""
    bridge = start_bridge("--broker", "none")
    samples = [{"tag": tag, "value": n, "ts": 1.7e9 + n} for n in range(9) for tag in ("line1/temp", "line1/flow")]
    bridge.post("api/v1/samples", samples)
    for macro, value in _MACROS.items():
        path = path.replace(macro, value)
    lines = bridge.request("GET", path).text.splitlines()
    tags = re.findall(r"tag=([^&]+)", path)
    assert lines[:2] == [",".join(["time", *tags]), ",".join(["1700000000.0", *("0.0" for _ in tags)])]
    assert len(lines) == 1 + (5 if "end=" in path else 9)
