"""The names by which we may be called."""

import pytest

from mqtt_plot.web.auth.hosts import Hosts, is_loopback

HOSTS = Hosts(["plots.example.org", "*.plant.example"], "Gateway.lan")


@pytest.mark.parametrize(
    "name",
    [
        *("localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "192.168.0.10", "[::1]", "::1", "[fe80::1]"),
        *("gateway", "GATEWAY.local", "gateway.lan", "gateway.lan.", "plots.example.org", "line1.plant.example"),
    ],
)
def test_ours(name: str) -> None:
    """Addresses, localhost, this machine's names and those allowed."""
    assert HOSTS.is_ours(name)


@pytest.mark.parametrize(
    "name",
    [
        *("evil.example", "localhost.evil.example", "gateway.evil.example", "127.0.0.1.evil.example", "plant.example"),
        *("evilplant.example", "1.2.3", "", "xplots.example.org", "plots.example.org.evil.example"),
    ],
)
def test_not_ours(name: str) -> None:
    """What a stranger's name can look like."""
    assert not HOSTS.is_ours(name)


def test_any_name_where_that_was_asked_for() -> None:
    """`*` leaves the check to a proxy in front."""
    assert Hosts(["*"]).is_ours("whatever.example")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("192.168.0.10", False),
        ("::", False),
        ("gateway", False),
    ],
)
def test_loopback(host: str, expected: object) -> None:
    """Only what nobody else reaches is loopback."""
    assert is_loopback(host) is expected
