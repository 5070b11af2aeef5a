"""The bridge as its users run it: a process with a web address."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests

from tests.support.processes import Program
from tests.support.waiting import wait_until

_REQUEST_SECONDS = 10


class Bridge(Program):
    """`python -m mqtt_plot serve` on a free loopback port; `url` ends with a slash."""

    def __init__(
        self, arguments: list[str], environment: Mapping[str, str] | None = None, authority: Path | None = None
    ) -> None:
        command = [sys.executable, "-m", "mqtt_plot", "serve", "--host", "127.0.0.1"]
        port = [] if "--port" in arguments else ["--port", "0"]
        super().__init__([*command, *port, *arguments], environment)
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between us and the loopback
        self._session.verify = True if authority is None else str(authority)
        try:
            self.url = self.wait_for(r"page on (https?://\S+)")[1]
        except (AssertionError, TimeoutError):
            self.kill()
            raise

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])

    def request(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - what requests takes
        """Send a request to `path`, relative to the bridge's address."""
        return self._session.request(method, self.url + path.lstrip("/"), timeout=_REQUEST_SECONDS, **options)

    def get(self, path: str, **parameters: str | float) -> requests.Response:
        return self.request("GET", path, params=parameters)

    def post(self, path: str, body: object) -> requests.Response:
        """POST `body` as JSON, or as it is when it is text or bytes."""
        return self.request("POST", path, **{"data" if isinstance(body, str | bytes) else "json": body})

    def status(self) -> dict[str, Any]:
        """GET /api/v1/status."""
        answer: dict[str, Any] = self.get("api/v1/status").json()
        return answer

    def tags(self) -> dict[str, dict[str, Any]]:
        """GET /api/v1/tags, by tag."""
        return {entry["tag"]: entry for entry in self.get("api/v1/tags").json()}

    def series(self, tag: str) -> dict[str, Any]:
        """GET /api/v1/series of one tag."""
        answer: dict[str, Any] = self.get("api/v1/series", tag=tag).json()
        return answer

    def wait_status(
        self, is_reached: Callable[[dict[str, Any]], object], what: str, seconds: float = 15.0
    ) -> dict[str, Any]:
        """Ask for the status until `is_reached` says so; return that status."""
        last: dict[str, Any] = {}

        def ask() -> bool:
            last.clear()
            last.update(self.status())
            return bool(is_reached(last))

        try:
            wait_until(ask, what, seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the status: {last}; the log:\n{self.log}") from None
        return last

    def wait_tags(self, *tags: str) -> dict[str, dict[str, Any]]:
        """Wait until all these tags have points; return GET /api/v1/tags, by tag."""
        found: dict[str, dict[str, Any]] = {}

        def ask() -> list[str]:
            found.update(self.tags())
            return [tag for tag in tags if not found.get(tag, {}).get("points")]

        try:
            wait_until(lambda: not ask(), f"points of {', '.join(tags)}", 30.0)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; there are {sorted(found)}") from None
        return found

    def wait_ready(self) -> None:
        """Wait until the broker connection and the subscription stand."""
        wait_until(lambda: self.get("-/ready").ok, "the bridge to be ready")

    def wait(self, seconds: float = 15.0) -> int:
        self._session.close()
        return super().wait(seconds)
