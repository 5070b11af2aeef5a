"""Who comes in where: every route, every role, every way to be a stranger."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from mqtt_plot.live.broadcaster import GOING_AWAY
from mqtt_plot.web.auth.passwords import hash_password, hash_token
from mqtt_plot.web.services import SECURITY_HEADERS
from tests.support.site import Site, error_code
from tests.support.waiting import until

StartSite = Callable[..., Site]

USERS = "\n".join(
    [
        f"anna:view:{hash_password('anna-secret', b'salt')}",
        f"viewer:view:{hash_token('view-token')}",
        f"plc:write:{hash_token('write-token')}",
        f"boss:admin:{hash_token('admin-token')}",
    ]
)
GETS = [
    *("/", "/index.html", "/assets/x.js", "/api/v1/tags", "/api/v1/series?tag=a", "/api/v1/status", "/metrics", "/ws"),
    *("/available_plots", "/current_data?tag=a", "/plot_id?tag=a", "/state", "/nothing", "/-/healthy", "/-/ready"),
]
POSTS = ["/api/v1/samples", "/", "/anything", "/login", "/logout"]
PUBLIC = {"/-/healthy", "/-/ready"}
SAMPLE = '{"tag": "a", "value": 1}'


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def log_in(site: Site, user: str = "anna", password: str = "anna-secret") -> str:  # noqa: S107 - a test's
    """Return the cookie that a login gives, "" where there is none."""
    answer = await site.request("POST", "/login", f"user={user}&password={password}")
    return answer.headers.get("Set-Cookie", "").partition(";")[0]


async def connect(site: Site, headers: Mapping[str, str]) -> WebSocketClientConnection:
    return await websocket_connect(HTTPRequest(f"ws://127.0.0.1:{site.port}/ws", headers=dict(headers)))


async def end(connection: WebSocketClientConnection) -> None:
    """Read until the connection is closed."""
    async with asyncio.timeout(5):
        while await connection.read_message() is not None:
            pass
    connection.close()


@pytest.mark.parametrize(
    "host", ["localhost", "gateway.local:8080", "plots.example.org", "192.168.0.10:8080", "[::1]:1"]
)
async def test_our_names_are_let_in(site: Site, host: str) -> None:
    """Addresses, our own names, and those that were allowed."""
    assert (await site.request("GET", "/api/v1/tags", headers={"Host": host})).code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("users", ["", USERS])
async def test_other_sites_cannot_change_anything(start_site: StartSite, headers: dict[str, str], users: str) -> None:
    """Cross-site POST and DELETE are refused on every route, with a user's own credentials too."""
    site = start_site(users=users)
    await site.request("POST", "/api/v1/samples", '{"tag": "kept", "value": 1}', bearer("admin-token"))
    credentials = bearer("admin-token")
    for path in [*POSTS, "/metrics", "/ws", "/-/healthy"]:
        answer = await site.request("POST", path, SAMPLE, {**headers, **credentials})
        assert answer.code == 403, path
    for path in ("/api/v1/series?tag=kept", "/", "/ws"):
        answer = await site.request("DELETE", path, headers={**headers, **credentials})
        assert answer.code == 403, path
    with pytest.raises(HTTPClientError) as refused:
        await connect(site, {**headers, **credentials})
    assert refused.value.code == 403
    assert [series.tag for series in site.store] == ["kept"]


@pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"Cookie": "mqtt_plot=a.b"}, {"Authorization": "Basic YTpi"}])
async def test_without_a_login_nothing_is_seen(start_site: StartSite, headers: dict[str, str]) -> None:
    """With users, every route but health and the login wants one."""
    site = start_site(users=USERS)
    for path in GETS:
        answer = await site.request("GET", path, headers=headers)
        if path in PUBLIC:
            assert answer.code == 200
        elif path in ("/", "/index.html"):
            assert (answer.code, answer.headers["Location"]) == (303, "login")
            assert answer.body == b""
        elif path == "/nothing":
            assert answer.code in (401, 404)
        else:
            assert (answer.code, error_code(answer)) == (401, "unauthorized")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for path in ("/api/v1/samples", "/", "/anything"):
        assert (await site.request("POST", path, SAMPLE, headers)).code == 401
    with pytest.raises(HTTPClientError) as refused:
        await connect(site, headers)
    assert refused.value.code == 401
    assert len(site.store) == 0


