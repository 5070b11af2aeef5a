"""Requests that a page of another site makes a browser send."""

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from mqtt_plot.web.auth.origins import is_cross_site

OURS = "gateway:8080"


def request(method: str, headers: dict[str, str], host: str = OURS) -> HTTPServerRequest:
    line = RequestStartLine(method, "/", "HTTP/1.1")
    return HTTPServerRequest(headers=HTTPHeaders({"Host": host, **headers}), start_line=line)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://proxied.example"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": ""}, True),
        ({"Origin": f"http://{OURS}"}, False),
        ({"Origin": "http://GATEWAY:8080"}, False),
        ({"Origin": "http://gateway:8081"}, True),
        ({"Origin": "http://evil.example"}, True),
        ({"Origin": f"http://{OURS}.evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": ""}, True),
        ({"Origin": OURS}, True),
    ],
)
def test_a_post_and_a_websocket_from_another_site(headers: dict[str, str], expected: bool) -> None:  # noqa: FBT001
    """What changes something, and what lasts, is for our own page and for programs; the rest anybody may ask."""
    upgrade = {"Upgrade": "WebSocket"}
    assert is_cross_site(request("POST", headers)) == expected
    assert is_cross_site(request("GET", {**headers, **upgrade})) == expected
    assert is_cross_site(request("GET", headers)) is False


@pytest.mark.parametrize(
    ("origin", "host"),
    [("http://gateway", "gateway:80"), ("http://gateway:80", "gateway"), ("https://gateway:443", "gateway")],
)
def test_the_usual_port_may_be_left_away(origin: str, host: str) -> None:
    """Browsers leave it away, proxies may not."""
    assert is_cross_site(request("POST", {"Origin": origin}, host)) is False
