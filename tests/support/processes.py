"""A program under test: started, its log read line by line, stopped or killed, never left behind."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 15
# Options are the test's to give; and without bytecode each start compiles all modules anew, which takes longer than the start itself.
_NOT_FOR_IT = ("MQTT_PLOT_", "PYTHONDONTWRITEBYTECODE")
# What is started ends with the tests, however they end. Linux counts from the thread that started it, so start from one that stays.
_END_WITH_US = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


class Program:
    """One process whose standard output and error are collected in `lines`. `stop` and `kill` twice are safe."""

    def __init__(self, arguments: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_IT)}
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [*_END_WITH_US, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**kept, "PYTHONPATH": str(ROOT), **(environment or {})},
        )
        self._reader = threading.Thread(target=self._read, name="program-log", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def find(self, pattern: str) -> re.Match[str] | None:
        """Return the first match of `pattern` in the log so far."""
        return re.search(pattern, self.log)

    def wait_for(self, pattern: str, seconds: float = 20.0) -> re.Match[str]:
        """Wait until the log matches; fail at once, with the log, when the program ends without it."""

        def ask() -> re.Match[str] | None:
            has_ended = not self.is_running
            found = self.find(pattern)
            if found is None and has_ended:
                self._reader.join(STOP_SECONDS)
                found = self.find(pattern)
                assert found, (
                    f"the program ended ({self._process.returncode}) before {pattern!r} was logged:\n{self.log}"
                )
            return found

        try:
            found = wait_until(ask, f"{pattern!r} in the log", seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the log:\n{self.log}") from None
        assert found
        return found

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for the end and return the exit status."""
        status = self._process.wait(seconds)
        self._reader.join(STOP_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def stop(self) -> int:
        """End it as an operator would, with SIGTERM, and return the exit status; kill it when it does not listen."""
        if self.is_running:
            self._process.terminate()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the program ignored SIGTERM for {STOP_SECONDS} s:\n{self.log}") from None

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self.wait()


def find_program(name: str) -> str:
    """Return the path of a program; an error names the command that installs it."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    assert path, f"{name} is missing; `make test` installs it"
    return path
