"""The old server and ours side by side: the same requests, the same bodies."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
import requests

from tests.support.bridge import Bridge
from tests.support.old_server import OldServer

TS = 1_649_859_909
ZONE = {"TZ": "Europe/Berlin"}


class Pair(NamedTuple):
    """Both servers."""

    old: OldServer
    new: Bridge

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[requests.Response, requests.Response]:
        """Send the same request to both; the target goes out exactly as given."""
        answers = []
        with requests.Session() as session:
            session.trust_env = False
            for url in (self.old.url, self.new.url):
                request = session.prepare_request(requests.Request(method, url, data=body))
                request.url = url.rstrip("/") + path
                answers.append(session.send(request, timeout=10))
        return answers[0], answers[1]


@pytest.fixture
def pair(start_bridge: Callable[..., Bridge]) -> Iterator[Pair]:
    """The old server and the bridge, in the same time zone."""
    old = OldServer(ZONE)
    yield Pair(old, start_bridge("--broker", "none", environment=ZONE))
    old.kill()


def assert_equal(answers: tuple[requests.Response, requests.Response]) -> None:
    """Check that body and type are equal, and the status, but that a client's mistake is 400."""
    old, new = answers
    assert new.content == old.content
    assert new.headers["Content-Type"] == old.headers["Content-Type"]
    assert new.status_code == {500: 400}.get(old.status_code, old.status_code)


TAKEN = [
    b'{"tag": "Temperature - Room 1", "value": 20.3, "unit": "\xe2\x84\x83", "ts": 1649859909}',
    b'{"tag": "Temperature - Room 1", "value": 21, "ts": 1649859910.25}',
    b'{"tag": "Temperature - Room 1", "value": 22, "ts": 1649859911123}',
    b'{"tag": "Temperature - Room 1", "value": "12.5", "ts": 1649859912}',
    b'{"tag": "Temperature - Room 1", "value": " 1e3 ", "ts": 1649859913}',
    b'{"tag": "Temperature - Room 1", "value": true, "ts": 1649859914}',
    b'{"tag": "Temperature - Room 1", "value": 1e22, "ts": 1649859908}',
    b'{"tag": "Temperature - Room 1", "value": -0.0, "ts": 1672531200}',
    b'{"tag": "Temperature - Room 1", "value": 1, "unit": "K", "ts": 1672531200001}',
    '{"tag": "größe <b>&", "value": 3, "unit": null, "ts": 1649859909, "more": [1]}'.encode(),
]


def test_points_are_taken_and_given_back(pair: Pair) -> None:
    """Points are taken and given back byte by byte alike."""
    for body in TAKEN:
        assert_equal(pair.ask("POST", "/", body))
    assert_equal(pair.ask("GET", "/available_plots"))
    assert_equal(pair.ask("GET", "/current_data?tag=Temperature%20-%20Room%201"))
    assert_equal(pair.ask("GET", "/current_data?tag=Temperature+-+Room+1&tag=other"))
    assert_equal(pair.ask("GET", "/current_data?tag=gr%C3%B6%C3%9Fe%20%3Cb%3E%26"))


def test_any_path_is_good(pair: Pair) -> None:
    """Any path is good for a POST, and is named in the answer."""
    for path in ("/", "/anything", "/a/b?c=d", "//twice", "/current_data?tag=x", "/%3Cb%3E"):
        assert_equal(pair.ask("POST", path, TAKEN[0]))
        assert_equal(pair.ask("DELETE", path))


def test_mistakes_get_the_same_words(pair: Pair) -> None:
    """Mistakes get the same words."""
    for body in (
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"tag": "a"}',
        b'{"value": 1}',
        b'{"tag": "a", "value": "x"}',
        b'{"tag": "a", "value": null}',
    ):
        assert_equal(pair.ask("POST", "/", body))
    for path in ("/current_data", "/current_data?tag=", "/current_data?tag=no", "/plot_id", "/plot_id?tag=no"):
        assert_equal(pair.ask("GET", path))
    assert_equal(pair.ask("GET", "/available_plots"))


def test_ids_are_whole_milliseconds_of_about(pair: Pair) -> None:
    """Ids are whole milliseconds of about now in both."""
    pair.ask("POST", "/", TAKEN[0])
    for path in ("/state", "/plot_id?tag=Temperature%20-%20Room%201"):
        old, new = pair.ask("GET", path)
        assert abs(new.json() - old.json()) < 60_000
        assert new.headers["Content-Type"] == old.headers["Content-Type"] == "text/plain"
