"""`mqtt-plot install-service`: the bridge as a hardened systemd service.

The service runs as a user that exists only while it runs (DynamicUser) and can read no file of the machine's users. So every option
that names a file becomes a credential: systemd, as root, hands the file's content over at each start.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from zipimport import zipimporter

from mqtt_plot.config.loading import load
from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import SettingsError, SourceError

UNIT_PATH = Path("/etc/systemd/system/mqtt-plot.service")
# Folders that the unit hides from the service.
_HIDDEN = ("/home", "/root", "/tmp", "/var/tmp")  # noqa: S108 - compared, not written
_MOVE = "{} lies where no service may look; install it into /opt/mqtt-plot (python3 -m venv /opt/mqtt-plot) and run it from there"
_ABOUT = "Install the bridge as a systemd service with the options given; --dry-run only shows what would be done."
_ENABLE = (("systemctl", "daemon-reload"), ("systemctl", "enable", "--now", "mqtt-plot.service"))
_FILE_OPTIONS = {"config"} | {
    item.name.replace("_", "-") for item in fields(Settings) if item.metadata["metavar"] == "FILE"
}

_UNIT = """\
[Unit]
Description=Live plots of what machines publish over MQTT or HTTP
After=network-online.target mosquitto.service
Wants=network-online.target
# Restart for ever: nobody looks at a gateway again.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
{credentials}Restart=always
RestartSec=2
# The bridge says that it lives; one that hangs is ended and started anew.
WatchdogSec=30
TimeoutStopSec=15

# A user of its own that exists only while it runs, and one folder that it may write to.
DynamicUser=yes
StateDirectory=mqtt-plot
StateDirectoryMode=0700
UMask=0077

# --max-memory bounds the points; this bounds everything. A gateway of 256 MB keeps the rest.
MemoryMax=192M
TasksMax=64
LimitNOFILE=4096
OOMPolicy=stop

# What it does not need it cannot do.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Write the unit and start it; with --dry-run print both instead. Raises SettingsError and SourceError."""
    options = [word for word in arguments if word != "--dry-run"]
    load(options, environment, "install-service", _ABOUT)  # a wrong option is refused here, not at the next boot
    program = _program()
    text = unit(program, options)
    hidden = [f"{folder}/" for folder in _HIDDEN if program[0].startswith(f"{folder}/")]
    if "--dry-run" in arguments:
        _print(f"# {UNIT_PATH}\n{text}")
        for command in _ENABLE:
            _print(f"# {' '.join(command)}")
        if hidden:
            _print(f"# not yet: {_MOVE.format(program[0])}")
        return
    if hidden:
        raise SourceError(_MOVE.format(program[0]))
    try:
        UNIT_PATH.write_text(text, encoding="utf-8")
        for command in _ENABLE:
            subprocess.run(command, check=True)  # noqa: S603 - systemctl with fixed words
    except PermissionError:
        raise SourceError(f"cannot write {UNIT_PATH}: run it as root, or see --dry-run") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise SourceError(f"cannot install the service: {error}; it needs a machine that systemd runs") from None
    _print("installed; its log: journalctl -u mqtt-plot")


def unit(program: Sequence[str], options: Sequence[str]) -> str:
    """Return the unit file for the bridge that the words of `program` start, with `options`."""
    words, credentials = _with_credentials(options)
    command = " ".join([*map(_quoted, program), "serve", *words])
    return _UNIT.format(command=command, credentials="".join(f"LoadCredential={line}\n" for line in credentials))


def _with_credentials(options: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words for ExecStart, in which files are named as credentials (%d), and the credentials, name:path."""
    words, credentials = list[str](), list[str]()
    remaining = iter(options)
    for word in remaining:
        name, equals, value = word.partition("=")
        if name == "--cfg":
            raise SettingsError("--cfg: expected --config FILE.toml for a service, or the options themselves")
        if name.removeprefix("--") not in _FILE_OPTIONS:
            words.append(_quoted(word))
            continue
        path = Path(value if equals else next(remaining)).absolute()
        credential = name.removeprefix("--")
        words.append(f"{name}=%d/{credential}")
        credentials.append(f"{credential}:{_specifiers_escaped(str(path))}")
    return words, credentials


def _quoted(word: str) -> str:
    """Return one word of a command line (systemd.service(5), "Command lines")."""
    if any(mark < " " for mark in word):
        raise SettingsError(f"expected options without control characters, got {word!r:.80}")
    escaped = _specifiers_escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"' if set(escaped) & set(" '\"\\;#") or not escaped else escaped


def _specifiers_escaped(text: str) -> str:
    return text.replace("%", "%%")


def _program() -> list[str]:
    """Return the words that start this installation's mqtt-plot, the first of them an absolute path."""
    loader = sys.modules[__name__].__loader__
    if isinstance(loader, zipimporter):
        return [sys.executable, str(Path(loader.archive).absolute())]
    script = Path(sys.executable).with_name("mqtt-plot")
    return [str(script)] if os.access(script, os.X_OK) else [sys.executable, "-m", "mqtt_plot"]


def _print(text: str) -> None:
    print(text)  # noqa: T201 - the command's answer
