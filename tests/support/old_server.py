"""The `http-plot-server` package itself, run beside the bridge: its answers and its page are what ours are held against."""

import sys
from importlib.metadata import distribution
from pathlib import Path

from tests.support.ports import accepts, free_port
from tests.support.processes import Program
from tests.support.waiting import wait_until

_TRIES = 3


class OldServer(Program):
    """`python -m plot_server` on a free loopback port; `url` ends with a slash."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        for _ in range(_TRIES):  # the port may be lost to another program between the choice and the start
            self.port = free_port()
            command = [sys.executable, "-m", "plot_server", "--host", "127.0.0.1", "--port", str(self.port)]
            super().__init__(command, environment)
            wait_until(lambda: accepts(self.port) or not self.is_running, "the old server to listen")
            if self.is_running:
                break
        self.url = f"http://127.0.0.1:{self.port}/"


def page() -> str:
    """Return the HTML of the page that the package serves."""
    files = distribution("http-plot-server").files or []
    path = next(file for file in files if Path(file).name == "minimal.html")
    return Path(str(path.locate())).read_text()
