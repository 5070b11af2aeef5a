"""Triggers and captures: what is waited for fires once, and the points around it are frozen as they were."""

import math
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import WatchError
from mqtt_plot.ingest.events import EventLog
from mqtt_plot.ingest.flight_recorder import FlightRecorder
from mqtt_plot.ingest.triggers import MAX_TRIGGERS, parse_trigger
from mqtt_plot.ingest.watcher import Watcher
from mqtt_plot.metrics import Counters
from mqtt_plot.store.captures import MAX_CAPTURES, MAX_POINTS, Capture, CaptureList, Line
from mqtt_plot.store.store import Limits, Store

T = 1_700_000_000.0


class Plant:
    """A store that is watched, with a flight recorder."""

    def __init__(self, max_points: int = 10_000) -> None:
        self.counters = Counters()
        self.store = Store(Limits(max_points=max_points), self.counters)
        self.log = EventLog(self.counters)
        self.watcher = Watcher(self.store, self.log)
        self.flight = FlightRecorder(self.store, self.counters)
        self.watcher.others = self.flight.triggers.watches_of
        self.flight.triggers.on_change = self.watcher.others_changed
        self.log.listeners.append(lambda event: self.flight.triggers.event_began(event) if event.end is None else None)

    def arm(self, **fields: object) -> None:
        self.flight.triggers.add(parse_trigger({"tag": "a", "before": 5, "after": 5, **fields}))

    def put(self, tag: str, *points: tuple[float, float | str], **meta: object) -> None:
        series = self.store.open(tag)
        series.meta = meta or series.meta
        self.watcher.described(series)
        for time, value in points:
            self.store.append(series, T + time, value)

    def look(self, *seconds: float) -> None:
        for second in seconds:
            self.flight.look(T + second)

    @property
    def fired(self) -> list[int]:
        return [trigger.fired for trigger in self.flight.triggers]

    @property
    def captures(self) -> list[Capture]:
        return list(self.flight.captures)


@pytest.mark.parametrize(
    ("condition", "values", "fired_at"),
    [
        ({"condition": "rises", "level": 5}, [1, 5, 9, 4, 6], [1, 4]),
        ({"condition": "falls", "level": 5}, [9, 5, 1, 6, 5], [1, 4]),
        ({"condition": "above", "level": 5}, [9, 9, 5, 6], [0, 3]),
        ({"condition": "below", "level": 5}, [1, 5, 4, 3], [0, 2]),
        ({"condition": "changes"}, [1, 1, 2, math.nan, 2, 3], [2, 5]),
        ({"condition": "changes", "to": "FAULT"}, ["RUN", "RUN", "FAULT", "RUN", "STOP", "FAULT"], [2, 5]),
        ({"condition": "expression", "expression": "{a} > 5 and {b} == 1"}, [1, 6, 7, 1, 8], [1, 4]),
        ({"condition": "event", "kinds": ["hi"]}, [1, 11, 12, 3, 13], [1, 4]),
    ],
)
def test_a_trigger_fires_when_what_it_waits_for_comes(
    condition: dict[str, object], values: list[float | str], fired_at: list[int]
) -> None:
    """At the sample that did it, and not again before it was otherwise."""
    plant = Plant()
    plant.put("b", (0, 1.0))
    plant.arm(**condition, before=1, after=0)
    plant.put("a", hi=10.0)
    found: list[int] = []
    for i, value in enumerate(values):
        plant.put("a", (i * 10, float(value) if isinstance(value, int | float) else value), hi=10.0)
        plant.look(i * 10, i * 10 + 5)
        if sum(plant.fired) > len(found):
            found.append(i)
    assert found == fired_at