async def test_not_ready_tells_strangers_no_reason(start_site: StartSite) -> None:
    """The reason may name the broker and our user there."""
    site = start_site(users=USERS)
    site.ready = (False, "broker mqtt://plc:1883 refused the password for user plot")
    assert b"plc" not in (await site.get("/-/ready")).body
    assert b"plc" in (await site.request("GET", "/-/ready", headers=bearer("view-token"))).body


@pytest.mark.parametrize(
    ("token", "expected"),
    [("view-token", (200, 403, 403)), ("write-token", (200, 200, 403)), ("admin-token", (200, 200, 204))],
)
async def test_roles(start_site: StartSite, token: str, expected: tuple[int, int, int]) -> None:
    """View sees, write also sends, admin also deletes."""
    site = start_site(users=USERS)
    await site.request("POST", "/api/v1/samples", '{"tag": "kept", "value": 1}', bearer("admin-token"))
    codes = (
        (await site.request("GET", "/api/v1/tags", headers=bearer(token))).code,
        (await site.request("POST", "/api/v1/samples", SAMPLE, bearer(token))).code,
        (await site.request("DELETE", "/api/v1/series?tag=kept", headers=bearer(token))).code,
    )
    assert codes == expected


async def test_everybody_may_view_where_the_file_says_so(start_site: StartSite) -> None:
    """`*:view:` asks a login only of those who send."""
    site = start_site(users=USERS + "\n*:view:")
    assert (await site.get("/api/v1/tags")).code == 200
    assert (await site.post(SAMPLE)).code == 403


