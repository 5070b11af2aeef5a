"""POST bodies as messages for the broker."""

import json
from collections.abc import Sequence

import pytest

from mqtt_plot.errors import SettingsError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules, parse
from mqtt_plot.replicas.replica import Replica
from mqtt_plot.replicas.republish import Publication, Republisher
from mqtt_plot.samples import Message
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.bodies import accept_body

NOW = 1_700_000_000.25


def bridge(max_tags: int = 10) -> Ingest:
    counters = Counters()
    return Ingest(Store(Limits(max_tags=max_tags), counters), TopicMap(["plot/#"]), Rules(max_payload=2**20), counters)


async def sent(ingest: Ingest, body: object) -> tuple[list[Publication], int, list[int]]:
    """Return what goes to the broker for a body, the number accepted, and the places of those refused."""
    notes: list[Publication] = []

    async def publish(some: Sequence[Publication]) -> None:
        notes.extend(some)

    parsed = parse(json.dumps(body).encode(), ingest.rules, NOW)
    receipt = await Republisher(ingest, "plot/", publish).accept(parsed, NOW)
    return notes, receipt.accepted, [item.position for item in receipt.rejected]


async def test_a_sample_without_a_time_gets_one() -> None:
    """So that every replica holds it at the same time."""
    notes, accepted, _ = await sent(bridge(), {"tag": "line1/temp", "value": 21.5, "unit": "°C"})
    assert (accepted, notes[0].topic, json.loads(notes[0].payload)) == (
        1,
        "plot/line1/temp",
        {"value": 21.5, "ts": NOW, "unit": "°C"},
    )


async def test_what_comes_back_is_what_was_posted() -> None:
    """Numbers, words, booleans and gaps, single and in columns, are stored as if they had not gone round."""
    body = [
        {"tag": "n", "value": 1.5, "ts": 1.5e9},
        {"tag": "n", "value": None, "ts": 1.6e9},
        {"tag": "s", "value": "RUN"},
        {"tag": "b", "value": True},
        {"tag": "c", "value": [1, None, 3], "ts": [1.5e9, 1.5e9 + 1, 1.5e9 + 2]},
    ]
    there, here = bridge(), bridge()
    accept_body(here, json.dumps(body).encode(), NOW)
    notes, accepted, _ = await sent(there, body)
    there.accept_messages([Message(note.topic, note.payload, NOW + 0.01) for note in notes])
    assert accepted == 7
    for series in here.store:
        other = there.store.find(series.tag)
        columns = series.ring.read(0, 10)
        assert (other.kind, other.states, repr(other.ring.read(0, 10))) == (series.kind, series.states, repr(columns))


async def test_a_long_column_is_several_messages_of_bounded_size() -> None:
    """Each within the 256 KiB that brokers are set to, in order."""
    n = 9_999
    stamps = [1.7e9 + i / 3 for i in range(n)]
    notes, accepted, _ = await sent(bridge(), {"tag": "c", "value": [i / 3 for i in range(n)], "ts": stamps})
    assert (accepted, max(len(note.payload) for note in notes) < 256 * 1024) == (n, True)
    assert [stamp for note in notes for stamp in json.loads(note.payload)["ts"]] == stamps


async def test_a_column_of_booleans_stays_one() -> None:
    """The other replicas are to see true and false, not 1 and 0."""
    notes, _, _ = await sent(bridge(), {"tag": "c", "value": [True, False]})
    assert json.loads(notes[0].payload)["value"] == [True, False]
    assert b"true" in notes[0].payload


async def test_bad_samples_are_told_by_their_place() -> None:
    """A tag no topic can hold, and one beyond the limit: both are refused before they go round."""
    body = [{"tag": "a", "value": 1}, {"tag": "a#b", "value": 1}, {"tag": "b", "value": 1}, {"value": 1}]
    notes, accepted, refused = await sent(bridge(max_tags=1), body)
    assert ([note.topic for note in notes], accepted, refused) == (["plot/a"], 1, [1, 2, 3])


async def test_an_object_that_names_several_values_goes_to_several_topics() -> None:
    """Places are counted by objects, samples by values: one may be more than the other, in either direction."""
    body = [{"tag": "a", "ts": 1_700_000_000, "x": 1, "y": 2}, {"tag": "b"}, {"tag": "c", "id": "no value"}]
    notes, accepted, refused = await sent(bridge(), body)
    assert ([note.topic for note in notes], accepted, refused) == (["plot/a/x", "plot/a/y"], 2, [1, 2])
    pack = [{"bn": "base only/"}, {"n": "c", "v": 1}, {"n": "d", "v": {}}]
    notes, accepted, refused = await sent(bridge(), pack)
    assert ([note.topic for note in notes], accepted, refused) == (["plot/base only/c"], 1, [2])


async def test_what_is_refused_is_counted_as_it_is_on_the_other_way() -> None:
    """By the parser, the tag rules and the limit on tags, with the same counters as without a broker."""
    body = [{"tag": "a", "value": 1}, {"tag": "a#b", "value": 1}, {"tag": "b", "value": 1}, {"tag": "a"}]
    ingest = bridge(max_tags=1)
    await sent(ingest, body)
    assert ingest.counters.as_dict() == {
        "samples_rejected.bad_topic": 1,
        "samples_rejected.no_value": 1,
        "samples_refused.tags_full": 1,
        "samples_republished": 1,
    }


async def test_tags_that_the_store_has_need_no_room() -> None:
    """A batch of known tags and as many new ones as there is room for goes through whole."""
    ingest = bridge(max_tags=3)
    accept_body(ingest, b'[{"tag": "a", "value": 1}, {"tag": "b", "value": 1}]', NOW)
    _, accepted, _ = await sent(ingest, [{"tag": "a", "value": 2}, {"tag": "b", "value": 2}, {"tag": "c", "value": 2}])
    assert accepted == 3


def test_without_a_topic_for_every_tag_nothing_can_be_republished() -> None:
    """In words that say what would do; `plot/# → x/{#}` names no topic for the tag y, and guessing plot/y would store it as x/y."""
    with pytest.raises(SettingsError, match="plot/#"):
        Replica(bridge(), "epoch", list, republishes=True)
