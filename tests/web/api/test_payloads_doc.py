"""docs/payloads.md does what it says: its commands are pasted into a shell, its answers compared."""

import re
import subprocess

from tests.conftest import StartBridge
from tests.support.processes import ROOT, find_program

_EXAMPLE = re.compile(r"```sh\n(.*?)```\n(?:```(?:json|csv|)\n(.*?)```)?", re.DOTALL)


def test_the_examples_of_the_payload_page_work_as_pasted(start_bridge: StartBridge) -> None:
    """Every command of the page, in its order, gives the answer printed below it."""
    assert find_program("curl")
    bridge = start_bridge("--broker", "none")
    examples = _EXAMPLE.findall((ROOT / "docs" / "payloads.md").read_text())
    compared = 0
    for command, answer in examples:
        pasted = command.replace("http://localhost:8080", bridge.url.rstrip("/"))
        result = subprocess.run(
            [find_program("bash"), "-ec", pasted], capture_output=True, text=True, check=True, timeout=20
        )
        if answer:
            assert result.stdout.replace("\r\n", "\n").strip() == answer.strip(), command
            compared += 1
    assert compared == 12
    assert [tag for tag in bridge.tags() if tag == "line1/vibration"] == []


def test_every_error_code_of_the_page_is_one_that_the_server_knows() -> None:
    """The table of errors names every code in the source, and none besides."""
    page = (ROOT / "docs" / "payloads.md").read_text()
    rows = re.findall(r"^\| (?:4|5)\d\d \| (.*?) \|", page, re.MULTILINE)
    named = {code for row in rows for code in re.findall(r"`(\w+)`", row)}
    source = (
        "".join(
            path.read_text()
            for part in ("parsers", "ingest", "web", "recordings")
            for path in (ROOT / "mqtt_plot" / part).rglob("*.py")
        )
        + (ROOT / "mqtt_plot" / "tags.py").read_text()
    )
    raised = set(
        re.findall(
            r'(?:PayloadError\(\s*|WatchError\(\s*|Rejected\([^"]*,\s*|RefusedError\(\s*\w+,|Allowance\(\w+, \w+,)\s*"(\w+)"',
            source,
        )
    )
    entries = re.findall(r'EntryHandler\[\w+\]\):.*?\n    name = "(\w+)"', source, re.DOTALL)
    raised |= {f"unknown_{name}" for name in entries}
    assert raised - named - {"too_large", "bad_request"} == set()
    assert named - raised <= {
        "forbidden",
        "method_not_allowed",
        "tags_full",
        "unhealthy",
        "not_ready",
        "too_large",
        "bad_expression",
    }
