"""Notes what a bridge misses when it loses its broker, also while an earlier gap is being filled. Knows nothing of peers."""

from collections import deque
from collections.abc import Callable

from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.subscriber import Subscriber
from mqtt_plot.replicas.adoption import Gap

# Gaps that wait to be filled. Each takes half a minute: with more the broker comes and goes, and nothing would be filled in time.
MOST_GAPS = 16

Newest = dict[str, float]


class GapWatch:
    """Gaps in the order in which they came, each with the newest time of each tag before it. Call `look` often."""

    def __init__(self, source: Subscriber, newest: Callable[[], Newest], counters: Counters) -> None:
        self.missed = deque[tuple[Gap, Newest]]()
        self._source = source
        self._find_newest = newest
        self._counters = counters
        self._newest: Newest = {}
        self._seen = source.session.gaps
        self._was_connected = False

    def look(self) -> None:
        """See whether the broker has gone or come back."""
        source = self._source
        is_connected = source.state.state == "connected"
        if self._was_connected and not is_connected:
            self._newest = self._find_newest()
        self._was_connected = is_connected
        if source.session.gaps == self._seen or not source.state.is_ready:
            return
        self._seen = source.session.gaps
        if len(self.missed) < MOST_GAPS:
            self.missed.append((Gap(source.lost_at, source.session.subscribed_at), self._newest))
        else:
            self._counters.add("backfill_failed", "too_many_gaps")
