"""Free loopback ports, for programs that cannot choose one themselves."""

import socket


def free_port() -> int:
    """Return a port that nobody listens on. Another program may take it at any time: be ready to ask again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Tell whether someone takes TCP connections on this loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
