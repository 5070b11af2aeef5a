"""Which peer is asked for what, and when what came of it is settled: with a peer made of lists."""

import logging
import math

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.replicas import backfill
from mqtt_plot.replicas.adoption import Gap
from mqtt_plot.replicas.backfill import Backfill
from mqtt_plot.store.statistics import points_since, statistics
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import Width
from mqtt_plot.web.api.series import description, whole

GAP = Gap(100.0, 110.0)


class Peer:
    """Holds a point each 0.1 s of one tag up to `stop`."""

    address = "http://peer"
    stop = 1_110

    async def epoch(self) -> str:
        return "another"

    async def tags(self) -> list[dict[str, object]]:
        return [{"tag": "t", "points": self.stop}]

    async def series(self, tag: str, start: float | None, *, outline: bool = False) -> object:  # noqa: ARG002 - it has none
        first = 0 if start is None else round(10 * start)
        times, values = ([n / part for n in range(first, self.stop)] for part in (10, 1))
        return {"tag": tag, "unit": None, "kind": "number", "time": times, "value": values, "outline": None}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "LEAD_SECONDS", 0.0)
    monkeypatch.setattr(backfill, "SETTLE_SECONDS", 0.0)


@pytest.fixture
def house() -> Store:
    """A store that has heard the same tag up to the gap, and from its end on."""
    store = Store(Limits(), Counters())
    hear(store, range(1_000))
    hear(store, range(1_100, 1_110))
    return store


def hear(store: Store, numbers: range) -> None:
    for number in numbers:
        store.append(store.open("t"), number / 10, float(number))


def values(store: Store) -> list[float]:
    return list(store.find("t").window(None, None)[1])


@pytest.mark.usefixtures("quick")
async def test_what_comes_again_until_a_gap_is_settled_is_held_once(house: Store) -> None:
    """Also where the end of the gap was told anew between two looks, as the subscription was made once more."""
    filling = Backfill([Peer()], "here", house, house.counters, clock=lambda: 111.0)
    await filling.fill_gap(GAP, {"t": 99.9})
    await filling.fill_gap(Gap(GAP.since, 110.5), {"t": 99.9})
    hear(house, range(1_000, 1_097))
    filling.settle(GAP)
    assert values(house) == [float(n) for n in range(1_110)]
    hear(house, range(1_000, 1_010))
    filling.settle(GAP)
    assert len(values(house)) == 1_120  # nothing is remembered for ever


@pytest.mark.usefixtures("quick")
async def test_further_looks_at_a_gap_are_told_where_they_found_something(
    house: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """The first one is told always."""
    caplog.set_level(logging.INFO)
    filling = Backfill([Peer()], "here", house, house.counters, clock=lambda: 111.0)
    peer = await filling.fill_gap(GAP, {"t": 99.9})
    for _ in range(3):
        peer = await filling.fill_gap(GAP, {"t": 99.9}, peer=peer)
    told = [record.getMessage() for record in caplog.records if "filled" in record.getMessage()]
    assert told == ["filled the gap of 10 s with 100 points from http://peer"]


class ForgetfulPeer(Peer):
    """Has the points of the last ten seconds alone, and an outline of what was before; counts how often it is asked for that."""

    def __init__(self) -> None:
        self.store, self.asked = Store(Limits(max_points=100, history=(Width(1, 100), Width(10, 100))), Counters()), 0
        hear(self.store, range(self.stop))

    async def series(self, tag: str, start: float | None, *, outline: bool = False) -> object:
        series = self.store.find(tag)
        times, values = series.window(start, None)
        packed = None
        if outline:
            self.asked += 1
            packed, times, values = whole(series, -math.inf, math.inf)
        about = {**description(series), "outline": packed, "points_since": points_since(series)}
        return about | {"time": list(times), "value": list(values)}


@pytest.mark.usefixtures("quick")
async def test_what_was_missed_longer_ago_than_a_peer_has_points_of_comes_in_outline_once() -> None:
    """From the next looks at the gap on it is asked for points alone."""
    here, peer = Store(Limits(history=(Width(1, 100), Width(10, 100))), Counters()), ForgetfulPeer()
    hear(here, range(600))
    hear(here, range(1_100, 1_110))
    filling = Backfill([peer], "here", here, here.counters, clock=lambda: 111.0)
    for _ in range(3):
        await filling.fill_gap(Gap(60.0, 110.0), {"t": 59.9})
    found = statistics(here.find("t"), -math.inf, math.inf)
    assert (found.samples, found.low, found.high, peer.asked) == (1_110, 0.0, 1_109.0, 1)
