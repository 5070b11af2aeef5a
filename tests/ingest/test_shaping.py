"""Raw values become those that are stored: counts scaled, counters unwrapped, bits split off. Time is the test's."""

import json
import math
from array import array
from random import Random

import pytest

from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.ingest import Ingest, finished
from mqtt_plot.ingest.shaping import Scale, Unwrap
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.parsers.tag_metadata import SCALING_FIELDS
from mqtt_plot.samples import Columns, Message, Parsed, Sample
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap

T = 1_700_000_000.0


class Bridge:
    """An ingest with a store; `say` is what a device publishes, a second later each time."""

    def __init__(self, store: Store | None = None) -> None:
        self.counters = Counters()
        self.store = store or Store(Limits(), self.counters)
        self.ingest = Ingest(self.store, TopicMap(["plot/#"]), Rules(), self.counters)
        self.now = T

    def say(self, topic: str, payload: object, *, is_retained: bool = False) -> None:
        self.now += 1
        text = payload if isinstance(payload, str) else json.dumps(payload)
        self.ingest.accept_messages([Message(f"plot/{topic}", text.encode(), self.now, is_retained)])

    def values(self, tag: str) -> list[float]:
        ring = self.store.find(tag).ring
        return list(ring.read(ring.first, ring.next)[1])


@pytest.mark.parametrize(
    ("meta", "raw", "stored"),
    [
        ({"range": [0, 27648, 0, 10]}, [0, 13824, 27648], [0.0, 5.0, 10.0]),
        ({"range": [5530, 27648, -50, 150]}, [5530, 27648], [-50.0, 150.0]),
        ({"range": [0, 27648, 0, 10]}, [32767, -6912], [32767 / 27648 * 10, -2.5]),
        ({"range": [0, 4095, 100, 0]}, [0, 4095], [100.0, 0.0]),
        ({"gain": 0.1}, [215, -3], [21.5, -0.30000000000000004]),
        ({"gain": 1.8, "offset": 32}, [100], [212.0]),
        ({"offset": -273.15}, [273.15], [0.0]),
        (
            {"wrap": 65536},
            [65000, 65500, 100, 30000, 60000, 10, 9],
            [65000, 65500, 65636, 95536, 125536, 131082, 131081],
        ),
        ({"wrap": 360}, [350, 10, 350, 10], [350, 370, 350, 370]),
        ({"wrap": 256, "gain": 0.5}, [250, 4], [125.0, 130.0]),
        ({"unit": "bar"}, [3], [3.0]),
    ],
)
def test_values_are_stored_as_the_meta_says(meta: object, raw: list[float], stored: list[float]) -> None:
    """A range maps both its ends exactly and goes on beyond them; gain and offset are a line; a counter goes on counting."""
    bridge = Bridge()
    bridge.say("a/$meta", meta)
    for value in raw:
        bridge.say("a", value)
    assert bridge.values("a") == stored


@pytest.mark.parametrize("batch", ["columns", "array", "rate"])
def test_batches_are_shaped_like_single_samples(batch: str) -> None:
    """Columns, arrays of samples and lists with a rate are scaled and unwrapped value by value; a gap stays one."""
    bridge = Bridge()
    bridge.say("a/$meta", {"wrap": 100, "gain": 2})
    times, values = [T, T + 1, T + 2, T + 3], [90, 98, None, 5]
    bridge.say(
        "a",
        {
            "columns": {"ts": times, "value": values},
            "array": [{"ts": ts, "value": value} for ts, value in zip(times, values, strict=True) if value is not None],
            "rate": {"t0": T, "fs": 1, "values": values},
        }[batch],
    )
    assert [value for value in bridge.values("a") if not math.isnan(value)] == [180.0, 196.0, 210.0]


def test_bits_and_raw_values_are_tags_below() -> None:
    """Bits are those of the raw number, and on wish the raw number is kept beside the scaled one."""
    bridge = Bridge()
    bridge.say("drive/$meta", {"bits": {"0": "ready", "3": "overload"}, "gain": 0.5, "raw": True})
    for word in (1, 9):
        bridge.say("drive", word)
    kinds = [bridge.store.find(tag).kind for tag in ("drive/ready", "drive/overload", "drive/raw")]
    assert (
        bridge.values("drive"),
        bridge.values("drive/raw"),
        bridge.values("drive/ready"),
        bridge.values("drive/overload"),
        kinds,
    ) == ([0.5, 4.5], [1.0, 9.0], [1.0, 1.0], [0.0, 1.0], ["boolean", "boolean", "number"])


def test_words_and_booleans_are_not_scaled() -> None:
    """Only numbers are scaled: true stays true, a word a word."""
    bridge = Bridge()
    for tag, payload in (("b", "true"), ("w", "RUN")):
        bridge.say(f"{tag}/$meta", {"gain": 10})
        bridge.say(tag, payload)
    assert (bridge.values("b"), bridge.store.find("w").states) == ([1.0], ["RUN"])


def test_a_meta_that_comes_again_does_not_disturb_a_counter() -> None:
    """Brokers send retained descriptions after each reconnect; a counter goes on all the same."""
    bridge = Bridge()
    meta = {"wrap": 1000, "gain": 0.1}
    bridge.say("a/$meta", meta)
    for value in (990, 10, 500):
        bridge.say("a", value)
        bridge.say("a/$meta", meta, is_retained=True)
    assert bridge.values("a") == [99.0, 101.0, 150.0]


