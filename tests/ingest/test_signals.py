"""Computed tags: values flow from their inputs in order, gaps and silence too; what is wrong with one harms no other. Time is the test's."""

import json
import math
from array import array
from random import Random

import pytest

from mqtt_plot.errors import StoreFullError, WatchError
from mqtt_plot.ingest.evaluation import WARM_POINTS
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.signals import MAX_MEMORIES, MAX_SIGNALS, ComputedTag, Definition, parse_definition
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.bodies import accept_body

T = 1_700_000_000.0
GAP = None


class Bridge:
    """An ingest with computed tags; it looks once per second."""

    def __init__(self, limits: Limits = Limits(), store: Store | None = None) -> None:  # noqa: B008 - it is frozen
        self.counters = Counters()
        self.store = store or Store(limits, self.counters)
        self.ingest = Ingest(self.store, TopicMap(["plot/#"]), Rules(), self.counters)
        self.signals = self.ingest.signals
        self.ingest.watcher.start(T)

    def define(self, tag: str, expression: str, **others: str) -> ComputedTag:
        return self.signals.add(Definition(tag, expression, **others))

    def say(self, at: float, **payloads: object) -> None:
        """Let devices send, all in one batch of messages that arrives at T + `at`."""
        messages = [
            Message(f"plot/{tag}", (payload if isinstance(payload, str) else json.dumps(payload)).encode(), T + at)
            for tag, payload in payloads.items()
        ]
        self.ingest.accept_messages(messages)

    def points(self, tag: str) -> list[tuple[float, float | None]]:
        """Return (seconds since T, value) of all points, None for gaps."""
        series = self.store.get(tag)
        times, values = series.ring.read(series.ring.first, series.ring.next) if series is not None else ((), ())
        return [
            (round(time - T, 6), None if math.isnan(value) else value)
            for time, value in zip(times, values, strict=True)
        ]


def test_a_value_is_computed_when_an_input_moves() -> None:
    """The other inputs are held; before all have sent something there is nothing."""
    bridge = Bridge()
    bridge.define("sum", "{a} + {b}", unit="kW", label="Sum")
    bridge.say(0, a=1)
    bridge.say(1, b=10)
    bridge.say(2, a=2)
    bridge.say(3, c=5)
    series = bridge.store.find("sum")
    assert (bridge.points("sum"), series.unit, series.meta["label"]) == ([(1, 11.0), (2, 12.0)], "kW", "Sum")


def test_tags_of_one_message_give_one_value() -> None:
    """Nothing is computed of a new value and an old one where both came at the same time."""
    bridge = Bridge()
    bridge.define("difference", "{m/a} - {m/b}")
    for at in range(3):
        bridge.say(at, m={"a": at, "b": at})
    assert bridge.points("difference") == [(0, 0.0), (1, 0.0), (2, 0.0)]


def test_values_of_one_batch_are_worked_off_by_their_times() -> None:
    """Whichever message of a batch comes first."""
    bridge = Bridge()
    bridge.define("sum", "{a} + {b}")
    bridge.say(
        9, b={"ts": [T, T + 2, T + 4], "value": [1, 2, 3]}, a={"ts": [T + 1, T + 3, T + 4], "value": [10, 20, 30]}
    )
    assert bridge.points("sum") == [(1, 11.0), (2, 12.0), (3, 22.0), (4, 33.0)]


def test_batches_of_several_tags_wait_for_each_other() -> None:
    """Two axes of a sensor that come one after the other meet by their times, once both are known to come in batches."""
    bridge = Bridge()
    bridge.define("size", "sqrt({x} ** 2 + {y} ** 2)")
    wanted = []
    for batch in range(4):
        start = T + batch
        bridge.say(batch + 1, x={"t0": start, "fs": 4, "values": [3, 6, 9, 12]})
        bridge.say(batch + 1.1, y={"t0": start, "fs": 4, "values": [4, 8, 12, 16]})
        wanted += [(batch + part / 4, 5.0 * (part + 1)) for part in range(4)]
    assert bridge.points("size") == wanted[3:]


