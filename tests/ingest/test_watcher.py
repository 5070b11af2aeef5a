"""What happens to tags beside their limits: silence, floods, clocks that are set, the broker away. Time is the test's."""

import math

from mqtt_plot.ingest.events import MAX_EVENTS, MAX_PER_TAG, Event, EventLog
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.parsers.tag_metadata import LIMIT_FIELDS
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap

T = 1_700_000_000.0


class Plant:
    """An ingest that is looked after once per second."""

    def __init__(self, rate: float = 0) -> None:
        self.counters = Counters()
        self.ingest = Ingest(
            Store(Limits(), self.counters), TopicMap(["plot/#"]), Rules(), self.counters, rate=Rate.of(rate)
        )
        self.watcher = self.ingest.watcher
        self.watcher.start(T)

    def publish(self, tag: str, payload: str, at: float) -> None:
        self.ingest.accept_messages([Message(f"plot/{tag}", payload.encode(), T + at)])

    def look(self, *seconds: float, is_fed: bool = True) -> None:
        for second in seconds:
            self.watcher.look(T + second, is_fed=is_fed, why="" if is_fed else "connection lost")

    @property
    def events(self) -> list[tuple[str, str, float, float | None]]:
        return [told(event) for event in self.watcher.log]


def told(event: Event) -> tuple[str, str, float, float | None]:
    return event.tag, event.kind, event.begin - T, None if event.end is None else event.end - T


def test_a_silence_is_one_event() -> None:
    """Late, then stale, from the last message to the next."""
    plant = Plant()
    for second in range(5):
        plant.publish("a", "1", second)
        plant.look(second)
    plant.look(6.5)
    quiet = plant.events
    plant.look(8)
    late = plant.events
    plant.look(15)
    stale = plant.events
    plant.publish("a", "1", 20)
    plant.look(20)
    assert (quiet, late, stale, plant.events) == (
        [], [("a", "late", 4.0, None)], [("a", "stale", 4.0, None)], [("a", "stale", 4.0, 20.0)]
    )  # fmt: skip


def test_a_tag_that_spoke_once_is_not_late() -> None:
    """Nothing tells that it shall speak again."""
    plant = Plant()
    plant.publish("a", "1", 0)
    plant.look(0, 100, 1000)
    assert plant.events == []


def test_without_the_broker_nobody_is_late() -> None:
    """The bridge says that it hears nothing, and after that gives the tags a minute."""
    plant = Plant()
    plant.look(0)
    for second in range(5):
        plant.publish("a", "1", second)
    plant.look(5, is_fed=False)
    plant.look(8, is_fed=False)
    short = plant.events
    plant.look(10, 100, is_fed=False)
    plant.look(101, 130)
    away = plant.events
    plant.look(170)
    assert (short, away, plant.events) == (
        [], [("", "broker", 5.0, 101.0)], [("", "broker", 5.0, 101.0), ("a", "stale", 4.0, None)]
    )  # fmt: skip


def test_a_flood_is_an_event() -> None:
    """As long as the flood guard is at work."""
    plant = Plant(rate=10)
    for i in range(300):
        plant.publish("a", "1", i / 1000)
    plant.look(1)
    begun = plant.events
    plant.ingest.settle(T + 60)
    plant.look(2)
    assert (begun, plant.events[0]) == ([("a", "flood", 1.0, None)], ("a", "flood", 1.0, 2.0))


def test_a_clock_that_was_set_is_an_event() -> None:
    """It says by how much it is ahead now."""
    plant = Plant()
    for second in range(0, 60, 2):
        plant.publish("a", f'{{"value": 1, "ts": {T + second}}}', second)
    for second in range(60, 90, 2):
        plant.publish("a", f'{{"value": 1, "ts": {T + second + 3600}}}', second)
    plant.look(90, 91)
    assert [(event.kind, event.begin - T, event.value) for event in plant.watcher.log] == [("clock", 90.0, 3600.0)]


def test_what_lasts_of_a_deleted_tag_ends() -> None:
    """The list keeps it; the tag that comes after it begins anew."""
    plant = Plant()
    plant.publish("a/$meta", '{"hi": 5}', 0)
    plant.publish("a", "6", 1)
    plant.ingest.store.delete("a")
    plant.look(2)
    plant.publish("a", "7", 3)
    assert plant.events == [("a", "hi", 1.0, 2.0), ("a", "hi", 3.0, None)]