@given(
    st.lists(st.integers(-3, 3), max_size=40),
    st.sampled_from(["rises", "falls", "above", "below", "changes"]),
    st.booleans(),
)
def test_no_quiet_value_would_have_fired(values: list[int], condition: str, is_beside_another: bool) -> None:  # noqa: FBT001 - drawn
    """Passing over values in the quiet band gives what looking at each would: the count of edges found one by one."""
    plant = Plant()
    plant.arm(condition=condition, level=0.5, before=1, after=0)
    if is_beside_another:
        plant.arm(condition="changes", before=1, after=0)
    plant.put("a")
    for i, value in enumerate(values):
        plant.put("a", (i * 10, float(value)))
        plant.look(i * 10, i * 10 + 5)
    pairs = list(zip([None, *values], values, strict=False))
    edges = {
        "rises": sum(was is not None and was < 0.5 <= value for was, value in pairs),
        "falls": sum(was is not None and was > 0.5 >= value for was, value in pairs),
        "above": sum(value > 0.5 and not (was is not None and was > 0.5) for was, value in pairs),
        "below": sum(value < 0.5 and not (was is not None and was < 0.5) for was, value in pairs),
        "changes": sum(was is not None and was != value for was, value in pairs),
    }
    assert plant.fired[0] == edges[condition]


def test_a_capture_has_all_tags_before_and_after() -> None:
    """The raw points, of the trigger's tag and those chosen; the instant is that of the sample."""
    plant = Plant()
    plant.put("a", *((i, float(i)) for i in range(10)))
    plant.put("b/1", *((i, 2.0 * i) for i in range(10)))
    plant.put("c", (5, 1.0))
    plant.arm(condition="rises", level=10, tags=["b/*"], name="Fault")
    plant.put("a", (10, 10.0), (14, 9.0))
    plant.put("b/1", (12, 24.0))
    plant.look(11)
    early = plant.captures
    plant.put("a", (15, 8.0), (16, 7.0))
    plant.look(12)
    (capture,) = plant.captures
    points = {line.tag: [time - T for time in line.times] for line in capture.lines or ()}
    assert (early, capture.name, capture.reason, capture.at - T, capture.start - T, capture.end - T, points, capture.is_whole) == (
        [], "Fault", "a rises through 10", 10, 5, 15,
        {"a": [5, 6, 7, 8, 9, 10, 14, 15], "b/1": [5, 6, 7, 8, 9, 12]}, True,
    )  # fmt: skip


def test_a_capture_has_what_came_in_one_batch() -> None:
    """What lies before the instant and after it, in the column that fired."""
    plant = Plant()
    plant.put("a")
    plant.arm(condition="rises", level=5)
    plant.store.extend(
        plant.store.find("a"), array("d", [T + i for i in range(30)]), array("d", [0.0] * 10 + [9.0] * 20)
    )
    plant.look(30)
    (capture,) = plant.captures
    assert ([time - T for time in (capture.lines or ())[0].times], capture.is_whole) == (list(range(5, 16)), True)


def test_a_capture_outlives_the_ring() -> None:
    """What lay before the instant is taken at once; what was overwritten before it could be taken is said."""
    plant = Plant(max_points=20)
    plant.arm(condition="rises", level=99, once=True)
    plant.put("a", *((i, 0.0) for i in range(20)), (20, 100.0), *((20 + i / 4, 0.0) for i in range(1, 20)))
    plant.look(20, 28)
    plant.arm(condition="rises", level=99, before=60)
    plant.put("a", (40, 100.0), (60, 0.0))
    plant.look(60)
    whole, cut = plant.captures
    assert (whole.points, whole.is_whole, cut.is_whole) == (25, True, False)


def test_a_trigger_is_held_off() -> None:
    """While its capture is made, and for the seconds it was given; both are counted."""
    plant = Plant()
    plant.arm(condition="changes", hold_off=20)
    plant.put("a", (0, 1.0), (1, 2.0), (2, 3.0))
    plant.look(1, 9)
    plant.put("a", (20, 4.0), (27, 5.0))
    assert (plant.fired, plant.counters.get("triggers_skipped", "held_off")) == ([2], 2)


def test_a_trigger_may_fire_once() -> None:
    """Its first capture disarms it."""
    plant = Plant()
    plant.arm(condition="changes", once=True)
    plant.put("a", (0, 1.0), (1, 2.0))
    plant.look(1, 9)
    plant.put("a", (20, 4.0))
    assert (plant.fired, [trigger.wanted.is_armed for trigger in plant.flight.triggers], plant.store.find("a").high) == (
        [1], [False], math.inf
    )  # fmt: skip


