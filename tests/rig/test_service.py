"""The systemd unit: what systemd itself says of it, and how options get into it."""

import shlex
import subprocess
from pathlib import Path

import pytest

from mqtt_plot.cli import main
from mqtt_plot.commands import install_service as service
from mqtt_plot.commands.install_service import unit
from mqtt_plot.errors import SettingsError
from tests.support.processes import ROOT, find_program

PROGRAM = ["/opt/mqtt-plot/bin/mqtt-plot"]
# systemd's own measure, 0 (closed) to 10; what is left is the network and the root folder.
MOST_EXPOSED = 15  # tenths


def value(text: str, key: str) -> list[str]:
    return [line.removeprefix(f"{key}=") for line in text.splitlines() if line.startswith(f"{key}=")]


def test_the_shipped_unit_is_what_install_service_writes() -> None:
    """packaging/ has the unit for those who install by hand: there is one text, not two."""
    assert (ROOT / "packaging/systemd/mqtt-plot.service").read_text() == unit(
        PROGRAM, ["--config", "/etc/mqtt-plot.toml"]
    )


def analyze(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask systemd-analyze about the unit, with a program that this machine has."""
    path = folder / "mqtt-plot.service"
    path.write_text(unit(["/bin/true"], ["--config", "/etc/mqtt-plot.toml"]))
    command = [find_program("systemd-analyze"), *arguments, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say."""
    done = analyze(tmp_path, "verify")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_unit_stays_as_closed_as_it_is(tmp_path: Path) -> None:
    """`systemd-analyze security` finds an exposure of 1.5 at most."""
    done = analyze(tmp_path, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}")
    assert done.returncode == 0, done.stdout


def test_files_become_credentials() -> None:
    """DynamicUser can read no user's file, so systemd hands each over."""
    text = unit(PROGRAM, ["--broker-ca=/etc/ca.pem", "--broker-password-file", "/etc/50% secret"])
    assert value(text, "LoadCredential") == ["broker-ca:/etc/ca.pem", "broker-password-file:/etc/50%% secret"]
    assert value(text, "ExecStart") == [
        "/opt/mqtt-plot/bin/mqtt-plot serve --broker-ca=%d/broker-ca --broker-password-file=%d/broker-password-file"
    ]


@pytest.mark.parametrize(
    "topic", ["plain/#", "two words/#", 'quo"te', "per%cent", "dol$lar", "back\\slash", "semi;colon"]
)
def test_options_survive_systemds_quoting(topic: str) -> None:
    """Undoing what systemd undoes (quotes, backslashes, %% and $$) gives the option back."""
    command = value(unit(PROGRAM, ["--topic", topic]), "ExecStart")[0]
    words = shlex.split(command)
    assert words[-1].replace("%%", "%").replace("$$", "$") == topic


def test_a_wrong_option_is_refused_before_anything_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Not at the next boot."""
    assert main(["install-service", "--max-points", "none"]) == 2
    assert (
        capsys.readouterr().err == "mqtt-plot: --max-points: expected a whole number from 1 to 1000000000, got 'none'\n"
    )


def test_a_line_break_cannot_smuggle_a_second_directive() -> None:
    """An option is one word of one line."""
    with pytest.raises(SettingsError, match="control characters"):
        unit(PROGRAM, ["--topic", "a\nExecStartPre=/bin/sh"])


def test_dry_run_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It shows the unit and the commands."""
    monkeypatch.setattr(service, "UNIT_PATH", tmp_path / "mqtt-plot.service")
    assert main(["install-service", "--dry-run", "--port", "8081"]) == 0
    shown = capsys.readouterr().out
    assert value(shown, "ExecStart")[0].endswith("serve --port 8081")
    assert "# systemctl enable --now mqtt-plot.service" in shown
    assert list(tmp_path.iterdir()) == []
