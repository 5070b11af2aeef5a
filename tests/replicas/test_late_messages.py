"""Backfill beside a live stream that lags: whatever comes when, each message is held once in the end.

A simulation: a broker hands each message to another bridge and to this one after delays of their own, in order. This one hears nothing of what
was handed on between the loss of its session and its new subscription. It asks the other for the gap several times, as `Replica` does.
"""

from bisect import bisect_right
from itertools import accumulate

from hypothesis import assume, given
from hypothesis import strategies as st

from mqtt_plot.metrics import Counters
from mqtt_plot.replicas.adoption import Gap, adopt
from mqtt_plot.replicas.history import parse_history
from mqtt_plot.store.store import Limits, Store

# Seconds from the subscription to each look at the other bridge, and from its answer to the adoption.
PASSES = (1.0, 6.0, 17.0, 38.0)
SETTLE = 0.5
END = 60.0
# Slower tags give too few values in a lag of seconds to prove what is the same message.
INTERVALS = (0.05, 0.2)
# Points that both have from before; fewer prove nothing where stamps differ.
KNOWN = 8
delays = st.lists(st.tuples(st.floats(0, 55), st.floats(0, 5)), max_size=4)


def arrivals(routed: list[float], slow: list[tuple[float, float]], usual: float) -> list[float]:
    """Return when messages arrive, in order: `usual` seconds after they were handed on, or later, from each time in `slow` for so long."""
    late = [
        time + usual + max((lag for since, lag in slow if since <= time < since + 4), default=0.0) for time in routed
    ]
    return list(accumulate(late, max))


@given(
    interval=st.sampled_from(INTERVALS),
    lost=st.floats(2, 20),
    away=st.floats(0.1, 10),
    granted=st.floats(0, 3),
    ours=delays,
    theirs=delays,
    is_stamped=st.booleans(),
    is_new=st.booleans(),
)
def test_each_message_is_held_once_in_the_end(
    *,
    interval: float,
    lost: float,
    away: float,
    granted: float,
    ours: list[tuple[float, float]],
    theirs: list[tuple[float, float]],
    is_stamped: bool,
    is_new: bool,
) -> None:
    """With stamps of the device, or of each bridge's own; for a bridge that was away, and for one that is new."""
    routed = [n * interval for n in range(int(END / interval))]
    here, there = arrivals(routed, ours, 0.0013), arrivals(routed, theirs, 0.0021)
    back = lost + away  # what is handed on from here on comes to this bridge; it hears so `granted` seconds later
    house = Store(Limits(max_points=100_000), Counters())
    series = house.open("t")
    stamps = routed if is_stamped else here
    live = [n for n, time in enumerate(routed) if time >= back]
    if not is_new:
        for n, time in enumerate(here):
            if routed[n] < lost and time < lost:
                house.append(series, stamps[n], float(n))
    assume(is_new or len(series.ring) >= KNOWN)
    gap = Gap(0.0 if is_new else lost, back + granted)
    heard, earlier = 0, None
    for pause in PASSES:
        asked = back + granted + pause
        known = bisect_right(there, asked)
        times = routed[:known] if is_stamped else there[:known]
        answer = {"tag": "t", "kind": "number", "unit": None, "time": times, "value": [float(n) for n in range(known)]}
        while heard < len(live) and here[live[heard]] <= asked + SETTLE:
            house.append(series, stamps[live[heard]], float(live[heard]))
            heard += 1
        earlier = adopt(house, series, parse_history(answer), gap, earlier)
    for n in live[heard:]:
        house.append(series, stamps[n], float(n))
    values = list(series.ring.read(series.ring.first, series.ring.next)[1])
    assert sorted(values) == [float(n) for n in range(len(routed))]
