"""Behind Debian's nginx, with the files we ship: below a sub-path, with TLS and the WebSocket."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.nginx import Nginx
from tests.support.processes import ROOT
from tests.support.viewer import Viewer
from tests.support.waiting import until


class Proxied:
    """The bridge under /plots/ of a TLS site, and a client that trusts its authority."""

    def __init__(self, nginx: Nginx, bridge: Bridge, authority: Path) -> None:
        self.bridge = bridge
        self.authority = str(authority)
        self.root = f"https://localhost:{nginx.port}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = self.authority

    def request(self, method: str, path: str, **options: object) -> requests.Response:
        return self._session.request(method, self.root + path, timeout=10, **options)  # type: ignore[arg-type]  # as requests takes


@pytest.fixture
def proxied(tmp_path: Path, start_bridge: StartBridge) -> Iterator[Proxied]:
    """Nginx with site.conf and locations.conf in front of a bridge with --base-path /plots."""
    bridge = start_bridge("--broker", "none", "--base-path", "/plots")
    made = tmp_path / "secrets"
    script = ROOT / "packaging/secrets/make_secrets.py"
    subprocess.run([sys.executable, script, made], check=True, capture_output=True)
    nginx = Nginx(
        tmp_path / "nginx",
        "site.conf",
        {"127.0.0.1:8080": f"127.0.0.1:{bridge.port}", "/etc/nginx/certs/server": f"{made}/broker/certs/server"},
    )
    nginx.start()
    yield Proxied(nginx, bridge, made / "authority/ca.crt")
    nginx.stop()


def test_everything_lives_below_the_sub_path(proxied: Proxied) -> None:
    """REST, the old server's routes, health and metrics answer under /plots/, and nothing answers beside it."""
    assert proxied.request("POST", "/plots/api/v1/samples", json={"tag": "a", "value": 1, "ts": 1e9}).status_code == 200
    assert proxied.request("POST", "/plots/", json={"tag": "a", "value": 2, "ts": 1e9 + 1}).status_code == 200
    assert proxied.request("GET", "/plots/api/v1/series?tag=a").json()["value"] == [1.0, 2.0]
    assert proxied.request("GET", "/plots/available_plots").json() == ["a"]
    assert proxied.request("GET", "/plots/current_data?tag=a").json()["value"] == [1.0, 2.0]
    for path in ("state", "plot_id?tag=a", "-/healthy", "-/ready", "metrics"):
        assert proxied.request("GET", f"/plots/{path}").status_code == 200, path
    beside = proxied.bridge.request("GET", "../api/v1/tags")
    assert (beside.url.endswith("/plots/../api/v1/tags"), beside.status_code) == (False, 404)


def test_the_page_comes_as_the_bridge_made_it(proxied: Proxied) -> None:
    """The same bytes through the proxy, and /plots without its slash leads there."""
    direct = proxied.bridge.get("")
    through = proxied.request("GET", "/plots/")
    assert (through.status_code, through.content) == (direct.status_code, direct.content)
    bare = proxied.request("GET", "/plots", allow_redirects=False)
    assert (bare.status_code, bare.headers["Location"]) == (301, f"{proxied.root}/plots/")


def test_a_large_post_is_the_bridges_to_refuse(proxied: Proxied) -> None:
    """Not nginx's with an HTML page: the answer says which option helps."""
    answer = proxied.request("POST", "/plots/api/v1/samples", data=b"1" * 2_000_000)
    assert (answer.status_code, "--max-payload" in answer.json()["error"]["message"]) == (413, True)


async def test_the_websocket_passes(proxied: Proxied) -> None:
    """A viewer behind TLS and sub-path sees a sample that comes after it."""
    viewer = Viewer(proxied.root.replace("https", "wss") + "/plots/ws", ["a"], proxied.authority)
    viewer.start()
    await until(lambda: viewer.connections, "the viewer to connect")
    proxied.bridge.post("api/v1/samples", {"tag": "a", "value": 7})
    await until(lambda: viewer.values("a") == [7.0], "the sample to arrive")
    await viewer.stop()
    assert viewer.faults == []
