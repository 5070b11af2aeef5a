"""The only way in for data: nothing that comes in is unaccounted for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.ingest.ingest import Ingest, finished
from mqtt_plot.ingest.verdicts import TOPIC_BURST
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.samples import Message, Parsed, Receipt, Rejected
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap
from tests.support.bodies import accept_body

T = 1_700_000_000.0


class Rig:
    """An ingest with its store and counters, and the verdicts on what it refused."""

    def __init__(self, max_tags: int = 1000, rules: Rules | None = None) -> None:
        self.counters = Counters()
        self.store = Store(Limits(max_tags=max_tags), self.counters)
        self.ingest = Ingest(self.store, TopicMap(["plot/#"]), rules or Rules(), self.counters)

    @property
    def refused(self) -> list[tuple[str, str]]:
        return [(verdict.topic, verdict.code) for verdict in self.ingest.verdicts.since(0) if verdict.code]

    def publish(self, tag: str, payload: str | bytes, now: float = T, *, is_retained: bool = False) -> None:
        data = payload if isinstance(payload, bytes) else payload.encode()
        self.ingest.accept_messages([Message(f"plot/{tag}", data, now, is_retained)])

    def points(self, tag: str) -> list[tuple[float, float]]:
        return list(zip(*self.store.find(tag).window(None, None), strict=True))

    @property
    def counts(self) -> dict[str, int]:
        return self.counters.as_dict()


def test_a_message_becomes_a_point_of_its_topic() -> None:
    """The tag is the topic, the time the arrival, unless the payload says it."""
    rig = Rig()
    rig.publish("a", "21.5")
    rig.publish("a", '{"value": 22, "ts": 1700000001, "unit": "°C"}', T + 1.5)
    assert rig.points("a") == [(T, 21.5), (T + 1, 22.0)]
    assert rig.counts == {"messages_received": 2, "samples_stored": 2}
    series = rig.store.find("a")
    assert (series.unit, series.messages, series.arrival, series.offset) == ("°C", 2, T + 1.5, -0.5)


def test_the_topic_names_the_tag_not_the_payload() -> None:
    """Over MQTT a device cannot write to another's tag by naming it."""
    rig = Rig()
    rig.publish("mine", '{"tag": "yours", "value": 1}')
    assert [series.tag for series in rig.store] == ["mine"]


def test_of_two_topics_with_one_tag_each_has_its_verdicts() -> None:
    """Or nobody would find out which of them is the wrong one; whoever comes second need not wait for a pause of the first."""
    rig = Rig()
    ingest = Ingest(rig.store, TopicMap(["plot/#", "old/+ → {1}"]), Rules(), rig.counters)
    for second in range(3):
        ingest.accept_messages([Message(topic, b"1", T + second) for topic in ("plot/a", "old/a")])
    assert [verdict.topic for verdict in ingest.verdicts.since(0)] == ["plot/a", "old/a"] * 3


def test_a_topic_may_change_what_it_sends() -> None:
    """Single samples, then an object, then a column, a word, a retained copy, and single samples again."""
    rig = Rig()
    for i, payload in enumerate(("1", "2", '{"x": 3}', '{"value": [4, 5]}', "n/a?!", "6")):
        rig.publish("a", payload, T + 10 * i)
    rig.publish("a", "7", T + 90, is_retained=True)
    rig.publish("a", "8", T + 100)
    assert [series.tag for series in rig.store] == ["a", "a/x"]
    values = [value for _, value in rig.points("a")]
    assert [value for value in values if value == value] == [1, 2, 4, 5, 6, 8]  # noqa: PLR0124 - only NaN differs from itself
    assert [value for _, value in rig.points("a/x")] == [3]


def test_a_unit_that_changes_is_a_new_description() -> None:
    """The last unit named holds; a payload that names none changes nothing."""
    rig = Rig()
    revisions = []
    for payload in (
        '{"value": 1, "unit": "m"}',
        '{"value": 1}',
        '{"value": 1, "unit": "m"}',
        '{"value": 1, "unit": "mm"}',
    ):
        rig.publish("a", payload)
        revisions.append(rig.store.revision)
    assert rig.store.find("a").unit == "mm"
    assert revisions[0] == revisions[1] == revisions[2] < revisions[3]


