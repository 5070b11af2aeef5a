"""What a bridge has missed is noted, however often its broker goes."""

from types import SimpleNamespace

from mqtt_plot.metrics import Counters
from mqtt_plot.replicas.adoption import Gap
from mqtt_plot.replicas.gap_watch import MOST_GAPS, GapWatch, Newest


class Source:
    """A subscription that is lost and comes back when it is told to."""

    def __init__(self) -> None:
        self.state = SimpleNamespace(state="connected", is_ready=True)
        self.session = SimpleNamespace(gaps=0, subscribed_at=0.0)
        self.lost_at = 0.0
        self.held: Newest = {}
        self.counters = Counters()
        self.watch = GapWatch(self, lambda: dict(self.held), self.counters)  # type: ignore[arg-type]  # what it needs of one
        self.watch.look()

    def lose(self, time: float) -> None:
        self.lost_at = time
        self.state.state, self.state.is_ready = "lost", False
        self.watch.look()

    def connect(self, *, is_ready: bool = True) -> None:
        self.state.state, self.state.is_ready = "connected", is_ready
        self.watch.look()

    def come_back(self, time: float, *, with_session: bool = False) -> None:
        """Connect, and be subscribed a moment later."""
        self.session.gaps += not with_session
        self.connect(is_ready=False)
        self.session.subscribed_at = time
        self.connect()


def test_each_gap_is_noted_with_what_was_held_before_it() -> None:
    """Also where the next loss comes before anybody has filled the gap."""
    source = Source()
    for lost_at in (10.0, 20.0, 30.0):
        source.held["a"] = lost_at - 1
        source.lose(lost_at)
        source.come_back(lost_at + 5)
    expected = [(Gap(at, at + 5), {"a": at - 1}) for at in (10.0, 20.0, 30.0)]
    assert list(source.watch.missed) == expected


def test_an_outage_whose_messages_the_broker_has_kept_is_no_gap() -> None:
    """They come by themselves."""
    source = Source()
    source.lose(10.0)
    source.come_back(15.0, with_session=True)
    assert list(source.watch.missed) == []


def test_gaps_beyond_what_can_be_filled_are_counted() -> None:
    """A broker that comes and goes all the time costs no more than so many."""
    source = Source()
    for number in range(MOST_GAPS + 3):
        source.lose(float(number))
        source.come_back(number + 0.5)
    assert (len(source.watch.missed), source.counters.get("backfill_failed", "too_many_gaps")) == (MOST_GAPS, 3)
