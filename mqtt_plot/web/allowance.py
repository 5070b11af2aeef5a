"""A budget with two limits: for all clients together, and for one address."""

import ipaddress
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from mqtt_plot.web.errors import RefusedError

RETRY_SECONDS = 5
_IPV6_NETWORK = 64  # bits that one household or machine may choose from


class Allowance:
    """A budget of `what`: one limit in all, one per address. What does not fit is refused (503 with Retry-After).

    A single request larger than the limit is let through when nothing else is held.
    """

    def __init__(self, limit: int, limit_per_address: int, code: str, what: str) -> None:
        self.limit = limit
        self.held = 0
        self._limit_per_address = limit_per_address
        self._code = code
        self._what = what
        self._by_address: Counter[str] = Counter()

    @contextmanager
    def hold(self, address: str, size: int = 1) -> Iterator[None]:
        """Count `size` for an address until the block ends. Raises RefusedError when there is no room."""
        place = network_of(address)
        held = self._by_address[place]
        if held and held + size > self._limit_per_address:
            self._refuse("for this address")
        if self.held and self.held + size > self.limit:
            self._refuse("in all")
        self.held += size
        self._by_address[place] += size
        try:
            yield
        finally:
            self.held -= size
            self._by_address[place] -= size
            if not self._by_address[place]:
                del self._by_address[place]

    def _refuse(self, scope: str) -> None:
        text = f"too many {self._what} {scope}; try again in {RETRY_SECONDS} s"
        raise RefusedError(503, self._code, text, retry_seconds=RETRY_SECONDS)


def network_of(address: str) -> str:
    """Return whose address it is: itself, of IPv6 the network of 64 bits."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a socket without addresses
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK), strict=False))
    return address