def test_a_batch_waits_no_longer_than_twice_its_time() -> None:
    """One axis has gone: the other is worked off with what is held."""
    bridge = Bridge()
    bridge.define("sum", "{x} + {y}")
    bridge.say(1, x={"t0": T, "fs": 2, "values": [1, 2]}, y={"t0": T, "fs": 2, "values": [10, 20]})
    bridge.say(2, x={"t0": T + 1, "fs": 2, "values": [3, 4]})
    before = bridge.points("sum")
    bridge.signals.look(T + 5)
    assert (before, bridge.points("sum")) == (
        [(0, 11.0), (0.5, 22.0)],
        [(0, 11.0), (0.5, 22.0), (1, 23.0), (1.5, 24.0)],
    )


def test_a_gap_of_an_input_is_a_gap_of_what_is_computed() -> None:
    """One gap is enough; after it values come again."""
    bridge = Bridge()
    bridge.define("double", "{a} * 2")
    for at, value in enumerate([1, None, None, 3]):
        bridge.say(at, a={"ts": [T + at], "value": [value]})
    assert bridge.points("double") == [(0, 2.0), (1, GAP), (3, 6.0)]


def test_silence_of_an_input_is_a_gap_too() -> None:
    """Once an input is stale nothing is computed of it, whatever the others send; `hold` says that it may be old."""
    bridge = Bridge()
    bridge.define("sum", "{fast} + {slow}")
    bridge.define("held", "{fast} + hold({slow})")
    for at in range(30):
        bridge.say(at, fast=at, **({"slow": 100} if at < 3 else {}))
        bridge.signals.look(T + at + 0.5)
    sums = bridge.points("sum")
    signal = bridge.signals.of("sum")
    assert signal is not None
    assert (sums[-2:], signal.why) == ([(12, 112.0), (12.5, GAP)], "slow is stale")
    assert (bridge.store.find("sum").is_gone, bridge.points("held")[-1]) == (True, (29, 129.0))


def test_a_signal_says_what_it_waits_for_and_what_is_wrong_with_it() -> None:
    """In words, with the character, and only as long as it is so."""
    bridge = Bridge()
    quotient = bridge.define("quotient", "1 / {a}")
    found = [quotient.why]
    for at, value in enumerate([0, 2, "null", "RUN"]):
        bridge.say(at, a=value)
        bridge.signals.look(T + at)
        found.append(quotient.why)
    assert found == [
        "waits for a, which has sent nothing yet", "division by zero (character 5)", "", "a has a gap", "a has a gap"
    ]  # fmt: skip
    assert (bridge.points("quotient"), quotient.to_json()["position"]) == ([(1, 0.5), (2, GAP)], None)


def test_words_are_compared() -> None:
    """States and words for true and false are compared with texts, and booleans count as 0 and 1 too."""
    bridge = Bridge()
    bridge.define("runs", '{state} == "RUN" and {valve} == "OPEN"')
    bridge.define("open", "{valve} * 10")
    for at, (state, valve) in enumerate([("STOP", "OPEN"), ("RUN", "OPEN"), ("RUN", "CLOSED")]):
        bridge.say(at, state=state, valve=valve)
    runs = bridge.store.find("runs")
    assert (bridge.points("runs"), runs.kind) == ([(0, 0.0), (1, 1.0), (2, 0.0)], "boolean")
    assert [value for _, value in bridge.points("open")] == [10.0, 10.0, 0.0]


def test_words_used_as_numbers_are_a_fault_and_said() -> None:
    """A state has no number, whatever index it is stored by."""
    bridge = Bridge()
    signal = bridge.define("x", "{state} + 1")
    bridge.say(0, state="RUN")
    bridge.signals.look(T)
    assert (bridge.points("x"), signal.why) == (
        [],
        "state holds words; compare it with one, such as {state} == 'RUN' (character 1)",
    )


def test_signals_of_signals_are_worked_off_in_order() -> None:
    """In one go, however they were defined."""
    bridge = Bridge()
    bridge.define("c", "{b} + 1")
    bridge.define("b", "{a} * 10")
    bridge.define("d", "{c} - {a}")
    for at in range(3):
        bridge.say(at, a=at)
    assert bridge.points("d") == [(0, 1.0), (1, 10.0), (2, 19.0)]