def test_captures_are_bounded_and_pinned_ones_stay() -> None:
    """In number and in points; where only pinned ones are left, the new one is refused, counted."""
    captures = CaptureList(Counters())
    line = Line("a", "", "number", (), array("d", range(MAX_POINTS // 4)), array("d", range(MAX_POINTS // 4)))
    for i in range(1, 7):
        capture = Capture(i, "c", "r", at=T, stretch=(T, T), lines=[line])
        capture.is_pinned = i == 2
        captures.add(capture)
    large = [capture.id for capture in captures]
    for i in range(7, 7 + MAX_CAPTURES):
        captures.add(Capture(i, "c", "r", at=T, stretch=(T, T), lines=[]))
    for capture in captures:
        capture.is_pinned = True
    with pytest.raises(WatchError):
        captures.add(Capture(999, "c", "r", at=T, stretch=(T, T), lines=[]))
    assert (large, len(captures), captures.get(2) is not None, captures.dropped) == (
        [2, 4, 5, 6],
        MAX_CAPTURES,
        True,
        6,
    )


def test_a_hundred_captures_of_sixteen_tags_stay_in_the_budget() -> None:
    """A minute of ten points a second each: 15 MB, whatever else the store holds."""
    captures = CaptureList(Counters())
    minute = array("d", range(600))
    for i in range(MAX_CAPTURES):
        lines = [Line(f"t{n}", "", "number", (), minute[:], minute[:]) for n in range(16)]
        captures.add(Capture(i + 1, "c", "r", at=T, stretch=(T, T), lines=lines))
    held = sum(capture.held for capture in captures)
    assert (len(captures), captures.dropped, held, held * 16 < 16 * 2**20) == (100, 0, 960_000, True)


def test_so_many_triggers_and_no_more() -> None:
    """Ten thousand are refused beyond the first hundred."""
    plant = Plant()
    for _ in range(MAX_TRIGGERS):
        plant.arm(condition="changes")
    with pytest.raises(WatchError, match="at most 100 triggers"):
        plant.arm(condition="changes")


@pytest.mark.parametrize(
    "fields",
    [
        [], {}, {"condition": "x"}, {"condition": "rises", "tag": "a"}, {"condition": "rises", "level": 1}, {"colour": 1},
        {"condition": "rises", "tag": "a", "level": math.nan}, {"condition": "changes", "tag": "a", "before": 0, "after": 0},
        {"condition": "changes", "tag": "a", "before": 1e9}, {"condition": "changes", "tag": "a", "tags": ["x"] * 65},
        {"condition": "changes", "tag": "a", "tags": [1]}, {"condition": "changes", "tag": "a", "name": "x" * 81},
        {"condition": "event", "tag": "*", "kinds": ["x"]}, {"condition": "changes", "tag": "a", "armed": 1},
        {"condition": "expression", "expression": "__import__('os')"}, {"condition": "changes", "tag": "a\x00"},
    ],
)  # fmt: skip
def test_a_trigger_that_makes_no_sense_is_refused(fields: Any) -> None:  # noqa: ANN401 - whatever JSON may hold
    """In words, and nothing waits."""
    with pytest.raises(WatchError, match="expected"):
        parse_trigger(fields)


def test_triggers_outlast_a_restart() -> None:
    """With their numbers and counts, and they wait again."""
    before = Plant()
    before.arm(condition="rises", level=5, tags=["b"], name="x")
    before.arm(condition="expression", expression="{a} > 7", armed=False)
    after = Plant()
    after.flight.triggers.restore(before.flight.triggers.dump())
    after.put("a", (0, 1.0), (1, 6.0))
    assert (after.fired, [t.id for t in after.flight.triggers], [t.wanted for t in after.flight.triggers]) == (
        [1, 0], [1, 2], [t.wanted for t in before.flight.triggers]
    )  # fmt: skip
