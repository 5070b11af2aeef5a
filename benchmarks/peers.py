"""The peers, installed from their registries into a cache folder of the user when a benchmark first asks for them."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mqtt-plot-benchmarks"
INSTALL_SECONDS = 180


@cache
def old_server() -> Path:
    """Return a Python that has `http-plot-server`, in an environment of its own. Raises RuntimeError where it cannot be installed."""
    place = HOME / "http-plot-server"
    python = place / "bin" / "python"
    done = place / ".installed"
    if not done.exists():
        _run(sys.executable, "-m", "venv", "--clear", str(place))
        _run(str(python), "-m", "pip", "install", "--quiet", "http-plot-server")
        done.touch()
    return python


@cache
def uplot() -> Path:
    """Return uPlot's script. Raises RuntimeError where it cannot be installed."""
    place = HOME / "uplot"
    built = place / "node_modules" / "uplot" / "dist" / "uPlot.iife.min.js"
    if not built.exists():
        place.mkdir(parents=True, exist_ok=True)
        _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), "uplot")
    return built


@cache
def old_server_version() -> str:
    """Return the version of `http-plot-server`."""
    ask = "from importlib.metadata import version; print(version('http-plot-server'))"
    return _run(str(old_server()), "-c", ask).strip()


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or ""
        raise RuntimeError(f"{' '.join(command[:4])} ...: {error} {said[-200:]}") from error
    return done.stdout
