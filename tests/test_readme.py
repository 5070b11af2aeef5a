"""README and the docs: what a newcomer pastes works, and every link leads somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.processes import ROOT
from tests.support.waiting import wait_until

TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES: list[str] = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def command(start: str) -> str:
    """Return the last of README's lines that begins so."""
    return next(line for line in reversed(LINES) if line.startswith(start))


def paste(line: str) -> str:
    """Run a line in a shell that finds the programs of this environment; return what it prints."""
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["/bin/bash", "-c", line], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_readme_is_short() -> None:
    """A newcomer reads it to the end."""
    assert len(README.split()) <= 700


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_every_link_of_the_docs_leads_somewhere(text: Path) -> None:
    """To a file, and where a heading is meant, to that."""
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]+)?\)", text.read_text(encoding="utf-8"))
    broken = [path for path, _ in links if path and not (text.parent / path).exists()]
    assert broken == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_file_and_folder_that_is_named_is_there(name: str) -> None:
    """Below the root, the package, the page, or what the same table row is about; a doc that points nowhere sends people astray."""
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`([\w./-]+(?:\.py|\.ts|\.tsx|\.css|\.md|/))`", text)
    places = [
        ROOT,
        ROOT / "mqtt_plot",
        ROOT / "frontend" / "src",
        ROOT / "mqtt_plot" / "parsers",
        ROOT / "frontend" / "src" / "plot",
    ]
    missing = [path for path in named if "NAME" not in path and not any((place / path).exists() for place in places)]
    assert (missing, len(named) > 20) == ([], True)


def test_every_function_that_a_recipe_names_is_there() -> None:
    """A recipe that sends one to a name of yesterday is worse than none."""
    recipes = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Recipes")[2]
    files = [*ROOT.glob("mqtt_plot/**/*.py"), *ROOT.glob("frontend/src/**/*.ts"), *ROOT.glob("tests/*/test_*.py")]
    known = set(re.findall(r"\w+", " ".join(file.read_text(encoding="utf-8") for file in files)))
    named = re.findall(r"`(\w{3,})[`(]", recipes)
    assert ([name for name in named if name not in known | {"NAME"}], len(named) > 10) == ([], True)


def test_what_one_pastes_moves_a_value(broker: Broker, start_bridge: StartBridge) -> None:
    """Over MQTT and over HTTP, but for the ports."""
    bridge = start_bridge("--broker", broker.url)
    bridge.wait_ready()
    paste(command("mosquitto_pub").replace("mosquitto_pub", f"mosquitto_pub -p {broker.port}"))
    wait_until(lambda: bridge.tags().get("line1/temp", {}).get("points") == 1, "the value over MQTT")
    paste(command("curl").replace("localhost:8080", f"127.0.0.1:{bridge.port}"))
    tag = bridge.tags()["line1/temp"]
    assert (tag["points"], tag["value"], tag["unit"]) == (2, 21.5, "°C")


def test_the_check_says_what_becomes_of_a_message() -> None:
    """In words, with the value it would be."""
    said = paste(command("mqtt-plot check"))
    assert "21.5 °C" in said