def test_a_counter_goes_on_after_a_restart() -> None:
    """With points kept over a restart a counter goes on from the last of them, before and after the device describes it again."""
    before = Bridge()
    before.say("a/$meta", {"wrap": 1000, "gain": 0.1})
    for value in (990, 10):
        before.say("a", value)
    after = Bridge(before.store)
    after.say("a", 20)
    after.say("a/$meta", {"wrap": 1000, "gain": 0.1})
    after.say("a", 30)
    assert after.values("a") == pytest.approx([99.0, 101.0, 102.0, 103.0], abs=1e-9)


def test_what_a_person_sets_takes_the_place_of_the_devices_scaling() -> None:
    """A scaling set here replaces the device's line as a whole, outlasts what the device says later, and can be given back."""
    bridge = Bridge()
    bridge.say("a/$meta", {"gain": 2, "unit": "V"})
    bridge.say("a", 1)
    descriptions = bridge.ingest.descriptions
    descriptions.set_fields("a", b'{"range": [0, 10, 0, 100], "unit": "bar"}', SCALING_FIELDS)
    bridge.say("a/$meta", {"gain": 3, "unit": "V"})
    bridge.say("a", 1)
    unit = bridge.store.find("a").unit
    descriptions.set_fields("a", b"{}", SCALING_FIELDS)
    bridge.say("a", 1)
    assert (bridge.values("a"), unit, bridge.store.find("a").unit) == ([2.0, 10.0, 3.0], "bar", "V")


def test_limits_and_scaling_set_here_stand_side_by_side() -> None:
    """Setting one leaves the other, and both are kept over a restart."""
    before, after = Bridge(), Bridge()
    before.ingest.descriptions.set_fields("a", b'{"hi": 7}', frozenset({"hi"}))
    before.ingest.descriptions.set_fields("a", b'{"gain": 2}', SCALING_FIELDS)
    after.ingest.descriptions.book.restore(json.loads(json.dumps(before.ingest.descriptions.book.dump())))
    assert after.ingest.descriptions.book.get("a") == {"hi": 7.0, "gain": 2.0}


def test_a_value_beyond_all_numbers_is_refused_and_said() -> None:
    """A scaling that overflows costs the sample, with the reason, and nothing else."""
    bridge = Bridge()
    bridge.say("a/$meta", {"gain": 1e300})
    bridge.say("a", 1e10)
    bridge.say("a", 2)
    assert (bridge.values("a"), bridge.counters.get("messages_rejected", "bad_scaling")) == ([2e300], 1)


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({"gain": 0}, "other than 0"),
        ({"gain": "2"}, "a number in 'gain'"),
        ({"range": [0, 1, 2]}, "[raw_lo, raw_hi, lo, hi]"),
        ({"range": [4, 4, 0, 1]}, "two different"),
        ({"range": [0, 1, 0, None]}, "a number in 'range, hi'"),
        ({"range": [0, 1, 0, 2], "gain": 3}, "got both"),
        ({"wrap": 0}, "above 0"),
        ({"wrap": True}, "a number in 'wrap'"),
        ({"raw": 1}, "true or false"),
        ({"states": ["a"], "gain": 2}, "'states' beside 'gain'"),
        ({"bits": {"0": "a", "1": "a"}}, "a name of its own"),
    ],
)
def test_a_scaling_that_makes_no_sense_is_refused(meta: object, expected: str) -> None:
    """The refusal says what was expected at which field."""
    bridge = Bridge()
    with pytest.raises(PayloadError) as refused:
        bridge.ingest.descriptions.declare("a", json.dumps(meta).encode())
    assert expected in str(refused.value)


def test_tags_without_scaling_keep_the_short_way() -> None:
    """A topic of single samples needs no route; one that is scaled does, and gets it back when the scaling is taken away."""
    bridge = Bridge()
    plain = bridge.ingest._routing.plain
    found = []
    for payload in ("{}", '{"gain": 2}', "{}"):
        bridge.say("a/$meta", payload)
        bridge.say("a", 1)
        found.append("plot/a" in plain)
    assert (found, bridge.values("a")) == ([True, False, True], [1.0, 2.0, 1.0])


def test_a_counter_follows_any_walk_of_less_than_half_a_turn() -> None:
    """Whatever a counter does between two values, forward or back, its total is right as long as it is less than half a turn."""
    random = Random(19)  # noqa: S311 - no secret
    for _ in range(200):
        turn = random.choice([10, 256, 360, 65536, 2**32])
        total = first = random.randrange(turn)
        unwrap, walked = Unwrap(float(turn)), []
        for _ in range(50):
            walked.append((total, unwrap(float(total % turn))))
            total += random.randint(-((turn - 1) // 2), (turn - 1) // 2)
        assert [got for _, got in walked] == [float(wanted) for wanted, _ in walked], (turn, first)


def test_a_scale_finds_its_way_back() -> None:
    """From any engineering value the raw one is found again."""
    random = Random(3)  # noqa: S311 - no secret
    for _ in range(500):
        low, high = random.uniform(-1e5, 1e5), random.uniform(-1e5, 1e5)
        for meta in ({"range": [low, high, 0.0, 10.0]}, {"gain": low, "offset": high}):
            scale, raw = Scale(meta), random.uniform(-1e5, 1e5)
            assert scale.back(scale(raw)) == pytest.approx(raw, rel=1e-6, abs=1e-3)


def test_samples_of_recordings_come_as_they_are() -> None:
    """Rows that are played or uploaded hold what was stored once: they are not scaled a second time."""
    bridge = Bridge()
    bridge.say("a/$meta", {"gain": 2})
    bridge.ingest.accept_samples([Sample(3.0, T, tag="a")], T)
    upload = Parsed("csv", [Columns(array("d", [4.0]), array("d", [T + 1]), tag="a")])
    finished(bridge.ingest.accept_parsed(upload, b"", T + 1, is_recording=True))
    assert bridge.values("a") == [3.0, 4.0]
