"""The names by which we may be called: the check against DNS rebinding. Knows nothing of what is asked for.

A stranger's web page can have its own name resolve to our address, and is then of our "origin" to the browser. What it cannot do is
make the browser send another Host than its own name. So an address, localhost and our own names are let in; all else must be
allowed by name (--allow-host).
"""

import ipaddress
from collections.abc import Iterable

ANY = "*"


class Hosts:
    """The allowed names, in lower case; `*.example.org` stands for every name below example.org, `*` for every name."""

    def __init__(self, allowed: Iterable[str] = (), hostname: str = "") -> None:
        short = hostname.lower().partition(".")[0]
        own = {hostname.lower(), short, f"{short}.local"} if short else set()
        given = {name.lower() for name in allowed}
        self._names = {"localhost", *own, *given}
        self._suffixes = tuple(name[1:] for name in given if name.startswith("*."))
        self._is_any = ANY in given

    def is_ours(self, name: str) -> bool:
        """Tell whether `name`, a Host without its port, may be how we are called."""
        name = name.lower().removesuffix(".")
        if self._is_any or name in self._names or name.endswith((".localhost", *self._suffixes)):
            return True
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on is reached from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
