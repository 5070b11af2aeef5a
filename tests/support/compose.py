"""docker-compose.yml as Compose itself reads it: its services as plain data, to be run here as plain processes."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT

PROFILES = ("lab", "secure", "replicas", "metrics")

Service = dict[str, Any]


def tool(name: str) -> str:
    """Return the path of a development tool that pip installed beside this Python."""
    path = Path(sys.executable).with_name(name)
    assert path.exists(), f'{name} is missing; pip install -e ".[dev]" brings it'
    return str(path)


@cache
def services(profile: str) -> dict[str, Service]:
    """Return the services of a profile with all anchors and variables resolved."""
    command = [tool("docker-compose"), "--profile", profile, "config", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr
    found: dict[str, Service] = json.loads(done.stdout)["services"]
    return found


def environment(service: Service, changes: dict[str, str]) -> dict[str, str]:
    """Return a service's environment with the container's names and paths replaced by this machine's."""
    return {name: replaced(str(value), changes) for name, value in (service.get("environment") or {}).items()}


def check_command(service: Service, changes: dict[str, str]) -> list[str]:
    """Return the health check of a service as words to run here."""
    words = [replaced(str(word), changes).replace("$$", "$") for word in service["healthcheck"]["test"]]
    match words[0]:
        case "CMD":
            return words[1:]
        case "CMD-SHELL":
            return ["sh", "-c", *words[1:]]
        case kind:
            raise AssertionError(f"expected CMD or CMD-SHELL in a health check, got {kind}")


def replaced(text: str, changes: dict[str, str]) -> str:
    """Replace each key by its value, the longest first, and nothing twice."""
    keys = sorted(changes, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, keys)), lambda found: changes[found[0]], text)
