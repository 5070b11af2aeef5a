"""Logins that failed, by address, and how long each must wait for the next try. Knows nothing of names and passwords."""

import ipaddress

# So many failures are free: people mistype. Then each doubles the wait.
FREE_TRIES = 5
FIRST_SECONDS, LONGEST_SECONDS = 30.0, 3600.0
# A failure is forgotten after so long without another.
FORGET_SECONDS = 2 * LONGEST_SECONDS
# At the limit the address that failed first is forgotten.
MAX_ADDRESSES = 1_000
_IPV6_NETWORK = 64  # bits that one household or machine may choose from


class Lockout:
    """Failures per address; of IPv6, per network of 64 bits. Times are seconds of one steady clock."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, float]] = {}  # address: how many, when the last

    def wait(self, address: str, now: float) -> float:
        """Return for how many seconds no login from `address` is looked at, 0 if it is."""
        count, last = self._failures.get(_place(address), (0, now))
        if count < FREE_TRIES:
            return 0.0
        pause = min(FIRST_SECONDS * 2.0 ** min(count - FREE_TRIES, 20), LONGEST_SECONDS)
        return max(0.0, last + pause - now)

    def failed(self, address: str, now: float) -> None:
        """Note a failed login."""
        place = _place(address)
        count, last = self._failures.pop(place, (0, now))
        if now - last > FORGET_SECONDS:
            count = 0
        if len(self._failures) >= MAX_ADDRESSES:
            del self._failures[next(iter(self._failures))]
        self._failures[place] = (count + 1, now)

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address."""
        self._failures.pop(_place(address), None)


def _place(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a socket without addresses
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK), strict=False))
    return address
