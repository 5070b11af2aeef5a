"""What all may have, and one address."""

import pytest

from mqtt_plot.web.allowance import Allowance, network_of
from mqtt_plot.web.errors import RefusedError


def test_addresses_share_what_there_is() -> None:
    """One address cannot take the room of all others; what is given back can be taken again."""
    places = Allowance(100, 50, "busy", "answers")
    with places.hold("a", 30), places.hold("b", 30):
        with pytest.raises(RefusedError) as told, places.hold("a", 30):
            pass
        assert (told.value.status_code, told.value.code, told.value.retry_seconds) == (503, "busy", 5)
        with places.hold("c", 40), pytest.raises(RefusedError), places.hold("d", 1):
            pass
    with places.hold("a", 50):
        assert places.held == 50
    assert places.held == 0


def test_who_is_alone_gets_all_that_may_be_asked_for() -> None:
    """What one may ask for can be had, however small the limit."""
    places = Allowance(10, 10, "busy", "answers")
    with places.hold("a", 1_000):
        assert places.held == 1_000


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1:2", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
        ("", ""),
        ("a:b", "a:b"),
    ],
)
def test_of_ipv6_a_network_is_one_address(address: str, network: str) -> None:
    """Every household has more addresses than there are devices."""
    assert network_of(address) == network