def test_circles_are_refused() -> None:
    """Of one, two or more, also when one is changed; what there was goes on."""
    bridge = Bridge()
    b = bridge.define("b", "{a} + 1")
    bridge.define("c", "{b} + 1")
    for tag, expression in (("a", "{a}"), ("a", "{c} + 1")):
        with pytest.raises(WatchError, match="expected no circle, got "):
            bridge.define(tag, expression)
    with pytest.raises(WatchError, match="c → b → c"):
        bridge.signals.change(b, Definition("b", "{c}"))
    bridge.say(0, a=1)
    assert (bridge.points("c"), len(bridge.signals)) == ([(0, 3.0)], 2)


def test_a_new_signal_has_a_past() -> None:
    """What its inputs hold is worked off, the newest first, and then it goes on."""
    bridge = Bridge()
    for at in range(WARM_POINTS + 5):
        bridge.say(at, a=at)
    bridge.define("mean", "avg({a}, 2s)")
    bridge.say(WARM_POINTS + 5, a=0)
    points = bridge.points("mean")
    assert (len(points), points[0], points[1], points[-1]) == (
        WARM_POINTS + 1, (5, 5.0), (6, 5.0), (WARM_POINTS + 5, WARM_POINTS + 3.5)
    )  # fmt: skip


def test_a_changed_signal_begins_anew_under_its_number() -> None:
    """Its old points stay; a new name is a new tag, and the old one is free again."""
    bridge = Bridge()
    signal = bridge.define("x", "{a} * 2")
    bridge.say(0, a=1)
    changed = bridge.signals.change(signal, Definition("y", "{a} * 3"))
    bridge.say(1, a=1, x=7)
    assert (changed.id, bridge.points("x"), bridge.points("y")) == (
        signal.id,
        [(0, 2.0), (1, 7.0)],
        [(0, 3.0), (1, 3.0)],
    )


def test_inputs_are_wanted_though_nobody_watches() -> None:
    """With `--follow-on-demand` the bridge subscribes to them too."""
    bridge = Bridge()
    bridge.define("x", "{a} + {b}")
    signal = bridge.define("y", "{x}")
    before = set(bridge.signals.inputs())
    bridge.signals.delete(signal)
    assert (before, set(bridge.signals.inputs())) == ({"a", "b", "x"}, {"a", "b"})


def test_a_deleted_signal_leaves_its_points() -> None:
    """And is computed no more."""
    bridge = Bridge()
    signal = bridge.define("x", "{a} * 2")
    bridge.say(0, a=1)
    bridge.signals.delete(signal)
    bridge.say(1, a=2)
    assert (bridge.points("x"), len(bridge.signals), bridge.store.find("a").low) == ([(0, 2.0)], 0, -math.inf)


def test_no_device_may_send_a_computed_tag() -> None:
    """Its samples are refused and counted, the computed ones stay alone; nor may a tag be computed that a device sends."""
    bridge = Bridge()
    bridge.define("x", "{a} * 2")
    bridge.say(0, a=1)
    bridge.say(1, x=5)
    bridge.store.delete("x")
    bridge.say(2, x=6)
    bridge.say(3, a=2)
    assert (bridge.points("x"), bridge.counters.get("messages_rejected", "computed_tag")) == ([(3, 4.0)], 2)
    with pytest.raises(WatchError, match="a tag that nobody sends"):
        bridge.define("a", "{b}")


def test_a_deleted_input_is_followed_when_it_comes_back() -> None:
    """Tags may be deleted at any time, inputs and computed ones."""
    bridge = Bridge()
    bridge.define("x", "{a} * 2")
    for at in range(4):
        bridge.say(at, a=at)
        if at == 1:
            bridge.store.delete("a")
            bridge.store.delete("x")
    assert bridge.points("x") == [(2, 4.0), (3, 6.0)]


def test_late_values_do_not_turn_time_back() -> None:
    """A value from before counts as what is held if nothing newer of its tag is known, and is counted."""
    bridge = Bridge()
    signal = bridge.define("sum", "{a} + {b}")
    bridge.say(0, a={"ts": T + 10, "value": 1})
    bridge.say(1, b={"ts": T + 5, "value": 100})
    bridge.say(2, a={"ts": T + 11, "value": 2})
    assert (bridge.points("sum"), signal.late) == ([(11, 102.0)], 1)