def test_a_rejected_message_is_counted_logged_and_leaves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A bad payload makes no series; verdict and log say which topic and why."""
    rig = Rig()
    rig.publish("a", "{")
    assert (len(rig.store), rig.refused) == (0, [("plot/a", "not_json")])
    assert caplog.messages[0].startswith("refused 'plot/a': not_json: expected JSON")
    assert rig.counts == {"messages_received": 1, "messages_rejected.not_json": 1}


def test_an_uncovered_topic_and_an_over_long_payload_are_rejected() -> None:
    """A topic of an earlier subscription, and a payload whose bytes were passed by, are counted like all else."""
    rig = Rig(rules=Rules(max_payload=100))
    rig.ingest.accept_messages([Message("other/a", b"1", T), Message("plot/a", b"", T, excess=50_000_000)])
    assert rig.counts == {
        "messages_received": 2,
        "messages_rejected.bad_tag": 1,
        "messages_rejected.too_large": 1,
    }


def test_a_new_tag_beyond_the_limit_is_refused() -> None:
    """Refused is not rejected: the message was fine, and the limit is ours."""
    rig = Rig(max_tags=1)
    for tag in ("a", "b", "a"):
        rig.publish(tag, "1")
    assert rig.counts == {"messages_received": 3, "messages_refused.tags_full": 1, "samples_stored": 2}
    assert rig.refused == [("plot/b", "tags_full")]


def test_one_bad_message_does_not_end_the_batch() -> None:
    """What follows a bad message in the same batch from the network is stored."""
    rig = Rig()
    rig.ingest.accept_messages([Message("plot/a", payload, T) for payload in (b"1", b"{", b"\xff", b"2")])
    assert [value for _, value in rig.points("a")] == [1.0, 2.0]


def test_a_fault_of_ours_costs_one_message(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception nobody foresaw is logged with its traceback and counted, and the flow goes on."""
    rig = Rig()
    original = rig.store.append

    def append(series: object, time: float, value: float | str) -> None:
        if value == 13.0:
            raise ZeroDivisionError
        original(series, time, value)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(rig.store, "append", append)
    rig.ingest.accept_messages([Message("plot/a", payload, T) for payload in (b"1", b"13", b"13", b"2")])
    assert [value for _, value in rig.points("a")] == [1.0, 2.0]
    assert rig.counts["messages_rejected.fault"] == 2
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "Traceback" in caplog.text


def test_each_sample_of_a_batch_counts_for_itself() -> None:
    """The good ones of a mixed batch are stored, each bad one is counted; the batch is one message with one verdict."""
    rig = Rig()
    rig.publish("a", '[{"value": 1}, {"value": {}}, {"value": 2, "unit": 5}, {"value": 3}]')
    assert [value for _, value in rig.points("a")] == [1.0, 3.0]
    assert rig.counts == {
        "messages_received": 1,
        "samples_rejected.bad_unit": 1,
        "samples_rejected.no_value": 1,
        "samples_stored": 2,
    }
    assert rig.refused == [("plot/a", "no_value")]
    assert rig.store.find("a").messages == 1


def test_columns_are_stored_whole() -> None:
    """Columns are many points and one message; its last stamp tells the device's clock."""
    rig = Rig()
    rig.publish("a", '{"value": [1, 2, 3], "ts": [1700000000, 1700000001, 1700000002]}', T + 3)
    assert rig.points("a") == [(T, 1.0), (T + 1, 2.0), (T + 2, 3.0)]
    series = rig.store.find("a")
    assert (rig.counts["samples_stored"], series.messages, series.offset) == (3, 1, -1.0)


def test_columns_of_true_and_false_are_a_boolean() -> None:
    """As the same values would be one by one; with a number among them they are numbers."""
    rig = Rig()
    rig.publish("a", '{"value": [true, false, true]}')
    rig.publish("b", '{"value": [true, 5, false]}')
    assert [(rig.store.find(tag).kind, [v for _, v in rig.points(tag)]) for tag in "ab"] == [
        ("boolean", [1.0, 0.0, 1.0]),
        ("number", [1.0, 5.0, 0.0]),
    ]


def test_columns_without_times_are_of_their_arrival() -> None:
    """No stamps: all points have the time of arrival."""
    rig = Rig()
    rig.publish("a", '{"value": [1, 2]}')
    assert rig.points("a") == [(T, 1.0), (T, 2.0)]


