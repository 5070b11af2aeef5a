"""Arrays of objects: what is stored as columns is the same as if each sample had been stored for itself."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.ingest.time_policy import TimePolicy, TimeRule
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers import samples_json
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.samples import Message, SampleRows
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.bodies import accept_body

T = 1_700_000_000.0
ALONE = 10**9  # objects that an array would need to be read as columns

numbers = st.one_of(
    st.floats(-1e6, 1e6), st.integers(-5, 5), st.sampled_from([0, 1, -0.0, 2**1001, 1e300, 1.7e308, 10**400])
)
odd = st.one_of(st.booleans(), st.none(), st.sampled_from(["RUN", "on", "1,5", "NaN", math.nan]))
stamps = st.one_of(
    st.floats(T - 50, T + 5), st.sampled_from([T, int(T), T + 1e6, T * 1000, 5, "2023-11-14T22:13:20Z", None, True])
)
TAGS = ["a", "b", "line/a", "plc", "é"]
UNITS = ["°C", "bar", "", None, 5]
KEYS = ["ts", "time", "timestamp", "tag", "unit", "other"]


@st.composite
def arrays(draw: st.DrawFn) -> list[dict[str, object]]:
    """Objects alike as machines send them, of which now and then one is odd."""
    keys = draw(st.sets(st.sampled_from(KEYS[:5]), max_size=3))
    tags = draw(st.lists(st.sampled_from(TAGS), min_size=1, max_size=3))
    unit = draw(st.sampled_from(UNITS))
    rows: list[dict[str, object]] = []
    for _ in range(draw(st.integers(1, 8))):
        item: dict[str, object] = {"value": draw(numbers)}
        for key in sorted(keys):
            item[key] = draw(st.sampled_from(tags)) if key == "tag" else unit if key == "unit" else draw(stamps)
        rows.append(item)
    if draw(st.integers(0, 3)) == 0:
        rows[-1][draw(st.sampled_from([*KEYS, "value"]))] = draw(st.one_of(odd, numbers, st.sampled_from(["", "a\n"])))
    return rows


metas = st.sampled_from(
    [{"hi": 2.0}, {"gain": 2.0}, {"unit": "K"}, {"states": ["x", "y"]}, {"alarm_states": ["RUN"]}, {}]
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("post"), arrays()),
        st.tuples(st.sampled_from(["plot/plc", "plot/line/a"]), arrays()),
        st.tuples(st.sampled_from(["plot/a/$meta", "plot/plc/$meta"]), metas),
        st.tuples(st.just("delete"), st.sampled_from(TAGS)),
    ),
    max_size=8,
)


@contextmanager
def read_from(fewest: int) -> Iterator[None]:
    """Read arrays of so many objects and more as columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples_json, "_FEWEST_ROWS", fewest)
        yield


def outcome(all_steps: list[tuple[str, object]], fewest: int, rate: float, policy: str) -> object:
    """Return all that can be seen after these steps."""
    counters = Counters()
    store = Store(Limits(max_points=12, max_tags=5), counters)
    rules = (TimeRule(policy, "b"),) if policy else ()
    ingest = Ingest(store, TopicMap(["plot/#"]), Rules(), counters, times=TimePolicy(rules), rate=Rate.of(rate))
    told: list[object] = []
    known = [Message(f"plot/{tag}", b"0.5", T - 1) for tag in TAGS[:4]]
    ingest.accept_messages(known)  # samples of new tags are stored one by one
    with read_from(fewest):
        for number, (way, content) in enumerate(all_steps):
            now = T + number / 4
            payload = json.dumps(content).encode()
            if way == "delete":
                if str(content) in store:
                    store.delete(str(content))
            elif way == "post":
                try:
                    told.append(accept_body(ingest, payload, now))
                except PayloadError as error:
                    told.append((error.code, str(error)))
            else:
                ingest.accept_messages([Message(way, payload, now)])
    ingest.settle(T + 100)
    for series in store:
        points = zip(*series.ring.read(series.ring.first, series.ring.next), strict=True)
        told.append((series.id, series.tag, series.unit, series.kind, series.states, series.messages, series.bytes))
        told.append((repr(list(points)), series.ring.next, series.newest, series.is_ordered, series.late_from))
        told.append((repr(series.interval), repr(series.offset), series.stamp_due, series.is_throttled))
    told.append([event.to_json() for event in ingest.watcher.log])
    told.append([verdict.to_json() for verdict in ingest.verdicts.since(0)])
    told.append((sorted(series.tag for series in store.changed), counters.as_dict()))
    return told


@pytest.mark.parametrize("policy", ["", "arrival", "corrected"])
@pytest.mark.parametrize("rate", [0.0, 3.0])
def test_columns_give_what_samples_give(rate: float, policy: str) -> None:
    """Points, units, clocks, counters, events, verdicts and answers: nothing tells how an array was stored."""

    @settings(max_examples=60)
    @given(steps)
    def check(all_steps: list[tuple[str, object]]) -> None:
        assert outcome(all_steps, 1, rate, policy) == outcome(all_steps, ALONE, rate, policy)

    check()


@given(arrays())
def test_rows_are_the_samples_they_stand_for(items: list[dict[str, object]]) -> None:
    """Whoever looks at the samples of an array sees the same ones."""
    payload = json.dumps(items).encode()
    read: list[object] = []
    for fewest in (1, ALONE):
        with read_from(fewest):
            try:
                parsed = parse(payload, Rules(), T)
                read.append((repr(list(parsed.samples)), list(parsed.rejected), parsed.notes))
            except PayloadError as error:
                read.append((error.code, str(error)))
    assert read[0] == read[1]


@pytest.mark.parametrize("beside", [{}, {"ts": T}, {"tag": "a", "unit": "bar", "timestamp": int(T)}])
def test_what_machines_send_is_read_as_columns(beside: dict[str, object]) -> None:
    """The usual forms go the quick way: here a test sees when they do not any more."""
    items = [{"value": k / 8, **beside} for k in range(20)]
    assert isinstance(parse(json.dumps(items).encode(), Rules(), T).samples, SampleRows) is bool(beside)