def test_a_clock_that_was_set_back_is_followed() -> None:
    """After some values in a row from before, the signal begins anew at the new time; what it has added up stays."""
    bridge = Bridge()
    bridge.define("starts", "rises({a})")
    for at in range(10):
        bridge.say(at, a={"ts": T + 7_200 + at, "value": at % 2})
    for at in range(40):
        bridge.say(10 + at, a={"ts": T + at, "value": at % 2})
    last = bridge.points("starts")[-1]
    assert (last[0], 10 < (last[1] or 0) <= 25) == (39, True)


def test_a_device_whose_clock_is_behind_disturbs_nobody() -> None:
    """Windows are not emptied again and again because one of two clocks goes behind."""
    bridge = Bridge()
    signal = bridge.define("x", "avg({fast}, 1min) + 0 * {ahead}")
    for at in range(200):
        bridge.say(at / 10, fast={"ts": T + at / 10, "value": at % 2})
        if at % 10 == 0:
            bridge.say(at / 10, ahead={"ts": T + at / 10 + 5, "value": 1})
    assert (signal.late > 100, signal.clock) == (True, T + 24)


def test_numbers_and_names_are_bounded() -> None:
    """So many signals, functions over time in all of them, and tags; each limit is said."""
    bridge = Bridge()
    per_signal = " + ".join(["rate({a})"] * 16)
    for number in range(MAX_MEMORIES // 16):
        bridge.define(f"m{number}", per_signal)
    with pytest.raises(WatchError, match="functions over time in all computed tags"):
        bridge.define("one too many", per_signal)
    for number in range(len(bridge.signals), MAX_SIGNALS):
        bridge.define(f"s{number}", "{a}")
    with pytest.raises(WatchError, match="at most 100 computed tags"):
        bridge.define("x", "{a}")
    full = Bridge(Limits(max_tags=1))
    full.say(0, a=1)
    with pytest.raises(StoreFullError):
        full.define("x", "{a}")
    assert len(full.signals) == 0


def test_what_is_computed_too_often_is_skipped_and_counted() -> None:
    """Signals together get a bounded part of the processor; with more than that to do the newest values count."""
    bridge = Bridge()
    signals = [bridge.define(f"s{number}", " + ".join(["abs({a})"] * 35)) for number in range(50)]
    for batch in range(4):
        times = [T + batch / 10 + part / 10_000 for part in range(1_000)]
        bridge.say(batch / 10, a={"ts": times, "value": list(range(1_000))})
    skipped = sum(signal.skipped for signal in signals)
    assert (skipped > 0, bridge.counters.get("signals_skipped") == skipped) == (True, True)
    assert [bridge.points(f"s{number}")[-1][1] for number in range(50)] == [999.0 * 35] * 50


def test_a_flood_in_one_message_does_not_pile_up() -> None:
    """What waits is worked off as soon as it is many values, in the middle of a batch."""
    bridge = Bridge()
    bridge.define("x", "{a} + {b}")
    times = list(range(9_000))
    for part in range(5):
        accept_body(
            bridge.ingest,
            json.dumps({"tag": "a", "ts": [T + part + at / 10_000 for at in times], "value": times}).encode(),
            T + part,
        )
    waiting = sum(len(feed.waiting) for feed in bridge.signals.evaluation.feeds)
    assert (waiting, bridge.signals.evaluation.feeds.count) == (0, 0)


def test_a_fault_of_ours_costs_one_signal(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """It says so, the log has the traceback, and all else goes on."""
    bridge = Bridge()
    broken, _ = bridge.define("x", "{a}"), bridge.define("y", "{a} + 1")
    monkeypatch.setattr(broken.program, "evaluate", lambda *_: 1 / 0)
    bridge.say(0, a=1)
    assert (broken.why, bridge.points("y"), "ZeroDivisionError" in caplog.text) == (
        "a fault of the server; its log says more", [(0, 2.0)], True
    )  # fmt: skip


def test_signals_outlast_a_restart() -> None:
    """With their numbers, and with what they have added up; windows are filled from what is held."""
    before = Bridge()
    before.define("energy", "integral({power})", unit="kWs")
    before.define("mean", "avg({power}, 10s)")
    for at in range(5):
        before.say(at, power=2)
    after = Bridge(store=before.store)
    after.signals.restore(json.loads(json.dumps(before.signals.dump())))
    after.say(5, power=2)
    after.say(6, power=2)
    assert [signal.id for signal in after.signals] == [1, 2]
    assert (after.points("energy")[-2:], after.points("mean")[-1]) == ([(5, 8.0), (6, 10.0)], (6, 2.0))
    assert len(after.points("energy")) == 7


def test_the_time_between_two_lives_adds_nothing() -> None:
    """Nobody knows what was while the bridge did not run; afterwards what is held counts again."""
    before = Bridge()
    before.define("energy", "integral({power}) + 0 * {other}")
    for at in range(5):
        before.say(at, power=2, other=1)
    after = Bridge(store=before.store)
    after.signals.restore(before.signals.dump())
    after.say(30_000, other=1)
    after.say(30_001, power=2)
    assert after.points("energy")[-3:] == [(4, 8.0), (30_000, 8.0), (30_001, 10.0)]


def test_signals_of_the_file_cannot_be_changed_elsewhere() -> None:
    """They take the place of others of the same name, are not kept, and say where they are from."""
    bridge = Bridge()
    bridge.define("x", "{a}")
    bridge.signals.fix([Definition("x", "{a} * 2"), Definition("y", "{x}")])
    bridge.say(0, a=1)
    signal = bridge.signals.of("x")
    assert signal is not None
    for act in (lambda: bridge.signals.delete(signal), lambda: bridge.signals.change(signal, Definition("x", "{a}"))):
        with pytest.raises(WatchError, match="--signals"):
            act()
    assert (bridge.points("y"), bridge.signals.dump(), signal.to_json()["fixed"]) == ([(0, 2.0)], [], True)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], "an object such as"), ({}, "a string in 'tag'"), ({"tag": "x"}, "'expression'"),
        ({"tag": "x", "expression": 1}, "'expression'"),
        ({"tag": "", "expression": "{a}"}, "empty"), ({"tag": "x", "expression": "{a}", "unit": 3}, "'unit'"),
        ({"tag": "x", "expression": "{a", "x": 1}, "some of"),
        ({"tag": "x", "expression": "{a}", "label": "y" * 200}, "'label'"), ({"tag": "x", "expression": "{a} +"}, "more at the end"),
    ],
)  # fmt: skip
def test_a_definition_that_makes_no_sense_is_refused(fields: object, expected: str) -> None:
    """In words."""
    with pytest.raises(WatchError, match=expected):
        parse_definition(fields)