def test_the_bytes_of_a_batch_are_shared_by_its_series() -> None:
    """Which tag floods? A batch counts as one message for each of its tags, and its bytes in equal parts."""
    rig = Rig()
    body = b'[{"tag": "a", "value": 1}, {"tag": "b", "value": 2}, {"tag": "a", "value": 3}, {"tag": "a", "value": 4}]'
    accept_body(rig.ingest, body, T)
    counts = [(series.tag, series.messages, series.bytes) for series in rig.store]
    assert counts == [("a", 1, 3 * (len(body) // 4)), ("b", 1, len(body) // 4)]


def test_a_body_names_its_tags() -> None:
    """A POST stores under the tags that it names, and says how many."""
    rig = Rig()
    assert accept_body(rig.ingest, b'{"tag": "Temperature - Room 1", "value": 20.3}', T) == Receipt(1, [])
    assert accept_body(rig.ingest, b'{"tag": "b", "value": [1, 2]}', T) == Receipt(2, [])
    assert rig.points("Temperature - Room 1") == [(T, 20.3)]


def test_a_mixed_body_is_answered_sample_by_sample() -> None:
    """Refusals of the parser, of the tag rules and of the tag limit are listed by their place in the body."""
    rig = Rig(max_tags=1)
    body = b'[{"tag": "a", "value": 1}, {"value": 2}, {"tag": "a"}, {"tag": "b", "value": 3}, {"tag": "a", "value": 4}]'
    receipt = accept_body(rig.ingest, body, T)
    assert receipt.accepted == 2
    assert [(item.position, item.code) for item in receipt.rejected] == [
        (1, "bad_tag"),
        (2, "no_value"),
        (3, "tags_full"),
    ]
    assert rig.counts == {
        "messages_received": 1,
        "samples_rejected.bad_tag": 1,
        "samples_rejected.no_value": 1,
        "samples_refused.tags_full": 1,
        "samples_stored": 2,
    }
    assert rig.refused == [("(http)", "bad_tag")]


@pytest.mark.parametrize(
    ("body", "code"), [(b"{", "not_json"), (b"", "empty"), (b"[]", "empty"), (b"\xff", "bad_utf8")]
)
def test_an_unusable_body_is_raised_and_counted(body: bytes, code: str) -> None:
    """A body of which nothing can be used is the sender's mistake, told to the sender and counted once."""
    rig = Rig()
    with pytest.raises(PayloadError):
        accept_body(rig.ingest, body, T)
    assert rig.counts == {"messages_received": 1, f"messages_rejected.{code}": 1}
    assert rig.refused == [("(http)", code)]


def test_a_body_without_a_tag_is_one_rejected_message() -> None:
    """A single sample that cannot be stored is its message's rejection."""
    rig = Rig()
    receipt = accept_body(rig.ingest, b"21.5", T)
    assert (receipt.accepted, [item.code for item in receipt.rejected]) == (0, ["bad_tag"])
    assert rig.counts == {"messages_received": 1, "messages_rejected.bad_tag": 1}


def test_a_retained_value_without_time_is_last_known_only() -> None:
    """It is shown, but is no fresh point, ends no staleness and teaches no interval."""
    rig = Rig()
    rig.publish("a", "21.5", is_retained=True)
    series = rig.store.find("a")
    assert (series.retained, len(series.ring), math.isnan(series.arrival), series.is_stale(T)) == (21.5, 0, True, True)
    assert rig.counts == {"messages_received": 1, "samples_retained.last_known": 1}
    rig.publish("a", "22")
    assert (series.retained, rig.points("a"), series.is_stale(T)) == (None, [(T, 22.0)], False)


def test_a_retained_copy_of_a_live_tag_changes_nothing() -> None:
    """After a reconnect the broker repeats its retained copies; a tag that has spoken knows better."""
    rig = Rig()
    rig.publish("a", "1")
    rig.publish("a", "2", T + 5, is_retained=True)
    series = rig.store.find("a")
    assert (series.retained, rig.points("a"), series.arrival, series.messages) == (None, [(T, 1.0)], T, 1)
    assert rig.counts["samples_retained.last_known"] == 1


@pytest.mark.parametrize(
    "payload",
    ['{"value": 7, "ts": 1700000000}', '{"value": [7], "ts": [1700000000]}', '[{"value": 7, "ts": 1700000000}]'],
)
def test_a_retained_value_with_its_time_is_history_stored_once(payload: str) -> None:
    """With its own time it is a point of that time; each later copy of it is only counted. The device's clock is not judged by it."""
    rig = Rig()
    for _ in range(3):
        rig.publish("a", payload, T + 1_000_000, is_retained=True)
    series = rig.store.find("a")
    assert rig.points("a") == [(T, 7.0)]
    assert (math.isnan(series.arrival), math.isnan(series.offset)) == (True, True)
    assert rig.counts == {"messages_received": 3, "samples_retained.held": 2, "samples_stored": 1}


def test_a_retained_value_older_than_what_is_held_is_only_counted() -> None:
    """History does not go backwards."""
    rig = Rig()
    rig.publish("a", "1", T)
    rig.publish("a", '{"value": 7, "ts": 1699999999}', T + 5, is_retained=True)
    assert rig.points("a") == [(T, 1.0)]
    assert rig.counts["samples_retained.held"] == 1


def test_retained_columns_without_times_are_last_known() -> None:
    """Of retained columns without stamps the last value is shown."""
    rig = Rig()
    rig.publish("a", '{"value": [1, 2, 3]}', is_retained=True)
    assert (rig.store.find("a").retained, rig.counts["samples_retained.last_known"]) == (3.0, 3)


def test_a_retained_state_is_described() -> None:
    """The word of a retained state is announced to clients, or its index would mean nothing."""
    rig = Rig()
    before = rig.store.revision
    rig.publish("a", "FAULT", is_retained=True)
    series = rig.store.find("a")
    assert (series.retained, series.states, series.revision > before) == (0.0, ["FAULT"], True)


def test_retained_messages_obey_the_limits() -> None:
    """A thousand retained topics found on a broker do not go round the tag limit."""
    rig = Rig(max_tags=2)
    for i in range(10):
        rig.publish(f"tag {i}", "1", is_retained=True)
    assert (len(rig.store), rig.counts["messages_refused.tags_full"]) == (2, 8)


def test_samples_that_were_parsed_elsewhere_pass_the_same_door() -> None:
    """Other parsers (the older server's JSON) come in with their own refusals, which keep their places."""
    rig = Rig()
    parsed = Parsed("test", [], [Rejected(0, "bad_body", "words")], ("a note",))
    assert finished(rig.ingest.accept_parsed(parsed, b"words", T)) == Receipt(
        0, [Rejected(0, "bad_body", "words")], ("a note",)
    )
    assert rig.counts == {"messages_received": 1, "samples_rejected.bad_body": 1}


def test_a_flood_of_refusals_is_logged_as_seldom_as_verdicts_are_given(caplog: pytest.LogCaptureFixture) -> None:
    """Not a line per message, whatever the log itself would hold back."""
    rig = Rig()
    rig.ingest.accept_messages([Message("plot/a", b"{", T)] * 1_000)
    assert len(caplog.messages) == len(rig.refused) == TOPIC_BURST


PAYLOADS = st.sampled_from(
    [
        b"1", b"RUN", b"true", b"", b"{", b"\xff", b"1e400", b'{"value": 2}', b'{"value": 2, "ts": 1700000000}', b'{"tag": "t"}',
        b'{"value": 2, "ts": 1700000500}', b'{"value": 1, "ts": 0}', b"NaN", b"12,5", b'{"value": {}}',
    ]
)  # fmt: skip
MESSAGES = st.builds(
    Message,
    st.sampled_from(["plot/a", "plot/b", "plot/c", "plot/d", "plot/", "plot", "other/a", "plot/" + "x" * 300]),
    PAYLOADS,
    st.floats(T, T + 1000),
    st.booleans(),
    st.sampled_from([0, 0, 0, 300_000]),
)


@given(st.lists(MESSAGES))
def test_received_is_stored_rejected_refused_and_retained_exactly(messages: list[Message]) -> None:
    """Whatever comes, in whichever order: every message is in exactly one of the books."""
    rig = Rig(max_tags=3)
    rig.ingest.accept_messages(messages)
    counters = rig.counters
    assert counters.get("messages_received") == len(messages)
    assert len(messages) == sum(
        counters.total(name) for name in ("samples_stored", "messages_rejected", "messages_refused", "samples_retained")
    )
    assert rig.store.points == counters.total("samples_stored")
    assert counters.get("messages_rejected", "fault") == 0


def test_a_column_is_late_where_its_stamps_were_put_aside() -> None:
    """Times that ascend as they came need not do so as they are stored: one that is impossible becomes that of arrival."""
    rig = Rig()
    rig.publish("a", f'{{"ts": [0, {T - 20}, {T - 10}], "value": [1, 2, 3]}}')
    assert rig.points("a") == [(T - 20, 2.0), (T - 10, 3.0), (T, 1.0)]
    assert not rig.store.find("a").is_ordered
