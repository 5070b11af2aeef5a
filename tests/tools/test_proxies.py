"""Behind Debian's haproxy and Caddy, with what docs/tools.md and packaging/ show: below a sub-path, with TLS where it is shown."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.fenced import blocks
from tests.support.ports import accepts, free_port
from tests.support.processes import ROOT, Program, find_program
from tests.support.viewer import Viewer
from tests.support.waiting import until, wait_until


class Proxied:
    """The bridge as it is reached through a proxy; `root` has no slash at its end."""

    def __init__(self, root: str, bridge: Bridge, authority: str | None) -> None:
        self.root = root
        self.bridge = bridge
        self.authority = authority
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = authority or True

    def request(self, method: str, path: str, **options: object) -> requests.Response:
        return self._session.request(method, self.root + path, timeout=10, **options)  # type: ignore[arg-type]  # as requests takes


def haproxy(folder: Path, port: int, bridge: Bridge) -> tuple[str, list[str | Path], str | None]:
    """Return the address, the words that start it, and the authority that signed its certificate, None for no TLS."""
    (shown, *_) = blocks("tools.md", "haproxy")
    config = folder / "haproxy.cfg"
    config.write_text(
        shown.replace("bind :80", f"bind 127.0.0.1:{port}").replace("127.0.0.1:8080", f"127.0.0.1:{bridge.port}")
    )
    return f"http://127.0.0.1:{port}", [find_program("haproxy"), "-db", "-f", config], None


def caddy(folder: Path, port: int, bridge: Bridge) -> tuple[str, list[str | Path], str | None]:
    """As `haproxy`; with a certificate of ours, as it can get none here."""
    made = folder / "secrets"
    script = ROOT / "packaging/secrets/make_secrets.py"
    subprocess.run([sys.executable, script, made], check=True, capture_output=True)
    certificate = f"tls {made}/broker/certs/server.crt {made}/broker/certs/server.key"
    shown = (ROOT / "packaging/caddy/Caddyfile").read_text(encoding="utf-8")
    shown = shown.replace("plots.example.com {", f"https://localhost:{port} {{\n\t{certificate}")
    config = folder / "Caddyfile"
    config.write_text(
        "{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}\n"
        + shown.replace("127.0.0.1:8080", f"127.0.0.1:{bridge.port}")
    )
    words: list[str | Path] = [find_program("caddy"), "run", "--adapter", "caddyfile", "--config", config]
    return f"https://localhost:{port}", words, f"{made}/authority/ca.crt"


@pytest.fixture(params=[haproxy, caddy], ids=["haproxy", "Caddy"])
def proxied(request: pytest.FixtureRequest, tmp_path: Path, start_bridge: StartBridge) -> Iterator[Proxied]:
    """A proxy in front of a bridge with --base-path /plots."""
    bridge = start_bridge("--broker", "none", "--base-path", "/plots", "--trusted-proxy", "127.0.0.1")
    port = free_port()
    make: Callable[[Path, int, Bridge], tuple[str, list[str | Path], str | None]] = request.param
    root, words, authority = make(tmp_path, port, bridge)
    home = {name: str(tmp_path) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    program = Program(words, home)
    wait_until(lambda: accepts(port) or not program.is_running, "the proxy to listen")
    assert program.is_running, program.log
    yield Proxied(root, bridge, authority)
    program.stop()


def test_page_and_rest_pass(proxied: Proxied) -> None:
    """The page as the bridge made it, samples, and the bare path leads to the page."""
    assert proxied.request("POST", "/plots/api/v1/samples", json={"tag": "a", "value": 1, "ts": 1e9}).status_code == 200
    assert proxied.request("GET", "/plots/api/v1/series?tag=a").json()["value"] == [1.0]
    page, bare = proxied.request("GET", "/plots/"), proxied.request("GET", "/plots")
    assert (page.content, bare.url) == (proxied.bridge.get("").content, f"{proxied.root}/plots/")


def test_a_large_post_is_the_bridges_to_refuse(proxied: Proxied) -> None:
    """The answer says which option helps."""
    answer = proxied.request("POST", "/plots/api/v1/samples", data=b"1" * 2_000_000)
    assert (answer.status_code, "--max-payload" in answer.json()["error"]["message"]) == (413, True)


async def test_the_websocket_passes(proxied: Proxied) -> None:
    """A viewer sees a sample that comes after it."""
    viewer = Viewer(proxied.root.replace("http", "ws", 1) + "/plots/ws", ["a"], proxied.authority)
    viewer.start()
    await until(lambda: viewer.connections, "the viewer to connect")
    proxied.bridge.post("api/v1/samples", {"tag": "a", "value": 7})
    await until(lambda: viewer.values("a") == [7.0], "the sample to arrive")
    await viewer.stop()
    assert viewer.faults == []
