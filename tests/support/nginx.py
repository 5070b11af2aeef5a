"""Debian's nginx on loopback ports with the configuration files that we ship."""

import re
from pathlib import Path

from tests.support.ports import accepts, free_port
from tests.support.processes import ROOT, Program, find_program
from tests.support.waiting import wait_until

SHIPPED = ROOT / "packaging/nginx"
_TRIES = 3

_MAIN = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Nginx:
    """One nginx that runs a shipped file as it is but for addresses: each key of `changes` becomes its value."""

    def __init__(self, folder: Path, name: str, changes: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = 0
        self._name = name
        self._changes = {"/etc/nginx/conf.d/mqtt-plot.inc": f"{folder}/locations.conf", **changes}
        self._program: Program | None = None

    def _write(self) -> None:
        for shipped in SHIPPED.iterdir():
            text = shipped.read_text()
            for old, new in self._changes.items():
                text = text.replace(old, new)
            target = "site.conf" if shipped.name == self._name else f"shipped-{shipped.name}"
            target = shipped.name if shipped.name == "locations.conf" else target
            text = re.sub(r"(?m)^(\s+listen) \d+", rf"\1 127.0.0.1:{self.port}", text)
            (self.folder / target).write_text(text)
        (self.folder / "nginx.conf").write_text(_MAIN.format(folder=self.folder))

    def start(self) -> None:
        """Start and wait until it takes connections; a port that was lost to another is chosen anew."""
        for _ in range(_TRIES):
            self.port = free_port()
            self._write()
            program = Program([find_program("nginx"), "-c", self.folder / "nginx.conf", "-p", self.folder])
            self._program = program
            self._wait_listening(program)
            if program.is_running:
                return
        raise AssertionError(f"nginx does not start:\n{self._program.log if self._program else ''}")

    def _wait_listening(self, program: Program) -> None:
        wait_until(lambda: accepts(self.port) or not program.is_running, "nginx to listen")

    @property
    def log(self) -> str:
        return self._program.log if self._program else ""

    def stop(self) -> None:
        if self._program:
            self._program.stop()
            self._program = None