def test_limits_watch_computed_tags_like_any_other() -> None:
    """An event begins and ends with the computed value."""
    bridge = Bridge()
    bridge.define("double", "{a} * 2")
    bridge.ingest.descriptions.set_fields("double", b'{"hi": 10}', frozenset({"hi"}))
    for at, value in enumerate([1, 6, 1]):
        bridge.say(at, a=value)
    assert [(event.kind, event.begin, event.end) for event in bridge.ingest.watcher.log] == [("hi", T + 1, T + 2)]


def test_an_input_with_limits_is_watched_as_before() -> None:
    """A feed sees every value, and the events of the tag are the same."""
    with_feed, without = Bridge(), Bridge()
    with_feed.define("x", "{a}")
    random = Random(5)  # noqa: S311 - no secret
    for bridge in (with_feed, without):
        bridge.say(0, **{"a/$meta": {"hi": 5, "deadband": 1, "lo": -5}})
    for at in range(300):
        value = random.choice([None, random.uniform(-8, 8)])
        for bridge in (with_feed, without):
            bridge.say(
                at,
                a={"ts": [T + at - random.choice([0, 3])] if at % 7 == 0 else [T + at], "value": [value]}
                if value is None
                else value,
            )
    events = [[event.to_json() for event in bridge.ingest.watcher.log] for bridge in (with_feed, without)]
    assert (events[0] == events[1], len(events[0]) > 20) == (True, True)


def test_columns_come_out_as_they_went_in() -> None:
    """A vibration batch of 3,200 values is worked off value by value."""
    bridge = Bridge()
    bridge.define("x", "{a} * 2")
    values = [math.sin(place) for place in range(3_200)]
    bridge.say(1, a={"t0": T, "fs": 3_200, "values": values})
    _, found = bridge.store.find("x").window(None, None)
    assert found == array("d", [value * 2 for value in values])
