"""Limits with dead band and delays: every value is judged, and one that changes nothing costs one comparison."""

import math
from array import array
from collections.abc import Callable
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.ingest.events import Event, EventLog
from mqtt_plot.ingest.watcher import Watcher
from mqtt_plot.metrics import Counters
from mqtt_plot.store.store import Limits, Store

T = 1_700_000_000.0
Found = tuple[str, float, float | None, float | None]


class Plant:
    """A store that is watched, with one tag `a` whose meta is given."""

    def __init__(self, **meta: object) -> None:
        self.counters = Counters()
        self.store = Store(Limits(), self.counters)
        self.log = EventLog(self.counters)
        self.watcher = Watcher(self.store, self.log)
        self.series = self.store.open("a")
        self.describe(**meta)

    def describe(self, **meta: object) -> None:
        self.series.meta = meta
        self.watcher.described(self.series)

    def put(self, *points: tuple[float, float | str]) -> None:
        for time, value in points:
            self.store.append(self.series, T + time, value)

    @property
    def events(self) -> list[Found]:
        return [told(event) for event in self.log]


def told(event: Event) -> Found:
    return event.kind, event.begin - T, None if event.end is None else event.end - T, event.value


def oracle(
    points: list[tuple[float, float]], limit: float, band: float, on: float, off: float
) -> list[tuple[float, float | None, float]]:
    """Return (begin, end, worst) of each event above `limit`, by looking at every run of points anew."""
    found: list[tuple[float, float | None, float]] = []
    start = 0
    while (begun := first_run(points, start, lambda value: value > limit, on)) is not None:
        first, sure = begun
        over = first_run(points, sure + 1, lambda value: value <= limit - band, off)
        last = len(points) - 1 if over is None else over[1]
        worst = max(value for _, value in points[first : last + 1])
        found.append((points[first][0], None if over is None else points[over[0]][0], worst))
        if over is None:
            break
        start = last + 1
    return found


def first_run(
    points: list[tuple[float, float]], start: int, holds: Callable[[float], bool], seconds: float
) -> tuple[int, int] | None:
    """Return where from `start` on the first run begins that holds for so many seconds, and where that is sure."""
    for sure in range(start, len(points)):
        first = sure
        while first > start and holds(points[first - 1][1]):
            first -= 1
        if holds(points[sure][1]) and points[sure][0] - points[first][0] >= seconds:
            return first, sure
    return None


STEPS = st.lists(st.tuples(st.integers(0, 4), st.integers(-6, 6) | st.just(math.nan)), min_size=1, max_size=60)
DELAYS = st.integers(0, 6)


@given(STEPS, st.integers(0, 3), DELAYS, DELAYS, st.booleans())
def test_events_are_those_of_a_brute_force_search(
    steps: list[tuple[int, float]],
    band: int,
    on: int,
    off: int,
    as_columns: bool,  # noqa: FBT001 - drawn
) -> None:
    """For each of the four limits, with dead band and delays, value by value or in columns; a gap says nothing."""
    limits = {"lolo": -4, "lo": -2, "hi": 2, "hihi": 4}
    plant = Plant(
        **{name: float(limit) for name, limit in limits.items()},
        deadband=float(band),
        on_delay=float(on),
        off_delay=float(off),
    )
    times = list(accumulate(float(step) for step, _ in steps))
    points = [(time, float(value)) for time, (_, value) in zip(times, steps, strict=True)]
    if as_columns:
        plant.store.extend(
            plant.series, array("d", [T + time for time, _ in points]), array("d", [value for _, value in points])
        )
    else:
        plant.put(*points)
    known = [point for point in points if not math.isnan(point[1])]
    for name, limit in limits.items():
        sign = 1 if limit > 0 else -1
        turned = [(time, sign * value) for time, value in known]
        expected = [(begin, end, sign * worst) for begin, end, worst in oracle(turned, sign * limit, band, on, off)]
        assert [event[1:] for event in plant.events if event[0] == name] == expected


def test_noise_on_a_limit_is_one_event() -> None:
    """A dead band of the noise's width keeps it together."""
    plant = Plant(hi=80.0, deadband=2.0)
    plant.put(*((float(i), 80.5 if i % 2 else 79.5) for i in range(100)), (100.0, 77.0))
    assert plant.events == [("hi", 1.0, 100.0, 80.5)]


def test_a_value_that_changes_nothing_is_not_looked_at() -> None:
    """The quiet band of a series says which: all of them without limits, those within the limits, and while an event lasts up to the worst."""
    plant = Plant()
    bands = [(plant.series.low, plant.series.high)]
    plant.describe(lo=-1.0, hi=3.0)
    bands.append((plant.series.low, plant.series.high))
    plant.put((0.0, 9.0))
    bands.append((plant.series.low, plant.series.high))
    assert bands == [(-math.inf, math.inf), (-1.0, 3.0), (math.nextafter(3.0, math.inf), 9.0)]


def test_the_last_value_holds_while_none_comes() -> None:
    """A device that reports changes only: the delays run out by our clock."""
    plant = Plant(hi=5.0, on_delay=10.0, off_delay=10.0)
    plant.put((0.0, 6.0))
    for second in range(12):
        plant.watcher.look(T + second)
    plant.put((20.0, 1.0))
    begun = plant.events
    for second in range(20, 32):
        plant.watcher.look(T + second)
    assert (begun, plant.events) == ([("hi", 0.0, None, 6.0)], [("hi", 0.0, 20.0, 6.0)])


def test_a_limit_that_changes_ends_its_event() -> None:
    """What is held is judged anew by the new one; the same meta again changes nothing."""
    plant = Plant(hi=5.0)
    plant.put((0.0, 6.0))
    plant.describe(hi=5.0)
    plant.describe(hi=5.5)
    plant.describe()
    assert plant.events == [("hi", 0.0, 0.0, 6.0), ("hi", 0.0, 0.0, 6.0)]


def test_a_state_that_matters_is_an_event() -> None:
    """It lasts as long as the state; numbers of limits say nothing of names."""
    plant = Plant(alarm_states=["FAULT", "STOP"], hi=0.5)
    plant.put((0.0, "RUN"), (1.0, "FAULT"), (2.0, "FAULT"), (3.0, "STOP"), (4.0, "RUN"))
    names = [event.text for event in plant.log]
    assert (plant.events, names) == ([("state", 1.0, 3.0, 1.0), ("state", 3.0, 4.0, 2.0)], ["FAULT", "STOP"])


def test_a_stray_time_is_not_judged_and_a_clock_set_back_is() -> None:
    """One value from the past is no excursion of now; five in a row are what the device now says."""
    plant = Plant(hi=5.0)
    plant.put((100.0, 1.0), (50.0, 9.0))
    strays = list(plant.events)
    plant.put(*((60.0 + i, 9.0) for i in range(4)))
    assert (strays, plant.events) == ([], [("hi", 63.0, None, 9.0)])


def test_an_event_that_lasts_goes_on_after_a_restart() -> None:
    """It has one begin and one end, and the worst of both lives."""
    before = Plant(hi=5.0)
    before.put((0.0, 7.0))
    after = Plant()
    after.log.restore(before.log.dump())
    after.series.meta = {"hi": 5.0}
    after.watcher.start(T + 5)
    after.put((10.0, 6.0), (11.0, 8.0), (12.0, 1.0))
    assert after.events == [("hi", 0.0, 12.0, 8.0)]