async def test_a_login_opens_all_routes_and_the_websocket(start_site: StartSite) -> None:
    """The cookie that a login gives is let in everywhere, and is out of scripts' reach."""
    site = start_site(users=USERS)
    answer = await site.request("POST", "/login", "user=anna&password=anna-secret")
    assert (answer.code, answer.headers["Location"]) == (303, "./")
    flags = answer.headers["Set-Cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    cookie = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
    assert (await site.request("GET", "/api/v1/tags", headers=cookie)).code == 200
    connection = await connect(site, cookie)
    assert "hello" in str(await connection.read_message())
    connection.close()
    await end(connection)


async def test_a_stolen_cookie_is_worth_nothing_after_the_logout(start_site: StartSite) -> None:
    """The session ends at the server; a WebSocket of it is closed; other sessions of the user go on."""
    site = start_site(users=USERS)
    stolen, other = await log_in(site), await log_in(site)
    connection = await connect(site, {"Cookie": stolen})
    answer = await site.request("POST", "/logout", "", {"Cookie": stolen})
    assert (answer.code, answer.headers["Location"]) == (303, "login")
    for path in ("/api/v1/tags", "/metrics", "/state", "/assets/x.js"):
        assert (await site.request("GET", path, headers={"Cookie": stolen})).code == 401
    with pytest.raises(HTTPClientError):
        await connect(site, {"Cookie": stolen})
    await end(connection)
    assert (await site.request("GET", "/api/v1/tags", headers={"Cookie": other})).code == 200


async def test_a_changed_password_or_a_removed_user_ends_sessions(start_site: StartSite) -> None:
    """A cookie speaks for the credential it was given for."""
    site = start_site(users=USERS)
    cookie = {"Cookie": await log_in(site)}
    old = site.access.users
    assert old is not None
    fresh = start_site(users=f"anna:view:{hash_password('anna-secret')}").access.users
    site.access.users = fresh
    assert (await site.request("GET", "/api/v1/tags", headers=cookie)).code == 401
    site.access.users = old
    assert (await site.request("GET", "/api/v1/tags", headers=cookie)).code == 200


async def test_what_lasts_ends_with_the_credential(start_site: StartSite) -> None:
    """A WebSocket and an event stream of a user who is taken away, or changes the password, end; those of others go on."""
    site = start_site(users=USERS)
    cookie = await log_in(site)
    mine, other = await connect(site, {"Cookie": cookie}), await connect(site, bearer("view-token"))
    stream = asyncio.create_task(site.request("GET", "/api/v1/events?tag=a", headers={"Cookie": cookie}))
    await until(lambda: site.live.listeners, "the stream to begin")
    site.access.users = start_site(users=f"viewer:view:{hash_token('view-token')}").access.users
    site.live.announce_status()
    await end(mine)
    site.live.wake()
    assert (await stream).body == b"retry: 2000\n\n"
    assert mine.close_code == GOING_AWAY
    assert [connection.is_welcome() for connection in site.live.connections] == [True]
    other.close()
    await end(other)


async def test_guessing_is_locked_out(start_site: StartSite) -> None:
    """After five wrong passwords an address waits, also with the right one; later it may try again."""
    site = start_site(users=USERS)
    for _ in range(5):
        assert (await site.request("POST", "/login", "user=anna&password=wrong")).code == 401
    answer = await site.request("POST", "/login", "user=anna&password=anna-secret")
    assert (answer.code, answer.headers["Retry-After"]) == (429, "30")
    assert "Set-Cookie" not in answer.headers
    site.now += 31
    assert await log_in(site)
    assert site.counters.get("http_refused", "wrong_password") == 5
    assert site.counters.get("http_refused", "locked_out") == 1


async def test_guesses_sent_at_once_are_locked_out_too(start_site: StartSite) -> None:
    """Tries that arrive before the first is answered are counted all the same."""
    site = start_site(users=USERS)
    answers = await asyncio.gather(*(site.request("POST", "/login", "user=anna&password=no") for _ in range(9)))
    assert sorted(answer.code for answer in answers) == [401] * 5 + [429] * 4


async def test_a_proxys_word_counts_only_if_it_is_ours(start_site: StartSite) -> None:
    """Behind our proxy each visitor is locked out for himself; without one nobody chooses his own address."""
    for proxies, expected in (((), 429), (("127.0.0.1",), 303)):
        site = start_site(users=USERS, proxies=proxies)
        for _ in range(5):
            await site.request("POST", "/login", "user=anna&password=no", {"X-Forwarded-For": "10.0.0.66"})
        answer = await site.request(
            "POST", "/login", "user=anna&password=anna-secret", {"X-Forwarded-For": "10.0.0.66, 10.0.0.7"}
        )
        assert answer.code == expected


@pytest.mark.parametrize(
    "body", ["", "user=anna", "user=a&user=b&user=c&user=d&user=e&password=x", b"\xff\xfe=%zz", "{}"]
)
async def test_a_login_that_is_no_form(start_site: StartSite, body: bytes | str) -> None:
    """Is a wrong password like any other."""
    site = start_site(users=USERS)
    assert (await site.request("POST", "/login", body)).code == 401


async def test_the_login_page_shows_text_as_text(start_site: StartSite) -> None:
    """A name is never markup; the page holds no script, and nothing from elsewhere."""
    site = start_site(users=USERS)
    answer = await site.request("POST", "/login", "user=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&password=x")
    page = answer.body.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("<!doctype html>", "")
    assert answer.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]


async def test_without_users_there_is_no_login(site: Site) -> None:
    """POST /login is then what the old server takes anywhere: a sample."""
    assert (await site.get("/login")).code == 404
    assert (await site.request("POST", "/login", SAMPLE)).code == 200
