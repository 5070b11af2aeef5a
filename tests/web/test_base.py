"""What holds for every answer: headers, one error shape, who may write, and a log that strangers cannot fill."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mqtt_plot.web.services import SECURITY_HEADERS
from tests.support.site import Site, decoded, error_code

ANSWERS = [
    ("GET", "/", 503),
    ("GET", "/api/v1/tags", 200),
    ("HEAD", "/api/v1/tags", 200),
    ("GET", "/api/v1/series?tag=no", 404),
    ("PUT", "/api/v1/tags", 405),
    ("GET", "/nothing/here", 404),
    ("BREW", "/", 405),
    ("POST", "/", 400),
    ("GET", "/ws", 400),
    ("GET", "/metrics", 200),
    ("GET", "/-/healthy", 200),
    ("GET", "/state", 200),
    ("DELETE", "/x", 200),
    ("GET", "/api/v1/series?tag=%ff", 400),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_answer_carries_the_security_headers(
    start_site: Callable[..., Site], tmp_path: Path, method: str, path: str, status: int
) -> None:
    """Every answer carries the security headers, and none names the server."""
    site = start_site(static=tmp_path)
    answer = await site.request(method, path)
    assert answer.code == status
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "Server" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/<b>here", 404, "not_found"),
        ("GET", "/api/v2/tags", 404, "not_found"),
        ("POST", "/api/v1/sample", 404, "not_found"),
        ("PUT", "/anything", 405, "method_not_allowed"),
        ("DELETE", "/api/v1/tags", 405, "method_not_allowed"),
        ("POST", "/metrics", 405, "method_not_allowed"),
        ("BREW", "/api/v1/tags", 405, "method_not_allowed"),
        ("GET", "/ws", 400, "bad_request"),
    ],
)
async def test_every_error_has_the_one_shape(site: Site, method: str, path: str, status: int, code: str) -> None:
    """Every error has the one shape."""
    answer = await site.request(method, path, "" if method == "POST" else None)
    assert (answer.code, error_code(answer)) == (status, code)


async def test_a_wrong_method_is_told(site: Site) -> None:
    """A wrong method is told the right ones."""
    answer = await site.request("PUT", "/api/v1/series")
    assert answer.headers["Allow"] == "GET, HEAD, DELETE"
    assert decoded(answer)["error"]["message"] == "expected GET, HEAD, DELETE here, got PUT"
    assert (await site.request("GET", "/api/v1/samples")).headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/samples", "/", "/anything"])
async def test_a_write_from_another_site(site: Site, path: str, headers: dict[str, str], status: int) -> None:
    """A write from another site is refused."""
    answer = await site.request("POST", path, '{"tag": "a", "value": 1}', headers)
    assert answer.code == status
    assert len(site.store) == (status == 200)
    if status == 403:
        assert error_code(answer) == "forbidden"


async def test_a_delete_from_another_site(site: Site) -> None:
    """A DELETE from another site is refused."""
    await site.post({"tag": "a", "value": 1})
    answer = await site.request("DELETE", "/api/v1/series?tag=a", headers={"Origin": "http://evil.example"})
    assert answer.code == 403
    assert "a" in site.store


async def test_a_write_from_our_own_page(site: Site) -> None:
    """A write from our own page is taken."""
    headers = {"Origin": f"http://127.0.0.1:{site.port}"}
    assert (await site.request("POST", "/api/v1/samples", '{"tag": "a", "value": 1}', headers)).code == 200


async def test_a_fault_of_ours_is_500(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours is 500 without a word of what it was, and logged with its traceback."""
    monkeypatch.setattr(type(site.store), "__iter__", lambda _: 1 / 0)
    answer = await site.get("/api/v1/tags")
    assert (answer.code, error_code(answer)) == (500, "internal")
    assert b"division" not in answer.body
    assert "ZeroDivisionError" in caplog.text


async def test_mistakes_of_strangers_are_all_counted(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Each is a line of the same words, without traceback."""
    for _ in range(20):
        await site.get("/nothing")
    lines = [record for record in caplog.records if "/nothing" in record.getMessage()]
    assert lines[0].getMessage() == "GET '/nothing' from 127.0.0.1: not_found: nothing at '/nothing'"
    assert len({line.msg for line in lines}) == 1  # so config.logs knows them for repeats
    assert "Traceback" not in caplog.text
    assert site.counters.get("http_refused", "not_found") == 20
    assert site.counters.get("http_answers", "4xx") == 20


async def test_a_path_cannot_break_a_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A path cannot break a log line."""
    await site.exchange(b"GET /\x1b[31mred HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert "\x1b" not in caplog.text


async def test_the_base_without_its_slash_leads_to_the_page(start_site: Callable[..., Site]) -> None:
    """People type /plots; what the page asks for is relative to /plots/. Below no base there is nothing to lead to."""
    site = start_site(base_path="/plots")
    answer = await site.exchange(b"GET /plots?tag=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 308 ")
    assert b"\r\nLocation: /plots/?tag=a\r\n" in answer


async def test_all_routes_move_below_the_base(start_site: Callable[..., Site]) -> None:
    """All routes move below the base path."""
    site = start_site(base_path="/plant/7")
    await site.post({"tag": "a", "value": 1}, "/plant/7/api/v1/samples")
    assert decoded(await site.get("/plant/7/api/v1/tags"))[0]["tag"] == "a"
    assert decoded(await site.get("/plant/7/available_plots")) == ["a"]
    assert error_code(await site.get("/api/v1/tags")) == "not_found"
