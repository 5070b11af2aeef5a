"""The command line as a person meets it: answers, one line per mistake, exit status."""

import re
import socket
import subprocess
import sys
import tomllib

import pytest

from mqtt_plot import __version__
from mqtt_plot.cli import LEAST_VERSIONS, main
from tests.support.processes import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python3 -m mqtt_plot` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "mqtt_plot", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip


def test_the_version_is_told() -> None:
    """In one line, for bug reports."""
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"mqtt-plot {__version__}\n")


@pytest.mark.parametrize(
    "command", ["", "serve", "demo", "check", "plant", "health", "replay", "record", "hash-password"]
)
def test_every_command_explains_itself(command: str) -> None:
    """`--help` prints and ends well."""
    done = run(*command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: mqtt-plot {command or 'serve'}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--colour", "red"], "mqtt-plot: unrecognized arguments: --colour red"),
        (["sevre"], "mqtt-plot: unrecognized arguments: sevre"),
        (["--config", "/no/such/file"], "mqtt-plot: --config: cannot read /no/such/file"),
        (["--users-file", "/no/such/file", "--broker", "none"], "/no/such/file"),
        (["--tls-cert", "/no/such/file", "--broker", "none"], "/no/such/file"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(arguments: list[str], words: str) -> None:
    """No traceback, nothing started."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert sum(line.startswith("mqtt-plot: ") for line in done.stderr.splitlines()) == 1


def test_a_taken_port_is_said() -> None:
    """Another bridge may run already: which port, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--broker", "none", "--host", "127.0.0.1", "--port", str(port))
    assert done.returncode != 0
    assert f"{port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("library", "found"), [("tornado", "6.5.7"), ("paho-mqtt", "2.0.0"), ("paho-mqtt", "1.6.1")])
def test_libraries_that_are_too_old_are_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], library: str, found: str
) -> None:
    """They would start, and then lose messages without a word; pip is not the only way to install."""
    monkeypatch.setattr(LEAST_VERSIONS[library][0].replace(":", "."), found)
    assert main(["serve", "--broker", "none"]) == 1
    assert capsys.readouterr().err.startswith(
        f"mqtt-plot: expected {library} {2.2 if library != 'tornado' else 6.6} or later, got {found}; "
    )


def test_the_least_versions_are_those_of_the_package() -> None:
    """What pip is told and what is checked at the start."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    floors = dict(re.findall(r"^([\w-]+)>=([\d.]+)", line)[0] for line in wanted)
    assert {name: floors[name] for name in LEAST_VERSIONS} == {
        name: ".".join(map(str, least)) for name, (_, least) in LEAST_VERSIONS.items()
    }
