"""The session that a broker keeps for us, as far as its answers tell: subscriptions, and what was lost with an earlier one."""

import math

from mqtt_plot.mqtt.broker import Subscription


class BrokerSession:
    """What this process knows of its session. The network thread writes; the loop reads `gaps`, `lost` and `subscribed_at`."""

    def __init__(self) -> None:
        self.subscribed_at = math.inf  # since when messages come to it, POSIX seconds
        self.gaps = 0  # connections after the first without the messages of the outage before
        self.lost = 0  # times the broker had no session, so that the messages of an outage were lost
        self.granted: tuple[Subscription, ...] = ()  # by the broker, since this process began
        self.is_subscribed = False  # in the session that the broker has, if it still has it
        self.is_washed = False  # of what an earlier life of this process has left at the broker
        self._is_new = False  # since we have subscribed last

    def begun(self) -> None:
        """Note that the broker has no session of ours from before this connection."""
        self._is_new, self.is_subscribed = True, False

    def connected(self, *, was_lost: bool) -> bool:
        """Count what is lost with an earlier session; return True where that was one with subscriptions. `was_lost`: the connection."""
        is_new, self._is_new = self._is_new, False
        self.gaps += was_lost and is_new
        is_loss = is_new and not self.is_subscribed and bool(self.granted)
        self.lost += is_loss
        return is_loss

    def subscribed(self, granted: tuple[Subscription, ...], now: float) -> None:
        """Note that the broker has granted all subscriptions."""
        self.granted = granted
        self.is_subscribed = True
        self.subscribed_at = now
