"""Every route there is, asked in every way a stranger has; a route that is added is asked too."""

from collections.abc import Callable

import pytest

from mqtt_plot.web.api.openapi import document
from mqtt_plot.web.auth.passwords import hash_token
from mqtt_plot.web.services import SECURITY_HEADERS
from tests.support.site import Site, error_code

StartSite = Callable[..., Site]

USERS = f"boss:admin:{hash_token('admin-token')}"
BOSS = {"Authorization": "Bearer admin-token"}
SOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
PATHS = document("", "")["paths"]
# The description has every route of the table but the WebSocket (tests/web/test_openapi.py); the rest is the page and the old server's.
ROUTES = [
    *((method.upper(), path.replace("{id}", "1")) for path, methods in PATHS.items() for method in methods),
    *(("GET", path) for path in ("/ws", "/index.html", "/assets/x.js", "/nothing", "/api/v1/nothing", "/-/nothing")),
    *((method, path) for method in ("POST", "DELETE") for path in ("/", "/anything", "/ws", "/metrics", "/-/healthy")),
    *(("PUT", path) for path in ("/", "/ws", "/metrics")),
]
# Tell everybody that there is a bridge, and whether it is ready; nothing of what it holds.
PUBLIC = {"/-/healthy", "/-/ready", "/login", "/logout"}
BODY = '{"tag": "stranger", "value": 1}'


def body_for(method: str) -> str | None:
    return BODY if method in {"POST", "PUT"} else None


def assert_refused(site: Site, answer: object) -> None:
    """Nothing was stored, and the refusal has our headers."""
    headers = getattr(answer, "headers", {})
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert len(site.store) == 0


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080"])
@pytest.mark.parametrize("users", ["", USERS])
async def test_a_name_that_is_not_ours(start_site: StartSite, users: str, host: str, method: str, path: str) -> None:
    """DNS rebinding: refused before anything else is looked at, whatever credentials come along."""
    site = start_site(users=users)
    upgrade = SOCKET if path == "/ws" else {}
    answer = await site.request(method, path, body_for(method), {**BOSS, **upgrade, "Host": host})
    assert answer.code == 403
    assert_refused(site, answer)


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[0] != "GET" or route[1] == "/ws"])
@pytest.mark.parametrize(
    "header", [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
)
async def test_another_sites_page(start_site: StartSite, header: tuple[str, str], method: str, path: str) -> None:
    """What changes something, and the WebSocket, is refused from there, also with the credentials of an admin."""
    site = start_site(users=USERS)
    upgrade = SOCKET if path == "/ws" else {}
    answer = await site.request(method, path, body_for(method), {**BOSS, **upgrade, header[0]: header[1]})
    assert answer.code == 403
    assert_refused(site, answer)


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[1] not in PUBLIC])
@pytest.mark.parametrize("token", ["", "Bearer guess", "Bearer ", "Basic Ym9zczphZG1pbg=="])
async def test_without_a_login(start_site: StartSite, token: str, method: str, path: str) -> None:
    """401 everywhere; from the page itself the way leads to the login, and what does not exist stays unknown."""
    site = start_site(users=USERS)
    upgrade = SOCKET if path == "/ws" else {}
    answer = await site.request(method, path, body_for(method), {"Authorization": token, **upgrade})
    expected = {"/": 303, "/index.html": 303, "/api/v1/nothing": 404, "/-/nothing": 404}
    assert answer.code == (expected.get(path, 401) if method == "GET" else 401)
    assert_refused(site, answer)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/../pyproject.toml",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/assets/../../cli.py",
            "//etc/passwd",
        ),
        *(
            "/assets/%2e%2e/%2e%2e/cli.py",
            "/..%5c..%5ccli.py",
            "/%00/etc/passwd",
            "/assets/..%252f..%252fcli.py",
            "/.",
            "/..",
        ),
        *("/api/v1/dashboards/..%2f..%2fetc%2fpasswd", "/api/v1/dashboards/%2e%2e", "/api/v1/replays/..%2f1"),
    ],
)
async def test_a_path_that_leads_out(start_site: StartSite, path: str) -> None:
    """Is no path of ours, whoever asks."""
    answer = await start_site(users=USERS).request("GET", path, headers=BOSS)
    assert answer.code in {400, 404}
    assert error_code(answer)
