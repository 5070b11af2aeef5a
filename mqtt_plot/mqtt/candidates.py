"""The brokers that the user has named: which one is in use, and why the others failed. Knows nothing of sockets and clocks."""

from collections.abc import Sequence
from dataclasses import dataclass

from mqtt_plot.mqtt.broker import Broker


@dataclass
class BrokerCandidate:
    """One broker, and the results of the last attempts."""

    broker: Broker
    is_version_5: bool = True  # what to try next
    unanswered: int = 0  # connections in a row that it accepted and did not answer
    failure: tuple[str, str] | None = None  # state and text of the last attempt, since the last connection to any


class Candidates:
    """At least one broker. They are tried in order; the first that accepts the connection is used until it is lost."""

    def __init__(self, brokers: Sequence[Broker]) -> None:
        self._all = [BrokerCandidate(broker) for broker in brokers]
        self._place = 0

    @property
    def current(self) -> BrokerCandidate:
        return self._all[self._place]

    @property
    def which(self) -> str:
        """Which of several it is, for a person; "" for the only one."""
        return f" ({self._place + 1} of {len(self._all)})" if len(self._all) > 1 else ""

    def advance(self) -> bool:
        """Go on to the next; return True after a round of all."""
        self._place = (self._place + 1) % len(self._all)
        return self._place == 0

    def connected(self) -> None:
        """Forget the failures: the current broker has accepted the connection."""
        self.current.unanswered = 0
        for candidate in self._all:
            candidate.failure = None

    def fail(self, state: str, text: str) -> tuple[str, str]:
        """Note why the current one cannot be used, `refused` or `lost`; return that of all that were tried in vain."""
        self.current.failure = (state, text)
        failures = [candidate.failure for candidate in self._all if candidate.failure is not None]
        if len(failures) == 1:
            return state, text
        is_refused = all(each == "refused" for each, _ in failures)
        texts = " · ".join(each for _, each in failures)
        return "refused" if is_refused else "lost", f"{len(failures)} of {len(self._all)} brokers tried: {texts}"
