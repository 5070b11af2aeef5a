"""Health of the bridge: its status (docs/protocol.md), whether it is ready and alive, and why not."""

import math
import time
from collections import deque
from collections.abc import Callable

from mqtt_plot.ingest.inbox import Inbox
from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.broker import BrokerState
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.store.store import Store

# `rate` in the status is the mean over about so many seconds.
RATE_SECONDS = 5
# The status is asked for once per second, sometimes a little early.
_ONE_SECOND = 0.99
_POINT_BYTES = 16
_SINCE_SECONDS = 10.0


class Health:
    """`source` is set once there is a broker to listen to. `progress` tells what is still to be done at the start, "" for nothing."""

    def __init__(
        self,
        store: Store,
        counters: Counters,
        inbox: Inbox,
        *,
        clients: Callable[[], int],
        progress: Callable[[], str],
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
        held_back: Callable[[], int] = lambda: 0,
        advice: Callable[[], list[str]] = list,
    ) -> None:
        self.source: Subscriber | None = None
        self._store = store
        self._counters = counters
        self._inbox = inbox
        self._clients = clients
        self._progress = progress
        self._clock = clock
        self._steady = steady
        self._held_back = held_back
        self._advice = advice
        self._received: deque[tuple[float, int]] = deque(maxlen=RATE_SECONDS + 1)
        self._since: tuple[float | None, float | None] = (None, None)
        self._since_due = -math.inf

    def broker_state(self) -> BrokerState:
        """Return the state of the broker connection."""
        if self.source is None:
            return BrokerState("off", "no broker (--broker none): data comes over HTTP only", 0.0)
        return self.source.state

    def is_ready(self) -> tuple[bool, str]:
        """Tell whether data can come in, and if not, why."""
        state, progress = self.broker_state(), self._progress()
        is_fed = state.is_ready or self.source is None
        return is_fed and not progress, (progress if is_fed else "") or state.text

    def is_healthy(self) -> tuple[bool, str]:
        """Tell whether all threads live; the loop lives if it can answer."""
        if self.source is not None and not self.source.is_alive:
            return False, "the MQTT thread has died"
        return True, "ok"

    def status(self) -> dict[str, object]:
        """Return what docs/protocol.md calls `status`."""
        now = self._clock()
        state = self.broker_state()
        store = self._store
        since, points_since = self._held_since(now)
        return {
            "time": now,
            "broker": {
                "state": state.state,
                "text": state.text,
                "since": state.since,
                "subscriptions": [
                    {"topic": s.topic, "granted": s.is_granted, "reason": s.reason} for s in state.subscriptions
                ],
                "health": {} if self.source is None else dict(self.source.health.figures),
            },
            "tags": len(store),
            "points": store.points,
            "bytes": store.nbytes,
            "utc_offset": time.localtime(now).tm_gmtoff,
            "rate": self._rate(self._steady()),
            "holds": self._holds(),
            "since": since,
            "points_since": points_since,
            "clients": self._clients(),
            "advice": self._advice(),
            "counters": self._all_counters(),
        }

    def _rate(self, now: float) -> float:
        received = self._counters.get("messages_received")
        marks = self._received
        if not marks or now - marks[-1][0] >= _ONE_SECOND:
            marks.append((now, received))
        seconds = now - marks[0][0]
        return (received - marks[0][1]) / seconds if seconds > 0 else 0.0

    def _holds(self) -> float | None:
        """Return how many seconds of history the limits allow at the present rates: the least of points, age and memory."""
        limits = self._store.limits
        rates = [series.rate for series in self._store if series.rate > 0]
        if not rates:
            return limits.max_age
        by_points = limits.max_points / max(rates)
        by_memory = limits.max_memory / _POINT_BYTES / sum(rates)
        return min(by_points, by_memory, limits.max_age or by_points)

    def _held_since(self, now: float) -> tuple[float | None, float | None]:
        """Return the oldest time of which anything is held, and that from which every point of every tag is; None for nothing.

        Looked up from time to time, as it looks at every tag.
        """
        steady = self._steady()
        if steady >= self._since_due or self._since[0] is None:
            self._since_due = steady + _SINCE_SECONDS
            oldest = min((series.oldest for series in self._store), default=math.inf)
            whole = max((series.whole_from for series in self._store if series.whole_from < now), default=oldest)
            self._since = (oldest, max(oldest, whole)) if oldest < math.inf else (None, None)
        return self._since

    def _all_counters(self) -> dict[str, int]:
        """Return all counters; the network thread and the log have their own, as they share nothing."""
        counts = self._counters.as_dict()
        if self._inbox.dropped:
            counts["messages_dropped.inbox_full"] = self._inbox.dropped
        if lines := self._held_back():
            counts["log_lines_held_back"] = lines
        if self.source is not None:
            counts["broker_reconnects"] = self.source.reconnects
            counts["broker_sessions_lost"] = self.source.session.lost
        return counts
