"""Logins that failed, by address and name, and how long each must wait for the next try. Knows nothing of passwords."""

from mqtt_plot.web.allowance import network_of

# So many failures are free: people mistype. Then each doubles the wait.
FREE_TRIES = 5
# With all names from one address, and with one name from all addresses: whoever tries many of them.
FREE_TRIES_PER_ADDRESS = 20
FREE_TRIES_PER_NAME = 50
FIRST_SECONDS, LONGEST_SECONDS = 30.0, 3600.0
# A failure is forgotten after so long without another.
FORGET_SECONDS = 2 * LONGEST_SECONDS
# Of each kind; at the limit the one that failed first is forgotten.
MAX_FAILURES = 1_000
MAX_NAME = 100


class Lockout:
    """Failures per address and name, per address, and per name. Of IPv6, an address is a network of 64 bits.

    A right login forgives what was tried at that name from that address, and nothing else: a user's own login must not buy him tries
    at another's. Who has logged in from an address before is not kept out by what others try at the name. Sessions are not asked.
    Times are seconds of one steady clock.
    """

    def __init__(self) -> None:
        self._pairs = _Failures(FREE_TRIES)
        self._addresses = _Failures(FREE_TRIES_PER_ADDRESS)
        self._names = _Failures(FREE_TRIES_PER_NAME)
        self._known: dict[tuple[str, str], None] = {}  # from where who has logged in

    def wait(self, address: str, name: str, now: float) -> float:
        """Return for how many seconds no login with `name` from `address` is looked at, 0 if it is."""
        place, name = network_of(address), name[:MAX_NAME]
        waits = [self._pairs.wait((place, name), now), self._addresses.wait((place, ""), now)]
        if (place, name) not in self._known:
            waits.append(self._names.wait(("", name), now))
        return max(waits)

    def failed(self, address: str, name: str, now: float) -> None:
        """Note a failed login."""
        place, name = network_of(address), name[:MAX_NAME]
        self._pairs.add((place, name), now)
        self._addresses.add((place, ""), now)
        self._names.add(("", name), now)

    def succeeded(self, address: str, name: str) -> None:
        """Forgive the failures of that name from that address, the last of which turned out to be none."""
        place, name = network_of(address), name[:MAX_NAME]
        self._pairs.forget((place, name))
        self._addresses.undo((place, ""))
        self._names.undo(("", name))
        self._known.pop((place, name), None)
        if len(self._known) >= MAX_FAILURES:
            del self._known[next(iter(self._known))]
        self._known[place, name] = None


class _Failures:
    """How often, and when last; `free` of them cost nothing."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}

    def wait(self, key: tuple[str, str], now: float) -> float:
        count, last = self._failures.get(key, (0, now))
        if count < self._free:
            return 0.0
        pause = min(FIRST_SECONDS * 2.0 ** min(count - self._free, 20), LONGEST_SECONDS)
        return max(0.0, last + pause - now)

    def add(self, key: tuple[str, str], now: float) -> None:
        count, last = self._failures.pop(key, (0, now))
        if now - last > FORGET_SECONDS:
            count = 0
        if len(self._failures) >= MAX_FAILURES:
            del self._failures[next(iter(self._failures))]
        self._failures[key] = (count + 1, now)

    def undo(self, key: tuple[str, str]) -> None:
        count, last = self._failures.pop(key, (0, 0.0))
        if count > 1:
            self._failures[key] = (count - 1, last)

    def forget(self, key: tuple[str, str]) -> None:
        self._failures.pop(key, None)
