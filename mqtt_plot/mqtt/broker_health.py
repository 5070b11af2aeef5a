"""What a broker tells of itself below `$SYS`, as Mosquitto does (mosquitto(8), "Broker status"). Not all brokers tell it, nor everybody.

A broker may end the connection of who asks for what is not allowed, or say nothing. So it is asked before anything else; where no answer
came, never again.
"""

# What is asked for, by the name under which the status tells it.
TOPICS = {
    "$SYS/broker/version": "version",
    "$SYS/broker/uptime": "uptime",
    "$SYS/broker/clients/connected": "clients",
    "$SYS/broker/publish/messages/dropped": "dropped",
    "$SYS/broker/messages/stored": "stored",
    "$SYS/broker/store/messages/count": "stored",
    "$SYS/broker/retained messages/count": "retained",
    "$SYS/broker/load/messages/received/1min": "received_per_minute",
}
PREFIX = "$SYS/"
MAX_TEXT = 80


class BrokerHealth:
    """`figures` are numbers and texts by name; filled on the network thread."""

    def __init__(self, topics: tuple[str, ...], *, is_wanted: bool = True) -> None:
        self.figures: dict[str, float | str] = {}
        # Whoever plots a broker's own figures subscribes to them already.
        self._is_wanted = is_wanted and not any(topic.startswith(PREFIX) for topic in topics)
        self._mid: int | None = None  # of the SUBSCRIBE that has no answer yet

    @property
    def wants(self) -> bool:
        """Whether to ask, on a connection that has just been made."""
        if self._mid is not None:
            self._is_wanted = False  # the connection before ended without an answer
            self._mid = None  # the next one counts its packets anew
        return self._is_wanted

    def asked(self, mid: int | None) -> None:
        """Note the id of the SUBSCRIBE."""
        self._mid = mid

    def is_answer(self, mid: int) -> bool:
        """Tell whether a SUBACK answers it."""
        if mid != self._mid:
            return False
        self._mid = None
        return True

    def accept(self, topic: str, payload: bytes) -> bool:
        """Take a message if it is the broker's own; tell whether it was."""
        if not self._is_wanted or not topic.startswith(PREFIX):
            return False
        name = TOPICS.get(topic)
        if name is not None:
            self.figures[name] = _figure(payload[:MAX_TEXT].decode("utf-8", "backslashreplace"))
        return True


def _figure(text: str) -> float | str:
    """Return a number where it is one (`3600 seconds` too), else what every page can show."""
    try:
        number = float(text.removesuffix(" seconds"))
    except ValueError:
        return "".join(character if character.isprintable() else "?" for character in text)
    return number if abs(number) < 1e300 else text  # noqa: PLR2004 - no infinity