def test_limits_set_here_take_the_place_of_the_devices() -> None:
    """A number, or none; all else is as the device says, and given back it is as before."""
    plant = Plant()
    plant.publish("a/$meta", '{"hi": 5, "lo": 1, "unit": "°C"}', 0)
    plant.publish("a", "6", 1)
    book = plant.ingest.descriptions
    metas = []
    for limits in (b'{"hi": 7}', b'{"lo": null}', b"{}"):
        book.set_fields("a", limits, LIMIT_FIELDS)
        metas.append(dict(plant.ingest.store.find("a").meta))
    assert (metas, plant.events) == (
        [{"hi": 7.0, "lo": 1.0}, {"hi": 5.0}, {"hi": 5.0, "lo": 1.0}],
        [("a", "hi", 1.0, 1.0), ("a", "hi", 1.0, None)],
    )


def test_limits_set_here_outlast_a_restart_and_a_contradicting_device() -> None:
    """The device's own do not count where they contradict them."""
    before = Plant()
    before.publish("a/$meta", '{"hi": 5, "label": "oven"}', 0)
    before.ingest.descriptions.set_fields("a", b'{"hi": 7}', LIMIT_FIELDS)
    after = Plant()
    after.ingest.descriptions.book.restore(before.ingest.descriptions.book.dump())
    after.publish("a", "6", 1)
    kept = dict(after.ingest.store.find("a").meta)
    after.publish("a/$meta", '{"lo": 9, "label": "oven 2"}', 2)
    assert (kept, after.ingest.store.find("a").meta) == ({"hi": 7.0, "label": "oven"}, {"hi": 7.0, "label": "oven 2"})


def test_a_noisy_tag_pushes_out_no_others() -> None:
    """Each tag has so many; each that goes is counted."""
    log = EventLog(Counters())
    log.happened("quiet", "hi", T)
    for i in range(MAX_PER_TAG + 7):
        log.happened("noisy", "hi", T + i)
    assert (len(log), log.dropped, log.counts, log.find(tag="quiet") != []) == (
        MAX_PER_TAG + 1, 7, {"quiet": 1, "noisy": MAX_PER_TAG + 7}, True
    )  # fmt: skip


def test_of_too_many_events_the_least_telling_go_first() -> None:
    """What was only late goes before what ended, and that before what lasts."""
    log = EventLog(Counters())
    log.begin("lasting", "hi", T)
    log.happened("ended", "hi", T)
    log.happened("silent", "late", T)
    for i in range(MAX_EVENTS - 1):
        log.happened(f"t{i}", "hi", T)
    kept = {event.tag for event in log}
    assert (len(log), "lasting" in kept, "ended" in kept, "silent" in kept) == (MAX_EVENTS, True, False, False)


def test_the_log_can_be_asked() -> None:
    """By tag, kind, time, and whether it lasts."""
    log = EventLog(Counters())
    log.end(log.begin("line1/a", "hi", T), T + 10)
    log.begin("line1/b", "lo", T + 20)
    log.happened("line2/a", "clock", T + 30)
    asked = [
        log.find(tag="line1/*"),
        log.find(kinds=frozenset({"clock"})),
        log.find(start=T + 11, end=T + 29),
        log.find(is_open=True),
        log.find(limit=1),
    ]
    assert [[event.tag for event in found] for found in asked] == [
        ["line1/a", "line1/b"], ["line2/a"], ["line1/b"], ["line1/b"], ["line2/a"]
    ]  # fmt: skip


def test_a_reader_is_told_what_changed() -> None:
    """All at first, then what is new, has changed, or is gone."""
    log = EventLog(Counters())
    event = log.begin("a", "hi", T, value=1.0)
    first = log.since(0, 500)
    told_until = log.revision
    log.grow(event, 2.0)
    second = log.since(told_until, 500)
    told_until = log.revision
    log.remove(event)
    third = log.since(told_until, 500)
    assert [
        (changes.is_full, [entry["value"] for entry in changes.entries], changes.gone)
        for changes in (first, second, third)
    ] == [(True, [1.0], []), (False, [2.0], []), (False, [], [event.id])]


def test_no_time_that_is_no_number_comes_out() -> None:
    """A tag without points has no last time; JSON has no word for that."""
    log = EventLog(Counters())
    event = log.begin("a", "hi", T)
    log.end(event, math.nan)
    assert event.end == T
